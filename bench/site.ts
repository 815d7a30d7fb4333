import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import { QUIET, ROOT, WRANGLER } from '#tools/local-state.ts'

/** The built Worker in workerd, without wrangler's proxy, beside the floors that it is measured against. */

const OUT = join(ROOT, 'dist/bench')

/** A second Worker that listens: workerd opens one span for each call of D1, so calls and rows are counted from outside. */
const TAIL = `
const zero = () => ({ calls: 0, rowsRead: 0, rowsWritten: 0 })
let seen = zero()
export default {
  fetch: () => { const answer = Response.json(seen); seen = zero(); return answer },
  tailStream: () => ({
    spanOpen: ({ event }) => { if (event.name.startsWith('d1_')) seen.calls++ },
    attributes: ({ event }) => {
      for (const { name, value } of event.info) {
        if (name === 'cloudflare.d1.response.rows_read') seen.rowsRead += Number(value)
        if (name === 'cloudflare.d1.response.rows_written') seen.rowsWritten += Number(value)
      }
    },
  }),
}`

/** Builds one of our entries as it is deployed: minified, in modules. @returns its folder */
export const bundle = (name: string, entry: string, more: string[] = []): string => {
  const folder = join(OUT, name)
  mkdirSync(folder, { recursive: true })
  const config = join(OUT, `${name}.toml`)
  const text = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8')
  const own = text
    .replace('main = "src/worker.ts"', `main = "${join(ROOT, entry)}"`)
    .replace('directory = "dist/site"', `directory = "${join(ROOT, 'dist/site')}"`)
    .replace('migrations_dir = "migrations"', `migrations_dir = "${join(ROOT, 'migrations')}"`)
    .replace('command = "npm run -s build"\n', '')
    .replace('watch_dir = ["public"]\n', '')
    .replaceAll('= "./src/', `= "${ROOT}/src/`)
  writeFileSync(config, own)
  const { status, stderr } = spawnSync(process.execPath, [WRANGLER, 'deploy', '--dry-run', '--config', config, '--outdir', folder, ...more], {
    cwd: ROOT,
    env: { ...process.env, ...QUIET },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${entry} could not be built:\n${stderr}`)
  return folder
}

const modulesIn = (folder: string) => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'))
  const sized = files.sort(
    (a, b) =>
      Number(b.startsWith('worker') || b.startsWith('recording') || b.startsWith('floors')) -
      Number(a.startsWith('worker') || a.startsWith('recording') || a.startsWith('floors')),
  )
  return sized.map((name) => ({ type: 'ESModule' as const, path: join(folder, name) }))
}

export type Running = { url: URL; pid: number; d1: () => Promise<{ calls: number; rowsRead: number; rowsWritten: number }>; end: () => Promise<void> }
type Options = { state: string; app: string; floors?: { folder: string; statements: Record<string, unknown>; stored?: string }; isCounting?: boolean }

/** Starts it over a state that wrangler's tools have made. The floors answer on a host of their own. */
export const startSite = async ({ state, app, floors, isCounting = false }: Options): Promise<Running> => {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, 'wrangler.toml'))
  const {
    modulesRules: _rules,
    assets: _assets,
    ...options
  } = workerOptions as Record<string, unknown> & { bindings?: Record<string, unknown>; compatibilityDate?: string }
  const bindings = options.bindings ?? {}
  // Fonts are read from there; the router that answers pages' own assets would be measured, too.
  const serviceBindings = { ASSETS: { disk: { path: join(ROOT, 'dist/site'), writable: false } } }
  const { queueConsumers: _consumers, ...withoutQueues } = options
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      log: new Log(LogLevel.ERROR),
      // A line for each request would be measured, too.
      handleRuntimeStdio: (out: NodeJS.ReadableStream, errors: NodeJS.ReadableStream) => {
        out.resume()
        errors.resume()
      },
      handleStructuredLogs: () => undefined,
      resourcePersistencePath: join(state, 'v3'),
      workers: [
        { ...options, name: 'app', bindings, serviceBindings, modulesRoot: app, modules: modulesIn(app), streamingTails: isCounting ? ['tail'] : [] },
        ...(floors
          ? [
              {
                ...withoutQueues,
                name: 'floors',
                bindings: { STATEMENTS: floors.statements, STORED: floors.stored ?? '' },
                modulesRoot: floors.folder,
                modules: modulesIn(floors.folder),
                routes: ['floors.localhost/*'],
              },
            ]
          : []),
        ...(isCounting
          ? [{ name: 'tail', modules: true, script: TAIL, compatibilityDate: options.compatibilityDate, compatibilityFlags: ['streaming_tail_worker'] }]
          : []),
      ],
    } as Parameters<typeof convertV4MiniflareOptions>[0]),
  )
  const url = await miniflare.ready
  const [pid = 0] = execFileSync('pgrep', ['-P', String(process.pid), 'workerd'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number)
  const d1 = async () => {
    // Spans arrive a little after the answer.
    await new Promise((resolve) => setTimeout(resolve, 150))
    const tail = await miniflare.getWorker('tail')
    return (await (await tail.fetch('http://tail/')).json()) as { calls: number; rowsRead: number; rowsWritten: number }
  }
  return { url, pid, d1, end: () => miniflare.dispose() }
}

const TICK = 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** User and system CPU of a process so far, in milliseconds; told in steps of 10. */
export const cpuOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK
}

export type Target = { host: string; path: string; headers?: Record<string, string> }
export type Answer = { status: number; headers: http.IncomingHttpHeaders; body: Buffer }

/** One request. Node's fetch can't set Host, so this calls 127.0.0.1 and names the host. */
export const ask = ({ url }: Running, { host, path, headers }: Target, form?: Record<string, string>, agent?: http.Agent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const body = form && new URLSearchParams(form).toString()
    const own =
      body === undefined
        ? {}
        : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(Buffer.byteLength(body)), 'sec-fetch-site': 'same-origin' }
    const request = http.request(
      { agent, hostname: url.hostname, port: url.port, path, method: body === undefined ? 'GET' : 'POST', headers: { host, ...own, ...headers } },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }))
      },
    )
    request.on('error', reject).end(body)
  })

export type Round = { cpu: number; p50: number; p99: number; rate: number }

/** So many requests over four connections. @throws when one isn't answered with 200 */
export const load = async (site: Running, target: Target, requests: number): Promise<Round> => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
  const latency: number[] = []
  let left = requests
  const [cpu, since] = [cpuOf(site.pid), performance.now()]
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      while (left-- > 0) {
        const begun = performance.now()
        const { status } = await ask(site, target, undefined, agent)
        if (status !== 200) throw new Error(`${target.path} answered ${status}`)
        latency.push(performance.now() - begun)
      }
    }),
  )
  const seconds = (performance.now() - since) / 1000
  const used = (cpuOf(site.pid) - cpu) / requests
  agent.destroy()
  latency.sort((a, b) => a - b)
  return { cpu: used, p50: latency[requests >> 1] ?? 0, p99: latency[Math.floor(requests * 0.99)] ?? 0, rate: requests / seconds }
}
