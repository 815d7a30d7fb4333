import { and, eq, gt, type SQL, sql } from 'drizzle-orm'
import { entryForAccesses } from '#src/activity/entries.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalSessions, portalUsers } from '#src/db/schema/people.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'

/** An invitation's link: what it opens, and using it up. */

export const linkReads = (door: TenantDoor, mailId: string) => {
  const person = eq(portalUsers.invitationMailId, mailId)
  return {
    people: door.read(portalUsers, { where: person }),
    mails: door.pick(outbox, { expiresAt: outbox.expiresAt }, { where: eq(outbox.id, mailId) }),
    clients: door.pick(
      clients,
      { id: clients.id, name: clients.name },
      { where: invitedOf(door, door.pluck(portalUsers, portalUsers.id, { where: person })), order: [clients.nameKey] },
    ),
  }
}

/** Clients, switched on, that a person is invited to. */
const invitedOf = (door: TenantDoor, portalUserId: SQL | string): SQL | undefined =>
  and(
    eq(clients.portalAccess, true),
    door.exists(accesses, and(eq(accesses.clientId, clients.id), eq(accesses.portalUserId, portalUserId), eq(accesses.state, 'invited'))),
  )

type Rows = { [K in keyof ReturnType<typeof linkReads>]: ReturnType<typeof linkReads>[K]['row'][] }
export type OpenLink = { state: 'open'; person: { id: string; email: string; name: string }; clients: { id: string; name: string }[] }

/** Newest of its purpose, in time, and good for at least one client. What was overtaken, used or revoked has ended. */
export const linkOf = ({ people: [person], mails: [mail], clients }: Rows, now: Instant): OpenLink | { state: 'expired' | 'ended' } => {
  if (!person || !mail || clients.length === 0) return { state: 'ended' }
  if ((mail.expiresAt ?? 0) <= now) return { state: 'expired' }
  return { state: 'open', person, clients }
}

/** Everything that makes a link work, as a condition of each statement that uses it. */
const linkHolds = (door: TenantDoor, mailId: string, portalUserId: string, now: Instant): SQL | undefined =>
  and(
    door.exists(portalUsers, and(eq(portalUsers.id, portalUserId), eq(portalUsers.invitationMailId, mailId))),
    door.exists(outbox, and(eq(outbox.id, mailId), gt(outbox.expiresAt, now))),
    door.exists(portalSettings, eq(portalSettings.enabled, true)),
    door.exists(clients, invitedOf(door, portalUserId)),
  )

type Use = { mailId: string; portalUserId: string; passwordHash: string; sessionId: string; clientIds: string[]; now: Instant }

/**
 * Uses an invitation's link: the password is set, every invited access becomes active, and the person is signed in; with
 * several clients, to be chosen from. `used` is 1 for the one call that did it, and the link ends with it.
 */
export const useLink = (door: TenantDoor, { mailId, portalUserId, passwordHash, sessionId, clientIds, now }: Use) => {
  const holds = linkHolds(door, mailId, portalUserId, now)
  const invited = and(eq(accesses.portalUserId, portalUserId), eq(accesses.state, 'invited'), holds)
  const only = clientIds.length === 1 ? clientIds[0] : undefined
  return {
    session: door.insert(portalSessions, { id: sessionId, portalUserId, clientId: only ?? null, createdAt: now, seenAt: now }, { where: holds }),
    passwordSet: entryForAccesses(door, accesses, { event: 'password-set', at: now, portalUserId }, invited),
    firstLogin: entryForAccesses(
      door,
      accesses,
      { event: 'first-login', at: now, portalUserId },
      and(invited, only === undefined ? sql`false` : eq(accesses.clientId, only)),
    ),
    accesses: door.update(
      accesses,
      { state: 'active', activatedAt: now, firstLoginAt: loginAt(only, now), lastLoginAt: loginAt(only, now), mailProblem: null },
      invited,
    ),
    // Last, because it ends what the others depend on. By now no access is invited any more; that the link held shows in the session.
    used: door.update(
      portalUsers,
      { passwordHash, passwordSetAt: now, invitationMailId: null },
      and(eq(portalUsers.id, portalUserId), door.exists(portalSessions, eq(portalSessions.id, sessionId))),
    ),
  }
}

const loginAt = (only: string | undefined, now: Instant): SQL => (only === undefined ? sql`NULL` : sql`iif(client_id = ${only}, ${now}, NULL)`)
