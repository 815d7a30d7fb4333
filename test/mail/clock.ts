import { env } from 'cloudflare:workers'
import type { Instant } from '#src/dates.ts'
import type { Env } from '#src/env.ts'
import type { Clock } from '#src/mail/batch.ts'
import { withBatch } from '#test/far-away.ts'
import { NOW } from './post.ts'

// Loaded now: while it is loaded for the first time, nothing would seem to be going on.
await import('resend')

/** Real milliseconds without work on the database after which everybody waits for the time to pass. */
const QUIET = 6

export type TestClock = Clock & { env: Env }

/**
 * Time that passes only when all who are at work wait for it, and then at once. Who is at work shows at the database of
 * `env`, so the work is to be given that.
 */
export const makeClock = (from: Instant = NOW, given: Env = env): TestClock => {
  const sleepers: { at: Instant; wake: () => void }[] = []
  let now = from
  let atWork = 0
  let trips = 0
  let isTicking = false

  const tick = async () => {
    isTicking = true
    while (sleepers.length > 0) {
      const seen = trips
      await scheduler.wait(QUIET)
      if (atWork > 0 || trips !== seen) continue
      now = Math.max(now, Math.min(...sleepers.map(({ at }) => at)))
      for (const due of sleepers.filter(({ at }) => at <= now)) {
        sleepers.splice(sleepers.indexOf(due), 1)
        due.wake()
      }
    }
    isTicking = false
  }
  const until = (at: Instant, wake: () => void) => {
    sleepers.push({ at, wake })
    if (!isTicking) tick().catch(() => {})
  }
  return {
    now: () => now,
    wait: (milliseconds) => new Promise<void>((resolve) => until(now + milliseconds, resolve)),
    limit: (milliseconds) => {
      const controller = new AbortController()
      until(now + milliseconds, () => controller.abort(new DOMException('too late', 'TimeoutError')))
      return controller.signal
    },
    env: withBatch(
      (batch) => async (statements) => {
        atWork += 1
        trips += 1
        try {
          return await batch(statements)
        } finally {
          atWork -= 1
          trips += 1
        }
      },
      given,
    ),
  }
}
