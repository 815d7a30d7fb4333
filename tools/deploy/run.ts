import type { Api } from './api.ts'
import type { Needs } from './config.ts'
import type { Settings } from './settings.ts'

/** One deployment: what it knows, and what it says of itself. */

/** Runs wrangler with these arguments. @throws with wrangler's own words */
export type Wrangler = (args: string[], account: { accountId: string }) => Promise<void>

export type Run = {
  api: Api
  settings: Settings
  needs: Needs
  wrangler: Wrangler
  /** Nothing is changed: it is only said what would be. */
  isDry: boolean
  say: (line: string) => void
  /** What was changed, or would be. */
  changes: string[]
}
export type Zone = { id: string; name: string; account: { id: string } }

/** Says that something is there; or that it is made, and makes it unless this is a rehearsal. */
export const ensure = async (run: Run, what: string, isThere: boolean, make: () => Promise<unknown>): Promise<void> => {
  if (isThere) {
    run.say(`  ✓ ${what}`)
    return
  }
  run.changes.push(what)
  run.say(`  + ${what}${run.isDry ? ': would be made' : ''}`)
  if (!run.isDry) await make()
}
