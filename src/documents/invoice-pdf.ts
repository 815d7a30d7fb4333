import { formatDayLong, langOf } from '#views/format.ts'
import type { InvoiceContent } from './content.ts'
import { drawFooters, footerOf } from './invoice-footer.ts'
import { drawHead, drawRunningHead } from './invoice-head.ts'
import { drawLines } from './invoice-lines.ts'
import { drawTotals } from './invoice-totals.ts'
import { colourOf, type Fonts, PAGE, Sheet } from './sheet.ts'

// A subset's name begins with six letters; ours are fixed, so that equal content makes equal bytes.
const SUBSET = 'PORTAL+'

/**
 * The invoice as a PDF: A4, its fonts embedded, text that can be selected.
 * pdf-lib and fontkit are loaded by the first drawing, not by the Worker's start.
 * @param logo the company's, as PNG; without it the name stands in its place
 */
export const drawInvoice = async (content: InvoiceContent, fonts: Fonts, logo: Uint8Array | null): Promise<Uint8Array> => {
  const [pdf, { default: fontkit }] = await Promise.all([import('pdf-lib'), import('@pdf-lib/fontkit')])
  const file = await pdf.PDFDocument.create({ updateMetadata: false })
  file.registerFontkit(fontkit)
  // Ligatures would make one glyph of two letters, whose widths could then not be added up letter by letter.
  const embed = (face: keyof Fonts, name: string) =>
    file.embedFont(fonts[face], { subset: true, customName: SUBSET + name, features: { liga: false, dlig: false } })
  const faces = { regular: await embed('regular', 'DejaVuSansCondensed'), bold: await embed('bold', 'DejaVuSansCondensed-Bold') }

  const sheet = new Sheet(pdf, () => file.addPage([PAGE.width, PAGE.height]), faces)
  const brand = colourOf(content.company.brandColour)
  const footer = footerOf(sheet, content)
  const flow = { sheet, floor: footer.top, turn: () => drawRunningHead(sheet, content, brand) }

  drawHead(flow, content, brand, logo && (await file.embedPng(logo)))
  drawLines(flow, content)
  drawTotals(flow, content, brand)
  drawFooters(sheet, footer)

  describe(file, sheet, content)
  return file.save({ objectsPerTick: Number.POSITIVE_INFINITY })
}

const describe = (file: import('pdf-lib').PDFDocument, sheet: Sheet, { number, issueDate, company, client }: InvoiceContent) => {
  const title = sheet.line(`Invoice ${number}`, { face: 'regular' })
  // The words are English, whatever way the company writes figures and dates.
  file.setLanguage(langOf(company.locale))
  file.setTitle(title, { showInWindowTitleBar: true })
  file.setAuthor(sheet.line(company.legalName || company.name, { face: 'regular' }))
  file.setSubject(sheet.line(`${title}, ${formatDayLong(issueDate, company.locale)}, for ${client.name}`, { face: 'regular' }))
  file.setCreator('StockFlow Client Portal')
  file.setProducer('StockFlow Client Portal')
  const issued = new Date(`${issueDate}T00:00:00Z`)
  file.setCreationDate(issued)
  file.setModificationDate(issued)
}
