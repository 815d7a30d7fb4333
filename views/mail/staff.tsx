import type { MembershipGivenData, StaffInvitationData, StaffPasswordChangedData, StaffPasswordResetData, ToStaff } from '#src/mail/outbox.ts'
import { formatInstantLong } from '#views/format.ts'
import { greetingOf, type Letter } from './letter.tsx'
import { plainName } from './names.ts'
import { whereOf } from './password-changed.tsx'

/** To a member of the staff, who sets a password for StockFlow itself. */
export const staffInvitationLetter = (data: StaffInvitationData, link: string): Letter => ({
  subject: `Set your password for StockFlow (${plainName(data.company)})`,
  sender: 'StockFlow',
  colour: '#1d6b57',
  title: 'Set your password for StockFlow',
  greeting: greetingOf(data.personName),
  body: [
    ...(data.by === undefined ? ['You have been added to '] : [{ name: data.by }, ' added you to ']),
    { name: data.company, bold: true },
    ' in StockFlow Client Portal, where its clients see their orders and invoices. Set a password to sign in.',
  ],
  button: { label: 'Set your password', address: link },
  notes: [
    [`The link works once and until ${formatInstantLong(data.expiresAt, data.locale, data.timeZone)}.`],
    ['You weren’t expecting this? Then do nothing; nobody can sign in without a password.'],
  ],
})

/** To somebody who has a password already, for another company. */
export const membershipGivenLetter = (data: MembershipGivenData): Letter => ({
  ...fromStockFlow(data),
  subject: `You have been added to ${plainName(data.company)} in StockFlow`,
  title: 'You have another company in StockFlow',
  body: [{ name: data.by }, ' added you to ', { name: data.company, bold: true }, '. Sign in with the password you have, and choose the company.'],
  button: { label: 'Sign in', address: `${data.address}/sign-in` },
  notes: [['You weren’t expecting this? Ask the person who added you; you can leave a company on its Team page.']],
})

/** To a member of the staff who forgot the password. */
export const staffPasswordResetLetter = (data: StaffPasswordResetData, link: string): Letter => ({
  ...fromStockFlow(data),
  subject: 'Choose a new password for StockFlow',
  title: 'Choose a new password',
  body: ['With this link you choose a new password for StockFlow. Until you do, the old one goes on working.'],
  button: { label: 'Choose a new password', address: link },
  notes: [
    [`The link works once and until ${formatInstantLong(data.expiresAt, data.locale, data.timeZone)}.`],
    ['If you did not ask for it, ignore it: your password stays as it is.'],
  ],
})

/** To a member of the staff whose password was just changed: by them, or by somebody they should know of. */
export const staffPasswordChangedLetter = (data: StaffPasswordChangedData): Letter => ({
  ...fromStockFlow(data),
  subject: 'Your password for StockFlow was changed',
  title: 'Your password was changed',
  body: [
    `Your password for StockFlow was changed on ${formatInstantLong(data.at, data.locale, data.timeZone)}`,
    ...whereOf(data),
    '. Every other sign-in has ended.',
  ],
  button: { label: 'Sign in', address: `${data.address}/sign-in` },
  notes: [
    ['Was that you? Then there is nothing to do.'],
    ['It wasn’t? Choose “Forgot password?” on the sign-in page at once, set another one, and tell an owner of your company.'],
  ],
})

const fromStockFlow = ({ personName }: ToStaff) => ({ sender: 'StockFlow', colour: '#1d6b57', greeting: greetingOf(personName) })
