import type { OrderSummary } from '#src/billing/order.ts'
import { Empty } from '#views/components/empty.tsx'
import { Pager } from '#views/components/pager.tsx'
import { OrderState } from '#views/components/state.tsx'
import { formatDay, formatMoney } from '#views/format.ts'
import { PortalPage, type PortalPageProps } from './layout.tsx'

type OrdersPageProps = PortalPageProps & {
  orders: OrderSummary[]
  /** Where the next page starts; undefined on the last. */
  next?: string | undefined
  isFirstPage: boolean
}

export const OrdersPage = ({ shell, link, orders, next, isFirstPage }: OrdersPageProps) => (
  <PortalPage shell={shell} link={link} title="Orders" current="orders">
    <h1>Orders</h1>
    <section class="card sheet cards placed" aria-label="All orders">
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
          <tbody>
            {orders.map((order) => (
              <OrderRow shell={shell} link={link} order={order} />
            ))}
          </tbody>
        </table>
      ) : (
        <Empty icon="orders" title="No orders yet" text="Your orders will be here as soon as there are any." />
      )}
    </section>
    <Pager
      first={isFirstPage ? undefined : { href: link('/orders'), label: 'Newest orders' }}
      next={next ? { href: link(`/orders?${new URLSearchParams({ after: next })}`), label: 'Older orders' } : undefined}
    />
  </PortalPage>
)

const OrderRow = ({ shell, link, order }: PortalPageProps & { order: OrderSummary }) => (
  <tr>
    <td class="name text">
      <a href={link(`/orders/${order.id}`)}>{order.number}</a>
    </td>
    <td class="when day">{formatDay(order.orderDate, shell.company.locale)}</td>
    <td class="how">
      <OrderState status={order.status} />
    </td>
    <td class="sum num">{formatMoney(order.total, order.currency, shell.company.locale)}</td>
  </tr>
)
