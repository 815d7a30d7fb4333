import { SECOND } from '#src/dates.ts'
import { forTenant } from '#src/db/door.ts'
import type { Env, RunMessage } from '#src/env.ts'
import { log } from '#src/log.ts'
import { type Clock, claimNext, clock, sendBatch } from './batch.ts'
import { paceOf } from './pace.ts'

/**
 * A bulk run is driven in stints: each takes the batches of one run as the pace allows, and hands over by a message. However
 * many are at work on a run or on several, they meet at the pace and at the claim of a batch, so no mail leaves twice and
 * each run gets its turns.
 */

/** How long a stint takes new batches, and how many. */
const STINT = 25 * SECOND
const BATCHES_A_STINT = 12
/** Calls under way at once: one that hangs until its time is up holds up no other. */
const CALLS_AT_ONCE = 4
/** A queue holds a message back for at most half a day. */
const LONGEST_DELAY = 12 * 60 * 60

/**
 * Tells the queue that a run has mail to send. Never throws: the sweep finds what the queue was not told.
 * @param delay in milliseconds
 */
export const announceRun = async (env: Env, message: RunMessage, delay = 0): Promise<void> => {
  try {
    const delaySeconds = Math.min(Math.ceil(delay / SECOND), LONGEST_DELAY)
    await env.BULK_QUEUE.send({ tenantId: message.tenantId, runId: message.runId }, delaySeconds > 0 ? { delaySeconds } : {})
  } catch (error) {
    log('run-not-announced', { tenant: message.tenantId, run: message.runId, error: String(error) })
  }
}

/**
 * A stint of a run: ends when nothing of it waits, or with a message for the next one. A stint that got no turn sends none:
 * others took them, and go on; so messages that came twice don't add up.
 * @throws what the database throws; then the message is to come again
 */
export const sendRun = async (env: Env, message: RunMessage, time: Clock = clock): Promise<void> => {
  const door = forTenant(env, message.tenantId)
  const pace = paceOf(env)
  const underWay = new Set<Promise<void>>()
  const end = time.now() + STINT
  let taken = 0
  try {
    while (true) {
      const now = time.now()
      if (now >= end || taken >= BATCHES_A_STINT) {
        if (taken > 0) await announceRun(env, message)
        return
      }
      if (underWay.size >= CALLS_AT_ONCE) {
        await Promise.race(underWay)
        continue
      }
      const { claimed, nextDue, freeAt } = await claimNext(door, pace, message.runId, now)
      if (claimed) {
        taken += 1
        const call = sendBatch(env, door, claimed, time).finally(() => underWay.delete(call))
        underWay.add(call)
        continue
      }
      if (nextDue === null) return
      const wait = Math.max(0, nextDue - time.now(), freeAt - time.now())
      const othersFirst = nextDue <= freeAt
      if (underWay.size > 0 && !othersFirst) {
        // What is under way may be due again before all else.
        await Promise.race([...underWay, time.wait(wait)])
      } else if (time.now() + wait <= end) {
        await time.wait(wait)
      } else {
        if (taken > 0 || !othersFirst || wait > STINT) await announceRun(env, message, wait)
        return
      }
    }
  } finally {
    await Promise.all(underWay)
  }
}
