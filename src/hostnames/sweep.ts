import type { Instant } from '#src/dates.ts'
import { forPlatform } from '#src/db/platform.ts'
import type { Env } from '#src/env.ts'
import { canServeHostnames } from './cloudflare.ts'
import { stepHostname } from './step.ts'

/** A minute's worth; what is beyond it waits for the next sweep. */
const AT_ONCE = 30

/** Looks at each name whose time has come, one after the other: each asks several others. Says how many. */
export const sweepHostnames = async (env: Env, now: Instant): Promise<number> => {
  if (!canServeHostnames(env)) return 0
  const due = await forPlatform(env).dueHostnames(now, AT_ONCE)
  for (const which of due) await stepHostname(env, which, now)
  return due.length
}
