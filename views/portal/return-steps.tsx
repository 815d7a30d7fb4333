import type { GoodsToReturn } from '#src/returns/returnable.ts'
import { formatDay } from '#views/format.ts'

type Step = 'choose' | 'items' | 'review'

/** How far a person is with asking for a return. */
export const ReturnSteps = ({ step, first }: { step: Step; first: string }) => (
  <ol class="steps">
    <li aria-current={step === 'choose' ? 'step' : undefined}>{first}</li>
    <li aria-current={step === 'items' ? 'step' : undefined}>Items and reason</li>
    <li aria-current={step === 'review' ? 'step' : undefined}>Review</li>
  </ol>
)

/** What the goods came by: "Order SO-11842", or the day they came where the company shows no orders. */
export const originOf = ({ orders }: GoodsToReturn, showsOrders: boolean, locale: string): string => {
  const [order] = orders
  if (!order) return ''
  return showsOrders ? `Order ${order.number}` : `Delivered ${formatDay(order.came, locale)}`
}
