import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import { SECOND } from '#src/dates.ts'
import { forTenant } from '#src/db/door.ts'
import { claimNext, clock, sendBatch } from '#src/mail/batch.ts'
import { paceOf } from '#src/mail/pace.ts'
import { addressesOf, makeDesk, wholeRefusal } from './desk.ts'
import { type Call, dyingAfter, NOW, refused, withProvider } from './post.ts'
import { batchesOf, change, countsOf, mailsOf, makeRun, resetPace, statesOf } from './runs.ts'
import { keyOf, keysOf, never, tryNext, tryToEnd } from './tries.ts'

beforeEach(resetPace)

/** Tries without an answer, or whose answer nobody wrote down: none may end in a second mail. */

it.each<[string, unknown]>([
  ['too few', { data: [{ id: 'a' }], errors: [] }],
  ['too many', { data: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], errors: [{ index: 0, message: 'x' }] }],
  ['an index twice', { data: [{ id: 'a' }], errors: [{ index: 1, message: 'x' }, { index: 1, message: 'y' }] }], // biome-ignore format: one a line
  ['an index beyond', { data: [{ id: 'a' }, { id: 'b' }], errors: [{ index: 3, message: 'x' }] }],
  ['one beyond, and too many', { data: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], errors: [{ index: 3, message: 'x' }] }],
  ['an index that is none', { data: [{ id: 'a' }, { id: 'b' }], errors: [{ index: '1', message: 'x' }] }],
  ['no ids', { data: [{}, {}, {}] }],
  ['something else', { ok: true }],
  ['nothing', null],
  ['text', 'OK'],
])('an answer that does not add up (%s) is no answer', async (_, answer) => {
  const run = await makeRun(3)
  const odd = await withProvider(
    () => Response.json(answer),
    () => tryNext(run),
  )
  expect(await statesOf(run)).toEqual({ sending: 3 })
  expect(await batchesOf(run)).toMatchObject([{ state: 'queued', uncertain: true, generation: 0, error: expect.stringMatching(/^The .*\.$/) }])
  const good = await withProvider(makeDesk().reply, () => tryToEnd(run))
  expect(good.calls).toEqual(odd.calls)
  expect(await statesOf(run)).toEqual({ sent: 3 })
})

it.each<[string, Parameters<typeof withProvider>[0], number]>([
  ['500', refused(500, 'internal_server_error'), 10_000],
  ['a page in place of an answer', () => new Response('<h1>Bad gateway</h1>', { status: 502 }), 10_000],
  ['a lost connection', () => Promise.reject(new TypeError('connection reset')), 10_000],
  ['no answer in time', () => new Promise(() => {}), 50],
  ['408', refused(408, 'timeout'), 10_000],
  ['another call with its key under way', refused(409, 'concurrent_idempotent_requests'), 10_000],
])('after %s, the same bytes go under the same key, whatever has changed', async (_, reply, patience) => {
  const run = await makeRun(5)
  const desk = makeDesk()
  const first = await withProvider(reply, () => tryNext(run, NOW, env, patience))
  expect(await statesOf(run)).toEqual({ sending: 5 })
  const [batch] = await batchesOf(run)
  expect(batch).toMatchObject({ state: 'queued', uncertain: true, generation: 0, attempts: 1 })
  expect(((batch?.dueAt ?? 0) - NOW) / SECOND).toBeGreaterThanOrEqual(2)
  expect(((batch?.dueAt ?? 0) - NOW) / SECOND).toBeLessThanOrEqual(5)
  await change(run, `DELETE FROM accesses WHERE tenant_id = ?1 AND client_id = ?2`, run.mails[2]?.clientId)
  await change(run, 'UPDATE portal_settings SET enabled = 0 WHERE tenant_id = ?')
  const slower = await withProvider(refused(429, 'rate_limit_exceeded'), () => tryNext(run, NOW + 10 * SECOND))
  expect(await batchesOf(run)).toMatchObject([{ state: 'queued', uncertain: true, generation: 0, attempts: 2 }])
  const last = await withProvider(desk.reply, () => tryNext(run, NOW + 60 * SECOND))
  expect([...slower.calls, ...last.calls]).toEqual([...first.calls, ...first.calls])
  expect(first.calls).toHaveLength(1)
  expect(await statesOf(run)).toEqual({ sent: 5 })
})

it.each<[string, Parameters<typeof withProvider>[0], RegExp]>([
  ['429', refused(429, 'rate_limit_exceeded', { 'retry-after': '3' }), /asks to go slower/],
  ['a used-up quota', refused(429, 'monthly_quota_exceeded'), /quota/],
  ['401', refused(401, 'missing_api_key'), /does not accept the key/],
  ['403', refused(403, 'invalid_api_key'), /does not accept the key/],
  ['a sender that is not verified', refused(403, 'validation_error'), /validation_error, says the provider/],
  ['a wrong address of the service', refused(404, 'not_found'), /refused it/],
])('after %s nothing has left: what is not wanted any more drops out, and the rest goes under a new key', async (_, reply, reason) => {
  const run = await makeRun(5)
  const first = await withProvider(reply, () => tryNext(run))
  expect(keysOf(first.calls)).toEqual([keyOf(run)])
  expect(await statesOf(run)).toEqual({ queued: 5 })
  expect(await batchesOf(run)).toMatchObject([{ state: 'queued', uncertain: false, generation: 1, attempts: 1, error: expect.stringMatching(reason) }])
  await change(run, `DELETE FROM accesses WHERE tenant_id = ?1 AND client_id = ?2`, run.mails[2]?.clientId)
  const second = await withProvider(makeDesk().reply, () => tryToEnd(run))
  expect(keysOf(second.calls)).toEqual([keyOf(run, 1, 1)])
  expect(addressesOf(second.calls[0] as Call)).toEqual(run.mails.filter((_mail, nth) => nth !== 2).map(({ email }) => email))
  expect((await mailsOf(run))[2]).toMatchObject({ state: 'not-sent', error: 'The access was taken away before it left.' })
  expect(await statesOf(run)).toEqual({ 'not-sent': 1, sent: 4 })
})

it('waits at least as long as it was asked to', async () => {
  const run = await makeRun(1)
  await withProvider(refused(429, 'rate_limit_exceeded', { 'retry-after': '90' }), () => tryNext(run))
  expect((await batchesOf(run))[0]?.dueAt).toBeGreaterThanOrEqual(NOW + 90 * SECOND)
})

it('a batch is cut up too when it was refused after a try without an answer', async () => {
  const run = await makeRun(4)
  const bad = run.mails[0]?.email ?? ''
  await withProvider(refused(500, 'internal_server_error'), () => tryNext(run))
  const desk = makeDesk((call) => (addressesOf(call).includes(bad) ? wholeRefusal(400, 'validation_error') : undefined))
  await withProvider(desk.reply, () => tryToEnd(run))
  expect(await statesOf(run)).toEqual({ failed: 1, sent: 3 })
  expect(desk.twice()).toEqual([])
})

it('what can neither be sent again nor otherwise has failed, and says that it may have been sent', async () => {
  const run = await makeRun(3)
  const { calls } = await withProvider(refused(409, 'invalid_idempotent_request'), () => tryToEnd(run))
  expect(calls).toHaveLength(1)
  for (const row of await mailsOf(run)) expect(row).toMatchObject({ state: 'failed', error: expect.stringMatching(/^It may have been sent/) })
})

it('a batch that may have left and can’t be written again has failed, and says so', async () => {
  const run = await makeRun(2)
  await withProvider(refused(500, 'internal_server_error'), () => tryNext(run))
  await change(run, `UPDATE outbox SET template_version = 99 WHERE tenant_id = ?1 AND id = ?2`, run.mails[1]?.id)
  const { calls } = await withProvider(makeDesk().reply, () => tryToEnd(run))
  expect(calls).toEqual([])
  for (const row of await mailsOf(run)) expect(row).toMatchObject({ state: 'failed', error: expect.stringMatching(/^It may have been sent/) })
})

it('whoever dies, and wherever, is followed by another: each mail is taken once', async () => {
  for (let trips = 0; trips <= 2; trips++) {
    const run = await makeRun(5)
    const desk = makeDesk()
    const { calls } = await withProvider(desk.reply, async () => {
      await tryNext(run, NOW, dyingAfter(trips)).catch(() => {})
      await tryNext(run, NOW + 29 * SECOND)
      await tryToEnd(run)
    })
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1)
    expect(new Set(keysOf(calls)).size).toBe(1)
    expect([...desk.taken.values()]).toEqual([1, 1, 1, 1, 1])
    expect(await statesOf(run)).toEqual({ sent: 5 })
    expect(await countsOf(run)).toMatchObject({ mails: 5, waiting: 0, sent: 5 })
  }
})

it('a claim that lapsed leaves the batch uncertain: it may have left', async () => {
  const run = await makeRun(2)
  const dead = forTenant(env, run.company.tenantId)
  expect((await claimNext(dead, paceOf(env), run.runId, NOW)).claimed).toBeDefined()
  expect(await tryNext(run, NOW + 29 * SECOND)).toBe(false)
  const slower = await withProvider(refused(429, 'rate_limit_exceeded'), () => tryNext(run, NOW + 30 * SECOND))
  expect(keysOf(slower.calls)).toEqual([keyOf(run)])
  expect(await batchesOf(run)).toMatchObject([{ uncertain: true, generation: 0 }])
  expect(await statesOf(run)).toEqual({ sending: 2 })
})

it('one who comes late, after another took the batch over, changes nothing but what has left', async () => {
  const run = await makeRun(2)
  const door = forTenant(env, run.company.tenantId)
  const time = { ...clock, now: () => NOW + 40 * SECOND }
  const slow = (await claimNext(door, paceOf(env), run.runId, NOW)).claimed ?? never()
  await env.DB.prepare('UPDATE mail_pace SET free_at = 0').run()
  const quick = (await claimNext(door, paceOf(env), run.runId, NOW + 31 * SECOND)).claimed ?? never()
  expect(quick.batch).toMatchObject({ uncertain: true, attempts: 2 })
  for (const reply of [refused(429, 'rate_limit_exceeded'), refused(500, 'internal_server_error'), refused(422, 'validation_error')]) {
    await withProvider(reply, () => sendBatch(env, door, slow, time))
    expect(await batchesOf(run)).toMatchObject([{ state: 'sending', generation: 0, uncertain: true, claim: quick.token, error: null }])
    expect(await statesOf(run)).toEqual({ sending: 2 })
  }
  const desk = makeDesk()
  await withProvider(desk.reply, () => sendBatch(env, door, slow, time))
  expect(await statesOf(run)).toEqual({ sent: 2 })
  await withProvider(desk.reply, () => sendBatch(env, door, quick, time))
  expect(desk.twice()).toEqual([])
  expect(await countsOf(run)).toMatchObject({ sent: 2, waiting: 0 })
  expect(await batchesOf(run)).toMatchObject([{ state: 'done', claim: null }])
})
