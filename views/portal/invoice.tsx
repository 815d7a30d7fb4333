import type { InvoiceCredit } from '#src/billing/credit-note.ts'
import type { Invoice } from '#src/billing/invoice.ts'
import { Icon } from '#views/components/icon.tsx'
import { InvoiceState } from '#views/components/state.tsx'
import { Sum } from '#views/components/sum.tsx'
import { Trail } from '#views/components/trail.tsx'
import { dueText, formatDay, formatMoney } from '#views/format.ts'
import { InvoiceLines } from './document-lines.tsx'
import { PortalPage, type PortalPageProps } from './layout.tsx'

type InvoicePageProps = PortalPageProps & {
  invoice: Invoice
  /** Where the company is paid; may be empty. */
  bankDetails: string
  /** The credit notes that name it. */
  credits: InvoiceCredit[]
}

export const InvoicePage = ({ shell, link, invoice, bankDetails, credits }: InvoicePageProps) => (
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
        <Payments shell={shell} link={link} invoice={invoice} credits={credits} />
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
        {invoice.poNumber && (
          <div>
            <dt>PO number</dt>
            <dd>{invoice.poNumber}</dd>
          </div>
        )}
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
const Payments = ({ shell, link, invoice: { issueDate, payments, currency }, credits }: Omit<InvoicePageProps, 'bankDetails'>) => {
  const { locale } = shell.company
  const steps = [
    ...payments.map(({ amount, paidOn, method }) => ({ day: paidOn, amount, method, credit: null })),
    ...credits.map((credit) => ({ day: credit.issueDate, amount: credit.total, method: '', credit })),
  ].sort((a, b) => (a.day < b.day ? 1 : a.day > b.day ? -1 : 0))
  return (
    <section class="card" aria-labelledby="payments">
      <header>
        <h2 id="payments">Payments</h2>
      </header>
      <div class="body stack">
        {steps.length === 0 && <p class="soft">None so far.</p>}
        <ol class="timeline">
          {steps.map(({ day, amount, method, credit }) => (
            <li class="done">
              <span>
                {amount < 0 ? 'Refund ' : ''}
                {credit && 'Credited '}
                <b>{formatMoney(Math.abs(amount), currency, locale)}</b>
                {method && <small>{method}</small>}
                {credit && (
                  <small>
                    <a href={link(`/credit-notes/${credit.id}`)}>Credit note {credit.number}</a>
                  </small>
                )}
              </span>
              <time datetime={day}>{formatDay(day, locale)}</time>
            </li>
          ))}
          <li class="done">
            <span>Invoice issued</span>
            <time datetime={issueDate}>{formatDay(issueDate, locale)}</time>
          </li>
        </ol>
      </div>
    </section>
  )
}
