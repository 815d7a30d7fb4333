import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#src/ids.ts'
import { linkToken } from '#src/mail/links.ts'
import { askStaff, cookieOf } from '#test/asking.ts'
import { type Company, makeCompany, PASSWORD, signedInStaff } from '#test/cast.ts'

let company: Company
beforeAll(async () => {
  company = await makeCompany('Deskwork')
})
const signIn = (email: string, password: string, next = '') => askStaff('/sign-in', { form: { email, password, next } })

it('lets staff in with the right password, and says the same to everybody else', async () => {
  const right = await signIn(` ${company.staffEmail.toUpperCase()} `, PASSWORD)
  expect([right.status, right.headers.get('Location')]).toEqual([303, '/clients'])
  expect((await askStaff('/clients', { cookie: cookieOf(right) })).status).toBe(200)
  expect((await signIn(company.staffEmail, PASSWORD, '/imports?x=1')).headers.get('Location')).toBe('/imports?x=1')
  for (const next of ['https://evil.example', '/.//evil.example', '/x/..//evil.example', '/%2e//evil.example', '//evil.example'])
    expect((await signIn(company.staffEmail, PASSWORD, next)).headers.get('Location'), next).toBe('/clients')
  const wrong = await signIn(company.staffEmail, 'not the right password')
  const unknown = await signIn('nobody@x.example', PASSWORD)
  expect([wrong.status, unknown.status]).toEqual([422, 422])
  const print = async (response: Response, email: string) => (await response.text()).replaceAll(email, 'EMAIL')
  expect(await print(wrong, company.staffEmail)).toBe(await print(unknown, 'nobody@x.example'))
})

describe('a session of staff', () => {
  const open = async (cookie: string) => (await askStaff('/clients', { cookie })).status
  it.each([
    ['idle for 12 hours', 'seen_at = ?', 12],
    ['7 days old', 'created_at = ?', 7 * 24],
  ])('ends when %s', async (_, set, hours) => {
    const { cookie, sessionId } = await signedInStaff(company)
    const age = (ms: number) =>
      env.DB.prepare(`UPDATE staff_sessions SET ${set} WHERE id = ?`)
        .bind(Date.now() - ms, sessionId)
        .run()
    await age(hours * 3_600_000 - 60_000)
    expect(await open(cookie)).toBe(200)
    await age(hours * 3_600_000 + 1000)
    expect(await open(cookie)).toBe(303)
  })

  it('ends with signing out, and with the company', async () => {
    const { cookie } = await signedInStaff(company)
    await askStaff('/sign-out', { cookie, method: 'POST' })
    expect(await open(cookie)).toBe(303)
    const other = await makeCompany('Closing')
    const { cookie: theirs } = await signedInStaff(other)
    expect(await open(theirs)).toBe(200)
    await env.DB.prepare('UPDATE tenants SET disabled_at = 1 WHERE id = ?').bind(other.tenantId).run()
    expect(await open(theirs)).toBe(303)
    expect((await signIn(other.staffEmail, PASSWORD)).status).toBe(422)
  })

  it('that has ended changes nothing', async () => {
    const { cookie, sessionId } = await signedInStaff(company)
    await env.DB.prepare('UPDATE staff_sessions SET ended_at = 1 WHERE id = ?').bind(sessionId).run()
    const answer = await askStaff('/settings/client-portal', { cookie, form: { form: 'client-portal' } })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/sign-in?notice=unsent'])
    expect(await (await askStaff('/sign-in?notice=unsent')).text()).toContain('You are signed out, so what you sent was not taken.')
    const enabled = await env.DB.prepare('SELECT enabled FROM portal_settings WHERE tenant_id = ?').bind(company.tenantId).first('enabled')
    expect(enabled).toBe(1)
  })
})

it('only the settings page’s own form changes settings', async () => {
  const { cookie } = await signedInStaff(company)
  const enabled = () => env.DB.prepare('SELECT enabled FROM portal_settings WHERE tenant_id = ?').bind(company.tenantId).first('enabled')
  const post = (more: object) => askStaff('/settings/client-portal', { cookie, ...more })
  expect((await post({ form: {} })).status).toBe(415)
  expect((await post({ method: 'POST', headers: { 'Content-Type': 'application/json' } })).status).toBe(415)
  expect(await enabled()).toBe(1)
})

describe('the link of a new owner', () => {
  const invited = async (lastsMs: number) => {
    const [mailId, now] = [newId(), Date.now()]
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO outbox (tenant_id, id, kind, to_email, staff_id, data, template_version, key_id, state, due_at, created_at, expires_at) VALUES (?, ?, 'staff-invitation', ?, ?, '{}', 1, 'local', 'sent', ?, ?, ?)`,
      ).bind(company.tenantId, mailId, company.staffEmail, company.staffId, now, now, now + lastsMs),
      env.DB.prepare('UPDATE staff SET invitation_mail_id = ? WHERE id = ?').bind(mailId, company.staffId),
    ])
    return `/set-password/${await linkToken(env, 'staff-invitation', company.tenantId, mailId)}`
  }
  const password = 'five lamps along the quay'

  it('sets a password once, and signs in', async () => {
    const link = await invited(60_000)
    expect((await askStaff(link)).status).toBe(200)
    expect((await askStaff(link, { form: { password: 'short' } })).status).toBe(422)
    const answers = await Promise.all([1, 2, 3].map((n) => askStaff(link, { form: { password: `${password} ${n}` } })))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410, 410])
    const winner = answers.find(({ status }) => status === 303)
    expect((await askStaff('/clients', { cookie: winner ? cookieOf(winner) : '' })).status).toBe(200)
    expect((await askStaff(link)).status).toBe(410)
  })

  it('ends in time, when a newer one is sent, and is no client’s link', async () => {
    const late = await invited(-1000)
    expect((await askStaff(late)).status).toBe(410)
    expect((await askStaff(late, { form: { password } })).status).toBe(410)
    const older = await invited(60_000)
    const newer = await invited(60_000)
    expect([(await askStaff(older)).status, (await askStaff(newer)).status]).toEqual([410, 200])
    const other = await linkToken(env, 'invitation', company.tenantId, newer.slice('/set-password/'.length + 6, '/set-password/'.length + 22))
    expect((await askStaff(`/set-password/${other}`)).status).toBe(410)
  })
})
