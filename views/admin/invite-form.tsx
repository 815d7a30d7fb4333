import type { PersonAccess } from '#src/access/portal-access.ts'
import type { Link } from '#src/hosts.ts'
import { Icon } from '#views/components/icon.tsx'

/** Whom an invitation goes to. */
export type Invitee = Pick<PersonAccess, 'email' | 'emailKey' | 'role' | 'state' | 'openMailId'>

type Invite = {
  link: Link
  clientId: string
  person: Invitee
  /** The mail whose link opens now, as the page knew it: a second click on the same page then sends nothing more. */
  seen?: string
  /** The one thing to do in its place. */
  main?: boolean
  /** The question about an inactive client was answered. */
  confirmed?: boolean
  /** It was a Resend that asked: it sends nothing to one who is not invited any more. */
  again?: boolean
}

/** Invite to Portal, or Resend Invitation. */
export const InviteForm = ({ link, clientId, person, seen = person.openMailId ?? '', main, confirmed, again = person.state === 'invited' }: Invite) => {
  const { email, emailKey, role, state } = person
  const label = state === 'invited' ? 'Resend Invitation' : 'Invite to Portal'
  return (
    <form method="post" action={link(`/clients/${clientId}/invitations`)}>
      <input type="hidden" name="seen" value={seen} />
      <input type="hidden" name="address" value={emailKey} />
      {role === 'primary' && <input type="hidden" name="role" value="primary" />}
      {again && <input type="hidden" name="again" value="yes" />}
      {confirmed && <input type="hidden" name="confirmed" value="yes" />}
      {main ? (
        <button class="button main" type="submit" id="invite">
          <Icon name="mail" size={18} />
          {label}
        </button>
      ) : (
        <button class="button small" type="submit">
          {label}
          <span class="hide"> to {email}</span>
        </button>
      )}
    </form>
  )
}
