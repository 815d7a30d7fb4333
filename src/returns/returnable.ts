import { and, asc, desc, eq, inArray, ne, type SQL, sql } from 'drizzle-orm'
import type { PlainDate } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import { before, type Cursor } from '#src/db/paging.ts'
import { type OrderStatus, orderLines, orders } from '#src/db/schema/orders.ts'
import { isExcluded, lastDayOf, type ReturnRules } from './rules.ts'
import { statesThatHold } from './states.ts'

/** What a client can return: goods that have left, in time, of which something is left to ask for. Quantities in 1/10,000. */

/** Why an order, or a line of one, can't be returned. */
export type WhyNot = { why: 'not-shipped' | 'cancelled' | 'excluded' | 'all-asked' } | { why: 'too-late'; lastDay: PlainDate }

/** Where the goods of a form come from: one order, or whatever came on one day, where the company doesn't show orders. */
export type Chosen = { order: string } | { day: PlainDate }

export const HAVE_LEFT = ['shipped', 'delivered'] as const
const LEFT = inArray(orders.status, [...HAVE_LEFT])
/** The day on which goods came, as far as it is known. */
const CAME = sql<PlainDate>`coalesce(delivered_on, shipped_on, order_date)`

const listOf = (values: readonly string[]) =>
  sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )

/** How much of an order's line is held by requests. @param line the table, or its name in the statement */
export const heldOf = (tenantId: string, line: SQL): SQL<number> => sql<number>`coalesce((
  SELECT sum(CASE WHEN request.state IN (${listOf(statesThatHold('what was asked for'))}) THEN asked.quantity ELSE asked.approved END)
  FROM return_lines AS asked JOIN return_requests AS request ON request.tenant_id = asked.tenant_id AND request.id = asked.return_id
  WHERE asked.tenant_id = ${tenantId} AND asked.order_id = ${line}.order_id AND asked.position = ${line}.position
    AND request.state NOT IN (${listOf(statesThatHold('nothing'))})), 0)`

const ORDER = { id: orders.id, number: orders.number, orderDate: orders.orderDate, status: orders.status, returnableFrom: orders.returnableFrom, came: CAME }

/** Newest first, each with whether anything of it is left to ask for. Reads one row more than a page holds. */
export const ordersToReturn = (door: ClientDoor, size: number, cursor?: Cursor) => {
  const open = sql`SELECT 1 FROM order_lines AS line WHERE line.tenant_id = ${door.tenantId} AND line.order_id = ${orders}.id
    AND line.line_total >= 0 AND line.quantity > ${heldOf(door.tenantId, sql`line`)}`
  return door.pick(
    orders,
    { ...ORDER, hasLeft: sql<number>`EXISTS (${open})` },
    { where: and(ne(orders.status, 'draft'), before(orders.orderDate, orders.id, cursor)), order: [desc(orders.orderDate), desc(orders.id)], limit: size + 1 },
  )
}

/** So many orders, and the lines of them, stand in a choice by days. */
const MOST_ORDERS = 100

const inTime = (door: ClientDoor, today: PlainDate): SQL | undefined => and(LEFT, sql`${orders.returnableFrom} >= ${door.returnsReachBackTo(today)}`)

/** The goods that can still be returned, whatever order they came by: for a choice by the day they came. */
export const daysToReturn = (door: ClientDoor, today: PlainDate) => {
  const documents = { where: inTime(door, today), order: [desc(orders.returnableFrom), desc(orders.id)], limit: MOST_ORDERS }
  return {
    orders: door.pick(orders, { id: orders.id, came: CAME }, documents),
    lines: door.pickOf(
      orderLines,
      orderLines.orderId,
      { orderId: orderLines.orderId, description: orderLines.description },
      { parent: orders, ...documents, lines: [orderLines.orderId, orderLines.position] },
    ),
  }
}

/** The days, newest first, with the names of what came. */
export const daysOf = (rows: { orders: { id: string; came: PlainDate }[]; lines: { orderId: string; description: string }[] }) => {
  const days = [...new Set(rows.orders.map(({ came }) => came))].sort().reverse()
  return days.map((day) => {
    const ids = new Set(rows.orders.flatMap(({ id, came }) => (came === day ? [id] : [])))
    return { day, items: rows.lines.flatMap(({ orderId, description }) => (ids.has(orderId) ? [description] : [])) }
  })
}

/** The orders that goods are chosen from, and their lines. */
export const goodsReads = (door: ClientDoor, chosen: Chosen, today: PlainDate) => {
  const documents =
    'order' in chosen
      ? { where: and(ne(orders.status, 'draft'), eq(orders.id, chosen.order)) }
      : { where: and(inTime(door, today), sql`${CAME} = ${chosen.day}`), order: [desc(orders.returnableFrom), desc(orders.id)], limit: MOST_ORDERS }
  const { orderId, position, sku, description, quantity, lineTotal } = orderLines
  return {
    goodsOrders: door.pick(orders, ORDER, { ...documents, order: [asc(orders.returnableFrom), asc(orders.id)] }),
    goodsLines: door.pickOf(
      orderLines,
      orderId,
      { orderId, position, sku, description, quantity, lineTotal, held: heldOf(door.tenantId, sql`${orderLines}`) },
      { parent: orders, ...documents, lines: [orderId, position] },
    ),
  }
}

type OrderRow = Omit<ReturnType<typeof ordersToReturn>['row'], 'hasLeft'>
type GoodsRows = { goodsOrders: OrderRow[]; goodsLines: ReturnType<typeof goodsReads>['goodsLines']['row'][] }

/** A line that could go back. */
export type Goods = {
  orderId: string
  position: number
  sku: string
  description: string
  quantity: number
  /** How much of it can still be asked for; 0 where it can't be. */
  left: number
  whyNot: WhyNot | null
}
/** The order or the day, with its lines. */
export type GoodsToReturn = { orders: OrderRow[]; lines: Goods[]; whyNot: WhyNot | null }

/** Why nothing of an order can be returned; null when something may be. */
export const whyNotOrder = (order: { status: OrderStatus; returnableFrom: PlainDate }, rules: ReturnRules, today: PlainDate): WhyNot | null => {
  if (order.status === 'cancelled') return { why: 'cancelled' }
  if (!HAVE_LEFT.some((status) => status === order.status)) return { why: 'not-shipped' }
  const lastDay = lastDayOf(order.returnableFrom, rules)
  return today > lastDay ? { why: 'too-late', lastDay } : null
}

const whyNotLine = (line: GoodsRows['goodsLines'][number], rules: ReturnRules): WhyNot | null => {
  // What takes money off, or adds what no parcel holds.
  if (line.quantity <= 0 || line.lineTotal < 0 || isExcluded(line, rules)) return { why: 'excluded' }
  return line.held >= line.quantity ? { why: 'all-asked' } : null
}

export const goodsOf = (rows: GoodsRows, rules: ReturnRules, today: PlainDate): GoodsToReturn => {
  const late = new Map(rows.goodsOrders.map((order) => [order.id, whyNotOrder(order, rules, today)]))
  const lines = rows.goodsLines.map((line): Goods => {
    const { orderId, position, sku, description, quantity, held } = line
    const whyNot = late.get(orderId) ?? whyNotLine(line, rules)
    return { orderId, position, sku, description, quantity, left: whyNot ? 0 : quantity - held, whyNot }
  })
  const [only] = rows.goodsOrders
  return { orders: rows.goodsOrders, lines, whyNot: only && rows.goodsOrders.length === 1 ? (late.get(only.id) ?? null) : null }
}
