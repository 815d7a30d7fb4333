import { env } from 'cloudflare:workers'
import { forTenant } from '#src/db/door.ts'
import type { Env } from '#src/env.ts'
import { type Clock, claimNext, clock, sendBatch } from '#src/mail/batch.ts'
import { paceOf } from '#src/mail/pace.ts'
import { type Call, NOW } from './post.ts'
import { batchesOf, type Run } from './runs.ts'

/** A run's batches, tried by hand. */

/** One try of the run's next batch at an instant; says whether there was one. A call is given up after `patience` milliseconds. */
export const tryNext = async (run: Run, now = NOW, given: Env = env, patience = 10_000): Promise<boolean> => {
  await env.DB.prepare('UPDATE mail_pace SET free_at = 0').run()
  const door = forTenant(given, run.company.tenantId)
  const time: Clock = { ...clock, now: () => now, limit: () => AbortSignal.timeout(patience) }
  const { claimed } = await claimNext(door, paceOf(env), run.runId, now)
  if (claimed) await sendBatch(given, door, claimed, time)
  return claimed !== undefined
}
/** Tries until nothing of the run waits. Each try comes when the run's next batch is due. */
export const tryToEnd = async (run: Run, given: Env = env) => {
  for (let tries = 0; tries < 300; tries++) {
    const due = (await batchesOf(run)).filter(({ state }) => state !== 'done').map(({ dueAt }) => dueAt)
    if (due.length === 0) return
    await tryNext(run, Math.max(NOW, Math.min(...due)), given)
  }
  throw new Error('came to no end')
}
export const keysOf = (calls: Call[]) => calls.map(({ key }) => key)
export const keyOf = (run: Run, batch = 1, generation = 0) => `${run.company.tenantId}/${run.runId}-${batch}/${generation}`
export const never = (): never => {
  throw new Error('there is one')
}
