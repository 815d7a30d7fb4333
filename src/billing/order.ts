import { and, desc, eq, ne, notInArray, type SQL } from 'drizzle-orm'
import type { PlainDate } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { before, type Cursor } from '#src/db/paging.ts'
import { type OrderStatus, orderLines, orders } from '#src/db/schema/orders.ts'
import { NotFound } from '#src/errors.ts'

/** Drafts are the company's own. */
export const ORDERS_SHOWN = ne(orders.status, 'draft')
/** What counts as "the last order": neither a draft nor cancelled. */
const PLACED = notInArray(orders.status, ['draft', 'cancelled'])

/** An order in a list. The total is in minor units of its currency, without tax. */
export type OrderSummary = { id: string; number: string; orderDate: PlainDate; status: OrderStatus; currency: string; total: number }
export type OrderLine = typeof orderLines.$inferSelect
export type Order = OrderSummary & { shippedOn: PlainDate | null; deliveredOn: PlainDate | null; lines: OrderLine[] }

/** Newest first. Reads one row more than a page holds. */
export const orderList = (door: ClientDoor, size: number, cursor?: Cursor) =>
  door.read(orders, {
    where: and(ORDERS_SHOWN, before(orders.orderDate, orders.id, cursor)),
    order: [desc(orders.orderDate), desc(orders.id)],
    limit: size + 1,
  })

const newest = (where: SQL | undefined) => ({ where, order: [desc(orders.orderDate), desc(orders.id)], limit: 1 })
export const lastOrder = (door: ClientDoor) => door.read(orders, newest(PLACED))
export const lastOrderOf = (door: TenantDoor, clientId: string) => door.read(orders, newest(and(eq(orders.clientId, clientId), PLACED)))

/** The newest orders of one client, in every state, for staff. */
export const recentOrdersOf = (door: TenantDoor, clientId: string, limit: number) =>
  door.read(orders, { where: eq(orders.clientId, clientId), order: [desc(orders.orderDate), desc(orders.id)], limit })

export const orderReads = (door: ClientDoor, id: string) => ({
  order: door.read(orders, { where: and(eq(orders.id, id), ORDERS_SHOWN) }),
  lines: door.readOf(orders, id, orderLines, orderLines.orderId, orderLines.position),
})

/** @throws NotFound when there is no such order for this client */
export const orderOf = (rows: { order: (typeof orders.$inferSelect)[]; lines: OrderLine[] }): Order => {
  const [row] = rows.order
  if (!row) throw new NotFound()
  return { ...row, lines: rows.lines }
}
