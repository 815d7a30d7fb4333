/**
 * `npm run data-model`: writes docs/data-model.md from the schema: a diagram for each of its files, and each table's
 * columns with what the schema says of them.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { ROOT } from './local-state.ts'

const FOLDER = join(ROOT, 'src/db/schema')
export const DATA_MODEL = join(ROOT, 'docs/data-model.md')

type Config = ReturnType<typeof getTableConfig>

/** What the schema's own comments say: of each table by its name in the code, of each column by its name in the database. */
const commentsIn = (source: string): Map<string, string> => {
  const said = new Map<string, string>()
  for (const [, comment = '', exported, column] of source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export const (\w+) = sqliteTable|\w+: \w+\('(\w+)')/g))
    said.set(exported ?? column ?? '', comment.replaceAll(/\s*\n\s*\*\s?/g, ' ').trim())
  return said
}

/** The part of a file that a table is declared in: columns of one name mean different things in different tables. */
const partOf = (source: string, exported: string): string => {
  const from = source.indexOf(`export const ${exported} = sqliteTable`)
  const to = source.indexOf('export const ', from + 1)
  return source.slice(from, to < 0 ? undefined : to)
}

const keyOf = ({ primaryKeys, columns }: Config): string[] =>
  primaryKeys.length > 0 ? primaryKeys.flatMap((key) => key.columns.map(({ name }) => name)) : columns.filter(({ primary }) => primary).map(({ name }) => name)

const referencesOf = ({ foreignKeys }: Config) =>
  foreignKeys.map((key) => {
    const { columns, foreignTable } = key.reference()
    // Each reference begins with the tenant; what follows says to which of its rows.
    return { to: getTableConfig(foreignTable).name, by: columns.map(({ name }) => name), isOptional: columns.some(({ notNull }) => !notNull) }
  })

const diagramOf = (tables: Config[]): string[] => [
  '```mermaid',
  'erDiagram',
  ...tables.flatMap((table) => [
    ...referencesOf(table).map(
      ({ to, by, isOptional }) =>
        `  ${to} ${isOptional ? '|o' : '||'}--o{ ${table.name} : "${by.filter((name) => name !== 'tenant_id').join(', ') || 'tenant_id'}"`,
    ),
    `  ${table.name} {`,
    ...table.columns.map(({ name }) => name).flatMap((name) => (keyOf(table).includes(name) ? [`    key ${name}`] : [])),
    '  }',
  ]),
  '```',
]

const cell = (text: string) => text.replaceAll('|', '\\|')

const tableOf = (config: Config, exported: string, source: string): string[] => {
  const ofTable = commentsIn(source).get(exported) ?? ''
  const ofColumns = commentsIn(partOf(source, exported))
  const key = keyOf(config)
  const rows = config.columns.map((column) => [
    `\`${column.name}\``,
    column.getSQLType(),
    [key.includes(column.name) ? 'key' : '', column.notNull ? '' : 'may be null', column.generated ? 'derived' : ''].filter(Boolean).join(', '),
    ofColumns.get(column.name) ?? '',
  ])
  return [
    `### ${config.name}`,
    '',
    ...(ofTable ? [ofTable, ''] : []),
    '| column | type | | |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
    '',
    ...config.indexes.map(({ config: index }) => {
      const columns = index.columns.map((column) => ('name' in column ? column.name : 'an expression')).join(', ')
      return `- ${index.unique ? 'unique' : 'index'} \`${index.name}\` on ${columns}${index.where ? ', in part' : ''}`
    }),
    '',
  ]
}

/** The document as the schema has it now. */
export const dataModel = async (): Promise<string> => {
  const parts: string[] = []
  for (const name of readdirSync(FOLDER).sort()) {
    const source = readFileSync(join(FOLDER, name), 'utf8')
    const module: Record<string, unknown> = await import(pathToFileURL(join(FOLDER, name)).href)
    const tables = Object.entries(module).flatMap(([exported, table]) => (is(table, SQLiteTable) ? [{ exported, config: getTableConfig(table) }] : []))
    // A module's names come in another order than they are written in.
    tables.sort((a, b) => source.indexOf(`export const ${a.exported} =`) - source.indexOf(`export const ${b.exported} =`))
    if (tables.length === 0) continue
    parts.push(`## ${name.replace('.ts', '').replaceAll('-', ' ')}`, '', ...diagramOf(tables.map(({ config }) => config)), '')
    for (const { exported, config } of tables) parts.push(...tableOf(config, exported, source))
  }
  return `${[
    '# The data model',
    '',
    'Made from the schema by `npm run data-model`; what is said of a column is what the schema says of it.',
    '',
    'One database holds many companies: each row says whose it is (`tenant_id`), and each key and each reference begins with it. Money is in minor units of the currency beside it, quantities in 1/10,000, rates in 1/1,000 %, days are `YYYY-MM-DD`, instants milliseconds since 1970 in UTC. What is marked as derived the database computes itself; what triggers keep stands in [decision 002](decisions/002-what-triggers-keep.md).',
    '',
    ...parts,
  ]
    .join('\n')
    .trimEnd()}\n`
}

if (process.argv[1] === import.meta.filename) writeFileSync(DATA_MODEL, await dataModel())
