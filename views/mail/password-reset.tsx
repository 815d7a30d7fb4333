import type { PasswordResetData } from '#src/mail/outbox.ts'
import { formatInstantLong } from '#views/format.ts'
import { questionsOf } from './contact.ts'
import { greetingOf, type Letter } from './letter.tsx'
import { plainName } from './names.ts'

/** To a client's person who forgot the password, or for whom staff sent it. */
export const passwordResetLetter = (data: PasswordResetData, link: string): Letter => ({
  subject: `Choose a new password for ${plainName(data.company)}’s client portal`,
  sender: data.company,
  colour: data.brandColour,
  logo: data.logo,
  title: 'Choose a new password',
  greeting: greetingOf(data.personName),
  body: ['With this link you choose a new password for the client portal of ', { name: data.company }, '. Until you do, the old one goes on working.'],
  button: { label: 'Choose a new password', address: link },
  notes: [
    [`The link works once and until ${formatInstantLong(data.expiresAt, data.locale, data.timeZone)}.`],
    ['If you did not ask for it, ignore it: your password stays as it is.', ...questionsOf(data)],
  ],
})
