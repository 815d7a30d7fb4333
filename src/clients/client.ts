import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import type { TenantDoor } from '#src/db/door.ts'
import { after, type Cursor } from '#src/db/paging.ts'
import { clientCounts, clients, clientWords, type PortalState } from '#src/db/schema/clients.ts'
import { NotFound } from '#src/errors.ts'
import { searchTermsOf } from './words.ts'

export type Client = typeof clients.$inferSelect

/** What the Clients table is narrowed to; as in its address. */
export type ClientFilter = {
  q?: string | undefined
  status?: 'active' | 'inactive' | undefined
  email?: 'yes' | 'no' | undefined
  portal?: PortalState | undefined
}

/** How many clients stand in each combination of what is filtered. */
export type ClientCount = { status: 'active' | 'inactive'; hasEmail: boolean; portalState: PortalState; count: number }

export const clientRead = (door: TenantDoor, id: string) => door.read(clients, { where: eq(clients.id, id) })

/** @throws NotFound when the company has no such client */
export const clientOf = (rows: Client[]): Client => {
  const [client] = rows
  if (!client) throw new NotFound()
  return client
}

/** By name. Reads one row more than a page holds. */
const listing = (door: TenantDoor, filter: ClientFilter, size: number, cursor: Cursor | undefined) => ({
  where: and(conditionOf(door, filter), after(clients.nameKey, clients.id, cursor)),
  order: [asc(clients.nameKey), asc(clients.id)],
  limit: size + 1,
})

export const clientListReads = (door: TenantDoor, filter: ClientFilter, size: number, cursor?: Cursor) => ({
  clients: door.read(clients, listing(door, filter, size, cursor)),
  counts: door.read(clientCounts),
})

/** The ids of one page of the list, as a condition for other tables. */
export const clientIdsOfPage = (door: TenantDoor, filter: ClientFilter, size: number, cursor?: Cursor): SQL =>
  door.pluck(clients, clients.id, listing(door, filter, size, cursor))

/** Search is literal: each term is the beginning of a word. */
const conditionOf = (door: TenantDoor, { q, status, email, portal }: ClientFilter): SQL | undefined =>
  and(
    status && eq(clients.status, status),
    email && eq(clients.hasEmail, email === 'yes'),
    portal && eq(clients.portalState, portal),
    ...searchTermsOf(q ?? '').map((term) => sql`${clients.id} IN ${door.pluck(clientWords, clientWords.clientId, { where: startsWith(term) })}`),
  )

/** A range over the index, not a pattern: D1 refuses long patterns, and % means %. */
const startsWith = (term: string): SQL => sql`${clientWords.word} >= ${term} AND ${clientWords.word} < ${`${term}\u{10ffff}`}`
