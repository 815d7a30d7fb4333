import { and, eq, gt, inArray, isNull, type SQL } from 'drizzle-orm'
import { entryForAccesses } from '#src/activity/entries.ts'
import type { Instant } from '#src/dates.ts'
import { PORTAL_IDLE, PORTAL_SESSION } from '#src/db/client-gate.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { accesses, portalSessions, portalUsers } from '#src/db/schema/people.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import type { Whereabouts } from './device.ts'
import { clientsOf, usableAccess } from './usable.ts'

/** Signing in to a portal, choosing a client, signing out. */

/** "First login" once for each person and client, and when the last one was. */
const loggedIn = (door: TenantDoor, portalUserId: string, clientId: string, now: Instant, holds: SQL | undefined) => {
  const access = and(usableAccess(door, portalUserId, [clientId]), holds)
  return {
    firstLogin: entryForAccesses(door, accesses, { event: 'first-login', at: now, portalUserId }, and(access, isNull(accesses.firstLoginAt))),
    firstAt: door.update(accesses, { firstLoginAt: now }, and(access, isNull(accesses.firstLoginAt))),
    lastAt: door.update(accesses, { lastLoginAt: now }, access),
  }
}

type SignIn = {
  sessionId: string
  portalUserId: string
  /** The hash that the password was right for, and, when it is an old one, what takes its place. */
  passwordHash: string
  raised: string | undefined
  clientIds: string[]
  whereabouts: Whereabouts
  now: Instant
}

/**
 * Begins a session for a person whose password was right. It begins only if what was read still holds: the same password,
 * the portal on, an access that is usable. With several clients the session begins without one.
 */
export const signIn = (door: TenantDoor, { sessionId, portalUserId, passwordHash, raised, clientIds, whereabouts, now }: SignIn) => {
  const only = clientIds.length === 1 ? clientIds : undefined
  const holds = and(
    // The raised hash too: another sign-in at the same moment may have written it.
    door.exists(portalUsers, and(eq(portalUsers.id, portalUserId), inArray(portalUsers.passwordHash, [passwordHash, raised ?? passwordHash]))),
    door.exists(portalSettings, eq(portalSettings.enabled, true)),
    door.exists(accesses, usableAccess(door, portalUserId, only)),
  )
  const session = { id: sessionId, portalUserId, clientId: only?.[0] ?? null, createdAt: now, seenAt: now, ...whereabouts }
  return {
    session: door.insert(portalSessions, session, { where: holds }),
    ...(raised !== undefined && {
      raised: door.update(portalUsers, { passwordHash: raised }, and(eq(portalUsers.id, portalUserId), eq(portalUsers.passwordHash, passwordHash), holds)),
    }),
    ...(only?.[0] !== undefined && loggedIn(door, portalUserId, only[0], now, holds)),
  }
}

type Session = { sessionId: string; portalUserId: string; now: Instant }

const sessionHolds = (door: TenantDoor, { sessionId, portalUserId, now }: Session): SQL =>
  door.exists(
    portalSessions,
    and(
      eq(portalSessions.id, sessionId),
      eq(portalSessions.portalUserId, portalUserId),
      isNull(portalSessions.endedAt),
      gt(portalSessions.seenAt, now - PORTAL_IDLE),
      gt(portalSessions.createdAt, now - PORTAL_SESSION),
    ),
  )

/** The clients that the person of a session may choose from; none when the session has ended. */
export const choices = (door: TenantDoor, session: Session) => ({
  people: door.pick(portalUsers, { email: portalUsers.email }, { where: and(eq(portalUsers.id, session.portalUserId), sessionHolds(door, session)) }),
  clients: door.pick(
    clients,
    { id: clients.id, name: clients.name, code: clients.code },
    {
      where: and(clientsOf(door, session.portalUserId, 'active'), sessionHolds(door, session)),
      order: [clients.nameKey, clients.id],
    },
  ),
})

/** Goes on as one client. `chosen` is 0 when this person may not. */
export const chooseClient = (door: TenantDoor, session: Session, clientId: string) => {
  const holds = and(sessionHolds(door, session), door.exists(portalSettings, eq(portalSettings.enabled, true)))
  return {
    ...loggedIn(door, session.portalUserId, clientId, session.now, holds),
    chosen: door.update(
      portalSessions,
      { clientId, seenAt: session.now },
      and(eq(portalSessions.id, session.sessionId), holds, door.exists(accesses, usableAccess(door, session.portalUserId, [clientId]))),
    ),
  }
}

export const signOut = (door: TenantDoor, { sessionId, portalUserId, now }: Session) => ({
  ended: door.update(
    portalSessions,
    { endedAt: now },
    and(eq(portalSessions.id, sessionId), eq(portalSessions.portalUserId, portalUserId), isNull(portalSessions.endedAt)),
  ),
})
