import type { Child } from 'hono/jsx'
import type { ClientSession } from '#src/access/client-sessions.ts'
import type { PortalAccess } from '#src/access/portal-access.ts'
import type { HistoryEntry } from '#src/activity/history.ts'
import type { Client } from '#src/clients/client.ts'
import { ClientFrame } from './client-frame.tsx'
import { PeopleCard } from './client-people.tsx'
import { RecentHistory } from './client-recent-history.tsx'
import { SessionsCard } from './client-sessions.tsx'
import type { StaffPageProps } from './layout.tsx'
import { LoginCard } from './portal-login.tsx'
import { RevokeCard, SwitchCard } from './portal-switch.tsx'

export type PortalTab = {
  client: Client
  access: PortalAccess
  sessions: ClientSession[]
  /** The newest System entries of Contact History. */
  recent: HistoryEntry[]
}

/** Forms that came back: what was typed, and what is wrong with it. */
export type PortalTabForms = {
  email?: { typed: string; problem: string }
  address?: { email: string; name: string; problem: string }
}

type PortalProps = StaffPageProps & {
  tab: PortalTab
  notice?: string | undefined
  problem?: Child | undefined
  forms?: PortalTabForms
  /** The address that the page asks anew while a mail is on its way. */
  again?: string | undefined
}

/** The client profile's Portal tab. */
export const ClientPortalPage = ({ shell, link, tab, notice, problem, forms = {}, again }: PortalProps) => {
  const { client, access, sessions, recent } = tab
  return (
    <ClientFrame shell={shell} link={link} client={client} tab="portal" notice={notice} problem={problem}>
      <div class="split even">
        <div class="stack">
          <LoginCard shell={shell} link={link} client={client} access={access} form={forms.email} again={again ?? link(`/clients/${client.id}/portal`)} />
          <SwitchCard link={link} client={client} />
          <PeopleCard shell={shell} link={link} client={client} access={access} form={forms.address} />
          {access.refusals.revoke === null && <RevokeCard link={link} client={client} />}
        </div>
        <aside class="stack">
          <RecentHistory shell={shell} link={link} client={client} entries={recent} />
          <SessionsCard shell={shell} link={link} client={client} sessions={sessions} />
        </aside>
      </div>
    </ClientFrame>
  )
}
