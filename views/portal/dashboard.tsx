import type { Balance } from '#src/billing/balance.ts'
import type { DueInvoice, InvoiceSummary } from '#src/billing/invoice.ts'
import type { OrderSummary } from '#src/billing/order.ts'
import type { Ageing } from '#src/billing/statement.ts'
import { Empty } from '#views/components/empty.tsx'
import { OrderState } from '#views/components/state.tsx'
import { Written } from '#views/components/written.tsx'
import { formatDay, formatInstant, formatMoney } from '#views/format.ts'
import { BalanceCard } from './balance.tsx'
import { greetingOf } from './greeting.ts'
import { InvoiceTable } from './invoice-table.tsx'
import { PortalPage, type PortalPageProps } from './layout.tsx'

type DashboardPageProps = PortalPageProps & {
  /** What the company says to its clients, as HTML; may be empty. */
  welcome: string
  balances: [Balance, ...Balance[]]
  /** What is open, by how late it is; a row a currency. */
  ageing: Ageing[]
  /** What has to be paid next. */
  next: DueInvoice | null
  creditLeft: number | null
  lastOrder: OrderSummary | null
  invoices: InvoiceSummary[]
}

export const DashboardPage = ({ shell, link, welcome, balances, ageing, next, creditLeft, lastOrder, invoices }: DashboardPageProps) => {
  const { showBalance, showCreditLimit, orderHistory } = shell.toggles
  const { locale, timeZone } = shell.company
  const hasFigures = showBalance || showCreditLimit
  const figures = <BalanceCard shell={shell} link={link} balances={balances} ageing={ageing} next={next} creditLeft={creditLeft} />
  const order = <LastOrder shell={shell} link={link} order={lastOrder} />
  return (
    <PortalPage shell={shell} link={link} title="Overview" current="overview">
      <div class="head">
        <div>
          <h1>{greetingOf(shell.person.name, shell.now, timeZone)}</h1>
          <p class="soft">{shell.client.name}</p>
        </div>
        <p class="soft">As of {formatInstant(shell.now, locale, timeZone)}</p>
      </div>
      <Written html={welcome} boxed />
      {hasFigures && orderHistory ? (
        <div class="split level">
          {figures}
          {order}
        </div>
      ) : (
        (hasFigures && figures) || (orderHistory && order)
      )}
      <section class="card sheet cards placed" aria-labelledby="recent">
        <header>
          <h2 id="recent">Recent invoices</h2>
          {invoices.length > 0 && <a href={link('/invoices')}>All invoices</a>}
        </header>
        {invoices.length > 0 ? (
          <InvoiceTable shell={shell} link={link} entries={invoices} caption="The newest invoices" />
        ) : (
          <Empty icon="invoices" title="No invoices yet" text="Your invoices will be here as soon as there are any." />
        )}
      </section>
    </PortalPage>
  )
}

const LastOrder = ({ shell, link, order }: PortalPageProps & { order: OrderSummary | null }) => {
  const { locale } = shell.company
  return (
    <section class="card" aria-labelledby="last-order">
      <header>
        <h2 id="last-order">Last order</h2>
        {order && <a href={link('/orders')}>All orders</a>}
      </header>
      <dl class="body facts column">
        <div>
          <dt>Last order date</dt>
          <dd>{order ? formatDay(order.orderDate, locale) : 'No orders yet'}</dd>
        </div>
        {order && (
          <>
            <div>
              <dt>Order</dt>
              <dd class="row">
                <a href={link(`/orders/${order.id}`)}>{order.number}</a>
                <OrderState status={order.status} />
              </dd>
            </div>
            <div>
              <dt>Total without tax</dt>
              <dd>{formatMoney(order.total, order.currency, locale)}</dd>
            </div>
          </>
        )}
      </dl>
    </section>
  )
}
