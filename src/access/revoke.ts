import { and, eq, type SQL, sql } from 'drizzle-orm'
import { entryForAccesses, entryForClient } from '#src/activity/entries.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { accesses, clientAddresses, portalSessions, portalUsers } from '#src/db/schema/people.ts'
import { emailKeyOf } from '#src/email-address.ts'
import { sessionsThrough } from './client-sessions.ts'

/** Taking logins away. A credential goes with its person's last access; orders, invoices and history stay. */

type Ending = { clientId: string; staffId: string; now: Instant }

/** Revoke Access: all accesses of a client end. `ended` is above 0 for the call that did it. */
export const revokeAccess = (door: TenantDoor, { clientId, staffId, now }: Ending) => {
  const which = eq(accesses.clientId, clientId)
  return {
    // One for each person, with the address it was.
    entries: entryForAccesses(door, accesses, { event: 'access-revoked', at: now, staffId, text: addressOfAccess(door) }, which),
    ...endAccesses(door, clientId, which, now),
  }
}

/**
 * Removes an address from a client, and with it the access of its person: a further address, or one that was the primary
 * once and still has a login. `removed` is above 0 for the call that did it.
 */
export const removeAddress = (door: TenantDoor, { clientId, email, staffId, now }: Ending & { email: string }) => {
  const emailKey = emailKeyOf(email)
  const isPrimary = door.exists(clients, and(eq(clients.id, clientId), eq(clients.emailKey, emailKey)))
  const person = door.pluck(portalUsers, portalUsers.id, { where: eq(portalUsers.emailKey, emailKey) })
  const which = and(eq(accesses.clientId, clientId), eq(accesses.portalUserId, person), sql`NOT ${isPrimary}`)
  const address = and(eq(clientAddresses.clientId, clientId), eq(clientAddresses.emailKey, emailKey), sql`NOT ${isPrimary}`)
  const isThere = sql`${door.exists(accesses, which)} OR ${door.exists(clientAddresses, address)}`
  return {
    removed: entryForClient(door, clientId, { event: 'access-removed', at: now, staffId, text: email }, isThere),
    ...endAccesses(door, clientId, which, now),
    address: door.remove(clientAddresses, address),
  }
}

const addressOfAccess = (door: TenantDoor): SQL => door.pluck(portalUsers, portalUsers.email, { where: eq(portalUsers.id, accesses.portalUserId) })

/** @param which a condition on `accesses`, of this client */
const endAccesses = (door: TenantDoor, clientId: string, which: SQL | undefined, now: Instant) => ({
  sessions: door.update(portalSessions, { endedAt: now }, sessionsThrough(door, clientId, which)),
  // Last, because the others ask who had one. With a person's last one the database takes the password and the open links.
  ended: door.remove(accesses, which),
})
