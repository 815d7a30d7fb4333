/**
 * `npm run bench`: what pages cost, beside what the platform itself costs for the same, in one run: medians of rounds in
 * mixed order. Prints a table, and writes bench/results.json. A figure that can't be measured is a failure.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { databaseFile, migrate, ROOT } from '#tools/local-state.ts'
import { ownerOf, PASSWORDS, seedCompany } from '#tools/seed/company.ts'
import { type Page, portalPages, signIn, staffPages } from './pages.ts'
import { ask, bundle, load, type Round, type Running, startSite } from './site.ts'

const { values } = parseArgs({
  options: {
    invoices: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '300' },
  },
})
const [INVOICES, ROUNDS, REQUESTS] = [Number(values.invoices), Number(values.rounds), Number(values.requests)]

const SLUG = 'bench'
const BUYER = 'buyer@bench.example'
const HOSTS = { portal: `${SLUG}.stockflow.localhost`, staff: 'app.stockflow.localhost', floors: 'floors.localhost' }

type Result = { name: string; value: number; unit: string; floor: number | null; goal: string; met: boolean | null }
const results: Result[] = []
const record = (name: string, value: number, unit: string, more: Partial<Result> = {}) => {
  const result = { name, value, unit, floor: null, goal: '', met: null, ...more }
  results.push(result)
  const mark = result.met === null ? ' ' : result.met ? '✓' : '✗'
  console.log(
    `${mark} ${name.padEnd(44)} ${value.toFixed(unit === 'count' ? 0 : 2).padStart(10)} ${unit.padEnd(8)} ${result.floor === null ? '' : `floor ${result.floor.toFixed(2)} `}${result.goal}`,
  )
}

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN

const pagesOf = async (site: Running): Promise<Page[]> => {
  const client = await signIn(site, HOSTS.portal, '/portal/sign-in', BUYER, PASSWORDS.buyer)
  const staff = await signIn(site, HOSTS.staff, '/sign-in', ownerOf(SLUG), PASSWORDS.owner)
  return [...(await portalPages(site, HOSTS.portal, client)), ...(await staffPages(site, HOSTS.staff, staff))]
}

const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const folder = mkdtempSync(join(SCRATCH, 'bench-'))
const state = join(folder, 'state')
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const built = spawnSync(process.execPath, [join(ROOT, 'tools/build.ts')], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
if (built.status !== 0) throw new Error('the static files could not be built')
const bundles = { app: bundle('app', 'src/worker.ts'), recording: bundle('recording', 'bench/recording.ts'), floors: bundle('floors', 'bench/floors.ts') }
migrate(state)
{
  using database = new DatabaseSync(databaseFile(state))
  await seedCompany(database, 'Bench0', {
    slug: SLUG,
    name: 'Bench & Sons',
    clients: Math.max(100, INVOICES / 100),
    invoices: INVOICES,
    looked: [{ name: 'Looked at', invoices: 50, email: BUYER }],
  })
}

// What each page asks for; and how often, how many rows it reads and shows.
const recorder = await startSite({ state, app: bundles.recording })
const statements: Record<string, unknown> = {}
for (const { name, target } of await pagesOf(recorder)) {
  await ask(recorder, { ...target, path: '/recorded' })
  await ask(recorder, target)
  const batches = JSON.parse((await ask(recorder, { ...target, path: '/recorded' })).body.toString()) as unknown[][]
  statements[name] = batches.flat()
}
await recorder.end()

const counting = await startSite({ state, app: bundles.app, isCounting: true })
for (const { name, target, shown } of await pagesOf(counting)) {
  await counting.d1()
  const { body, status } = await ask(counting, target)
  if (status !== 200) throw new Error(`${name} answered ${status}`)
  const { calls, rowsRead, rowsWritten } = await counting.d1()
  const rows = shown(body.toString())
  record(`${name}: D1 calls`, calls, 'count', { goal: '1', met: calls === 1 })
  record(`${name}: rows read`, rowsRead, 'count', { goal: `4 × ${rows} rows shown + 20` })
  record(`${name}: rows written`, rowsWritten, 'count')
  record(`${name}: HTML`, body.length, 'bytes')
}
await counting.end()

const site = await startSite({ state, app: bundles.app, floors: { folder: bundles.floors, statements } })
const pages = await pagesOf(site)
const rounds = new Map<string, Round[]>()
const measure = async (name: string, target: Page['target'], requests: number) => {
  const round = await load(site, target, requests)
  rounds.set(name, [...(rounds.get(name) ?? []), round])
}
const floor = (path: string) => ({ host: HOSTS.floors, path })
for (const { target } of pages) await load(site, target, 50)
for (let i = 0; i < ROUNDS; i++) {
  await measure('text', floor('/text'), REQUESTS)
  for (const { name, target } of i % 2 ? pages : pages.toReversed()) {
    await measure(`${name} floor`, floor(`/batch/${encodeURIComponent(name)}`), REQUESTS)
    await measure(name, target, REQUESTS)
  }
}
await site.end()

const spread = (numbers: number[]) => `${Math.min(...numbers).toFixed(2)}–${Math.max(...numbers).toFixed(2)}`
record('a bare text: CPU', median((rounds.get('text') ?? []).map(({ cpu }) => cpu)), 'ms')
for (const { name } of pages) {
  const [own, below] = [rounds.get(name) ?? [], rounds.get(`${name} floor`) ?? []]
  const [cpu, least] = [median(own.map((round) => round.cpu)), median(below.map((round) => round.cpu))]
  record(`${name}: CPU`, cpu, 'ms', { floor: least, goal: spread(own.map((round) => round.cpu)) })
  record(`${name}: CPU of its floor to its own`, least / cpu, 'ratio', { goal: 'at least 0.6', met: least / cpu >= 0.6 })
  record(`${name}: p50`, median(own.map((round) => round.p50)), 'ms', { goal: spread(own.map((round) => round.p50)) })
  record(`${name}: p99`, median(own.map((round) => round.p99)), 'ms')
  record(`${name}: requests`, median(own.map((round) => round.rate)), '1/s', { floor: median(below.map((round) => round.rate)) })
}
writeFileSync(join(ROOT, 'bench/results.json'), `${JSON.stringify(results, null, 2)}\n`)
const [met, missed] = [results.filter((result) => result.met === true), results.filter((result) => result.met === false)]
console.log(`${met.length} goals met, ${missed.length} missed`)
process.exit(missed.length > 0 ? 1 : 0)
