import type { ReturnState } from '#src/db/schema/returns.ts'
import { State, type Tone } from './state.tsx'

const STATES: Record<ReturnState, { word: string; tone: Tone }> = {
  submitted: { word: 'Submitted', tone: 'wait' },
  'needs-information': { word: 'Needs information', tone: 'wait' },
  approved: { word: 'Approved', tone: 'good' },
  'partly-approved': { word: 'Approved in part', tone: 'good' },
  received: { word: 'Received', tone: 'good' },
  closed: { word: 'Closed', tone: undefined },
  rejected: { word: 'Rejected', tone: 'bad' },
  withdrawn: { word: 'Withdrawn', tone: 'none' },
}

export const returnWord = (state: ReturnState): string => STATES[state].word

/** How far a return request is. */
export const ReturnStateMark = ({ state }: { state: ReturnState }) => <State tone={STATES[state].tone}>{STATES[state].word}</State>
