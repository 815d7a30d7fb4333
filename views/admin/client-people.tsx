import type { PersonAccess, PortalAccess } from '#src/access/portal-access.ts'
import type { Client } from '#src/clients/client.ts'
import { State } from '#views/components/state.tsx'
import { formatInstantNear } from '#views/format.ts'
import { InviteForm } from './invite-form.tsx'
import type { StaffPageProps } from './layout.tsx'
import { PortalStateWord } from './portal-state.tsx'
import { ResetForm } from './reset-form.tsx'

type PeopleProps = StaffPageProps & {
  client: Client
  access: PortalAccess
  form: { email: string; name: string; problem: string } | undefined
}

/** Everybody who may, or might, sign in for this client; further addresses are added here. */
export const PeopleCard = ({ shell, link, client, access: { people }, form }: PeopleProps) => (
  <section class="card">
    <header>
      <h2>People</h2>
      <small>Each with a login of their own</small>
    </header>
    <div class="body stack">
      {people.length > 0 && (
        <ul class="people">
          {people.map((person) => (
            <Person person={person} client={client} shell={shell} link={link} />
          ))}
        </ul>
      )}
      <AddPerson link={link} client={client} form={form} />
    </div>
  </section>
)

const Person = ({ person, client, shell, link }: StaffPageProps & { person: PersonAccess; client: Client }) => {
  const { email, name, role, state, problem } = person
  return (
    <li>
      <div class="about">
        <b class="whole">{name || email}</b>
        {name !== '' && <small class="whole">{email}</small>}
        <small>{tellOf(person, shell)}</small>
      </div>
      <div class="how">
        {role === 'primary' && <State>Primary</State>}
        <PortalStateWord state={state !== 'not-invited' && !client.portalAccess ? 'disabled' : problem === null ? state : 'problem'} />
      </div>
      {role !== 'primary' && (
        <div class="row">
          {person.inviteRefusal === null && <InviteForm link={link} clientId={client.id} person={person} />}
          {person.refusals['send-reset'] === null && <ResetForm link={link} clientId={client.id} person={person} small />}
          <form method="post" action={link(`/clients/${client.id}/people/remove`)}>
            <input type="hidden" name="address" value={person.emailKey} />
            <button class="button small bad" type="submit">
              Remove<span class="hide"> {email}</span>
            </button>
          </form>
        </div>
      )}
    </li>
  )
}

/** One line on where this person stands. */
const tellOf = ({ role, state, problem, invitation, lastLoginAt }: PersonAccess, { company: { locale, timeZone }, now }: StaffPageProps['shell']): string => {
  const when = (at: number) => formatInstantNear(at, locale, timeZone, now)
  const was = role === 'former' ? 'Was the primary address, and can still sign in. ' : ''
  if (state === 'active') return `${was}${lastLoginAt === null ? 'Has not signed in yet' : `Last signed in on ${when(lastLoginAt)}`}`
  if (state === 'not-invited') return 'Not invited yet'
  if (problem === 'bounced') return `The invitation bounced${reasonOf(invitation?.deliveryDetail)}`
  if (problem === 'complained') return 'Marked the invitation as spam'
  if (problem === 'failed') return `The invitation could not be sent${reasonOf(invitation?.error)}`
  if (!invitation) return 'Invited'
  if (invitation.mailState === 'not-sent') return 'The invitation was not sent'
  if (invitation.mailState !== 'sent') return 'The invitation is waiting to be sent'
  return invitation.expiresAt <= now
    ? `The link ended on ${when(invitation.expiresAt)} without being used`
    : `Invited; the link works until ${when(invitation.expiresAt)}`
}

const reasonOf = (reason: string | null | undefined): string => (reason ? `: ${reason.replace(/[.:\s]+$/, '')}` : '')

const AddPerson = ({ link, client, form }: Pick<PeopleProps, 'link' | 'client' | 'form'>) => (
  <details class="unfold" open={form !== undefined}>
    <summary>Add an address</summary>
    <form class="stack tight" method="post" action={link(`/clients/${client.id}/people`)} novalidate>
      <div class="pair">
        <div class={form ? 'field wrong' : 'field'}>
          <label for="address">E-mail address</label>
          <input
            class="input"
            id="address"
            name="email"
            type="email"
            autocomplete="off"
            value={form?.email ?? ''}
            autofocus={form !== undefined}
            aria-describedby={form ? 'address-why' : undefined}
            aria-invalid={form ? 'true' : undefined}
          />
          {form && (
            <p class="why" id="address-why" role="alert">
              {form.problem}
            </p>
          )}
        </div>
        <div class="field">
          <label for="name">
            Name <span class="soft">(optional)</span>
          </label>
          <input class="input" id="name" name="name" autocomplete="off" maxlength={100} value={form?.name ?? ''} />
        </div>
      </div>
      <div>
        <button class="button" type="submit">
          Add
        </button>
      </div>
    </form>
  </details>
)
