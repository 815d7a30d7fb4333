import type { Balance } from '#src/billing/balance.ts'
import type { ClientCount, ClientFilter } from '#src/clients/client.ts'
import type { PortalState } from '#src/db/schema/clients.ts'
import { Icon } from '#views/components/icon.tsx'
import { Pager } from '#views/components/pager.tsx'
import { formatCount, formatMoney } from '#views/format.ts'
import { addressOf, countIn, FilterChips, isNarrowed } from './client-filters.tsx'
import { EmptyCard } from './empty-card.tsx'
import { StaffPage, type StaffPageProps } from './layout.tsx'
import { PortalStateWord } from './portal-state.tsx'

/** A client in the list. Balances are in minor units, its own currency first. */
export type ClientRow = {
  id: string
  code: string
  name: string
  email: string | null
  status: 'active' | 'inactive'
  portalState: PortalState
  balances: Balance[]
}

type ListProps = StaffPageProps & {
  filter: ClientFilter
  clients: ClientRow[]
  counts: ClientCount[]
  /** Cursor of the next page, when there is one. */
  next?: string | undefined
  isFirstPage: boolean
}

export const ClientsPage = (props: ListProps) => {
  const { shell, link, filter, counts } = props
  const { locale } = shell.company
  const total = countIn(counts, {})
  return (
    <StaffPage shell={shell} link={link} title="Clients" current="clients">
      <div class="head">
        <div>
          <h1>Clients</h1>
          {total > 0 && (
            <p class="soft">
              {clientsOf(total, locale)} · {formatCount(countIn(counts, { portal: 'active' }), locale)} can sign in to the portal
            </p>
          )}
        </div>
        <a class="button to-imports" href={link('/imports')}>
          <Icon name="import" size={18} />
          Import
        </a>
      </div>
      {total === 0 ? <NoClients link={link} /> : <SearchForm link={link} filter={filter} />}
      {total > 0 && <ClientResults {...props} />}
    </StaffPage>
  )
}

const clientsOf = (count: number, locale: string) => `${formatCount(count, locale)} ${count === 1 ? 'client' : 'clients'}`

/** What is narrowed by links rides along, so that a search stays within it. */
const SearchForm = ({ link, filter }: Pick<ListProps, 'link' | 'filter'>) => (
  <form
    class="filters"
    role="search"
    action={link('/clients')}
    hx-get={link('/clients')}
    hx-trigger="input changed delay:250ms from:#q, submit"
    hx-target="#results"
    hx-swap="outerMorph"
    hx-push-url="true"
    hx-sync="this:replace"
  >
    <div class="search">
      <Icon name="search" size={18} />
      <label class="hide" for="q">
        Search clients
      </label>
      <input id="q" name="q" type="search" placeholder="Name, code or e-mail" value={filter.q ?? ''} autocomplete="off" spellcheck={false} />
    </div>
    {(['status', 'email', 'portal'] as const).map((part) => filter[part] && <input type="hidden" name={part} value={filter[part]} />)}
    <button class="button" type="submit">
      Search
    </button>
  </form>
)

/** The part of the page that a search replaces. */
export const ClientResults = ({ shell, link, filter, clients, counts, next, isFirstPage }: ListProps) => (
  <div id="results" class="stack">
    <FilterChips link={link} filter={filter} counts={counts} locale={shell.company.locale} />
    <p class="hide" role="status">
      {filter.q
        ? `${clientsOf(clients.length, shell.company.locale)} found${next === undefined ? '' : ', and more'}`
        : clientsOf(countIn(counts, filter), shell.company.locale)}
    </p>
    {clients.length === 0 ? <NoneMatch link={link} filter={filter} isFirstPage={isFirstPage} /> : <ClientTable shell={shell} link={link} clients={clients} />}
    <Pager
      first={isFirstPage ? undefined : { href: addressOf(link, filter), label: 'First page' }}
      next={next === undefined ? undefined : { href: addressOf(link, filter, next), label: 'Next page' }}
    />
  </div>
)

const ClientTable = ({ shell, link, clients }: Pick<ListProps, 'shell' | 'link' | 'clients'>) => (
  <section class="card sheet cards placed clients">
    <table>
      <caption class="hide">Clients</caption>
      <thead>
        <tr>
          <th scope="col">Client</th>
          <th scope="col">Portal</th>
          <th scope="col">Primary e-mail</th>
          <th scope="col" class="num">
            Balance
          </th>
        </tr>
      </thead>
      <tbody>
        {clients.map((client) => (
          <tr>
            <td class="text name">
              <a href={link(`/clients/${client.id}`)}>{client.name}</a>
              <small>
                {client.code}
                {client.status === 'inactive' && ' · Inactive'}
              </small>
            </td>
            <td class="portal">
              <PortalStateWord state={client.portalState} />
              {client.email === null && <small class="only-cards">no e-mail address</small>}
            </td>
            <td class="email skip">{client.email === null ? <span class="soft">none</span> : <Email address={client.email} />}</td>
            <td class="num balance">
              {client.balances.map((balance) => (
                <BalanceLines balance={balance} locale={shell.company.locale} />
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)

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

const NoClients = ({ link }: Pick<ListProps, 'link'>) => (
  <EmptyCard icon="clients" title="No clients yet">
    <p>Clients, their orders, invoices and payments come from CSV files. Import them, then invite your clients to the portal.</p>
    <a class="button main" href={link('/imports')}>
      Import clients
    </a>
  </EmptyCard>
)

const NoneMatch = ({ link, filter, isFirstPage }: Pick<ListProps, 'link' | 'filter' | 'isFirstPage'>) => (
  <EmptyCard icon="search" title={isFirstPage ? 'No client matches' : 'No more clients'}>
    <p>
      {filter.q
        ? `No name, code or e-mail address has a word that begins with “${filter.q}”${isNarrowed({ ...filter, q: undefined }) ? ', among the clients that the filters leave' : ''}.`
        : 'No client has all of that at once.'}
    </p>
    <a class="button" href={link('/clients')}>
      {isNarrowed(filter) ? 'Clear filters' : 'First page'}
    </a>
  </EmptyCard>
)
