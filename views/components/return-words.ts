import type { ReturnCondition, ReturnOutcome } from '#src/db/schema/returns.ts'
import type { WhyNot } from '#src/returns/returnable.ts'
import { formatDay } from '#views/format.ts'

/** What stands for a return's codes, on the client's pages and on the staff's. */

export const OUTCOME_WORDS: Record<ReturnOutcome, string> = { credit: 'Credit', replacement: 'Replacement', repair: 'Repair', nothing: 'Nothing' }

export const CONDITION_WORDS: Record<ReturnCondition, string> = { 'as-new': 'As new', opened: 'Opened', damaged: 'Damaged', incomplete: 'Incomplete' }

export const whyNotText = (whyNot: WhyNot, locale: string): string => {
  switch (whyNot.why) {
    case 'not-shipped':
      return 'Not shipped yet'
    case 'cancelled':
      return 'Cancelled'
    case 'excluded':
      return 'Can’t be returned'
    case 'all-asked':
      return 'All of it was asked for already'
    case 'too-late':
      return `Could be returned until ${formatDay(whyNot.lastDay, locale)}`
  }
}

/** A line's own name, in forms: whose order's, and which of its lines. */
export const lineKey = ({ orderId, position }: { orderId: string; position: number }): string => `${orderId}.${position}`
