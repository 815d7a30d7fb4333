/// <reference types="vite/client" />
import { env } from 'cloudflare:workers'
import { getTableColumns, is, SQL } from 'drizzle-orm'
import { getTableConfig, SQLiteSyncDialect, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { describe, expect, it } from 'vitest'

/** The database as it is, held against schema.ts. */
const modules = import.meta.glob<Record<string, unknown>>('../../src/db/schema/*.ts', { eager: true })
const tables = Object.values(modules).flatMap((module) => Object.values(module).filter((value): value is SQLiteTable => is(value, SQLiteTable)))

const all = async <T>(statement: string): Promise<T[]> => (await env.DB.prepare(statement).all<T>()).results
const dialect = new SQLiteSyncDialect()
const textOf = (value: unknown): string => (is(value, SQL) ? dialect.sqlToQuery(value.inlineParams()).sql : String(value))

describe('each table of schema.ts', () => {
  it('is in the database, and nothing else is', async () => {
    const inDatabase = await all<{ name: string; strict: number }>(`PRAGMA table_list`)
    const ours = inDatabase.filter(({ name }) => !/^(sqlite_|_cf_|d1_migrations)/.test(name))
    expect(ours.map(({ name }) => name).sort()).toEqual(tables.map((table) => getTableConfig(table).name).sort())
    expect(ours.filter(({ strict }) => strict !== 1)).toEqual([])
  })

  it.each(tables.map((table) => [getTableConfig(table).name, table] as const))('%s has the columns, keys and indexes it says', async (name, table) => {
    const { columns, primaryKeys, foreignKeys, indexes, uniqueConstraints } = getTableConfig(table)
    const isColumns = await all<{ name: string; type: string; notnull: number; pk: number; hidden: number; dflt_value: string | null }>(
      `PRAGMA table_xinfo(${name})`,
    )
    // In the order of their names: a column that is added later stands last in the database, wherever it is declared.
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
    const keyColumns = primaryKeys.flatMap(({ columns }) => columns.map((column) => column.name))
    expect(
      isColumns.toSorted(byName).map((column) => ({
        name: column.name,
        type: column.type.toLowerCase(),
        notNull: column.notnull === 1,
        generated: column.hidden !== 0,
        pk: column.pk,
        hasDefault: column.dflt_value !== null,
      })),
    ).toEqual(
      columns.toSorted(byName).map((column) => ({
        name: column.name,
        type: column.getSQLType(),
        // SQLite reports a lone text key as nullable unless it says otherwise.
        notNull: column.notNull,
        generated: column.generated !== undefined,
        pk: column.primary ? 1 : keyColumns.indexOf(column.name) + 1,
        hasDefault: column.default !== undefined,
      })),
    )

    const isKeys = await all<{ id: number; seq: number; table: string; from: string; to: string; on_delete: string; on_update: string }>(
      `PRAGMA foreign_key_list(${name})`,
    )
    expect(isKeys.map((key) => `${key.from}→${key.table}.${key.to} ${key.on_delete} ${key.on_update}`).sort()).toEqual(
      foreignKeys
        .flatMap((key) => {
          const { columns, foreignColumns, foreignTable } = key.reference()
          return columns.map((column, i) =>
            `${column.name}→${getTableConfig(foreignTable).name}.${foreignColumns[i]?.name} ${key.onDelete} ${key.onUpdate}`.replaceAll('restrict', 'RESTRICT'),
          )
        })
        .sort(),
    )

    const isIndexes = await all<{ name: string; unique: number; origin: string; partial: number }>(`PRAGMA index_list(${name})`)
    const named = isIndexes.filter(({ origin }) => origin === 'c')
    expect(named.map((index) => `${index.name} ${index.unique} ${index.partial}`).sort()).toEqual(
      [
        ...indexes.map(({ config }) => `${config.name} ${config.unique ? 1 : 0} ${config.where ? 1 : 0}`),
        ...uniqueConstraints.map(({ name }) => `${name} 1 0`),
        ...columns.filter((column) => column.isUnique).map((column) => `${column.uniqueName} 1 0`),
      ].sort(),
    )
    for (const { config } of indexes) {
      const isIn = await all<{ name: string }>(`PRAGMA index_info(${config.name})`)
      expect(isIn.map(({ name }) => name)).toEqual(config.columns.map((column) => ('name' in column ? column.name : textOf(column))))
      const [{ sql: written } = { sql: '' }] = await all<{ sql: string }>(`SELECT sql FROM sqlite_master WHERE type = 'index' AND name = '${config.name}'`)
      if (config.where) expect(written).toContain(`WHERE ${textOf(config.where)}`)
    }
    expect(Object.keys(getTableColumns(table)).length).toBe(columns.length)
  })
})

it('every row that belongs to a company carries it in its keys', () => {
  const without = tables.map(getTableConfig).filter(({ columns }) => !columns.some(({ name }) => name === 'tenant_id'))
  expect(without.map(({ name }) => name).sort()).toEqual(['limits', 'mail_pace', 'staff', 'tenants', 'webhook_events'])
  for (const { name, foreignKeys } of tables.map(getTableConfig)) {
    for (const key of foreignKeys) {
      const { columns, foreignTable } = key.reference()
      const target = getTableConfig(foreignTable).name
      if (!['staff', 'tenants'].includes(target))
        expect(
          columns.map((column) => column.name),
          `${name} → ${target}`,
        ).toContain('tenant_id')
    }
  }
})

it('has the triggers that its last migration left', async () => {
  const written = Object.values(import.meta.glob<string>('../../migrations/*.sql', { eager: true, query: '?raw', import: 'default' })).join('\n')
  const expected = new Set<string>()
  for (const [, verb, name = ''] of written.matchAll(/\b(CREATE|DROP) TRIGGER (?:IF EXISTS )?(\w+)/g))
    verb === 'CREATE' ? expected.add(name) : expected.delete(name)
  const triggers = await all<{ name: string }>(`SELECT name FROM sqlite_master WHERE type = 'trigger'`)
  expect(triggers.map(({ name }) => name).sort()).toEqual([...expected].sort())
  expect(expected.size).toBeGreaterThan(20)
})

describe('what was logged', () => {
  const insert = (id: string) =>
    env.DB.prepare(`INSERT INTO activity (tenant_id, id, client_id, at, type, event) VALUES ('LOGGED', '${id}', 'c', 0, 'system', 'first-login')`)
  it.each([
    ['UPDATE', `UPDATE activity SET at = 1 WHERE tenant_id = 'LOGGED'`],
    ['DELETE', `DELETE FROM activity WHERE tenant_id = 'LOGGED'`],
    [
      'INSERT OR REPLACE',
      `INSERT OR REPLACE INTO activity (tenant_id, id, client_id, at, type, event) VALUES ('LOGGED', 'stands', 'c', 9, 'system', 'first-login')`,
    ],
    [
      'UPSERT',
      `INSERT INTO activity (tenant_id, id, client_id, at, type, event) VALUES ('LOGGED', 'stands', 'c', 9, 'system', 'first-login') ON CONFLICT DO UPDATE SET at = 9`,
    ],
  ])('stands against %s', async (_, statement) => {
    await env.DB.batch([
      env.DB.prepare(`INSERT OR IGNORE INTO tenants (id, slug, name, created_at) VALUES ('LOGGED', 'logged', 'Logged', 0)`),
      env.DB.prepare(
        `INSERT OR IGNORE INTO clients (tenant_id, id, code, name, name_key, status, currency, created_at, updated_at) VALUES ('LOGGED', 'c', 'c', 'c', 'c', 'active', 'EUR', 0, 0)`,
      ),
    ])
    const before = await all(`SELECT * FROM activity WHERE tenant_id = 'LOGGED' ORDER BY id`)
    if (before.length === 0) await insert('stands').run()
    await expect(env.DB.prepare(statement).run()).rejects.toThrow('append-only')
    expect(await all(`SELECT id, at FROM activity WHERE tenant_id = 'LOGGED'`)).toEqual([{ id: 'stands', at: 0 }])
  })
})
