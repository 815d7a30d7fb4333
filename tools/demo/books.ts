import { searchWordsOf } from '#src/clients/words.ts'
import { DAY, HOUR, type Instant, type PlainDate, todayIn } from '#src/dates.ts'
import type { clients } from '#src/db/schema/clients.ts'
import type { invoiceLines, invoices } from '#src/db/schema/invoices.ts'
import type { orderLines, orders } from '#src/db/schema/orders.ts'
import type { creditNotes, payments } from '#src/db/schema/payments.ts'
import { emailKeyOf, isEmail } from '#src/email-address.ts'
import { fold } from '#src/fold.ts'
import { CLIENTS, type DemoClient } from './clients.ts'
import { PROFILE } from './company.ts'
import type { Random } from './random.ts'
import { type TradedOrder, tradeWith } from './trade.ts'

/** The trade as rows: every document under its number, in the order of its dates. */

export type Books = {
  clients: (typeof clients.$inferInsert)[]
  orders: (typeof orders.$inferInsert)[]
  orderLines: (typeof orderLines.$inferInsert)[]
  invoices: (typeof invoices.$inferInsert)[]
  invoiceLines: (typeof invoiceLines.$inferInsert)[]
  payments: (typeof payments.$inferInsert)[]
  creditNotes: (typeof creditNotes.$inferInsert)[]
}

type Deal = TradedOrder & { clientId: string; currency: string; orderId: string; invoiceId: string }

/** When something was written down that is dated to a day; never later than now. */
const stamp = (day: PlainDate, now: Instant) => {
  const at = Math.min(now, Date.parse(day) + 9 * HOUR)
  return { createdAt: at, updatedAt: at }
}

export const booksOf = (tenantId: string, random: Random, now: Instant): Books => {
  const today = todayIn(PROFILE.timeZone, now)
  const ids = CLIENTS.map(() => random.id())
  const deals = CLIENTS.flatMap((client, i): Deal[] =>
    tradeWith(client, random, today).map((order) => ({
      ...order,
      clientId: ids[i] ?? '',
      currency: client.currency,
      orderId: random.id(),
      invoiceId: random.id(),
    })),
  ).sort((a, b) => (a.orderDate < b.orderDate ? -1 : a.orderDate > b.orderDate ? 1 : 0))
  const invoiced = deals
    .flatMap((deal) => (deal.invoice ? [{ ...deal, invoice: deal.invoice }] : []))
    .sort((a, b) => (a.invoice.issueDate < b.invoice.issueDate ? -1 : a.invoice.issueDate > b.invoice.issueDate ? 1 : 0))
  return {
    clients: CLIENTS.map((client, i) => clientRow(tenantId, ids[i] ?? '', client, i, now)),
    orders: deals.map((deal, i) => orderRow(tenantId, deal, `SO-${10_001 + i}`, now)),
    orderLines: deals.flatMap(({ orderId, lines }) => lines.map((line, i) => ({ ...line, tenantId, orderId, position: i + 1 }))),
    invoices: invoiced.map((deal, i) => invoiceRow(tenantId, deal, `INV-${20_001 + i}`, now)),
    invoiceLines: invoiced.flatMap(({ invoiceId, invoice }) => invoice.lines.map((line, i) => ({ ...line, tenantId, invoiceId, position: i + 1 }))),
    payments: paymentRows(tenantId, ids, invoiced, random, now),
    creditNotes: creditNoteRows(tenantId, invoiced, now),
  }
}

const clientRow = (tenantId: string, id: string, client: DemoClient, index: number, now: Instant) => {
  const { name, email, currency, status } = client
  const code = `C-${1001 + index}`
  return {
    tenantId,
    id,
    code,
    name,
    nameKey: fold(name),
    email,
    emailKey: email === null ? null : emailKeyOf(email),
    emailValid: email === null || isEmail(email),
    phone: client.country === 'United Kingdom' ? `+44 1632 960${String(100 + index * 7).padStart(3, '0')}` : '',
    status,
    currency,
    creditLimit: client.limit,
    address1: client.street,
    city: client.city,
    postalCode: client.postalCode,
    country: client.country,
    words: JSON.stringify(searchWordsOf({ name, code, email })),
    portalAccess: client.stage !== 'off',
    createdAt: now - 3 * 365 * DAY,
    updatedAt: now - 30 * DAY,
  }
}

const orderRow = (tenantId: string, { orderId, clientId, currency, orderDate, shippedOn, deliveredOn, status, lines }: Deal, number: string, now: Instant) => ({
  tenantId,
  id: orderId,
  clientId,
  externalId: number,
  number,
  orderDate,
  shippedOn,
  deliveredOn,
  status,
  currency,
  total: lines.reduce((sum, { lineTotal }) => sum + lineTotal, 0),
  ...stamp(orderDate, now),
})

type Invoiced = Deal & { invoice: NonNullable<Deal['invoice']> }

const invoiceRow = (tenantId: string, { orderId, invoiceId, clientId, currency, invoice }: Invoiced, number: string, now: Instant) => ({
  tenantId,
  id: invoiceId,
  clientId,
  orderId,
  externalId: number,
  number,
  issueDate: invoice.issueDate,
  dueDate: invoice.dueDate,
  state: invoice.state,
  currency,
  total: invoice.total,
  ...stamp(invoice.issueDate, now),
})

/** Payments of invoices, two of them a little too high, and a few that name no invoice. */
const paymentRows = (tenantId: string, clientIds: string[], invoiced: Invoiced[], random: Random, now: Instant): Books['payments'] => {
  const TOO_MUCH = new Set([10, 24])
  const overpaid = new Set<string>()
  const received = invoiced.flatMap(({ clientId, invoiceId, currency, invoice }) =>
    invoice.payments.map((payment) => {
      const isTooMuch = TOO_MUCH.has(clientIds.indexOf(clientId)) && invoice.payments.length === 1 && !overpaid.has(clientId)
      if (isTooMuch) overpaid.add(clientId)
      return { ...payment, amount: payment.amount + (isTooMuch ? 1_500 : 0), clientId, invoiceId, currency }
    }),
  )
  const onAccount = [3, 17, 36].map((index) => ({
    paidOn: todayIn(PROFILE.timeZone, now - (index + 4) * DAY),
    amount: 25_000 + index * 500,
    method: 'Bank transfer',
    clientId: clientIds[index] ?? '',
    invoiceId: null,
    currency: CLIENTS[index]?.currency ?? PROFILE.currency,
  }))
  return [...received, ...onAccount]
    .sort((a, b) => (a.paidOn < b.paidOn ? -1 : a.paidOn > b.paidOn ? 1 : 0))
    .map((payment, i) => ({ ...payment, tenantId, id: random.id(), externalId: `PAY-${30_001 + i}`, ...stamp(payment.paidOn, now) }))
}

/** A tenth of what an open invoice asks for, every so often; and of every third such client a little that names no invoice. */
const creditNoteRows = (tenantId: string, invoiced: Invoiced[], now: Instant): Books['creditNotes'] => {
  const open = invoiced.filter(({ invoice }) => invoice.state === 'issued' && invoice.total > 20_000 && invoice.payments.length === 0)
  // One for each client, of its newest open invoice.
  const newest = [...new Map(open.map((deal) => [deal.clientId, deal])).values()]
  const row = ({ clientId, currency, invoice }: Invoiced, invoiceId: string | null, total: number, serial: number) => {
    const number = `CN-${40_001 + serial}`
    const id = `${invoiceId ?? clientId}`.split('').reverse().join('')
    return {
      tenantId,
      id,
      clientId,
      invoiceId,
      externalId: number,
      number,
      issueDate: invoice.issueDate,
      state: 'issued' as const,
      currency,
      total,
      ...stamp(invoice.issueDate, now),
    }
  }
  return newest
    .flatMap((deal, i) => [
      ...(i % 2 === 0 ? [{ deal, invoiceId: deal.invoiceId, total: Math.round(deal.invoice.total / 10) }] : []),
      ...(i % 3 === 0 ? [{ deal, invoiceId: null, total: 4_500 }] : []),
    ])
    .map(({ deal, invoiceId, total }, serial) => row(deal, invoiceId, total, serial))
}
