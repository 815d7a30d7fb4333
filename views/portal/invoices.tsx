import type { BalanceParts } from '#src/billing/balance.ts'
import type { InvoiceFilter, InvoiceSummary } from '#src/billing/invoice.ts'
import { Empty } from '#views/components/empty.tsx'
import { Icon } from '#views/components/icon.tsx'
import { Pager } from '#views/components/pager.tsx'
import { countOf, formatMoney } from '#views/format.ts'
import { DayField } from './day-field.tsx'
import { InvoiceTable } from './invoice-table.tsx'
import { PortalPage, type PortalPageProps } from './layout.tsx'

type State = InvoiceFilter['state']

type InvoicesPageProps = PortalPageProps & {
  invoices: InvoiceSummary[]
  filter: InvoiceFilter
  /** What is wrong with the days of the address, which then count for nothing. */
  problem?: string | undefined
  /** The days of the address, as far as they are any. */
  typed: { from: string; to: string }
  /** What the balance is made of, in each currency. */
  parts: BalanceParts[]
  /** Where the next page starts; undefined on the last. */
  next?: string | undefined
  isFirstPage: boolean
  openCounts: { outstanding: number; overdue: number }
}

export const InvoicesPage = (props: InvoicesPageProps) => {
  const { shell, link } = props
  return (
    <PortalPage shell={shell} link={link} title="Invoices" current="invoices">
      <div class="head">
        <h1>Invoices</h1>
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

const FILTERS: { state: State; label: string }[] = [
  { state: undefined, label: 'All' },
  { state: 'outstanding', label: 'Outstanding' },
  { state: 'overdue', label: 'Overdue' },
  { state: 'paid', label: 'Paid' },
]

const addressOf = ({ state, from, to }: InvoiceFilter, after?: string, path: '/invoices' | '/invoices.csv' = '/invoices'): `/${string}` => {
  const query = new URLSearchParams({ ...(state && { state }), ...(from && { from }), ...(to && { to }), ...(after && { after }) }).toString()
  return query ? `${path}?${query}` : path
}

/** The part of the page that a filter changes: swapped alone where htmx runs. */
export const InvoiceResults = ({ shell, link, invoices, filter, typed, problem, parts, next, isFirstPage, openCounts }: InvoicesPageProps) => {
  const { state, from, to } = filter
  const isWhole = from === undefined && to === undefined
  return (
    <div class="stack" id="results">
      <form class="filters" action={link('/invoices')}>
        {filter.state && <input type="hidden" name="state" value={filter.state} />}
        <DayField name="from" label="Issued from" value={typed.from} problem={problem && 'days-why'} />
        <DayField name="to" label="to" value={typed.to} problem={problem && 'days-why'} />
        <button class="button" type="submit">
          Show
        </button>
      </form>
      {problem && (
        <p class="note bad" id="days-why" role="alert">
          {problem}
        </p>
      )}
      <nav class="chips" aria-label="Show">
        {FILTERS.map((each) => {
          const href = link(addressOf({ ...filter, state: each.state }))
          const count = isWhole && (each.state === 'outstanding' || each.state === 'overdue') ? openCounts[each.state] : 0
          return (
            <a
              class="chip"
              id={`show-${each.state ?? 'all'}`}
              href={href}
              aria-current={each.state === state ? 'true' : undefined}
              hx-get={href}
              hx-target="#results"
              hx-swap="outerMorph"
              hx-push-url="true"
              hx-indicator="#results"
            >
              {each.label}
              {count > 0 && <span>{count}</span>}
            </a>
          )
        })}
        {!isWhole && (
          <a class="clear" href={link(addressOf({ state }))}>
            All days
          </a>
        )}
      </nav>
      <p class="hide" role="status">
        {countOf(invoices.length, 'invoice')} shown
      </p>
      <section class="card sheet cards placed" aria-label={state ? EMPTY[state].name : 'All invoices'}>
        {invoices.length > 0 ? (
          <InvoiceTable shell={shell} link={link} invoices={invoices} caption="Invoices, newest first" />
        ) : (
          <Empty icon="invoices" {...(!isWhole ? NONE_THEN : state ? EMPTY[state] : NONE)} />
        )}
      </section>
      {state === 'outstanding' && isWhole && next === undefined && shell.toggles.showBalance && <AddsUp parts={parts} locale={shell.company.locale} />}
      <Pager
        first={isFirstPage ? undefined : { href: link(addressOf(filter)), label: 'Newest invoices' }}
        next={next ? { href: link(addressOf(filter, next)), label: 'Older invoices' } : undefined}
      />
      {invoices.length > 0 && (
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

const EMPTY = {
  outstanding: { name: 'Outstanding invoices', title: 'Nothing outstanding', text: 'Every invoice is paid.' },
  overdue: { name: 'Overdue invoices', title: 'Nothing overdue', text: 'No invoice is past its due date.' },
  paid: { name: 'Paid invoices', title: 'Nothing paid yet', text: 'Invoices move here once they are paid in full.' },
}
