import type { ClientCount, ClientFilter } from '#src/clients/client.ts'
import type { ClientSort } from '#src/clients/list.ts'
import { Icon } from '#views/components/icon.tsx'
import { Pager } from '#views/components/pager.tsx'
import { formatCount } from '#views/format.ts'
import { addressOf, countIn, FilterChips, fieldsOf, isNarrowed } from './client-filters.tsx'
import { BulkBar, SelectLinks } from './client-selection.tsx'
import { SortMenu } from './client-sorting.tsx'
import { type ClientRow, ClientTable } from './client-table.tsx'
import { EmptyCard } from './empty-card.tsx'
import { Shut, StaffPage, type StaffPageProps } from './layout.tsx'
import { may } from './may.ts'

type ListProps = StaffPageProps & {
  filter: ClientFilter
  sort: ClientSort
  clients: ClientRow[]
  counts: ClientCount[]
  /** How many a search finds in all, where that was asked. */
  found: number | undefined
  /** Cursors: of this page, unless it is the first, and of the next, when there is one. */
  after: string | undefined
  next: string | undefined
  /** The whole page, all that match, or those picked before. */
  selection: { mode: 'page' | 'all' | undefined; ids: string[] }
}

export const ClientsPage = (props: ListProps) => {
  const { shell, link, filter, sort, counts } = props
  const { locale } = shell.company
  const total = countIn(counts, {})
  return (
    <StaffPage shell={shell} link={link} title="Clients" current="clients" shutsItself>
      <div class="head">
        <div>
          <h1>Clients</h1>
          {total > 0 && (
            <p class="soft">
              {clientsOf(total, locale)} · {formatCount(countIn(counts, { portal: 'active' }), locale)} can sign in to the portal
            </p>
          )}
        </div>
        <div class="row loose">
          <a class="button to-imports" href={link('/imports')}>
            <Icon name="import" size={18} />
            Import
          </a>
          {may(shell.role, 'member') && (
            <a class="button" href={link('/clients/new')}>
              Add client
            </a>
          )}
        </div>
      </div>
      {total === 0 ? <NoClients link={link} /> : <SearchForm link={link} filter={filter} sort={sort} />}
      {total > 0 && <ClientResults {...props} />}
    </StaffPage>
  )
}

const clientsOf = (count: number, locale: string) => `${formatCount(count, locale)} ${count === 1 ? 'client' : 'clients'}`

/** What is narrowed by links rides along, so that a search stays within it. What was selected does not: other rows come. */
const SearchForm = ({ link, filter, sort }: Pick<ListProps, 'link' | 'filter' | 'sort'>) => (
  <form
    class="filters"
    role="search"
    action={link('/clients')}
    hx-get={link('/clients')}
    hx-trigger="input changed delay:250ms from:#q, submit"
    hx-target="#results"
    hx-swap="outerHTML"
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
    <Hidden fields={fieldsOf({ ...filter, q: undefined, sort })} />
    <button class="button" type="submit">
      Search
    </button>
  </form>
)

const Hidden = ({ fields }: { fields: [string, string][] }) => (
  <>
    {fields.map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
  </>
)

/** The part of the page that a search replaces. */
export const ClientResults = (props: ListProps) => {
  const { shell, link, filter, sort, clients, counts, found, after, next } = props
  const { locale } = shell.company
  const isWhole = after === undefined && next === undefined
  const matching = filter.q ? (found ?? (isWhole ? clients.length : undefined)) : countIn(counts, filter)
  return (
    <div id="results" class="stack">
      <FilterChips link={link} filter={filter} sort={sort} counts={counts} locale={locale} />
      <p class="hide" role="status">
        {matching === undefined ? `${clientsOf(clients.length, locale)} found, and more` : `${clientsOf(matching, locale)}${filter.q ? ' found' : ''}`}
      </p>
      {clients.length === 0 ? <NoneMatch link={link} filter={filter} isFirstPage={after === undefined} /> : <Picks {...props} matching={matching} />}
      <Pager
        first={after === undefined ? undefined : { href: addressOf(link, { ...filter, sort }), label: 'First page' }}
        next={
          next === undefined
            ? undefined
            : { href: addressOf(link, { ...filter, sort, after: next, select: allOnly(props.selection.mode) }), label: 'Next page' }
        }
      />
    </div>
  )
}

/** That all are selected holds for every page of them. */
const allOnly = (mode: ListProps['selection']['mode']) => (mode === 'all' ? mode : undefined)

/** The table as a form: what is picked in it, or all that match, goes to the page that asks before inviting. */
const Picks = ({ shell, link, filter, sort, clients, after, selection, matching }: ListProps & { matching: number | undefined }) => {
  const place = { ...filter, sort, after }
  const about = { link, place, matching, mode: selection.mode, locale: shell.company.locale }
  const mayPick = may(shell.role, 'member')
  const table = (
    <ClientTable
      shell={shell}
      link={link}
      clients={clients}
      place={place}
      all={selection.mode === 'all'}
      isPicked={(id) => selection.mode === 'page' || selection.ids.includes(id)}
    />
  )
  return (
    <form class="stack picking" action={link('/invitations/new')}>
      <Hidden fields={fieldsOf(place)} />
      {selection.mode === 'all' && <input type="hidden" name="all" value="yes" />}
      <div class="toolbar">
        {mayPick && <SelectLinks {...about} />}
        <SortMenu link={link} place={place} />
      </div>
      <section class="card sheet cards placed clients">{mayPick ? table : <Shut>{table}</Shut>}</section>
      {mayPick && <BulkBar {...about} />}
    </form>
  )
}

const NoClients = ({ link }: Pick<ListProps, 'link'>) => (
  <EmptyCard icon="clients" title="No clients yet">
    <p>Clients, their orders, invoices and payments come from CSV files. Import them, then invite your clients to the portal.</p>
    <a class="button main" href={link('/imports')}>
      Import clients
    </a>
  </EmptyCard>
)

const NoneMatch = ({ link, filter, isFirstPage }: Pick<ListProps, 'link' | 'filter'> & { isFirstPage: boolean }) => (
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
