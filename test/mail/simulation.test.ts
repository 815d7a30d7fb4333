import { beforeEach, expect, it } from 'vitest'
import type { Env } from '#src/env.ts'
import { withBatch } from '#test/far-away.ts'
import { randomFrom } from '#tools/demo/random.ts'
import { makeClock } from './clock.ts'
import { addressesOf, makeDesk, type Trouble, wholeRefusal } from './desk.ts'
import { NOW, withProvider } from './post.ts'
import { countsOf, driveToEnd, mailsOf, makeRun, resetPace, statesOf } from './runs.ts'

beforeEach(resetPace)

/** Now and then a Worker is killed: a round trip of its does not arrive. */
const dying = (given: Env, chance: () => boolean): Env =>
  withBatch((batch) => (statements) => (chance() ? Promise.reject(new Error('killed')) : batch(statements)), given)

it.each([1, 2, 3])(
  'whatever goes wrong (%i), every address gets exactly one mail, and the counts are right',
  async (seed) => {
    const random = randomFrom(seed)
    const troubles = (): Trouble => {
      const chance = random.next()
      if (chance < 0.2) return 'slower'
      if (chance < 0.3) return 'broken'
      if (chance < 0.35) return 'taken-silent'
      return undefined
    }
    const runs = [await makeRun(200, { size: 16 }), await makeRun(97, { size: 11 })]
    const bad = runs[0]?.mails[55]?.email ?? ''
    // What is refused for what stands in it is so each time: it is never taken in silence.
    const desk = makeDesk((call) => {
      const met = troubles()
      return addressesOf(call).includes(bad) && (met === undefined || met === 'taken-silent') ? wholeRefusal(422, 'validation_error') : met
    })
    const time = makeClock(NOW)
    const env = dying({ ...time.env, MAIL_PACE: '100/1' }, () => random.next() < 0.04)
    const { calls } = await withProvider(desk.reply, () => driveToEnd(runs, time, { env, copies: 2 }))
    const addresses = runs.flatMap(({ mails }) => mails.map(({ email }) => email)).filter((email) => email !== bad)
    expect([...desk.taken.keys()].sort()).toEqual([...addresses].sort())
    expect(desk.twice()).toEqual([])
    expect(desk.conflicts).toEqual([])
    expect(calls.length).toBeGreaterThan(30)
    for (const [nth, run] of runs.entries()) {
      const states = await statesOf(run)
      expect(states).toEqual(nth === 0 ? { failed: 1, sent: 199 } : { sent: 97 })
      expect(await countsOf(run)).toMatchObject({ mails: run.mails.length, waiting: 0, sent: states.sent, failed: states.failed ?? 0, unsent: 0 })
      for (const { state, providerId, toEmail } of await mailsOf(run)) expect(providerId).toBe(state === 'sent' ? `provider of ${toEmail}` : null)
    }
  },
  120_000,
)
