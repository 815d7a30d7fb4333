import { and, asc, desc, eq, gt, isNotNull, lt, ne, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { DAY, type Instant } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import type { TenantDoor } from '#src/db/door.ts'
import type { Cursor } from '#src/db/paging.ts'
import { activity } from '#src/db/schema/activity.ts'
import { clients } from '#src/db/schema/clients.ts'
import { orders } from '#src/db/schema/orders.ts'
import { portalUsers } from '#src/db/schema/people.ts'
import { type ReturnState, returnLines, returnPhotos, returnRequests } from '#src/db/schema/returns.ts'
import { staff } from '#src/db/schema/staff.ts'
import { maybe } from '#src/db/statement.ts'
import { NotFound } from '#src/errors.ts'

/** Return requests as they are read: one with all that belongs to it, and lists. Quantities in 1/10,000. */

type Row = typeof returnRequests.$inferSelect
export type ReturnLine = typeof returnLines.$inferSelect & { orderNumber: string }
export type ReturnPhoto = Pick<typeof returnPhotos.$inferSelect, 'id' | 'width' | 'height' | 'createdAt'>
/** What was done or said, when and by whom. */
export type ReturnStep = ReturnType<typeof storyRead>['row']
export type ReturnRequest = Row & {
  /** Who asked. */
  asker: { id: string; name: string; email: string }
  lines: ReturnLine[]
  photos: ReturnPhoto[]
  story: ReturnStep[]
}

const { tenantId, returnId, orderId, position, sku, description, reason, quantity, approved, received, condition } = returnLines
const LINE = { tenantId, returnId, orderId, position, sku, description, reason, quantity, approved, received, condition }
const lineColumns = (door: TenantDoor) => ({
  ...LINE,
  orderNumber: sql<string>`(SELECT number FROM ${orders} AS ordered WHERE ordered.tenant_id = ${door.tenantId} AND ordered.id = ${returnLines}.order_id)`,
})

const photosRead = (door: TenantDoor, id: string) =>
  door.pick(
    returnPhotos,
    { id: returnPhotos.id, width: returnPhotos.width, height: returnPhotos.height, createdAt: returnPhotos.createdAt },
    { where: and(eq(returnPhotos.returnId, id), isNotNull(returnPhotos.sentAt)), order: [asc(returnPhotos.createdAt), asc(returnPhotos.id)] },
  )

/** A story is as long as two parties talk; what is beyond this is not shown. */
const LONGEST_STORY = 300

const storyRead = (door: TenantDoor, id: string) =>
  door.pick(
    activity,
    {
      event: activity.event,
      at: activity.at,
      text: activity.text,
      staffId: activity.staffId,
      staffName: sql<string | null>`(SELECT coalesce(nullif(name, ''), email) FROM ${staff} AS person WHERE person.id = ${activity.staffId})`,
      userName: maybe(portalUsers.name),
      userEmail: maybe(portalUsers.email),
    },
    {
      left: [{ table: portalUsers, on: eq(portalUsers.id, activity.portalUserId) }],
      where: and(eq(activity.documentId, id), sql`${activity.event} GLOB 'return-*'`),
      order: [asc(activity.at), asc(activity.id)],
      limit: LONGEST_STORY,
    },
  )

const requestRead = (door: TenantDoor, id: string) =>
  door.pick(
    returnRequests,
    { ...REQUEST, byName: maybe(portalUsers.name), byEmail: maybe(portalUsers.email) },
    { left: [{ table: portalUsers, on: eq(portalUsers.id, returnRequests.portalUserId) }], where: eq(returnRequests.id, id) },
  )
const REQUEST = {
  tenantId: returnRequests.tenantId,
  id: returnRequests.id,
  clientId: returnRequests.clientId,
  serial: returnRequests.serial,
  number: returnRequests.number,
  state: returnRequests.state,
  portalUserId: returnRequests.portalUserId,
  note: returnRequests.note,
  outcome: returnRequests.outcome,
  creditNote: returnRequests.creditNote,
  createdAt: returnRequests.createdAt,
  updatedAt: returnRequests.updatedAt,
}

const LINES_ORDER = [returnLines.orderId, returnLines.position]

/** For the client whose door it is. */
export const returnReads = (door: ClientDoor, id: string) => ({
  request: requestRead(door, id),
  returnLines: door.pickOf(returnLines, returnLines.returnId, lineColumns(door), {
    parent: returnRequests,
    where: eq(returnRequests.id, id),
    lines: LINES_ORDER,
  }),
  photos: photosRead(door, id),
  story: storyRead(door, id),
})

/** The same for staff. */
export const staffReturnReads = (door: TenantDoor, id: string) => ({
  request: requestRead(door, id),
  returnLines: door.pick(returnLines, lineColumns(door), { where: eq(returnLines.returnId, id), order: LINES_ORDER }),
  photos: photosRead(door, id),
  story: storyRead(door, id),
})

type ReturnRows = {
  request: ReturnType<typeof requestRead>['row'][]
  returnLines: ReturnLine[]
  photos: ReturnPhoto[]
  story: ReturnStep[]
}

/** @throws NotFound when there is no such request within the door that read it */
export const returnOf = ({ request, returnLines: lines, photos, story }: ReturnRows): ReturnRequest => {
  const [row] = request
  if (!row) throw new NotFound()
  const { byName, byEmail, ...rest } = row
  return { ...rest, asker: { id: row.portalUserId, name: byName ?? '', email: byEmail ?? '' }, lines, photos, story }
}

/** The request under an id that a form made, if this person has sent it already. */
export const returnThere = (door: ClientDoor, id: string) =>
  door.pick(returnRequests, { id: returnRequests.id }, { where: and(eq(returnRequests.id, id), eq(returnRequests.portalUserId, door.who.portalUserId)) })

/** The orders its goods came by. */
export const ordersOf = ({ lines }: Pick<ReturnRequest, 'lines'>): string[] => [...new Set(lines.map(({ orderNumber }) => orderNumber))]

const itemsIn = (door: TenantDoor) =>
  sql<number>`(SELECT count(*) FROM return_lines AS line WHERE line.tenant_id = ${door.tenantId} AND line.return_id = ${returnRequests}.id)`
const ordersIn = (door: TenantDoor) => sql<string>`(SELECT group_concat(DISTINCT ordered.number) FROM return_lines AS line
  JOIN orders AS ordered ON ordered.tenant_id = line.tenant_id AND ordered.id = line.order_id
  WHERE line.tenant_id = ${door.tenantId} AND line.return_id = ${returnRequests}.id)`
const firstIn = (door: TenantDoor) => sql<string>`(SELECT line.description FROM return_lines AS line
  WHERE line.tenant_id = ${door.tenantId} AND line.return_id = ${returnRequests}.id ORDER BY line.order_id, line.position LIMIT 1)`

const summaryColumns = (door: TenantDoor) => ({
  id: returnRequests.id,
  number: returnRequests.number,
  state: returnRequests.state,
  createdAt: returnRequests.createdAt,
  items: itemsIn(door),
  orders: ordersIn(door),
  first: firstIn(door),
})

const NEWEST = [desc(returnRequests.createdAt), desc(returnRequests.id)]
const older = (cursor: Cursor | undefined) => cursor && sql`(${returnRequests.createdAt}, ${returnRequests.id}) < (${Number(cursor.key)}, ${cursor.id})`

export const returnCursor = ({ createdAt, id }: { createdAt: Instant; id: string }): Cursor => ({ key: String(createdAt), id })

/** A client's own, newest first. Reads one row more than a page holds. */
export const ownReturns = (door: ClientDoor, size: number, cursor?: Cursor) =>
  door.pick(returnRequests, summaryColumns(door), { where: older(cursor), order: NEWEST, limit: size + 1 })
export type ReturnSummary = ReturnType<typeof ownReturns>['row']

export type ReturnFilter = {
  state?: ReturnState | undefined
  client?: string | undefined
  /** At least so many days old. */
  age?: number | undefined
  serial?: number | undefined
  /** The clients it may be of, as `(SELECT id …)`. */
  among?: SQL | undefined
}

const passing = ({ state, client, age, serial, among }: ReturnFilter, now: Instant): SQL | undefined =>
  and(
    state && eq(returnRequests.state, state),
    client === undefined ? undefined : eq(returnRequests.clientId, client),
    age === undefined ? undefined : lt(returnRequests.createdAt, now - age * DAY),
    serial === undefined ? undefined : eq(returnRequests.serial, serial),
    among && sql`${returnRequests.clientId} IN ${among}`,
  )

/** A company's, newest first. Reads one row more than a page holds. */
export const returnList = (door: TenantDoor, filter: ReturnFilter, now: Instant, size: number, cursor?: Cursor) =>
  door.pick(
    returnRequests,
    {
      ...summaryColumns(door),
      clientId: returnRequests.clientId,
      clientName: sql<string>`coalesce(${clients.name}, '')`,
      clientCode: sql<string>`coalesce(${clients.code}, '')`,
      note: returnRequests.note,
      outcome: returnRequests.outcome,
      creditNote: returnRequests.creditNote,
    },
    {
      left: [{ table: clients, on: eq(clients.id, returnRequests.clientId) }],
      where: and(passing(filter, now), older(cursor)),
      order: NEWEST,
      limit: size + 1,
    },
  )
export type ListedReturn = ReturnType<typeof returnList>['row']

/** The same line by line, for a file. */
export const returnLinesOf = (door: TenantDoor, ids: SQL) =>
  door.pick(returnLines, lineColumns(door), { where: sql`${returnLines.returnId} IN ${ids}`, order: [returnLines.returnId, ...LINES_ORDER] })

/** The same page as ids, as a condition for other tables. */
export const returnIds = (door: TenantDoor, filter: ReturnFilter, now: Instant, size: number, cursor?: Cursor): SQL =>
  door.pluck(returnRequests, returnRequests.id, { where: and(passing(filter, now), older(cursor)), order: NEWEST, limit: size })

const OTHERS = 5
const YEAR = 365 * DAY

const clientOfReturn = (door: TenantDoor, id: string): SQL => door.pluck(returnRequests, returnRequests.clientId, { where: eq(returnRequests.id, id) })

/** That a column names the client whose request this is. */
export const returnClient = (door: TenantDoor, id: string, column: SQLiteColumn): SQL => sql`${column} = ${clientOfReturn(door, id)}`

export const returnClientRead = (door: TenantDoor, id: string) => door.pick(clients, { name: clients.name }, { where: returnClient(door, id, clients.id) })

/** What else there is of the client whose request this is: its other requests, how many in a year, and of how many orders. */
export const besidesReads = (door: TenantDoor, id: string, now: Instant) => {
  const since = now - YEAR
  return {
    owner: door.read(clients, { where: returnClient(door, id, clients.id) }),
    others: door.pick(returnRequests, summaryColumns(door), {
      where: and(returnClient(door, id, returnRequests.clientId), ne(returnRequests.id, id)),
      order: NEWEST,
      limit: OTHERS,
    }),
    year: door.pick(
      returnRequests,
      { count: sql<number>`count(*)` },
      { where: and(returnClient(door, id, returnRequests.clientId), gt(returnRequests.createdAt, since)) },
    ),
    yearOrders: door.pick(
      orders,
      { count: sql<number>`count(*)` },
      {
        where: and(
          returnClient(door, id, orders.clientId),
          sql`${orders.orderDate} >= date(${Math.floor(since / 1000)}, 'unixepoch')`,
          sql`status NOT IN ('draft', 'cancelled')`,
        ),
      },
    ),
  }
}
