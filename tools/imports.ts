/**
 * `npm run imports`: hundreds of thousands of invoice lines through the Imports page of the real site, as a browser sends
 * them; how long that takes and what the Worker holds meanwhile. Then the same once more, while the Worker is killed again
 * and again: the database has to be the same, row for row. Ends with 1 if it isn't.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { newId } from '#src/ids.ts'
import { PART_BYTES } from '#src/imports/upload.ts'
import { randomFrom } from './demo/random.ts'
import { makeBooks, STAFF } from './faults/books.ts'
import { Browser, type Page, tagsWith } from './faults/browser.ts'
import { freePort } from './faults/port.ts'
import { Site, writeConfig } from './faults/site.ts'
import { type Files, makeFiles } from './imports/files.ts'
import { type Held, shapeOf, type Watch, watchMemory } from './imports/memory.ts'
import { readStored, type Stored } from './imports/stored.ts'
import { migrate, openLocal } from './local-state.ts'
import { buildStaticFiles, scratchFolder } from './scratch.ts'

const HELP = `npm run imports -- [options]

  --lines 300000   how many invoice lines are imported
  --kills 10       how often the Worker is killed during the second run; 0: there is none
  --seed 1         of the moments of the kills
  --figures FILE   where the figures are written as JSON, too
`

/** A minute's standstill is what the sweep waits for; here it sees one at once. */
const AHEAD = 61_000
const LIMIT = 3_600_000

const begun = Date.now()
const tell = (words: string) => console.log(`${((Date.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${words}`)

type Progress = { state: string; read: number; size: number }
const progressOf = ({ html }: Page): Progress => {
  const bars = tagsWith(html, 'max').filter((tag) => 'value' in tag)
  const sum = (name: string) => bars.reduce((all, tag) => all + Number(tag[name]), 0)
  return { state: tagsWith(html, 'data-state').find(({ id }) => id === 'progress')?.['data-state'] ?? '', read: sum('value'), size: sum('max') }
}

/** In pieces, as page.js does it. @returns the import's address */
const upload = async (staff: Browser, files: Files): Promise<string> => {
  const id = newId()
  for (const [i, { bytes }] of files.entries()) {
    for (let at = 0, part = 0; at < bytes.length; at += PART_BYTES, part++)
      await staff.send('PUT', `/imports/uploads/${id}/${i + 1}/${part}`, bytes.subarray(at, at + PART_BYTES), 'application/octet-stream')
  }
  const form = new FormData()
  form.append('import', id)
  form.append('parts', JSON.stringify(files.map(({ name, bytes }) => ({ name, size: bytes.length }))))
  const encoded = new Response(form)
  return staff.send('POST', '/imports', new Uint8Array(await encoded.arrayBuffer()), encoded.headers.get('content-type') ?? '')
}

type Outcome = { stored: Stored; memory: Held[]; seconds: { plan: number; run: number }; kills: number }

/** One whole import on a site of its own. `moments`: shares of the way through plan and run at which the Worker is killed; without any its memory is watched. */
const importOnce = async (files: Files, moments: number[]): Promise<Outcome> => {
  const folder = scratchFolder('imports')
  const [state, port] = [join(folder, 'state'), await freePort()]
  const site = new Site({ config: writeConfig(folder), state, port, resendUrl: 'http://127.0.0.1:9', pace: '1/1', ahead: AHEAD })
  const leave = async () => {
    await site.end()
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('SIGINT', () => void leave().then(() => process.exit(130)))
  try {
    migrate(state)
    const { env, close } = await openLocal(state)
    await makeBooks(env, { clients: 1, refused: 0 }).finally(close)
    await site.start()
    const staff = new Browser('app.stockflow.localhost', port)
    await staff.post(await staff.get('/sign-in'), (action) => action.includes('/sign-in'), STAFF)
    const path = await upload(staff, files)
    tell(`uploaded ${(files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6).toFixed(1)} MB`)
    const watch: Watch | undefined = moments.length === 0 ? await watchMemory(site.group ?? -1) : undefined
    const seconds = { plan: 0, run: 0 }
    const left = [...moments]
    for (const [pass, phase] of (['plan', 'run'] as const).entries()) {
      const from = Date.now()
      for (let told = from; ; await sleep(200)) {
        const { state: at, read, size } = progressOf(await staff.get(path))
        if (at !== 'running') break
        if (Date.now() - from > LIMIT) throw new Error(`${phase} was not over after an hour`)
        const share = (pass + read / size) / 2
        if (left[0] !== undefined && share >= left[0]) {
          left.shift()
          tell(`killed at ${(share * 100).toFixed(1)} %`)
          await site.killAndStart()
        }
        if (Date.now() - told > 20_000) {
          told = Date.now()
          tell(`${phase}: ${((read / size) * 100).toFixed(0)} %`)
        }
      }
      seconds[phase] = (Date.now() - from) / 1000
      if (phase === 'plan') await staff.post(await staff.get(path), (action) => action.endsWith('/start'))
    }
    await watch?.end()
    await site.end()
    return { stored: readStored(state), memory: watch?.samples ?? [], seconds, kills: site.kills }
  } finally {
    await leave()
  }
}

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '300000' },
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    figures: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit()
}
buildStaticFiles()
const files = makeFiles(Number(values.lines))
tell(`${values.lines} invoice lines`)
const clean = await importOnce(files, [])
const [live, grown, whole] = (['live', 'grown', 'process'] as const).map((what) => shapeOf(clean.memory.map((held) => held[what])))
const rows = Object.values(clean.stored).reduce((sum, table) => sum + table.rows, 0)
tell(
  `looked at in ${clean.seconds.plan.toFixed(0)} s, written in ${clean.seconds.run.toFixed(0)} s; ${(Number(values.lines) / clean.seconds.run).toFixed(0)} lines a second`,
)
tell(`the Worker held, in each tenth of the way: ${live?.tenths.join(', ')} MB; with its garbage ${grown?.peak} MB at most`)
tell(`the process, with the database and the files in it: ${whole?.tenths.map(Math.round).join(', ')} MB; ${whole?.peak} MB at most`)
let [passed, failed] = [0, 0]
const check = (what: string, holds: boolean) => {
  if (holds) passed++
  else {
    failed++
    console.log(`FAILED ${what}`)
  }
}
check('nothing is left behind', clean.stored.import_keys?.rows === 0 && clean.stored.import_lines?.rows === 0)
check('most lines are there', (clean.stored.invoice_lines?.rows ?? 0) > Number(values.lines) * 0.98)
// In an isolate that Cloudflare bounds at 128 MB: what it holds at the end is what it held in the second tenth, when all is warm.
const [warm = 0, last = Number.POSITIVE_INFINITY] = [live?.tenths[1], live?.tenths.at(-1)]
check(`memory is flat: ${warm} MB, then ${last} MB`, warm > 0 && last <= warm * 1.33 + 2)
check(`the isolate stays within its bounds: ${grown?.peak} MB`, (grown?.peak ?? Number.POSITIVE_INFINITY) < 128)
const kills = Number(values.kills)
if (kills > 0) {
  const random = randomFrom(Number(values.seed))
  const killed = await importOnce(
    files,
    Array.from({ length: kills }, () => 0.01 + random.next() * 0.97).toSorted((a, b) => a - b),
  )
  check(`it was killed ${kills} times`, killed.kills === kills)
  for (const [table, { rows: count, hash }] of Object.entries(clean.stored)) {
    const other = killed.stored[table]
    check(`${table}: ${count} rows ${hash}, after ${kills} kills ${other?.rows} rows ${other?.hash}`, other?.rows === count && other.hash === hash)
  }
  tell(`killed ${killed.kills} times: ${failed === 0 ? 'the same' : 'not the same'} ${rows} rows`)
}
if (values.figures !== undefined)
  writeFileSync(values.figures, JSON.stringify({ linesPerSecond: Number(values.lines) / clean.seconds.run, live: live?.tenths, peak: grown?.peak }))
console.log(`imports: ${passed} checks passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
