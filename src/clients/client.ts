import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { TenantDoor } from '#src/db/door.ts'
import { clientCounts, clients, clientWords, type PortalState } from '#src/db/schema/clients.ts'
import { NotFound } from '#src/errors.ts'
import { searchTermsOf } from '#src/fold.ts'

export type Client = typeof clients.$inferSelect

/** What the Clients table is narrowed to; as in its address. */
export type ClientFilter = {
  q?: string | undefined
  status?: 'active' | 'inactive' | undefined
  email?: 'yes' | 'no' | undefined
  portal?: PortalState | undefined
}

/** Clients that something is done to at once: those picked one by one, or all that a filter lets through. */
export type Selection = { all: true; filter: ClientFilter } | { all: false; ids: string[] }

/** How many clients stand in each combination of what is filtered. */
export type ClientCount = { status: 'active' | 'inactive'; hasEmail: boolean; portalState: PortalState; count: number }

export const clientRead = (door: TenantDoor, id: string) => door.read(clients, { where: eq(clients.id, id) })

/** @throws NotFound when the company has no such client */
export const clientOf = (rows: Client[]): Client => {
  const [client] = rows
  if (!client) throw new NotFound()
  return client
}

export const clientCountsRead = (door: TenantDoor) => door.read(clientCounts)

/** A filter as a condition on clients. Search is literal: each term is the beginning of a word. */
export const passing = (door: TenantDoor, { q, status, email, portal }: ClientFilter): SQL | undefined =>
  and(
    status && eq(clients.status, status),
    email && eq(clients.hasEmail, email === 'yes'),
    portal && eq(clients.portalState, portal),
    ...searchTermsOf(q ?? '').map((term) => sql`${clients.id} IN ${door.pluck(clientWords, clientWords.clientId, { where: startsWith(term) })}`),
  )

/** A selection as a condition on clients. An id that is nobody's, or another company's, picks nothing. */
export const selectedIn = (door: TenantDoor, selection: Selection): SQL =>
  selection.all ? (passing(door, selection.filter) ?? sql`true`) : sql`${clients.id} IN (SELECT value FROM json_each(${JSON.stringify(selection.ids)}))`

/** How many clients a filter lets through; without one nothing is counted. For searches: what only chips narrow is counted already. */
export const clientCountRead = (door: TenantDoor, filter: ClientFilter | undefined) =>
  door.pick(clients, { count: sql<number>`count(*)` }, filter ? { where: passing(door, filter) } : { limit: 0 })

/** A range over the index, not a pattern: D1 refuses long patterns, and % means %. */
const startsWith = (term: string): SQL => sql`${clientWords.word} >= ${term} AND ${clientWords.word} < ${`${term}\u{10ffff}`}`
