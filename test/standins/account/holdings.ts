import { DatabaseSync } from 'node:sqlite'

/** Everything that the account and its zone hold. */

export type Holdings = {
  account: { id: string; name: string }
  zone: { id: string; name: string; status: string }
  fallback: { origin: string; status: string; errors: string[]; created_at: string; updated_at: string } | undefined
  dnsRecords: { id: string; name: string; type: string; content: string; proxied: boolean; proxiable: boolean; ttl: number }[]
  routes: { id: string; pattern: string; script?: string | undefined }[]
  databases: { uuid: string; name: string; version: string; created_at: string }[]
  buckets: { name: string; creation_date: string; location: string; storage_class: string }[]
  queues: { queue_id: string; queue_name: string; created_on: string; consumers: Consumer[] }[]
  scripts: Map<string, Script>
}
export type Consumer = { consumer_id: string; type: string; script: string; settings: unknown; dead_letter_queue?: string | undefined }
type Binding = { name: string; type: string; text?: string | undefined; [more: string]: unknown }
/** A Worker as it was uploaded; one that only has secrets has no bindings. */
export type Script = { bindings: Binding[]; secrets: string[]; schedules: string[]; uploads: number }

export const hexId = (): string => crypto.randomUUID().replaceAll('-', '')

export const nothingYet = (zone: string): Holdings => ({
  account: { id: 'fedcba9876543210fedcba9876543210', name: 'StockFlow' },
  zone: { id: '0123456789abcdef0123456789abcdef', name: zone, status: 'active' },
  fallback: undefined,
  dnsRecords: [],
  routes: [],
  databases: [],
  buckets: [],
  queues: [],
  scripts: new Map(),
})

type Query = { sql: string; params?: unknown[] | undefined }
type Rows = { results: Record<string, unknown>[]; changes: number }

/** The databases themselves, in memory. */
export class Databases {
  readonly #open = new Map<string, DatabaseSync>()

  /** All of it or nothing, as D1 does it. @throws with SQLite's words */
  run(id: string, queries: Query[]): Rows[] {
    const database = this.#open.get(id) ?? new DatabaseSync(':memory:')
    this.#open.set(id, database)
    database.exec('BEGIN')
    try {
      const rows = queries.map((query) => runOne(database, query))
      database.exec('COMMIT')
      return rows
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }
  close(): void {
    for (const database of this.#open.values()) database.close()
  }
}

const runOne = (database: DatabaseSync, { sql, params = [] }: Query): Rows => {
  const isOne = params.length > 0 || !/;\s*\S/.test(sql)
  if (!isOne) {
    database.exec(sql)
    return { results: [], changes: 0 }
  }
  const statement = database.prepare(sql)
  const values = params as (string | number | null)[]
  if (statement.columns().length > 0) return { results: statement.all(...values), changes: 0 }
  return { results: [], changes: Number(statement.run(...values).changes) }
}
