import type { PlainDate } from '#src/dates.ts'
import { daysAfter } from '#src/dates.ts'
import type { ReturnState } from '#src/db/schema/returns.ts'
import type { portalSettings } from '#src/db/schema/tenants.ts'
import { fold } from '#src/fold.ts'
import { markdownHtml } from '#src/markdown.ts'
import { isToBeSent } from './states.ts'

/** What a company lets its clients return, as Settings → Returns says it. */

export type ReturnRules = {
  /** In days. */
  window: number
  reasons: string[]
  /** SKUs and descriptions; a `*` at the end stands for whatever follows. */
  notReturnable: string[]
  /** Markdown. */
  instructions: string
  version: number
}

type Stored = Pick<typeof portalSettings.$inferSelect, 'returnWindow' | 'returnReasons' | 'notReturnable' | 'returnInstructions' | 'returnsVersion'>

export const rulesOf = (stored: Stored): ReturnRules => ({
  window: stored.returnWindow,
  reasons: JSON.parse(stored.returnReasons) as string[],
  notReturnable: JSON.parse(stored.notReturnable) as string[],
  instructions: stored.returnInstructions,
  version: stored.returnsVersion,
})

/** How to send goods back, as HTML: for as long as they are to be sent, and empty otherwise. */
export const instructionsIn = (state: ReturnState, stored: Pick<Stored, 'returnInstructions'> | undefined): string =>
  isToBeSent(state) ? markdownHtml(stored?.returnInstructions ?? '') : ''

/** The last day on which goods can be returned. */
export const lastDayOf = (returnableFrom: PlainDate, { window }: Pick<ReturnRules, 'window'>): PlainDate => daysAfter(returnableFrom, window)

/** Whether the company takes back no such thing. */
export const isExcluded = ({ sku, description }: { sku: string; description: string }, { notReturnable }: Pick<ReturnRules, 'notReturnable'>): boolean => {
  const names = [fold(sku.trim()), fold(description.trim())].filter(Boolean)
  return notReturnable.some((typed) => {
    const pattern = fold(typed.trim())
    return names.some((name) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern))
  })
}
