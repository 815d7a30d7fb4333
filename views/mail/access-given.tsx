import type { AccessGivenData } from '#src/mail/outbox.ts'
import { questionsOf } from './contact.ts'
import { greetingOf, type Letter, listOf } from './letter.tsx'
import { plainName } from './names.ts'

/** To a person who has a password already, and now sees one more client. */
export const accessGivenLetter = (data: AccessGivenData): Letter => ({
  subject: `You can now see ${plainName(data.clients.join(', '))} in ${plainName(data.company)}’s client portal`,
  sender: data.company,
  colour: data.brandColour,
  logo: data.logo,
  title: 'One more client in your portal',
  greeting: greetingOf(data.personName),
  body: [
    { name: data.company },
    ' gave you access to ',
    ...listOf(data.clients),
    ' in its client portal. Sign in with the password you have; there is nothing to set up.',
  ],
  button: { label: 'Open the portal', address: `${data.address}/sign-in` },
  notes: [['You weren’t expecting this? Then tell us, please.', ...questionsOf(data)]],
})
