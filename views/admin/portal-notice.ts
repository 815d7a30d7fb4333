import type { ToldMail } from '#src/access/told-mail.ts'
import type { PortalTab } from './client-portal.tsx'

/** What the last form did, in one line; nothing where that is not so any more. */

const DONE = {
  off: { words: 'Portal access is off. Whoever was signed in is signed out.', holds: ({ client }: PortalTab) => !client.portalAccess },
  on: { words: 'Portal access is on again.', holds: ({ client }: PortalTab) => client.portalAccess },
  revoked: { words: 'Access revoked. Nobody can sign in for this client any more.', holds: ({ access }: PortalTab) => access.people.every(isOut) },
  removed: { words: 'The address was removed.', holds: () => true },
  added: { words: 'The address was added. It isn’t invited yet.', holds: () => true },
  email: { words: 'The e-mail address was changed.', holds: ({ client }: PortalTab) => client.email !== null },
  ended: { words: 'The session was ended: signed out at the next click.', holds: () => true },
  'ended-all': { words: 'Everybody is signed out.', holds: ({ sessions }: PortalTab) => sessions.length === 0 },
  changed: { words: 'Nothing more was sent, because something had changed since the page was opened. Here is how it stands now.', holds: () => true },
} as const
export type Done = keyof typeof DONE

const isOut = ({ state }: PortalTab['access']['people'][number]) => state === 'not-invited'

export const doneWords = (done: string | undefined, tab: PortalTab): string | undefined => {
  const known = Object.entries(DONE).find(([name]) => name === done)?.[1]
  return known?.holds(tab) ? known.words : undefined
}

/** A mail that failed, or that was overtaken, is told of where its person is told of. */
export const mailWords = (mail: ToldMail | undefined): string | undefined => {
  if (!mail || mail.state === 'failed' || mail.state === 'not-sent') return undefined
  const isGone = mail.state === 'sent'
  switch (mail.kind) {
    case 'invitation':
      return isGone ? `The invitation to ${mail.toEmail} was sent.` : `The invitation to ${mail.toEmail} is on its way.`
    case 'password-reset':
      return isGone ? `The password reset e-mail to ${mail.toEmail} was sent.` : `The password reset e-mail to ${mail.toEmail} is on its way.`
    case 'access-given':
      return `${mail.toEmail} has a password already, and now sees this client too. A mail tells them so.`
    default:
      return undefined
  }
}
