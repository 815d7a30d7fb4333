import { and, asc, desc, eq, gte, sql } from 'drizzle-orm'
import { daysBetween, type PlainDate } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { clientBalances } from '#src/db/schema/clients.ts'
import { invoiceLines, invoices } from '#src/db/schema/invoices.ts'
import { orders } from '#src/db/schema/orders.ts'
import { payments } from '#src/db/schema/payments.ts'
import { maybe, type Read } from '#src/db/statement.ts'
import { NotFound } from '#src/errors.ts'
import { shareOf } from './money.ts'
import { ORDERS_SHOWN } from './order.ts'
import { type Standing, standingOf } from './standing.ts'

/** Drafts are the company's own, void ones no longer stand. */
export const SHOWN_TO_CLIENTS = eq(invoices.state, 'issued')

/** Something is open on it. Written as its index says it: a value that is bound later would hide that it is the same. */
export const IS_OPEN = sql`${invoices.open} > 0`

/** An invoice in a list. Sums are in minor units of its currency. */
export type InvoiceSummary = {
  kind: 'invoice'
  id: string
  number: string
  /** The client's own number for what it ordered; may be empty. */
  poNumber: string
  issueDate: PlainDate
  dueDate: PlainDate | null
  currency: string
  total: number
  open: number
  /** What was paid or credited beyond the total. */
  credit: number
  standing: Standing
}

/** An open invoice and when it is due. */
export type DueInvoice = Pick<InvoiceSummary, 'id' | 'currency' | 'open'> & { dueDate: PlainDate; dueIn: number }

export type InvoiceLine = typeof invoiceLines.$inferSelect
export type Payment = typeof payments.$inferSelect

/** Net and tax of the lines at one rate (1/1,000 %), in minor units. */
export type TaxAtRate = { rate: number; net: number; tax: number }

/** How the lines of an invoice or a credit note come to its total. */
export type Sums = {
  net: number
  taxes: TaxAtRate[]
  /** What the lines and their taxes leave unexplained of the total that was issued. */
  rounding: number
}

export type Invoice = InvoiceSummary &
  Sums & {
    order: { id: string; number: string } | null
    lines: InvoiceLine[]
    payments: Payment[]
    paid: number
    credited: number
    /** Of the company's own PDF, if it has given one. */
    pdfHash: string | null
  }

/** The newest that a client sees. */
export const recentInvoices = (door: ClientDoor, limit: number) =>
  door.read(invoices, { where: SHOWN_TO_CLIENTS, order: [desc(invoices.issueDate), desc(invoices.id)], limit })

/** Of what is open and not late, the first that falls due in each currency: one look into the index each, however much is open. */
export const nextDueInvoices = (door: ClientDoor, today: PlainDate) => {
  const first = door.pluck(invoices, invoices.id, {
    where: and(IS_OPEN, eq(invoices.currency, clientBalances.currency), gte(invoices.dueDate, today)),
    order: [asc(invoices.dueDate), asc(invoices.id)],
    limit: 1,
    index: 'invoices_open',
  })
  const { id, dueDate, currency, open } = invoices
  return door.pick(
    clientBalances,
    { id: maybe(id), dueDate: maybe(dueDate), currency: maybe(currency), open: maybe(open) },
    { left: [{ table: invoices, on: sql`${invoices.id} = ${first}` }] },
  )
}

/** What has to be paid next. */
export const nextDueOf = (rows: ReturnType<typeof nextDueInvoices>['row'][], today: PlainDate): DueInvoice | null => {
  const due = rows.flatMap(({ id, dueDate, currency, open }) =>
    id === null || dueDate === null || currency === null || open === null ? [] : [{ id, dueDate, currency, open, dueIn: daysBetween(today, dueDate) }],
  )
  const [first] = due.sort((a, b) => (a.dueDate < b.dueDate || (a.dueDate === b.dueDate && a.id < b.id) ? -1 : 1))
  return first ?? null
}

/** Those that name an order. */
export const invoicesOfOrder = (door: ClientDoor, orderId: string) =>
  door.read(invoices, { where: and(eq(invoices.orderId, orderId), SHOWN_TO_CLIENTS), order: [asc(invoices.issueDate), asc(invoices.id)] })

/** The newest invoices of one client, in every state, for staff. */
export const recentInvoicesOf = (door: TenantDoor, clientId: string, limit: number) =>
  door.read(invoices, { where: eq(invoices.clientId, clientId), order: [desc(invoices.issueDate), desc(invoices.id)], limit })

export const invoiceReads = (door: ClientDoor, id: string) => ({
  invoice: door.read(invoices, { where: and(eq(invoices.id, id), SHOWN_TO_CLIENTS) }),
  lines: door.readOf(invoices, id, invoiceLines, invoiceLines.invoiceId, invoiceLines.position),
  payments: door.read(payments, { where: eq(payments.invoiceId, id), order: [asc(payments.paidOn), asc(payments.id)], index: 'payments_invoice' }),
  order: door.pick(
    orders,
    { id: orders.id, number: orders.number },
    { where: and(ORDERS_SHOWN, eq(orders.id, door.pluck(invoices, invoices.orderId, { where: eq(invoices.id, id) }))) },
  ),
})

/** Those of a client that were picked by their ids, newest first. */
export const invoicesNamed = (door: ClientDoor, ids: string[]) =>
  door.pick(
    invoices,
    { id: invoices.id },
    {
      where: and(sql`${invoices.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`, SHOWN_TO_CLIENTS),
      order: [desc(invoices.issueDate), desc(invoices.id)],
    },
  )

type RowsOf<R extends (...args: never[]) => Record<string, Read<unknown>>> = { [K in keyof ReturnType<R>]: ReturnType<R>[K]['row'][] }

export const summaryOf = (row: typeof invoices.$inferSelect, today: PlainDate): InvoiceSummary => ({
  kind: 'invoice',
  id: row.id,
  number: row.number,
  poNumber: row.poNumber,
  issueDate: row.issueDate,
  dueDate: row.dueDate,
  currency: row.currency,
  total: row.total,
  open: row.open,
  credit: row.credit,
  standing: standingOf(row, today),
})

/** @throws NotFound when there is no such invoice for this client */
export const invoiceOf = (rows: RowsOf<typeof invoiceReads>, today: PlainDate): Invoice => {
  const [row] = rows.invoice
  if (!row) throw new NotFound()
  return {
    ...summaryOf(row, today),
    order: rows.order[0] ?? null,
    lines: rows.lines,
    ...sumsOf(rows.lines, row.total),
    payments: rows.payments,
    paid: row.paid,
    credited: row.credited,
    pdfHash: row.pdfHash,
  }
}

export const sumsOf = (lines: Pick<InvoiceLine, 'lineTotal' | 'taxRate'>[], total: number): Sums => {
  const taxes = taxesOf(lines)
  const net = lines.reduce((sum, line) => sum + line.lineTotal, 0)
  const tax = taxes.reduce((sum, each) => sum + each.tax, 0)
  return { net, taxes, rounding: lines.length === 0 ? 0 : total - net - tax }
}

/** Tax is rounded line by line, then added up by rate, lowest rate first. */
export const taxesOf = (lines: Pick<InvoiceLine, 'lineTotal' | 'taxRate'>[]): TaxAtRate[] => {
  const byRate = new Map<number, TaxAtRate>()
  for (const { lineTotal, taxRate } of lines) {
    const at = byRate.get(taxRate) ?? { rate: taxRate, net: 0, tax: 0 }
    byRate.set(taxRate, { rate: taxRate, net: at.net + lineTotal, tax: at.tax + shareOf(lineTotal, taxRate) })
  }
  return [...byRate.values()].sort((a, b) => a.rate - b.rate)
}
