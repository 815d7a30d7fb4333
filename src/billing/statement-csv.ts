import { BYTE_ORDER_MARK, csvLines } from '#src/csv.ts'
import { decimalText, placesOf } from '#views/decimal.ts'
import type { Entry, Statement } from './statement.ts'

const HEADINGS = ['date', 'type', 'number', 'invoice', 'due_date', 'currency', 'amount', 'balance']
const TYPES: Record<Entry['kind'], string> = { invoice: 'invoice', 'credit-note': 'credit note', payment: 'payment' }

/** The statement as a spreadsheet reads it: each currency from its opening to its closing balance. */
export const statementCsv = ({ period, currencies }: Statement): string => {
  const rows = currencies.flatMap(({ currency, opening, entries, closing }) => {
    const decimal = (amount: number) => ({ decimal: decimalText(amount, placesOf(currency) ?? 2) })
    return [
      [period.from, 'opening balance', '', '', '', currency, '', decimal(opening)],
      ...entries.map(({ kind, day, words, invoice, dueDate, amount, balance }) => [
        day,
        kind === 'payment' && amount > 0 ? 'refund' : TYPES[kind],
        words,
        invoice?.number ?? '',
        dueDate ?? '',
        currency,
        decimal(amount),
        decimal(balance),
      ]),
      [period.to, 'closing balance', '', '', '', currency, '', decimal(closing)],
    ]
  })
  return BYTE_ORDER_MARK + csvLines([HEADINGS, ...rows])
}
