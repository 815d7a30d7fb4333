import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { changePassword } from '#src/access/account.ts'
import { passwordChangedMail } from '#src/access/notice.ts'
import { DAY, MINUTE } from '#src/dates.ts'
import { forClient } from '#src/db/client-door.ts'
import { accesses, portalSessions } from '#src/db/schema/people.ts'
import { newId } from '#src/ids.ts'
import { type Asked, askPortal, cookieOf, withoutQueue } from '#test/asking.ts'
import { makeCast, makeClient, PASSWORD, type Person, signedInAs } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import { asked, at, choose, entriesOf, mailsOf, NEW_PASSWORD, noting, open, rowOf, sessionsOf, signIn } from './passwords.ts'

const WINDOWS_FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0'

let cast: Awaited<ReturnType<typeof makeCast>>
beforeAll(async () => {
  cast = await makeCast()
})

const post = (person: Person, path: string, cookie: string, form: Record<string, string> = {}, more: Partial<Asked> = {}) =>
  askPortal(person, `/account${path}`, { cookie, form, env: withoutQueue, ...more })
const account = async (person: Person, cookie: string) => (await askPortal(person, '/account', { cookie })).text()
const isIn = async (person: Person, cookie: string) => (await askPortal(person, '/', { cookie })).status === 200
const alive = async (person: Person) => (await sessionsOf(person)).filter(({ ended_at }) => ended_at === null)

describe('changing the password', () => {
  it('asks for the current one, keeps this device in with a new session, ends the others, and is told of', async () => {
    const person = await makeClient(cast.ours, 'Changer')
    const [here, there] = [await signedInAs(person), await signedInAs(person)]
    const { env: noted, trips } = noting()
    const form = { current: PASSWORD, password: NEW_PASSWORD }
    const done = await post(person, '/password', here.cookie, form, { env: noted, headers: { 'User-Agent': WINDOWS_FIREFOX } })
    expect([done.status, done.headers.get('Location')]).toEqual([303, '/portal/account?notice=password'])
    expect(trips).toHaveLength(2)
    const cookie = cookieOf(done)
    expect(cookie).not.toBe(here.cookie)
    expect(await isIn(person, cookie)).toBe(true)
    for (const old of [here, there]) expect(await isIn(person, old.cookie)).toBe(false)
    expect(await alive(person)).toMatchObject([{ device: 'Firefox on Windows', client_id: person.clientId }])
    expect(await entriesOf(person)).toEqual(['password-changed'])
    const [notice, ...more] = await mailsOf(person)
    expect(more).toEqual([])
    expect(notice).toMatchObject({ kind: 'password-changed', to_email: person.email })
    expect(JSON.parse(notice?.data ?? '')).toMatchObject({ device: 'Firefox on Windows', personName: 'Person of Changer' })
    expect((await signIn(person, PASSWORD)).status).toBe(422)
    expect((await signIn(person, NEW_PASSWORD)).status).toBe(303)
  })

  it('is refused beside the field that is wrong, and changes nothing', async () => {
    const person = await makeClient(cast.ours, 'Refused')
    const { cookie } = await signedInAs(person)
    const tries: [Record<string, string>, string][] = [
      [{ current: `${PASSWORD} `, password: NEW_PASSWORD }, 'That is not your current password.'],
      [{ current: '', password: NEW_PASSWORD }, 'That is not your current password.'],
      [{ current: 'x'.repeat(3000), password: NEW_PASSWORD }, 'That is not your current password.'],
      [{ current: PASSWORD, password: 'short' }, 'That has 5 characters.'],
      [{ current: PASSWORD, password: PASSWORD }, 'That is the password you have.'],
      [{ current: PASSWORD, password: 'refused oursupply' }, 'Leave out “Oursupply” and “Refused”'],
    ]
    for (const [form, words] of tries) {
      const response = await post(person, '/password', cookie, form)
      expect(response.status).toBe(422)
      expect(await response.text()).toContain(words)
    }
    expect(await isIn(person, cookie)).toBe(true)
    expect(await entriesOf(person)).toEqual([])
    expect(await mailsOf(person)).toEqual([])
    expect((await rowOf(person))?.password_hash).toBe((await rowOf(cast.ada))?.password_hash)
  })

  it('is not made of the names of any client the person sees, whichever is open', async () => {
    const person = await makeClient(cast.ours, 'Opened')
    const other = await makeClient(cast.ours, 'Marmalade Junction Holdings')
    await cast.ours.door.run({
      access: cast.ours.door.insert(accesses, { portalUserId: person.portalUserId, clientId: other.clientId, state: 'active', invitedAt: 1 }),
    })
    const { cookie } = await signedInAs(person)
    const answer = await post(person, '/password', cookie, { current: PASSWORD, password: 'Marmalade Junction Holdings' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Leave out')
  })

  it('counts wrong current ones, before they are looked at; a right one begins anew', async () => {
    const person = await makeClient(cast.ours, 'Guesser')
    const { cookie } = await signedInAs(person)
    const start = Date.now()
    // One network, and few a minute, so that only the lasting count has anything to say.
    const guess = (n: number, current: string, password = NEW_PASSWORD) =>
      at(start + n * 30_000, () => post(person, '/password', cookie, { current, password }, { headers: { 'CF-Connecting-IP': '198.51.100.77' }, env: calm }))
    const calm = { ...withoutQueue, LIMIT_ADDRESS: { limit: async () => ({ success: true }) }, LIMIT_NETWORK: { limit: async () => ({ success: true }) } }
    // Too long to be anyone's, so no time goes into hashing it.
    const wrong = 'x'.repeat(300)
    for (let n = 0; n < 9; n += 1) expect((await guess(n, wrong)).status).toBe(422)
    expect((await guess(9, PASSWORD, 'short')).status).toBe(422)
    for (let n = 0; n < 10; n += 1) expect((await guess(10 + n / 10, wrong)).status).toBe(422)
    expect((await guess(12, PASSWORD)).status).toBe(429)
    expect((await guess(12 + 22, PASSWORD)).status).toBe(303)
  }, 60_000)

  it('happens once of many at once', async () => {
    const person = await makeClient(cast.ours, 'Doubler')
    const { cookie } = await signedInAs(person)
    const far = farAway(withoutQueue)
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, i) => post(person, '/password', cookie, { current: PASSWORD, password: `${NEW_PASSWORD}-${i}` }, { env: far })),
    )
    expect(answers.filter((response) => response.headers.get('Location') === '/portal/account?notice=password')).toHaveLength(1)
    expect(answers.filter((response) => response.headers.get('Location')?.startsWith('/portal/sign-in'))).toHaveLength(4)
    expect(await entriesOf(person)).toEqual(['password-changed'])
    expect(await mailsOf(person)).toHaveLength(1)
    expect(await alive(person)).toHaveLength(1)
  }, 30_000)

  it('is not made for a current password that was another by then', async () => {
    const person = await makeClient(cast.ours, 'Overtaken')
    const { sessionId } = await signedInAs(person)
    const { tenantId, slug } = cast.ours
    const now = Date.now()
    const door = forClient(env, {
      tenantId,
      site: { slug },
      sessionId,
      portalUserId: person.portalUserId,
      clientId: person.clientId,
      timeZone: 'UTC',
      writtenAt: now,
      now,
    })
    const whereabouts = { device: '', city: '', country: '' }
    const reader = { id: person.portalUserId, email: person.email, name: '' }
    const notice = passwordChangedMail({
      env,
      person: reader,
      clients: [],
      rows: { profiles: [], settings: [] },
      tenant: { slug, name: '', hostname: null },
      whereabouts,
      now,
    })
    const change = changePassword(door, { from: 'an older hash', to: 'a new hash', sessionId: newId(), whereabouts, notice })
    expect(await door.run(change)).toEqual({ notice: 0, entry: 0, password: 0, session: 0, others: 0 })
  })

  it('ends a reset link that is still about', async () => {
    const person = await makeClient(cast.ours, 'Both')
    const { cookie } = await signedInAs(person)
    const { path } = await asked(person)
    expect((await post(person, '/password', cookie, { current: PASSWORD, password: NEW_PASSWORD })).status).toBe(303)
    expect((await open(cast.ours, path)).status).toBe(410)
    expect((await choose(cast.ours, path, `${NEW_PASSWORD}-2`)).status).toBe(410)
  })

  it('writes the new cookie even when the old one is due to be renewed', async () => {
    const person = await makeClient(cast.ours, 'Renewed')
    const { cookie } = await signedInAs(person)
    const done = await at(Date.now() + 10 * MINUTE, () => post(person, '/password', cookie, { current: PASSWORD, password: NEW_PASSWORD }))
    expect(done.headers.getSetCookie()).toHaveLength(1)
    expect(await isIn(person, cookieOf(done))).toBe(true)
  })

  it('shows a suggested one again when the current one was wrong, and no other', async () => {
    const person = await makeClient(cast.ours, 'Typo')
    const { cookie } = await signedInAs(person)
    const suggested = 'gravel-ponder-violin-mist'
    const wrong = { current: 'not my password', password: suggested }
    expect(await (await post(person, '/password', cookie, { ...wrong, suggested })).text()).toContain(`value="${suggested}"`)
    expect(await (await post(person, '/password', cookie, wrong)).text()).not.toContain(suggested)
    expect(await (await post(person, '/password', cookie, { ...wrong, suggested: 'another' })).text()).not.toContain(suggested)
  })

  it('offers a passphrase, as a page and as a piece of one', async () => {
    const { cookie } = await signedInAs(cast.ada)
    const page = await askPortal(cast.ada, '/account?suggest', { cookie })
    expect(page.headers.get('Cache-Control')).toContain('no-store')
    expect(await page.text()).toMatch(/type="text" value="[a-z]+-[a-z]+-[a-z]+-[a-z]+"/)
    const piece = await (await askPortal(cast.ada, '/account?suggest', { cookie, headers: { 'HX-Request': 'true', 'HX-Request-Type': 'partial' } })).text()
    expect(piece).toMatch(/^<div class="field" id="new-password">/)
    expect(piece).toMatch(/type="text" value="[a-z]+-/)
    expect(piece).not.toContain('<html')
  })
})

describe('the name', () => {
  it('is one line of at most 100 characters, and stands in the menu', async () => {
    const person = await makeClient(cast.ours, 'Named')
    const { cookie } = await signedInAs(person)
    expect((await post(person, '/name', cookie, { name: '  Zoë\u202e \u0000<b>\tQuinn ' })).headers.get('Location')).toBe('/portal/account?notice=name')
    expect((await rowOf(person))?.name).toBe('Zoë <b> Quinn')
    expect(await account(person, cookie)).toContain('<small>Zoë &lt;b&gt; Quinn</small>')
    const long = await post(person, '/name', cookie, { name: 'é'.repeat(101) })
    expect(long.status).toBe(422)
    expect(await long.text()).toMatch(/value="é{101}".*That has 101 characters/s)
    expect((await post(person, '/name', cookie, { name: 'é'.repeat(100) })).status).toBe(303)
    expect((await rowOf(person))?.name).toBe('é'.repeat(100))
    expect((await rowOf(cast.ada))?.name).toBe('Person of Adaworks')
  })
})

describe('sessions', () => {
  it('are the person’s own, by device and place, and each can be ended', async () => {
    const person = await makeClient(cast.ours, 'Sessioned')
    const first = await signIn(person, PASSWORD, { headers: { 'User-Agent': WINDOWS_FIREFOX } })
    const cookie = cookieOf(first)
    const other = await signedInAs(person)
    const { door } = cast.ours
    await door.run({ place: door.update(portalSessions, { device: 'Safari on iOS', city: 'Porto', country: 'PT' }, eq(portalSessions.id, other.sessionId)) })
    await door.run({
      idle: door.update(
        portalSessions,
        { seenAt: Date.now() - 8 * DAY, device: 'Idle on Forgotten' },
        eq(portalSessions.id, (await signedInAs(person)).sessionId),
      ),
    })
    const colleague = await signedInAs(cast.ben)
    const page = await account(person, cookie)
    expect(page).toMatch(/Firefox on Windows<\/b><span class="state good">This one/)
    expect(page).toMatch(/Safari on iOS<\/b><small>Porto, Portugal · last seen /)
    expect(page).not.toContain('Idle on Forgotten')
    expect(page).not.toContain(colleague.sessionId)

    for (const foreign of [colleague.sessionId, (await signedInAs(cast.cleo)).sessionId, 'none']) {
      expect((await post(person, `/sessions/${foreign}/end`, cookie)).status).toBe(404)
    }
    expect(await isIn(cast.ben, colleague.cookie)).toBe(true)
    const { env: noted, trips } = noting()
    for (const _ of [1, 2])
      expect((await post(person, `/sessions/${other.sessionId}/end`, cookie, {}, { env: noted })).headers.get('Location')).toBe(
        '/portal/account?notice=session',
      )
    expect(trips).toHaveLength(2)
    expect(await isIn(person, other.cookie)).toBe(false)
    expect(await isIn(person, cookie)).toBe(true)

    const own = (await alive(person)).find(({ device }) => device === 'Firefox on Windows')
    const ended = await post(person, `/sessions/${own?.id}/end`, cookie)
    expect([ended.headers.get('Location'), cookieOf(ended)]).toEqual(['/portal/sign-in', '__Host-portal='])
    expect(await isIn(person, cookie)).toBe(false)
  })

  it('all end by Sign out everywhere, and nobody else’s', async () => {
    const person = await makeClient(cast.ours, 'Everywhere')
    const [one, two] = [await signedInAs(person), await signedInAs(person)]
    const colleague = await signedInAs(cast.ben)
    const done = await post(person, '/sign-out-everywhere', one.cookie)
    expect(done.headers.get('Location')).toBe('/portal/sign-in?notice=signed-out-everywhere')
    for (const { cookie } of [one, two]) expect(await isIn(person, cookie)).toBe(false)
    expect(await isIn(cast.ben, colleague.cookie)).toBe(true)
    expect((await post(person, '/sign-out-everywhere', two.cookie)).headers.get('Location')).toMatch(/^\/portal\/sign-in/)
  })

  it('of somebody who is signed out change nothing', async () => {
    const person = await makeClient(cast.ours, 'Gone')
    const [here, there] = [await signedInAs(person), await signedInAs(person)]
    await env.DB.prepare('UPDATE portal_sessions SET ended_at = 1 WHERE id = ?').bind(here.sessionId).run()
    for (const [path, form] of [
      ['/name', { name: 'Intruder' }],
      ['/password', { current: PASSWORD, password: NEW_PASSWORD }],
      [`/sessions/${there.sessionId}/end`, {}],
      ['/sign-out-everywhere', {}],
    ] as const) {
      const response = await post(person, path, here.cookie, { ...form })
      expect(response.headers.get('Location')).toMatch(/^\/portal\/sign-in/)
    }
    expect(await isIn(person, there.cookie)).toBe(true)
    expect((await rowOf(person))?.name).toBe('Person of Gone')
    expect((await signIn(person, PASSWORD)).status).toBe(303)
  })
})
