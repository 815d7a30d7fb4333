import type { Ageing } from '#src/billing/statement.ts'
import { formatMoney } from '#views/format.ts'

const PARTS = [
  { part: 'notDue', label: 'Not due', kind: 'p0' },
  { part: 'to30', label: '1–30 days late', kind: 'p1' },
  { part: 'to60', label: '31–60 days late', kind: 'p2' },
  { part: 'to90', label: '61–90 days late', kind: 'p3' },
  { part: 'over90', label: 'Over 90 days late', kind: 'p4' },
] as const

/** In the bar's own units: SVG knows no percent in a path, and no style may be inline. */
const LONG = 1000
const GAP = 3

/** All that is open on invoices, in minor units. */
export const openOf = (ageing: Ageing): number => PARTS.reduce((sum, { part }) => sum + ageing[part], 0)

/** What is open on invoices, by how late it is: a bar for the eye, and the figures beside it for everybody. */
export const AgeingBar = ({ ageing, locale }: { ageing: Ageing; locale: string }) => {
  const { currency } = ageing
  const total = openOf(ageing)
  const shown = PARTS.filter(({ part }) => ageing[part] > 0)
  let from = 0
  return (
    <figure class="ageing" aria-label={`Open invoices by age, ${currency}`}>
      <svg class="bar" viewBox={`0 0 ${LONG} 10`} width="100%" height="10" preserveAspectRatio="none" aria-hidden="true">
        {shown.map(({ part, kind }, i) => {
          const width = Math.max(GAP * 2, Math.round((ageing[part] / total) * LONG))
          const x = from
          from += width
          return <rect class={kind} x={x} width={i === shown.length - 1 ? LONG : width - GAP} height="10" />
        })}
      </svg>
      <figcaption class="legend">
        {shown.map(({ part, label, kind }) => (
          <span data-figure={`age-${part}`} data-currency={currency} data-amount={ageing[part]}>
            <i class={`key ${kind}`} aria-hidden="true"></i>
            {label} <b>{formatMoney(ageing[part], currency, locale)}</b>
          </span>
        ))}
      </figcaption>
    </figure>
  )
}
