import { env } from 'cloudflare:workers'
import type { Env } from '#src/env.ts'

type Batch = (statements: D1PreparedStatement[]) => Promise<D1Result<unknown>[]>

/** The same bindings, with something done around each round trip to the database. */
export const withBatch = (around: (batch: Batch) => Batch, given: Env = env): Env => {
  const get = (target: D1Database, name: string | symbol) => {
    const value: unknown = name === 'batch' ? around((statements) => target.batch(statements)) : Reflect.get(target, name)
    return typeof value === 'function' ? value.bind(target) : value
  }
  return { ...given, DB: new Proxy(given.DB, { get }) }
}

/** A database so far away that whatever can interleave does. */
export const farAway = (given: Env = env, ms = 30): Env =>
  withBatch(
    (batch) => async (statements) => {
      await scheduler.wait(ms)
      const results = await batch(statements)
      await scheduler.wait(ms)
      return results
    },
    given,
  )
