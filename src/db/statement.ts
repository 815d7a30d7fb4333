import { Column, type GetColumnData, is, Placeholder, type Query, SQL, sql } from 'drizzle-orm'
import { QueryBuilder, SQLiteAsyncDialect, type SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Env } from '#src/env.ts'

/** Statements as data: made by the doors, run by the doors, in batches alone. */

export const builder = new QueryBuilder()
const dialect = new SQLiteAsyncDialect()
type Source = SQL | { toSQL(): Made } | Made
const queryOf = (source: Source): Made => (is(source, SQL) ? dialect.sqlToQuery(source) : 'toSQL' in source ? source.toSQL() : source)

/** A new random id for each row of a set, made by the database. */
export const rowId = sql`lower(hex(randomblob(8)))`

type Row = Record<string, unknown>
type Made = Pick<Query, 'sql' | 'params'>

/** Where a value will stand, in a statement that is made once and then only filled in (see compiled.ts). */
export class Slot extends Placeholder {
  /** A value that isn't known yet can be passed on, and nothing else. */
  [Symbol.toPrimitive](): never {
    throw new Error(`the value of ${this.name} was looked at while a statement was made once for all values`)
  }
}

export const slot = (name: string) => new Slot(name) as unknown as string
/** Of a door that makes statements and runs none. */
export const NO_ENV = {} as Env

const filled = ({ sql: text, params }: Made, values: Record<string, unknown>): Made => ({
  sql: text,
  params: params.map((param) => (param instanceof Slot ? given(values, param.name) : param)),
})

const given = (values: Record<string, unknown>, name: string): unknown => {
  if (values[name] === undefined) throw new Error(`nothing was given for ${name}`)
  return values[name]
}

/** A statement that reads; T is one row. */
export class Read<T> {
  declare readonly row: T
  readonly query: Made
  readonly decode: (row: Row) => T
  constructor(source: Source, decode: (row: Row) => T) {
    this.query = queryOf(source)
    this.decode = decode
  }

  with(values: Record<string, unknown>): Read<T> {
    return new Read(filled(this.query, values), this.decode)
  }
}

/** One that changes what it reads, as a counter does: run once, whatever else is read again. */
export class Counted<T> extends Read<T> {
  readonly once = true

  override with(values: Record<string, unknown>): Counted<T> {
    return new Counted(filled(this.query, values), this.decode)
  }
}

/** A statement that writes. What it answers is how many rows it changed. */
export class Write {
  readonly query: Made
  constructor(source: Source) {
    this.query = queryOf(source)
  }

  with(values: Record<string, unknown>): Write {
    return new Write(filled(this.query, values))
  }
}

export type Statements = Record<string, Read<unknown> | Write>
export type Answers<S extends Statements> = { [K in keyof S]: NonNullable<S[K]> extends Read<infer T> ? T[] : number }

/** One batch, one transaction, one round trip. */
export const runBatch = async <S extends Statements>(d1: D1Database, statements: S): Promise<Answers<S>> => {
  const named = Object.entries(statements)
  if (named.length === 0) return {} as Answers<S>
  const results = await d1.batch<Row>(named.map(([, { query }]) => d1.prepare(query.sql).bind(...query.params)))
  return Object.fromEntries(named.map(([name, statement], i) => [name, answerOf(statement, results[i])])) as Answers<S>
}

const answerOf = (statement: Read<unknown> | Write, result: D1Result<Row> | undefined) => {
  if (!result) throw new Error('a statement of a batch got no answer')
  return statement instanceof Write ? result.meta.changes : result.results.map(statement.decode)
}

/** A column of a table that was joined from the left: null where there was no such row. */
export class Maybe<C extends SQLiteColumn> {
  readonly column: C
  constructor(column: C) {
    this.column = column
  }
}
export const maybe = <C extends SQLiteColumn>(column: C) => new Maybe(column)

/** What a statement selects, by the names its rows will have. */
export type Selected = Record<string, SQLiteColumn | Maybe<SQLiteColumn> | SQL>
type ValueOf<C> = C extends Maybe<infer M> ? M['_']['data'] | null : C extends Column ? GetColumnData<C, 'query'> : C extends SQL<infer T> ? T : never
export type RowOf<C extends Selected> = { [K in keyof C]: ValueOf<C[K]> }

/**
 * The fields of a SELECT, each under a name of its own, and how its rows are read. D1 answers rows by column name, so
 * two columns of one name would shift every value after them; and a row that lacks a name is an error, not a null.
 */
export const selection = <C extends Selected>(columns: C) => {
  const entries = Object.entries(columns)
  const fields = Object.fromEntries(entries.map(([name, column]) => [name, fieldOf(column).as(name)]))
  const decoders = entries.map(([name, column]) => [name, decoderOf(column)] as const)
  const decode = (row: Row): RowOf<C> => {
    const decoded: Row = {}
    for (const [name, decoder] of decoders) {
      const value = row[name]
      if (value === undefined) throw new Error(`a row came back without ${name}`)
      decoded[name] = value === null || !decoder ? value : decoder.mapFromDriverValue(value)
    }
    return decoded as RowOf<C>
  }
  return { fields, decode }
}

const fieldOf = (column: Selected[string]): SQL => (is(column, SQL) ? column : sql`${column instanceof Maybe ? column.column : column}`)

/** Undefined where a value comes as it is: most columns are text and whole numbers. */
const decoderOf = (column: Selected[string]): SQLiteColumn | undefined => {
  const own = column instanceof Maybe ? column.column : is(column, SQL) ? undefined : column
  return own && own.mapFromDriverValue !== Column.prototype.mapFromDriverValue ? own : undefined
}
