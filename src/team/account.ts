import { eq, ne, type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { memberships, staff, staffSessions } from '#src/db/schema/staff.ts'
import type { NewStaffSession, StaffDoor } from '#src/db/staff-door.ts'
import type { Env } from '#src/env.ts'
import { staffAddress } from '#src/hosts.ts'
import { newId } from '#src/ids.ts'
import { type MailRow, mailRow, queueMail } from '#src/mail/outbox.ts'
import { placeName } from '#views/components/place.ts'

/** What members of the staff do with their own account. It is the person's, in whichever company they work. */

/** As many sessions as a page shows: the last used ones. */
export const SESSIONS_SHOWN = 50

/** Whether this person wants a mail for return requests of this company. */
export const chooseReturnMails = (door: StaffDoor, wanted: boolean) =>
  door.update(memberships, { returnMails: wanted }, eq(memberships.staffId, door.who.staffId))

type Told = {
  staffId: string
  email: string
  name: string
  company: { name: string; locale: string; timeZone: string }
  whereabouts: { device: string; city: string; country: string }
}

/** The mail that tells a person of their changed password, with where it was changed. */
export const staffPasswordChangedMail = (env: Env, { staffId, email, name, company, whereabouts }: Told, now: Instant): MailRow => {
  const { locale, timeZone } = company
  const place = placeName(whereabouts)
  const data = { company: company.name, locale, timeZone, address: staffAddress(env), personName: name, at: now, device: whereabouts.device, place }
  return mailRow(env, { id: newId(), kind: 'staff-password-changed', toEmail: email, staffId, data, now })
}

type Change = {
  /** The hash that the current password was right for. */
  from: string
  to: string
  /** That goes on: a new one, since whoever knew the old id is not to stay. */
  session: NewStaffSession
  notice: MailRow
}

/** Changes the password. `notice` is 1 for the call that did it; then every session has ended but the new one. */
export const changeStaffPassword = (door: StaffDoor, { from, to, session, notice }: Change) => {
  const { staffId, now } = door.who
  const told = staffTold(door, notice)
  return {
    notice: queueMail(door, notice, sql`EXISTS (SELECT 1 FROM ${staff} WHERE ${staff.id} = ${staffId} AND ${staff.passwordHash} = ${from})`),
    password: door.updatePerson(staffId, { passwordHash: to, passwordSetAt: now, invitationMailId: null, resetMailId: null }, told),
    session: door.insert(staffSessions, { ...session, staffId, createdAt: now, seenAt: now }, { where: told }),
    // Last: it ends the session that lets the others through.
    others: door.endOwnSessions(sql`${ne(staffSessions.id, session.id)} AND ${told}`),
  }
}

/** That the change was made, for what else hangs on it in the same batch. */
export const staffTold = (door: StaffDoor, notice: MailRow): SQL => door.exists(outbox, eq(outbox.id, notice.id))
