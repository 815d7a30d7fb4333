import type { Balance } from '#src/billing/balance.ts'
import type { DueInvoice } from '#src/billing/invoice.ts'
import type { Ageing } from '#src/billing/statement.ts'
import type { Link } from '#src/hosts.ts'
import { State } from '#views/components/state.tsx'
import { Sum } from '#views/components/sum.tsx'
import { countOf, dueText, formatDay, formatMoney } from '#views/format.ts'
import { AgeingBar } from './ageing-bar.tsx'
import type { PortalPageProps } from './layout.tsx'

type BalanceCardProps = PortalPageProps & {
  /** The client's own currency first. */
  balances: [Balance, ...Balance[]]
  /** What is open, by how late it is; a row a currency. */
  ageing: Ageing[]
  /** What has to be paid next. */
  next: DueInvoice | null
  /** Of the credit limit, below zero when it is passed; null without a limit. */
  creditLeft: number | null
}

/** What is owed, what is late, what is left of the credit: as much of it as the company shows, which is some. */
export const BalanceCard = ({ shell, link, balances, ageing, next, creditLeft }: BalanceCardProps) => {
  const [own, ...others] = balances
  const { showBalance, showCreditLimit } = shell.toggles
  const { locale } = shell.company
  const { creditLimit } = shell.client
  const age = ageing.find(({ currency }) => currency === own.currency)
  const isOpen = balances.some(({ outstanding, overdue }) => outstanding > 0 || overdue > 0)
  return (
    <section class="card owed" aria-label={showBalance ? 'Balance' : 'Credit'}>
      {showBalance && (
        <div class="head">
          <div data-figure="outstanding" data-currency={own.currency} data-amount={own.outstanding}>
            <h2 class="soft">Outstanding balance</h2>
            <Sum amount={Math.abs(own.outstanding)} currency={own.currency} locale={locale} />
            {own.outstanding < 0 && (
              <p>
                <State tone="good">In credit</State>
              </p>
            )}
            {own.outstanding === 0 && !isOpen && <p class="soft">Nothing to pay.</p>}
          </div>
          {isOpen && (
            <a class="button main" href={link('/invoices?state=outstanding')}>
              See open invoices
            </a>
          )}
        </div>
      )}
      <dl class="facts">
        {showBalance && <Overdue balance={own} locale={locale} link={link} />}
        {showBalance && next && <NextDue invoice={next} shell={shell} link={link} />}
        {showBalance && own.credit > 0 && (
          <div>
            <dt>Credit on account</dt>
            <dd>
              {formatMoney(own.credit, own.currency, locale)}
              <small>taken off already</small>
            </dd>
          </div>
        )}
        {showCreditLimit && (
          <div>
            <dt>Credit limit</dt>
            <dd>{creditLimit === null ? 'No limit' : formatMoney(creditLimit, own.currency, locale)}</dd>
          </div>
        )}
        {showBalance && showCreditLimit && <CreditLeft left={creditLeft} currency={own.currency} locale={locale} />}
      </dl>
      {showBalance && age && <AgeingBar ageing={age} locale={locale} />}
      {showBalance && (
        <p>
          <a href={link('/statement')}>Statement of account</a>
        </p>
      )}
      {showBalance && others.map((balance) => <Further balance={balance} locale={locale} link={link} />)}
    </section>
  )
}

const Overdue = ({ balance: { overdue, overdueCount, currency }, locale, link }: { balance: Balance; locale: string; link: Link }) => (
  <div>
    <dt>Overdue</dt>
    {overdue > 0 ? (
      <dd class="bad" data-figure="overdue" data-currency={currency} data-amount={overdue}>
        {formatMoney(overdue, currency, locale)}
        <small>
          <a class="late" href={link('/invoices?state=overdue')}>
            on {countOf(overdueCount, 'invoice')}
          </a>
        </small>
      </dd>
    ) : (
      <dd>Nothing</dd>
    )}
  </div>
)

const NextDue = ({ invoice: { id, dueDate, currency, open, dueIn }, shell: { company }, link }: PortalPageProps & { invoice: DueInvoice }) => (
  <div>
    <dt>Next due</dt>
    <dd>
      {formatMoney(open, currency, company.locale)}
      <small>
        <a href={link(`/invoices/${id}`)}>
          {formatDay(dueDate, company.locale)}, {dueText({ dueIn })}
        </a>
      </small>
    </dd>
  </div>
)

const CreditLeft = ({ left, currency, locale }: { left: number | null; currency: string; locale: string }) =>
  left === null ? null : (
    <div>
      <dt>{left < 0 ? 'Over limit by' : 'Credit left'}</dt>
      <dd class={left < 0 ? 'bad' : undefined}>{formatMoney(Math.abs(left), currency, locale)}</dd>
    </div>
  )

/** A balance in a further currency: beside the first, never added to it. */
const Further = ({ balance, locale, link }: { balance: Balance; locale: string; link: Link }) => (
  <dl class="facts further">
    <div>
      <dt>Outstanding balance, {balance.currency}</dt>
      <dd data-figure="outstanding" data-currency={balance.currency} data-amount={balance.outstanding}>
        {formatMoney(Math.abs(balance.outstanding), balance.currency, locale)}
        {balance.outstanding < 0 && <small>in credit</small>}
      </dd>
    </div>
    <Overdue balance={balance} locale={locale} link={link} />
  </dl>
)
