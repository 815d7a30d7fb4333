import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { QUIET, ROOT, WRANGLER } from '#tools/local-state.ts'
import { atMost, hold, record } from './results.ts'
import { bundle } from './site.ts'

/** How large the Worker is, as it is deployed, and what it does before its first request. */

const DRAWING = ['pdf-lib', '@pdf-lib/fontkit']

const gzipped = (folder: string): number => gzipSync(readFileSync(join(folder, 'worker.js')), { level: 9 }).length / 1024

type Profile = { nodes: { id: number; callFrame: { functionName: string } }[]; samples: number[]; timeDeltas: number[] }

/** Milliseconds in which anything ran, of a profile of wrangler's. */
const busyIn = ({ nodes, samples, timeDeltas }: Profile): number => {
  const idle = new Set(nodes.filter(({ callFrame }) => ['(idle)', '(root)'].includes(callFrame.functionName)).map(({ id }) => id))
  return samples.reduce((sum, id, i) => sum + (idle.has(id) ? 0 : (timeDeltas[i] ?? 0)), 0) / 1000
}

export const measureSize = (folder: string): void => {
  const whole = gzipped(bundle('size', 'src/worker.ts'))
  hold('Worker, gzip', whole, 'KB', atMost(900))
  const empty = join(folder, 'nothing.cjs')
  writeFileSync(empty, 'module.exports = {}\n')
  const without = gzipped(
    bundle(
      'size-without-pdfs',
      'src/worker.ts',
      DRAWING.flatMap((name) => ['--alias', `${name}:${empty}`]),
    ),
  )
  hold('Worker without what draws PDFs, gzip', without, 'KB', atMost(200))

  const out = join(folder, 'startup')
  mkdirSync(out)
  const profile = join(out, 'startup.cpuprofile')
  const { status, stderr, stdout } = spawnSync(process.execPath, [WRANGLER, 'check', 'startup', '--outfile', profile], {
    cwd: ROOT,
    env: { ...process.env, ...QUIET },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`wrangler check startup:\n${stdout}${stderr}`)
  record('start-up, as wrangler check startup profiles it', busyIn(JSON.parse(readFileSync(profile, 'utf8')) as Profile), 'ms')
  rmSync(out, { recursive: true, force: true })
}
