import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as passwords from '#src/access/password.ts'
import { newId } from '#src/ids.ts'
import { ask, askStaff, portalHost } from '#test/asking.ts'
import { hashOfPassword, PASSWORD, setSettings } from '#test/cast.ts'
import { ACTIONS, type Action, expected, listedAs, OUTCOMES, type Outcome, type Snapshot, type Switch, TABLE_ROWS } from './moves-table.ts'
import { type Actor, linkPath, makeActor, makeStage, STANDS, type Stand, unhurried } from './stage.ts'

/** Every action in every state, through the Worker's own pages, held against a table that was written by hand. */

const NEW_PASSWORD = 'seven quiet herons fishing'

// What is asked here is what comes of a right password and of a wrong one, not how slow the hash is.
beforeAll(async () => {
  await hashOfPassword()
  vi.spyOn(passwords, 'hashPassword').mockImplementation((password) => Promise.resolve(`cheap$${password}`))
  vi.spyOn(passwords, 'verifyPassword').mockImplementation((password, stored) => {
    const right = stored?.startsWith('cheap$') ? stored === `cheap$${password}` : password === PASSWORD
    return Promise.resolve(typeof stored === 'string' && right)
  })
  vi.spyOn(passwords, 'raisedHash').mockResolvedValue(undefined)
})
afterAll(() => {
  vi.restoreAllMocks()
})

const staff = (actor: Actor, path: string, form: Record<string, string>) =>
  askStaff(`/clients/${actor.clientId}${path}`, { cookie: actor.staff, form, env: unhurried })
const portal = (actor: Actor, path: string, more: { form?: Record<string, string>; cookie?: string } = {}) =>
  ask({ host: portalHost(actor.company), path, env: unhurried, ...more })
const link = (actor: Actor) => linkPath(actor, 'invitation', actor.invitationId)

const CARRY_OUT: Record<Action, (actor: Actor) => Promise<Response>> = {
  // As a page has it that knew of no invitation.
  'Invite to Portal': (actor) => staff(actor, '/invitations', { seen: '' }),
  'Resend Invitation': (actor) => staff(actor, '/invitations', { seen: actor.invitationId }),
  'Open link': async (actor) => portal(actor, await link(actor)),
  'Use link': async (actor) => portal(actor, await link(actor), { form: { password: NEW_PASSWORD } }),
  'Send me a new link': async (actor) => portal(actor, `${await link(actor)}/new-link`, { form: {} }),
  'Forgot password': (actor) => portal(actor, '/portal/forgot-password', { form: { email: actor.email } }),
  'Send Password Reset Email': (actor) => staff(actor, '/password-resets', {}),
  'Use reset link': async (actor) => portal(actor, await linkPath(actor, 'password-reset', actor.resetId), { form: { password: NEW_PASSWORD } }),
  'Sign in': (actor) => portal(actor, '/portal/sign-in', { form: { email: actor.email, password: PASSWORD } }),
  'Next click': (actor) => portal(actor, '/portal', { cookie: actor.cookie }),
  'Portal access OFF': (actor) => staff(actor, '/portal-access', { form: 'portal-access' }),
  'Portal access ON': (actor) => staff(actor, '/portal-access', { form: 'portal-access', access: 'on' }),
  'Revoke Access': (actor) => staff(actor, '/portal/revoke', {}),
  'Bulk invitation': (actor) => askStaff('/invitations', { cookie: actor.staff, form: { run: newId(), ids: actor.clientId }, env: unhurried }),
  'Change primary address': (actor) => staff(actor, '/email', { knew: actor.email, email: `new-${actor.email}` }),
  'Remove further address': (actor) => staff(actor, '/people/remove', { address: actor.email, confirmed: 'yes' }),
}

const snapshotOf = async ({ clientId, portalUserId, email, invitationId, resetId }: Actor): Promise<Snapshot> => {
  const rows = (sql: string, ...values: string[]) => env.DB.prepare(sql).bind(...values)
  const answers = await env.DB.batch<Record<string, string | number | null>>([
    rows('SELECT portal_access, portal_state, email FROM clients WHERE id = ?', clientId),
    rows('SELECT state FROM accesses WHERE client_id = ? AND portal_user_id = ?', clientId, portalUserId),
    rows('SELECT password_hash FROM portal_users WHERE id = ?', portalUserId),
    rows('SELECT count(*) AS n FROM portal_sessions WHERE portal_user_id = ? AND ended_at IS NULL', portalUserId),
    rows('SELECT count(*) AS n FROM client_addresses WHERE client_id = ? AND email_key = ?', clientId, email),
    rows('SELECT event FROM activity WHERE client_id = ? ORDER BY rowid', clientId),
    rows('SELECT kind FROM outbox WHERE portal_user_id = ? AND id NOT IN (?, ?) ORDER BY rowid', portalUserId, invitationId, resetId),
  ])
  const [client, access, person, sessions, further, entries, mails] = answers.map(({ results }) => results)
  const hash = person?.[0]?.password_hash
  return {
    access: (access?.[0]?.state ?? 'none') as Snapshot['access'],
    listed: client?.[0]?.portal_state as Snapshot['listed'],
    client: client?.[0]?.portal_access === 1 ? 'on' : 'off',
    password: hash === null ? 'none' : hash === (await hashOfPassword()) ? 'the old one' : 'a new one',
    sessions: Number(sessions?.[0]?.n),
    isPrimary: client?.[0]?.email === email,
    isFurther: further?.[0]?.n === 1,
    entries: entries?.map(({ event }) => String(event)) ?? [],
    mails: mails?.map(({ kind }) => String(kind)) ?? [],
  }
}

/** What an answer says: of one that leads elsewhere on its host, the page there. */
const wordsOf = async (actor: Actor, response: Response): Promise<string> => {
  const to = response.headers.get('Location')
  if (!to) return response.text()
  const path = to.replace(/^https?:\/\/[^/]+/, '')
  return (await (path.startsWith('/portal') ? portal(actor, path) : askStaff(path, { cookie: actor.staff }))).text()
}

const answersAs = async (actor: Actor, response: Response, { status, leadsTo, says }: Outcome, label: string) => {
  expect([status].flat(), label).toContain(response.status)
  if (leadsTo) expect(response.headers.get('Location'), label).toMatch(leadsTo)
  if (says) expect(await wordsOf(actor, response), label).toMatch(says)
}

const carryOut = async (action: Action, actor: Actor, portalIs: Switch, label: string) => {
  const before = await snapshotOf(actor)
  const name = expected(action, actor.stand, portalIs, before.client)
  const outcome = OUTCOMES[name]
  if (!outcome) throw new Error(`no outcome ${name}`)
  await answersAs(actor, await CARRY_OUT[action](actor), outcome, `${label}: ${name}`)
  const after = { ...before, ...outcome.changes }
  expect(await snapshotOf(actor), `${label}: ${name}`).toEqual({ ...after, listed: listedAs(after) })
  for (const [next, comesTo] of Object.entries(outcome.afterwards ?? {}) as [Action, string][]) {
    const then = OUTCOMES[portalIs === 'on' ? comesTo : 'closed']
    if (!then) throw new Error(`no outcome ${comesTo}`)
    await answersAs(actor, await CARRY_OUT[next](actor), then, `${label}: ${name}, then ${next}: ${comesTo}`)
  }
}

const SWITCHES = ['on', 'off'] as const

it('the table says what comes of every action in every state, and of nothing else', () => {
  for (const action of ACTIONS)
    for (const portalIs of SWITCHES) for (const client of SWITCHES) for (const stand of STANDS) expect(expected(action, stand, portalIs, client)).toBeTruthy()
  expect(TABLE_ROWS).toHaveLength(ACTIONS.length * 4)
})

describe.each(SWITCHES)('with the portal %s', (portalIs) => {
  it.each(ACTIONS)('%s', async (action) => {
    const stage = await makeStage(`Moves ${action} ${portalIs}`)
    await setSettings(stage.company, { enabled: portalIs === 'on' })
    for (const client of SWITCHES)
      for (const stand of STANDS) {
        const actor = await makeActor(stage, stand, { client: { portalAccess: client === 'on' }, further: action === 'Remove further address' })
        await carryOut(action, actor, portalIs, `${action}, ${stand}, portal ${portalIs}, client ${client}`)
      }
  })
})

const at = async <T>(instant: number, work: () => Promise<T>): Promise<T> => {
  const clock = vi.spyOn(Date, 'now').mockReturnValue(instant)
  try {
    return await work()
  } finally {
    clock.mockRestore()
  }
}

describe.each([
  ['an invitation', 'Use link', 'invited', 'sets the password', 'expired', 72 * 60],
  ['a reset', 'Use reset link', 'active', 'changes the password', 'reset expired', 60],
] as const)('the link of %s', (_, use, stand: Stand, works, over, minutes) => {
  /** Sent by the page itself; its clock is the one that is turned on. */
  const sentNow = async () => {
    const actor = await makeActor(await makeStage(`Clock ${use}`), stand)
    const begin = Date.now()
    const response = await at(begin, () => CARRY_OUT[use === 'Use link' ? 'Resend Invitation' : 'Send Password Reset Email'](actor))
    expect(response.status).toBe(303)
    const mail = await env.DB.prepare('SELECT id FROM outbox WHERE portal_user_id = ? AND id NOT IN (?, ?)')
      .bind(actor.portalUserId, actor.invitationId, actor.resetId)
      .first<string>('id')
    return { begin, actor: use === 'Use link' ? { ...actor, invitationId: mail ?? '' } : { ...actor, resetId: mail ?? '' } }
  }
  const path = (actor: Actor) => (use === 'Use link' ? link(actor) : linkPath(actor, 'password-reset', actor.resetId))
  const MINUTE = 60_000

  it('works a minute before its time is over, counted from when it was queued', async () => {
    const { begin, actor } = await sentNow()
    const then = begin + (minutes - 1) * MINUTE
    expect((await at(then, async () => portal(actor, await path(actor)))).status).toBe(200)
    const outcome = OUTCOMES[works]
    expect((await at(then, () => CARRY_OUT[use](actor))).status).toBe(outcome?.status)
    expect((await snapshotOf(actor)).password).toBe('a new one')
  })

  it('works no more a minute after, on opening or on use', async () => {
    const { begin, actor } = await sentNow()
    const then = begin + (minutes + 1) * MINUTE
    const before = await snapshotOf(actor)
    const outcome = OUTCOMES[over]
    if (!outcome) throw new Error('no such outcome')
    await answersAs(actor, await at(then, async () => portal(actor, await path(actor))), outcome, 'on opening')
    await answersAs(actor, await at(then, () => CARRY_OUT[use](actor)), outcome, 'on use')
    expect(await snapshotOf(actor)).toEqual(before)
  })
})
