import { sql } from 'drizzle-orm'
import { integer, type SQLiteColumn, text } from 'drizzle-orm/sqlite-core'

/** Columns that many tables share: one way to write an instant, a day, a sum of money, a yes or no. */

/** Milliseconds since 1970, UTC. */
export const instant = (name: string) => integer(name)
/** A day without a time, `YYYY-MM-DD`. */
export const day = (name: string) => text(name)
/** Minor units of the currency that stands beside it in the same row. */
export const money = (name: string) => integer(name)
export const flag = (name: string) => integer(name, { mode: 'boolean' })
/**
 * What search looks through, folded; null while the lower case of the plain columns says the same, as with plain Latin
 * letters it does (see searchTextOf).
 */
export const searchText = () => text('search_text')

/** When it was last changed where an import has it from, if its file says so: an older row doesn't overwrite it. */
export const sourceUpdatedAt = () => instant('source_updated_at')

export const isDay = (column: SQLiteColumn) => sql`${column} IS NULL OR ${column} = date(${column})`
export const isCurrency = (column: SQLiteColumn) => sql`${column} GLOB '[A-Z][A-Z][A-Z]'`
export const isFlag = (column: SQLiteColumn) => sql`${column} IN (0, 1)`
/**
 * For lists that are closed for good: a CHECK can't be altered later. A list that grows with the product
 * (kinds of mail, events, kinds of file) is held by its TypeScript type alone.
 */
export const isOneOf = (column: SQLiteColumn, values: readonly string[]) => sql`${column} IN (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`
