import type { PersonAccess } from '#src/access/portal-access.ts'
import type { Client } from '#src/clients/client.ts'
import { ClientFrame } from './client-frame.tsx'
import { InviteForm } from './invite-form.tsx'
import type { StaffPageProps } from './layout.tsx'

/**
 * Asks before somebody of an inactive client is invited.
 * @param seen as the form before this one said it
 */
export const ConfirmInvitePage = ({ shell, link, client, person, seen }: StaffPageProps & { client: Client; person: PersonAccess; seen: string }) => (
  <ClientFrame shell={shell} link={link} client={client} tab="portal">
    <section class="card ask">
      <div class="body stack">
        <h2>Invite an inactive client?</h2>
        <p>
          {client.name} is inactive. It can be invited all the same, for example because invoices are still open. The invitation goes to{' '}
          <b class="whole">{person.email}</b>.
        </p>
        <div class="row">
          <InviteForm link={link} clientId={client.id} person={person} seen={seen} main confirmed />
          <a class="button" href={link(`/clients/${client.id}/portal`)}>
            Cancel
          </a>
        </div>
      </div>
    </section>
  </ClientFrame>
)
