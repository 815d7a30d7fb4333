import type { InvitationData } from '#src/mail/outbox.ts'
import { formatInstantLong } from '#views/format.ts'
import { questionsOf } from './contact.ts'
import { greetingOf, type Letter, listOf } from './letter.tsx'
import { plainName } from './names.ts'

/** To a client's person, who sets the first password by the link. */
export const invitationLetter = (data: InvitationData, link: string): Letter => ({
  subject: `Your invitation to ${plainName(data.company)}’s client portal`,
  sender: data.company,
  colour: data.brandColour,
  logo: data.logo,
  title: 'See your orders and invoices online',
  greeting: greetingOf(data.personName),
  body: [
    { name: data.company },
    ' invites ',
    ...listOf(data.clients),
    ' to its client portal. There you see what is open, find every order, and download invoices whenever you need them.',
  ],
  button: { label: 'Set your password', address: link },
  notes: [
    [`The link works once and until ${formatInstantLong(data.expiresAt, data.locale, data.timeZone)}.`],
    ['You weren’t expecting this? Then do nothing; no account is made without a password.', ...questionsOf(data)],
  ],
})
