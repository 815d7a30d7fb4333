import { and, eq, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type { PlainDate } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import { type Cursor, newestOf } from '#src/db/paging.ts'
import { invoiceLines, invoices } from '#src/db/schema/invoices.ts'
import { orders } from '#src/db/schema/orders.ts'
import { creditNoteLines, creditNotes, payments } from '#src/db/schema/payments.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import { maybe } from '#src/db/statement.ts'
import { searchTermsOf } from '#src/fold.ts'
import { type InvoiceSummary, IS_OPEN, SHOWN_TO_CLIENTS, summaryOf } from './invoice.ts'
import { ORDERS_SHOWN } from './order.ts'
import { type Documents, endOf, every, listing, says, searchEnd, within } from './search.ts'

/**
 * The list of invoices, and of all else that a balance is made of: what its rows leave open adds up to it. Sums are in
 * minor units of the row's currency; below zero they are the client's.
 */
export type ListEntry =
  | InvoiceSummary
  /** What was paid or credited beyond an invoice's total; without a number it is one that the client doesn't see. */
  | { kind: 'overpaid'; id: string; day: PlainDate; currency: string; open: number; number: string | null }
  /** On account, or of an invoice that the client doesn't see; above zero it is a refund. */
  | { kind: 'payment'; id: string; day: PlainDate; currency: string; total: number; open: number; method: string }
  /** For an invoice, if it names one that the client sees: then nothing of it is open by itself. */
  | {
      kind: 'credit-note'
      id: string
      day: PlainDate
      currency: string
      number: string
      total: number
      open: number
      invoice: { id: string; number: string } | null
    }

/** Which of them. Days are those of issue, both included; `q` is what was typed into the search. */
export type InvoiceFilter = {
  q?: string | undefined
  state?: 'outstanding' | 'overdue' | 'paid' | undefined
  from?: PlainDate | undefined
  to?: PlainDate | undefined
}

/** What a client doesn't see by itself, and counts all the same: written as its index says it. */
const ASTRAY = sql`${invoices.state} <> 'issued' AND (${invoices.open} > 0 OR ${invoices.credit} > 0)`

const stateOf = ({ state }: InvoiceFilter, today: PlainDate): SQL | undefined => {
  if (state === 'outstanding') return IS_OPEN
  if (state === 'overdue') return and(IS_OPEN, isNotNull(invoices.dueDate), lt(invoices.dueDate, today))
  if (state === 'paid') return eq(invoices.open, 0)
  return undefined
}

const invoiceSays = (door: ClientDoor) => (term: string) => {
  // A company that hides its orders hides their numbers from a search, too.
  const ofOrder = and(
    eq(orders.id, invoices.orderId),
    ORDERS_SHOWN,
    door.companyAllows(portalSettings.orderHistory),
    says(term, orders.searchText, orders.number, orders.poNumber),
  )
  const line = says(term, invoiceLines.searchText, invoiceLines.sku, invoiceLines.description)
  return sql`(${says(term, invoices.searchText, invoices.number, invoices.poNumber)} OR ${door.exists(orders, ofOrder)}
    OR ${door.hasLine(invoiceLines, invoiceLines.invoiceId, invoices.id, line)})`
}

const creditNoteSays = (door: ClientDoor) => (term: string) => {
  const line = says(term, creditNoteLines.searchText, creditNoteLines.sku, creditNoteLines.description)
  return sql`(${says(term, creditNotes.searchText, creditNotes.number)} OR ${door.hasLine(creditNoteLines, creditNoteLines.creditNoteId, creditNotes.id, line)})`
}

/** A page of the list: of each kind one row more than it holds. */
export const invoiceListReads = (door: ClientDoor, today: PlainDate, size: number, filter: InvoiceFilter, cursor?: Cursor) => {
  const { state } = filter
  const terms = searchTermsOf(filter.q ?? '')
  const issued: Documents = {
    table: invoices,
    day: invoices.issueDate,
    id: invoices.id,
    where: and(SHOWN_TO_CLIENTS, stateOf(filter, today), within(invoices.issueDate, filter)),
    // Whatever is open, and not all that was paid since.
    ...((state === 'outstanding' || state === 'overdue') && { index: 'invoices_open' }),
  }
  // What is late or settled is invoices alone; what has neither number nor lines can't be searched for.
  const hasCredits = state !== 'overdue' && state !== 'paid'
  const hasMoney = hasCredits && terms.length === 0
  const notes: Documents = {
    table: creditNotes,
    day: creditNotes.issueDate,
    id: creditNotes.id,
    where: and(eq(creditNotes.state, 'issued'), state && isNull(creditNotes.invoiceId), within(creditNotes.issueDate, filter)),
  }
  // In the list of all, an invoice that the client sees says by itself that it is overpaid.
  const overpaid: Documents = {
    ...issued,
    where: and(sql`${invoices.credit} > 0`, state ? undefined : ASTRAY, within(invoices.issueDate, filter)),
    index: state ? 'invoices_overpaid' : 'invoices_astray',
  }
  // Of one that it doesn't see more may have been given back than was paid: that is owed again.
  const givenBack: Documents = {
    ...issued,
    where: and(IS_OPEN, ASTRAY, stateOf(filter, today), within(invoices.issueDate, filter)),
    index: 'invoices_astray',
  }
  const onAccount = and(isNull(payments.invoiceId), within(payments.paidOn, filter))
  return {
    invoices: door.read(invoices, listing(door, issued, every(terms, invoiceSays(door)), size, cursor)),
    ...(hasMoney && {
      overpaid: door.pick(
        invoices,
        { id: invoices.id, day: invoices.issueDate, currency: invoices.currency, credit: invoices.credit, number: invoices.number, state: invoices.state },
        listing(door, overpaid, undefined, size, cursor),
      ),
      onAccount: door.pick(
        payments,
        { id: payments.id, day: payments.paidOn, currency: payments.currency, amount: payments.amount, method: payments.method },
        listing(door, { table: payments, day: payments.paidOn, id: payments.id, where: onAccount }, undefined, size, cursor),
      ),
    }),
    ...(state !== 'paid' &&
      terms.length === 0 && {
        givenBack: door.pick(
          invoices,
          { id: invoices.id, day: invoices.issueDate, currency: invoices.currency, open: invoices.open },
          listing(door, givenBack, undefined, size, cursor),
        ),
      }),
    ...(hasCredits && {
      creditNotes: door.pick(creditNotes, CREDIT_NOTE, {
        ...listing(door, notes, every(terms, creditNoteSays(door)), size, cursor),
        left: [{ table: invoices, on: and(eq(invoices.id, creditNotes.invoiceId), SHOWN_TO_CLIENTS) }],
      }),
    }),
    ...(terms.length > 0 && { invoicesEnd: searchEnd(door, issued, cursor) }),
    ...(terms.length > 0 && hasCredits && { creditNotesEnd: searchEnd(door, notes, cursor) }),
  }
}

const CREDIT_NOTE = {
  id: creditNotes.id,
  day: creditNotes.issueDate,
  currency: creditNotes.currency,
  number: creditNotes.number,
  total: creditNotes.total,
  isApplied: sql<number>`${creditNotes.invoiceId} IS NOT NULL`,
  invoiceId: maybe(invoices.id),
  invoiceNumber: maybe(invoices.number),
}

type Reads = Required<ReturnType<typeof invoiceListReads>>
type Rows = { invoices: Reads['invoices']['row'][] } & { [K in Exclude<keyof Reads, 'invoices'>]?: Reads[K]['row'][] | undefined }

/** One list of what was read, newest first. `isCut`: the search goes on in older documents. */
export const invoiceListOf = (rows: Rows, today: PlainDate, size: number): { rows: ListEntry[]; next: string | undefined; isCut: boolean } => {
  const entries: (ListEntry & { day: PlainDate })[] = [
    ...rows.invoices.map((row) => ({ ...summaryOf(row, today), day: row.issueDate })),
    ...(rows.overpaid ?? []).map(({ id, day, currency, credit, number, state }) => ({
      kind: 'overpaid' as const,
      id,
      day,
      currency,
      open: -credit,
      number: state === 'issued' ? number : null,
    })),
    ...(rows.onAccount ?? []).map(({ amount, ...payment }) => ({ kind: 'payment' as const, ...payment, total: -amount, open: -amount })),
    ...(rows.givenBack ?? []).map((row) => ({ kind: 'payment' as const, ...row, total: row.open, method: '' })),
    ...(rows.creditNotes ?? []).map(({ total, isApplied, invoiceId, invoiceNumber, ...note }) => ({
      kind: 'credit-note' as const,
      ...note,
      total: -total,
      open: isApplied ? 0 : -total,
      invoice: invoiceId !== null && invoiceNumber !== null ? { id: invoiceId, number: invoiceNumber } : null,
    })),
  ]
  return newestOf(entries, size, [...endOf(rows.invoicesEnd ?? []), ...endOf(rows.creditNotesEnd ?? [])])
}

/** What is open, on how many invoices, and how many of them are overdue: one row a currency, read from the index over what is open. */
export const openReads = (door: ClientDoor, today: PlainDate) =>
  door.pick(
    invoices,
    {
      currency: invoices.currency,
      open: sql<number>`sum(${invoices.open})`,
      outstanding: sql<number>`count(*)`,
      overdue: sql<number>`coalesce(sum(${invoices.dueDate} < ${today}), 0)`,
    },
    { where: IS_OPEN, groupBy: [invoices.currency], index: 'invoices_open' },
  )
export type OpenSum = ReturnType<typeof openReads>['row']
