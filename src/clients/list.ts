import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { TenantDoor } from '#src/db/door.ts'
import { type Cursor, cursorOf } from '#src/db/paging.ts'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { maybe, type Selected } from '#src/db/statement.ts'
import { type ClientFilter, passing } from './client.ts'

/** The Clients table: in which order, from which row on, and what a row says. */

export const CLIENT_SORTS = ['name', '-name', 'code', '-code', 'balance', '-balance', 'added', '-added'] as const
/** A minus: downwards. */
export type ClientSort = (typeof CLIENT_SORTS)[number]
type SortKey = 'name' | 'code' | 'balance' | 'added'

/** What each order goes by; ties go by id. Currencies are never compared by amount: each has its own stretch of the list. */
const KEYS: Record<SortKey, SQLiteColumn[]> = {
  name: [clients.nameKey],
  code: [clients.code],
  balance: [clients.currency, clients.owed],
  added: [clients.createdAt],
}
type Sorted = { id: string; nameKey: string; code: string; currency: string; owed: number; createdAt: number }
const VALUES: Record<SortKey, (row: Sorted) => (string | number)[]> = {
  name: ({ nameKey }) => [nameKey],
  code: ({ code }) => [code],
  balance: ({ currency, owed }) => [currency, owed],
  added: ({ createdAt }) => [createdAt],
}

const keyOf = (sort: ClientSort): SortKey => sort.replace('-', '') as SortKey
const isDown = (sort: ClientSort): boolean => sort.startsWith('-')

/** Where the next page of an order begins: after this row. */
export const clientCursor =
  (sort: ClientSort) =>
  (row: Sorted): Cursor => ({ key: JSON.stringify(VALUES[keyOf(sort)](row)), id: row.id })

/** A cursor of another order, or one that was tampered with, is none: the list starts at its beginning. */
export const clientCursorOf = (sort: ClientSort, text: string | undefined): Cursor | undefined => {
  const cursor = cursorOf(text)
  return cursor && valuesIn(sort, cursor) ? cursor : undefined
}

const valuesIn = (sort: ClientSort, { key }: Cursor): (string | number)[] | undefined => {
  try {
    const values: unknown = JSON.parse(key)
    const columns = KEYS[keyOf(sort)]
    const fits = (value: unknown, at: number) => (columns[at]?.dataType === 'number' ? Number.isSafeInteger(value) : typeof value === 'string')
    return Array.isArray(values) && values.length === columns.length && values.every(fits) ? values : undefined
  } catch {
    return undefined
  }
}

export type ClientList = { filter: ClientFilter; sort?: ClientSort; size: number; cursor?: Cursor | undefined }

/** Reads one row more than a page holds. */
const listing = (door: TenantDoor, { filter, sort = 'name', size, cursor }: ClientList) => {
  const columns = [...KEYS[keyOf(sort)], clients.id]
  const values = cursor && valuesIn(sort, cursor)
  const from = values && [...values, cursor.id].map((value) => sql`${value}`)
  const beyond: SQL | undefined = from && sql`(${sql.join(columns, sql`, `)}) ${sql.raw(isDown(sort) ? '<' : '>')} (${sql.join(from, sql`, `)})`
  return {
    where: and(passing(door, filter), beyond),
    order: columns.map((column) => (isDown(sort) ? sql`${column} DESC` : sql`${column}`)),
    limit: size + 1,
  }
}

/** A page of the list, with more columns of it; of the person behind each primary address: what is wrong with its mail, the open link, the last sign-in. */
export const clientListRead = <C extends Selected = Record<never, never>>(door: TenantDoor, list: ClientList, more: C = {} as C) =>
  door.pick(
    clients,
    {
      id: clients.id,
      code: clients.code,
      name: clients.name,
      nameKey: clients.nameKey,
      email: clients.email,
      status: clients.status,
      portalState: clients.portalState,
      currency: clients.currency,
      owed: clients.owed,
      createdAt: clients.createdAt,
      mailProblem: maybe(accesses.mailProblem),
      lastLoginAt: maybe(accesses.lastLoginAt),
      linkExpiresAt: maybe(outbox.expiresAt),
      ...more,
    },
    {
      ...listing(door, list),
      left: [
        { table: portalUsers, on: eq(portalUsers.emailKey, clients.emailKey) },
        { table: accesses, on: and(eq(accesses.portalUserId, portalUsers.id), eq(accesses.clientId, clients.id)) },
        { table: outbox, on: eq(outbox.id, portalUsers.invitationMailId) },
      ],
    },
  )
