import { and, desc, eq, ne, notInArray, type SQL, sql } from 'drizzle-orm'
import type { PlainDate } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { type Cursor, newestOf } from '#src/db/paging.ts'
import { type OrderStatus, orderLines, orders, shipments } from '#src/db/schema/orders.ts'
import { NotFound } from '#src/errors.ts'
import { searchTermsOf } from '#src/fold.ts'
import { lineTotalOf } from './money.ts'
import { type Documents, endOf, every, listing, says, searchEnd, within } from './search.ts'

/** Drafts are the company's own. */
export const ORDERS_SHOWN = ne(orders.status, 'draft')
/** What counts as "the last order": neither a draft nor cancelled. */
const PLACED = notInArray(orders.status, ['draft', 'cancelled'])

/** An order in a list. The total is in minor units of its currency, without tax. */
export type OrderSummary = {
  id: string
  number: string
  /** The client's own number for it; may be empty. */
  poNumber: string
  orderDate: PlainDate
  status: OrderStatus
  currency: string
  total: number
}
export type OrderLine = typeof orderLines.$inferSelect
export type Shipment = typeof shipments.$inferSelect
export type Order = OrderSummary & {
  shippedOn: PlainDate | null
  deliveredOn: PlainDate | null
  lines: OrderLine[]
  /** What its lines come to before their discounts, what those take off, and what is left unexplained of the total. */
  beforeDiscounts: number
  discounts: number
  rounding: number
  /** In the order in which they left. */
  shipments: Shipment[]
}

export const ORDER_STATUSES_SHOWN = ['confirmed', 'shipped', 'delivered', 'cancelled'] as const satisfies OrderStatus[]

/** Which orders. Days are those of the order, both included; `q` is what was typed into the search. */
export type OrderFilter = {
  q?: string | undefined
  status?: (typeof ORDER_STATUSES_SHOWN)[number] | undefined
  from?: PlainDate | undefined
  to?: PlainDate | undefined
}

const orderSays = (door: ClientDoor) => (term: string) => {
  const line = says(term, orderLines.searchText, orderLines.sku, orderLines.description)
  return sql`(${says(term, orders.searchText, orders.number, orders.poNumber)} OR ${door.hasLine(orderLines, orderLines.orderId, orders.id, line)})`
}

/** A page of the list, one row more than it holds. */
export const orderListReads = (door: ClientDoor, size: number, { q, status, ...days }: OrderFilter, cursor?: Cursor) => {
  const terms = searchTermsOf(q ?? '')
  const shown: Documents = {
    table: orders,
    day: orders.orderDate,
    id: orders.id,
    where: and(status ? eq(orders.status, status) : ORDERS_SHOWN, within(orders.orderDate, days)),
  }
  return {
    orders: door.read(orders, listing(door, shown, every(terms, orderSays(door)), size, cursor)),
    ...(terms.length > 0 && { ordersEnd: searchEnd(door, shown, cursor) }),
  }
}

/** `isCut`: the search goes on in older orders. */
export const orderListOf = (rows: { orders: (typeof orders.$inferSelect)[]; ordersEnd?: Record<string, unknown>[] | undefined }, size: number) => {
  const { rows: page, ...more } = newestOf(
    rows.orders.map((row) => ({ ...row, day: row.orderDate })),
    size,
    endOf(rows.ordersEnd ?? []),
  )
  return { orders: page as OrderSummary[], ...more }
}

const newest = (where: SQL | undefined) => ({ where, order: [desc(orders.orderDate), desc(orders.id)], limit: 1 })
export const lastOrder = (door: ClientDoor) => door.read(orders, newest(PLACED))
export const lastOrderOf = (door: TenantDoor, clientId: string) => door.read(orders, newest(and(eq(orders.clientId, clientId), PLACED)))

/** The newest orders of one client, in every state, for staff. */
export const recentOrdersOf = (door: TenantDoor, clientId: string, limit: number) =>
  door.read(orders, { where: eq(orders.clientId, clientId), order: [desc(orders.orderDate), desc(orders.id)], limit })

export const orderReads = (door: ClientDoor, id: string) => ({
  order: door.read(orders, { where: and(eq(orders.id, id), ORDERS_SHOWN) }),
  lines: door.readOf(orders, id, orderLines, orderLines.orderId, orderLines.position),
  shipments: door.readOf(orders, id, shipments, shipments.orderId, shipments.shippedOn, shipments.id),
})

/** @throws NotFound when there is no such order for this client */
export const orderOf = (rows: { order: (typeof orders.$inferSelect)[]; lines: OrderLine[]; shipments: Shipment[] }): Order => {
  const [row] = rows.order
  if (!row) throw new NotFound()
  const { lines, shipments } = rows
  const beforeDiscounts = lines.reduce((sum, { quantity, unitPrice }) => sum + lineTotalOf(quantity, unitPrice), 0)
  const net = lines.reduce((sum, { lineTotal }) => sum + lineTotal, 0)
  return { ...row, lines, beforeDiscounts, discounts: net - beforeDiscounts, rounding: lines.length === 0 ? 0 : row.total - net, shipments }
}
