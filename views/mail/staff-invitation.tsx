import type { StaffInvitationData } from '#src/mail/outbox.ts'
import { formatInstantLong } from '#views/format.ts'
import { greetingOf, type Letter } from './letter.tsx'
import { plainName } from './names.ts'

/** To a member of the staff, who sets a password for StockFlow itself. */
export const staffInvitationLetter = (data: StaffInvitationData, link: string): Letter => ({
  subject: `Set your password for StockFlow (${plainName(data.company)})`,
  sender: 'StockFlow',
  colour: '#1d6b57',
  title: 'Set your password for StockFlow',
  greeting: greetingOf(data.personName),
  body: [
    'You have been added to ',
    { name: data.company, bold: true },
    ' in StockFlow Client Portal, where its clients see their orders and invoices. Set a password to sign in.',
  ],
  button: { label: 'Set your password', address: link },
  notes: [
    [`The link works once and until ${formatInstantLong(data.expiresAt, data.locale, data.timeZone)}.`],
    ['You weren’t expecting this? Then do nothing; nobody can sign in without a password.'],
  ],
})
