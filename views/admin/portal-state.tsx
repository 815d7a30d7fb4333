import type { PortalState } from '#src/db/schema/clients.ts'
import { State, type Tone } from '#views/components/state.tsx'

/** How the state of a client's portal login is said, and in which shape. */
export const PORTAL_WORDS: Record<PortalState, { word: string; tone: Tone }> = {
  'not-invited': { word: 'Not invited', tone: 'none' },
  invited: { word: 'Invited', tone: 'wait' },
  active: { word: 'Active', tone: 'good' },
  disabled: { word: 'Disabled', tone: 'bad' },
  problem: { word: 'Problem', tone: 'bad' },
}

export const PortalStateWord = ({ state }: { state: PortalState }) => {
  const { word, tone } = PORTAL_WORDS[state]
  return <State tone={tone}>{word}</State>
}
