import { BYTE_ORDER_MARK, csvLines } from '#src/csv.ts'
import { decimalText, placesOf } from '#views/decimal.ts'
import { standingLabel } from '#views/format.ts'
import type { InvoiceSummary } from './invoice.ts'

/** Invoices as a spreadsheet reads them. */

const HEADINGS = ['number', 'issue_date', 'due_date', 'status', 'currency', 'total', 'open']

export const invoiceCsvHead = (): string => BYTE_ORDER_MARK + csvLines([HEADINGS])

export const invoiceCsvRows = (invoices: InvoiceSummary[]): string =>
  csvLines(
    invoices.map(({ number, issueDate, dueDate, standing, currency, total, open }) => {
      const decimal = (amount: number) => ({ decimal: decimalText(amount, placesOf(currency) ?? 2) })
      return [number, issueDate, dueDate ?? '', standingLabel(standing), currency, decimal(total), decimal(open)]
    }),
  )
