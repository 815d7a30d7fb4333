import { and, eq, ne, type SQL, sql } from 'drizzle-orm'
import { entryForClient } from '#src/activity/entries.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { activity } from '#src/db/schema/activity.ts'
import { clients } from '#src/db/schema/clients.ts'
import type { Client } from './client.ts'

/** A client's own record, written by hand: what it is called, where it is, what it may owe. */

/** In the order of the form. */
export const RECORD_FIELDS = [
  'name',
  'code',
  'status',
  'email',
  'phone',
  'language',
  'address1',
  'address2',
  'city',
  'region',
  'postalCode',
  'country',
  'currency',
  'creditLimit',
] as const
export type RecordField = (typeof RECORD_FIELDS)[number]
/** The credit limit in minor units of the currency. */
export type ClientRecord = Pick<Client, RecordField | 'nameKey' | 'emailKey' | 'emailValid' | 'words'>

/** A field that changed, as people read it: from what to what. */
export type RecordChange = { field: RecordField; label: string; before: string; after: string }

const isOtherWithCode = (door: TenantDoor, id: string, code: string): SQL => door.exists(clients, and(eq(clients.code, code), ne(clients.id, id)))

/** Whether another client has a code. */
export const codeTaken = (door: TenantDoor, id: string, code: string) =>
  door.pick(clients, { id: clients.id }, { where: and(eq(clients.code, code), ne(clients.id, id)), limit: 1 })

/** `added` is above 0 for the call that did it; the same call again finds it done. */
export const clientAdded = (door: TenantDoor, id: string, record: ClientRecord, staffId: string, now: Instant) => ({
  added: door.insert(
    clients,
    { id, ...record, createdAt: now, updatedAt: now },
    { where: sql`NOT ${isOtherWithCode(door, id, record.code)} AND NOT ${door.exists(clients, eq(clients.id, id))}` },
  ),
  // Once, however often it is asked for.
  entry: entryForClient(
    door,
    id,
    { event: 'client-added', at: now, staffId, text: '' },
    and(door.exists(clients, eq(clients.id, id)), sql`NOT ${door.exists(activity, and(eq(activity.clientId, id), eq(activity.event, 'client-added')))}`),
  ),
})

/**
 * Holds only while the client is as it was read. One entry for each field, with what it was and what it is; a trigger
 * does what another primary address means for invitations and logins. `saved` is above 0 for the call that did it.
 */
export const clientSaved = (door: TenantDoor, stored: Client, record: ClientRecord, changes: RecordChange[], staffId: string, now: Instant) => {
  const asRead = and(
    eq(clients.id, stored.id),
    eq(clients.updatedAt, stored.updatedAt),
    ...RECORD_FIELDS.map((field) => sql`${clients[field]} IS ${stored[field]}`),
  )
  const isFree = sql`NOT ${isOtherWithCode(door, stored.id, record.code)}`
  const held = and(door.exists(clients, asRead), isFree)
  return {
    // First, while the client still is as it was read.
    ...Object.fromEntries(
      changes.map(({ field, label, before, after }) => [
        `entry ${field}`,
        entryForClient(
          door,
          stored.id,
          field === 'email' && after !== ''
            ? { event: 'address-changed', at: now, staffId, text: before === '' ? after : `${before} → ${after}` }
            : { event: 'client-changed', at: now, staffId, text: `${label}: ${before || 'none'} → ${after || 'none'}` },
          held,
        ),
      ]),
    ),
    saved: door.update(clients, { ...record, updatedAt: now }, and(asRead, isFree)),
  }
}
