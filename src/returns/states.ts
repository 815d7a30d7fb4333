import { RETURN_STATES, type ReturnState } from '#src/db/schema/returns.ts'

/**
 * Who may do what with a return request, in which state, and what comes of it: the one table that pages and statements go
 * by. What is in no row of it can't be done; rejected, withdrawn and closed are final.
 */

export type Actor = 'client' | 'staff'
export const RETURN_ACTIONS = ['answer', 'withdraw', 'ask', 'resume', 'approve', 'approve-in-part', 'reject', 'receive', 'close'] as const
export type ReturnAction = (typeof RETURN_ACTIONS)[number]

export const RETURN_MOVES: Record<ReturnAction, { by: Actor; from: readonly ReturnState[]; to: ReturnState }> = {
  answer: { by: 'client', from: ['needs-information'], to: 'submitted' },
  withdraw: { by: 'client', from: ['submitted', 'needs-information'], to: 'withdrawn' },
  ask: { by: 'staff', from: ['submitted'], to: 'needs-information' },
  // The client may never answer.
  resume: { by: 'staff', from: ['needs-information'], to: 'submitted' },
  approve: { by: 'staff', from: ['submitted'], to: 'approved' },
  'approve-in-part': { by: 'staff', from: ['submitted'], to: 'partly-approved' },
  reject: { by: 'staff', from: ['submitted'], to: 'rejected' },
  receive: { by: 'staff', from: ['approved', 'partly-approved'], to: 'received' },
  close: { by: 'staff', from: ['received'], to: 'closed' },
}

export const canMove = (action: ReturnAction, state: ReturnState): boolean => RETURN_MOVES[action].from.includes(state)

/** How much of an order's line a request holds, so that nobody asks for it again. */
export const HOLDS: Record<ReturnState, 'what was asked for' | 'what was approved' | 'nothing'> = {
  submitted: 'what was asked for',
  'needs-information': 'what was asked for',
  approved: 'what was approved',
  'partly-approved': 'what was approved',
  received: 'what was approved',
  closed: 'what was approved',
  rejected: 'nothing',
  withdrawn: 'nothing',
}
export const statesThatHold = (what: (typeof HOLDS)[ReturnState]): ReturnState[] => RETURN_STATES.filter((state) => HOLDS[state] === what)

/** Goods are to be sent, or are on their way. */
export const isToBeSent = (state: ReturnState): boolean => state === 'approved' || state === 'partly-approved'

/** Goods may be on their way, or have come. */
export const isApproved = (state: ReturnState): boolean => HOLDS[state] === 'what was approved'
