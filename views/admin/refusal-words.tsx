import type { Child } from 'hono/jsx'
import type { Refusal } from '#src/access/moves.ts'
import type { Link } from '#src/hosts.ts'

type About = { link: Link; email: string | null }

/** Why something can't be done, and where to mend it. */
export const refusalWords = (refusal: Refusal, { link, email }: About): Child => {
  const whom = <b class="whole">{email}</b>
  switch (refusal) {
    case 'no-email':
      return 'This client has no e-mail address to invite. Write one down here, or import it with your clients.'
    case 'invalid-email':
      return <>Mail can’t be sent to {whom}: that isn’t a complete e-mail address. Correct it here.</>
    case 'portal-off':
      return (
        <>
          The client portal is switched off, so no mail with a link to it is sent. Switch it on in{' '}
          <a href={link('/settings/client-portal')}>Settings → Client Portal</a>.
        </>
      )
    case 'switched-off':
      return 'Portal access is switched off for this client. Switch it on first.'
    case 'already-invited':
      return <>{whom} is invited already.</>
    case 'already-active':
      return <>{whom} has access already: there is nothing to invite to.</>
    case 'not-invited':
      return <>{whom} isn’t invited, so there is nothing to send again.</>
    case 'not-active':
      return <>{whom} has no password for this client yet, so there is none to reset.</>
    case 'nobody':
      return 'Nobody has access to this client’s portal, so there is nothing to revoke.'
    case 'primary':
      return <>{whom} is the primary address. It can be corrected, and its access revoked, but not removed.</>
    case 'gone':
      return 'That address isn’t one of this client’s any more.'
  }
}
