import { formatDayLong, langOf } from '#views/format.ts'
import type { InvoiceContent } from './content.ts'
import { drawFooters, footerOf } from './footer.ts'
import { drawHead, drawRunningHead, type Head } from './head.ts'
import { drawLines } from './lines.ts'
import { describePaper, finished, newPaper } from './paper.ts'
import { colourOf, type Fonts } from './sheet.ts'
import { STYLES } from './style.ts'
import { drawTotals } from './totals.ts'

/**
 * The invoice as a PDF.
 * @param logo the company's, as PNG; without it the name stands in its place
 */
export const drawInvoice = async (content: InvoiceContent, fonts: Fonts, logo: Uint8Array | null): Promise<Uint8Array> => {
  const { file, sheet } = await newPaper(fonts)
  const brand = colourOf(content.company.brandColour)
  const head = headOf(content)
  const footer = footerOf(sheet, content.company)
  const flow = { sheet, floor: footer.top, turn: () => drawRunningHead(sheet, head, brand) }

  drawHead(flow, head, brand, logo && (await file.embedPng(logo)))
  drawLines(flow, content)
  drawTotals(flow, content, brand)
  drawFooters(sheet, footer)

  const { number, issueDate, company, client } = content
  describePaper(file, sheet, {
    // The words are English, whatever way the company writes figures and dates.
    lang: langOf(company.locale),
    title: `Invoice ${number}`,
    author: company.legalName || company.name,
    subject: `Invoice ${number}, ${formatDayLong(issueDate, company.locale)}, for ${client.name}`,
    at: new Date(`${issueDate}T00:00:00Z`),
  })
  return finished(file)
}

const headOf = ({ number, issueDate, dueDate, orderNumber, poNumber, company, client }: InvoiceContent): Head => ({
  title: 'Invoice',
  number,
  company,
  client,
  facts: [
    { label: 'Issued', value: formatDayLong(issueDate, company.locale), style: STYLES.body },
    ...(dueDate === null ? [] : [{ label: 'Due', value: formatDayLong(dueDate, company.locale), style: STYLES.strong }]),
    ...(orderNumber === null ? [] : [{ label: 'Order', value: orderNumber, style: STYLES.body }]),
    ...(poNumber === '' ? [] : [{ label: 'PO number', value: poNumber, style: STYLES.body }]),
  ],
})
