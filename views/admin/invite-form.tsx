import type { Link } from '#src/hosts.ts'
import { Icon } from '#views/components/icon.tsx'

type Invite = {
  link: Link
  clientId: string
  /** The mail whose link opens now, as this page knew it: a second click on the same page then sends nothing more. */
  seen: string
  label: 'Invite to Portal' | 'Resend Invitation'
  /** The question about an inactive client was answered. */
  confirmed?: boolean
}

export const InviteForm = ({ link, clientId, seen, label, confirmed }: Invite) => (
  <form method="post" action={link(`/clients/${clientId}/invitations`)}>
    <input type="hidden" name="seen" value={seen} />
    {confirmed && <input type="hidden" name="confirmed" value="yes" />}
    <button class="button main" type="submit">
      <Icon name="mail" size={18} />
      {label}
    </button>
  </form>
)
