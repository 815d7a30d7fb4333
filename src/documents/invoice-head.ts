import type { PDFImage } from 'pdf-lib'
import { formatDayLong } from '#views/format.ts'
import { namesItself } from '#views/logo.ts'
import type { InvoiceContent } from './content.ts'
import { drawParagraph, type Flow, LEFT, LINE, leading, RIGHT, STYLES, WIDTH } from './invoice-style.ts'
import { type Colour, PAGE, type Sheet } from './sheet.ts'

const FIRST_LINE = PAGE.height - 66
/** Where a window envelope shows the address: 45 mm below the sheet's upper edge, 80 mm wide. */
const ADDRESS_TOP = PAGE.height - 134
const ADDRESS_WIDTH = 240
const FACTS_LEFT = LEFT + 292

/** The first page down to the table: who writes to whom, which document this is, and its dates. */
export const drawHead = (flow: Flow, content: InvoiceContent, brand: Colour, logo: PDFImage | null): void => {
  const { sheet } = flow
  turnPage(sheet, brand)
  drawName(flow, content, logo)
  const top = Math.min(sheet.y - 30, ADDRESS_TOP)
  const afterFacts = drawFacts(sheet, content, top)
  sheet.y = top + leading(STYLES.sender)
  drawAddress(flow, content)
  const goesOn = sheet.pages.length > 1
  sheet.y = (goesOn ? sheet.y : Math.min(sheet.y, afterFacts)) - 30
}

/** The top of every further page: which document it belongs to. */
export const drawRunningHead = (sheet: Sheet, { number, company }: InvoiceContent, brand: Colour): void => {
  turnPage(sheet, brand)
  const y = PAGE.height - 46
  sheet.text(sheet.fitted(company.name, WIDTH / 2 - 20, STYLES.label), LEFT, y, STYLES.label)
  sheet.text(sheet.fitted(`Invoice ${number}`, WIDTH / 2, STYLES.heading), RIGHT, y, STYLES.heading, 'right')
  sheet.y = y - 16
}

const turnPage = (sheet: Sheet, brand: Colour): void => {
  sheet.turnPage()
  sheet.rectangle(0, PAGE.height - 6, PAGE.width, 6, brand)
}

const LOGO = { width: WIDTH * 0.5, height: 44, top: PAGE.height - 44 }

/** The logo, with the name beside it where the logo is too square to hold the name; or the name alone. Answers how far down it reaches. */
const drawCompany = (sheet: Sheet, name: string, logo: PDFImage | null): number => {
  const scale = logo ? Math.min(LOGO.width / logo.width, LOGO.height / logo.height, 1) : 0
  const [width, height] = logo ? [logo.width * scale, logo.height * scale] : [0, 0]
  if (logo) sheet.picture(logo, LEFT, LOGO.top - height, width, height)
  if (logo && namesItself(logo)) return LOGO.top - height
  const left = LEFT + (logo ? width + 10 : 0)
  const first = logo ? LOGO.top - height / 2 - 4 : FIRST_LINE
  const lines = sheet.lines(name, LEFT + WIDTH * 0.58 - left, STYLES.company)
  for (const [index, line] of lines.entries()) sheet.text(line, left, first - index * leading(STYLES.company), STYLES.company)
  return Math.min(first - (lines.length - 1) * leading(STYLES.company), LOGO.top - height)
}

const drawName = ({ sheet }: Flow, { number, company }: InvoiceContent, logo: PDFImage | null): void => {
  const lowest = drawCompany(sheet, company.name, logo)
  sheet.text('Invoice', RIGHT, FIRST_LINE - 6, STYLES.title, 'right')
  const numberLines = sheet.lines(number, WIDTH * 0.38, STYLES.number)
  for (const [index, line] of numberLines.entries()) sheet.text(line, RIGHT, FIRST_LINE - 24 - index * leading(STYLES.number), STYLES.number, 'right')
  sheet.y = Math.min(lowest, FIRST_LINE - 24 - (numberLines.length - 1) * leading(STYLES.number))
}

const drawAddress = (flow: Flow, { company, client }: InvoiceContent): void => {
  const { sheet } = flow
  const sender = [company.legalName, ...company.address.split('\n')]
    .map((part) => part.trim())
    .filter(Boolean)
    .join(', ')
  drawParagraph(flow, sheet.lines(sender, ADDRESS_WIDTH, STYLES.sender), LEFT, STYLES.sender)
  sheet.y -= 4
  drawParagraph(flow, sheet.lines(client.name, ADDRESS_WIDTH, STYLES.strong), LEFT, STYLES.strong)
  for (const part of client.address) drawParagraph(flow, sheet.lines(part, ADDRESS_WIDTH, STYLES.body), LEFT, STYLES.body)
}

const drawFacts = (sheet: Sheet, { issueDate, dueDate, orderNumber, company }: InvoiceContent, top: number): number => {
  const facts = [
    { label: 'Issued', value: formatDayLong(issueDate, company.locale), style: STYLES.body },
    ...(dueDate === null ? [] : [{ label: 'Due', value: formatDayLong(dueDate, company.locale), style: STYLES.strong }]),
    ...(orderNumber === null ? [] : [{ label: 'Order', value: orderNumber, style: STYLES.body }]),
  ]
  let y = top
  for (const [index, { label, value, style }] of facts.entries()) {
    if (index > 0) sheet.rectangle(FACTS_LEFT, y + 12.5, RIGHT - FACTS_LEFT, 0.5, LINE)
    sheet.text(label, FACTS_LEFT, y, STYLES.label)
    for (const line of sheet.lines(value, RIGHT - FACTS_LEFT - 50, style)) {
      sheet.text(line, RIGHT, y, style, 'right')
      y -= leading(style)
    }
    y -= 6
  }
  return y + 19
}
