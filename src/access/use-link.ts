import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { entryForAccesses } from '#src/activity/entries.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalSessions, portalUsers } from '#src/db/schema/people.ts'
import { type MailRow, queueMail } from '#src/mail/outbox.ts'
import type { Whereabouts } from './device.ts'
import { linkHolds } from './link.ts'

/** Using a link up: the password is set, and no other link of this person opens anything any more. */

type Use = { mailId: string; portalUserId: string; passwordHash: string; now: Instant }
type Invitation = Use & { sessionId: string; clientIds: string[]; whereabouts: Whereabouts }

/**
 * Uses an invitation's link: the password is set, every invited access becomes active, and the person is signed in; with
 * several clients, to be chosen from. `used` is 1 for the one call that did it, and the link ends with it.
 */
export const useLink = (door: TenantDoor, { mailId, portalUserId, passwordHash, sessionId, clientIds, whereabouts, now }: Invitation) => {
  const holds = linkHolds(door, 'invitation', mailId, portalUserId, now)
  const invited = and(eq(accesses.portalUserId, portalUserId), eq(accesses.state, 'invited'), holds)
  const only = clientIds.length === 1 ? clientIds[0] : undefined
  const session = { id: sessionId, portalUserId, clientId: only ?? null, createdAt: now, seenAt: now, ...whereabouts }
  // By the last statements no access is invited any more; that the link held shows in the session.
  const began = door.exists(portalSessions, eq(portalSessions.id, sessionId))
  return {
    session: door.insert(portalSessions, session, { where: holds }),
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
    mail: door.update(outbox, { usedAt: now }, and(eq(outbox.id, mailId), began)),
    used: setPassword(door, portalUserId, passwordHash, now, began),
  }
}

/**
 * Uses a reset's link: the password is changed and every session of the person ends. `used` is 1 for the one call that
 * did it, and the link ends with it.
 * @param notice the mail that tells of it
 */
export const useResetLink = (door: TenantDoor, { mailId, portalUserId, passwordHash, now }: Use, notice: MailRow) => {
  const told = door.exists(outbox, eq(outbox.id, notice.id))
  return {
    notice: queueMail(door, notice, linkHolds(door, 'password-reset', mailId, portalUserId, now)),
    entry: passwordChanged(door, portalUserId, now, told),
    mail: door.update(outbox, { usedAt: now }, and(eq(outbox.id, mailId), told)),
    sessions: door.update(portalSessions, { endedAt: now }, and(eq(portalSessions.portalUserId, portalUserId), isNull(portalSessions.endedAt), told)),
    used: setPassword(door, portalUserId, passwordHash, now, told),
  }
}

/** "Password changed" in the history of each client that the person sees. */
export const passwordChanged = (door: TenantDoor, portalUserId: string, now: Instant, where: SQL) =>
  entryForAccesses(
    door,
    accesses,
    { event: 'password-changed', at: now, portalUserId },
    and(eq(accesses.portalUserId, portalUserId), eq(accesses.state, 'active'), where),
  )

/** Whatever set it: links of either kind that are still about end. */
export const setPassword = (door: TenantDoor, portalUserId: string, passwordHash: string, now: Instant, where: SQL) =>
  door.update(portalUsers, { passwordHash, passwordSetAt: now, invitationMailId: null, resetMailId: null }, and(eq(portalUsers.id, portalUserId), where))

const loginAt = (only: string | undefined, now: Instant): SQL => (only === undefined ? sql`NULL` : sql`iif(client_id = ${only}, ${now}, NULL)`)
