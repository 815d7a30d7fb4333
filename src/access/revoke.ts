import { and, eq, ne, type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { activity } from '#src/db/schema/activity.ts'
import { clients } from '#src/db/schema/clients.ts'
import { accesses, clientAddresses, portalSessions, portalUsers } from '#src/db/schema/people.ts'
import { emailKeyOf } from '#src/email-address.ts'
import { newId } from '#src/ids.ts'
import { sessionsThrough } from './client-sessions.ts'

/** Taking logins away. A credential goes with its person's last access; orders, invoices and history stay. */

type Ending = { clientId: string; staffId: string; now: Instant }

/** Revoke Access: all accesses of a client end. `ended` is above 0 for the call that did it. */
export const revokeAccess = (door: TenantDoor, { clientId, staffId, now }: Ending) => {
  const which = eq(accesses.clientId, clientId)
  const entry = { clientId: accesses.clientId, at: now, type: 'system', event: 'access-revoked', staffId } as const
  return {
    // One for each person, with the address it was.
    entries: door.insert(activity, { ...entry, id: sql`lower(hex(randomblob(8)))`, text: addressOfAccess(door) }, { from: accesses, where: which }),
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
    removed: door.insert(activity, { id: newId(), clientId, at: now, type: 'system', event: 'access-removed', staffId, text: email }, { where: isThere }),
    ...endAccesses(door, clientId, which, now),
    address: door.remove(clientAddresses, address),
  }
}

const addressOfAccess = (door: TenantDoor): SQL => door.pluck(portalUsers, portalUsers.email, { where: eq(portalUsers.id, accesses.portalUserId) })

/** @param which a condition on `accesses`, of this client */
const endAccesses = (door: TenantDoor, clientId: string, which: SQL | undefined, now: Instant) => ({
  sessions: door.update(portalSessions, { endedAt: now }, sessionsThrough(door, clientId, which)),
  // What would open without a client behind it: password, open invitation, open reset. Another client keeps all three alive.
  credentials: door.update(
    portalUsers,
    { passwordHash: null, passwordSetAt: null, invitationMailId: null, resetMailId: null },
    and(
      sql`${portalUsers.id} IN ${door.pluck(accesses, accesses.portalUserId, { where: which })}`,
      sql`NOT ${door.exists(accesses, and(eq(accesses.portalUserId, portalUsers.id), ne(accesses.clientId, clientId)))}`,
    ),
  ),
  // Last, because the others ask who had one.
  ended: door.remove(accesses, which),
})
