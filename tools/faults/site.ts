import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT } from '../local-state.ts'
import { ask, becomesHealthy, type Server, serve } from '../serve.ts'

/** The real Worker under wrangler, with a state of its own, that can be killed and comes back. */

/** wrangler.toml as it is, but for the queue that delivers twice; without the build step, which ran before. */
export const writeConfig = (folder: string): string => {
  const replaced = [
    ['main = "src/worker.ts"', `main = "${join(ROOT, 'tools/faults/worker.ts')}"`],
    ['directory = "dist/site"', `directory = "${join(ROOT, 'dist/site')}"`],
    ['migrations_dir = "migrations"', `migrations_dir = "${join(ROOT, 'migrations')}"`],
    ['command = "npm run -s build"\n', ''],
    ['watch_dir = ["public"]\n', ''],
  ] as const
  let text = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8')
  for (const [old, now] of replaced) {
    if (!text.includes(old)) throw new Error(`wrangler.toml has no line ${old.trim()}`)
    text = text.replace(old, now)
  }
  text = text.replaceAll('= "./src/', `= "${ROOT}/src/`)
  const file = join(folder, 'wrangler.toml')
  writeFileSync(file, text)
  return file
}

export type SiteOptions = {
  config: string
  state: string
  port: number
  resendUrl: string
  pace: string
  /** By how many milliseconds the cron's clock is ahead: what waits for a standstill then waits less. */
  ahead?: number
}

/** How often the cron's work is done here: in production once a minute, and a kill would be noticed that much later. */
export const SWEEP_EVERY = 5_000

export class Site {
  readonly #options: SiteOptions
  #server: Server | undefined
  #clock: NodeJS.Timeout | undefined
  #isLeaving = false
  kills = 0

  constructor(options: SiteOptions) {
    this.#options = options
  }

  /** @throws with wrangler's last words when it doesn't come up */
  async start(): Promise<void> {
    const { config, state, port, resendUrl, pace } = this.#options
    const vars = [`LOCAL_PORT:${port}`, `RESEND_BASE_URL:${resendUrl}`, `MAIL_PACE:${pace}`].flatMap((value) => ['--var', value])
    const own = ['--config', config, '--persist-to', state, '--ip', '127.0.0.1', '--port', String(port), '--show-interactive-dev-session', 'false']
    const server = serve([...own, ...vars])
    this.#server = server
    const gone = new AbortController()
    void server.ended.then(() => gone.abort())
    if (!(await becomesHealthy(port, gone.signal))) throw new Error(`the Worker did not come up:\n${gone.signal.aborted ? await server.ended : ''}`)
    this.#clock ??= setInterval(() => void this.#sweep(), SWEEP_EVERY)
  }

  /** Kills it outright, whatever it is doing, and starts it again. */
  async killAndStart(): Promise<void> {
    this.kills += 1
    this.#server?.kill()
    await this.#server?.ended
    if (!this.#isLeaving) await this.start()
  }

  async end(): Promise<void> {
    this.#isLeaving = true
    clearInterval(this.#clock)
    this.#server?.stop()
    await Promise.race([this.#server?.ended, sleep(5_000, undefined, { ref: false })])
    this.#server?.kill()
    await this.#server?.ended
  }

  /** The id of the process group that serves. */
  get group(): number | undefined {
    return this.#server?.group
  }

  async #sweep(): Promise<void> {
    const { port, ahead = 0 } = this.#options
    // While it is down nobody sweeps, as in production.
    await ask(port, `127.0.0.1:${port}`, `/cdn-cgi/local/scheduled?cron=*+*+*+*+*&time=${Date.now() + ahead}`).catch(() => 0)
  }
}
