import type { Instant } from '#src/dates.ts'
import { forPlatform } from '#src/db/platform.ts'
import type { Env } from '#src/env.ts'
import { announceMail } from './outbox.ts'

/** A minute's worth; what is beyond it waits for the next sweep. */
const AT_ONCE = 1000

/** Tells the queue again of mail whose time has come: it may have missed it, or forgotten. Says how many. */
export const sweepMail = async (env: Env, now: Instant): Promise<number> => {
  const due = await forPlatform(env).dueMail(now, AT_ONCE)
  await announceMail(env, due)
  return due.length
}
