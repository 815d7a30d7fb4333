import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as passwords from '#src/access/password.ts'
import { HOUR, MINUTE } from '#src/dates.ts'
import { type Actor, linkPath, makeActor, makeStage, type Stage, unhurried } from '#test/access/stage.ts'
import { ask, askStaff, portalHost } from '#test/asking.ts'
import { PASSWORD } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'

/** The durable limits on mail that a click sends, and on the current password; the limits by the minute are taken away. */

const FAR = farAway(unhurried)

const later = (ms: number) => env.DB.prepare('UPDATE limits SET ends_at = ends_at - ?').bind(ms).run()
/** As if the mails of a person were a minute older: a second click in the same moment is another matter. */
const older = ({ portalUserId }: Actor) =>
  env.DB.prepare('UPDATE outbox SET created_at = created_at - ? WHERE portal_user_id = ?').bind(MINUTE, portalUserId).run()
const newMails = async ({ portalUserId, invitationId, resetId }: Actor) =>
  (
    await env.DB.prepare('SELECT kind FROM outbox WHERE portal_user_id = ? AND id NOT IN (?, ?)')
      .bind(portalUserId, invitationId, resetId)
      .all<{ kind: string }>()
  ).results.map(({ kind }) => kind)
const countsOf = (answers: Response[]) => {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
const minutesOf = (response: Response) => Number(response.headers.get('Retry-After')) / 60

const forgot = (stage: Stage, email: string, given = unhurried) =>
  ask({ host: portalHost(stage.company), path: '/portal/forgot-password', form: { email }, env: given })
const resetByStaff = (actor: Actor, given = unhurried) => askStaff(`/clients/${actor.clientId}/password-resets`, { cookie: actor.staff, form: {}, env: given })

describe('password resets of one address', () => {
  it('are three an hour, by the person and by staff together', async () => {
    const actor = await makeActor(await makeStage('Resets'), 'active')
    for (const send of [() => forgot(actor, actor.email), () => resetByStaff(actor), () => forgot(actor, ` ${actor.email.toUpperCase()}`)]) {
      expect((await send()).status).toBe(303)
      await older(actor)
    }
    expect(await newMails(actor)).toEqual(['password-reset', 'password-reset', 'password-reset'])
    const refused = [await forgot(actor, actor.email), await resetByStaff(actor)]
    for (const answer of refused) {
      expect(answer.status).toBe(429)
      expect(minutesOf(answer)).toBeGreaterThan(30)
      expect(minutesOf(answer)).toBeLessThanOrEqual(60)
      expect(await answer.text()).toMatch(/At most 3 password resets an hour are sent to one address\. Try again in \d+ minutes\./)
    }
    expect(await newMails(actor)).toHaveLength(3)
    await later(HOUR)
    expect((await forgot(actor, actor.email)).status).toBe(303)
    expect(await newMails(actor)).toHaveLength(4)
  })

  it('are no more when ten are asked for at once', async () => {
    const actor = await makeActor(await makeStage('Resets at once'), 'active')
    const answers = await Promise.all(Array.from({ length: 10 }, () => forgot(actor, actor.email, FAR)))
    expect(countsOf(answers)).toEqual({ 303: 3, 429: 7 })
    expect((await newMails(actor)).length).toBeLessThanOrEqual(3)
  })

  it('are counted alike whoever is there: nothing tells who has an address', async () => {
    const stage = await makeStage('Resets alike')
    const [known, invited] = [await makeActor(stage, 'active'), await makeActor(stage, 'invited')]
    const answersTo = async (email: string) => {
      const answers: { status: number; headers: string[][]; text: string }[] = []
      for (let n = 0; n < 5; n += 1) {
        const answer = await forgot(stage, email)
        const headers = [...answer.headers].filter(([name]) => name !== 'x-request-id' && name !== 'retry-after')
        answers.push({ status: answer.status, headers, text: (await answer.text()).replaceAll(email, 'EMAIL') })
        await older(known)
      }
      return answers
    }
    const one = await answersTo(known.email)
    expect(one.map(({ status }) => status)).toEqual([303, 303, 303, 429, 429])
    expect(await answersTo(invited.email)).toEqual(one)
    expect(await answersTo('nobody@x.example')).toEqual(one)
    expect(await newMails(known)).toHaveLength(3)
    expect(await newMails(invited)).toEqual([])
  })

  it('of one address in two companies are counted apart', async () => {
    const [here, there] = [await makeStage('Resets here'), await makeStage('Resets there')]
    const email = 'both@x.example'
    for (let n = 0; n < 3; n += 1) await forgot(here, email)
    expect((await forgot(here, email)).status).toBe(429)
    expect((await forgot(there, email)).status).toBe(303)
  })

  it('that staff didn’t send count for nothing: where it can’t be, or by a second click', async () => {
    const guest = await makeActor(await makeStage('Resets refused'), 'invited')
    for (let n = 0; n < 5; n += 1) expect((await resetByStaff(guest)).status).toBe(409)
    expect((await forgot(guest, guest.email)).status).toBe(303)
    const actor = await makeActor(await makeStage('Resets clicked twice'), 'active')
    await Promise.all(Array.from({ length: 5 }, () => resetByStaff(actor, FAR)))
    expect(await newMails(actor)).toEqual(['password-reset'])
    for (let n = 0; n < 2; n += 1) {
      await older(actor)
      expect((await resetByStaff(actor)).status).toBe(303)
    }
    expect(await newMails(actor)).toHaveLength(3)
  })
})

const resend = (actor: Actor, seen = actor.invitationId, given = unhurried) =>
  askStaff(`/clients/${actor.clientId}/invitations`, { cookie: actor.staff, form: { seen }, env: given })
const newLink = async (actor: Actor, given = unhurried) =>
  ask({ host: portalHost(actor.company), path: `${await linkPath(actor, 'invitation', actor.invitationId)}/new-link`, form: {}, env: given })
const actors = (stage: Stage, n: number, stand: 'invited' | 'expired' | 'not invited') => Promise.all(Array.from({ length: n }, () => makeActor(stage, stand)))
/** Everything of a company that an invitation touches. */
const allOf = async ({ company: { tenantId } }: Stage) =>
  JSON.stringify(
    (
      await env.DB.batch(
        ['accesses', 'portal_users', 'outbox', 'activity'].map((table) => env.DB.prepare(`SELECT * FROM ${table} WHERE tenant_id = ?`).bind(tenantId)),
      )
    ).map(({ results }) => results),
  )

describe('invitations sent again by one company', () => {
  it('are twenty an hour; the next one changes nothing, and keeps nobody from asking for a new link', async () => {
    const stage = await makeStage('Resends')
    const [invited, [lastExpired]] = [await actors(stage, 21, 'invited'), await actors(stage, 1, 'expired')]
    for (const actor of invited.slice(0, 20)) expect((await resend(actor)).status).toBe(303)
    const lastInvited = invited[20]
    if (!lastInvited || !lastExpired) throw new Error('too few')
    const standing = await allOf(stage)
    const answer = await resend(lastInvited)
    expect(answer.status).toBe(429)
    expect(minutesOf(answer)).toBeGreaterThan(30)
    expect(await answer.text()).toMatch(/At most 20 invitations an hour are sent again for one company\. Try again in \d+ minutes\./)
    expect(await allOf(stage)).toBe(standing)
    expect((await newLink(lastExpired)).status).toBe(303)
    expect(await newMails(lastExpired)).toEqual(['invitation'])
    expect((await ask({ host: portalHost(stage.company), path: await linkPath(stage, 'invitation', lastInvited.invitationId) })).status).toBe(200)

    const [fresh] = await actors(stage, 1, 'not invited')
    if (!fresh) throw new Error('nobody')
    expect((await resend(fresh, '')).status).toBe(303)
    expect(await newMails(fresh)).toEqual(['invitation'])
    const elsewhere = await makeActor(await makeStage('Resends elsewhere'), 'invited')
    expect((await resend(elsewhere)).status).toBe(303)
    expect(await newMails(elsewhere)).toEqual(['invitation'])

    await later(HOUR)
    expect((await resend(lastInvited)).status).toBe(303)
    expect(await newMails(lastInvited)).toEqual(['invitation'])
  })

  it('are no more when forty are asked for at once', async () => {
    const stage = await makeStage('Resends at once')
    const all = await actors(stage, 40, 'invited')
    const answers = await Promise.all(all.map((actor) => resend(actor, actor.invitationId, FAR)))
    expect(countsOf(answers)).toEqual({ 303: 20, 429: 20 })
    const sent = await Promise.all(all.map(newMails))
    expect(sent.flat()).toHaveLength(20)
    const answered = all.filter((_, i) => answers[i]?.status === 303)
    expect((await Promise.all(answered.map(newMails))).flat()).toHaveLength(20)
  })

  it('are counted too when a revoke came between: one address can’t be mailed again and again that way', async () => {
    const stage = await makeStage('Resends by revoking')
    const actor = await makeActor(stage, 'not invited')
    const statuses: number[] = []
    for (let n = 0; n < 22; n += 1) {
      statuses.push((await resend(actor, '')).status)
      await askStaff(`/clients/${actor.clientId}/portal/revoke`, { cookie: actor.staff, form: {}, env: unhurried })
    }
    expect(statuses).toEqual([...Array<number>(21).fill(303), 429])
    expect(await newMails(actor)).toHaveLength(21)
  })

  it('count once however often one page is clicked', async () => {
    const stage = await makeStage('Resends twice')
    const [first, ...rest] = await actors(stage, 20, 'invited')
    if (!first) throw new Error('nobody')
    await Promise.all(Array.from({ length: 5 }, () => resend(first, first.invitationId, FAR)))
    expect(await newMails(first)).toEqual(['invitation'])
    for (const actor of rest) expect((await resend(actor)).headers.get('Location')).toContain('mail=')
    expect((await Promise.all(rest.map(newMails))).flat()).toHaveLength(19)
  })
})

describe('the current password, asked for of a person who is signed in', () => {
  beforeAll(() => {
    vi.spyOn(passwords, 'verifyPassword').mockImplementation((password) => Promise.resolve(password === PASSWORD))
  })
  afterAll(() => {
    vi.restoreAllMocks()
  })
  const change = (actor: Actor, current: string, ip: string, given = unhurried) =>
    ask({
      host: portalHost(actor.company),
      path: '/portal/account/password',
      form: { current, password: 'seven quiet herons fishing' },
      cookie: actor.cookie,
      headers: { 'CF-Connecting-IP': ip },
      env: given,
    })

  it('may be wrong ten times in ten minutes from one network, however many come at once', async () => {
    const actor = await makeActor(await makeStage('Currents'), 'active')
    const measured = vi.mocked(passwords.verifyPassword).mock.calls
    const before = measured.length
    const answers = await Promise.all(Array.from({ length: 60 }, () => change(actor, 'not the right password', '198.51.100.7', FAR)))
    expect(countsOf(answers)).toEqual({ 422: 10, 429: 50 })
    expect(measured.length - before).toBe(10)
    expect((await change(actor, PASSWORD, '198.51.100.7')).status).toBe(429)
    expect((await change(actor, PASSWORD, '203.0.113.9')).status).toBe(303)
  })
})
