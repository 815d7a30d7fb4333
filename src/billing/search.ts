import { and, desc, gte, lte, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { PlainDate } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import type { Reading, TenantTable } from '#src/db/door.ts'
import { before, type Cursor } from '#src/db/paging.ts'

/**
 * Looking through a client's documents for what was typed. Words may stand anywhere, in lines too, so no index helps:
 * each page looks through so many documents and no more, and the next one goes on where it ended.
 */

export const LOOKED_THROUGH = 1000

/** Documents of one kind, newest first. */
export type Documents = { table: TenantTable; day: SQLiteColumn; id: SQLiteColumn; where: SQL | undefined; index?: string }

/** That a row's texts, joined by spaces, hold a term. */
export const says = (term: string, searchText: SQLiteColumn, ...texts: SQLiteColumn[]): SQL =>
  sql`instr(coalesce(${searchText}, lower(${sql.join(texts, sql` || ' ' || `)})), ${term}) > 0`

/** Dated between two days, both included; either may be left out. */
export const within = (day: SQLiteColumn, { from, to }: { from?: PlainDate | undefined; to?: PlainDate | undefined }): SQL | undefined =>
  and(from === undefined ? undefined : gte(day, from), to === undefined ? undefined : lte(day, to))

/** Every term somewhere in the document. */
export const every = (terms: string[], found: (term: string) => SQL): SQL | undefined => (terms.length === 0 ? undefined : and(...terms.map(found)))

/** A page of documents, one more than it holds; of those that are found, if anything is searched. */
export const listing = (
  door: ClientDoor,
  { table, day, id, where, index }: Documents,
  found: SQL | undefined,
  size: number,
  cursor: Cursor | undefined,
): Reading => {
  const reading = { order: [desc(day), desc(id)], ...(index !== undefined && { index }) }
  const passing = and(where, before(day, id, cursor))
  if (!found) return { ...reading, where: passing, limit: size + 1 }
  const last = (column: SQLiteColumn) => sql`coalesce(${door.pluck(table, column, { ...reading, where: passing, limit: 1, offset: LOOKED_THROUGH - 1 })}, '')`
  return { ...reading, where: and(passing, sql`(${day}, ${id}) >= (${last(day)}, ${last(id)})`, found), limit: size + 1 }
}

/** The last document that the search of a page looks through, and the one after it. */
export const searchEnd = (door: ClientDoor, documents: Documents, cursor: Cursor | undefined) => {
  const { day, id } = documents
  return door.pick(documents.table, { day, id }, { ...listing(door, documents, undefined, 1, cursor), offset: LOOKED_THROUGH - 1 })
}

/** Where the search ended, if documents are left. */
export const endOf = ([last, further]: Record<string, unknown>[]): Cursor[] => (last && further ? [{ key: String(last.day), id: String(last.id) }] : [])
