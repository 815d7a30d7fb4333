import { and, eq, gt, isNull, type SQL } from 'drizzle-orm'
import { entryForAccesses } from '#src/activity/entries.ts'
import type { Instant } from '#src/dates.ts'
import { PORTAL_IDLE, PORTAL_SESSION } from '#src/db/client-door.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { accesses, portalSessions, portalUsers } from '#src/db/schema/people.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'

/** Signing in to a portal, choosing a client, signing out. */

/** An access that lets its person in now: active, on a client that is switched on. */
const usable = (door: TenantDoor, portalUserId: string, clientId?: string): SQL | undefined =>
  and(
    eq(accesses.portalUserId, portalUserId),
    eq(accesses.state, 'active'),
    clientId === undefined ? undefined : eq(accesses.clientId, clientId),
    door.exists(clients, and(eq(clients.id, accesses.clientId), eq(clients.portalAccess, true))),
  )

/** "First login" once for each person and client, and when the last one was. */
const loggedIn = (door: TenantDoor, portalUserId: string, clientId: string, now: Instant, holds: SQL | undefined) => {
  const access = and(usable(door, portalUserId, clientId), holds)
  return {
    firstLogin: entryForAccesses(door, accesses, { event: 'first-login', at: now, portalUserId }, and(access, isNull(accesses.firstLoginAt))),
    firstAt: door.update(accesses, { firstLoginAt: now }, and(access, isNull(accesses.firstLoginAt))),
    lastAt: door.update(accesses, { lastLoginAt: now }, access),
  }
}

type SignIn = { sessionId: string; portalUserId: string; passwordHash: string; clientIds: string[]; now: Instant }

/**
 * Begins a session for a person whose password was right. It begins only if what was read still holds: the same password,
 * the portal on, an access that is usable. With several clients the session begins without one.
 */
export const signIn = (door: TenantDoor, { sessionId, portalUserId, passwordHash, clientIds, now }: SignIn) => {
  const only = clientIds.length === 1 ? clientIds[0] : undefined
  const holds = and(
    door.exists(portalUsers, and(eq(portalUsers.id, portalUserId), eq(portalUsers.passwordHash, passwordHash))),
    door.exists(portalSettings, eq(portalSettings.enabled, true)),
    door.exists(accesses, usable(door, portalUserId, only)),
  )
  return {
    session: door.insert(portalSessions, { id: sessionId, portalUserId, clientId: only ?? null, createdAt: now, seenAt: now }, { where: holds }),
    ...(only !== undefined && loggedIn(door, portalUserId, only, now, holds)),
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
      where: and(
        eq(clients.portalAccess, true),
        door.exists(accesses, and(eq(accesses.clientId, clients.id), eq(accesses.portalUserId, session.portalUserId), eq(accesses.state, 'active'))),
        sessionHolds(door, session),
      ),
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
      and(eq(portalSessions.id, session.sessionId), holds, door.exists(accesses, usable(door, session.portalUserId, clientId))),
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
