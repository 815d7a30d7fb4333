import type { Env } from '#src/env.ts'
import { findDatabase, findZone } from './account.ts'
import { Api, DeployError } from './api.ts'
import { localConfig, needsOf } from './config.ts'
import type { Settings } from './settings.ts'

/** The deployed database from here, over Cloudflare's API: enough of D1 for what the tools ask. */

type Answer = { results: Record<string, unknown>[]; meta: { changes: number } }
type Value = string | number | null
type Query = { sql: string; params: Value[] }
const PURPOSE = { doing: 'ask the deployed database', scope: 'Account → D1 → Edit' }

class Statement {
  readonly #ask: (query: Query) => Promise<Answer>
  readonly query: Query
  constructor(ask: (query: Query) => Promise<Answer>, query: Query) {
    this.#ask = ask
    this.query = query
  }
  bind(...params: Value[]): Statement {
    return new Statement(this.#ask, { ...this.query, params })
  }
  all(): Promise<Answer> {
    return this.#ask(this.query)
  }
  run(): Promise<Answer> {
    return this.#ask(this.query)
  }
  async first(): Promise<Record<string, unknown> | null> {
    return (await this.#ask(this.query)).results[0] ?? null
  }
}

const remoteDatabase = (api: Api, at: string): D1Database => {
  const ask = async (query: Query): Promise<Answer> => {
    const [answer] = await api.post<Answer[]>(at, query, PURPOSE)
    if (!answer) throw new DeployError('Could not ask the deployed database: the answer is empty.')
    return answer
  }
  const database = {
    prepare: (sql: string) => new Statement(ask, { sql, params: [] }),
    // One call: all of it or nothing.
    batch: (statements: Statement[]) => api.post<Answer[]>(at, { batch: statements.map(({ query }) => query) }, PURPOSE),
  }
  // D1's own type has more than what is asked here.
  return database as unknown as D1Database
}

/** What the tools are given of the deployed Worker. Of its secrets only the id of one is needed, which nobody can read from it. */
export type RemoteEnv = Pick<Env, 'DB' | 'BASE_DOMAIN' | 'MAIL_FROM' | 'LINK_SECRETS' | 'LOCAL_PORT'>

/** @throws DeployError where nothing is deployed */
export const openRemote = async (settings: Settings): Promise<RemoteEnv> => {
  const api = new Api(settings.apiBaseUrl, settings.token)
  const needs = needsOf(localConfig())
  const zone = await findZone({ api, settings })
  const database = await findDatabase({ api, needs }, zone)
  if (!database) throw new DeployError(`There is no database ${needs.database} on that account yet: npm run deploy makes it.`)
  const at = `/accounts/${zone.account.id}/d1/database/${database.uuid}/query`
  const standIn = `${settings.linkKeyId}:${'.'.repeat(32)}`
  return { DB: remoteDatabase(api, at), BASE_DOMAIN: settings.baseDomain, MAIL_FROM: settings.mailFrom, LINK_SECRETS: standIn, LOCAL_PORT: '' }
}
