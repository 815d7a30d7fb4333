import { searchWordsOf } from '#src/clients/words.ts'
import { DAY, daysAfter, HOUR, type Instant, type PlainDate, todayIn } from '#src/dates.ts'
import type { clients } from '#src/db/schema/clients.ts'
import type { invoiceLines, invoices } from '#src/db/schema/invoices.ts'
import type { orderLines, orders, shipments } from '#src/db/schema/orders.ts'
import type { creditNoteLines, creditNotes, payments } from '#src/db/schema/payments.ts'
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
  creditNoteLines: (typeof creditNoteLines.$inferInsert)[]
  shipments: (typeof shipments.$inferInsert)[]
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
  const notes = creditNoteRows(tenantId, invoiced, now)
  const abroad = dealAbroad(tenantId, ids[BUYER_INDEX] ?? '', `INV-${20_001 + invoiced.length}`, today, now)
  return {
    clients: CLIENTS.map((client, i) => clientRow(tenantId, ids[i] ?? '', client, i, now)),
    orders: deals.map((deal, i) => orderRow(tenantId, deal, `SO-${10_001 + i}`, now)),
    orderLines: deals.flatMap(({ orderId, lines }) => lines.map((line, i) => ({ ...line, tenantId, orderId, position: i + 1 }))),
    shipments: deals.flatMap((deal, i) => shipmentRows(tenantId, deal, i, now)),
    invoices: [...invoiced.map((deal, i) => invoiceRow(tenantId, deal, `INV-${20_001 + i}`, now)), abroad.invoice],
    invoiceLines: [
      ...invoiced.flatMap(({ invoiceId, invoice }) => invoice.lines.map((line, i) => ({ ...line, tenantId, invoiceId, position: i + 1 }))),
      abroad.line,
    ],
    payments: [...paymentRows(tenantId, ids, invoiced, random, now), onAccountOfBuyer(tenantId, ids[BUYER_INDEX] ?? '', today, now)],
    creditNotes: notes,
    creditNoteLines: notes.map(({ id, invoiceId, total }) => ({
      tenantId,
      creditNoteId: id,
      position: 1,
      description: invoiceId === null ? 'Goodwill' : 'Damaged in transit, a tenth of the invoice',
      quantity: 10_000,
      unitPrice: total,
      taxRate: 0,
      lineTotal: total,
    })),
  }
}

const BUYER_INDEX = CLIENTS.findIndex(({ habit }) => habit === 'buyer')

/** Many clients write their own number on what they order. */
const poNumberOf = ({ clientId, orderId }: Deal): string =>
  /^[a-m]/i.test(clientId) ? `${clientId.slice(0, 2).toUpperCase()}-${orderId.slice(0, 4).toUpperCase()}` : ''

const CARRIERS = ['DHL Freight', 'DPD', 'UPS'] as const

/** What has left went in one part, now and then in two; the second arrives a day later. */
const shipmentRows = (tenantId: string, { orderId, shippedOn, deliveredOn, lines }: Deal, index: number, now: Instant): Books['shipments'] => {
  if (shippedOn === null) return []
  return Array.from({ length: lines.length > 3 ? 2 : 1 }, (_, part) => {
    const serial = 50_001 + index * 2 + part
    const trackingNumber = `JD${serial}0${(serial * 7919) % 100_000}`
    return {
      tenantId,
      id: `${part}${orderId}`,
      orderId,
      externalId: `SHP-${serial}`,
      carrier: CARRIERS[index % CARRIERS.length] ?? '',
      trackingNumber,
      trackingUrl: `https://carrier.example/track/${trackingNumber}`,
      shippedOn: daysAfter(shippedOn, part),
      expectedOn: daysAfter(deliveredOn ?? daysAfter(shippedOn, 3), part),
      ...stamp(shippedOn, now),
    }
  })
}

/** The client that visitors are shown has bought something in another currency, too. */
const dealAbroad = (tenantId: string, clientId: string, number: string, today: PlainDate, now: Instant) => {
  const issueDate = daysAfter(today, -9)
  const id = clientId.split('').reverse().join('')
  return {
    invoice: {
      tenantId,
      id,
      clientId,
      orderId: null,
      externalId: number,
      number,
      poNumber: '',
      issueDate,
      dueDate: daysAfter(issueDate, 30),
      state: 'issued' as const,
      currency: 'USD',
      total: 126_000,
      ...stamp(issueDate, now),
    },
    line: {
      tenantId,
      invoiceId: id,
      position: 1,
      sku: '',
      description: 'Stand at the trade fair in Atlanta, shared',
      quantity: 10_000,
      unitPrice: 126_000,
      taxRate: 0,
      lineTotal: 126_000,
    },
  }
}

/** And has paid something that no invoice asked for. */
const onAccountOfBuyer = (tenantId: string, clientId: string, today: PlainDate, now: Instant) => {
  const paidOn = daysAfter(today, -12)
  return {
    tenantId,
    id: clientId,
    externalId: 'PAY-30000',
    clientId,
    invoiceId: null,
    paidOn,
    amount: 15_000,
    currency: CLIENTS[BUYER_INDEX]?.currency ?? PROFILE.currency,
    method: 'Bank transfer',
    ...stamp(paidOn, now),
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

const orderRow = (tenantId: string, deal: Deal, number: string, now: Instant) => {
  const { orderId, clientId, currency, orderDate, shippedOn, deliveredOn, status, lines } = deal
  return {
    tenantId,
    id: orderId,
    clientId,
    externalId: number,
    number,
    poNumber: poNumberOf(deal),
    orderDate,
    shippedOn,
    deliveredOn,
    status,
    currency,
    total: lines.reduce((sum, { lineTotal }) => sum + lineTotal, 0),
    ...stamp(orderDate, now),
  }
}

type Invoiced = Deal & { invoice: NonNullable<Deal['invoice']> }

const invoiceRow = (tenantId: string, deal: Invoiced, number: string, now: Instant) => {
  const { orderId, invoiceId, clientId, currency, invoice } = deal
  return {
    tenantId,
    id: invoiceId,
    clientId,
    orderId,
    externalId: number,
    number,
    poNumber: poNumberOf(deal),
    issueDate: invoice.issueDate,
    dueDate: invoice.dueDate,
    state: invoice.state,
    currency,
    total: invoice.total,
    ...stamp(invoice.issueDate, now),
  }
}

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
