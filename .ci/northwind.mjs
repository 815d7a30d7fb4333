/**
 * Imports the Northwind files as a person would and compares what staff then see with what the oracle beside this file says.
 * The real site on a free port and an empty folder, a fresh company, the Imports page, every client profile over HTTP;
 * then the same files once more, which has to change nothing.
 *
 *   node .ci/northwind.mjs
 *
 * The data stands in ../shared/data/northwind, or where NORTHWIND says. Each comparison is a check; failures are printed.
 * The last line reads "N passed, N failed"; ends with 1 when one failed, or when a client of the files was not compared.
 */
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { parse } from 'csv-parse/sync'
import { extractText, getDocumentProxy } from 'unpdf'
import { endLeftovers } from '../tools/leftovers.ts'

const ROOT = join(import.meta.dirname, '..')
const FOLDER = process.env.NORTHWIND || join(ROOT, '../shared/data/northwind')
const OWNER = 'owner@northwind.example'
const START_LIMIT = 180_000
const IMPORT_LIMIT = 300_000
const run = promisify(execFile)
const giveUp = new AbortController()

const count = { passed: 0, failed: 0 }
const check = (what, expected, seen) => {
  if (expected === seen) count.passed++
  else {
    count.failed++
    console.log(`FAILED ${what}: expected ${expected}, seen ${seen}`)
  }
}

const begun = Date.now()
const tell = (words) => console.log(`${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${words}`)

const freePort = async () => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** `npm start` without npm. `lastWords` is what it said last, for when something goes wrong. */
const startSite = (state, port) => {
  const env = { ...process.env, PORT: String(port) }
  const child = spawn(process.execPath, ['tools/start.ts', '--persist-to', state], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit').then(() => true)
  const welcomed = Promise.withResolvers()
  const site = { lastWords: '', isUp: () => Promise.race([welcomed.promise, ended.then(() => false), within(START_LIMIT)]) }
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      site.lastWords = `${site.lastWords}${chunk}`.slice(-6000)
      if (site.lastWords.includes('Ctrl-C ends it.')) welcomed.resolve(true)
    })
  }
  site.end = async () => {
    child.kill('SIGTERM')
    if (!(await Promise.race([ended, within(10_000)]))) child.kill('SIGKILL')
    await ended
    // Only if it was killed outright has it left wrangler behind.
    await endLeftovers(join(state, 'start.json'))
    rmSync(state, { recursive: true, force: true })
  }
  return site
}

/** False, when the time is over. */
const within = (milliseconds) => sleep(milliseconds, false, { ref: false })

/** Node's fetch doesn't resolve names under .localhost: this calls 127.0.0.1 and names the host. */
const browserOf = (port) => {
  const host = `app.stockflow.localhost:${port}`
  const origin = `http://${host}`
  const agent = new Agent({ keepAlive: true })
  let cookie = ''
  const ask = async (method, path, { status = 200, headers = {}, body } = {}) => {
    const sent = { host, ...(cookie && { cookie }), ...(body && { 'content-length': body.length }), ...headers }
    const answer = await new Promise((resolve, reject) => {
      const asked = request({ agent, host: '127.0.0.1', port, method, path, headers: sent, timeout: 60_000 }, resolve)
      asked.on('timeout', () => asked.destroy(new Error(`${method} ${path}: no answer within a minute`))).on('error', reject)
      asked.end(body)
    })
    const bytes = Buffer.concat(await answer.toArray())
    const text = bytes.toString()
    const given = answer.headers['set-cookie']?.find((each) => each.startsWith('__Host-staff='))
    if (given) cookie = given.split(';')[0]
    if (answer.statusCode !== status) throw new Error(`${method} ${path} answered ${answer.statusCode} instead of ${status}: ${text.slice(0, 2000)}`)
    return { bytes, text, headers: answer.headers }
  }
  const get = async (path) => (await ask('GET', path)).text
  const bytes = async (path) => (await ask('GET', path)).bytes
  /** Posts a form and says where its answer leads to, as a path. */
  const post = async (path, form) => {
    const encoded = new Response(form)
    const body = Buffer.from(await encoded.arrayBuffer())
    const own = { 'sec-fetch-site': 'same-origin', origin, 'content-type': encoded.headers.get('content-type') }
    const { headers } = await ask('POST', path, { status: 303, headers: own, body })
    const target = new URL(headers.location, origin)
    if (target.origin !== origin) throw new Error(`POST ${path} leads away, to ${target}`)
    return target.pathname
  }
  return { origin, get, bytes, post, isSignedIn: () => cookie !== '', close: () => agent.destroy() }
}

const CHARACTERS = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
const plain = (html) => html.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => CHARACTERS[name])

/** The attributes of every tag that has one of this name. */
const tagsWith = (html, name) =>
  [...html.matchAll(/<[a-z][^>]*>/g)]
    .map(([tag]) => Object.fromEntries([...tag.matchAll(/\s([a-z-]+)="([^"]*)"/g)].map(([, attribute, value]) => [attribute, plain(value)])))
    .filter((attributes) => name in attributes)

const signInOwner = async (browser, state) => {
  const company = ['create', '--slug', 'northwind', '--name', 'Northwind', '--owner-email', OWNER, '--currency', 'USD', '--time-zone', 'UTC']
  await run(process.execPath, ['tools/tenant.ts', ...company, '--persist-to', state], { cwd: ROOT, timeout: 120_000, signal: giveUp.signal })
  const mail = JSON.parse(await browser.get('/dev/mailbox.json')).find(({ to }) => to === OWNER)
  if (!mail) throw new Error(`no mail to ${OWNER} in the local mailbox`)
  const link = mail.text.match(/https?:\/\/\S+\/set-password\/\S+/)?.[0]
  if (!link?.startsWith(`${browser.origin}/`)) throw new Error(`the mail holds no link to set a password on ${browser.origin}`)
  const path = link.slice(browser.origin.length)
  const isItsForm = ({ action, method }) => action === path && method === 'post'
  if (!tagsWith(await browser.get(path), 'action').some(isItsForm)) throw new Error('the link leads to no form')
  await browser.post(path, new URLSearchParams({ password: randomBytes(18).toString('base64url') }))
  if (!browser.isSignedIn()) throw new Error('a password was set, but nobody is signed in')
}

/** Uploads all files together, says yes to what would happen, and waits until the page says that they are done. */
const importFiles = async (browser, files) => {
  const form = new FormData()
  for (const { name } of files) form.append('files', new File([readFileSync(join(FOLDER, name))], name, { type: 'text/csv' }))
  const path = await browser.post('/imports', form)
  for (const until = Date.now() + IMPORT_LIMIT; Date.now() < until; ) {
    const page = await browser.get(path)
    const progress = tagsWith(page, 'id').find(({ id }) => id === 'progress')
    const plan = tagsWith(page, 'name').find(({ name }) => name === 'plan')?.value
    if (plan !== undefined) await browser.post(`${path}/start`, new URLSearchParams({ plan }))
    if (progress?.['data-state'] === 'finished') return tagsWith(page, 'data-created')
    await sleep(500)
  }
  throw new Error(`${path} was not finished after ${IMPORT_LIMIT / 1000} s: ${JSON.stringify(tagsWith(await browser.get(path), 'data-created'))}`)
}

const checkImport = (when, files, seen, countedAs) => {
  check(`${when}: files on the page`, files.length, seen.length)
  for (const { name, kind, rows } of files) {
    const file = seen.find((each) => each['data-kind'] === kind) ?? {}
    const expected = { created: 0, changed: 0, unchanged: 0, refused: 0, [countedAs]: rows }
    for (const [counted, number] of Object.entries(expected)) check(`${when}: ${name}: ${counted}`, String(number), file[`data-${counted}`] ?? 'nothing')
  }
}

/** Where each client's profile is, by its code, from every page of the list. */
const profilesOf = async (browser) => {
  const profiles = new Map()
  let next = '/clients'
  while (next) {
    const html = await browser.get(next)
    for (const [, path, words] of html.matchAll(/<a href="(\/clients\/\w+)">[^<]*<\/a><small>([^<]*)<\/small>/g)) {
      const code = plain(words).split(' · ')[0]
      if (profiles.has(code)) throw new Error(`the list of clients holds ${code} twice`)
      profiles.set(code, path)
    }
    next = tagsWith(html, 'rel').find(({ rel }) => rel === 'next')?.href
  }
  return profiles
}

/** All figures of a profile, named as the oracle names them. */
const figuresOn = (html) => {
  const nameOf = (tag) => [tag['data-figure'], tag['data-currency']].filter(Boolean).join(' ')
  const figures = tagsWith(html, 'data-figure').map((tag) => [nameOf(tag), tag['data-amount'] ?? tag['data-value'] ?? 'nothing'])
  const name = html.match(/<h1>([^<]*)<\/h1>/)?.[1]
  return { name: name === undefined ? 'nothing' : plain(name), ...Object.fromEntries(figures) }
}

/** What every profile of the list shows, by the client's code. */
const readProfiles = async (browser) => {
  const seen = new Map()
  for (const [code, path] of await profilesOf(browser)) seen.set(code, figuresOn(await browser.get(path)))
  return seen
}

/** Every client and figure of either side: what only one of them has is a failure. Says how many clients both have. */
const compareClients = (when, expected, seen) => {
  for (const code of new Set([...expected.keys(), ...seen.keys()])) {
    const [wanted, shown] = [expected.get(code), seen.get(code)]
    check(`${when}: ${code}: is a client`, wanted ? 'yes' : 'no', shown ? 'yes' : 'no')
    if (!wanted || !shown) continue
    for (const figure of new Set([...Object.keys(wanted), ...Object.keys(shown)])) {
      check(`${when}: ${code}: ${figure}`, wanted[figure] ?? 'nothing', shown[figure] ?? 'nothing')
    }
  }
  return [...expected.keys()].filter((code) => seen.has(code)).length
}

/** Earlier and later than anything in the files. */
const [FIRST_DAY, LAST_DAY] = ['1990-01-01', '2100-12-31']
const PERIOD = `from=${FIRST_DAY}&to=${LAST_DAY}`

const summed = (rows) => {
  const sums = new Map()
  for (const [currency, amount] of rows) sums.set(currency, (sums.get(currency) ?? 0n) + amount)
  return sums
}
const textOf = async (bytes) => {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: true })
  return text.replace(/\s+/g, ' ')
}
/** "US$1,234.50" as minor units: every currency of the files has two places. */
const minorOf = (money) => BigInt(money.replace('−', '-').replaceAll(/[^-\d]/g, ''))
const rowsOf = (csv) => parse(csv, { bom: true, columns: true })

/** Every list of a client's portal over all of its pages: the tags of its rows. */
const entriesOf = async (browser, path) => {
  const rows = []
  for (let next = path; next; ) {
    const html = await browser.get(next)
    rows.push(...tagsWith(html, 'data-open'))
    next = tagsWith(html, 'rel').find(({ rel }) => rel === 'next')?.href
  }
  return rows
}

/** What each client's portal says is owed, place by place: maps from currency to minor units. */
const readPortal = async (browser, path) => {
  const view = `${path}/portal-view`
  const dashboard = tagsWith(await browser.get(view), 'data-figure').filter((tag) => tag['data-figure'] === 'outstanding')
  const [all, outstanding] = [await entriesOf(browser, `${view}/invoices`), await entriesOf(browser, `${view}/invoices?state=outstanding`)]
  const openIn = (tags) => summed(tags.map((tag) => [tag['data-currency'], BigInt(tag['data-open'])]))
  const file = rowsOf(await browser.get(`${view}/invoices.csv`))
  const statement = await browser.get(`${view}/statement.csv?${PERIOD}`)
  const closing = new RegExp(`^${LAST_DAY},closing balance,,,,([A-Z]{3}),,(-?\\d+)\\.(\\d\\d)\\r?$`, 'gm')
  const paper = await textOf(await browser.bytes(`${view}/statement.pdf?${PERIOD}`))
  const money = '(−?US\\$[\\d,.]+)'
  const papers = [...paper.matchAll(new RegExp(`Closing balance ${money} ${money} ${money}`, 'g'))]
  return {
    dashboard: new Map(dashboard.map((tag) => [tag['data-currency'], BigInt(tag['data-amount'])])),
    'list of all': openIn(all),
    'list of what is outstanding': openIn(outstanding),
    'invoices as CSV': summed(file.map(({ currency, open }) => [currency, BigInt(open.replace('.', ''))])),
    'statement as CSV': new Map([...statement.matchAll(closing)].map(([, currency, whole, part]) => [currency, BigInt(whole + part)])),
    'statement as PDF': new Map(papers.map(([, , , balance]) => ['USD', minorOf(balance)])),
  }
}

/** Of each client one invoice's paper: its number, and the total of the file. */
const checkPaper = async (browser, code, path, totals) => {
  const html = await browser.get(`${path}/portal-view/invoices`)
  const href = tagsWith(html, 'href').find((tag) => /\/invoices\/\w+\/pdf$/.test(tag.href))?.href
  if (!href) return
  const text = await textOf(await browser.bytes(href))
  const number = [...totals.keys()].find((each) => text.includes(`Invoice ${each} `))
  check(`paper: ${code}: its number is one of the files'`, true, number !== undefined)
  check(`paper: ${code}: ${number}: total`, true, text.includes(`Total US$${totals.get(number)}`))
}

const comparePortals = async (browser, expected, totals) => {
  let compared = 0
  for (const [code, path] of await profilesOf(browser)) {
    const wanted = expected.get(code) ?? {}
    const owed = new Map(
      Object.entries(wanted).flatMap(([name, value]) => (name.startsWith('outstanding-balance ') ? [[name.split(' ')[1], BigInt(value)]] : [])),
    )
    const places = await readPortal(browser, path)
    for (const [place, sums] of Object.entries(places))
      for (const currency of new Set([...owed.keys(), ...sums.keys()]))
        check(`${place}: ${code}: ${currency}`, owed.get(currency) ?? 0n, sums.get(currency) ?? 0n)
    check(`statement: ${code}: closes`, true, places['statement as CSV'].size > 0 && places['statement as PDF'].size > 0)
    await checkPaper(browser, code, path, totals)
    compared++
  }
  return compared
}

/** The total of each invoice of the files, as a paper writes it, by its number. */
const totalsOf = () =>
  new Map(
    rowsOf(readFileSync(join(FOLDER, 'invoices.csv'), 'utf8')).map(({ number, total }) => [
      number,
      Number(total).toLocaleString('en-US', { minimumFractionDigits: 2 }),
    ]),
  )

const walk = async (site, browser, state, { files, clients }) => {
  const inFile = files.find(({ kind }) => kind === 'clients').rows
  if (!(await site.isUp())) throw new Error('the site did not come up')
  tell('the site is up')
  await signInOwner(browser, state)
  tell('a fresh company, its owner signed in')
  check('clients before the import', 0, (await profilesOf(browser)).size)

  checkImport('first import', files, await importFiles(browser, files), 'created')
  tell('imported')
  const expected = new Map(clients.map(({ code, name, figures }) => [code, { name, ...figures }]))
  const first = await readProfiles(browser)
  check('clients compared with the files', inFile, compareClients('first import', expected, first))
  tell(`${first.size} profiles read`)
  check('clients whose portal was compared with the files', inFile, await comparePortals(browser, expected, totalsOf()))
  tell('portals read')

  checkImport('second import', files, await importFiles(browser, files), 'unchanged')
  tell('imported again')
  const second = await readProfiles(browser)
  check('clients compared with the first import', inFile, compareClients('second import, against the first', first, second))
  tell(`${second.size} profiles read again`)
}

const main = async () => {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'northwind-oracle.mjs')], { maxBuffer: 2 ** 26 })
  const oracle = JSON.parse(stdout)
  for (const { what, expected, seen } of oracle.checks) check(what, expected, seen)
  if (count.failed > 0) throw new Error('the files are not what their README says: nothing was imported')
  const state = mkdtempSync(join(tmpdir(), 'northwind-'))
  const port = await freePort()
  const site = startSite(state, port)
  const browser = browserOf(port)
  // Told to stop, it ends what it started, like at any other end.
  const stopped = once(giveUp.signal, 'abort').then(() => Promise.reject(new Error('told to stop')))
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => giveUp.abort())
  try {
    await Promise.race([walk(site, browser, state, oracle), stopped])
  } catch (error) {
    console.log(`The site's last words:\n${site.lastWords}`)
    throw error
  } finally {
    browser.close()
    await site.end()
  }
}

await main().catch((error) => check('the whole check', 'an end', error.stderr || error.message))
tell('all is ended')
console.log(`${count.passed} passed, ${count.failed} failed`)
process.exit(count.failed > 0 || count.passed === 0 ? 1 : 0)
