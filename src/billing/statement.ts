import { and, asc, eq, gte, type SQL, sql } from 'drizzle-orm'
import type { PlainDate } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import { clientBalances } from '#src/db/schema/clients.ts'
import { invoices } from '#src/db/schema/invoices.ts'
import { creditNotes, payments } from '#src/db/schema/payments.ts'
import { maybe } from '#src/db/statement.ts'
import { IS_OPEN, SHOWN_TO_CLIENTS } from './invoice.ts'

/**
 * A statement of account: what was owed at the beginning, everything that changed it, and what is owed at the end. Sums
 * are in minor units, each currency by itself; above zero the client owes.
 */

/** Both days belong to it. */
export type Period = { from: PlainDate; to: PlainDate }

/** One that changes the balance: an invoice adds, a payment and a credit note take off, a refund adds. */
export type Entry = {
  kind: 'invoice' | 'credit-note' | 'payment'
  id: string
  day: PlainDate
  currency: string
  /** What it adds to the balance; below zero, what it takes off. */
  amount: number
  /** The document's number; of a payment, how it was made. */
  words: string
  /** The invoice that a payment or a credit note is for, if the client sees it. */
  invoice: { id: string; number: string } | null
  dueDate: PlainDate | null
  /** After it. */
  balance: number
}
export type CurrencyStatement = {
  currency: string
  opening: number
  entries: Entry[]
  /** Sums of what was added and taken off, both above zero. */
  charged: number
  settled: number
  closing: number
  /** What is dated after the period: closing and this are the balance of now. */
  later: number
}
export type Statement = { period: Period; currencies: CurrencyStatement[]; isCut: boolean }

/** As many documents of each kind are read; beyond that the period is too long for one page or file. */
export const MOST_ENTRIES = 5000

const OF_INVOICE = { invoiceId: maybe(invoices.id), invoiceNumber: maybe(invoices.number) }

/** Every balance as it is now, and whatever came since the period began: what was before follows from both. */
export const statementReads = (door: ClientDoor, from: PlainDate) => {
  const ofInvoice = (column: typeof payments.invoiceId | typeof creditNotes.invoiceId) => [
    { table: invoices, on: and(eq(invoices.id, column), SHOWN_TO_CLIENTS) },
  ]
  return {
    balances: door.read(clientBalances),
    issued: door.pick(
      invoices,
      { id: invoices.id, day: invoices.issueDate, currency: invoices.currency, total: invoices.total, number: invoices.number, dueDate: invoices.dueDate },
      { where: and(SHOWN_TO_CLIENTS, gte(invoices.issueDate, from)), order: [asc(invoices.issueDate), asc(invoices.id)], limit: MOST_ENTRIES + 1 },
    ),
    paid: door.pick(
      payments,
      { id: payments.id, day: payments.paidOn, currency: payments.currency, amount: payments.amount, method: payments.method, ...OF_INVOICE },
      { left: ofInvoice(payments.invoiceId), where: gte(payments.paidOn, from), order: [asc(payments.paidOn), asc(payments.id)], limit: MOST_ENTRIES + 1 },
    ),
    credited: door.pick(
      creditNotes,
      { id: creditNotes.id, day: creditNotes.issueDate, currency: creditNotes.currency, total: creditNotes.total, number: creditNotes.number, ...OF_INVOICE },
      {
        left: ofInvoice(creditNotes.invoiceId),
        where: and(eq(creditNotes.state, 'issued'), gte(creditNotes.issueDate, from)),
        order: [asc(creditNotes.issueDate), asc(creditNotes.id)],
        limit: MOST_ENTRIES + 1,
      },
    ),
  }
}

type Rows = { [K in keyof ReturnType<typeof statementReads>]: ReturnType<typeof statementReads>[K]['row'][] }

const invoiceIn = ({ invoiceId, invoiceNumber }: { invoiceId: string | null; invoiceNumber: string | null }) =>
  invoiceId === null || invoiceNumber === null ? null : { id: invoiceId, number: invoiceNumber }

const entriesOf = ({ issued, paid, credited }: Rows): Omit<Entry, 'balance'>[] => [
  ...issued.map(({ id, day, currency, total, number, dueDate }) => ({
    kind: 'invoice' as const,
    id,
    day,
    currency,
    amount: total,
    words: number,
    invoice: null,
    dueDate,
  })),
  ...credited.map(({ id, day, currency, total, number, ...of }) => ({
    kind: 'credit-note' as const,
    id,
    day,
    currency,
    amount: -total,
    words: number,
    invoice: invoiceIn(of),
    dueDate: null,
  })),
  ...paid.map(({ id, day, currency, amount, method, ...of }) => ({
    kind: 'payment' as const,
    id,
    day,
    currency,
    amount: -amount,
    words: method,
    invoice: invoiceIn(of),
    dueDate: null,
  })),
]

const KINDS = ['invoice', 'credit-note', 'payment']
/** By day; of one day, what is charged before what settles it, and then by id. */
const inOrder = (a: Omit<Entry, 'balance'>, b: Omit<Entry, 'balance'>): number =>
  a.day < b.day ? -1 : a.day > b.day ? 1 : KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || (a.id < b.id ? -1 : 1)

const sumOf = (entries: { amount: number }[]) => entries.reduce((sum, { amount }) => sum + amount, 0)

/** @param own the client's own currency, which is there always and first; others only with something in them */
export const statementOf = (rows: Rows, period: Period, own: string): Statement => {
  const all = entriesOf(rows).sort(inOrder)
  const now = new Map(rows.balances.map(({ currency, open, credit, onAccount, unapplied }) => [currency, open - credit - onAccount - unapplied]))
  const currencies = [...new Set([own, ...[...now.keys(), ...all.map(({ currency }) => currency)].sort()])]
  const statements = currencies.map((currency): CurrencyStatement => {
    const since = all.filter((entry) => entry.currency === currency)
    const opening = (now.get(currency) ?? 0) - sumOf(since)
    const within = since.filter(({ day }) => day <= period.to)
    let balance = opening
    const entries = within.map((entry): Entry => {
      balance += entry.amount
      return { ...entry, balance }
    })
    return {
      currency,
      opening,
      entries,
      charged: sumOf(entries.filter(({ amount }) => amount > 0)),
      settled: -sumOf(entries.filter(({ amount }) => amount < 0)),
      closing: balance,
      later: sumOf(since) - sumOf(within),
    }
  })
  return {
    period,
    currencies: statements.filter(({ currency, opening, entries, later }) => currency === own || opening !== 0 || entries.length > 0 || later !== 0),
    isCut: [rows.issued, rows.paid, rows.credited].some(({ length }) => length > MOST_ENTRIES),
  }
}

/** What is open, by how late it is: one row a currency, read from the index over what is open. */
export const ageingReads = (door: ClientDoor, today: PlainDate) => {
  const before = (days: number): SQL => sql`date(${today}, ${`-${days} days`})`
  const late = (from: SQL, to: SQL | undefined) =>
    sql<number>`sum(iif(${invoices.dueDate} < ${from}${to ? sql` AND ${invoices.dueDate} >= ${to}` : sql``}, ${invoices.open}, 0))`
  return door.pick(
    invoices,
    {
      currency: invoices.currency,
      overdueCount: sql<number>`sum(iif(${invoices.dueDate} < ${today}, 1, 0))`,
      notDue: sql<number>`sum(iif(${invoices.dueDate} < ${today}, 0, ${invoices.open}))`,
      to30: late(sql`${today}`, before(30)),
      to60: late(before(30), before(60)),
      to90: late(before(60), before(90)),
      over90: late(before(90), undefined),
    },
    { where: IS_OPEN, groupBy: [invoices.currency], index: 'invoices_open' },
  )
}
export type Ageing = ReturnType<typeof ageingReads>['row']

/** What of it is late: the same rows are read once for both. */
export const lateOf = ({ currency, overdueCount, to30, to60, to90, over90 }: Ageing, clientId: string) => ({
  clientId,
  currency,
  overdue: to30 + to60 + to90 + over90,
  overdueCount,
})
