import type { InvoiceSummary } from '#src/billing/invoice.ts'
import type { OrderSummary } from '#src/billing/order.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import { InvoiceState, OrderState, State } from '#views/components/state.tsx'
import { dueText, formatCount, formatDay, formatMoney } from '#views/format.ts'

/** Staff see invoices in every state, drafts and void ones too. */
export type StaffInvoice = InvoiceSummary & { state: 'draft' | 'issued' | 'void' }

export const RecentInvoices = ({ shell: { company }, invoices, total }: { shell: StaffShell; invoices: StaffInvoice[]; total: number }) => (
  <section class="card sheet cards placed">
    <header>
      <h2>Recent invoices</h2>
      <HowMany shown={invoices.length} total={total} locale={company.locale} />
    </header>
    {invoices.length === 0 ? (
      <p class="body soft">No invoices yet.</p>
    ) : (
      <table>
        <caption class="hide">Recent invoices, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Invoice</th>
            <th scope="col">Due</th>
            <th scope="col">Status</th>
            <th scope="col" class="num">
              Total
            </th>
          </tr>
        </thead>
        <tbody>
          {invoices.map((invoice) => (
            <tr>
              <td class="name">
                <b>{invoice.number}</b>
                <small>issued {formatDay(invoice.issueDate, company.locale)}</small>
              </td>
              <td class="when">
                <Due invoice={invoice} locale={company.locale} />
              </td>
              <td class="how">{stateOf(invoice)}</td>
              <td class={invoice.state === 'issued' ? 'num sum' : 'num sum soft'}>
                {formatMoney(invoice.total, invoice.currency, company.locale)}
                {invoice.state === 'issued' && invoice.standing.partPaid && <small>{formatMoney(invoice.open, invoice.currency, company.locale)} open</small>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </section>
)

const stateOf = ({ state, standing }: StaffInvoice) => {
  if (state === 'draft') return <State tone="none">Draft</State>
  if (state === 'void') return <State>Void</State>
  return <InvoiceState standing={standing} />
}

const Due = ({ invoice: { dueDate, state, standing }, locale }: { invoice: StaffInvoice; locale: string }) => {
  if (dueDate === null) return <span class="soft">no due date</span>
  const words = state === 'issued' ? dueText(standing) : undefined
  return (
    <>
      <span class="day">{formatDay(dueDate, locale)}</span>
      {words && <small class={standing.word === 'overdue' ? 'bad-text' : undefined}>{words}</small>}
    </>
  )
}

export const RecentOrders = ({ shell: { company }, orders, total }: { shell: StaffShell; orders: OrderSummary[]; total: number }) => (
  <section class="card sheet cards placed">
    <header>
      <h2>Recent orders</h2>
      <HowMany shown={orders.length} total={total} locale={company.locale} />
    </header>
    {orders.length === 0 ? (
      <p class="body soft">No orders yet.</p>
    ) : (
      <table>
        <caption class="hide">Recent orders, newest first</caption>
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
          {orders.map(({ number, orderDate, status, currency, total: sum }) => (
            <tr>
              <td class="name">
                <b>{number}</b>
              </td>
              <td class="when">
                <span class="day">{formatDay(orderDate, company.locale)}</span>
              </td>
              <td class="how">
                <OrderState status={status} />
              </td>
              <td class="num sum">{formatMoney(sum, currency, company.locale)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </section>
)

const HowMany = ({ shown, total, locale }: { shown: number; total: number; locale: string }) =>
  total > shown && (
    <small>
      newest {formatCount(shown, locale)} of {formatCount(total, locale)}
    </small>
  )
