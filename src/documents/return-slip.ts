import { encode } from 'uqr'
import type { PlainDate } from '#src/dates.ts'
import type { Env } from '#src/env.ts'
import { formatDayLong, formatQuantity, langOf } from '#views/format.ts'
import type { DocumentSender } from './content.ts'
import { drawnFile } from './drawn.ts'
import { drawFooters, footerOf } from './footer.ts'
import { drawHead, drawRunningHead, type Head } from './head.ts'
import { describePaper, finished, newPaper } from './paper.ts'
import { colourOf, type Fonts, type Sheet } from './sheet.ts'
import { drawParagraph, type Flow, INK, LEFT, LINE, leading, makeRoom, RIGHT, STYLES, WIDTH } from './style.ts'

/** The slip that goes into the parcel: whose goods these are, by a number that a person and a scanner can read. */

export type SlipContent = {
  number: string
  /** The day on which it was asked for. */
  askedOn: PlainDate
  /** Empty where the company doesn't show orders. */
  orders: string[]
  company: DocumentSender
  client: { name: string; address: string[] }
  /** What was approved, in 1/10,000. */
  items: { sku: string; description: string; quantity: number; reason: string }[]
  /** How to send it, as plain lines. */
  instructions: string[]
}

const QR = { side: 92, gap: 18 }
const QUANTITY_WIDTH = 90
const PADDING = 6

/** @param logo the company's, as PNG; without it the name stands in its place */
export const drawReturnSlip = async (content: SlipContent, fonts: Fonts, logo: Uint8Array | null): Promise<Uint8Array> => {
  const { file, sheet } = await newPaper(fonts)
  const brand = colourOf(content.company.brandColour)
  const head = headOf(content)
  const footer = footerOf(sheet, content.company)
  const flow = { sheet, floor: footer.top, turn: () => drawRunningHead(sheet, head, brand) }

  drawHead(flow, head, brand, logo && (await file.embedPng(logo)))
  drawNumber(flow, content)
  drawItems(flow, content)
  drawInstructions(flow, content)
  drawFooters(sheet, footer)

  const { number, company, client, askedOn } = content
  describePaper(file, sheet, {
    lang: langOf(company.locale),
    title: `Return slip ${number}`,
    author: company.legalName || company.name,
    subject: `Return slip ${number}, for ${client.name}`,
    at: new Date(`${askedOn}T00:00:00Z`),
  })
  return finished(file)
}

const headOf = ({ number, askedOn, orders, company, client }: SlipContent): Head => ({
  title: 'Return slip',
  number,
  company,
  client,
  facts: [
    { label: 'Asked for', value: formatDayLong(askedOn, company.locale), style: STYLES.body },
    ...(orders.length === 0 ? [] : [{ label: orders.length === 1 ? 'Order' : 'Orders', value: orders.join(', '), style: STYLES.body }]),
  ],
})

/** The number as a scanner reads it, with what to do beside it. */
const drawNumber = (flow: Flow, { number, company }: SlipContent): void => {
  const { sheet } = flow
  makeRoom(flow, QR.side + QR.gap)
  const top = sheet.y
  drawCode(sheet, number, LEFT, top)
  const left = LEFT + QR.side + QR.gap
  sheet.y = top - 14
  drawParagraph(flow, sheet.lines(number, RIGHT - left, STYLES.due), left, STYLES.due)
  sheet.y -= 4
  const words = `Print this page and put it into the parcel, so that ${company.name} knows what it is about.`
  drawParagraph(flow, sheet.lines(words, RIGHT - left, STYLES.body), left, STYLES.body)
  sheet.y = top - QR.side - QR.gap
}

const drawCode = (sheet: Sheet, text: string, left: number, top: number): void => {
  const { size, data } = encode(text, { ecc: 'M', border: 0 })
  const module = QR.side / size
  for (const [row, modules] of data.entries()) {
    // A run of dark ones is one rectangle: no gaps that a printer could show.
    for (let from = 0; from < size; from += 1) {
      if (!modules[from]) continue
      let to = from
      while (modules[to]) to += 1
      sheet.rectangle(left + from * module, top - (row + 1) * module, (to - from) * module, module + 0.05, INK)
      from = to
    }
  }
}

const drawItems = (flow: Flow, { items, company }: SlipContent): void => {
  const { sheet } = flow
  const headings = () => {
    sheet.text('What goes back', LEFT, sheet.y - 8, STYLES.heading)
    sheet.text('Quantity', RIGHT, sheet.y - 8, STYLES.heading, 'right')
    sheet.y -= 14.5
    sheet.rectangle(LEFT, sheet.y, WIDTH, 0.8, INK)
  }
  const turn = () => {
    flow.turn()
    headings()
  }
  makeRoom(flow, 60)
  headings()
  for (const { sku, description, quantity, reason } of items) {
    const name = sheet.lines(description, WIDTH - QUANTITY_WIDTH, STYLES.body)
    const more = sheet.lines([sku, reason].filter(Boolean).join(' · '), WIDTH - QUANTITY_WIDTH, STYLES.label)
    makeRoom({ ...flow, turn }, Math.min(300, 2 * PADDING + name.length * leading(STYLES.body) + more.length * leading(STYLES.label)))
    sheet.y -= PADDING
    const many = formatQuantity(quantity, company.locale)
    sheet.text(sheet.line(many, STYLES.body), RIGHT, sheet.y - leading(STYLES.body), STYLES.body, 'right')
    drawParagraph({ ...flow, turn }, name, LEFT, STYLES.body)
    drawParagraph({ ...flow, turn }, more, LEFT, STYLES.label)
    sheet.y -= PADDING
    sheet.rectangle(LEFT, sheet.y, WIDTH, 0.5, LINE)
  }
  sheet.y -= 22
}

const drawInstructions = (flow: Flow, { instructions }: SlipContent): void => {
  if (instructions.length === 0) return
  const { sheet } = flow
  makeRoom(flow, 50)
  drawParagraph(flow, ['How to send it back'], LEFT, STYLES.strong)
  for (const line of instructions) {
    sheet.y -= 4
    drawParagraph(flow, sheet.lines(line, WIDTH, STYLES.body), LEFT, STYLES.body)
  }
}

export const slipFile = (env: Pick<Env, 'FILES' | 'ASSETS'>, tenantId: string, content: SlipContent) =>
  drawnFile(env, tenantId, 'slip 1', content, (fonts, logo) => drawReturnSlip(content, fonts, logo))
