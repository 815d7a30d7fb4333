import type { PasswordChangedData } from '#src/mail/outbox.ts'
import { formatInstantLong } from '#views/format.ts'
import { questionsOf } from './contact.ts'
import { greetingOf, type Letter, type Run } from './letter.tsx'
import { plainName } from './names.ts'

/** To a client's person whose password was just changed: by them, or by somebody they should know of. */
export const passwordChangedLetter = (data: PasswordChangedData): Letter => ({
  subject: `Your password for ${plainName(data.company)}’s client portal was changed`,
  sender: data.company,
  colour: data.brandColour,
  logo: data.logo,
  title: 'Your password was changed',
  greeting: greetingOf(data.personName),
  body: [
    'The password of your account in the client portal of ',
    { name: data.company },
    ` was changed on ${formatInstantLong(data.at, data.locale, data.timeZone)}`,
    ...whereOf(data),
    '. Every other sign-in has ended.',
  ],
  button: { label: 'Sign in', address: `${data.address}/sign-in` },
  notes: [
    ['Was that you? Then there is nothing to do.'],
    ['It wasn’t? Choose “Forgot password?” on the sign-in page at once, set another one, and tell us.', ...questionsOf(data)],
  ],
})

/** As far as it is known. Both come from outside, so they are names here. */
export const whereOf = ({ device, place }: Pick<PasswordChangedData, 'device' | 'place'>): Run[] => [
  ...(device ? [', with ', { name: device }] : []),
  ...(place ? [`${device ? ' ' : ', '}near `, { name: place }] : []),
]
