import { and, eq, gt, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { audited } from '#src/activity/audit.ts'
import { HOUR, SECOND } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { staffInvitationTries } from '#src/db/limits.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { memberships, ROLES, type Role, staff } from '#src/db/schema/staff.ts'
import type { StaffDoor, StaffShell } from '#src/db/staff-door.ts'
import { emailKeyOf, isEmail, trimmedEmail } from '#src/email-address.ts'
import type { Env } from '#src/env.ts'
import { staffAddress } from '#src/hosts.ts'
import { newId } from '#src/ids.ts'
import { mailRow, queueMail, type ToStaff } from '#src/mail/outbox.ts'
import type { Member } from './members.ts'

/** A new member, and the mail that brings them in. */

export const INVITATION_LASTS = 72 * HOUR
export const NAME_MAX = 100
/** A second click finds that the first one did it. */
const SECOND_CLICK = 5 * SECOND

export type NewMember = { email: string; name: string; role: Role }
export type MemberProblems = Partial<Record<keyof NewMember, string>>

export const wantedMember = (fields: { email: string; name: string; role: string }): { wanted: NewMember; problems: MemberProblems } => {
  const email = trimmedEmail(fields.email)
  const name = fields.name.replace(/[\p{Cc}\p{Cf}\p{Z}]+/gu, ' ').trim()
  const role = ROLES.find((known) => known === fields.role)
  return {
    wanted: { email, name, role: role ?? 'viewer' },
    problems: {
      ...(!isEmail(email) && { email: email === '' ? 'Type an e-mail address.' : 'That is no e-mail address.' }),
      ...([...name].length > NAME_MAX && { name: `That has ${[...name].length} characters. Use at most ${NAME_MAX}.` }),
      ...(role === undefined && { role: 'Choose a role.' }),
    },
  }
}

/** Whether an address is one of the team already. */
export const memberWith = (door: TenantDoor, email: string) =>
  door.pick(memberships, { staffId: memberships.staffId }, { where: and(isNull(memberships.removedAt), sql`${memberships.staffId} = ${idOf(email)}`) })

const idOf = (email: string): SQL => sql`(SELECT ${staff.id} FROM ${staff} WHERE ${staff.emailKey} = ${emailKeyOf(email)})`
const nameOf = (email: string): SQL => sql`(SELECT ${staff.name} FROM ${staff} WHERE ${staff.emailKey} = ${emailKeyOf(email)})`

const toStaff = (env: Env, { company }: StaffShell, personName: string): ToStaff => ({
  company: company.name,
  locale: company.locale,
  timeZone: company.timeZone,
  address: staffAddress(env),
  personName,
})

/**
 * Adds a person to the team, or one who was removed again. Who has a password, for another company, is told so; anybody else
 * gets a link to set one. `member` is 0 when the address is in the team already. Twenty an hour for a company: hand what
 * `counted` answered to `check`, which throws TooMany.
 */
export const inviteMember = (door: StaffDoor, env: Env, shell: StaffShell, { email, name, role }: NewMember) => {
  const { now, staffId: by } = door.who
  const [invitationId, noticeId, expiresAt] = [newId(), newId(), now + INVITATION_LASTS]
  const person = sql`${idOf(email)}`
  const byName = shell.person.name || shell.person.email
  const data = { ...toStaff(env, shell, name), by: byName }
  const invitation = mailRow(env, { id: invitationId, kind: 'staff-invitation', toEmail: email, staffId: '', data: { ...data, expiresAt }, now, expiresAt })
  const notice = mailRow(env, { id: noticeId, kind: 'staff-membership-given', toEmail: email, staffId: '', data, now })
  const tries = staffInvitationTries(door.tenantId, now)
  const isNew = sql`NOT ${door.exists(memberships, and(sql`${memberships.staffId} = ${person}`, isNull(memberships.removedAt)))}`
  const hasPassword = (yes: boolean) =>
    sql`EXISTS (SELECT 1 FROM ${staff} WHERE ${staff.id} = ${person} AND ${yes ? isNotNull(staff.passwordHash) : isNull(staff.passwordHash)})`
  const mailed = door.exists(outbox, sql`${outbox.id} IN (${invitationId}, ${noticeId})`)
  return {
    mailIds: { invitation: invitationId, notice: noticeId },
    check: tries.check,
    statements: {
      counted: tries.take(isNew),
      person: door.addPerson({ id: newId(), email, emailKey: emailKeyOf(email), name }, and(isNew, tries.allows)),
      // Before the membership: whether it is new shows only until then.
      invitation: door.insert(outbox, { ...invitation, staffId: person }, { where: and(isNew, tries.allows, hasPassword(false)) }),
      notice: door.insert(outbox, { ...notice, staffId: person }, { where: and(isNew, tries.allows, hasPassword(true)) }),
      ...audited(door, { area: 'team', staffId: by, now, changes: [{ setting: 'member', before: '', after: `${email}: ${role}` }] }, mailed),
      member: door.insert(
        memberships,
        { staffId: person, role, createdAt: now },
        { where: mailed, conflict: sql`(tenant_id, staff_id) DO UPDATE SET role = excluded.role, removed_at = NULL, created_at = excluded.created_at` },
      ),
      newest: door.updatePerson(person, { invitationMailId: invitationId }, door.exists(outbox, eq(outbox.id, invitationId))),
      named: door.updatePerson(person, { name }, and(mailed, sql`${nameOf(email)} = ''`, isNull(staff.passwordHash))),
    },
  }
}

/** The invitation of a member without a password, again; the older link opens nothing from then on. */
export const inviteAgain = (door: StaffDoor, env: Env, shell: StaffShell, member: Member) => {
  const { now } = door.who
  const [mailId, expiresAt] = [newId(), now + INVITATION_LASTS]
  const data = { ...toStaff(env, shell, member.name), by: shell.person.name || shell.person.email, expiresAt }
  const row = mailRow(env, { id: mailId, kind: 'staff-invitation', toEmail: member.email, staffId: member.staffId, data, now, expiresAt })
  const tries = staffInvitationTries(door.tenantId, now)
  const ofPerson = and(eq(outbox.staffId, member.staffId), eq(outbox.kind, 'staff-invitation'))
  const canWork = and(
    door.exists(memberships, and(eq(memberships.staffId, member.staffId), isNull(memberships.removedAt))),
    sql`EXISTS (SELECT 1 FROM ${staff} WHERE ${and(eq(staff.id, member.staffId), isNull(staff.passwordHash))})`,
    sql`NOT ${door.exists(outbox, and(ofPerson, gt(outbox.createdAt, now - SECOND_CLICK)))}`,
  )
  const mailed = door.exists(outbox, eq(outbox.id, mailId))
  return {
    mailId,
    check: tries.check,
    statements: {
      counted: tries.take(canWork),
      mail: queueMail(door, row, and(canWork, tries.allows)),
      newest: door.updatePerson(member.staffId, { invitationMailId: mailId }, mailed),
      older: door.update(
        outbox,
        { state: 'not-sent', error: 'A newer invitation took its place.' },
        and(ofPerson, eq(outbox.state, 'queued'), ne(outbox.id, mailId), mailed),
      ),
    },
  }
}
