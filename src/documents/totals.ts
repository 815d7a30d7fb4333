import { formatDayLong, formatMoney, formatRate } from '#views/format.ts'
import type { DocumentSender, InvoiceContent, Itemised } from './content.ts'
import { drawDueBox } from './invoice-due.ts'
import type { Colour, Sheet, Style } from './sheet.ts'
import { type Flow, LINE, leading, makeRoom, RIGHT, STYLES } from './style.ts'

const TOTALS_LEFT = RIGHT - 232
const GAP = 14

type SumRow = { label: string; amount: string; style: Style }

type Content = Itemised & { company: DocumentSender }

const moneyIn =
  (sheet: Sheet, { currency, company: { locale } }: Content) =>
  (amount: number): string =>
    sheet.line(formatMoney(amount, currency, locale), STYLES.body)

/** From net to what is still to pay. */
export const drawTotals = (flow: Flow, content: InvoiceContent, brand: Colour): void => {
  const { sheet } = flow
  drawSums(flow, content)
  for (const row of settledOf(content, moneyIn(sheet, content))) drawSum(flow, row)
  sheet.y -= 20
  drawDueBox(flow, content, brand)
}

/** From net to the total. */
export const drawSums = (flow: Flow, content: Content): void => {
  const { sheet } = flow
  const money = moneyIn(sheet, content)
  const parts = partsOf(content, money)
  const total: SumRow = { label: 'Total', amount: money(content.total), style: STYLES.grand }
  sheet.y -= 14
  makeRoom(
    flow,
    Math.min(
      300,
      [...parts, total].reduce((sum, row) => sum + heightOf(sheet, row), 16),
    ),
  )
  for (const row of parts) drawSum(flow, row)
  if (parts.length > 0) {
    sheet.y -= 5
    sheet.rectangle(TOTALS_LEFT, sheet.y, RIGHT - TOTALS_LEFT, 0.5, LINE)
    sheet.y -= 3
  }
  drawSum(flow, total)
}

const partsOf = ({ lines, net, taxes, rounding, company: { locale } }: Content, money: (amount: number) => string): SumRow[] => {
  if (lines.length === 0) return []
  return [
    { label: 'Net', amount: money(net), style: STYLES.body },
    ...taxes.map((at) => ({ label: `Tax ${formatRate(at.rate, locale)} on ${money(at.net)}`, amount: money(at.tax), style: STYLES.body })),
    ...(rounding === 0 ? [] : [{ label: 'Rounding', amount: money(rounding), style: STYLES.body }]),
  ]
}

const settledOf = ({ payments, credited, company: { locale } }: InvoiceContent, money: (amount: number) => string): SumRow[] => [
  ...payments.map(({ paidOn, amount }) => ({
    label: `${amount < 0 ? 'Refunded' : 'Paid'} ${formatDayLong(paidOn, locale)}`,
    amount: money(-amount),
    style: STYLES.body,
  })),
  ...(credited === 0 ? [] : [{ label: 'Credited', amount: money(-credited), style: STYLES.body }]),
]

const labelLines = (sheet: Sheet, { label, amount, style }: SumRow) =>
  sheet.lines(label, Math.max(60, RIGHT - TOTALS_LEFT - GAP - sheet.width(amount, style)), style)

const heightOf = (sheet: Sheet, row: SumRow) => labelLines(sheet, row).length * leading(row.style) + 4.5

const drawSum = (flow: Flow, row: SumRow): void => {
  const { sheet } = flow
  const lines = labelLines(sheet, row)
  makeRoom(flow, heightOf(sheet, row))
  sheet.y -= 4.5
  for (const [index, line] of lines.entries()) {
    sheet.y -= leading(row.style)
    sheet.text(line, TOTALS_LEFT, sheet.y + 3, row.style)
    if (index === 0) sheet.text(row.amount, RIGHT, sheet.y + 3, row.style, 'right')
  }
}
