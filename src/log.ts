import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import { metered, newMeter } from './db/meter.ts'
import type { Env } from './env.ts'
import { newId } from './ids.ts'

type Fields = Record<string, string | number | boolean | null | undefined>

/** One line of JSON. Never a token, a password, an address with a token in it, or a whole e-mail address. */
export const log = (event: string, fields: Fields): void => {
  console.log(JSON.stringify({ event, ...fields }))
}

/** For what nobody expected: the error's own words go to the log, never to a page. */
export const logError = (event: string, error: unknown, fields: Fields = {}): void => {
  console.error(
    JSON.stringify({
      event,
      error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      stack: error instanceof Error ? error.stack : undefined,
      ...fields,
    }),
  )
}

/** Gives each request an id, counts what it asks of the database, and writes its line. */
export const logged = (surface: string) =>
  createMiddleware<{ Bindings: Env; Variables: { now: number; requestId: string; slug?: string; door?: { tenantId: string } } }>(async (c, next) => {
    const meter = newMeter()
    const requestId = c.req.header('CF-Ray') ?? newId()
    c.env = { ...c.env, DB: metered(c.env.DB, meter) }
    c.set('requestId', requestId)
    c.set('now', Date.now())
    await next()
    c.header('X-Request-Id', requestId)
    log('request', {
      requestId,
      surface,
      tenant: c.get('door')?.tenantId,
      slug: c.get('slug'),
      method: c.req.method,
      // The pattern, not the address: some addresses hold a token. Middleware says nothing; of the rest, the first one answered.
      route: matchedRoutes(c).find(({ method }) => method !== 'ALL')?.path ?? null,
      status: c.res.status,
      d1Calls: meter.calls,
      rowsRead: meter.rowsRead,
      rowsWritten: meter.rowsWritten,
      ms: Date.now() - c.var.now,
    })
  })
