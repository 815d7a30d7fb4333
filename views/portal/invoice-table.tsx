import type { InvoiceSummary } from '#src/billing/invoice.ts'
import type { ListEntry } from '#src/billing/invoice-list.ts'
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
        entry.kind === 'invoice' ? (
          <InvoiceRow shell={shell} link={link} invoice={entry} canPick={canPick} />
        ) : (
          <OtherRow shell={shell} link={link} entry={entry} canPick={canPick} />
        ),
      )}
    </tbody>
  </table>
)

const InvoiceRow = ({ shell, link, invoice, canPick }: PortalPageProps & { invoice: InvoiceSummary; canPick: boolean }) => {
  const { locale } = shell.company
  const { id, number, poNumber, currency, open, credit, standing } = invoice
  return (
    <tr data-entry="invoice" data-currency={currency} data-open={open - credit}>
      {canPick && (
        <td class="box">
          <label>
            <input type="checkbox" name="id" value={id} autocomplete="off" />
            <span class="hide">Select {number}</span>
          </label>
        </td>
      )}
      <td class="name text">
        <a href={link(`/invoices/${id}`)}>{number}</a>
        {poNumber && <small>PO {poNumber}</small>}
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
        {standing.partPaid && <small class="narrow">{formatMoney(open, currency, locale)} open</small>}
        {credit > 0 && <small class="narrow">{formatMoney(credit, currency, locale)} overpaid</small>}
      </td>
      <td class={open === credit ? 'wide skip num soft' : 'wide skip num'}>
        {formatMoney(open - credit, currency, locale)}
        {credit > 0 && <small>overpaid</small>}
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
