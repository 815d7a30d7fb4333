import { BYTE_ORDER_MARK, csvLines } from '#src/csv.ts'
import { decimalText, placesOf } from '#views/decimal.ts'
import { standingLabel } from '#views/format.ts'
import type { ListEntry } from './invoice-list.ts'

/** The list of invoices as a spreadsheet reads it: the sum of what is open is what is owed. */

const HEADINGS = ['type', 'number', 'po_number', 'date', 'due_date', 'status', 'currency', 'total', 'open']

export const invoiceCsvHead = (): string => BYTE_ORDER_MARK + csvLines([HEADINGS])

export const invoiceCsvRows = (entries: ListEntry[]): string => csvLines(entries.map(rowOf))

const rowOf = (entry: ListEntry) => {
  const decimal = (amount: number) => ({ decimal: decimalText(amount, placesOf(entry.currency) ?? 2) })
  if (entry.kind === 'invoice') {
    const { number, poNumber, issueDate, dueDate, standing, currency, total, open, credit } = entry
    return ['invoice', number, poNumber, issueDate, dueDate ?? '', standingLabel(standing), currency, decimal(total), decimal(open - credit)]
  }
  const { day, currency, open } = entry
  if (entry.kind === 'overpaid') return ['overpaid', entry.number ?? '', '', day, '', '', currency, '', decimal(open)]
  if (entry.kind === 'payment')
    return [entry.total > 0 ? 'refund' : 'payment on account', '', '', day, '', entry.method, currency, decimal(entry.total), decimal(open)]
  return ['credit note', entry.number, '', day, '', entry.invoice ? `for ${entry.invoice.number}` : '', currency, decimal(entry.total), decimal(open)]
}
