import { type Instant, SECOND } from '#src/dates.ts'
import { forPlatform } from '#src/db/platform.ts'
import type { Env } from '#src/env.ts'
import { announceRun } from './bulk.ts'
import { announceMail } from './outbox.ts'

/** A minute's worth; what is beyond it waits for the next sweep. */
const AT_ONCE = 1000

/** Tells the queue again of mail whose time has come: it may have missed it, or forgotten. Says how many. */
export const sweepMail = async (env: Env, now: Instant): Promise<number> => {
  const due = await forPlatform(env).dueMail(now, AT_ONCE)
  await announceMail(env, due)
  return due.length
}

/** Longer than a run that is worked on alone leaves a due batch lying, unless there are many: then one message more does no harm. */
const LEFT_LYING = 15 * SECOND

/** Tells the queue again of runs with batches whose time has come. Says how many. */
export const sweepRuns = async (env: Env, now: Instant): Promise<number> => {
  const due = await forPlatform(env).dueRuns(now - LEFT_LYING, AT_ONCE)
  for (const run of due) await announceRun(env, run)
  return due.length
}
