import type { InvitationData } from '#src/mail/outbox.ts'
import type { Run } from './letter.tsx'
import { plainName } from './names.ts'

/** Whom to ask, as the last sentence of a mail; nothing when the company named nobody. */
export const questionsOf = ({ contact }: Pick<InvitationData, 'contact'>): Run[] => {
  const ways: Run[] = [contact.name && { name: contact.name }, plainName(contact.email), plainName(contact.phone)].filter((way) => way !== '')
  return ways.length === 0 ? [] : [' Questions: ', ...ways.flatMap((way, i) => (i === 0 ? [way] : [', ', way])), '.']
}
