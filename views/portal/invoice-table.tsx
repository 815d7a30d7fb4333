import { html } from 'hono/html'
import type { InvoiceSummary } from '#src/billing/invoice.ts'
import type { ListEntry } from '#src/billing/invoice-list.ts'
import type { PortalShell } from '#src/db/client-door.ts'
import type { Link } from '#src/hosts.ts'
import { Icon } from '#views/components/icon.tsx'
import { InvoiceState } from '#views/components/state.tsx'
import { dueText, formatDay, formatMoney } from '#views/format.ts'
import type { PortalPageProps } from './layout.tsx'

type InvoiceTableProps = PortalPageProps & {
  entries: ListEntry[]
  caption: string
  /** Whether invoices can be picked, in the form that the table stands in. */
  canPick?: boolean
}

/** Invoices, and what else a balance is made of, as a client sees them in a list. Stands in a `.card.sheet.cards.placed`. */
export const InvoiceTable = ({ shell, link, entries, caption, canPick = false }: InvoiceTableProps) => (
  <table>
    <caption class="hide">{caption}</caption>
    <thead>
      <tr>
        {canPick && (
          <th scope="col">
            <span class="hide">Select</span>
          </th>
        )}
        <th scope="col">Invoice</th>
        <th scope="col" class="wide">
          Issued
        </th>
        <th scope="col">Due</th>
        <th scope="col">Status</th>
        <th scope="col" class="num">
          Total
        </th>
        <th scope="col" class="num wide">
          Open
        </th>
        {shell.toggles.downloadInvoices && (
          <th scope="col">
            <span class="hide">PDF</span>
          </th>
        )}
      </tr>
    </thead>
    <tbody>
      {entries.map((entry) =>
        entry.kind === 'invoice' ? invoiceRow(shell, link, entry, canPick) : <OtherRow shell={shell} link={link} entry={entry} canPick={canPick} />,
      )}
    </tbody>
  </table>
)

// Templates, as in the list of orders: long tables are most of what a page costs.
const invoiceRow = ({ company: { locale }, toggles }: PortalShell, link: Link, invoice: InvoiceSummary, canPick: boolean) => {
  const { id, number, poNumber, currency, open, credit, standing } = invoice
  const box = html`<td class="box"><label><input type="checkbox" name="id" value="${id}" autocomplete="off"><span class="hide">Select ${number}</span></label></td>
`
  const pdf = html`<td class="act num"><a class="button icon small end" href="${link(`/invoices/${id}/pdf`)}">${Icon({ name: 'download', size: 18 })}<span class="hide">Download ${number} as PDF</span></a></td>
`
  return html`<tr data-entry="invoice" data-currency="${currency}" data-open="${open - credit}">
${canPick && box}<td class="name text"><a href="${link(`/invoices/${id}`)}">${number}</a>${poNumber && html`<small>PO ${poNumber}</small>`}</td>
<td class="wide skip day">${formatDay(invoice.issueDate, locale)}</td>
<td class="when day">${dueOf(invoice, locale)}</td>
<td class="how">${InvoiceState({ standing })}</td>
<td class="sum num">${formatMoney(invoice.total, currency, locale)}${
    standing.partPaid && html`<small class="narrow">${formatMoney(open, currency, locale)} open</small>`
  }${credit > 0 && html`<small class="narrow">${formatMoney(credit, currency, locale)} overpaid</small>`}</td>
<td class="${open === credit ? 'wide skip num soft' : 'wide skip num'}">${formatMoney(open - credit, currency, locale)}${credit > 0 && html`<small>overpaid</small>`}</td>
${toggles.downloadInvoices && pdf}</tr>`
}

type Other = Exclude<ListEntry, { kind: 'invoice' }>

/** What takes off the balance, or, as a refund does, adds to it. */
const OtherRow = ({ shell, link, entry, canPick }: PortalPageProps & { entry: Other; canPick: boolean }) => {
  const { locale } = shell.company
  const money = (amount: number) => formatMoney(amount, entry.currency, locale)
  const canDownload = entry.kind === 'credit-note' && shell.toggles.downloadInvoices
  return (
    <tr data-entry={entry.kind} data-currency={entry.currency} data-open={entry.open}>
      {canPick && <td class="box skip" />}
      <td class="name text">
        <OtherName link={link} entry={entry} />
      </td>
      <td class="wide skip day">{formatDay(entry.day, locale)}</td>
      <td class="when day">
        <span class="narrow">{formatDay(entry.day, locale)}</span>
      </td>
      <td class="how soft">{wordsOf(entry)}</td>
      <td class="sum num">{money(entry.kind === 'overpaid' ? entry.open : entry.total)}</td>
      <td class={entry.open === 0 ? 'wide skip num soft' : 'wide skip num'}>{money(entry.open)}</td>
      {shell.toggles.downloadInvoices && (
        <td class={canDownload ? 'act num' : 'act num skip'}>
          {canDownload && (
            <a class="button icon small end" href={link(`/credit-notes/${entry.id}/pdf`)}>
              <Icon name="download" size={18} />
              <span class="hide">Download {entry.number} as PDF</span>
            </a>
          )}
        </td>
      )}
    </tr>
  )
}

const OtherName = ({ link, entry }: Pick<PortalPageProps, 'link'> & { entry: Other }) => {
  if (entry.kind === 'credit-note') return <a href={link(`/credit-notes/${entry.id}`)}>{entry.number}</a>
  if (entry.kind === 'payment') return <>{entry.total > 0 ? 'Refund' : 'Payment on account'}</>
  return entry.number === null ? (
    <>Payment</>
  ) : (
    <>
      Overpaid on <a href={link(`/invoices/${entry.id}`)}>{entry.number}</a>
    </>
  )
}

const wordsOf = (entry: Other): string => {
  if (entry.kind === 'credit-note') return entry.invoice ? `Credit note for ${entry.invoice.number}` : 'Credit note'
  if (entry.kind === 'payment') return entry.method || 'Credit'
  return 'Credit'
}

const dueOf = ({ dueDate, standing }: InvoiceSummary, locale: string) => {
  if (dueDate === null) return html`<span class="soft">no due date</span>`
  const day = formatDay(dueDate, locale)
  if (standing.word === 'paid') return html`<span class="soft">${day}</span>`
  return standing.word === 'overdue' ? html`${day}<small class="late">${dueText(standing)}</small>` : html`${day}<small>${dueText(standing)}</small>`
}
