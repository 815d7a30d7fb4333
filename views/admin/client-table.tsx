import type { Balance } from '#src/billing/balance.ts'
import type { ClientSort } from '#src/clients/list.ts'
import type { PortalState } from '#src/db/schema/clients.ts'
import type { accesses } from '#src/db/schema/people.ts'
import { formatInstantDay, formatInstantNear, formatMoney } from '#views/format.ts'
import type { ListPlace } from './client-filters.tsx'
import { ariaSort, SortLink } from './client-sorting.tsx'
import type { StaffPageProps } from './layout.tsx'
import { PortalStateWord } from './portal-state.tsx'

/** A client in the list. Balances are in minor units, its own currency first. */
export type ClientRow = {
  id: string
  code: string
  name: string
  email: string | null
  status: 'active' | 'inactive'
  portalState: PortalState
  createdAt: number
  /** Of the primary address's person: what is wrong with its mail, when its open link ends, when it last signed in. */
  mailProblem: (typeof accesses.$inferSelect)['mailProblem']
  linkExpiresAt: number | null
  lastLoginAt: number | null
  balances: Balance[]
}

type TableProps = StaffPageProps & {
  clients: ClientRow[]
  place: ListPlace & { sort: ClientSort }
  /** All that match are selected: there is nothing to pick one by one. */
  all: boolean
  isPicked: (id: string) => boolean
}

export const ClientTable = ({ shell, link, clients, place, all, isPicked }: TableProps) => (
  <table>
    <caption class="hide">Clients</caption>
    <thead>
      <tr>
        <th scope="col">
          <span class="hide">Select</span>
        </th>
        <th scope="col" aria-sort={ariaSort(place.sort, 'name', 'code')}>
          <SortLink link={link} place={place} column="name" label="Client" /> <SortLink link={link} place={place} column="code" label="Code" />
        </th>
        <th scope="col">Portal</th>
        <th scope="col">Primary e-mail</th>
        <th scope="col" class="added" aria-sort={ariaSort(place.sort, 'added')}>
          <SortLink link={link} place={place} column="added" label="Added" />
        </th>
        <th scope="col" class="num" aria-sort={ariaSort(place.sort, 'balance')}>
          <SortLink link={link} place={place} column="balance" label="Balance" />
        </th>
      </tr>
    </thead>
    <tbody>
      {clients.map((client) => (
        <tr>
          <td class="box">
            <label>
              <input type="checkbox" name="id" value={client.id} checked={all || isPicked(client.id)} disabled={all} autocomplete="off" />
              <span class="hide">Select {client.name}</span>
            </label>
          </td>
          <td class="text name">
            <a href={link(`/clients/${client.id}`)}>{client.name}</a>
            <small>
              {client.code}
              {client.status === 'inactive' && ' · Inactive'}
            </small>
          </td>
          <td class="portal">
            <PortalStateWord state={client.portalState} />
            <PortalDetail client={client} shell={shell} />
            {client.email === null && <small class="only-cards">no e-mail address</small>}
          </td>
          <td class="email skip">{client.email === null ? <span class="soft">none</span> : <Email address={client.email} />}</td>
          <td class="added skip">{formatInstantDay(client.createdAt, shell.company.locale, shell.company.timeZone)}</td>
          <td class="num balance">
            {client.balances.map((balance) => (
              <BalanceLines balance={balance} locale={shell.company.locale} />
            ))}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)

const PROBLEM_WORDS = { bounced: 'mail came back', complained: 'marked as spam', failed: 'could not be sent' }

/** What a state doesn't say yet: until when, since when, or what is wrong. */
const PortalDetail = ({ client: { portalState, mailProblem, linkExpiresAt, lastLoginAt }, shell }: { client: ClientRow; shell: StaffPageProps['shell'] }) => {
  const at = (instant: number) => formatInstantNear(instant, shell.company.locale, shell.company.timeZone, shell.now)
  switch (portalState) {
    case 'problem':
      return <small>{mailProblem && PROBLEM_WORDS[mailProblem]}</small>
    case 'invited':
      return <small>{linkExpiresAt === null ? 'no link is open' : linkExpiresAt > shell.now ? `until ${at(linkExpiresAt)}` : 'link expired'}</small>
    case 'active':
      return <small>{lastLoginAt === null ? 'not signed in yet' : at(lastLoginAt)}</small>
    default:
      return null
  }
}

/** Where an address has to break, it does so before its @. */
const Email = ({ address }: { address: string }) => {
  const at = address.lastIndexOf('@')
  return (
    <>
      {address.slice(0, Math.max(0, at))}
      <wbr />
      {address.slice(Math.max(0, at))}
    </>
  )
}

const BalanceLines = ({ balance: { outstanding, overdue, currency }, locale }: { balance: Balance; locale: string }) => (
  <div class={outstanding === 0 ? 'soft' : undefined}>
    {outstanding < 0 ? `${formatMoney(-outstanding, currency, locale)} in credit` : formatMoney(outstanding, currency, locale)}
    {overdue > 0 && <small class="bad-text">{formatMoney(overdue, currency, locale)} overdue</small>}
  </div>
)
