import type { Child, PropsWithChildren } from 'hono/jsx'
import type { Client } from '#src/clients/client.ts'
import { Icon } from '#views/components/icon.tsx'
import { State } from '#views/components/state.tsx'
import { Trail } from '#views/components/trail.tsx'
import { StaffPage, type StaffPageProps } from './layout.tsx'
import { may } from './may.ts'

type Tab = 'overview' | 'portal' | 'history'

const TABS: { tab: Tab; label: string; path: '' | `/${string}` }[] = [
  { tab: 'overview', label: 'Overview', path: '' },
  { tab: 'portal', label: 'Portal', path: '/portal' },
  { tab: 'history', label: 'Contact History', path: '/history' },
]

type FrameProps = StaffPageProps & {
  client: Client
  tab: Tab
  /** What the last form did, in one line. */
  notice?: string | undefined
  /** Why the last form did nothing. */
  problem?: Child | undefined
}

/** The client profile: who it is, and its tabs. */
export const ClientFrame = ({ shell, link, client, tab, notice, problem, children }: PropsWithChildren<FrameProps>) => {
  const current = TABS.find((each) => each.tab === tab)
  return (
    <StaffPage shell={shell} link={link} title={current && tab !== 'overview' ? `${client.name} · ${current.label}` : client.name} current="clients">
      <Notice>{notice}</Notice>
      {problem && (
        <p class="note wait" role="alert">
          {problem}
        </p>
      )}
      <div class="stack tight">
        <Trail href={link('/clients')}>Clients</Trail>
        <div>
          <div class="row">
            <h1>{client.name}</h1>
            {client.status === 'active' ? <State tone="good">Active client</State> : <State tone="none">Inactive client</State>}
            <div class="row end">
              {may(shell.role, 'member') && (
                <a class="button small" href={link(`/clients/${client.id}/edit`)}>
                  Edit
                </a>
              )}
              <a class="button small" href={link(`/clients/${client.id}/portal-view`)}>
                <Icon name="view" size={16} />
                View as client
              </a>
            </div>
          </div>
          <p class="soft whole">{[client.code, client.email ?? 'no e-mail address', placeOf(client)].filter(Boolean).join(' · ')}</p>
        </div>
      </div>
      <nav class="tabs line" aria-label="Client">
        {TABS.map(({ tab: each, label, path }) => (
          <a href={link(`/clients/${client.id}${path}`)} aria-current={each === tab ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      {children}
    </StaffPage>
  )
}

/** Always there, so that what is put into it later is read out. */
export const Notice = ({ children }: { children?: string | undefined }) => (
  <p class={children ? 'note good' : 'hide'} role="status" id="notice">
    {children}
  </p>
)

const placeOf = ({ city, country }: Client) => [city, country].filter(Boolean).join(', ')
