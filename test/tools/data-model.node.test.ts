import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DATA_MODEL, dataModel } from '#tools/data-model.ts'

it('docs/data-model.md is what the schema is now', async () => expect(readFileSync(DATA_MODEL, 'utf8')).toBe(await dataModel()))

it('it has every table that the migrations make, each with its columns', async () => {
  const folder = join(import.meta.dirname, '../../migrations')
  const sql = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
  const made = [...sql.matchAll(/CREATE TABLE `((?!__new_)\w+)`/g)].map(([, name]) => name)
  const model = await dataModel()
  expect(made.length).toBeGreaterThan(20)
  for (const name of made) expect(model).toContain(`### ${name}\n`)
  for (const [, table = '', column] of sql.matchAll(/ALTER TABLE `(\w+)` ADD `(\w+)`/g)) {
    const [, section = ''] = model.split(`### ${table}\n`)
    expect([table, section.split('\n### ')[0]?.includes(`| \`${column}\` |`)]).toEqual([table, true])
  }
})
