import type { Child } from 'hono/jsx'
import type { BalanceParts } from '#src/billing/balance.ts'
import type { InvoiceFilter, ListEntry, OpenSum } from '#src/billing/invoice-list.ts'
import { Empty } from '#views/components/empty.tsx'
import { Icon } from '#views/components/icon.tsx'
import { Pager } from '#views/components/pager.tsx'
import { countOf, formatCount, formatMoney } from '#views/format.ts'
import { FilterChips } from './filter-chips.tsx'
import { InvoiceTable } from './invoice-table.tsx'
import { PortalPage, type PortalPageProps } from './layout.tsx'
import { ListFilters, SearchedSoFar } from './list-filters.tsx'

type State = InvoiceFilter['state']

type InvoicesPageProps = PortalPageProps & {
  entries: ListEntry[]
  filter: InvoiceFilter
  /** What is wrong with the days of the address, which then count for nothing. */
  problem?: string | undefined
  /** The days of the address, as far as they are any. */
  typed: { from: string; to: string }
  /** What the balance is made of, in each currency. */
  parts: BalanceParts[]
  /** What is open, a row a currency. */
  open: OpenSum[]
  /** Where the next page starts; undefined on the last. */
  next?: string | undefined
  /** The search has not looked through everything yet. */
  isCut: boolean
  isFirstPage: boolean
}

export const InvoicesPage = (props: InvoicesPageProps) => {
  const { shell, link, open } = props
  return (
    <PortalPage shell={shell} link={link} title="Invoices" current="invoices">
      <div class="head">
        <div>
          <h1>Invoices</h1>
          {shell.toggles.showBalance && <Summary open={open} locale={shell.company.locale} />}
        </div>
        {shell.toggles.showBalance && (
          <a class="button" href={link('/statement')}>
            Statement of account
          </a>
        )}
      </div>
      <InvoiceResults {...props} />
    </PortalPage>
  )
}

const sumOf = (open: OpenSum[], count: 'outstanding' | 'overdue') => open.reduce((sum, row) => sum + row[count], 0)

/** How much is open, and how much of it late; nothing in it grows with what was paid long ago. */
const Summary = ({ open, locale }: { open: OpenSum[]; locale: string }) => {
  const outstanding = sumOf(open, 'outstanding')
  const overdue = sumOf(open, 'overdue')
  if (outstanding === 0) return <p class="soft">Nothing open</p>
  return (
    <p class="soft" id="summary">
      <b>{formatCount(outstanding, locale)} open</b> · {open.map((row) => formatMoney(row.open, row.currency, locale)).join(' and ')}
      {overdue > 0 && (
        <>
          {' '}
          · <span class="late">{formatCount(overdue, locale)} overdue</span>
        </>
      )}
    </p>
  )
}

const FILTERS: { state: State; label: string }[] = [
  { state: undefined, label: 'All' },
  { state: 'outstanding', label: 'Outstanding' },
  { state: 'overdue', label: 'Overdue' },
  { state: 'paid', label: 'Paid' },
]

const addressOf = ({ q, state, from, to }: InvoiceFilter, after?: string, path: '/invoices' | '/invoices.csv' = '/invoices'): `/${string}` => {
  const query = new URLSearchParams({
    ...(q && { q }),
    ...(state && { state }),
    ...(from && { from }),
    ...(to && { to }),
    ...(after && { after }),
  }).toString()
  return query ? `${path}?${query}` : path
}

/** The part of the page that a filter changes: swapped alone where htmx runs. */
export const InvoiceResults = ({ shell, link, entries, filter, typed, problem, parts, next, isCut, isFirstPage, open }: InvoicesPageProps) => {
  const { q, state, from, to } = filter
  const isWhole = q === undefined && from === undefined && to === undefined
  const list = (
    <section class="card sheet cards placed boxed" aria-label={state ? EMPTY[state].name : 'All invoices'}>
      {entries.length > 0 ? (
        <InvoiceTable shell={shell} link={link} entries={entries} caption="Invoices, newest first" canPick={shell.toggles.downloadInvoices} />
      ) : (
        <Empty icon="invoices" {...(q ? NONE_FOUND : !isWhole ? NONE_THEN : state ? EMPTY[state] : NONE)} />
      )}
    </section>
  )
  return (
    <div class="stack" id="results">
      <ListFilters
        action={link('/invoices')}
        label="Search invoices"
        hint={shell.toggles.orderHistory ? 'Number, order, reference or item' : 'Number, reference or item'}
        q={q}
        days="Issued"
        typed={typed}
        problem={problem}
      >
        {state && <input type="hidden" name="state" value={state} />}
      </ListFilters>
      <FilterChips
        chips={FILTERS.map((each) => ({
          id: each.state ?? 'all',
          label: each.label,
          href: link(addressOf({ ...filter, state: each.state })),
          isOn: each.state === state,
          count: isWhole && (each.state === 'outstanding' || each.state === 'overdue') ? sumOf(open, each.state) : 0,
        }))}
        clear={isWhole ? undefined : link(addressOf({ state }))}
      />
      <p class="hide" role="status">
        {countOf(entries.length, 'entry', 'entries')} shown
      </p>
      {isCut && <SearchedSoFar found={entries.length > 0} />}
      {shell.toggles.downloadInvoices ? <Picking link={link}>{list}</Picking> : list}
      {state === 'outstanding' && isWhole && next === undefined && shell.toggles.showBalance && <AddsUp parts={parts} locale={shell.company.locale} />}
      <Pager
        first={isFirstPage ? undefined : { href: link(addressOf(filter)), label: 'Newest invoices' }}
        next={next ? { href: link(addressOf(filter, next)), label: isCut ? 'Look through older ones' : 'Older invoices' } : undefined}
      />
      {entries.length > 0 && (
        <p>
          <a class="button small" href={link(addressOf(filter, undefined, '/invoices.csv'))}>
            <Icon name="download" size={16} />
            Download this list as CSV
          </a>
        </p>
      )}
    </div>
  )
}

/** The list as a form: the PDFs of what is picked in it come as one file. */
const Picking = ({ link, children }: Pick<PortalPageProps, 'link'> & { children?: Child }) => (
  <form class="stack picking" action={link('/invoices.zip')} data-zip>
    {children}
    <div class="bulk" role="region" aria-label="Selection">
      <b class="counted">selected</b>
      <span role="status"></span>
      <div class="end row">
        <button class="button small" type="submit">
          <Icon name="download" size={18} />
          Download PDFs
        </button>
        <button class="bare" type="reset">
          Clear
        </button>
      </div>
    </div>
  </form>
)

/** From what is open to what is owed: what was paid or credited without an invoice comes off. */
const AddsUp = ({ parts, locale }: { parts: BalanceParts[]; locale: string }) => (
  <>
    {parts
      .filter(({ overpaid, onAccount, credited }) => overpaid !== 0 || onAccount !== 0 || credited !== 0)
      .map(({ currency, open, overpaid, onAccount, credited, outstanding }) => {
        const money = (amount: number) => formatMoney(amount, currency, locale)
        return (
          <section class="card" aria-label={`How it adds up, ${currency}`}>
            <dl class="body totals">
              <div>
                <dt>Open on invoices</dt>
                <dd data-figure="open" data-currency={currency} data-amount={open}>
                  {money(open)}
                </dd>
              </div>
              {overpaid !== 0 && (
                <div>
                  <dt>Overpaid on invoices</dt>
                  <dd data-figure="overpaid" data-currency={currency} data-amount={-overpaid}>
                    {money(-overpaid)}
                  </dd>
                </div>
              )}
              {onAccount !== 0 && (
                <div>
                  <dt>Payments on account</dt>
                  <dd data-figure="on-account" data-currency={currency} data-amount={-onAccount}>
                    {money(-onAccount)}
                  </dd>
                </div>
              )}
              {credited !== 0 && (
                <div>
                  <dt>Credit notes without an invoice</dt>
                  <dd data-figure="credited" data-currency={currency} data-amount={-credited}>
                    {money(-credited)}
                  </dd>
                </div>
              )}
              <div class="grand">
                <dt>Outstanding balance</dt>
                <dd data-figure="outstanding" data-currency={currency} data-amount={outstanding}>
                  {money(outstanding)}
                </dd>
              </div>
            </dl>
          </section>
        )
      })}
  </>
)

const NONE = { title: 'No invoices yet', text: 'Your invoices will be here as soon as there are any.' }
const NONE_THEN = { title: 'No such invoices', text: 'Nothing of this kind was issued on these days.' }
const NONE_FOUND = { title: 'Nothing found', text: 'Try fewer words, another part of the number, or all states and days.' }

const EMPTY = {
  outstanding: { name: 'Outstanding invoices', title: 'Nothing outstanding', text: 'Every invoice is paid.' },
  overdue: { name: 'Overdue invoices', title: 'Nothing overdue', text: 'No invoice is past its due date.' },
  paid: { name: 'Paid invoices', title: 'Nothing paid yet', text: 'Invoices move here once they are paid in full.' },
}
