import type { PortalCompany } from '#src/db/platform.ts'
import type { Link } from '#src/hosts.ts'
import { Icon } from '#views/components/icon.tsx'
import { PortalGate } from './gate.tsx'

type ChooseClientPageProps = {
  company: PortalCompany
  link: Link
  clients: { id: string; name: string; code: string }[]
  /** The client whose pages the person came from. */
  current?: string | undefined
  /** That client has been closed to them. */
  isClosed?: boolean
}

export const ChooseClientPage = ({ company, link, clients, current, isClosed = false }: ChooseClientPageProps) => (
  <PortalGate company={company} title="Choose a client">
    <div class="card">
      <div>
        <h1>Choose a client</h1>
        {clients.length > 1 && <p class="soft">You can see more than one. You can switch at any time from the account menu.</p>}
      </div>
      {isClosed && (
        <p class="note wait" role="status">
          The client you had open is closed to you now. You can go on with {clients.length > 1 ? 'another' : 'this one'}.
        </p>
      )}
      <form class="choices" method="post" action={link('/choose-client')}>
        {clients.map(({ id, name, code }) => (
          <button type="submit" name="client" value={id} aria-current={id === current ? 'true' : undefined}>
            <span>
              {name}
              <small>{id === current ? `${code} · open now` : code}</small>
            </span>
            <Icon name="onward" />
          </button>
        ))}
      </form>
      <form method="post" action={link('/sign-out')}>
        <button class="button quiet wide" type="submit">
          Sign out
        </button>
      </form>
    </div>
  </PortalGate>
)
