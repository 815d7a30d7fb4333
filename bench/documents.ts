import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { PDFDocument } from 'pdf-lib'
import { databaseFile, openLocal } from '#tools/local-state.ts'
import { PASSWORDS } from '#tools/seed/company.ts'
import { type Bundles, recordedOf } from './page-views.ts'
import { signIn } from './pages.ts'
import { atLeast, atMost, hold, median, record, spreadOf } from './results.ts'
import { ask, cpuOf, load, type Running, startSite, type Target } from './site.ts'
import { HOSTS, LOOKED, makeState } from './states.ts'

/** PDFs: what the first download of one costs, which draws it, and what the next ones do, which are read from R2. */

/** Lines that fill so many pages, and how many such invoices are drawn. */
const SIZES = [
  { pages: 1, lines: 5, count: 30 },
  { pages: 10, lines: 165, count: 7 },
  { pages: 100, lines: 1_780, count: 2 },
]

const idOf = (lines: number, i: number) => `D${String(lines).padStart(5, '0')}${String(i).padStart(10, '0')}`

const insertInvoices = (state: string): void => {
  using database = new DatabaseSync(databaseFile(state))
  const client = database.prepare("SELECT id FROM clients WHERE tenant_id = 'Bench0' AND email_key = ?").get(LOOKED[0]?.email ?? '')?.id ?? ''
  const invoice =
    database.prepare(`INSERT INTO invoices (tenant_id, id, client_id, external_id, number, issue_date, due_date, state, currency, total, created_at, updated_at)
    VALUES ('Bench0', ?1, ?2, ?1, 'D-' || ?1, '2026-01-01', '2026-02-01', 'issued', 'EUR', ?3, 0, 0)`)
  const lines = database.prepare(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
    INSERT INTO invoice_lines (tenant_id, invoice_id, position, sku, description, quantity, unit_price, tax_rate, line_total)
    SELECT 'Bench0', ?1, i, 'SKU-' || i, printf('Goods of the kind no. %06d, in a plain box', i), 10000, 1000, 20000, 1000 FROM n`)
  for (const size of SIZES) {
    for (let i = 0; i < size.count; i++) {
      invoice.run(idOf(size.lines, i), client, size.lines * 1200)
      lines.run(idOf(size.lines, i), size.lines)
    }
  }
}

/** What the process holds by itself, in MB, looked at as often as possible while something is done. */
const heldOf = (pid: number): number => Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024
const peakOf = async <T>(pid: number, work: () => Promise<T>): Promise<{ answer: T; peak: number }> => {
  let peak = heldOf(pid)
  const timer = setInterval(() => {
    peak = Math.max(peak, heldOf(pid))
  }, 2)
  const answer = await work().finally(() => clearInterval(timer))
  return { answer, peak }
}

const cookieFor = (site: Running) => signIn(site, HOSTS.portal, '/portal/sign-in', LOOKED[0]?.email ?? '', PASSWORDS.buyer)
const targetOf = (id: string, cookie: string): Target => ({ host: HOSTS.portal, path: `/portal/invoices/${id}/pdf`, headers: { cookie } })

const firstRenders = async (state: string, app: string): Promise<void> => {
  const site = await startSite({ state, app })
  const cookie = await cookieFor(site)
  for (const { pages, lines, count } of SIZES) {
    const [cpu, extra]: [number[], number[]] = [[], []]
    for (let i = 0; i < count; i++) {
      const [before, held] = [cpuOf(site.pid), heldOf(site.pid)]
      const { answer, peak } = await peakOf(site.pid, () => ask(site, targetOf(idOf(lines, i), cookie)))
      if (answer.status !== 200) throw new Error(`the PDF answered ${answer.status}`)
      cpu.push(cpuOf(site.pid) - before)
      extra.push(peak - held)
      if (i === 0) {
        const drawn = (await PDFDocument.load(answer.body)).getPageCount()
        if (drawn !== pages) throw new Error(`${lines} lines make ${drawn} pages, not ${pages}`)
        record(`PDF of ${pages} ${pages === 1 ? 'page' : 'pages'}: size`, answer.body.length / 1024, 'KB')
      }
      // What was let go of is given back meanwhile.
      if (pages === 100) await sleep(3_000)
    }
    // The first of all loads the library and the fonts, once an isolate.
    if (pages === 1) record('PDF, the first of an isolate: CPU', cpu[0] ?? Number.NaN, 'ms')
    const warm = pages === 1 ? cpu.slice(3) : cpu
    const name = `PDF of ${pages} ${pages === 1 ? 'page' : 'pages'}, first render`
    if (pages === 1) hold(`${name}: CPU`, warm.reduce((sum, each) => sum + each, 0) / warm.length, 'ms', atMost(60, `under 60 (${spreadOf(warm)})`))
    else record(`${name}: CPU`, median(warm), 'ms', { goal: spreadOf(warm) })
    if (pages === 100) hold(`${name}: extra memory`, Math.max(...extra), 'MB', atMost(64, `under 64 (${spreadOf(extra)})`))
    else record(`${name}: extra memory`, median(extra), 'MB')
  }
  await site.end()
}

/** The page that is downloaded again and again; its statements, and its file. */
const storedDownloads = async (state: string, bundles: Bundles, rounds: number, requests: number): Promise<void> => {
  const id = idOf(SIZES[0]?.lines ?? 0, 0)
  const recorder = await startSite({ state, app: bundles.recording })
  const target = targetOf(id, await cookieFor(recorder))
  const statements = await recordedOf(recorder, target)
  await recorder.end()
  const { env, close } = await openLocal(state)
  const keys = (await env.FILES.list({ prefix: 'tenants/Bench0/' })).objects.map(({ key }) => key)
  await close()
  const stored = keys.find((key) => key.includes(id))
  if (stored === undefined) throw new Error(`no stored file of ${id} among ${keys.slice(0, 3).join(', ')}`)

  const site = await startSite({ state, app: bundles.app, floors: { folder: bundles.floors, statements: { download: statements }, stored } })
  const own = targetOf(id, await cookieFor(site))
  const floor = { host: HOSTS.floors, path: '/stored/download' }
  for (const each of [own, floor]) await load(site, each, 100)
  const ratios = { cpu: [] as number[], rate: [] as number[] }
  const [cpu, least]: [number[], number[]] = [[], []]
  for (let i = 0; i < rounds; i++) {
    const first = i % 2 ? await load(site, own, requests) : undefined
    const below = await load(site, floor, requests)
    const mine = first ?? (await load(site, own, requests))
    cpu.push(mine.cpu)
    least.push(below.cpu)
    ratios.cpu.push(below.cpu / mine.cpu)
    ratios.rate.push(mine.rate / below.rate)
  }
  await site.end()
  record('stored PDF: CPU', median(cpu), 'ms', { floor: median(least), goal: spreadOf(cpu) })
  hold('stored PDF: CPU of the bare batch and stream to the download’s', median(ratios.cpu), 'ratio', atLeast(0.8, `at least 0.8 (${spreadOf(ratios.cpu)})`))
  record('stored PDF: downloads a second to the floor’s', median(ratios.rate), 'ratio', { goal: spreadOf(ratios.rate) })
}

export const measureDocuments = async (folder: string, bundles: Bundles, rounds: number, requests: number): Promise<void> => {
  const state = await makeState(folder, { invoices: 1000, tenants: 1 })
  insertInvoices(state)
  await firstRenders(state, bundles.app)
  await storedDownloads(state, bundles, rounds, requests)
}
