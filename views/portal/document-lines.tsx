import { html } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { CreditNoteLine } from '#src/billing/credit-note.ts'
import type { Invoice, InvoiceLine, Sums } from '#src/billing/invoice.ts'
import { Empty } from '#views/components/empty.tsx'
import { formatMoney, formatQuantity, formatRate } from '#views/format.ts'

type Itemised = Sums & { currency: string; total: number; lines: (InvoiceLine | CreditNoteLine)[] }

/** The lines of an invoice, and how they come to what is still to pay. */
export const InvoiceLines = ({ invoice, locale }: { invoice: Invoice; locale: string }) => {
  const { currency, paid, credited, open, credit } = invoice
  const money = (amount: number) => formatMoney(amount, currency, locale)
  return (
    <DocumentLines document={invoice} locale={locale} caption="What was invoiced">
      {paid !== 0 && <Row label="Payments">{money(-paid)}</Row>}
      {credited !== 0 && <Row label="Credit notes">{money(-credited)}</Row>}
      <Row label={credit > 0 ? 'Overpaid' : 'Still to pay'} kind="grand">
        {money(credit > 0 ? credit : open)}
      </Row>
    </DocumentLines>
  )
}

type DocumentLinesProps = {
  document: Itemised
  locale: string
  caption: string
  /** What follows the total. */
  children?: Child
}

/** What a document consists of, down to its total. */
export const DocumentLines = ({ document, locale, caption, children }: DocumentLinesProps) => (
  <section class="card sheet cards items" aria-label="Lines">
    {document.lines.length > 0 ? (
      <Lines document={document} locale={locale} caption={caption} />
    ) : (
      <Empty icon="invoices" title="No lines" text="This was issued with a total alone." />
    )}
    <div class="body">
      <dl class="totals">
        <SumRows document={document} locale={locale} />
        {children}
      </dl>
    </div>
  </section>
)

const Lines = ({ document: { lines, currency }, locale, caption }: Omit<DocumentLinesProps, 'children'>) => (
  <table>
    <caption class="hide">{caption}</caption>
    <thead>
      <tr>
        <th scope="col">Item</th>
        <th scope="col" class="num">
          Quantity
        </th>
        <th scope="col" class="num">
          Price
        </th>
        <th scope="col" class="num">
          Tax
        </th>
        <th scope="col" class="num">
          Amount
        </th>
      </tr>
    </thead>
    <tbody>{lines.map((line) => lineRow(line, currency, locale))}</tbody>
  </table>
)

// A template, as in the list of orders: long tables are most of what a page costs.
const lineRow = ({ description, sku, quantity, unitPrice, taxRate, lineTotal }: InvoiceLine | CreditNoteLine, currency: string, locale: string) => html`<tr>
<td class="name">${description}${sku && html`<small>${sku}</small>`}</td>
<td class="many num">${formatQuantity(quantity, locale)}</td>
<td class="price num">${formatMoney(unitPrice, currency, locale)}</td>
<td class="rate num">${formatRate(taxRate, locale)}</td>
<td class="sum num">${formatMoney(lineTotal, currency, locale)}</td>
</tr>`

const SumRows = ({ document: { lines, net, taxes, rounding, total, currency }, locale }: { document: Itemised; locale: string }) => {
  const money = (amount: number) => formatMoney(amount, currency, locale)
  return (
    <>
      {lines.length > 0 && (
        <>
          <Row label="Net">{money(net)}</Row>
          {taxes.map(({ rate, net: base, tax }) => (
            <Row label={`Tax ${formatRate(rate, locale)}`} detail={taxes.length > 1 ? `on ${money(base)}` : undefined}>
              {money(tax)}
            </Row>
          ))}
          {rounding !== 0 && <Row label="Rounding">{money(rounding)}</Row>}
        </>
      )}
      <Row label="Total" kind="sub">
        {money(total)}
      </Row>
    </>
  )
}

type RowProps = { label: string; detail?: string | undefined; kind?: 'sub' | 'grand'; children: string }

const Row = ({ label, detail, kind, children }: RowProps) => (
  <div class={kind}>
    <dt>
      {label} {detail && <small>{detail}</small>}
    </dt>
    <dd>{children}</dd>
  </div>
)
