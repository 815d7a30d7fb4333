import type { InvoiceSummary } from '#src/billing/invoice.ts'
import type { Order, Shipment } from '#src/billing/order.ts'
import { OrderState } from '#views/components/state.tsx'
import { Sum } from '#views/components/sum.tsx'
import { Trail } from '#views/components/trail.tsx'
import { formatDay, formatMoney, formatQuantity, formatRate } from '#views/format.ts'
import { InvoiceTable } from './invoice-table.tsx'
import { PortalPage, type PortalPageProps } from './layout.tsx'

const RETURNABLE: ReadonlySet<Order['status']> = new Set(['shipped', 'delivered'])

type OrderPageProps = PortalPageProps & {
  order: Order
  /** Those that were issued for it. */
  invoices: InvoiceSummary[]
}

export const OrderPage = ({ shell, link, order, invoices }: OrderPageProps) => {
  const { locale } = shell.company
  return (
    <PortalPage shell={shell} link={link} title={`Order ${order.number}`} current="orders">
      <Trail href={link('/orders')}>Orders</Trail>
      <div class="head">
        <div class="row loose">
          <h1>Order {order.number}</h1>
          <OrderState status={order.status} />
        </div>
        {shell.toggles.requestReturns && RETURNABLE.has(order.status) && (
          <a class="button" href={link(`/returns/new?order=${order.id}`)}>
            Request a return
          </a>
        )}
      </div>
      <section class="card owed" aria-labelledby="total">
        <div>
          <h2 class="soft" id="total">
            Total
          </h2>
          <Sum amount={order.total} currency={order.currency} locale={locale} />
          <p class="soft">without tax</p>
        </div>
        <dl class="facts">
          <div>
            <dt>Ordered</dt>
            <dd>{formatDay(order.orderDate, locale)}</dd>
          </div>
          {order.shippedOn && (
            <div>
              <dt>Shipped</dt>
              <dd>{formatDay(order.shippedOn, locale)}</dd>
            </div>
          )}
          {order.deliveredOn && (
            <div>
              <dt>Delivered</dt>
              <dd>{formatDay(order.deliveredOn, locale)}</dd>
            </div>
          )}
          {order.poNumber && (
            <div>
              <dt>PO number</dt>
              <dd>{order.poNumber}</dd>
            </div>
          )}
        </dl>
      </section>
      {order.shipments.length > 0 && <Shipments shipments={order.shipments} locale={locale} />}
      <OrderLines order={order} locale={locale} />
      {invoices.length > 0 && (
        <section class="card sheet cards placed" aria-labelledby="invoices">
          <header>
            <h2 id="invoices">{invoices.length === 1 ? 'Invoice' : 'Invoices'}</h2>
          </header>
          <InvoiceTable shell={shell} link={link} entries={invoices} caption="What was invoiced for this order" />
        </section>
      )}
    </PortalPage>
  )
}

/** Where its goods are: one part after the other, as they left. */
const Shipments = ({ shipments, locale }: { shipments: Shipment[]; locale: string }) => (
  <section class="card" aria-labelledby="shipments">
    <header>
      <h2 id="shipments">{shipments.length === 1 ? 'Shipment' : 'Shipments'}</h2>
    </header>
    <ul class="body stack shipments">
      {shipments.map(({ carrier, trackingNumber, trackingUrl, shippedOn, expectedOn }) => (
        <li>
          <div>
            <b>{carrier || 'Carrier not known'}</b>
            {trackingNumber && <small>{trackingNumber}</small>}
          </div>
          <dl class="facts">
            <div>
              <dt>Shipped</dt>
              <dd>{shippedOn === null ? 'Not yet' : formatDay(shippedOn, locale)}</dd>
            </div>
            {expectedOn !== null && (
              <div>
                <dt>Expected</dt>
                <dd>{formatDay(expectedOn, locale)}</dd>
              </div>
            )}
          </dl>
          {trackingUrl && (
            <a class="button" href={trackingUrl} target="_blank" rel="noopener noreferrer">
              Track
              <span class="hide">
                {' '}
                {carrier} {trackingNumber}, opens in a new tab
              </span>
            </a>
          )}
        </li>
      ))}
    </ul>
  </section>
)

const OrderLines = ({ order: { lines, currency, total, beforeDiscounts, discounts, rounding }, locale }: { order: Order; locale: string }) => {
  const hasDiscounts = lines.some(({ discount }) => discount !== 0)
  const money = (amount: number) => formatMoney(amount, currency, locale)
  return (
    <section class="card sheet cards items" aria-label="Lines">
      <table>
        <caption class="hide">What was ordered</caption>
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col" class="num">
              Quantity
            </th>
            <th scope="col" class="num">
              Price
            </th>
            {hasDiscounts && (
              <th scope="col" class="num">
                Discount
              </th>
            )}
            <th scope="col" class="num">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr>
              <td class="name">
                {line.description}
                {line.sku && <small>{line.sku}</small>}
              </td>
              <td class="many num">{formatQuantity(line.quantity, locale)}</td>
              <td class="price num">{formatMoney(line.unitPrice, currency, locale)}</td>
              {hasDiscounts && <td class="off num">{line.discount !== 0 && formatRate(line.discount, locale)}</td>}
              <td class="sum num">{formatMoney(line.lineTotal, currency, locale)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="body">
        <dl class="totals">
          {hasDiscounts && (
            <>
              <div>
                <dt>Before discounts</dt>
                <dd>{money(beforeDiscounts)}</dd>
              </div>
              <div>
                <dt>Discounts</dt>
                <dd>{money(discounts)}</dd>
              </div>
            </>
          )}
          {rounding !== 0 && (
            <div>
              <dt>Rounding</dt>
              <dd>{money(rounding)}</dd>
            </div>
          )}
          <div class={hasDiscounts || rounding !== 0 ? 'grand' : 'grand bare'}>
            <dt>
              Total <small>without tax</small>
            </dt>
            <dd>{formatMoney(total, currency, locale)}</dd>
          </div>
        </dl>
      </div>
    </section>
  )
}
