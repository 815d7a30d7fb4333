/**
 * What may be done with a login, in which state, and what comes of it: the one table that pages and handlers go by.
 * The statements of a move carry the same conditions once more, because much may happen between a page and its form.
 */

export const ACCESS_STATES = ['not-invited', 'invited', 'active'] as const
export type AccessState = (typeof ACCESS_STATES)[number]

export const ACTIONS = ['invite', 'resend', 'send-reset', 'switch-off', 'switch-on', 'revoke', 'remove', 'correct-email'] as const
export type Action = (typeof ACTIONS)[number]

/** Why something can't be done now. */
export type Refusal =
  | 'no-email'
  | 'invalid-email'
  | 'portal-off'
  | 'switched-off'
  | 'already-invited'
  | 'already-active'
  | 'not-invited'
  | 'not-active'
  | 'nobody'
  | 'primary'
  /** The address that a form names is not the client's any more. */
  | 'gone'

/** What an action meets: the access of one address to one client, and all that stands around it. */
export type Circumstances = {
  state: AccessState
  address: 'none' | 'invalid' | 'valid'
  /** Whether it is the client's primary address; the toggle and Revoke Access are the client's own, and look at all of its people. */
  isPrimary: boolean
  portalOn: boolean
  switchedOn: boolean
}

type Need = 'email' | 'valid-email' | 'portal-on' | 'switched-on' | 'further'
/** `withPassword`: where it leads instead for a person who has a password already. */
type Step = { to: AccessState; withPassword?: AccessState } | { refused: Refusal }
type Move = {
  /** What must hold in any state; the first that doesn't is the reason given. */
  needs: readonly Need[]
  from: Record<AccessState, Step>
  /** Whether it is asked first: always, or for an inactive client. */
  asks?: 'always' | 'inactive'
}

const MAILABLE = ['email', 'valid-email', 'portal-on', 'switched-on'] as const
const to = (state: AccessState): Step => ({ to: state })
const no = (refused: Refusal): Step => ({ refused })
const asItIs: Move['from'] = { 'not-invited': to('not-invited'), invited: to('invited'), active: to('active') }

export const MOVES: Record<Action, Move> = {
  invite: {
    needs: MAILABLE,
    from: { 'not-invited': { to: 'invited', withPassword: 'active' }, invited: no('already-invited'), active: no('already-active') },
    asks: 'inactive',
  },
  resend: { needs: MAILABLE, from: { 'not-invited': no('not-invited'), invited: to('invited'), active: no('already-active') }, asks: 'inactive' },
  'send-reset': { needs: ['portal-on', 'switched-on'], from: { 'not-invited': no('not-active'), invited: no('not-active'), active: to('active') } },
  // The client's own flag, beside every state. Wanting what is so already changes nothing.
  'switch-off': { needs: [], from: asItIs },
  'switch-on': { needs: [], from: asItIs },
  revoke: { needs: [], from: { 'not-invited': no('nobody'), invited: to('not-invited'), active: to('not-invited') }, asks: 'always' },
  remove: { needs: ['further'], from: { 'not-invited': to('not-invited'), invited: to('not-invited'), active: to('not-invited') }, asks: 'always' },
  // Of the address that it was: its open invitation ends, its active login neither moves nor locks.
  'correct-email': { needs: [], from: { 'not-invited': to('not-invited'), invited: to('not-invited'), active: to('active') } },
}

const NEEDS: Record<Need, { holds: (now: Circumstances) => boolean; otherwise: Refusal }> = {
  email: { holds: ({ address }) => address !== 'none', otherwise: 'no-email' },
  'valid-email': { holds: ({ address }) => address === 'valid', otherwise: 'invalid-email' },
  'portal-on': { holds: ({ portalOn }) => portalOn, otherwise: 'portal-off' },
  'switched-on': { holds: ({ switchedOn }) => switchedOn, otherwise: 'switched-off' },
  further: { holds: ({ isPrimary }) => !isPrimary, otherwise: 'primary' },
}

/** Why an action can't be done now; null when it can. */
export const refusalOf = (action: Action, now: Circumstances): Refusal | null => {
  const { needs, from } = MOVES[action]
  const unmet = needs.find((need) => !NEEDS[need].holds(now))
  if (unmet !== undefined) return NEEDS[unmet].otherwise
  const step = from[now.state]
  return 'refused' in step ? step.refused : null
}

/** The same for all actions at once, for a page that decides which buttons it shows. */
export const refusalsOf = (now: Circumstances): Record<Action, Refusal | null> =>
  Object.fromEntries(ACTIONS.map((action) => [action, refusalOf(action, now)])) as Record<Action, Refusal | null>
