import type { PlainDate } from '#src/dates.ts'
import type { Env } from '#src/env.ts'
import { formatDayLong, formatMoney, langOf } from '#views/format.ts'
import type { DocumentSender, Itemised } from './content.ts'
import { drawnFile } from './drawn.ts'
import { drawFooters, footerOf } from './footer.ts'
import { drawHead, drawRunningHead, type Head } from './head.ts'
import { drawLines } from './lines.ts'
import { describePaper, finished, newPaper } from './paper.ts'
import { colourOf, type Fonts } from './sheet.ts'
import { drawParagraph, INK, LEFT, leading, makeRoom, RIGHT, STYLES, WIDTH } from './style.ts'
import { drawSums } from './totals.ts'

/** All that a credit note on paper says. */
export type CreditNoteContent = Itemised & {
  number: string
  issueDate: PlainDate
  /** Null when it is for no invoice, or for one that the client doesn't see. */
  invoiceNumber: string | null
  company: DocumentSender
  client: { name: string; address: string[] }
}

/** @param logo the company's, as PNG; without it the name stands in its place */
export const drawCreditNote = async (content: CreditNoteContent, fonts: Fonts, logo: Uint8Array | null): Promise<Uint8Array> => {
  const { file, sheet } = await newPaper(fonts)
  const { number, issueDate, company, client, currency, total, invoiceNumber } = content
  const brand = colourOf(company.brandColour)
  const head = headOf(content)
  const footer = footerOf(sheet, company)
  const flow = { sheet, floor: footer.top, turn: () => drawRunningHead(sheet, head, brand) }

  drawHead(flow, head, brand, logo && (await file.embedPng(logo)))
  if (content.lines.length > 0) {
    drawLines(flow, content)
    drawSums(flow, content)
    sheet.y -= 20
  }
  makeRoom(flow, 60)
  sheet.rectangle(LEFT, sheet.y, WIDTH, 0.8, INK)
  sheet.y -= 8
  const amount = sheet.line(formatMoney(total, currency, company.locale), STYLES.due)
  sheet.text(amount, RIGHT, sheet.y - leading(STYLES.due), STYLES.due, 'right')
  const words = invoiceNumber === null ? 'We credit to your account' : `We credit for invoice ${invoiceNumber}`
  drawParagraph(flow, sheet.lines(words, WIDTH - sheet.width(amount, STYLES.due) - 20, STYLES.strong), LEFT, STYLES.strong)
  sheet.y = sheet.y - leading(STYLES.due)
  sheet.rectangle(LEFT, sheet.y, WIDTH, 0.8, INK)
  drawFooters(sheet, footer)

  describePaper(file, sheet, {
    lang: langOf(company.locale),
    title: `Credit note ${number}`,
    author: company.legalName || company.name,
    subject: `Credit note ${number}, ${formatDayLong(issueDate, company.locale)}, for ${client.name}`,
    at: new Date(`${issueDate}T00:00:00Z`),
  })
  return finished(file)
}

const headOf = ({ number, issueDate, invoiceNumber, company, client }: CreditNoteContent): Head => ({
  title: 'Credit note',
  number,
  company,
  client,
  facts: [
    { label: 'Issued', value: formatDayLong(issueDate, company.locale), style: STYLES.body },
    ...(invoiceNumber === null ? [] : [{ label: 'Invoice', value: invoiceNumber, style: STYLES.body }]),
  ],
})

export const creditNoteFile = (env: Pick<Env, 'FILES' | 'ASSETS'>, tenantId: string, content: CreditNoteContent) =>
  drawnFile(env, tenantId, 'credit note 2', content, (fonts, logo) => drawCreditNote(content, fonts, logo))
