import { type ChildProcess, spawn } from 'node:child_process'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { required } from '#src/env.ts'
import { QUIET, ROOT, WRANGLER } from './local-state.ts'

/** `wrangler dev` as a child: what it is told, what of its words is passed on, and how it is asked. */

/** `kill`: at once, and everything that it started with it: the processes of its group. */
export type Server = { group: number | undefined; ended: Promise<string>; stop: () => void; kill: () => void; speak: () => void }

/** Tables, banners and lines that the Worker's own log says better. */
const NOISE = /^\s*$|^env\.|^Your Worker has access|^Binding\s|^⎔|^\[wrangler:info\]|^\[custom build\]|^╭|^│|^╰|^🪵/u
const NOISY_WARNING =
  /Scheduled Workers are not automatically|To manually trigger a scheduled event|cdn-cgi\/local\/scheduled"|For more details, see.*cron-triggers/

const withoutNoise = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !NOISE.test(line) && !NOISY_WARNING.test(line))
    .map((line) => `${line}\n`)
    .join('')

/** Starts serving. Says nothing until it is told to speak; what it said before is in `ended`, should it end. */
export const serve = (args: string[]): Server => {
  const child: ChildProcess = spawn(process.execPath, ['--no-warnings', WRANGLER, 'dev', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...QUIET },
    // A group of its own: Ctrl-C reaches us alone, and we end it in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let speaking = false
  let lastWords = ''
  const hear = (out: NodeJS.WriteStream) => (chunk: Buffer) => {
    const words = withoutNoise(chunk.toString())
    lastWords = `${lastWords}${words}`.slice(-4000)
    if (speaking) out.write(words)
  }
  child.stdout?.on('data', hear(process.stdout))
  child.stderr?.on('data', hear(process.stderr))
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(String(error)))
    child.once('close', (code, name) => resolve(`${lastWords.trimEnd()}\nwrangler ended (${name ?? code}).`.trimStart()))
  })
  const speak = () => {
    speaking = true
  }
  const kill = () => {
    // The group is named by the id of the process that leads it.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL')
  }
  return { group: child.pid, ended, speak, kill, stop: () => child.kill('SIGTERM') }
}

/** Asks the local server for an address of one of its hosts. Node's fetch doesn't resolve *.localhost. */
export const ask = (port: number, host: string, path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, headers: { host }, timeout: 30_000 }, (answer) => {
      answer.on('error', reject)
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
    })
    request.on('timeout', () => request.destroy(new Error('no answer'))).on('error', reject)
  })

/** Whether the app host is well, within a minute and a half. */
export const becomesHealthy = async (port: number, signal: AbortSignal): Promise<boolean> => {
  const until = Date.now() + 90_000
  while (Date.now() < until && !signal.aborted) {
    if ((await ask(port, `app.stockflow.localhost:${port}`, '/healthz').catch(() => 0)) === 200) return true
    await sleep(100)
  }
  return false
}

export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false)).listen({ port, host: '127.0.0.1' }, () => probe.close(() => resolve(true)))
  })

/** Where the stand-in of the mail provider tells what became of mail, and the secret that the Worker has locally. */
export const webhookOf = (port: number) => ({
  url: `http://127.0.0.1:${port}/webhooks/resend`,
  host: `app.stockflow.localhost:${port}`,
  secret: required({ BASE_DOMAIN: 'stockflow.localhost' }, 'RESEND_WEBHOOK_SECRET'),
})
