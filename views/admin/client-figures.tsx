import type { Balance } from '#src/billing/balance.ts'
import type { Client } from '#src/clients/client.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import { formatCount, formatDay, formatMoney } from '#views/format.ts'

type FiguresProps = { shell: StaffShell; client: Client; balances: Balance[]; creditLeft: number | null; lastOrderDate: string | null }

/**
 * Where a client stands. Each figure also carries itself for programs that read the page: `data-amount` in minor units of
 * `data-currency`, or `data-value`.
 */
export const ClientFigures = ({ shell: { company }, client, balances, creditLeft, lastOrderDate }: FiguresProps) => (
  <section class="card figures" aria-labelledby="figures">
    <h2 class="hide" id="figures">
      Where this client stands
    </h2>
    <dl class="sums">
      <div class="first">
        <dt>Outstanding balance</dt>
        {balances.map(({ currency, outstanding }) => (
          <dd class="sum" data-figure="outstanding-balance" data-currency={currency} data-amount={outstanding}>
            {outstanding < 0 ? (
              <>
                {formatMoney(-outstanding, currency, company.locale)} <small>in credit</small>
              </>
            ) : (
              formatMoney(outstanding, currency, company.locale)
            )}
          </dd>
        ))}
      </div>
      <div>
        <dt>Overdue</dt>
        {balances.map(({ currency, overdue, overdueCount }) => (
          <>
            <dd class={overdue > 0 ? 'bad' : undefined} data-figure="overdue-amount" data-currency={currency} data-amount={overdue}>
              {formatMoney(overdue, currency, company.locale)}
            </dd>
            <dd class="sub" data-figure="overdue-count" data-currency={currency} data-value={overdueCount}>
              {overdueCount === 0 ? 'nothing late' : `on ${overdueCount} ${overdueCount === 1 ? 'invoice' : 'invoices'}`}
            </dd>
          </>
        ))}
      </div>
      <Credit client={client} creditLeft={creditLeft} locale={company.locale} />
      <div>
        <dt>Last order date</dt>
        <dd data-figure="last-order-date" data-value={lastOrderDate ?? ''}>
          {lastOrderDate === null ? <span class="soft">no order yet</span> : <time datetime={lastOrderDate}>{formatDay(lastOrderDate, company.locale)}</time>}
        </dd>
      </div>
    </dl>
    <dl class="counts">
      <Count figure="order-count" label="Orders" count={client.orderCount} locale={company.locale} />
      <Count figure="invoice-count" label="Invoices" count={client.invoiceCount} locale={company.locale} />
      <Count figure="payment-count" label="Payments" count={client.paymentCount} locale={company.locale} />
    </dl>
  </section>
)

const Credit = ({ client: { creditLimit, currency }, creditLeft, locale }: Pick<FiguresProps, 'client' | 'creditLeft'> & { locale: string }) => (
  <div>
    <dt>Credit limit</dt>
    <dd>{creditLimit === null ? <span class="soft">none</span> : formatMoney(creditLimit, currency, locale)}</dd>
    {creditLeft !== null && (
      <dd class={creditLeft < 0 ? 'sub bad' : 'sub'}>
        {creditLeft < 0 ? `over limit by ${formatMoney(-creditLeft, currency, locale)}` : `${formatMoney(creditLeft, currency, locale)} left`}
      </dd>
    )}
  </div>
)

const Count = ({ figure, label, count, locale }: { figure: string; label: string; count: number; locale: string }) => (
  <div>
    <dt>{label}</dt>
    <dd data-figure={figure} data-value={count}>
      {formatCount(count, locale)}
    </dd>
  </div>
)
