import { env } from 'cloudflare:workers'
import type { Env } from '#src/env.ts'
import { ask, askStaff, portalHost } from '#test/asking.ts'
import { type Actor, unhurried } from './stage.ts'

/** A client's profile, as staff of its company asks for it, and what the database holds afterwards. */

export const all = async <T = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T[]> =>
  (
    await env.DB.prepare(sql)
      .bind(...values)
      .all<T>()
  ).results

export const page = (actor: Pick<Actor, 'clientId' | 'staff'>, path = '/portal', given: Env = unhurried) =>
  askStaff(`/clients/${actor.clientId}${path}`, { cookie: actor.staff, env: given })
export const textOf = async (actor: Pick<Actor, 'clientId' | 'staff'>, path = '/portal') => (await page(actor, path)).text()

export const post = (actor: Pick<Actor, 'clientId' | 'staff'>, path: string, form: Record<string, string> = {}, given: Env = unhurried) =>
  askStaff(`/clients/${actor.clientId}${path}`, { cookie: actor.staff, form, env: given })

/** The page that an answer leads to. */
export const follow = async (actor: Pick<Actor, 'staff'>, response: Response): Promise<string> =>
  (await askStaff(response.headers.get('Location') ?? '', { cookie: actor.staff, env: unhurried })).text()

/** The next click of somebody who is signed in. */
export const click = (actor: Pick<Actor, 'company'>, cookie: string) => ask({ host: portalHost(actor.company), path: '/portal', cookie, env: unhurried })

export const signIn = (actor: Pick<Actor, 'company' | 'email'>, password: string) =>
  ask({ host: portalHost(actor.company), path: '/portal/sign-in', form: { email: actor.email, password }, env: unhurried })

export const entriesOf = async ({ clientId }: Pick<Actor, 'clientId'>): Promise<string[]> =>
  (await all<{ event: string | null; text: string }>('SELECT event, text FROM activity WHERE client_id = ? ORDER BY rowid', clientId)).map(({ event, text }) =>
    text === '' ? String(event) : `${event}: ${text}`,
  )

/** The mails to an address, newest last. */
export const mailsTo = (email: string) =>
  all<{ id: string; kind: string; state: string; data: string }>(
    'SELECT id, kind, state, data FROM outbox WHERE lower(to_email) = ? AND data <> ? ORDER BY rowid',
    email.toLowerCase(),
    '{}',
  )

export const accessesOf = async ({ clientId }: Pick<Actor, 'clientId'>): Promise<string[]> =>
  (
    await all<{ email: string; state: string }>(
      'SELECT u.email, a.state FROM accesses a JOIN portal_users u ON u.tenant_id = a.tenant_id AND u.id = a.portal_user_id WHERE a.client_id = ? ORDER BY u.email',
      clientId,
    )
  ).map(({ email, state }) => `${email} ${state}`)
