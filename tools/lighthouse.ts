/**
 * `npm run lighthouse`: what Lighthouse says of the pages that a client meets first, on a slow phone. Wrangler
 * compresses as Cloudflare does. Ends with 1 below 100 points.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import lighthouse from 'lighthouse'
import { chromium } from 'playwright-core'
import { findChromium } from './chromium.ts'
import { Browser } from './faults/browser.ts'
import { freePort } from './faults/port.ts'
import { Site, writeConfig } from './faults/site.ts'
import { databaseFile, migrate } from './local-state.ts'
import { buildStaticFiles, scratchFolder } from './scratch.ts'
import { PASSWORDS, seedCompany } from './seed/company.ts'

const HOST = 'bench.stockflow.localhost'
const BUYER = 'buyer@bench.example'
const CATEGORIES = ['performance', 'accessibility', 'best-practices']
const PAGES = [
  { name: 'sign-in', path: '/portal/sign-in', isSignedIn: false },
  { name: 'dashboard', path: '/portal', isSignedIn: true },
  { name: 'invoices', path: '/portal/invoices', isSignedIn: true },
]

const RUNS = 5

type Found = NonNullable<Awaited<ReturnType<typeof lighthouse>>>['lhr']
const scoreOf = ({ categories }: Found, category: string): number => categories[category]?.score ?? 0

/** Lighthouse's own defaults: a phone on slow 4G, with a quarter of this machine's speed. @throws when it saw another page */
const look = async (url: string, cookie: string | undefined, tries = 3): Promise<Found> => {
  const headers = cookie !== undefined && { extraHeaders: { Cookie: cookie } }
  const result = await lighthouse(url, { port: debugging, onlyCategories: CATEGORIES, logLevel: 'error', ...headers })
  // Chromium sometimes records nothing of a page, and Lighthouse asks to be run again.
  if (result?.lhr.runtimeError && tries > 1) return look(url, cookie, tries - 1)
  if (!result || result.lhr.runtimeError) throw new Error(`${url}: ${result?.lhr.runtimeError?.message ?? 'no answer'}`)
  if (result.lhr.finalDisplayedUrl !== url) throw new Error(`${url} led to ${result.lhr.finalDisplayedUrl}`)
  return result.lhr
}

const folder = scratchFolder('lighthouse')
const [state, port, debugging] = [join(folder, 'state'), await freePort(), await freePort()]
buildStaticFiles()
migrate(state)
{
  using database = new DatabaseSync(databaseFile(state))
  const looked = [{ name: 'Looked at', invoices: 50, email: BUYER }]
  await seedCompany(database, 'Bench0', { slug: 'bench', name: 'Bench & Sons', clients: 100, invoices: 1000, looked })
}
const site = new Site({ config: writeConfig(folder), state, port, resendUrl: 'http://127.0.0.1:9', pace: '1/1' })
await site.start()
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', `--remote-debugging-port=${debugging}`] })
let missed = 0
try {
  const client = new Browser(HOST, port)
  await client.post(await client.get('/portal/sign-in'), (action) => action.endsWith('/sign-in'), { email: BUYER, password: PASSWORDS.buyer })
  for (const { name, path, isSignedIn } of PAGES) {
    const runs: Found[] = []
    for (let i = 0; i < RUNS; i++) runs.push(await look(`http://${HOST}:${port}${path}`, isSignedIn ? client.cookie : undefined))
    // As Lighthouse advises: the median of five, for one run can meet a busy moment of the machine.
    const { categories, audits } = runs.toSorted((a, b) => scoreOf(a, 'performance') - scoreOf(b, 'performance'))[RUNS >> 1] ?? {}
    for (const id of CATEGORIES) {
      const category = categories?.[id]
      const score = Math.round((category?.score ?? 0) * 100)
      console.log(`${score === 100 ? '✓' : '✗'} ${name.padEnd(10)} ${id.padEnd(15)} ${score}`)
      if (score === 100) continue
      missed++
      for (const { id: audit, weight } of category?.auditRefs ?? []) {
        const found = audits?.[audit]
        if (weight > 0 && (found?.score ?? 1) < 1) console.log(`    ${audit}: ${found?.title} ${found?.displayValue ?? ''}`)
      }
    }
  }
} finally {
  await browser.close()
  await site.end()
  rmSync(folder, { recursive: true, force: true })
}
console.log(`lighthouse: ${PAGES.length * CATEGORIES.length - missed} passed, ${missed} failed`)
process.exit(missed === 0 ? 0 : 1)
