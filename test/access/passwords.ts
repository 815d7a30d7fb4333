import { env } from 'cloudflare:workers'
import { vi } from 'vitest'
import type { Env } from '#src/env.ts'
import { linkToken } from '#src/mail/links.ts'
import { ask, portalHost, withoutQueue } from '#test/asking.ts'
import type { Company, Person } from '#test/cast.ts'
import { withBatch } from '#test/far-away.ts'

/** What tests of links and passwords ask and look up. */

export const NEW_PASSWORD = 'lantern-orchard-mosaic'

export const resetPath = async ({ tenantId }: Company, mailId: string, purpose: 'password-reset' | 'invitation' = 'password-reset') =>
  `/portal/set-password/${await linkToken(env, purpose, tenantId, mailId)}`

type More = { env?: Env; cookie?: string; host?: string }
export const open = (company: Company, path: string, more: More = {}) => ask({ host: portalHost(company), path, env: withoutQueue, ...more })
export const choose = (company: Company, path: string, password: string, more: More = {}) =>
  ask({ host: portalHost(company), path, form: { password }, env: withoutQueue, ...more })
export const forgot = (company: Company, email: string, more: More = {}) =>
  ask({ host: portalHost(company), path: '/portal/forgot-password', form: { email }, env: withoutQueue, ...more })
export const signIn = ({ company, email }: Pick<Person, 'company' | 'email'>, password: string, more: More & { headers?: Record<string, string> } = {}) =>
  ask({ host: portalHost(company), path: '/portal/sign-in', form: { email, password }, env: withoutQueue, ...more })

const all = async <T>(statement: string, ...values: (string | number)[]): Promise<T[]> =>
  (
    await env.DB.prepare(statement)
      .bind(...values)
      .all<T>()
  ).results
export const change = (statement: string, ...values: (string | number | null)[]) =>
  env.DB.prepare(statement)
    .bind(...values)
    .run()

export type MailRow = {
  id: string
  kind: string
  state: string
  data: string
  to_email: string
  created_at: number
  expires_at: number
  used_at: number | null
}
/** A person's mail, oldest first. */
export const mailsOf = ({ company, portalUserId }: Person) =>
  all<MailRow>('SELECT * FROM outbox WHERE tenant_id = ? AND portal_user_id = ? ORDER BY created_at, rowid', company.tenantId, portalUserId)
export const entriesOf = async ({ company, clientId }: Person) =>
  (await all<{ event: string }>('SELECT event FROM activity WHERE tenant_id = ? AND client_id = ? ORDER BY at, rowid', company.tenantId, clientId)).map(
    ({ event }) => event,
  )
export const rowOf = async ({ company, portalUserId }: Person) =>
  (await all<{ password_hash: string | null; name: string }>('SELECT * FROM portal_users WHERE tenant_id = ? AND id = ?', company.tenantId, portalUserId))[0]
export type SessionRow = { id: string; client_id: string | null; ended_at: number | null; device: string; city: string; country: string }
export const sessionsOf = ({ company, portalUserId }: Person) =>
  all<SessionRow>('SELECT * FROM portal_sessions WHERE tenant_id = ? AND portal_user_id = ? ORDER BY created_at, rowid', company.tenantId, portalUserId)

/** Asks for a reset; where its link leads. */
export const asked = async (person: Person): Promise<{ mail: MailRow; path: string }> => {
  await forgot(person.company, person.email)
  const mail = (await mailsOf(person)).findLast(({ kind }) => kind === 'password-reset')
  if (!mail) throw new Error('no mail')
  return { mail, path: await resetPath(person.company, mail.id) }
}

/** Bindings that note how many statements each trip to the database holds. */
export const noting = (): { env: Env; trips: number[] } => {
  const trips: number[] = []
  const noted = withBatch(
    (batch) => (statements) => {
      trips.push(statements.length)
      return batch(statements)
    },
    withoutQueue,
  )
  return { env: noted, trips }
}

/** Does something as if it were another time, by the clock that the code reads. */
export const at = async <T>(time: number, work: () => Promise<T>): Promise<T> => {
  vi.useFakeTimers({ toFake: ['Date'], now: time })
  try {
    return await work()
  } finally {
    vi.useRealTimers()
  }
}
