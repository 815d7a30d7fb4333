import type { InvoiceSummary } from '#src/billing/invoice.ts'
import { Icon } from '#views/components/icon.tsx'
import { InvoiceState } from '#views/components/state.tsx'
import { dueText, formatDay, formatMoney } from '#views/format.ts'
import type { PortalPageProps } from './layout.tsx'

type InvoiceTableProps = PortalPageProps & { invoices: InvoiceSummary[]; caption: string }

/** Invoices as a client sees them in a list. Stands in a `.card.sheet.cards.placed`. */
export const InvoiceTable = ({ shell, link, invoices, caption }: InvoiceTableProps) => (
  <table>
    <caption class="hide">{caption}</caption>
    <thead>
      <tr>
        <th scope="col">Invoice</th>
        <th scope="col" class="wide">
          Issued
        </th>
        <th scope="col">Due</th>
        <th scope="col">Status</th>
        <th scope="col" class="num">
          Total
        </th>
        {shell.toggles.downloadInvoices && (
          <th scope="col">
            <span class="hide">PDF</span>
          </th>
        )}
      </tr>
    </thead>
    <tbody>
      {invoices.map((invoice) => (
        <InvoiceRow shell={shell} link={link} invoice={invoice} />
      ))}
    </tbody>
  </table>
)

const InvoiceRow = ({ shell, link, invoice }: PortalPageProps & { invoice: InvoiceSummary }) => {
  const { locale } = shell.company
  const { id, number, currency, standing } = invoice
  return (
    <tr>
      <td class="name text">
        <a href={link(`/invoices/${id}`)}>{number}</a>
      </td>
      <td class="wide skip day">{formatDay(invoice.issueDate, locale)}</td>
      <td class="when day">
        <Due invoice={invoice} locale={locale} />
      </td>
      <td class="how">
        <InvoiceState standing={standing} />
      </td>
      <td class="sum num">
        {formatMoney(invoice.total, currency, locale)}
        {standing.partPaid && <small>{formatMoney(invoice.open, currency, locale)} open</small>}
      </td>
      {shell.toggles.downloadInvoices && (
        <td class="act num">
          <a class="button icon small end" href={link(`/invoices/${id}/pdf`)}>
            <Icon name="download" size={18} />
            <span class="hide">Download {number} as PDF</span>
          </a>
        </td>
      )}
    </tr>
  )
}

const Due = ({ invoice: { dueDate, standing }, locale }: { invoice: InvoiceSummary; locale: string }) => {
  if (dueDate === null) return <span class="soft">no due date</span>
  if (standing.word === 'paid') return <span class="soft">{formatDay(dueDate, locale)}</span>
  return (
    <>
      {formatDay(dueDate, locale)}
      <small class={standing.word === 'overdue' ? 'late' : undefined}>{dueText(standing)}</small>
    </>
  )
}
