import { lineTotalOf, shareOf } from '#src/billing/money.ts'
import { daysAfter, daysBetween, type PlainDate } from '#src/dates.ts'
import type { DocumentState } from '#src/db/schema/invoices.ts'
import type { OrderStatus } from '#src/db/schema/orders.ts'
import type { DemoClient } from './clients.ts'
import { CARRIAGE, GOODS, type Good } from './goods.ts'
import type { Random } from './random.ts'
import { type Deal, paymentsFor } from './settling.ts'

/** Three years of trade with one client, up to today. Documents get their numbers later, in the order of their dates. */

type Line = { sku: string; description: string; quantity: number; unitPrice: number; lineTotal: number }
export type TradedOrder = {
  orderDate: PlainDate
  shippedOn: PlainDate | null
  deliveredOn: PlainDate | null
  status: OrderStatus
  lines: (Line & { discount: number })[]
  invoice: TradedInvoice | null
}
export type TradedInvoice = {
  issueDate: PlainDate
  dueDate: PlainDate
  state: DocumentState
  lines: (Line & { taxRate: number })[]
  total: number
  payments: { paidOn: PlainDate; amount: number; method: string }[]
}

const YEARS = 3

/** Oldest first. */
export const tradeWith = (client: DemoClient, random: Random, today: PlainDate): TradedOrder[] =>
  orderDays(client, random, today).map((orderDate) => order(client, orderDate, random, today))

const orderDays = ({ habit, pace, status }: DemoClient, random: Random, today: PlainDate): PlainDate[] => {
  const first = habit === 'new' ? 120 : YEARS * 365
  // Whoever is inactive has stopped buying.
  const last = status === 'inactive' ? 300 : 0
  const gap = 365 / pace
  const days: PlainDate[] = []
  for (let ago = first - random.between(0, 20); ago >= last; ago -= Math.max(1, Math.round(gap * (0.4 + random.next() * 1.2))))
    days.push(daysAfter(today, -ago))
  return days
}

const statusOf = (age: number, random: Random): OrderStatus => {
  if (age <= 1) return random.chance(40) ? 'draft' : 'confirmed'
  if (age <= 6) return 'confirmed'
  if (random.chance(3)) return 'cancelled'
  return age <= 16 && random.chance(70) ? 'shipped' : 'delivered'
}

const order = (client: DemoClient, orderDate: PlainDate, random: Random, today: PlainDate): TradedOrder => {
  const status = statusOf(daysBetween(orderDate, today), random)
  const discount = client.pace > 12 && random.chance(60) ? random.pick([5_000, 10_000, 15_000]) : 0
  const goods = choose(random, client.habit === 'buyer' ? 7 : 5)
  const lines = goods.map((good) => orderLine(good, discount, random))
  const carried = random.chance(35) ? [...lines, { ...lineOf(CARRIAGE, 1, CARRIAGE.price), discount: 0 }] : lines
  const isInvoiced = status === 'shipped' || status === 'delivered'
  // Nothing leaves within the first days; see statusOf.
  const dayOfMonth = Number(orderDate.slice(8))
  const shippedOn = isInvoiced ? daysAfter(orderDate, 2 + (dayOfMonth % 4)) : null
  const deliveredOn = shippedOn !== null && status === 'delivered' ? [daysAfter(shippedOn, 1 + (dayOfMonth % 3)), today].sort()[0] : null
  return {
    orderDate,
    shippedOn,
    deliveredOn: deliveredOn ?? null,
    status,
    lines: carried,
    invoice: isInvoiced ? invoice(client, orderDate, carried, random, today) : null,
  }
}

const choose = (random: Random, most: number): Good[] => {
  const chosen = new Set<Good>()
  const wanted = random.between(1, most)
  while (chosen.size < wanted) chosen.add(random.pick(GOODS))
  return [...chosen]
}

const lineOf = ({ sku, name }: Good, pieces: number, unitPrice: number): Line => {
  const quantity = pieces * 10_000
  return { sku, description: name, quantity, unitPrice, lineTotal: lineTotalOf(quantity, unitPrice) }
}

const orderLine = (good: Good, discount: number, random: Random): Line & { discount: number } => {
  const line = lineOf(good, random.pick([2, 4, 6, 6, 8, 12, 12, 24, 36]), good.price)
  return { ...line, discount, lineTotal: lineTotalOf(line.quantity, line.unitPrice, discount) }
}

const TAX_OF = new Map([...GOODS, CARRIAGE].map(({ sku, tax }) => [sku, tax]))

const stateOf = (age: number, random: Random): DocumentState => {
  if (age <= 10 && random.chance(15)) return 'draft'
  return random.chance(1) ? 'void' : 'issued'
}

/** What leaves the country is sold without tax. The price on an invoice is the one after discount. */
const invoice = (client: DemoClient, orderDate: PlainDate, ordered: TradedOrder['lines'], random: Random, today: PlainDate): TradedInvoice => {
  const isExport = client.country !== 'United Kingdom'
  const lines = ordered.map(({ discount, ...line }) => ({
    ...line,
    unitPrice: lineTotalOf(10_000, line.unitPrice, discount),
    taxRate: isExport ? 0 : (TAX_OF.get(line.sku) ?? 0),
  }))
  const total = lines.reduce((sum, { lineTotal, taxRate }) => sum + lineTotal + shareOf(lineTotal, taxRate), 0)
  const issueDate = daysAfter(orderDate, random.between(1, 4))
  const deal: Deal = { issueDate, dueDate: daysAfter(issueDate, client.terms), total, today }
  const state = stateOf(daysBetween(orderDate, today), random)
  return { ...deal, lines, state, payments: state === 'issued' ? paymentsFor(client.habit, deal, random) : [] }
}
