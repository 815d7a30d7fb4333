import { env } from 'cloudflare:workers'
import type { Role } from '#src/db/schema/staff.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { linkToken, type StaffLinkPurpose } from '#src/mail/links.ts'
import { unhurried } from '#test/access/stage.ts'
import { askStaff } from '#test/asking.ts'
import { type Company, hashOfPassword, signedInStaff } from '#test/cast.ts'

/** What owners do with a team, and what its members do then, as their browsers would. */

export const NEW_PASSWORD = 'seven herons over the weir'
export const newAddress = () => `person-${newId(8).toLowerCase()}@people.example`

export const all = async <T>(statement: string, ...values: unknown[]): Promise<T[]> =>
  (
    await env.DB.prepare(statement)
      .bind(...values)
      .all<T>()
  ).results
export const change = (statement: string, ...values: unknown[]) =>
  env.DB.prepare(statement)
    .bind(...values)
    .run()

export type MailRow = { id: string; kind: string; state: string; tenant_id: string; data: string; expires_at: number | null }
export const mailsTo = (email: string) =>
  all<MailRow>('SELECT id, kind, state, tenant_id, data, expires_at FROM outbox WHERE to_email = ? ORDER BY rowid', email)
export const memberships = ({ tenantId }: Company) =>
  all<{ staff_id: string; email: string; role: Role; removed_at: number | null; password_hash: string | null }>(
    'SELECT m.staff_id, s.email, m.role, m.removed_at, s.password_hash FROM memberships m JOIN staff s ON s.id = m.staff_id WHERE m.tenant_id = ? ORDER BY m.created_at, s.email',
    tenantId,
  )
export const owners = async (company: Company) =>
  (await memberships(company)).filter(({ role, removed_at, password_hash }) => role === 'owner' && removed_at === null && password_hash !== null)
export const auditOf = ({ tenantId }: Company) =>
  all<{ setting: string; before: string; after: string }>(
    "SELECT setting, before, after FROM audit_entries WHERE tenant_id = ? AND area = 'team' ORDER BY rowid",
    tenantId,
  )

export const invite = (cookie: string, email: string, role = 'member', given: Env = unhurried, name = '') =>
  askStaff('/settings/team/invitations', { cookie, form: { email, role, name }, env: given })
export const linkOf = async ({ tenant_id, id }: Pick<MailRow, 'tenant_id' | 'id'>, purpose: StaffLinkPurpose = 'staff-invitation') =>
  `/set-password/${encodeURIComponent(await linkToken(env, purpose, tenant_id, id))}`
export const setPassword = (link: string, password = NEW_PASSWORD, given: Env = unhurried) => askStaff(link, { form: { password }, env: given })
export const signIn = (email: string, password: string) => askStaff('/sign-in', { form: { email, password }, env: unhurried })
export const forgot = (email: string, given: Env = unhurried) => askStaff('/forgot-password', { form: { email }, env: given })

/** Somebody of the team with a password and a session. */
export const joined = async (company: Company, role: Role, email = newAddress()) => {
  const staffId = newId()
  await change(
    'INSERT INTO staff (id, email, email_key, name, password_hash, created_at) VALUES (?1, ?2, ?2, ?3, ?4, 0)',
    staffId,
    email,
    'Joined',
    await hashOfPassword(),
  )
  await join(company, staffId, role)
  return { staffId, email, cookie: (await signedInStaff({ ...company, staffId })).cookie }
}
export const join = ({ tenantId }: Company, staffId: string, role: Role) =>
  change('INSERT INTO memberships (tenant_id, staff_id, role, created_at) VALUES (?, ?, ?, ?)', tenantId, staffId, role, Date.now())
