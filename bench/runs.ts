import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '#tools/local-state.ts'
import { atMost, hold, record } from './results.ts'

/** The long runs, each as its own command makes it: how fast they go, and what the Worker's isolate holds meanwhile. */

/** What Cloudflare lets an isolate hold. */
const ISOLATE = 128

const figuresOf = (folder: string, tool: 'faults' | 'imports', args: string[]): Record<string, number> => {
  const file = join(folder, `${tool}.json`)
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, `tools/${tool}.ts`), ...args, '--figures', file], { cwd: ROOT, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm run ${tool} failed:\n${stdout.slice(-2000)}${stderr}`)
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>
}

export const measureRuns = (folder: string, invitations: number, lines: number): void => {
  const invited = figuresOf(folder, 'faults', ['--calm', '--kills', '0', '--clients', String(invitations)])
  record(`${invitations} invitations, of 3,000 a minute that MAIL_PACE lets pass`, invited.mailsPerMinute ?? Number.NaN, '1/min')
  hold('invitations: what the isolate holds at most', invited.peak ?? Number.NaN, 'MB', atMost(ISOLATE))
  const imported = figuresOf(folder, 'imports', ['--kills', '0', '--lines', String(lines)])
  record(`${lines} invoice lines imported`, imported.linesPerSecond ?? Number.NaN, '1/s')
  hold('imports: what the isolate holds at most', imported.peak ?? Number.NaN, 'MB', atMost(ISOLATE))
}
