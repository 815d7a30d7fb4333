import type { Client } from '#src/clients/client.ts'
import type { ReturnState } from '#src/db/schema/returns.ts'
import type { Link } from '#src/hosts.ts'
import type { ListedReturn } from '#src/returns/request.ts'
import { Icon } from '#views/components/icon.tsx'
import { Pager } from '#views/components/pager.tsx'
import { ReturnStateMark, returnWord } from '#views/components/return-state.tsx'
import { formatInstantNear } from '#views/format.ts'
import { EmptyCard } from './empty-card.tsx'
import { StaffPage, type StaffPageProps } from './layout.tsx'

type Query = { q?: string | undefined; state?: ReturnState | undefined; client?: string | undefined; age?: number | undefined }
type ReturnsProps = StaffPageProps & {
  query: Query
  /** What the list is narrowed to, if there is such a client. */
  client: Client | undefined
  returns: ListedReturn[]
  next: string | undefined
  isFirstPage: boolean
}

const STATES: ReturnState[] = ['submitted', 'needs-information', 'approved', 'partly-approved', 'received', 'closed', 'rejected', 'withdrawn']
const AGES = [3, 7, 30]

const addressOf = (link: Link, query: Query & { after?: string }, path: '/returns' | '/returns.csv' = '/returns'): string => {
  const fields = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  return fields.length === 0 ? link(path) : link(`${path}?${new URLSearchParams(fields)}`)
}

export const ReturnsPage = ({ shell, link, query, client, returns, next, isFirstPage }: ReturnsProps) => {
  const isNarrowed = Boolean(query.q || query.state || query.client || query.age)
  return (
    <StaffPage shell={shell} link={link} title="Returns" current="returns" shutsItself>
      <div class="head">
        <div>
          <h1>Returns</h1>
          <p class="soft">{shell.returnsToDecide > 0 ? `${shell.returnsToDecide > 99 ? '99+' : shell.returnsToDecide} to decide` : 'Nothing to decide'}</p>
        </div>
        {returns.length > 0 && (
          <a class="button" href={addressOf(link, query, '/returns.csv')}>
            <Icon name="download" size={18} />
            Export CSV
          </a>
        )}
      </div>
      {(isNarrowed || returns.length > 0) && (
        <>
          <form class="filters" role="search" action={link('/returns')}>
            <div class="search">
              <Icon name="search" size={18} />
              <label class="hide" for="q">
                Search returns
              </label>
              <input id="q" name="q" type="search" placeholder="Number or client" value={query.q ?? ''} autocomplete="off" spellcheck={false} />
            </div>
            {query.state && <input type="hidden" name="state" value={query.state} />}
            {query.client && <input type="hidden" name="client" value={query.client} />}
            {query.age && <input type="hidden" name="age" value={String(query.age)} />}
            <button class="button" type="submit">
              Search
            </button>
          </form>
          <nav class="chips" aria-label="Filters">
            <div class="group" role="group" aria-label="State">
              {STATES.map((state) => (
                <Chip href={addressOf(link, { ...query, state: query.state === state ? undefined : state })} isOn={query.state === state}>
                  {state === 'submitted' ? 'To decide' : returnWord(state)}
                </Chip>
              ))}
            </div>
            <div class="group" role="group" aria-label="Age">
              {AGES.map((age) => (
                <Chip href={addressOf(link, { ...query, age: query.age === age ? undefined : age })} isOn={query.age === age}>{`Older than ${age} days`}</Chip>
              ))}
            </div>
            {client && (
              <div class="group" role="group" aria-label="Client">
                <Chip href={addressOf(link, { ...query, client: undefined })} isOn>
                  {client.name}
                </Chip>
              </div>
            )}
            {isNarrowed && (
              <a class="clear" href={link('/returns')}>
                Clear filters
              </a>
            )}
          </nav>
        </>
      )}
      {returns.length === 0 ? <Nothing isNarrowed={isNarrowed} isFirstPage={isFirstPage} /> : <Table shell={shell} link={link} returns={returns} />}
      <Pager
        first={isFirstPage ? undefined : { href: addressOf(link, query), label: 'Newest' }}
        next={next === undefined ? undefined : { href: addressOf(link, { ...query, after: next }), label: 'Older' }}
      />
    </StaffPage>
  )
}

const Chip = ({ href, isOn, children }: { href: string; isOn: boolean; children?: unknown }) => (
  <a class="chip" href={href} aria-current={isOn ? 'true' : undefined}>
    {children}
  </a>
)

const Nothing = ({ isNarrowed, isFirstPage }: { isNarrowed: boolean; isFirstPage: boolean }) =>
  isNarrowed || !isFirstPage ? (
    <EmptyCard icon="returns" title="No such return">
      <p>Nothing matches all of these filters.</p>
    </EmptyCard>
  ) : (
    <EmptyCard icon="returns" title="No returns yet">
      <p>What clients ask to send back will be here, and you get a mail for each.</p>
    </EmptyCard>
  )

const Table = ({ shell, link, returns }: Pick<ReturnsProps, 'shell' | 'link' | 'returns'>) => (
  <section class="card sheet cards returned" aria-label="Returns">
    <table>
      <caption class="hide">Returns, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Return</th>
          <th scope="col">Client</th>
          <th scope="col">Asked for</th>
          <th scope="col">Status</th>
          <th scope="col">Items</th>
        </tr>
      </thead>
      <tbody>
        {returns.map(({ id, number, state, createdAt, clientId, clientName, first, items, orders }) => (
          <tr>
            <td class="name">
              <a href={link(`/returns/${id}`)}>{number}</a>
            </td>
            <td class="whose text">
              <a href={link(`/clients/${clientId}`)}>{clientName}</a>
            </td>
            <td class="when">
              <time datetime={new Date(createdAt).toISOString()}>{formatInstantNear(createdAt, shell.company.locale, shell.company.timeZone, shell.now)}</time>
            </td>
            <td class="how">
              <ReturnStateMark state={state} />
            </td>
            <td class="goods">
              {first}
              {items > 1 && ` and ${items - 1} more`}
              <small class="soft">{orders.replaceAll(',', ', ')}</small>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)
