import { formatMoney, formatQuantity, formatRate } from '#views/format.ts'
import type { ContentLine, DocumentSender, Itemised } from './content.ts'
import type { Sheet, Style } from './sheet.ts'
import { type Flow, INK, LEFT, LINE, leading, makeRoom, RIGHT, STYLES } from './style.ts'

const GAP = 13
const PADDING = 6
/** A row of up to this height stays whole; a higher one may go on overleaf. */
const WHOLE = 300
const HEADINGS = ['#', 'Item', 'Quantity', 'Price', 'Tax', 'Net'] as const
/** Below this the item's column would be a ribbon: figures are set smaller first. */
const ITEM_AT_LEAST = 130

/** What is carried from page to page stands below the last row and above the first. */
const CARRIED = 19

type Content = Itemised & { company: DocumentSender }

/** The table of lines, on as many pages as it needs, with its headings and what they came to so far on each. */
export const drawLines = (flow: Flow, content: Content): void => {
  if (content.lines.length === 0) drawNotItemised(flow)
  else drawTable(flow, content)
}

const drawTable = (flow: Flow, content: Content): void => {
  const { sheet } = flow
  const rows = content.lines.map((line) => ({ line, figures: figuresOf(line, content) }))
  const columns = columnsOf(sheet, rows)
  let [drawn, carried] = [0, 0]
  const drawCarried = (label: string) => {
    if (drawn === 0) return
    const y = sheet.y - 13
    sheet.text(label, columns.item.left, y, STYLES.label)
    sheet.text(sheet.line(formatMoney(carried, content.currency, content.company.locale), columns.figure), columns.net, y, columns.figure, 'right')
    sheet.y -= CARRIED
  }
  const turn = () => {
    drawCarried('Carried forward')
    flow.turn()
    drawHeadings(sheet, columns)
    if (drawn === 0) return
    drawCarried('Brought forward')
    sheet.rectangle(LEFT, sheet.y, RIGHT - LEFT, 0.5, LINE)
  }
  const counts = ({ lineTotal }: ContentLine) => {
    drawn += 1
    carried += lineTotal
  }
  // Headings and the first line stay together.
  makeRoom(flow, 60)
  drawHeadings(sheet, columns)
  for (const row of rows) drawRow({ ...flow, floor: flow.floor + CARRIED, turn }, columns, row, counts)
}

const drawNotItemised = (flow: Flow): void => {
  const { sheet } = flow
  makeRoom(flow, 40)
  sheet.rectangle(LEFT, sheet.y, RIGHT - LEFT, 0.8, INK)
  sheet.text('This invoice is not itemised.', LEFT, sheet.y - 19, STYLES.body)
  sheet.y -= 30
  sheet.rectangle(LEFT, sheet.y, RIGHT - LEFT, 0.5, LINE)
}

type Figures = { position: string; quantity: string; price: string; tax: string; net: string }
type Row = { line: ContentLine; figures: Figures }
/** Where a figure's column ends, on the right. */
type Columns = { figure: Style; position: number; item: { left: number; width: number }; quantity: number; price: number; tax: number; net: number }

const figuresOf = (line: ContentLine, { currency, company: { locale } }: Content): Figures => ({
  position: String(line.position),
  quantity: formatQuantity(line.quantity, locale),
  price: formatMoney(line.unitPrice, currency, locale),
  tax: formatRate(line.taxRate, locale),
  net: formatMoney(line.lineTotal, currency, locale),
})

const columnsOf = (sheet: Sheet, rows: Row[], figure: Style = STYLES.body): Columns => {
  const widest = (name: keyof Figures, heading: string) =>
    rows.reduce((most, { figures }) => Math.max(most, sheet.width(sheet.line(figures[name], figure), figure)), sheet.width(heading, STYLES.heading))
  const position = LEFT + widest('position', '#')
  const price = RIGHT - widest('net', 'Net') - GAP - widest('tax', 'Tax') - GAP
  const quantity = price - widest('price', 'Price') - GAP
  const itemLeft = position + 9
  const width = quantity - widest('quantity', 'Quantity') - GAP - itemLeft
  if (width < ITEM_AT_LEAST && figure.size > 6) return columnsOf(sheet, rows, { ...figure, size: figure.size - 0.5 })
  return { figure, position, item: { left: itemLeft, width }, quantity, price, tax: price + GAP + widest('tax', 'Tax'), net: RIGHT }
}

const drawHeadings = (sheet: Sheet, { position, item, quantity, price, tax, net }: Columns): void => {
  const y = sheet.y - 8
  const [number, itemHeading, ...figures] = HEADINGS
  sheet.text(number, position, y, STYLES.heading, 'right')
  sheet.text(itemHeading, item.left, y, STYLES.heading)
  for (const [index, right] of [quantity, price, tax, net].entries()) sheet.text(figures[index] ?? '', right, y, STYLES.heading, 'right')
  sheet.y -= 14.5
  sheet.rectangle(LEFT, sheet.y, RIGHT - LEFT, 0.8, INK)
}

/** @param counts called once its figures stand on the page */
const drawRow = (flow: Flow, columns: Columns, { line, figures }: Row, counts: (line: ContentLine) => void): void => {
  const { sheet } = flow
  const texts = [
    ...sheet.lines(line.description, columns.item.width, STYLES.body).map((text) => ({ text, style: STYLES.body })),
    ...sheet.lines(line.sku, columns.item.width, STYLES.label).map((text) => ({ text, style: STYLES.label })),
  ]
  const height =
    Math.max(
      leading(STYLES.body),
      texts.reduce((sum, { style }) => sum + leading(style), 0),
    ) +
    2 * PADDING
  makeRoom(flow, Math.min(height, WHOLE))
  sheet.y -= PADDING
  const first = texts.shift() ?? { text: '', style: STYLES.body }
  sheet.y -= leading(first.style)
  drawFirstLine(sheet, columns, figures, first)
  counts(line)
  for (const { text, style } of texts) {
    if (sheet.y - leading(style) - PADDING < flow.floor) {
      flow.turn()
      sheet.y -= PADDING
    }
    sheet.y -= leading(style)
    sheet.text(text, columns.item.left, sheet.y + 3, style)
  }
  sheet.y -= PADDING
  sheet.rectangle(LEFT, sheet.y, RIGHT - LEFT, 0.5, LINE)
}

/** In the order it is read: whoever selects the text, or listens to it, gets the row as it stands. */
const drawFirstLine = (sheet: Sheet, columns: Columns, figures: Figures, item: { text: string; style: Style }): void => {
  const { figure, position, quantity, price, tax, net } = columns
  const y = sheet.y + 3
  const draw = (text: string, right: number) => sheet.text(sheet.line(text, figure), right, y, figure, 'right')
  draw(figures.position, position)
  sheet.text(item.text, columns.item.left, y, item.style)
  draw(figures.quantity, quantity)
  draw(figures.price, price)
  draw(figures.tax, tax)
  draw(figures.net, net)
}
