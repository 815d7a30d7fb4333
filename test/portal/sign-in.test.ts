import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { clients } from '#src/db/schema/clients.ts'
import { portalUsers } from '#src/db/schema/people.ts'
import { newId } from '#src/ids.ts'
import { ask, askPortal, askStaff, cookieOf, portalHost, STAFF_HOST } from '#test/asking.ts'
import { clientRow, makeCast, makeClient, PASSWORD, setSettings, signedInAs } from '#test/cast.ts'

let cast: Awaited<ReturnType<typeof makeCast>>
beforeAll(async () => {
  cast = await makeCast()
})

const signIn = (email: string, password: string, more = {}) => ask({ host: portalHost(cast.ours), path: '/portal/sign-in', form: { email, password }, ...more })
const printOf = async (response: Response, email: string) => ({
  status: response.status,
  headers: [...response.headers].filter(([name]) => name !== 'x-request-id'),
  text: (await response.text()).replaceAll(email, 'EMAIL'),
})

it('every way to fail looks the same', async () => {
  const { door, tenantId } = cast.ours
  const invited = 'invited@x.example'
  const row = clientRow('Invited', invited)
  await door.run({ client: door.insert(clients, row), person: door.insert(portalUsers, { id: newId(), email: invited, emailKey: invited, createdAt: 0 }) })
  const disabled = await makeClient(cast.ours, 'Disabled')
  await env.DB.prepare('UPDATE clients SET portal_access = 0 WHERE tenant_id = ? AND id = ?').bind(tenantId, disabled.clientId).run()
  const revoked = await makeClient(cast.ours, 'Revoked')
  await env.DB.prepare('DELETE FROM accesses WHERE tenant_id = ? AND client_id = ?').bind(tenantId, revoked.clientId).run()
  const tries: [string, string][] = [
    ['nobody@x.example', PASSWORD],
    [invited, PASSWORD],
    [disabled.email, PASSWORD],
    [revoked.email, PASSWORD],
    [cast.cleo.email, PASSWORD],
    [cast.ada.email, `${PASSWORD} `],
    [cast.ada.email, PASSWORD.toUpperCase()],
    [cast.ada.email, 'x'.repeat(5000)],
    [cast.ada.email, ''],
  ]
  const prints: Awaited<ReturnType<typeof printOf>>[] = []
  for (const [email, password] of tries) prints.push(await printOf(await signIn(email, password), email))
  expect(prints[0]?.status).toBe(422)
  expect(prints[0]?.text).toContain('don’t match')
  for (const print of prints) expect(print).toEqual(prints[0])
})

it('the right password lets in, with a cookie of this company and this surface alone', async () => {
  const response = await signIn(cast.ada.email, PASSWORD, { headers: { Cookie: '__Host-portal=planted; portal=planted' } })
  expect(response.status).toBe(303)
  expect(response.headers.get('Location')).toBe('/portal')
  const cookie = cookieOf(response)
  expect(cookie).toMatch(/^__Host-portal=ey/)
  expect((await askPortal(cast.ada, '/', { cookie })).status).toBe(200)
  expect((await ask({ host: portalHost(cast.theirs), path: '/portal', cookie })).status).toBe(303)
  expect((await askStaff('/clients', { cookie: cookie.replace('__Host-portal', '__Host-staff') })).status).toBe(303)
})

it.each([
  ['/portal/invoices?state=paid', '/portal/invoices?state=paid'],
  ['https://evil.example', '/portal'],
  ['//evil.example', '/portal'],
  ['/\\evil.example', '/portal'],
  ['/portal/../../clients', '/portal'],
  ['/portal@evil.example', '/portal'],
  ['javascript:alert(1)', '/portal'],
  ['/\t/evil.example', '/portal'],
  ['/other', '/portal'],
  ['/.//evil.example', '/portal'],
  ['/portal/..//evil.example', '/portal'],
])('after signing in, %s leads to %s', async (next, target) => {
  const response = await signIn(cast.ben.email, PASSWORD, {
    form: { email: cast.ben.email, password: PASSWORD, next },
  })
  expect(response.headers.get('Location')).toBe(target)
})

describe('too many tries', () => {
  const from = (ip: string) => ({ headers: { 'CF-Connecting-IP': ip } })
  /** How many are let through before one is told to wait. A new minute may begin on the way: at most twice the limit. */
  const tries = async (most: number, attempt: (n: number) => Promise<Response>) => {
    for (let n = 0; n <= most; n += 1) {
      const response = await attempt(n)
      if (response.status === 429) return { before: n, retryAfter: response.headers.get('Retry-After') }
      expect(response.status).toBe(422)
    }
    return { before: most + 1, retryAfter: null }
  }

  it('for one address are told to wait, before a password is looked at; its owner comes in from elsewhere', async () => {
    const person = await makeClient(cast.ours, 'Flooded')
    const { before, retryAfter } = await tries(20, () => signIn(person.email, 'x'.repeat(400), from('198.51.100.7')))
    expect(before).toBeGreaterThanOrEqual(10)
    expect(before).toBeLessThanOrEqual(20)
    expect(retryAfter).toBe('60')
    expect((await signIn(person.email, PASSWORD, from('203.0.113.9'))).status).toBe(303)
  })

  it('from one network are told to wait, whatever they try, and on whichever door', async () => {
    const doors = [
      { host: portalHost(cast.ours), path: '/portal/sign-in' },
      { host: portalHost(cast.theirs), path: '/portal/sign-in' },
      { host: STAFF_HOST, path: '/sign-in' },
    ]
    const { before } = await tries(60, (n) =>
      ask({ host: '', path: '', ...doors[n % 3], form: { email: `guess-${n}@x.example`, password: 'x'.repeat(400) }, ...from(`2001:db8:2:3:${n}::1`) }),
    )
    expect(before).toBeGreaterThanOrEqual(30)
    expect(before).toBeLessThanOrEqual(60)
  })
})

it.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', ''])('a body of the type "%s" is no form', async (type) => {
  const response = await ask({ host: portalHost(cast.ours), path: '/portal/sign-in', method: 'POST', headers: { 'Content-Type': type } })
  expect(response.status).toBe(415)
})

it('a body too large for a form is refused', async () => {
  expect((await signIn(cast.ada.email, 'x'.repeat(20_000))).status).toBe(413)
})

describe('a session', () => {
  const open = async (cookie: string) => (await askPortal(cast.ada, '/', { cookie })).status
  it('ends with signing out, on the server', async () => {
    const { cookie } = await signedInAs(cast.ada)
    expect(await open(cookie)).toBe(200)
    const out = await askPortal(cast.ada, '/sign-out', { cookie, method: 'POST' })
    expect(out.headers.get('Set-Cookie')).toContain('Max-Age=0')
    expect(await open(cookie)).toBe(303)
  })

  it.each([
    ['idle for 7 days', 'seen_at = ?', 7],
    ['30 days old', 'created_at = ?', 30],
  ])('ends when %s', async (_, set, days) => {
    const { cookie, sessionId } = await signedInAs(cast.ada)
    const age = (ms: number) =>
      env.DB.prepare(`UPDATE portal_sessions SET ${set} WHERE id = ?`)
        .bind(Date.now() - ms, sessionId)
        .run()
    await age(days * 86_400_000 - 60_000)
    expect(await open(cookie)).toBe(200)
    await age(days * 86_400_000 + 1000)
    expect(await open(cookie)).toBe(303)
  })

  it.each([
    [
      'the portal is switched off',
      (): Promise<unknown> => setSettings(cast.ours, { enabled: false }),
      503,
      (): Promise<unknown> => setSettings(cast.ours, { enabled: true }),
    ],
    [
      'the client is switched off',
      () => env.DB.prepare('UPDATE clients SET portal_access = 0 WHERE id = ?').bind(cast.ada.clientId).run(),
      303,
      () => env.DB.prepare('UPDATE clients SET portal_access = 1 WHERE id = ?').bind(cast.ada.clientId).run(),
    ],
    [
      'its access is revoked',
      () => env.DB.prepare('DELETE FROM accesses WHERE client_id = ?').bind(cast.ada.clientId).run(),
      303,
      () =>
        env.DB.prepare(`INSERT INTO accesses (tenant_id, portal_user_id, client_id, state, invited_at) VALUES (?, ?, ?, 'active', 0)`)
          .bind(cast.ours.tenantId, cast.ada.portalUserId, cast.ada.clientId)
          .run(),
    ],
  ])('stops at the next click when %s', async (_, change, status, back) => {
    const { cookie } = await signedInAs(cast.ada)
    expect(await open(cookie)).toBe(200)
    await change()
    expect(await open(cookie)).toBe(status)
    await back()
    expect(await open(cookie)).toBe(200)
  })

  it('is not believed when it is forged, expired or bent', async () => {
    const { cookie } = await signedInAs(cast.ada)
    const [header = '', payload = '', signature = ''] = cookie.replace('__Host-portal=', '').split('.')
    const none = btoa(JSON.stringify({ alg: 'none' })).replaceAll('=', '')
    const odd = [
      `${none}.${payload}.`,
      `${header}.${payload}.${signature.slice(0, -2)}AA`,
      `${header}.${btoa('{"tid":"x"}').replaceAll('=', '')}.${signature}`,
      'x'.repeat(8000),
      '..',
      '',
    ]
    for (const token of odd) expect(await open(`__Host-portal=${token}`), token.slice(0, 40)).toBe(303)
  })
})

it('the company’s move to another time zone costs one more call, once', async () => {
  const { cookie } = await signedInAs(cast.ben)
  await env.DB.prepare(`UPDATE company_profiles SET time_zone = 'Pacific/Auckland' WHERE tenant_id = ?`).bind(cast.ours.tenantId).run()
  const moved = await askPortal(cast.ben, '/', { cookie })
  expect(moved.status).toBe(200)
  expect(cookieOf(moved)).toMatch(/^__Host-portal=ey/)
  expect(cookieOf(await askPortal(cast.ben, '/', { cookie: cookieOf(moved) }))).toBe('')
  await env.DB.prepare(`UPDATE company_profiles SET time_zone = 'UTC' WHERE tenant_id = ?`).bind(cast.ours.tenantId).run()
})

it('another company’s cookie writes nothing on this host', async () => {
  const { cookie } = await signedInAs(cast.cleo)
  const entries = () => env.DB.prepare('SELECT count(*) AS n FROM activity WHERE tenant_id = ?').bind(cast.theirs.tenantId).first('n')
  const before = await entries()
  const here = (path: string, more = {}) => ask({ host: portalHost(cast.ours), path: `/portal${path}`, cookie, ...more })
  for (const path of [`/invoices/${cast.cleo.invoiceId}`, `/invoices/${cast.cleo.invoiceId}/pdf`]) expect((await here(path)).status).toBe(303)
  const choice = await here('/choose-client', { form: { client: cast.cleo.clientId } })
  expect([choice.status, choice.headers.get('Location')]).toEqual([303, '/portal/sign-in?notice=unsent'])
  expect(await (await here('/sign-in?notice=unsent')).text()).toContain('You are signed out, so what you sent was not taken.')
  expect(await entries()).toBe(before)
  expect((await askPortal(cast.cleo, `/invoices/${cast.cleo.invoiceId}`, { cookie })).status).toBe(200)
  expect(await entries()).toBe(Number(before) + 1)
})

it('a portal that is off answers every address with the same page, and an error to a part of a page is a part', async () => {
  const { cookie } = await signedInAs(cast.ada)
  await setSettings(cast.ours, { enabled: false })
  const pages = await Promise.all(
    ['', '/', '/nope', '/invoices', '/invoices/x/pdf', '/sign-in', '/set-password/x', '/choose-client'].map((path) => askPortal(cast.ada, path, { cookie })),
  )
  pages.push(await ask({ host: portalHost(cast.ours), path: '/', cookie }))
  const texts = await Promise.all(pages.map((page) => page.text()))
  expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 503))
  expect(new Set(texts).size).toBe(1)
  expect(texts[0]).toContain('<!DOCTYPE html>')
  const part = await askPortal(cast.ada, '/invoices', { cookie, headers: { 'HX-Request-Type': 'partial' } })
  expect([part.status, (await part.text()).startsWith('<div')]).toEqual([503, true])
  await setSettings(cast.ours, { enabled: true })
})
