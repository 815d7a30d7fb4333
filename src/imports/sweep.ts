import type { Instant } from '#src/dates.ts'
import { forPlatform } from '#src/db/platform.ts'
import type { Env } from '#src/env.ts'

/** Takes up imports on which nobody has worked since an instant: their message was lost, or their Worker was. */
export const sweepImports = async (env: Env, before: Instant): Promise<void> => {
  const stalled = await forPlatform(env).stalledImports(before, 100)
  for (const message of stalled) await env.IMPORT_QUEUE.send(message)
}
