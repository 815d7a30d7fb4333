import { html } from 'hono/html'
import type { OrderFilter, OrderSummary } from '#src/billing/order.ts'
import type { PortalShell } from '#src/db/client-door.ts'
import type { Link } from '#src/hosts.ts'
import { Empty } from '#views/components/empty.tsx'
import { Pager } from '#views/components/pager.tsx'
import { OrderState } from '#views/components/state.tsx'
import { countOf, formatDay, formatMoney } from '#views/format.ts'
import { FilterChips } from './filter-chips.tsx'
import { PortalPage, type PortalPageProps } from './layout.tsx'
import { ListFilters, SearchedSoFar } from './list-filters.tsx'

type OrdersPageProps = PortalPageProps & {
  orders: OrderSummary[]
  filter: OrderFilter
  /** What is wrong with the days of the address, which then count for nothing. */
  problem?: string | undefined
  /** The days of the address, as far as they are any. */
  typed: { from: string; to: string }
  /** Where the next page starts; undefined on the last. */
  next?: string | undefined
  /** The search has not looked through everything yet. */
  isCut: boolean
  isFirstPage: boolean
}

export const OrdersPage = (props: OrdersPageProps) => (
  <PortalPage shell={props.shell} link={props.link} title="Orders" current="orders">
    <h1>Orders</h1>
    <OrderResults {...props} />
  </PortalPage>
)

const FILTERS: { status: OrderFilter['status']; label: string }[] = [
  { status: undefined, label: 'All' },
  { status: 'confirmed', label: 'Confirmed' },
  { status: 'shipped', label: 'Shipped' },
  { status: 'delivered', label: 'Delivered' },
  { status: 'cancelled', label: 'Cancelled' },
]

const addressOf = ({ q, status, from, to }: OrderFilter, after?: string): `/${string}` => {
  const query = new URLSearchParams({
    ...(q && { q }),
    ...(status && { status }),
    ...(from && { from }),
    ...(to && { to }),
    ...(after && { after }),
  }).toString()
  return query ? `/orders?${query}` : '/orders'
}

/** The part of the page that a filter changes: swapped alone where htmx runs. */
export const OrderResults = ({ shell, link, orders, filter, typed, problem, next, isCut, isFirstPage }: OrdersPageProps) => {
  const { q, status, from, to } = filter
  const isWhole = q === undefined && from === undefined && to === undefined
  return (
    <div class="stack" id="results">
      <ListFilters action={link('/orders')} label="Search orders" hint="Number, PO number or item" q={q} days="Ordered" typed={typed} problem={problem}>
        {status && <input type="hidden" name="status" value={status} />}
      </ListFilters>
      <FilterChips
        chips={FILTERS.map((each) => ({
          id: each.status ?? 'all',
          label: each.label,
          href: link(addressOf({ ...filter, status: each.status })),
          isOn: each.status === status,
        }))}
        clear={isWhole ? undefined : link(addressOf({ status }))}
      />
      <p class="hide" role="status">
        {countOf(orders.length, 'order')} shown
      </p>
      {isCut && <SearchedSoFar found={orders.length > 0} />}
      <section class="card sheet cards placed" aria-label={FILTERS.find((each) => each.status === status)?.label ?? 'All'}>
        {orders.length > 0 ? (
          <table>
            <caption class="hide">Orders, newest first</caption>
            <thead>
              <tr>
                <th scope="col">Order</th>
                <th scope="col">Date</th>
                <th scope="col">Status</th>
                <th scope="col" class="num">
                  Total
                </th>
              </tr>
            </thead>
            <tbody>{orders.map((order) => orderRow(shell, link, order))}</tbody>
          </table>
        ) : (
          <Empty icon="orders" {...(q ? NONE_FOUND : !isWhole || status ? NONE_SUCH : NONE)} />
        )}
      </section>
      <Pager
        first={isFirstPage ? undefined : { href: link(addressOf(filter)), label: 'Newest orders' }}
        next={next ? { href: link(addressOf(filter, next)), label: isCut ? 'Look through older ones' : 'Older orders' } : undefined}
      />
    </div>
  )
}

const NONE = { title: 'No orders yet', text: 'Your orders will be here as soon as there are any.' }
const NONE_SUCH = { title: 'No such orders', text: 'No order is in this state, or was placed on these days.' }
const NONE_FOUND = { title: 'Nothing found', text: 'Try fewer words, another part of the number, or all states and days.' }

// The rows of long tables are templates: as elements they cost five times as much, and most of the page. What stands in
// them is escaped all the same.
const orderRow = ({ company: { locale } }: PortalShell, link: Link, { id, number, poNumber, orderDate, status, total, currency }: OrderSummary) => html`<tr>
<td class="name text"><a href="${link(`/orders/${id}`)}">${number}</a>${poNumber && html`<small>PO ${poNumber}</small>`}</td>
<td class="when day">${formatDay(orderDate, locale)}</td>
<td class="how">${OrderState({ status })}</td>
<td class="sum num">${formatMoney(total, currency, locale)}</td>
</tr>`
