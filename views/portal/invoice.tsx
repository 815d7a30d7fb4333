import type { Invoice } from '#src/billing/invoice.ts'
import { Icon } from '#views/components/icon.tsx'
import { InvoiceState } from '#views/components/state.tsx'
import { Sum } from '#views/components/sum.tsx'
import { Trail } from '#views/components/trail.tsx'
import { dueText, formatDay, formatMoney } from '#views/format.ts'
import { InvoiceLines } from './invoice-lines.tsx'
import { PortalPage, type PortalPageProps } from './layout.tsx'

type InvoicePageProps = PortalPageProps & {
  invoice: Invoice
  /** Where the company is paid; may be empty. */
  bankDetails: string
}

export const InvoicePage = ({ shell, link, invoice, bankDetails }: InvoicePageProps) => (
  <PortalPage shell={shell} link={link} title={`Invoice ${invoice.number}`} current="invoices">
    <Trail href={link('/invoices')}>Invoices</Trail>
    <div class="head">
      <div class="row loose">
        <h1>Invoice {invoice.number}</h1>
        <InvoiceState standing={invoice.standing} />
      </div>
      {shell.toggles.downloadInvoices && (
        <a class="button main" href={link(`/invoices/${invoice.id}/pdf`)}>
          <Icon name="download" size={18} />
          Download PDF
        </a>
      )}
    </div>
    <div class="split">
      <StillToPay shell={shell} link={link} invoice={invoice} />
      <div class="stack">
        {invoice.open > 0 && bankDetails.trim() !== '' && <HowToPay invoice={invoice} bankDetails={bankDetails} />}
        <Payments invoice={invoice} locale={shell.company.locale} />
      </div>
    </div>
    <InvoiceLines invoice={invoice} locale={shell.company.locale} />
  </PortalPage>
)

const StillToPay = ({ shell, link, invoice }: PortalPageProps & { invoice: Invoice }) => {
  const { locale } = shell.company
  const { currency, credit, open, dueDate, standing, order } = invoice
  return (
    <section class="card owed" aria-labelledby="still-to-pay">
      <div>
        <h2 class="soft" id="still-to-pay">
          {credit > 0 ? 'Overpaid' : 'Still to pay'}
        </h2>
        <Sum amount={credit > 0 ? credit : open} currency={currency} locale={locale} />
      </div>
      <dl class="facts">
        <div>
          <dt>Due</dt>
          <dd class={standing.word === 'overdue' ? 'bad' : undefined}>
            {dueDate === null ? 'No due date' : formatDay(dueDate, locale)}
            {standing.dueIn !== null && <small>{dueText(standing)}</small>}
          </dd>
        </div>
        <div>
          <dt>Issued</dt>
          <dd>{formatDay(invoice.issueDate, locale)}</dd>
        </div>
        <div>
          <dt>Total</dt>
          <dd>{formatMoney(invoice.total, currency, locale)}</dd>
        </div>
        {order && shell.toggles.orderHistory && (
          <div>
            <dt>Order</dt>
            <dd>
              <a href={link(`/orders/${order.id}`)}>{order.number}</a>
            </dd>
          </div>
        )}
      </dl>
    </section>
  )
}

/** Where the money goes, and what to write on it. */
const HowToPay = ({ invoice: { number }, bankDetails }: { invoice: Invoice; bankDetails: string }) => (
  <section class="card" aria-labelledby="how-to-pay">
    <header>
      <h2 id="how-to-pay">How to pay</h2>
    </header>
    <div class="body stack">
      <p class="words">{bankDetails}</p>
      <p class="row copy">
        <span>
          Reference <b>{number}</b>
        </span>
        <button class="button small" type="button" data-copy={number} hidden>
          Copy
        </button>
        <span class="soft" role="status"></span>
      </p>
    </div>
  </section>
)

/** What happened to it, newest first. */
const Payments = ({ invoice: { issueDate, payments, credited, currency }, locale }: { invoice: Invoice; locale: string }) => (
  <section class="card" aria-labelledby="payments">
    <header>
      <h2 id="payments">Payments</h2>
    </header>
    <div class="body stack">
      {payments.length === 0 && <p class="soft">None so far.</p>}
      <ol class="timeline">
        {payments.toReversed().map(({ amount, paidOn, method }) => (
          <li class="done">
            <span>
              {amount < 0 ? 'Refund ' : ''}
              <b>{formatMoney(Math.abs(amount), currency, locale)}</b>
              {method && <small>{method}</small>}
            </span>
            <time datetime={paidOn}>{formatDay(paidOn, locale)}</time>
          </li>
        ))}
        <li class="done">
          <span>Invoice issued</span>
          <time datetime={issueDate}>{formatDay(issueDate, locale)}</time>
        </li>
      </ol>
      {credited !== 0 && <p class="soft">Credit notes of {formatMoney(credited, currency, locale)} are taken off as well.</p>}
    </div>
  </section>
)
