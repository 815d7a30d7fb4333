import type { PersonAccess } from '#src/access/portal-access.ts'
import type { Link } from '#src/hosts.ts'
import { Icon } from '#views/components/icon.tsx'

/** Send Password Reset Email. */
export const ResetForm = ({ link, clientId, person, small }: { link: Link; clientId: string; person: PersonAccess; small?: boolean }) => (
  <form method="post" action={link(`/clients/${clientId}/password-resets`)}>
    <input type="hidden" name="address" value={person.emailKey} />
    {person.role === 'primary' && <input type="hidden" name="role" value="primary" />}
    {small ? (
      <button class="button small" type="submit">
        Send Password Reset Email
        <span class="hide"> to {person.email}</span>
      </button>
    ) : (
      <button class="button" type="submit" id="send-reset">
        <Icon name="mail" size={18} />
        Send Password Reset Email
      </button>
    )}
  </form>
)
