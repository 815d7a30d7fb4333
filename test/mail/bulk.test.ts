import { createMessageBatch } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import { MINUTE, SECOND } from '#src/dates.ts'
import type { Env, RunMessage } from '#src/env.ts'
import { announceRun, sendRun } from '#src/mail/bulk.ts'
import { sendMail } from '#src/mail/sending.ts'
import { sweepMail, sweepRuns } from '#src/mail/sweep.ts'
import { farAway, withBatch } from '#test/far-away.ts'
import { makeClock } from './clock.ts'
import { addressesOf, makeDesk } from './desk.ts'
import { type Call, dyingAfter, makeWaiting, NOW, rowOf, withProvider } from './post.ts'
import { batchesOf, change, countsOf, driveToEnd, mailsOf, makeRun, type Run, resetPace, statesOf, withRunQueue } from './runs.ts'

beforeEach(resetPace)

it('a run leaves at its pace, handed from stint to stint, also when each answer takes its time', async () => {
  const run = await makeRun(200, { size: 5 })
  const time = makeClock()
  const desk = makeDesk()
  const at: number[] = []
  const { result: rounds } = await withProvider(
    async (call, nth) => {
      at.push(time.now() - NOW)
      await time.wait(300)
      return desk.reply(call, nth)
    },
    () => driveToEnd([run], time, { env: { ...time.env, MAIL_PACE: '5/2' } }),
  )
  // 40 batches, 12 a stint; as many as 4,000 mails at the default pace.
  expect(rounds).toBe(4)
  expect(at).toEqual(Array.from({ length: 40 }, (_, nth) => nth * 2000))
  expect(await countsOf(run)).toMatchObject({ mails: 200, waiting: 0, sent: 200 })
})

it('a call that hangs until its time is up holds up no other', async () => {
  const run = await makeRun(40, { size: 5 })
  const time = makeClock()
  const desk = makeDesk((_call, nth) => (nth === 1 || nth === 2 ? 'silent' : undefined))
  const at: number[] = []
  await withProvider(
    (call, nth) => {
      at.push(time.now() - NOW)
      return desk.reply(call, nth)
    },
    () => driveToEnd([run], time, { env: { ...time.env, MAIL_PACE: '5/2' } }),
  )
  expect(at.slice(0, 8)).toEqual([0, 2000, 4000, 6000, 8000, 10_000, 12_000, 14_000])
  expect(at).toHaveLength(10)
  expect(desk.twice()).toEqual([])
  expect(await statesOf(run)).toEqual({ sent: 40 })
})

it('no more than four calls are under way at once', async () => {
  const run = await makeRun(10, { size: 1 })
  const time = makeClock()
  let underWay = 0
  let most = 0
  const desk = makeDesk()
  await withProvider(
    async (call, nth) => {
      underWay += 1
      most = Math.max(most, underWay)
      await time.wait(9000)
      underWay -= 1
      return desk.reply(call, nth)
    },
    () => driveToEnd([run], time),
  )
  expect(most).toBe(4)
  expect(await statesOf(run)).toEqual({ sent: 10 })
})

it('two at work at once, far from their database, send each mail once', async () => {
  const run = await makeRun(60, { size: 10 })
  const desk = makeDesk()
  const time = makeClock(NOW, farAway())
  const { calls } = await withProvider(desk.reply, () => Promise.all([sendRun(time.env, run.message, time), sendRun(time.env, run.message, time)]))
  expect(calls).toHaveLength(6)
  expect([...desk.taken.values()]).toEqual(Array(60).fill(1))
  expect(await countsOf(run)).toMatchObject({ mails: 60, waiting: 0, sent: 60 })
})

it('a message that comes twice, or much later, finds the work done', async () => {
  const run = await makeRun(10)
  const desk = makeDesk()
  const queue = withRunQueue()
  const { calls } = await withProvider(desk.reply, async () => {
    for (const from of [NOW, NOW + SECOND, NOW + 3 * MINUTE]) await sendRun(queue.env, run.message, makeClock(from))
  })
  expect(calls).toHaveLength(1)
  expect(queue.told).toEqual([])
})

it('messages that came twice don’t add up', async () => {
  const run = await makeRun(60, { size: 1 })
  const time = makeClock()
  const queue = withRunQueue({ ...time.env, MAIL_PACE: '1/20' })
  await withProvider(makeDesk().reply, () => Promise.all(Array.from({ length: 10 }, () => sendRun(queue.env, run.message, time))))
  // 25 seconds hold two turns.
  expect((await statesOf(run)).sent).toBe(2)
  expect(queue.told.length).toBeGreaterThanOrEqual(1)
  expect(queue.told.length).toBeLessThanOrEqual(2)
})

it('the runs of several companies all get their turns', async () => {
  const runs = [await makeRun(50, { size: 5 }), await makeRun(50, { size: 5 }), await makeRun(50, { size: 5 })]
  const time = makeClock()
  const order: number[] = []
  const desk = makeDesk()
  await withProvider(
    (call: Call, nth) => {
      order.push(runs.findIndex(({ mails }) => mails[0]?.email.split('-')[1] === addressesOf(call)[0]?.split('-')[1]))
      return desk.reply(call, nth)
    },
    () => driveToEnd(runs, time),
  )
  for (const run of runs) expect(await statesOf(run)).toEqual({ sent: 50 })
  // None is through before another has begun.
  for (const nth of [0, 1, 2]) expect(order.slice(0, 20)).toContain(nth)
})

it('when only later tries are left, the message comes again when they are due', async () => {
  const run = await makeRun(5)
  const time = makeClock()
  const queue = withRunQueue(time.env)
  await change(run, 'UPDATE mail_batches SET attempts = 8 WHERE tenant_id = ?')
  await withProvider(makeDesk(() => 'broken').reply, () => sendRun(queue.env, run.message, time))
  const due = (await batchesOf(run))[0]?.dueAt ?? 0
  expect(due).toBeGreaterThan(NOW + 5 * MINUTE)
  expect(queue.told).toEqual([{ ...run.message, delaySeconds: Math.ceil((due - NOW) / SECOND) }])
})

it('wherever a stint dies, another goes on, and each mail is taken once', async () => {
  for (let trips = 0; trips <= 8; trips++) {
    const run = await makeRun(15, { size: 5 })
    const desk = makeDesk()
    const time = makeClock()
    await withProvider(desk.reply, async () => {
      await sendRun(withRunQueue(dyingAfter(trips)).env, run.message, time).catch(() => {})
      await driveToEnd([run], time)
    })
    expect([...desk.taken.values()]).toEqual(Array(15).fill(1))
    expect(desk.conflicts).toEqual([])
    expect(await countsOf(run)).toMatchObject({ mails: 15, waiting: 0, sent: 15 })
  }
})

it('a database that answers nothing after it has written makes no second mail', async () => {
  const run = await makeRun(30, { size: 5 })
  const desk = makeDesk()
  const time = makeClock()
  let trips = 0
  const unsure = withBatch(
    (batch) => async (statements) => {
      const results = await batch(statements)
      trips += 1
      if (trips % 3 === 0 && trips < 40) throw new Error('D1_ERROR: Network connection lost')
      return results
    },
    time.env,
  )
  await withProvider(desk.reply, () => driveToEnd([run], time, { env: unsure }))
  expect([...desk.taken.values()]).toEqual(Array(30).fill(1))
  expect(await countsOf(run)).toMatchObject({ mails: 30, waiting: 0, sent: 30 })
})

it('the queue is told, and one that fails stops nobody', async () => {
  const queue = withRunQueue()
  const message = { tenantId: 'aaaaaa', runId: 'run' }
  await announceRun(queue.env, { ...message, more: 'x' } as RunMessage)
  await announceRun(queue.env, message, 1500)
  await announceRun(queue.env, message, 90 * 24 * 60 * MINUTE)
  expect(queue.told).toEqual([
    { ...message, delaySeconds: 0 },
    { ...message, delaySeconds: 2 },
    { ...message, delaySeconds: 43_200 },
  ])
  const down = { send: () => Promise.reject(new Error('down')) } as unknown as Env['BULK_QUEUE']
  await announceRun({ ...env, BULK_QUEUE: down }, message)
})

it('the sweep tells the queue of runs that lie due, once each, and of no others', async () => {
  const [lying, fresh, later, lapsed, finished] = [await makeRun(20, { size: 5 }), await makeRun(2), await makeRun(2), await makeRun(2), await makeRun(2)]
  await change(fresh, 'UPDATE mail_batches SET due_at = ?2 WHERE tenant_id = ?1', NOW + MINUTE - 10 * SECOND)
  await change(later, 'UPDATE mail_batches SET due_at = ?2 WHERE tenant_id = ?1', NOW + 10 * MINUTE)
  await change(lapsed, `UPDATE mail_batches SET state = 'sending', due_at = ?2 WHERE tenant_id = ?1`, NOW + SECOND)
  await change(finished, `UPDATE mail_batches SET state = 'done' WHERE tenant_id = ?`)
  const queue = withRunQueue()
  expect(await sweepRuns(queue.env, NOW + MINUTE)).toBe(2)
  expect(queue.told).toEqual([lying, lapsed].map(({ message }) => ({ ...message, delaySeconds: 0 })))
})

it('mail of a batch never leaves alone', async () => {
  const run = await makeRun(3)
  const single = await makeWaiting()
  const told: string[] = []
  const sendBatch = (messages: Iterable<{ body: { mailId: string } }>) => {
    told.push(...[...messages].map(({ body }) => body.mailId))
    return Promise.resolve()
  }
  const given = { ...env, MAIL_QUEUE: { sendBatch } as unknown as Env['MAIL_QUEUE'] }
  await sweepMail(given, NOW + MINUTE)
  expect(told).toContain(single.mailId)
  expect(run.mails.filter(({ id }) => told.includes(id))).toEqual([])
  const { calls, result } = await withProvider(makeDesk().reply, () => sendMail(env, { tenantId: run.company.tenantId, mailId: run.mails[0]?.id ?? '' }, NOW))
  expect(result).toBe('done')
  expect(calls).toEqual([])
  expect(await statesOf(run)).toEqual({ queued: 3 })
})

it('a mail that waits alone leaves while a bulk run is under way', async () => {
  const run: Run = await makeRun(30, { size: 5 })
  const single = await makeWaiting()
  const time = makeClock()
  const desk = makeDesk()
  await withProvider(desk.reply, () =>
    Promise.all([
      driveToEnd([run], time, { env: { ...time.env, MAIL_PACE: '5/20' } }),
      (async () => {
        await time.wait(30_000)
        expect(await sendMail(time.env, single.message, time.now())).toBe('done')
        expect((await mailsOf(run)).filter(({ state }) => state === 'queued').length).toBeGreaterThan(10)
      })(),
    ]),
  )
  expect((await rowOf(single)).sentAt).toBe(NOW + 30_000)
})

it('the Worker’s consumer drives a run by its message', async () => {
  const { default: worker } = await import('#src/worker.ts')
  const run = await makeRun(3)
  await change(run, `UPDATE mail_batches SET due_at = 0 WHERE tenant_id = ?`)
  await change(run, `UPDATE outbox SET created_at = ?2 WHERE tenant_id = ?1`, Date.now())
  const batch = createMessageBatch<RunMessage>('bulk-mail', [{ id: 'one', timestamp: new Date(), attempts: 1, body: run.message }])
  await withProvider(makeDesk().reply, async () => await worker.queue(batch, withRunQueue().env))
  expect(await statesOf(run)).toEqual({ sent: 3 })
})
