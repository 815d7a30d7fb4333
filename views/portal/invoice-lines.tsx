import type { Invoice } from '#src/billing/invoice.ts'
import { Empty } from '#views/components/empty.tsx'
import { formatMoney, formatQuantity, formatRate } from '#views/format.ts'

/** The lines of an invoice, and how they come to what is still to pay. */
export const InvoiceLines = ({ invoice, locale }: { invoice: Invoice; locale: string }) => (
  <section class="card sheet cards items" aria-label="Lines">
    {invoice.lines.length > 0 ? (
      <Lines invoice={invoice} locale={locale} />
    ) : (
      <Empty icon="invoices" title="No lines" text="This invoice was issued with a total alone." />
    )}
    <div class="body">
      <Totals invoice={invoice} locale={locale} />
    </div>
  </section>
)

const Lines = ({ invoice: { lines, currency }, locale }: { invoice: Invoice; locale: string }) => (
  <table>
    <caption class="hide">What was invoiced</caption>
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
    <tbody>
      {lines.map((line) => (
        <tr>
          <td class="name">
            {line.description}
            {line.sku && <small>{line.sku}</small>}
          </td>
          <td class="many num">{formatQuantity(line.quantity, locale)}</td>
          <td class="price num">{formatMoney(line.unitPrice, currency, locale)}</td>
          <td class="rate num">{formatRate(line.taxRate, locale)}</td>
          <td class="sum num">{formatMoney(line.lineTotal, currency, locale)}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

const Totals = ({ invoice, locale }: { invoice: Invoice; locale: string }) => {
  const { lines, net, taxes, rounding, total, paid, credited, open, credit, currency } = invoice
  const money = (amount: number) => formatMoney(amount, currency, locale)
  return (
    <dl class="totals">
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
      {paid !== 0 && <Row label="Payments">{money(-paid)}</Row>}
      {credited !== 0 && <Row label="Credit notes">{money(-credited)}</Row>}
      <Row label={credit > 0 ? 'Overpaid' : 'Still to pay'} kind="grand">
        {money(credit > 0 ? credit : open)}
      </Row>
    </dl>
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
