/**
 * `npm run faults`: a bulk invitation of thousands, on the real site, while everything goes wrong that is known to. Prints the
 * figures and what is not as it should be; ends with 1 if anything is.
 */
import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startResend } from '#test/standins/resend.ts'
import { makeBooks } from './faults/books.ts'
import { type Options, readOptions } from './faults/options.ts'
import { freePort } from './faults/port.ts'
import { printReport, readStored, reportOf } from './faults/report.ts'
import { invitePeople } from './faults/run.ts'
import { Site, SWEEP_EVERY, writeConfig } from './faults/site.ts'
import { shapeOf, watchMemory } from './imports/memory.ts'
import { endMarked, recordStart } from './leftovers.ts'
import { migrate, openLocal } from './local-state.ts'
import { buildStaticFiles, scratchFolder } from './scratch.ts'
import { webhookOf } from './serve.ts'

/** How long the provider may go on telling of deliveries after the run: what was missed during a kill comes again after a while. */
const NEWS_LIMIT = 120_000

const FAULTS = { rateLimited: 0.2, broken: 0.1, takenThenSilent: 0.05, latencyMs: 300, retryAfter: 1 }

const NONE = { rateLimited: 0, broken: 0, takenThenSilent: 0 }

const withLocal = async <T>(state: string, work: (env: Awaited<ReturnType<typeof openLocal>>['env']) => Promise<T>): Promise<T> => {
  const { env, close } = await openLocal(state)
  return await work(env).finally(close)
}

const run = async (options: Options): Promise<boolean> => {
  const begun = Date.now()
  const tell = (words: string) => console.log(`${((Date.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${words}`)
  const folder = scratchFolder('faults')
  const state = join(folder, 'state')
  const mark = randomUUID()
  const port = await freePort()
  recordStart(join(folder, 'start.json'), mark, port)
  const standIn = await startResend(0, { webhook: webhookOf(port) })
  const site = new Site({ config: writeConfig(folder), state, port, resendUrl: standIn.url, pace: options.pace })
  const leave = async () => {
    await site.end()
    await standIn.close()
    await endMarked(mark)
    rmSync(folder, { recursive: true, force: true })
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => void leave().then(() => process.exit(130)))
  process.once('uncaughtException', (error) => {
    console.error(error)
    void leave().then(() => process.exit(1))
  })
  try {
    tell(`the cron’s work is done every ${SWEEP_EVERY / 1000} s here, not every minute; MAIL_PACE is ${options.pace}; seed ${options.seed}`)
    buildStaticFiles()
    migrate(state)
    const books = await withLocal(state, (env) => makeBooks(env, options))
    tell(`${options.clients} clients with ${books.invited.size} addresses`)
    standIn.setFaults({ ...FAULTS, ...(options.calm && NONE), seed: options.seed })
    await site.start()
    tell('the site is up')
    // A Worker that is killed takes the watch with it.
    const watch = options.kills === 0 && options.figures !== undefined ? await watchMemory(site.group ?? -1) : undefined
    const seen = await invitePeople({ options, books, site, standIn, port, tell })
    tell('the run’s page says that it is over')
    for (const until = Date.now() + NEWS_LIMIT; !standIn.isQuiet() && Date.now() < until; ) await sleep(250)
    await watch?.end()
    await site.end()
    if (options.figures !== undefined) {
      const peak = shapeOf((watch?.samples ?? []).map(({ grown }) => grown)).peak
      writeFileSync(options.figures, JSON.stringify({ mailsPerMinute: standIn.mails().length / seen.minutes, peak }))
    }
    return printReport(reportOf(options, books, seen, standIn, await withLocal(state, (env) => readStored(env, books.tenantId))))
  } finally {
    await leave()
  }
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options && !(await run(options))) process.exitCode = 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
// A socket or a timer of wrangler's proxy must not hold it up.
process.exit()
