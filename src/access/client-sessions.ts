import { and, desc, eq, gt, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import { PORTAL_IDLE, PORTAL_SESSION } from '#src/db/client-gate.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { accesses, portalSessions, portalUsers } from '#src/db/schema/people.ts'
import { maybe, type Write } from '#src/db/statement.ts'
import { usableAccess } from './usable.ts'

/** The sessions that look at a client's data, as staff sees and ends them. */

export type ClientSession = {
  id: string
  /** Name or address of whose it is. */
  person: string
  device: string
  city: string
  /** Two letters, or empty. */
  country: string
  startedAt: Instant
  seenAt: Instant
  /** Signed in, but with several clients to choose from still. */
  undecided: boolean
}

/** As many as a page shows. */
const MOST_SESSIONS = 100

/** A condition on `portal_sessions`: of people who may look at this client, at it or still to choose, and not ended in any way. */
const liveOf = (door: TenantDoor, clientId: string, now: Instant): SQL | undefined =>
  and(
    sql`${portalSessions.portalUserId} IN ${door.pluck(accesses, accesses.portalUserId, { where: and(eq(accesses.clientId, clientId), eq(accesses.state, 'active')) })}`,
    or(eq(portalSessions.clientId, clientId), isNull(portalSessions.clientId)),
    isNull(portalSessions.endedAt),
    gt(portalSessions.seenAt, now - PORTAL_IDLE),
    gt(portalSessions.createdAt, now - PORTAL_SESSION),
  )

export const clientSessionsRead = (door: TenantDoor, clientId: string, now: Instant) =>
  door.pick(
    portalSessions,
    {
      id: portalSessions.id,
      clientId: portalSessions.clientId,
      device: portalSessions.device,
      city: portalSessions.city,
      country: portalSessions.country,
      startedAt: portalSessions.createdAt,
      seenAt: portalSessions.seenAt,
      name: maybe(portalUsers.name),
      email: maybe(portalUsers.email),
    },
    {
      left: [{ table: portalUsers, on: eq(portalUsers.id, portalSessions.portalUserId) }],
      where: liveOf(door, clientId, now),
      order: [desc(portalSessions.seenAt), desc(portalSessions.id)],
      limit: MOST_SESSIONS,
    },
  )

export const clientSessionOf = ({ clientId, name, email, ...session }: ReturnType<typeof clientSessionsRead>['row']): ClientSession => ({
  ...session,
  person: name || email || '',
  undecided: clientId === null,
})

/** Ends one of a client's sessions, or all. Ending one that has ended changes nothing. */
export const endSessions = (door: TenantDoor, clientId: string, which: { id: string } | 'all', now: Instant): Write =>
  door.update(portalSessions, { endedAt: now }, and(which === 'all' ? undefined : eq(portalSessions.id, which.id), liveOf(door, clientId, now)))

/**
 * A condition on `portal_sessions`: those of people with such an access, that look at this client, or that are left with no
 * client to choose once this one lets nobody in.
 * @param which a condition on `accesses`
 */
export const sessionsThrough = (door: TenantDoor, clientId: string, which: SQL | undefined): SQL | undefined =>
  and(
    isNull(portalSessions.endedAt),
    sql`${portalSessions.portalUserId} IN ${door.pluck(accesses, accesses.portalUserId, { where: which })}`,
    or(eq(portalSessions.clientId, clientId), and(isNull(portalSessions.clientId), sql`NOT ${usableElsewhere(door, clientId)}`), nowhereElse(door, clientId)),
  )

const usableElsewhere = (door: TenantDoor, clientId: string): SQL =>
  door.exists(accesses, and(usableAccess(door, sql`${portalSessions.portalUserId}`), ne(accesses.clientId, clientId)))

const nowhereElse = (door: TenantDoor, clientId: string): SQL =>
  sql`NOT ${door.exists(accesses, and(eq(accesses.portalUserId, portalSessions.portalUserId), ne(accesses.clientId, clientId)))}`
