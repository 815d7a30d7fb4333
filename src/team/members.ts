import { and, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { memberships, type Role, staff, staffSessions } from '#src/db/schema/staff.ts'
import { staffSessionLives } from '#src/db/staff-door.ts'
import { NotFound } from '#src/errors.ts'

/** Who works for the company. */

export type Member = {
  staffId: string
  email: string
  name: string
  role: Role
  /** Invited until they have set a password. */
  state: 'invited' | 'active'
  /** Of the invitation that was sent last: until when its link works, and why it didn't arrive. */
  invitation: { expiresAt: Instant; problem: string } | null
  joinedAt: Instant
  lastSeenAt: Instant | null
}

/** As many as a page shows. */
const MOST = 200

// In a selection of one table, drizzle writes columns without their table: each of these names its own.
const ofPerson = (column: SQL) => sql`(SELECT ${column} FROM ${staff} AS person WHERE person.id = ${memberships}.staff_id)`
const ofInvitation = (column: SQL) =>
  sql`(SELECT ${column} FROM ${outbox} AS mail WHERE mail.tenant_id = ${memberships}.tenant_id AND mail.id = ${ofPerson(sql`invitation_mail_id`)})`
const lastSeen = sql<number | null>`(SELECT max(session.seen_at) FROM ${staffSessions} AS session
  WHERE session.tenant_id = ${memberships}.tenant_id AND session.staff_id = ${memberships}.staff_id)`

/** Owners first, then by address. Those who were removed are not among them. */
export const membersRead = (door: TenantDoor, which?: SQL) =>
  door.pick(
    memberships,
    {
      staffId: memberships.staffId,
      role: memberships.role,
      joinedAt: memberships.createdAt,
      email: sql<string>`${ofPerson(sql`email`)}`,
      name: sql<string>`${ofPerson(sql`name`)}`,
      hasPassword: sql<number>`${ofPerson(sql`password_hash IS NOT NULL`)}`,
      expiresAt: sql<number | null>`${ofInvitation(sql`expires_at`)}`,
      mailProblem: sql<
        string | null
      >`${ofInvitation(sql`CASE WHEN state = 'failed' THEN error WHEN delivery IN ('bounced', 'complained') THEN coalesce(delivery_detail, delivery) END`)}`,
      lastSeenAt: lastSeen,
    },
    {
      where: and(isNull(memberships.removedAt), which),
      order: [sql`CASE role WHEN 'owner' THEN 0 WHEN 'member' THEN 1 ELSE 2 END`, sql`email`],
      limit: MOST,
    },
  )

export const memberOf = ({ hasPassword, expiresAt, mailProblem, ...row }: ReturnType<typeof membersRead>['row']): Member => ({
  ...row,
  state: hasPassword ? 'active' : 'invited',
  invitation: hasPassword || expiresAt === null ? null : { expiresAt, problem: mailProblem ?? '' },
})

export const memberReads = (door: TenantDoor, staffId: string, now: Instant) => ({
  members: membersRead(door, eq(memberships.staffId, staffId)),
  sessions: door.pick(
    staffSessions,
    { id: staffSessions.id, device: staffSessions.device, city: staffSessions.city, country: staffSessions.country, seenAt: staffSessions.seenAt },
    { where: and(eq(staffSessions.staffId, staffId), staffSessionLives(now)), order: [desc(staffSessions.seenAt), desc(staffSessions.id)], limit: 50 },
  ),
})

/** @throws NotFound */
export const theMember = ([row]: ReturnType<typeof membersRead>['row'][]): Member => {
  if (!row) throw new NotFound()
  return memberOf(row)
}

/** Ends one of a member's sessions in this company, or all. Ending one that has ended changes nothing. */
export const endMemberSessions = (door: TenantDoor, staffId: string, which: { id: string } | 'all', now: Instant) =>
  door.update(
    staffSessions,
    { endedAt: now },
    and(eq(staffSessions.staffId, staffId), isNull(staffSessions.endedAt), which === 'all' ? undefined : eq(staffSessions.id, which.id)),
  )
