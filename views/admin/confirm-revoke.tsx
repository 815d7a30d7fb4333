import type { PersonAccess } from '#src/access/portal-access.ts'
import type { Client } from '#src/clients/client.ts'
import type { Link } from '#src/hosts.ts'
import { ClientFrame } from './client-frame.tsx'
import type { StaffPageProps } from './layout.tsx'

/** Somebody who loses access, and the names of the clients whose access they keep. */
export type Losing = { person: PersonAccess; keeps: string[] }

type Asking = StaffPageProps & { client: Client; losing: Losing[] }

/** Asks before all access to a client is revoked. */
export const ConfirmRevokePage = ({ shell, link, client, losing }: Asking) => (
  <ClientFrame shell={shell} link={link} client={client} tab="portal">
    <section class="card ask danger">
      <div class="body stack">
        <h2>Revoke access?</h2>
        <p>
          {losing.length === 1 ? 'One person loses' : `${losing.length} people lose`} access to {client.name}, at the next click:
        </p>
        <LosingList losing={losing} />
        <p class="soft">
          Links that are still on their way open nothing any more. Orders, invoices and history stay. You can invite this client again later; a new password is
          needed then. To keep the password for later, switch Portal access off instead.
        </p>
        <div class="row">
          <form method="post" action={link(`/clients/${client.id}/portal/revoke`)}>
            <button class="button bad" type="submit">
              Revoke Access
            </button>
          </form>
          <Cancel link={link} client={client} />
        </div>
      </div>
    </section>
  </ClientFrame>
)

/** Asks before one address is removed. */
export const ConfirmRemovePage = ({ shell, link, client, losing: { person, keeps } }: StaffPageProps & { client: Client; losing: Losing }) => (
  <ClientFrame shell={shell} link={link} client={client} tab="portal">
    <section class="card ask danger">
      <div class="body stack">
        <h2>Remove this address?</h2>
        {person.state === 'not-invited' ? (
          <p>
            <b class="whole">{person.email}</b> was not invited. It goes from the list of people of {client.name}.
          </p>
        ) : (
          <LosingList losing={[{ person, keeps }]} />
        )}
        <div class="row">
          <form method="post" action={link(`/clients/${client.id}/people/remove`)}>
            <input type="hidden" name="address" value={person.emailKey} />
            <input type="hidden" name="confirmed" value="yes" />
            <button class="button bad" type="submit">
              Remove
            </button>
          </form>
          <Cancel link={link} client={client} />
        </div>
      </div>
    </section>
  </ClientFrame>
)

const LosingList = ({ losing }: { losing: Losing[] }) => (
  <ul class="people">
    {losing.map(({ person, keeps }) => (
      <li>
        <div class="about">
          <b class="whole">{person.name || person.email}</b>
          {person.name !== '' && <small class="whole">{person.email}</small>}
          <small>{fateOf(person, keeps)}</small>
        </div>
      </li>
    ))}
  </ul>
)

const fateOf = ({ state }: PersonAccess, keeps: string[]): string => {
  if (keeps.length > 0) return `Keeps the login, for ${keeps.join(', ')} alone`
  return state === 'active' ? 'Login and password end' : 'The invitation ends'
}

const Cancel = ({ link, client }: { link: Link; client: Client }) => (
  <a class="button" href={link(`/clients/${client.id}/portal`)}>
    Cancel
  </a>
)
