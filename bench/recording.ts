import type { Env } from '#src/env.ts'
import worker from '#src/worker.ts'

/** The Worker as it is, and what it asked the database: so that the floor of a page sends that page's very statements. */

type Statement = { sql: string; params: unknown[] }
let recorded: Statement[][] = []

const recording = (database: D1Database): D1Database => {
  const known = new WeakMap<object, Statement>()
  const prepare = (sql: string) => {
    const statement = database.prepare(sql)
    known.set(statement, { sql, params: [] })
    return new Proxy(statement, {
      get: (target, name) => {
        if (name === 'bind')
          return (...params: unknown[]) => {
            const bound = target.bind(...params)
            known.set(bound, { sql, params })
            return bound
          }
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }
  const batch = (statements: D1PreparedStatement[]) => {
    recorded.push(statements.map((statement) => known.get(statement) ?? { sql: '', params: [] }))
    return database.batch(statements)
  }
  return new Proxy(database, {
    get: (target, name) => {
      const value: unknown = name === 'prepare' ? prepare : name === 'batch' ? batch : Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

type Fetch = typeof worker.fetch

export default {
  ...worker,
  fetch: (...[request, env, context]: Parameters<Fetch>) => {
    if (new URL(request.url).pathname !== '/recorded') return worker.fetch(request, { ...env, DB: recording(env.DB) } as Env, context)
    const answer = Response.json(recorded)
    recorded = []
    return Promise.resolve(answer)
  },
}
