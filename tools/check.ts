/** `npm test`: everything that is checked, in the order in which it fails fastest. Arguments go to vitest. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findChromium } from './chromium.ts'
import { QUIET, ROOT } from './local-state.ts'

const bin = (name: string) => join(ROOT, 'node_modules/.bin', name)

const STEPS: [name: string, command: string, ...args: string[]][] = [
  ['static files', process.execPath, join(ROOT, 'tools/build.ts')],
  ['types', bin('tsc')],
  ['format and lint', bin('biome'), 'check', '--error-on-warnings', '--log-level=warn'],
  ['who may know whom', process.execPath, join(ROOT, 'tools/rooms.ts')],
  ['unused code', bin('knip'), '--no-progress'],
  ['tests', bin('vitest'), 'run', ...process.argv.slice(2)],
]

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`

const main = (): void => {
  const env = { ...process.env, ...QUIET, CHROME_PATH: findChromium() }
  for (const [name, command, ...args] of STEPS) {
    const since = performance.now()
    console.log(`· ${name}`)
    const { status, signal } = spawnSync(command, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] })
    if (status !== 0) {
      console.error(`✗ ${name} (${signal ?? status}, ${seconds(since)})`)
      process.exit(1)
    }
    console.log(`✓ ${name} (${seconds(since)})`)
  }
}

try {
  main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
