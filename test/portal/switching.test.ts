import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import { accesses } from '#src/db/schema/people.ts'
import { ask, askPortal, cookieOf, portalHost } from '#test/asking.ts'
import { type Company, makeClient, makeCompany, PASSWORD, type Person, signedInAs } from '#test/cast.ts'

/** One person with two clients of a company: ada sees ben's company too. */

let company: Company
let ada: Person
let ben: Person
beforeEach(async () => {
  company = await makeCompany('Switchers')
  ada = await makeClient(company, 'Adaworks')
  ben = await makeClient(company, 'Benbuild')
  const { door } = company
  await door.run({ access: door.insert(accesses, { portalUserId: ada.portalUserId, clientId: ben.clientId, state: 'active', invitedAt: 1, activatedAt: 1 }) })
})

const choose = (cookie: string, clientId: string) => askPortal(ada, '/choose-client', { cookie, form: { client: clientId } })
const home = async (cookie: string) => (await askPortal(ada, '/', { cookie })).text()
const set = (statement: string, ...values: string[]) =>
  env.DB.prepare(statement)
    .bind(company.tenantId, ...values)
    .run()

it('they choose after signing in, and switch from the menu', async () => {
  const signedIn = await ask({ host: portalHost(company), path: '/portal/sign-in', form: { email: ada.email, password: PASSWORD } })
  expect(signedIn.headers.get('Location')).toBe('/portal/choose-client')
  const first = cookieOf(await choose(cookieOf(signedIn), ada.clientId))
  expect(await home(first)).toMatch(/Adaworks.*Switch client/s)
  const second = cookieOf(await choose(first, ben.clientId))
  expect(await home(second)).toContain('INV-Benbuild')
  expect(await home(second)).not.toContain('INV-Adaworks')
})

it('a page of the old client goes on as the new one, and nobody is signed out', async () => {
  const { cookie: old } = await signedInAs(ada)
  const now = cookieOf(await choose(old, ben.clientId))
  // What a browser that has switched sends, from whatever tab.
  expect((await askPortal(ada, `/invoices/${ada.invoiceId}`, { cookie: now })).status).toBe(404)
  expect(await home(now)).toContain('INV-Benbuild')
  // A request that set out before the switch and arrives after it.
  const late = await askPortal(ada, '/invoices?state=outstanding', { cookie: old })
  expect([late.status, late.headers.get('Location')]).toEqual([303, '/portal/invoices?state=outstanding'])
  expect(await (await askPortal(ada, '/invoices', { cookie: cookieOf(late) })).text()).toContain('INV-Benbuild')
  const piece = await askPortal(ada, '/invoices', { cookie: old, headers: { 'HX-Request': 'true', 'HX-Request-Type': 'partial' } })
  expect([piece.status, piece.headers.get('HX-Redirect')]).toEqual([204, '/portal/invoices'])
  const posted = await askPortal(ada, '/account/name', { cookie: old, form: { name: 'Late' } })
  expect(posted.headers.get('Location')).toBe('/portal')
  expect(await home(now)).toContain('INV-Benbuild')
})

it.each([
  ['revoked', 'DELETE FROM accesses WHERE tenant_id = ? AND client_id = ?'],
  ['switched off', 'UPDATE clients SET portal_access = 0 WHERE tenant_id = ? AND id = ?'],
])('a client that was %s leads to the choice of those that are left', async (_, close) => {
  const { cookie } = await signedInAs(ada)
  await set(close, ada.clientId)
  const next = await askPortal(ada, '/', { cookie })
  expect([next.status, next.headers.get('Location'), next.headers.get('Set-Cookie')]).toEqual([303, '/portal/choose-client?notice=closed', null])
  const page = await (await askPortal(ada, '/choose-client?notice=closed', { cookie })).text()
  expect(page).toContain('closed to you now')
  expect(page).toContain('Benbuild')
  expect(page).not.toContain('Adaworks')
  const chosen = cookieOf(await choose(cookie, ben.clientId))
  expect(await home(chosen)).toContain('INV-Benbuild')
  await set(close, ben.clientId)
  expect((await askPortal(ada, '/', { cookie: chosen })).headers.get('Location')).toMatch(/^\/portal\/sign-in/)
})

it('a session that has ended, or of another person, leads to no other client', async () => {
  const { cookie, sessionId } = await signedInAs(ada)
  await choose(cookie, ben.clientId)
  await set('UPDATE portal_sessions SET ended_at = 1 WHERE tenant_id = ? AND id = ?', sessionId)
  const response = await askPortal(ada, '/', { cookie })
  expect([response.headers.get('Location'), cookieOf(response)]).toEqual(['/portal/sign-in?next=%2Fportal', '__Host-portal='])
  const bens = await signedInAs(ben, ben.clientId)
  await set('DELETE FROM accesses WHERE tenant_id = ? AND portal_user_id = ?', ben.portalUserId)
  expect((await askPortal(ben, '/', { cookie: bens.cookie })).headers.get('Location')).toMatch(/^\/portal\/sign-in/)
})

it('the password is changed for all of their clients, in the history of each', async () => {
  const { cookie } = await signedInAs(ada)
  const other = await signedInAs(ada, ben.clientId)
  const done = await askPortal(ada, '/account/password', { cookie, form: { current: PASSWORD, password: 'lantern-orchard-mosaic' } })
  expect(done.status).toBe(303)
  const { results } = await env.DB.prepare("SELECT client_id FROM activity WHERE tenant_id = ? AND event = 'password-changed'")
    .bind(company.tenantId)
    .all<{ client_id: string }>()
  expect(results.map(({ client_id }) => client_id).sort()).toEqual([ada.clientId, ben.clientId].sort())
  expect((await askPortal(ada, '/', { cookie: other.cookie })).status).toBe(303)
  const { cookie: bens } = await signedInAs(ben)
  expect((await askPortal(ben, '/', { cookie: bens })).status).toBe(200)
})

it('sessions of their other clients are theirs to see and to end', async () => {
  const { cookie } = await signedInAs(ada)
  const other = await signedInAs(ada, ben.clientId)
  const bens = await signedInAs(ben)
  const page = await (await askPortal(ada, '/account', { cookie })).text()
  expect(page).toContain(other.sessionId)
  expect(page).not.toContain(bens.sessionId)
  expect((await askPortal(ada, `/account/sessions/${bens.sessionId}/end`, { cookie, method: 'POST', form: {} })).status).toBe(404)
  expect((await askPortal(ada, `/account/sessions/${other.sessionId}/end`, { cookie, form: {} })).status).toBe(303)
  expect((await askPortal(ada, '/', { cookie: other.cookie })).status).toBe(303)
})
