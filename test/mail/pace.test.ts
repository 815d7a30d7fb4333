import { env } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { MINUTE, SECOND } from '#src/dates.ts'
import { sendRun } from '#src/mail/bulk.ts'
import { paceOf, takeRoom } from '#src/mail/pace.ts'
import { sendMail } from '#src/mail/sending.ts'
import { makeCompany } from '#test/cast.ts'
import { makeClock, type TestClock } from './clock.ts'
import { makeDesk } from './desk.ts'
import { makeWaiting, NOW, refused, withProvider } from './post.ts'
import { change, countsOf, makeRun, paceFreeAt, resetPace, withRunQueue } from './runs.ts'

beforeEach(resetPace)

it.each([
  ['100/2', { mails: 100, seconds: 2 }],
  [' 10 / 0.5 ', { mails: 10, seconds: 0.5 }],
  ['1/60', { mails: 1, seconds: 60 }],
  ['400/2', { mails: 100, seconds: 0.5 }],
])('the pace %j is %j', (MAIL_PACE, pace) => expect(paceOf({ MAIL_PACE })).toEqual(pace))

it.each(['', '100', '0/2', '100/0', '-5/2', 'fast', '100/2/3', '1e3/2', '100/2s'])('the pace %j is none, and the default holds', (MAIL_PACE) => {
  expect(paceOf({ MAIL_PACE })).toEqual({ mails: 100, seconds: 2 })
  expect(paceOf({})).toEqual({ mails: 100, seconds: 2 })
})

it.each([
  ['from now on, when it is free', 0, '100/2', 100, NOW + 2 * SECOND],
  ['from when it is free, when it is not', NOW + 700, '100/2', 30, NOW + 1300],
  ['for a single mail', NOW + 700, '100/2', 1, NOW + 720],
  ['rounded up', 0, '3/1', 1, NOW + 334],
  ['for no mail not at all', 0, '100/2', 0, 0],
] as const)('mail takes its room %s', async (_, free, MAIL_PACE, count, expected) => {
  const { door, tenantId } = await makeCompany('Northlight')
  await env.DB.prepare('UPDATE mail_pace SET free_at = ?').bind(free).run()
  await door.run({ room: takeRoom(door, paceOf({ MAIL_PACE }), sql`(SELECT ${count} WHERE ${tenantId} <> '')`, NOW) })
  expect(await paceFreeAt()).toBe(expected)
})

/** The instant of each call, by the clock that the work goes by. */
const timesOf = async (work: (time: TestClock) => Promise<unknown>): Promise<number[]> => {
  const time = makeClock()
  const at: number[] = []
  const desk = makeDesk()
  await withProvider(
    (call, nth) => {
      at.push(time.now() - NOW)
      return desk.reply(call, nth)
    },
    () => work(time),
  )
  return at
}

it('300 mails leave in three calls, two seconds apart', async () => {
  const run = await makeRun(300)
  const at = await timesOf((time) => sendRun(time.env, run.message, time))
  expect(at).toEqual([0, 2000, 4000])
  expect(await paceFreeAt()).toBe(NOW + 6000)
  expect(await countsOf(run)).toMatchObject({ mails: 300, waiting: 0, sent: 300 })
})

it('another pace is kept as well, and a small batch takes little room', async () => {
  const run = await makeRun(50, { size: 20 })
  const at = await timesOf((time) => sendRun({ ...time.env, MAIL_PACE: '20/5' }, run.message, time))
  expect(at).toEqual([0, 5000, 10_000])
  expect(await paceFreeAt()).toBe(NOW + 12_500)
})

it('several runs at once share the one pace', async () => {
  const runs = [await makeRun(200), await makeRun(200), await makeRun(200)]
  const at = await timesOf((time) => Promise.all(runs.map(({ message }) => sendRun(time.env, message, time))))
  expect(at).toEqual([0, 2000, 4000, 6000, 8000, 10_000])
})

it('what a person waits for leaves at once, and bulk mail stands back for it', async () => {
  const [run, ...singles] = [await makeRun(200), await makeWaiting(), await makeWaiting(), await makeWaiting()] as const
  const at = await timesOf(async (time) => {
    const singly = async () => {
      await time.wait(500)
      for (const { message } of singles) expect(await sendMail(time.env, message, time.now())).toBe('done')
    }
    await Promise.all([sendRun(time.env, run.message, time), singly()])
  })
  expect(at).toEqual([0, 500, 500, 500, 2060])
  expect(await paceFreeAt()).toBe(NOW + 2 * 2000 + 3 * 20)
})

it('a single mail takes its room once, however often its message comes', async () => {
  const mail = await makeWaiting()
  await withProvider(makeDesk().reply, () => Promise.all(Array.from({ length: 5 }, () => sendMail(env, mail.message, NOW))))
  expect(await paceFreeAt()).toBe(NOW + 20)
})

it('asked to go slower, all bulk mail waits as long; single mail does not', async () => {
  const [run, other, single] = [await makeRun(200), await makeRun(100), await makeWaiting()]
  const time = makeClock()
  const queue = withRunQueue()
  const { calls } = await withProvider(refused(429, 'rate_limit_exceeded', { 'retry-after': '30' }), () => sendRun(queue.env, run.message, time))
  expect(calls).toHaveLength(1)
  expect(await paceFreeAt()).toBeGreaterThanOrEqual(NOW + 30 * SECOND)
  expect(queue.told).toEqual([{ ...run.message, delaySeconds: expect.any(Number) }])
  expect(queue.told[0]?.delaySeconds).toBeGreaterThanOrEqual(25)

  const later = await withProvider(makeDesk().reply, async () => {
    await sendRun(queue.env, other.message, makeClock(NOW + SECOND))
    expect(await sendMail(env, single.message, NOW + SECOND)).toBe('done')
  })
  expect(later.calls.map(({ key }) => key)).toEqual([`${single.company.tenantId}/${single.mailId}`])
  expect(queue.told.slice(1)).toEqual([{ ...other.message, delaySeconds: expect.any(Number) }])
})

it('a single mail that is asked to go slower holds bulk mail back too, by no more than five minutes', async () => {
  const single = await makeWaiting()
  await withProvider(refused(429, 'rate_limit_exceeded', { 'retry-after': '3600' }), () => sendMail(env, single.message, NOW))
  expect(await paceFreeAt()).toBe(NOW + 5 * MINUTE)
})

it('a used-up quota is each batch’s own to wait for', async () => {
  const run = await makeRun(10)
  await withProvider(refused(429, 'daily_quota_exceeded', { 'retry-after': '3600' }), () => sendRun(withRunQueue().env, run.message, makeClock()))
  expect(await paceFreeAt()).toBe(NOW + 200)
})

it('no room is taken where nothing is due, nor for mail that is not wanted', async () => {
  const [idle, unwanted] = [await makeRun(10), await makeRun(10)]
  await change(idle, 'UPDATE mail_batches SET due_at = ?2 WHERE tenant_id = ?1', NOW + 1000 * SECOND)
  await change(unwanted, `UPDATE portal_settings SET enabled = 0 WHERE tenant_id = ?`)
  const queue = withRunQueue()
  const { calls } = await withProvider(makeDesk().reply, async () => {
    await sendRun(queue.env, idle.message, makeClock())
    await sendRun(queue.env, unwanted.message, makeClock())
  })
  expect(calls).toEqual([])
  expect(await paceFreeAt()).toBe(0)
  expect(queue.told).toEqual([{ ...idle.message, delaySeconds: 1000 }])
  expect(await countsOf(unwanted)).toMatchObject({ waiting: 0, unsent: 10 })
})
