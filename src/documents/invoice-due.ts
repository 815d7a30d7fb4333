import { formatDayLong, formatMoney } from '#views/format.ts'
import type { InvoiceContent } from './content.ts'
import { type Colour, PAGE, type Sheet, type Style } from './sheet.ts'
import { drawParagraph, type Flow, INK, LEFT, leading, makeRoom, RIGHT, STYLES, WIDTH } from './style.ts'

const PADDING = 15
const BAR = 6
const COLUMN_GAP = 22

type Block = { label: string; text: string; style: Style; width: number }

/** What is still to pay, where to and under which reference; or that nothing is. */
export const drawDueBox = (flow: Flow, content: InvoiceContent, brand: Colour): void => {
  const { sheet } = flow
  const blocks = blocksOf(sheet, content)
  const height = heightOf(sheet, blocks)
  const bank = blocks.find(({ label }) => label === TO)
  // Bank details longer than a page can't stand in a box: they follow it.
  if (bank && height > PAGE.height / 2) {
    drawBox(
      flow,
      blocks.filter((block) => block !== bank),
      brand,
    )
    sheet.y -= 14
    drawParagraph(flow, sheet.lines(bank.text, WIDTH, bank.style), LEFT, bank.style)
    return
  }
  drawBox(flow, blocks, brand)
}

const TO = 'To'

const blocksOf = (sheet: Sheet, content: InvoiceContent): Block[] => {
  const { number, open, credit, payments, credited, dueDate, currency, company } = content
  const money = (amount: number) => formatMoney(amount, currency, company.locale)
  const statement = (label: string, text: string, note: string): Block[] => [
    { label, text, style: STYLES.due, width: 190 },
    { label: note, text: '', style: STYLES.body, width: WIDTH - 190 - COLUMN_GAP - BAR - 2 * PADDING },
  ]
  if (credit > 0 && (payments.length > 0 || credited !== 0))
    return statement('Overpaid by', money(credit), 'Paid in full, and more than was asked for. The difference stands to your credit.')
  if (credit > 0) return statement('In your favour', money(credit), 'Nothing to pay. This amount stands to your credit.')
  if (open === 0) return statement('Nothing left to pay', 'Paid', '')
  const due: Block = {
    label: dueDate === null ? 'Still to pay' : `Still to pay by ${formatDayLong(dueDate, company.locale)}`,
    text: money(open),
    style: STYLES.due,
    width: 0,
  }
  const reference: Block = { label: 'Reference', text: number, style: STYLES.strong, width: 0 }
  const inside = WIDTH - BAR - 2 * PADDING - 2 * COLUMN_GAP
  due.width = Math.min(
    Math.max(sheet.width(sheet.line(due.label, STYLES.label), STYLES.label), sheet.width(sheet.line(due.text, STYLES.due), STYLES.due)) + 1,
    inside * 0.5,
  )
  reference.width = Math.min(Math.max(sheet.width('Reference', STYLES.label), sheet.width(sheet.line(number, STYLES.strong), STYLES.strong)) + 1, inside * 0.25)
  const bank: Block = { label: TO, text: company.bankDetails, style: STYLES.body, width: inside - due.width - reference.width }
  return company.bankDetails.trim() === '' ? [due, reference] : [due, bank, reference]
}

const linesOf = (sheet: Sheet, { label, text, style, width }: Block) => ({
  labels: sheet.lines(label, width, STYLES.label),
  texts: sheet.lines(text, width, style),
})

const heightOf = (sheet: Sheet, blocks: Block[]): number =>
  2 * PADDING +
  Math.max(
    ...blocks.map((block) => {
      const { labels, texts } = linesOf(sheet, block)
      return labels.length * leading(STYLES.label) + texts.length * leading(block.style)
    }),
  )

const drawBox = (flow: Flow, blocks: Block[], brand: Colour): void => {
  const { sheet } = flow
  const height = heightOf(sheet, blocks)
  makeRoom(flow, height)
  const top = sheet.y
  sheet.frame(LEFT + 0.4, top - height, WIDTH - 0.8, height, INK, 0.8)
  sheet.rectangle(LEFT, top - height - 0.4, BAR, height + 0.8, brand)
  let x = LEFT + BAR + PADDING
  for (const block of blocks) {
    const isLast = block === blocks.at(-1)
    // The reference ends with the table's last column, as the eye expects of the rightmost thing.
    if (isLast && block.label === 'Reference') x = RIGHT - PADDING - block.width
    drawBlock(sheet, block, x, top - PADDING)
    x += block.width + COLUMN_GAP
  }
  sheet.y = top - height
}

const drawBlock = (sheet: Sheet, block: Block, x: number, top: number): void => {
  const { labels, texts } = linesOf(sheet, block)
  let y = top
  for (const line of labels) {
    y -= leading(STYLES.label)
    sheet.text(line, x, y + 3, STYLES.label)
  }
  for (const line of texts) {
    y -= leading(block.style)
    sheet.text(line, x, y + block.style.size * 0.22, block.style)
  }
}
