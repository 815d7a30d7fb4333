import { and, desc, eq, gt, isNull, ne, type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import { PORTAL_IDLE, PORTAL_SESSION } from '#src/db/client-gate.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { portalSessions, portalUsers } from '#src/db/schema/people.ts'
import { type MailRow, queueMail } from '#src/mail/outbox.ts'
import type { Whereabouts } from './device.ts'
import { passwordChanged, setPassword } from './use-link.ts'

/** What people do with their own account, signed in. All of it is the person's, whichever of their clients is open. */

export type OwnSession = Whereabouts & { id: string; seenAt: Instant; isThisOne: boolean }

/** As many as a page shows: the last used ones. */
const SHOWN = 50

/** Sessions that have not ended, the last used first. */
export const ownSessions = (door: ClientDoor) => {
  const { id, device, city, country, seenAt } = portalSessions
  const lives = and(
    isNull(portalSessions.endedAt),
    gt(portalSessions.createdAt, door.who.now - PORTAL_SESSION),
    gt(portalSessions.seenAt, door.who.now - PORTAL_IDLE),
  )
  return door.pick(portalSessions, { id, device, city, country, seenAt }, { where: lives, order: [desc(seenAt), desc(id)], limit: SHOWN })
}

export const ownSessionsOf = (rows: ReturnType<typeof ownSessions>['row'][], door: ClientDoor): OwnSession[] => {
  const all = rows.map((row) => ({ ...row, isThisOne: row.id === door.who.sessionId }))
  return [...all.filter(({ isThisOne }) => isThisOne), ...all.filter(({ isThisOne }) => !isThisOne)]
}

/** Ends one. Answers 1 for a session of this person's, ended before or not. */
export const endSession = (door: ClientDoor, sessionId: string) =>
  door.update(portalSessions, { endedAt: sql`coalesce(${portalSessions.endedAt}, ${door.who.now})` }, eq(portalSessions.id, sessionId))

/** Ends them all, this one too. */
export const endSessions = (door: ClientDoor, where?: SQL) => door.update(portalSessions, { endedAt: door.who.now }, and(isNull(portalSessions.endedAt), where))

export const NAME_MAX = 100

/** A name as it is kept: one line, without what can't be seen. */
export const plainNameOf = (typed: string): string => typed.replace(/[\p{Cc}\p{Cf}\p{Z}]+/gu, ' ').trim()

export const changeName = (door: ClientDoor, name: string) => door.update(portalUsers, { name }, undefined)

type Change = {
  /** The hash that the current password was right for. */
  from: string
  to: string
  /** Of the session that goes on: a new one, since whoever knew the old id is not to stay. */
  sessionId: string
  whereabouts: Whereabouts
  /** The mail that tells of it. */
  notice: MailRow
}

/** Changes the password. `notice` is 1 for the call that did it; then every session has ended but the new one. */
export const changePassword = (door: ClientDoor, { from, to, sessionId, whereabouts, notice }: Change) => {
  const { now, portalUserId, clientId } = door.who
  const told = changed(door, notice)
  return {
    notice: queueMail(door, notice, door.exists(portalUsers, eq(portalUsers.passwordHash, from))),
    entry: passwordChanged(door, portalUserId, now, told),
    password: setPassword(door, portalUserId, to, now, told),
    session: door.insert(portalSessions, { id: sessionId, portalUserId, clientId, createdAt: now, seenAt: now, ...whereabouts }, { where: told }),
    // Last: it ends the session that lets the others through.
    others: endSessions(door, and(ne(portalSessions.id, sessionId), told)),
  }
}

/** That the change was made, for what else hangs on it in the same batch. */
export const changed = (door: ClientDoor, notice: MailRow): SQL => door.exists(outbox, eq(outbox.id, notice.id))
