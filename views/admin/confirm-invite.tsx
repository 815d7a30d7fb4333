import type { Client } from '#src/clients/client.ts'
import { ClientFrame } from './client-frame.tsx'
import { InviteForm } from './invite-form.tsx'
import type { StaffPageProps } from './layout.tsx'

/**
 * Asks before an inactive client is invited.
 * @param seen as the form before this one said it
 */
export const ConfirmInvitePage = ({ shell, link, client, seen }: StaffPageProps & { client: Client; seen: string }) => (
  <ClientFrame shell={shell} link={link} client={client} tab="portal">
    <section class="card ask">
      <div class="body stack">
        <h2>Invite an inactive client?</h2>
        <p>
          {client.name} is inactive. It can be invited all the same, for example because invoices are still open. The invitation goes to{' '}
          <b class="whole">{client.email}</b>.
        </p>
        <div class="row">
          <InviteForm
            link={link}
            clientId={client.id}
            seen={seen}
            label={client.accessState === 'invited' ? 'Resend Invitation' : 'Invite to Portal'}
            confirmed
          />
          <a class="button" href={link(`/clients/${client.id}/portal`)}>
            Cancel
          </a>
        </div>
      </div>
    </section>
  </ClientFrame>
)
