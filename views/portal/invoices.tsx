import type { InvoiceSummary } from '#src/billing/invoice.ts'
import { Empty } from '#views/components/empty.tsx'
import { Pager } from '#views/components/pager.tsx'
import { countOf } from '#views/format.ts'
import { InvoiceTable } from './invoice-table.tsx'
import { PortalPage, type PortalPageProps } from './layout.tsx'

type State = 'outstanding' | 'overdue' | 'paid' | undefined

type InvoicesPageProps = PortalPageProps & {
  invoices: InvoiceSummary[]
  state?: State
  /** Where the next page starts; undefined on the last. */
  next?: string | undefined
  isFirstPage: boolean
  openCounts: { outstanding: number; overdue: number }
}

export const InvoicesPage = (props: InvoicesPageProps) => (
  <PortalPage shell={props.shell} link={props.link} title="Invoices" current="invoices">
    <div class="head">
      <h1>Invoices</h1>
      {props.shell.toggles.showBalance && (
        <a class="button" href={props.link('/statement')}>
          Statement of account
        </a>
      )}
    </div>
    <InvoiceResults {...props} />
  </PortalPage>
)

const FILTERS: { state: State; label: string }[] = [
  { state: undefined, label: 'All' },
  { state: 'outstanding', label: 'Outstanding' },
  { state: 'overdue', label: 'Overdue' },
  { state: 'paid', label: 'Paid' },
]

const addressOf = (state: State, after?: string): `/${string}` => {
  const query = new URLSearchParams({ ...(state && { state }), ...(after && { after }) }).toString()
  return query ? `/invoices?${query}` : '/invoices'
}

/** The part of the page that a filter changes: swapped alone where htmx runs. */
export const InvoiceResults = ({ shell, link, invoices, state, next, isFirstPage, openCounts }: InvoicesPageProps) => (
  <div class="stack" id="results">
    <nav class="chips" aria-label="Show">
      {FILTERS.map((filter) => {
        const href = link(addressOf(filter.state))
        const count = filter.state === 'outstanding' || filter.state === 'overdue' ? openCounts[filter.state] : 0
        return (
          <a
            class="chip"
            id={`show-${filter.state ?? 'all'}`}
            href={href}
            aria-current={filter.state === state ? 'true' : undefined}
            hx-get={href}
            hx-target="#results"
            hx-swap="outerMorph"
            hx-push-url="true"
            hx-indicator="#results"
          >
            {filter.label}
            {count > 0 && <span>{count}</span>}
          </a>
        )
      })}
    </nav>
    <p class="hide" role="status">
      {countOf(invoices.length, 'invoice')} shown
    </p>
    <section class="card sheet cards placed" aria-label={state ? EMPTY[state].name : 'All invoices'}>
      {invoices.length > 0 ? (
        <InvoiceTable shell={shell} link={link} invoices={invoices} caption="Invoices, newest first" />
      ) : (
        <Empty icon="invoices" {...(state ? EMPTY[state] : NONE)} />
      )}
    </section>
    <Pager
      first={isFirstPage ? undefined : { href: link(addressOf(state)), label: 'Newest invoices' }}
      next={next ? { href: link(addressOf(state, next)), label: 'Older invoices' } : undefined}
    />
  </div>
)

const NONE = { title: 'No invoices yet', text: 'Your invoices will be here as soon as there are any.' }

const EMPTY = {
  outstanding: { name: 'Outstanding invoices', title: 'Nothing outstanding', text: 'Every invoice is paid.' },
  overdue: { name: 'Overdue invoices', title: 'Nothing overdue', text: 'No invoice is past its due date.' },
  paid: { name: 'Paid invoices', title: 'Nothing paid yet', text: 'Invoices move here once they are paid in full.' },
}
