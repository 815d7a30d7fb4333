import { html } from 'hono/html'
import type { Ageing, CurrencyStatement, Entry, Period, Statement } from '#src/billing/statement.ts'
import type { Link } from '#src/hosts.ts'
import { Icon } from '#views/components/icon.tsx'
import { Trail } from '#views/components/trail.tsx'
import { formatDay, formatMoney } from '#views/format.ts'
import { AgeingBar, openOf } from './ageing-bar.tsx'
import { DayField } from './day-field.tsx'
import { PortalPage, type PortalPageProps } from './layout.tsx'

type StatementProps = PortalPageProps & {
  statement: Statement
  /** Of what is open today. */
  ageing: Ageing[]
  /** The days of the address, as far as they are any. */
  typed: { from: string; to: string }
  quick: { label: string; period: Period }[]
  problem?: string | undefined
}

const addressOf = (link: Link, path: '/statement' | '/statement.pdf' | '/statement.csv', { from, to }: Period) =>
  link(`${path}?${new URLSearchParams({ from, to })}`)

export const StatementPage = ({ shell, link, statement, ageing, typed, quick, problem }: StatementProps) => {
  const { locale } = shell.company
  const { period, currencies, isCut } = statement
  const isToday = period.to >= shell.today
  return (
    <PortalPage shell={shell} link={link} title="Statement" current="invoices">
      <Trail href={link('/invoices')}>Invoices</Trail>
      <div class="head">
        <div>
          <h1>Statement of account</h1>
          <p class="soft">
            {formatDay(period.from, locale)} – {formatDay(period.to, locale)}
          </p>
        </div>
        {!isCut && (
          <div class="row">
            {shell.toggles.downloadInvoices && (
              <a class="button main" href={addressOf(link, '/statement.pdf', period)}>
                <Icon name="download" size={18} />
                Download PDF
              </a>
            )}
            <a class="button" href={addressOf(link, '/statement.csv', period)}>
              <Icon name="download" size={18} />
              CSV
            </a>
          </div>
        )}
      </div>
      <div class="stack tight">
        <nav class="chips" aria-label="Period">
          {quick.map(({ label, period: each }) => (
            <a
              class="chip"
              href={addressOf(link, '/statement', each)}
              aria-current={each.from === period.from && each.to === period.to && problem === undefined ? 'true' : undefined}
            >
              {label}
            </a>
          ))}
        </nav>
        <form class="filters" action={link('/statement')}>
          <DayField name="from" label="From" value={problem === undefined ? period.from : typed.from} problem={problem && 'period-why'} />
          <DayField name="to" label="To" value={problem === undefined ? period.to : typed.to} problem={problem && 'period-why'} />
          <button class="button" type="submit">
            Show
          </button>
        </form>
        {problem && (
          <p class="note bad" id="period-why" role="alert">
            {problem}
          </p>
        )}
      </div>
      {isCut ? (
        <p class="note">There is more in this period than one page can show. Choose a shorter one.</p>
      ) : (
        currencies.map((each) => (
          <Currency
            shell={shell}
            link={link}
            statement={each}
            period={period}
            isOnly={currencies.length === 1}
            ageing={isToday ? ageing.find(({ currency }) => currency === each.currency) : undefined}
          />
        ))
      )}
    </PortalPage>
  )
}

type CurrencyProps = PortalPageProps & { statement: CurrencyStatement; period: Period; isOnly: boolean; ageing: Ageing | undefined }

const Currency = ({ shell, link, statement, period, isOnly, ageing }: CurrencyProps) => {
  const { locale } = shell.company
  const { currency, opening, entries, charged, settled, closing, later } = statement
  const money = (amount: number) => formatMoney(amount, currency, locale)
  return (
    <section class="card sheet cards ledger" aria-label={`Statement in ${currency}`}>
      {!isOnly && (
        <header>
          <h2>{currency}</h2>
        </header>
      )}
      <table>
        <caption class="hide">What changed the balance in {currency}, the oldest first</caption>
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">Entry</th>
            <th scope="col" class="num">
              Charged
            </th>
            <th scope="col" class="num">
              Paid, credited
            </th>
            <th scope="col" class="num">
              Balance
            </th>
          </tr>
        </thead>
        <tbody>
          <tr class="edge">
            <td class="when day">{formatDay(period.from, locale)}</td>
            <td class="name">Opening balance</td>
            <td class="num charged"></td>
            <td class="num settled"></td>
            <td class="num balance" data-figure="opening" data-currency={currency} data-amount={opening}>
              {money(opening)}
            </td>
          </tr>
          {entries.map((entry) => entryRow(entry, currency, locale, link))}
        </tbody>
        <tfoot>
          <tr class="edge">
            <td class="when day">{formatDay(period.to, locale)}</td>
            <td class="name">Closing balance</td>
            <td class="num charged" data-label="Charged">
              {money(charged)}
            </td>
            <td class="num settled" data-label="Paid, credited">
              {money(settled)}
            </td>
            <td class="num balance" data-figure="closing" data-currency={currency} data-amount={closing}>
              {money(closing)}
            </td>
          </tr>
        </tfoot>
      </table>
      <div class="body stack">
        <p class="soft">
          {closing < 0 ? 'Below zero you are in credit.' : entries.length === 0 ? 'Nothing changed in this period.' : null}
          {later !== 0 && ` ${money(later)} is dated after this period, which makes the balance of now ${money(closing + later)}.`}
        </p>
        {ageing && (
          <p class="soft">
            Open on invoices on {formatDay(shell.today, locale)}
            {openOf(ageing) !== closing + later && ', before payments on account and other credit'}:
          </p>
        )}
        {ageing && <AgeingBar ageing={ageing} locale={locale} />}
      </div>
    </section>
  )
}

// Templates, as in the list of orders: long tables are most of what a page costs.
const entryRow = (entry: Entry, currency: string, locale: string, link: Link) => {
  const { kind, day, dueDate, words, amount, balance } = entry
  const money = (sum: number) => formatMoney(sum, currency, locale)
  const due = kind === 'invoice' && dueDate && html`<small class="soft">due ${formatDay(dueDate, locale)}</small>`
  const method = kind === 'payment' && words && html`<small class="soft">${words}</small>`
  return html`<tr>
<td class="when day">${formatDay(day, locale)}</td>
<td class="name text">${nameOf(entry, link)}${due}${method}</td>
<td class="num charged" data-label="Charged">${amount > 0 && money(amount)}</td>
<td class="num settled" data-label="${kind === 'credit-note' ? 'Credited' : 'Paid'}">${amount <= 0 && money(-amount)}</td>
<td class="num balance" data-figure="balance" data-currency="${currency}" data-amount="${balance}">${money(balance)}</td>
</tr>`
}

const nameOf = ({ kind, id, amount, words, invoice }: Entry, link: Link) => {
  if (kind === 'invoice') return html`<a href="${link(`/invoices/${id}`)}">Invoice ${words}</a>`
  const what = kind === 'credit-note' ? html`<a href="${link(`/credit-notes/${id}`)}">Credit note ${words}</a>` : amount > 0 ? 'Refund' : 'Payment'
  return html`${what}${invoice && html` for <a href="${link(`/invoices/${invoice.id}`)}">${invoice.number}</a>`}`
}
