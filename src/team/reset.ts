import { and, eq, gt, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { HOUR, type Instant, SECOND } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { resetTries } from '#src/db/limits.ts'
import { newestStaffLink, type StaffCredential } from '#src/db/platform.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { memberships, staff } from '#src/db/schema/staff.ts'
import type { Env } from '#src/env.ts'
import { staffAddress } from '#src/hosts.ts'
import { newId } from '#src/ids.ts'
import { mailRow, queueMail } from '#src/mail/outbox.ts'
import { INVITATION_LASTS } from './invite.ts'

/** Forgot password, for staff: a link to choose a new one; to who never had one, the invitation anew. */

const RESET_LASTS = HOUR
/** A second click finds that the first one did it. */
const SECOND_CLICK = 5 * SECOND

/** Of nobody: asked for by the same statements, which then change nothing, so that nothing tells one from the other. */
export const nobody = (email: string): StaffCredential => ({
  staffId: newId(),
  email,
  name: '',
  passwordHash: null,
  tenantId: '',
  company: '',
  locale: 'en-GB',
  timeZone: 'UTC',
  companies: 0,
})

/**
 * The statements, and the mails of which at most one is written. Three an hour for an address, whether anybody has it or
 * not: hand what `counted` answered to `check`, which throws TooMany.
 * @param door of the company that the person is read in
 */
export const sendStaffReset = (
  door: TenantDoor,
  env: Env,
  { staffId, email, name: personName, company, locale, timeZone }: StaffCredential,
  emailKey: string,
  now: Instant,
) => {
  const [resetId, invitationId] = [newId(), newId()]
  const data = { company, locale, timeZone, address: staffAddress(env), personName }
  const about = { toEmail: email, staffId, now }
  const reset = { ...about, id: resetId, expiresAt: now + RESET_LASTS }
  const invitation = { ...about, id: invitationId, expiresAt: now + INVITATION_LASTS }
  const tries = resetTries('staff', emailKey, now)
  const kindly = sql`${outbox.kind} IN ('staff-password-reset', 'staff-invitation')`
  const ofPerson = and(eq(outbox.staffId, staffId), kindly)
  const canWork = (hasPassword: boolean): SQL | undefined =>
    and(
      sql`EXISTS (SELECT 1 FROM ${staff} WHERE ${and(eq(staff.id, staffId), hasPassword ? isNotNull(staff.passwordHash) : isNull(staff.passwordHash))})`,
      door.exists(memberships, and(eq(memberships.staffId, staffId), isNull(memberships.removedAt))),
      sql`NOT ${door.exists(outbox, and(ofPerson, gt(outbox.createdAt, now - SECOND_CLICK)))}`,
      tries.allows,
    )
  const [resetMailed, invitationMailed] = [resetId, invitationId].map((id) => door.exists(outbox, eq(outbox.id, id))) as [SQL, SQL]
  const older = (kind: 'staff-password-reset' | 'staff-invitation', id: string, mailed: SQL) =>
    door.update(
      outbox,
      { state: 'not-sent', error: 'A newer link took its place.' },
      and(eq(outbox.staffId, staffId), eq(outbox.kind, kind), eq(outbox.state, 'queued'), ne(outbox.id, id), mailed),
    )
  return {
    mailIds: { reset: resetId, invitation: invitationId },
    check: tries.check,
    statements: {
      counted: tries.take(),
      invitation: queueMail(
        door,
        mailRow(env, { ...invitation, kind: 'staff-invitation', data: { ...data, expiresAt: invitation.expiresAt } }),
        canWork(false),
      ),
      reset: queueMail(door, mailRow(env, { ...reset, kind: 'staff-password-reset', data: { ...data, expiresAt: reset.expiresAt } }), canWork(true)),
      newestReset: newestStaffLink('staff-password-reset', staffId, resetId, resetMailed),
      newestInvitation: newestStaffLink('staff-invitation', staffId, invitationId, invitationMailed),
      olderReset: older('staff-password-reset', resetId, resetMailed),
      olderInvitation: older('staff-invitation', invitationId, invitationMailed),
    },
  }
}
