import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#src/ids.ts'
import { ask, askStaff, cookieOf, portalHost } from '#test/asking.ts'
import { PASSWORD, setSettings } from '#test/cast.ts'
import { type Actor, alsoClientOf, linkPath, makeActor, makeStage, type Stage, type Stand, unhurried } from './stage.ts'

/** What the table of moves leaves out: inactive clients, addresses that are none, people of several clients, and a move taken back. */

let stage: Stage
beforeAll(async () => {
  stage = await makeStage('Around')
})

const NEW_PASSWORD = 'seven quiet herons fishing'
const staff = (actor: Actor, path: string, form: Record<string, string> = {}) =>
  askStaff(`/clients/${actor.clientId}${path}`, { cookie: actor.staff, form, env: unhurried })
const portal = (path: string, more: { form?: Record<string, string>; cookie?: string } = {}) =>
  ask({ host: portalHost(stage.company), path, env: unhurried, ...more })
const invite = (actor: Actor, more: Record<string, string> = {}) => staff(actor, '/invitations', { seen: '', ...more })
const bulk = (actor: Actor) => askStaff('/invitations', { cookie: actor.staff, form: { run: newId(), ids: actor.clientId }, env: unhurried })
const signIn = (actor: Actor, password = PASSWORD) => portal('/portal/sign-in', { form: { email: actor.email, password } })
const use = async (mailId: string, password = NEW_PASSWORD) => portal(await linkPath(stage, 'invitation', mailId), { form: { password } })

const stateOf = async ({ clientId, portalUserId }: Pick<Actor, 'clientId' | 'portalUserId'>) =>
  (await env.DB.prepare('SELECT state FROM accesses WHERE client_id = ? AND portal_user_id = ?').bind(clientId, portalUserId).first<string>('state')) ?? 'none'
const entriesOf = async ({ clientId }: Actor) =>
  (await env.DB.prepare('SELECT event FROM activity WHERE client_id = ? ORDER BY rowid').bind(clientId).all<{ event: string }>()).results.map(
    ({ event }) => event,
  )
const mailsOf = async ({ email, invitationId, resetId }: Actor) =>
  (
    await env.DB.prepare('SELECT id, kind FROM outbox WHERE lower(to_email) = ? AND id NOT IN (?, ?) ORDER BY rowid')
      .bind(email, invitationId, resetId)
      .all<{ id: string; kind: string }>()
  ).results

describe('an inactive client', () => {
  const inactive = (stand: Stand) => makeActor(stage, stand, { client: { status: 'inactive' } })

  it('is invited, or invited again, only when that was confirmed', async () => {
    for (const [actor, seen, entry] of [
      [await inactive('not invited'), '', 'invitation-sent'],
      [await inactive('invited'), 'its own', 'invitation-resent'],
    ] as const) {
      const knew = seen && actor.invitationId
      const asked = await invite(actor, { seen: knew })
      expect([asked.status, await mailsOf(actor), await entriesOf(actor)]).toEqual([200, [], []])
      expect(await asked.text()).toMatch(/inactive/i)
      expect((await invite(actor, { seen: knew, confirmed: 'yes' })).status).toBe(303)
      expect([await stateOf(actor), await entriesOf(actor)]).toEqual(['invited', [entry]])
    }
  })

  it('is left out of bulk runs, and signs in all the same', async () => {
    const actor = await inactive('not invited')
    expect((await bulk(actor)).headers.get('Location')).toMatch(/^\/invitations\/new/)
    expect([await stateOf(actor), await mailsOf(actor)]).toEqual(['none', []])
    expect((await signIn(await inactive('active'))).status).toBe(303)
  })
})

describe.each([
  ['no e-mail address', null, /no e-mail address/],
  ['an address that is none', 'nobody@nowhere', /isn’t a complete e-mail address/],
])('a client with %s', (_, email, words) => {
  it('is neither invited nor sent a reset nor part of a bulk run', async () => {
    const actor = await makeActor(stage, 'not invited')
    await env.DB.prepare('UPDATE clients SET email = ?, email_key = ?, email_valid = ? WHERE id = ?')
      .bind(email, email, email === null ? 1 : 0, actor.clientId)
      .run()
    const refused = await invite(actor)
    expect(refused.status).toBe(409)
    expect(await refused.text()).toMatch(words)
    expect((await staff(actor, '/password-resets')).status).toBe(409)
    expect((await bulk(actor)).headers.get('Location')).toMatch(/^\/invitations\/new/)
    const mails = await env.DB.prepare('SELECT count(*) AS n FROM outbox WHERE to_email = ?')
      .bind(email ?? '')
      .first('n')
    expect([mails, await entriesOf(actor)]).toEqual([0, []])
  })
})

describe('a person who has a password already, for another client', () => {
  it.each([
    ['Invite to Portal', (actor: Actor) => invite(actor)],
    ['a bulk run', bulk],
  ])('gets access at once by %s, with a notice and nothing to set', async (_, move) => {
    const first = await makeActor(stage, 'active')
    const second = await alsoClientOf(stage, first)
    expect((await move(second)).status).toBe(303)
    expect([await stateOf(second), await entriesOf(second)]).toEqual(['active', ['access-given']])
    expect((await mailsOf(first)).map(({ kind }) => kind)).toEqual(['access-given'])
    const into = await signIn(first)
    expect(into.headers.get('Location')).toBe('/portal/choose-client')
  })

  it('keeps password and sessions of the one when the other is revoked', async () => {
    const first = await makeActor(stage, 'active')
    const second = await alsoClientOf(stage, first, 'active')
    await staff(second, '/portal/revoke')
    expect([await stateOf(first), await stateOf(second)]).toEqual(['active', 'none'])
    expect((await portal('/portal', { cookie: first.cookie })).status).toBe(200)
    expect((await signIn(first)).headers.get('Location')).toBe('/portal')
    await staff(first, '/portal/revoke')
    expect((await portal('/portal', { cookie: first.cookie })).status).toBe(303)
    expect((await signIn(first)).status).toBe(422)
  })

  it('is still let in by the one when the other is switched off', async () => {
    const first = await makeActor(stage, 'active')
    const second = await alsoClientOf(stage, first, 'active')
    await staff(second, '/portal-access', { form: 'portal-access' })
    expect((await portal('/portal', { cookie: first.cookie })).status).toBe(200)
    expect((await signIn(first)).headers.get('Location')).toBe('/portal')
  })
})

describe('one invitation for two clients that share an address', () => {
  it('opens the other alone when one is revoked before it is used', async () => {
    const first = await makeActor(stage, 'invited')
    const second = await alsoClientOf(stage, first, 'invited')
    await staff(first, '/portal/revoke')
    const used = await use(first.invitationId)
    expect([used.status, used.headers.get('Location')]).toEqual([303, '/portal'])
    expect([await stateOf(first), await stateOf(second)]).toEqual(['none', 'active'])
    expect(await entriesOf(second)).toEqual(['password-set', 'first-login'])
  })

  it('opens the other alone when one is switched off meanwhile', async () => {
    const first = await makeActor(stage, 'invited')
    const second = await alsoClientOf(stage, first, 'invited')
    await staff(first, '/portal-access', { form: 'portal-access' })
    const used = await use(first.invitationId)
    const home = await portal(used.headers.get('Location') ?? '', { cookie: cookieOf(used) })
    expect(home.status).toBe(200)
    const stored = await env.DB.prepare('SELECT client_id FROM portal_sessions WHERE portal_user_id = ? ORDER BY rowid DESC')
      .bind(first.portalUserId)
      .first('client_id')
    expect(stored).toBe(second.clientId)
  })
})

it.each([
  ['its client is switched off', (actor: Actor) => staff(actor, '/portal-access', { form: 'portal-access' })],
  ['its access is revoked', (actor: Actor) => staff(actor, '/portal/revoke')],
])('a session that asks for a part of a page is led out as a whole when %s', async (_, move) => {
  const actor = await makeActor(stage, 'active')
  const part = () =>
    ask({
      host: portalHost(stage.company),
      path: '/portal/invoices?state=paid',
      cookie: actor.cookie,
      headers: { 'HX-Request': 'true', 'HX-Request-Type': 'partial' },
    })
  expect((await part()).status).toBe(200)
  await move(actor)
  const led = await part()
  expect([led.status, led.headers.get('HX-Redirect')]).toEqual([204, `/portal/sign-in?next=${encodeURIComponent('/portal/invoices?state=paid')}`])
})

describe('taken back', () => {
  it('a revoke by a new invitation needs a new password, and begins with a new First login', async () => {
    const actor = await makeActor(stage, 'active')
    await staff(actor, '/portal/revoke')
    await invite(actor)
    expect((await signIn(actor)).status).toBe(422)
    const [mail] = await mailsOf(actor)
    expect(mail?.kind).toBe('invitation')
    expect((await use(mail?.id ?? '')).status).toBe(303)
    expect((await signIn(actor, NEW_PASSWORD)).status).toBe(303)
    expect((await signIn(actor)).status).toBe(422)
    expect(await entriesOf(actor)).toEqual(['access-revoked', 'invitation-sent', 'password-set', 'first-login'])
    expect((await portal('/portal', { cookie: actor.cookie })).status).toBe(303)
  })

  it('Portal access OFF: the old password works, an open link works, whoever was signed in signs in anew', async () => {
    const [actor, guest] = [await makeActor(stage, 'active'), await makeActor(stage, 'invited')]
    for (const one of [actor, guest]) {
      await staff(one, '/portal-access', { form: 'portal-access' })
      await staff(one, '/portal-access', { form: 'portal-access', access: 'on' })
    }
    expect((await portal('/portal', { cookie: actor.cookie })).status).toBe(303)
    expect((await signIn(actor)).status).toBe(303)
    expect((await use(guest.invitationId)).status).toBe(303)
  })

  it('the portal switched off: an open link works again, and sessions go on', async () => {
    const [actor, guest] = [await makeActor(stage, 'active'), await makeActor(stage, 'invited')]
    await setSettings(stage.company, { enabled: false })
    expect((await portal('/portal', { cookie: actor.cookie })).status).toBe(503)
    await setSettings(stage.company, { enabled: true })
    expect((await portal('/portal', { cookie: actor.cookie })).status).toBe(200)
    expect((await use(guest.invitationId)).status).toBe(303)
  })
})
