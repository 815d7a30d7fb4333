import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ROOT } from '#tools/local-state.ts'

// A project of one file, under the house's own rules.
const folder = mkdtempSync(join(tmpdir(), 'stockflow-'))
cpSync(join(ROOT, 'tools/lint'), join(folder, 'tools/lint'), { recursive: true })
const rules = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'))
writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...rules, vcs: { enabled: false } }))
afterAll(() => rmSync(folder, { recursive: true }))

const problems = (path: string, code: string): string => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), code)
  const { stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/biome'), ['lint', path], { cwd: folder, encoding: 'utf8' })
  expect(stdout + stderr).toMatch(/Checked 1 file/)
  return stdout + stderr
}

const QUERY = 'export const mine = (query, condition) => query.where(condition)\n'
const HANDLE = 'export const all = (env) => env.DB.prepare("SELECT 1")\n'

test.each([
  ['src/portal/invoices.tsx', QUERY, 'Only src/db calls .where()'],
  ['src/billing/invoice.ts', QUERY, 'Only src/db calls .where()'],
  ['src/portal/invoices.tsx', HANDLE, 'Only src/db holds the database'],
])('%s may not reach past the door', (path, code, message) => {
  expect(problems(path, code)).toContain(message)
})

test('src/db may', () => {
  expect(problems('src/db/door.ts', QUERY)).not.toContain('.where()')
  expect(problems('src/db/door.ts', HANDLE)).not.toContain('holds the database')
})
