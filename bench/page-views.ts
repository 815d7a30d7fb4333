import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { brotliCompressSync, constants } from 'node:zlib'
import { databaseFile, ROOT } from '#tools/local-state.ts'
import type { Page } from './pages.ts'
import { atLeast, atMost, hold, median, record, spreadOf } from './results.ts'
import { ask, load, type Round, type Running, startSite } from './site.ts'
import { HOSTS, LOOKED, pagesOf, pagesOfStaff } from './states.ts'

/** What each page costs, beside what the platform costs for the same. */

export type Bundles = { app: string; recording: string; floors: string }
export type Statements = Record<string, { sql: string; params: unknown[] }[]>

const allPages = async (site: Running): Promise<Page[]> => [...(await pagesOf(site, LOOKED[0]?.email ?? '')), ...(await pagesOfStaff(site))]

/** What one request asks the database for, of a site that records it. */
export const recordedOf = async (site: Running, target: Page['target']): Promise<Statements[string]> => {
  const recorded = async () => (JSON.parse((await ask(site, { ...target, path: '/recorded' })).body.toString()) as Statements[string][]).flat()
  await recorded()
  await ask(site, target)
  return recorded()
}

/** What each page asks the database for. */
export const recordStatements = async (state: string, { recording }: Bundles): Promise<Statements> => {
  const site = await startSite({ state, app: recording })
  const statements: Statements = {}
  for (const { name, target } of await allPages(site)) {
    statements[name] = await recordedOf(site, target)
  }
  await site.end()
  return statements
}

/** Open invoices, which some pages have to add up: of the client that is looked at, and of the first page of the Clients table. */
const openIn = (state: string) => {
  using database = new DatabaseSync(databaseFile(state), { readOnly: true })
  const count = (where: string) =>
    Number(database.prepare(`SELECT count(*) AS n FROM invoices WHERE tenant_id = 'Bench0' AND open > 0 AND client_id IN (${where})`).get()?.n)
  return {
    own: count("SELECT id FROM clients WHERE tenant_id = 'Bench0' AND email_key = 'few@bench.example'"),
    shown: count("SELECT id FROM clients WHERE tenant_id = 'Bench0' ORDER BY name_key, id LIMIT 51"),
  }
}

const compressed = (body: Buffer): number => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }).length

/** A page and all that it names, compressed as Cloudflare does on the way: the first time, and when a browser has the rest. */
const overTheWire = async (site: Running, page: Buffer, host: string): Promise<{ first: number; repeat: number }> => {
  const html = page.toString()
  const named = [...html.matchAll(/<(?:link|script|img)\b[^>]*(?:href|src)="(\/[^"]+)"/g)].map(([, path = '']) => path)
  const repeat = compressed(page)
  let first = repeat
  for (const path of new Set(named)) {
    const isStatic = /^\/assets\/[^/]+$/.test(path)
    const body = isStatic ? readFileSync(join(ROOT, 'dist/site', path)) : (await ask(site, { host, path })).body
    first += compressed(body)
  }
  return { first, repeat }
}

/** Counts, which are the same however busy the machine is. */
export const countPages = async (state: string, { app }: Bundles): Promise<void> => {
  const open = openIn(state)
  const site = await startSite({ state, app, isCounting: true })
  for (const { name, target, shown } of await allPages(site)) {
    await site.d1()
    const { body, status } = await ask(site, target)
    if (status !== 200) throw new Error(`${name} answered ${status}`)
    const { calls, rowsRead, rowsWritten } = await site.d1()
    const rows = shown(body.toString())
    const more = name === 'staff clients' ? open.shown : ['dashboard', 'invoices', 'staff client'].includes(name) ? open.own : 0
    hold(`${name}: D1 calls`, calls, 'count', (value) => ({ goal: 'exactly 1', met: value === 1 }))
    hold(`${name}: rows read`, rowsRead, 'rows', atMost(4 * rows + 20 + more, `at most 4 × ${rows} rows shown + 20${more ? ` + ${more} open invoices` : ''}`))
    record(`${name}: rows written`, rowsWritten, 'rows')
    record(`${name}: HTML`, body.length, 'bytes')
    const wire = await overTheWire(site, body, target.host)
    const isPortal = target.host === HOSTS.portal
    hold(`${name}: first view over the wire`, wire.first / 1024, 'KB', isPortal ? atMost(35) : () => ({ goal: '', met: null }))
    hold(`${name}: repeat view over the wire`, wire.repeat / 1024, 'KB', isPortal ? atMost(8) : () => ({ goal: '', met: null }))
  }
  await site.end()
}

/** Rounds in mixed order: a machine that is busy for a while hurts pages and floors alike. */
export const timePages = async (state: string, bundles: Bundles, statements: Statements, rounds: number, requests: number): Promise<void> => {
  const site = await startSite({ state, app: bundles.app, floors: { folder: bundles.floors, statements } })
  const pages = await allPages(site)
  const seen = new Map<string, Round[]>()
  const measure = async (name: string, target: Page['target']) => {
    const round = await load(site, target, requests)
    seen.set(name, [...(seen.get(name) ?? []), round])
  }
  const floor = (path: string) => ({ host: HOSTS.floors, path })
  for (const { name, target } of pages) {
    await load(site, target, 100)
    await load(site, floor(`/batch/${encodeURIComponent(name)}`), 100)
  }
  for (let i = 0; i < rounds; i++) {
    await measure('a text', floor('/text'))
    for (const { name, target } of i % 2 ? pages : pages.toReversed()) {
      const both = [() => measure(`${name} floor`, floor(`/batch/${encodeURIComponent(name)}`)), () => measure(name, target)]
      for (const one of i % 2 ? both : both.toReversed()) await one()
    }
  }
  await site.end()
  const of = (name: string, what: keyof Round) => (seen.get(name) ?? []).map((round) => round[what])
  record('a bare text: CPU', median(of('a text', 'cpu')), 'ms', { goal: spreadOf(of('a text', 'cpu')) })
  for (const { name, target } of pages) {
    const [own, least] = [of(name, 'cpu'), of(`${name} floor`, 'cpu')]
    // Each page beside its own floor of the same moment.
    const ratios = own.map((cpu, i) => (least[i] ?? Number.NaN) / cpu)
    record(`${name}: CPU`, median(own), 'ms', { floor: median(least), goal: spreadOf(own) })
    const goal = target.host === HOSTS.portal ? atLeast(0.6, `at least 0.6 (${spreadOf(ratios)})`) : () => ({ goal: spreadOf(ratios), met: null })
    hold(`${name}: CPU of the bare batch to the page’s`, median(ratios), 'ratio', goal)
    record(`${name}: p50`, median(of(name, 'p50')), 'ms', { floor: median(of(`${name} floor`, 'p50')), goal: spreadOf(of(name, 'p50')) })
    record(`${name}: p99`, median(of(name, 'p99')), 'ms', { floor: median(of(`${name} floor`, 'p99')) })
    record(`${name}: requests`, median(of(name, 'rate')), '1/s', { floor: median(of(`${name} floor`, 'rate')) })
  }
}
