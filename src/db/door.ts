import { and, type Column, getTableColumns, is, SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { type Instant, type PlainDate, todayIn } from '#src/dates.ts'
import type { Env } from '#src/env.ts'
import { type Answers, builder, Counted, NO_ENV, Read, type RowOf, runBatch, type Selected, type Statements, selection, slot, Write } from './statement.ts'

/**
 * The tenant door: the one way to rows. A door belongs to one tenant and writes that tenant into every statement it
 * makes; rooms only say what to read and what it means. A statement that a door made does nothing until a door runs it.
 */

/** Which database holds a tenant: one for all today, and the one place to change when a company outgrows it. */
const dbFor = (env: Env, _tenantId: string): D1Database => env.DB

export type TenantTable = SQLiteTable & { tenantId: SQLiteColumn }
export type Reading = {
  where?: SQL | undefined
  order?: (SQL | SQLiteColumn)[]
  limit?: number
  offset?: number
  left?: { table: TenantTable; on: SQL | undefined }[]
  groupBy?: SQLiteColumn[]
  /** The index that it has to go by, where SQLite would take one that steps over a client's whole history. */
  index?: string
}
/** A row to write: a value, or an expression over the table that `from` names. Left out: the column's default. */
type Row<T extends SQLiteTable> = { [K in keyof T['$inferInsert']]?: T['$inferInsert'][K] | SQL | SQLiteColumn | undefined }
type Writing = {
  /** One row for each row of this table that `where` picks; without it, one row if `where` holds. */
  from?: TenantTable
  where?: SQL | undefined
  /** What to do when such a row is there already; without it the batch fails. */
  conflict?: SQL
}

export class TenantDoor {
  readonly tenantId: string
  readonly #d1: D1Database
  constructor(env: Env, tenantId: string) {
    this.tenantId = tenantId
    this.#d1 = dbFor(env, tenantId)
  }

  /** A condition that every write of this door carries, such as "the session still holds". */
  protected get held(): SQL | undefined {
    return undefined
  }

  /** A door of the same kind with a slot for each of its ids: what it makes is the same for every door of the kind. */
  get pattern(): TenantDoor {
    return PATTERN
  }

  /** What fills the slots. */
  get ids(): Record<string, unknown> {
    return { tenantId: this.tenantId }
  }

  /** What narrows a table to what this door may see. Client doors narrow further. */
  protected scope(table: TenantTable): SQL {
    return sql`${table.tenantId} = ${this.tenantId}`
  }

  /** A condition, and never more than what this door may see. */
  protected within(table: TenantTable, where: SQL | undefined): SQL | undefined {
    return and(this.scope(table), whole(where))
  }

  /** All columns of a table. */
  read<T extends TenantTable>(table: T, reading: Reading = {}): Read<T['$inferSelect']> {
    return this.pick(table, getTableColumns(table), reading) as Read<T['$inferSelect']>
  }

  /** Some columns, or expressions, of a table and of those joined to it. */
  pick<T extends TenantTable, C extends Selected>(table: T, columns: C, reading: Reading = {}): Read<RowOf<C>> {
    const { fields, decode } = selection(columns)
    let query = builder
      .select(fields)
      .from(reading.index === undefined ? (table as SQLiteTable) : sql`${table} INDEXED BY ${sql.identifier(reading.index)}`)
      .$dynamic()
    for (const { table: joined, on } of reading.left ?? []) query = query.leftJoin(joined, this.within(joined, on))
    query = query.where(this.within(table, reading.where))
    if (reading.groupBy) query = query.groupBy(...reading.groupBy)
    if (reading.order) query = query.orderBy(...reading.order)
    if (reading.limit !== undefined) query = query.limit(reading.limit)
    if (reading.offset !== undefined) query = query.offset(reading.offset)
    return new Read(query, decode)
  }

  /** `(SELECT column FROM …)`, to be used in a condition of another statement. */
  pluck(table: TenantTable, column: SQLiteColumn | SQL, { where, order, limit, offset, groupBy, index }: Reading = {}): SQL {
    const from = index === undefined ? sql`${table}` : sql`${table} INDEXED BY ${sql.identifier(index)}`
    const tail = sql.join([
      groupBy ? sql` GROUP BY ${sql.join(groupBy, sql`, `)}` : sql``,
      order ? sql` ORDER BY ${sql.join(order, sql`, `)}` : sql``,
      limit === undefined ? sql`` : sql` LIMIT ${limit}`,
      offset === undefined ? sql`` : sql` OFFSET ${offset}`,
    ])
    return sql`(SELECT ${column} FROM ${from} WHERE ${this.within(table, where)}${tail})`
  }

  /** `EXISTS (…)`: a condition over a table within this door. */
  exists(table: TenantTable, where: SQL | undefined): SQL {
    return sql`EXISTS (SELECT 1 FROM ${table} WHERE ${this.within(table, where)})`
  }

  insert<T extends TenantTable>(table: T, row: Row<T>, { from, where, conflict }: Writing = {}): Write {
    const columns = getTableColumns(table)
    const given = Object.entries({ ...row, tenantId: this.tenantId }).filter(([, value]) => value !== undefined)
    const names = given.map(([key]) => sql.identifier(columns[key]?.name ?? key))
    const values = given.map(([key, value]) => asSQL(columns[key], value))
    const condition = and(from && this.scope(from), this.held, whole(where)) ?? sql`true`
    const source = from ? sql` FROM ${from}` : sql``
    const tail = conflict ? sql` ON CONFLICT ${conflict}` : sql``
    return new Write(sql`INSERT INTO ${table} (${sql.join(names, sql`, `)}) SELECT ${sql.join(values, sql`, `)}${source} WHERE ${condition}${tail}`)
  }

  /** One row for each of these, which are values alone; in one statement, whatever their number, and only if `where` holds. */
  insertEach<T extends TenantTable>(table: T, rows: T['$inferInsert'][], where?: SQL): Write {
    const columns = getTableColumns(table)
    const keys = Object.keys(rows[0] ?? {}).filter((key) => key !== 'tenantId')
    const names = keys.map((key) => sql.identifier(columns[key]?.name ?? key))
    const values = keys.map((key) => sql`value ->> ${key}`)
    return new Write(sql`INSERT INTO ${table} (tenant_id, ${sql.join(names, sql`, `)}) SELECT ${this.tenantId}, ${sql.join(values, sql`, `)}
      FROM json_each(${JSON.stringify(rows)}) WHERE ${and(this.held, whole(where)) ?? sql`true`}`)
  }

  update<T extends TenantTable>(table: T, set: Row<T>, where: SQL | undefined): Write {
    const columns = getTableColumns(table)
    const changes = Object.entries(set).filter(([, value]) => value !== undefined)
    const list = changes.map(([key, value]) => sql`${sql.identifier(columns[key]?.name ?? key)} = ${asSQL(columns[key], value)}`)
    return new Write(sql`UPDATE ${table} SET ${sql.join(list, sql`, `)} WHERE ${and(this.within(table, where), this.held)}`)
  }

  remove(table: TenantTable, where: SQL | undefined): Write {
    return new Write(sql`DELETE FROM ${table} WHERE ${and(this.within(table, where), this.held)}`)
  }

  /** For a job's set-based writes over many rows at once, which the others can't say. It must name this door's tenant. */
  write(statement: SQL): Write {
    if (this.held || !this.#namesTenant(statement)) throw new Error('a statement without its gate or its tenant')
    return new Write(statement)
  }

  /** The same for what only a set-based statement can read: its columns are named as `columns` names them. */
  ask<C extends Selected>(columns: C, statement: SQL): Read<RowOf<C>> {
    if (this.held || !this.#namesTenant(statement)) throw new Error('a statement without its gate or its tenant')
    return new Read(statement, selection(columns).decode)
  }

  #namesTenant(statement: SQL): boolean {
    return statement.queryChunks.some((chunk) => chunk === this.tenantId || (is(chunk, SQL) && this.#namesTenant(chunk)))
  }

  /** One batch, one transaction, one round trip. */
  run<S extends Statements>(statements: S): Promise<Answers<S>> {
    return runBatch(this.#d1, statements)
  }

  /** Two sets of statements in the one batch, each with its own answers. */
  async runBoth<A extends Statements, B extends Statements>(first: A, second: B): Promise<[Answers<A>, Answers<B>]> {
    const prefixed = (prefix: string, statements: Statements) =>
      Object.fromEntries(Object.entries(statements).map(([name, statement]) => [prefix + name, statement]))
    const answers: Record<string, unknown> = await this.run({ ...prefixed('1 ', first), ...prefixed('2 ', second) })
    const own = (prefix: string, statements: Statements) => Object.fromEntries(Object.keys(statements).map((name) => [name, answers[prefix + name]]))
    return [own('1 ', first) as Answers<A>, own('2 ', second) as Answers<B>]
  }
}

/** What a page view was let in by, and what it read. */
export type Gated<G, S extends Statements> = { row: G; answers: Answers<S> }

/** A door whose every page view passes a gate: one row that says whether the session still holds, and in which time zone it is. */
export abstract class GatedDoor<G extends { timeZone: string }> extends TenantDoor {
  protected abstract get gate(): Read<G>
  /** The write of the session's last use, when it is due. */
  protected abstract get touch(): Write | undefined
  /** What the page view itself owes the log. */
  protected readonly entry: Write | undefined = undefined
  protected abstract readonly clock: { timeZone: string; now: Instant }
  /** @throws when the gate's row lets nobody in */
  protected abstract admit(row: G | undefined): G

  /** Set by a page view whose cookie should be written anew: the time zone to write into it. */
  renewal: string | undefined

  /**
   * The gate and everything the page reads or owes, in one batch. A second one follows only when the company has moved
   * to another time zone since the cookie was written: then what was read may belong to another day.
   */
  protected async gated<S extends Statements>(statements: (today: PlainDate) => S): Promise<Gated<G, S>> {
    const { timeZone, now } = this.clock
    const { touch } = this
    const own = { gate: this.gate, ...(touch && { touch }), ...(this.entry && { entry: this.entry }) }
    const [{ gate }, answers] = await this.runBoth(own, statements(todayIn(timeZone, now)))
    const row = this.admit(gate[0])
    if (touch || row.timeZone !== timeZone) this.renewal = row.timeZone
    if (row.timeZone === timeZone) return { row, answers }
    const reads = Object.entries(statements(todayIn(row.timeZone, now))).filter(([, statement]) => statement instanceof Read && !(statement instanceof Counted))
    return { row, answers: { ...answers, ...(await this.run(Object.fromEntries(reads))) } as Answers<S> }
  }
}

const PATTERN = new TenantDoor(NO_ENV, slot('tenantId'))

/** A door without a session: for jobs, and for visitors who are about to sign in. */
export const forTenant = (env: Env, tenantId: string) => new TenantDoor(env, tenantId)

/** In brackets: an OR in a condition must not reach beyond it, past the tenant. */
const whole = (where: SQL | undefined): SQL | undefined => where && sql`(${where})`

/** A value as the column writes it: a yes as 1, for example. */
const asSQL = (column: Column | undefined, value: unknown): SQL => {
  if (value !== null && typeof value === 'object' && ('queryChunks' in value || 'table' in value)) return sql`${value as SQL}`
  return sql`${value === null || !column ? value : column.mapToDriverValue(value)}`
}
