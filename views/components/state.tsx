import { html } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { Standing } from '#src/billing/standing.ts'
import type { OrderStatus } from '#src/db/schema/orders.ts'
import { standingLabel } from '#views/format.ts'

/** How a state looks: done, waiting, wrong, not begun, or just a word. */
export type Tone = 'good' | 'wait' | 'bad' | 'none' | undefined

/** A state in a word, with a shape; colour only helps. Stands in every row of every list: written as those are. */
export const State = ({ tone, children }: { tone?: Tone; children: Child }) => html`<span class="${tone ? `state ${tone}` : 'state'}">${children}</span>`

const STANDING_TONES = { paid: 'good', outstanding: 'wait', overdue: 'bad' } as const

export const InvoiceState = ({ standing }: { standing: Standing }) => State({ tone: STANDING_TONES[standing.word], children: standingLabel(standing) })

const ORDER_STATES: Record<OrderStatus, { word: string; tone: Tone }> = {
  draft: { word: 'Draft', tone: 'none' },
  confirmed: { word: 'Confirmed', tone: 'none' },
  shipped: { word: 'Shipped', tone: 'wait' },
  delivered: { word: 'Delivered', tone: 'good' },
  cancelled: { word: 'Cancelled', tone: undefined },
}

export const OrderState = ({ status }: { status: OrderStatus }) => State({ tone: ORDER_STATES[status].tone, children: ORDER_STATES[status].word })
