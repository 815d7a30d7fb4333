import type { PDFImage } from 'pdf-lib'
import { namesItself } from '#views/logo.ts'
import type { DocumentSender } from './content.ts'
import { type Colour, PAGE, type Sheet, type Style } from './sheet.ts'
import { drawParagraph, type Flow, LEFT, LINE, leading, RIGHT, STYLES, WIDTH } from './style.ts'

/** What stands at the top of a paper: which document it is, whose, for whom, and its facts. */
export type Head = {
  title: string
  number: string
  company: DocumentSender
  client: { name: string; address: string[] }
  facts: { label: string; value: string; style: Style }[]
}

const FIRST_LINE = PAGE.height - 66
/** Where a window envelope shows the address: 45 mm below the sheet's upper edge, 80 mm wide. */
const ADDRESS_TOP = PAGE.height - 134
const ADDRESS_WIDTH = 240
const FACTS_LEFT = LEFT + 292

/** The first page down to the table: who writes to whom, which document this is, and its dates. */
export const drawHead = (flow: Flow, head: Head, brand: Colour, logo: PDFImage | null): void => {
  const { sheet } = flow
  turnPage(sheet, brand)
  drawName(flow, head, logo)
  const top = Math.min(sheet.y - 30, ADDRESS_TOP)
  const afterFacts = drawFacts(sheet, head, top)
  sheet.y = top + leading(STYLES.sender)
  drawAddress(flow, head)
  const goesOn = sheet.pages.length > 1
  sheet.y = (goesOn ? sheet.y : Math.min(sheet.y, afterFacts)) - 30
}

/** The top of every further page: which document it belongs to. */
export const drawRunningHead = (sheet: Sheet, { title, number, company }: Head, brand: Colour): void => {
  turnPage(sheet, brand)
  const y = PAGE.height - 46
  sheet.text(sheet.fitted(company.name, WIDTH / 2 - 20, STYLES.label), LEFT, y, STYLES.label)
  sheet.text(sheet.fitted(`${title} ${number}`, WIDTH / 2, STYLES.heading), RIGHT, y, STYLES.heading, 'right')
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

const drawName = ({ sheet }: Flow, { title, number, company }: Head, logo: PDFImage | null): void => {
  const lowest = drawCompany(sheet, company.name, logo)
  sheet.text(title, RIGHT, FIRST_LINE - 6, STYLES.title, 'right')
  const numberLines = sheet.lines(number, WIDTH * 0.38, STYLES.number)
  for (const [index, line] of numberLines.entries()) sheet.text(line, RIGHT, FIRST_LINE - 24 - index * leading(STYLES.number), STYLES.number, 'right')
  sheet.y = Math.min(lowest, FIRST_LINE - 24 - (numberLines.length - 1) * leading(STYLES.number))
}

const drawAddress = (flow: Flow, { company, client }: Head): void => {
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

const drawFacts = (sheet: Sheet, { facts }: Head, top: number): number => {
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
