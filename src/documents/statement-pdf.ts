import type { CurrencyStatement, Entry, Statement } from '#src/billing/statement.ts'
import type { Env } from '#src/env.ts'
import { formatDay, formatDayLong, formatMoney, langOf } from '#views/format.ts'
import type { DocumentSender } from './content.ts'
import { drawnFile } from './drawn.ts'
import { drawFooters, footerOf } from './footer.ts'
import { drawHead, drawRunningHead, type Head } from './head.ts'
import { describePaper, finished, newPaper } from './paper.ts'
import { colourOf, type Fonts, type Sheet } from './sheet.ts'
import { drawParagraph, type Flow, INK, LEFT, LINE, leading, makeRoom, RIGHT, STYLES, WIDTH } from './style.ts'

/** The statement of account on paper. No "today" comes in: the same period of the same books makes the same bytes. */

export type StatementContent = Pick<Statement, 'period' | 'currencies'> & {
  company: DocumentSender & { bankDetails: string }
  client: { name: string; address: string[] }
}

const PADDING = 5
/** Where each column of figures ends, on the right. */
const COLUMNS = { charged: RIGHT - 170, settled: RIGHT - 85, balance: RIGHT }
const WORDS_LEFT = LEFT + 72
const WORDS_WIDTH = COLUMNS.charged - 70 - WORDS_LEFT

/** @param logo the company's, as PNG; without it the name stands in its place */
export const drawStatement = async (content: StatementContent, fonts: Fonts, logo: Uint8Array | null): Promise<Uint8Array> => {
  const { file, sheet } = await newPaper(fonts)
  const brand = colourOf(content.company.brandColour)
  const head = headOf(content)
  const footer = footerOf(sheet, content.company)
  const flow = { sheet, floor: footer.top, turn: () => drawRunningHead(sheet, head, brand) }

  drawHead(flow, head, brand, logo && (await file.embedPng(logo)))
  for (const statement of content.currencies) drawCurrency(flow, content, statement)
  drawBank(flow, content)
  drawFooters(sheet, footer)

  const { period, company, client } = content
  describePaper(file, sheet, {
    lang: langOf(company.locale),
    title: `Statement ${head.number}`,
    author: company.legalName || company.name,
    subject: `Statement of account for ${client.name}`,
    at: new Date(`${period.to}T00:00:00Z`),
  })
  return finished(file)
}

const headOf = ({ period: { from, to }, company, client }: StatementContent): Head => ({
  title: 'Statement',
  number: `${formatDay(from, company.locale)} – ${formatDay(to, company.locale)}`,
  company,
  client,
  facts: [
    { label: 'From', value: formatDayLong(from, company.locale), style: STYLES.body },
    { label: 'To', value: formatDayLong(to, company.locale), style: STYLES.body },
  ],
})

const NAMES: Record<Entry['kind'], string> = { invoice: 'Invoice', 'credit-note': 'Credit note', payment: 'Payment' }
const nameOf = ({ kind, amount, words, invoice }: Entry): string => {
  const name = kind === 'payment' && amount > 0 ? 'Refund' : NAMES[kind]
  return [kind === 'payment' ? name : `${name} ${words}`, invoice && `for ${invoice.number}`].filter(Boolean).join(' ')
}

const drawCurrency = (
  flow: Flow,
  { company: { locale }, period }: StatementContent,
  { currency, opening, entries, charged, settled, closing, later }: CurrencyStatement,
): void => {
  const { sheet } = flow
  const money = (amount: number) => formatMoney(amount, currency, locale)
  const headings = () => {
    const y = sheet.y - 8
    sheet.text('Date', LEFT, y, STYLES.heading)
    sheet.text(`Entry (${currency})`, WORDS_LEFT, y, STYLES.heading)
    sheet.text('Charged', COLUMNS.charged, y, STYLES.heading, 'right')
    sheet.text('Paid, credited', COLUMNS.settled, y, STYLES.heading, 'right')
    sheet.text('Balance', COLUMNS.balance, y, STYLES.heading, 'right')
    sheet.y -= 14.5
    sheet.rectangle(LEFT, sheet.y, WIDTH, 0.8, INK)
  }
  let carried = opening
  const table: Flow = {
    ...flow,
    turn: () => {
      flow.turn()
      headings()
      drawRow(sheet, { day: '', words: ['Carried forward'], balance: money(carried) })
    },
  }
  makeRoom(flow, 90)
  headings()
  drawRow(sheet, { day: formatDay(period.from, locale), words: ['Opening balance'], balance: money(opening) })
  for (const entry of entries) {
    const words = [...sheet.lines(nameOf(entry), WORDS_WIDTH, STYLES.body)]
    makeRoom(table, words.length * leading(STYLES.body) + 2 * PADDING)
    const amount = money(Math.abs(entry.amount))
    drawRow(sheet, {
      day: formatDay(entry.day, locale),
      words,
      ...(entry.amount > 0 ? { charged: amount } : { settled: amount }),
      balance: money(entry.balance),
    })
    carried = entry.balance
  }
  makeRoom(table, 40)
  drawRow(sheet, {
    day: formatDay(period.to, locale),
    words: ['Closing balance'],
    charged: money(charged),
    settled: money(settled),
    balance: money(closing),
    isSum: true,
  })
  if (later !== 0) {
    makeRoom(flow, 20)
    drawParagraph(flow, sheet.lines(`Dated after this period: ${money(later)}.`, WIDTH, STYLES.label), LEFT, STYLES.label)
  }
  sheet.y -= 26
}

type Row = { day: string; words: string[]; charged?: string; settled?: string; balance: string; isSum?: boolean }

const drawRow = (sheet: Sheet, { day, words, charged, settled, balance, isSum }: Row): void => {
  const style = isSum ? STYLES.strong : STYLES.body
  sheet.y -= PADDING
  const first = sheet.y - leading(style) + 3
  sheet.text(sheet.line(day, style), LEFT, first, style)
  for (const [i, line] of words.entries()) sheet.text(line, WORDS_LEFT, first - i * leading(style), style)
  if (charged) sheet.text(sheet.line(charged, style), COLUMNS.charged, first, style, 'right')
  if (settled) sheet.text(sheet.line(settled, style), COLUMNS.settled, first, style, 'right')
  sheet.text(sheet.line(balance, style), COLUMNS.balance, first, style, 'right')
  sheet.y -= words.length * leading(style) + PADDING
  sheet.rectangle(LEFT, sheet.y, WIDTH, isSum ? 0.8 : 0.5, isSum ? INK : LINE)
}

const drawBank = (flow: Flow, { company: { bankDetails } }: StatementContent): void => {
  if (bankDetails.trim() === '') return
  const { sheet } = flow
  const lines = sheet.lines(bankDetails, WIDTH, STYLES.body)
  makeRoom(flow, Math.min(200, (lines.length + 1) * leading(STYLES.body)))
  drawParagraph(flow, ['Pay to'], LEFT, STYLES.strong)
  drawParagraph(flow, lines, LEFT, STYLES.body)
}

export const statementFile = (env: Pick<Env, 'FILES' | 'ASSETS'>, tenantId: string, content: StatementContent) =>
  drawnFile(env, tenantId, 'statement 1', content, (fonts, logo) => drawStatement(content, fonts, logo))
