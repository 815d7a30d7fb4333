import type { Balance } from '#src/billing/balance.ts'
import { formatMoney } from '#views/format.ts'

const WIDTH = 1000
const GAP = 4

type CreditBarProps = {
  balance: Balance
  /** In minor units of the balance's currency. */
  limit: number
  locale: string
}

/** How much of the credit limit is used, and how much of that is late. Says nothing that the figures beside it don't. */
export const CreditBar = ({ balance: { outstanding, overdue, currency }, limit, locale }: CreditBarProps) => {
  if (outstanding <= 0) return null
  const late = Math.min(overdue, outstanding)
  const left = Math.max(0, limit - outstanding)
  const whole = Math.max(limit, outstanding)
  const widthOf = (amount: number) => Math.round((amount / whole) * WIDTH)
  const [lateWidth, usedWidth] = [widthOf(late), widthOf(outstanding)]
  const parts = [
    // What was paid on account stands against no invoice yet: then less is owed in all than is overdue.
    { kind: 'p3', label: overdue > outstanding ? 'Owed' : 'Overdue', amount: late },
    { kind: 'p0', label: 'Not overdue', amount: outstanding - late },
    { kind: 'rest', label: 'Credit left', amount: left },
  ].filter(({ amount }) => amount > 0)
  return (
    <figure>
      <svg class="bar" viewBox={`0 0 ${WIDTH} 10`} width="100%" height="10" preserveAspectRatio="none" aria-hidden="true">
        {late > 0 && <rect class="p3" width={lateWidth} height="10" />}
        {outstanding > late && (
          <rect class="p0" x={late > 0 ? lateWidth + GAP : 0} width={Math.max(0, usedWidth - lateWidth - (late > 0 ? GAP : 0))} height="10" />
        )}
      </svg>
      <figcaption class="legend">
        {parts.map(({ kind, label, amount }) => (
          <span>
            <i class={`key ${kind}`} aria-hidden="true"></i>
            {label} <b>{formatMoney(amount, currency, locale)}</b>
          </span>
        ))}
      </figcaption>
    </figure>
  )
}
