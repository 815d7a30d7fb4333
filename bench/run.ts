/**
 * `npm run bench`: what pages, documents and long runs cost, beside what the platform itself costs for the same, in one
 * run. Prints a table, and writes bench/results.json, docs/performance.md and docs/cost.md. Ends with 1 if a goal is missed.
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '#tools/local-state.ts'
import { buildStaticFiles, scratchFolder } from '#tools/scratch.ts'
import { writeCost } from './cost.ts'
import { measureDocuments } from './documents.ts'
import { measureGrowth } from './growth.ts'
import { countPages, recordStatements, timePages } from './page-views.ts'
import { writePerformance } from './performance.ts'
import { all, writeResults } from './results.ts'
import { measureRuns } from './runs.ts'
import { bundle } from './site.ts'
import { measureSize } from './size.ts'
import { measureSpace } from './space.ts'
import { makeState } from './states.ts'

const HELP = `npm run bench -- [options]

  --rounds 7           so many rounds, in mixed order
  --requests 300       of so many requests each
  --largest 1000000    invoices of the largest company
  --invitations 1000   of the bulk invitation
  --lines 60000        of the import
  --only PART          one part alone, which writes nothing: pages, growth, documents, runs, space or size
`

const PARTS = ['pages', 'growth', 'documents', 'runs', 'space', 'size'] as const
type Part = (typeof PARTS)[number]

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    requests: { type: 'string', default: '300' },
    largest: { type: 'string', default: '1000000' },
    invitations: { type: 'string', default: '1000' },
    lines: { type: 'string', default: '60000' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit()
}
if (values.only !== undefined && !PARTS.some((part) => part === values.only)) throw new Error(`--only ${values.only}: one of ${PARTS.join(', ')}`)
const isAsked = (part: Part) => values.only === undefined || values.only === part
const [rounds, requests] = [Number(values.rounds), Number(values.requests)]

const folder = scratchFolder('bench')
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(130))

buildStaticFiles()
const bundles = { app: bundle('app', 'src/worker.ts'), recording: bundle('recording', 'bench/recording.ts'), floors: bundle('floors', 'bench/floors.ts') }

if (isAsked('size')) measureSize(folder)
if (isAsked('pages') || isAsked('space')) {
  const state = await makeState(folder, { invoices: 20_000, tenants: 1 })
  if (isAsked('space')) measureSpace(state)
  if (isAsked('pages')) {
    await countPages(state, bundles)
    await timePages(state, bundles, await recordStatements(state, bundles), rounds, requests)
  }
}
if (isAsked('documents')) await measureDocuments(folder, bundles, rounds, requests)
if (isAsked('growth')) await measureGrowth(folder, bundles.app, Number(values.largest), Math.min(rounds, 5), Math.ceil(requests / 3))
if (isAsked('runs')) measureRuns(folder, Number(values.invitations), Number(values.lines))

if (values.only === undefined) {
  const missed = writeResults()
  writePerformance(all())
  writeCost(all())
  spawnSync(join(ROOT, 'node_modules/.bin/biome'), ['format', '--write', 'docs/performance.md', 'docs/cost.md'], { cwd: ROOT, stdio: 'ignore' })
  process.exit(missed > 0 ? 1 : 0)
}
process.exit(all().some(({ met }) => met === false) ? 1 : 0)
