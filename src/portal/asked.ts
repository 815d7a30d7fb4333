import type { InvoiceFilter } from '#src/billing/invoice-list.ts'
import { ORDER_STATUSES_SHOWN, type OrderFilter } from '#src/billing/order.ts'
import { isPlainDate, type PlainDate } from '#src/dates.ts'

/** What of a list is asked for, as its address says it. */

const LONGEST_SEARCH = 200
/** What was typed into the search; undefined when nothing was. */
export const askedWords = (typed: string | undefined): string | undefined => typed?.trim().slice(0, LONGEST_SEARCH) || undefined

/** The days between which something is asked for, as an address says them. */
export type AskedDays = { from: PlainDate | undefined; to: PlainDate | undefined; problem?: string }

const noDay = (which: string, typed: string) => `The ${which} day is none: “${typed.slice(0, 20)}”. Write it as 2026-01-31.`

/** Either may be left out. With a problem neither counts. */
export const askedDays = ({ from = '', to = '' }: Record<string, string | undefined>): AskedDays => {
  const refused = (problem: string): AskedDays => ({ from: undefined, to: undefined, problem })
  if (from !== '' && !isPlainDate(from)) return refused(noDay('first', from))
  if (to !== '' && !isPlainDate(to)) return refused(noDay('last', to))
  if (from !== '' && to !== '' && from > to) return refused('The first day comes after the last.')
  return { from: from || undefined, to: to || undefined }
}

/** What a date field may hold of what was typed: a day, or nothing. */
export const dayField = (typed: string | undefined): string => (typed !== undefined && isPlainDate(typed) ? typed : '')

const INVOICE_STATES = ['outstanding', 'overdue', 'paid'] as const

/** Which invoices a list, or a file of it, is asked for. */
export const askedOfInvoices = (query: Record<string, string>): InvoiceFilter & { problem: string | undefined } => {
  const { from, to, problem } = askedDays(query)
  return { q: askedWords(query.q), state: INVOICE_STATES.find((known) => known === query.state), from, to, problem }
}

/** Which orders. */
export const askedOfOrders = (query: Record<string, string>): OrderFilter & { problem: string | undefined } => {
  const { from, to, problem } = askedDays(query)
  return { q: askedWords(query.q), status: ORDER_STATUSES_SHOWN.find((known) => known === query.status), from, to, problem }
}

export const isNarrowed = (filter: InvoiceFilter | OrderFilter): boolean => Object.values(filter).some((value) => value !== undefined)

/** A page of the list can be picked as a whole, and no more. */
const MOST_PICKED = 25

/** The ids of invoices that were picked, each once; more than a page of them are none. */
export const askedInvoices = (ids: string[] | undefined): string[] => {
  const picked = [...new Set(ids)]
  return picked.length > MOST_PICKED ? [] : picked
}
