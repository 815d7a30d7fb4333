import { getTableColumns, getTableName } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'

/** A value of D1 holds 2 MB, a statement 100 parameters: rows travel as one JSON text for so many of them. */
const ROWS_A_STATEMENT = 1000

/**
 * Statements that insert any number of rows, for one batch. All rows name the same columns.
 * @throws when a row lacks a column that the first one has
 */
export const insertAll = <T extends SQLiteTable>(db: D1Database, table: T, rows: T['$inferInsert'][]): D1PreparedStatement[] => {
  const columns = Object.entries(getTableColumns(table)).filter(([key]) => rows[0] && key in rows[0])
  const names = columns.map(([, column]) => `"${column.name}"`).join(', ')
  const values = columns.map((_, i) => `json_extract(value, '$[${i}]')`).join(', ')
  const lists = rows.map((row) =>
    columns.map(([key, column]) => {
      const value = row[key as keyof typeof row]
      if (value === undefined) throw new Error(`a row of ${getTableName(table)} lacks ${key}`)
      return value === null ? null : column.mapToDriverValue(value)
    }),
  )
  return Array.from({ length: Math.ceil(lists.length / ROWS_A_STATEMENT) }, (_, i) => lists.slice(i * ROWS_A_STATEMENT, (i + 1) * ROWS_A_STATEMENT)).map(
    (part) => db.prepare(`INSERT INTO "${getTableName(table)}" (${names}) SELECT ${values} FROM json_each(?)`).bind(JSON.stringify(part)),
  )
}
