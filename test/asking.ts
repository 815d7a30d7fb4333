import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { Env } from '#src/env.ts'
import worker from '#src/worker.ts'
import type { Company, Person } from './cast.ts'

export type Asked = {
  host: string
  path: string
  method?: string
  cookie?: string
  form?: Record<string, string>
  body?: BodyInit
  headers?: Record<string, string>
  env?: Env
}

/** Asks the Worker itself, as a browser on that host would: forms come from the same origin unless told otherwise. */
export const ask = async ({ host, path, method, cookie, form, body, headers, env: given = env }: Asked): Promise<Response> => {
  const url = `http://${host}${path}`
  const context = createExecutionContext()
  const init: RequestInit = {
    method: method ?? (form ? 'POST' : 'GET'),
    redirect: 'manual',
    headers: {
      'CF-Connecting-IP': `192.0.2.${Math.floor(Math.random() * 250)}`,
      ...((form || (method && !['GET', 'HEAD'].includes(method))) && { 'Sec-Fetch-Site': 'same-origin', Origin: new URL(url).origin }),
      ...(form && { 'Content-Type': 'application/x-www-form-urlencoded' }),
      ...(cookie && { Cookie: cookie }),
      ...headers,
    },
    ...(form ? { body: new URLSearchParams(form).toString() } : body !== undefined && { body }),
  }
  // An empty value: without this header.
  const request = new Request(url, init)
  for (const [name, value] of Object.entries(headers ?? {})) if (value === '') request.headers.delete(name)
  const response = await worker.fetch(request as Parameters<typeof worker.fetch>[0], given, context)
  await waitOnExecutionContext(context)
  return response
}

/** A queue that is told nothing: for tests that look at mail before it leaves. */
export const withoutQueue: Env = { ...env, MAIL_QUEUE: { send: async () => {}, sendBatch: async () => {} } as unknown as Env['MAIL_QUEUE'] }

export const STAFF_HOST = 'app.stockflow.localhost'
export const portalHost = ({ slug }: Company) => `${slug}.stockflow.localhost`

/** A page of a person's own portal. */
export const askPortal = (person: Person, path: string, more: Partial<Asked> = {}) =>
  ask({ host: portalHost(person.company), path: `/portal${path === '/' ? '' : path}`, ...more })
export const askStaff = (path: string, more: Partial<Asked> = {}) => ask({ host: STAFF_HOST, path, ...more })

/** The name and value of a cookie that an answer sets. */
export const cookieOf = (response: Response): string => response.headers.get('Set-Cookie')?.split(';')[0] ?? ''

/** Every way to ask D1, counted at the binding: batches and single statements, sessions too. */
export const countingD1 = (d1: D1Database): { d1: D1Database; calls: () => number } => {
  let calls = 0
  const countedStatement = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        if (name === 'bind') return (...values: unknown[]) => countedStatement(target.bind(...values))
        return (...values: unknown[]) => {
          calls += 1
          return value.apply(target, values)
        }
      },
    })
  const originals = new WeakMap<object, D1PreparedStatement>()
  const counted = <T extends D1Database | D1DatabaseSession>(database: T): T =>
    new Proxy(database, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...values: unknown[]) => {
          if (name === 'withSession') return counted(value.apply(target, values))
          if (name === 'prepare') return remember(value.apply(target, values))
          calls += 1
          const given = name === 'batch' ? [(values[0] as object[]).map((statement) => originals.get(statement) ?? statement)] : values
          return value.apply(target, given)
        }
      },
    })
  const remember = (statement: D1PreparedStatement): D1PreparedStatement => {
    const proxy = new Proxy(countedStatement(statement), {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (name === 'bind') return (...values: unknown[]) => remember(statement.bind(...values))
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    originals.set(proxy, statement)
    return proxy
  }
  return { d1: counted(d1), calls: () => calls }
}
