import { join } from 'node:path'
import { build, type Metafile } from 'esbuild'
import { beforeAll, expect, it } from 'vitest'

/**
 * What an isolate evaluates before its first request: everything that is imported from the Worker on without a function
 * asking for it. A module of CommonJS is evaluated when it is first required, so it counts by who imports it, too.
 */

let metafile: Metafile
beforeAll(async () => {
  const root = join(import.meta.dirname, '../..')
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['src/worker.ts'],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    logLevel: 'error',
  })
  ;({ metafile } = result)
})

const reachedFrom = (path: string, reached = new Set<string>()): Set<string> => {
  if (reached.has(path)) return reached
  reached.add(path)
  for (const { path: next, kind, external } of metafile.inputs[path]?.imports ?? []) if (kind !== 'dynamic-import' && !external) reachedFrom(next, reached)
  return reached
}

it.each([
  ['PDFs', /node_modules\/(pdf-lib|@pdf-lib|pako)\//],
  ['fonts', /dejavu|\.ttf/],
  ['lists of passwords and words', /zxcvbn|diceware|passwords?\.txt|wordlist/],
  ['ZIP', /node_modules\/(client-zip|fflate)\//],
])('nothing of %s is evaluated before it is needed', (_, pattern) => {
  const inputs = Object.keys(metafile.inputs)
  const reached = reachedFrom('src/worker.ts')
  expect(reached.size).toBeGreaterThan(200)
  expect(reached.size).toBeLessThan(inputs.length)
  expect([...reached].filter((path) => pattern.test(path))).toEqual([])
})
