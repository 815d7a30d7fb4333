import { createHash } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import { HOUR, type Instant, MINUTE, SECOND } from '#src/dates.ts'
import type { Env } from '#src/env.ts'
import { TooMany, type TooManyOf } from '#src/errors.ts'
import { limits } from './schema/platform.ts'
import { Counted, runBatch, Write } from './statement.ts'

/**
 * Durable limits: how often something may be tried in a window that begins with its first try. A try is counted before
 * it is decided, by one statement that rides in a batch with others, so that no number of tries at once gets past.
 */

/** `of`: what was too much, for the words. `within`: how long a window is, in milliseconds. */
type Limit = { of: TooManyOf; most: number; within: number }

const WRONG_PASSWORDS: Limit = { of: 'wrong passwords', most: 10, within: 10 * MINUTE }
const RESETS: Limit = { of: 'resets', most: 3, within: HOUR }
const RESENDS: Limit = { of: 'resends', most: 20, within: HOUR }
const STAFF_INVITATIONS: Limit = { of: 'staff invitations', most: 20, within: HOUR }
const NEW_LINKS: Limit = { of: 'new links', most: 3, within: HOUR }

/** The window as a try left it. `count` stops at one beyond the limit. */
export type Try = { count: number; endsAt: Instant }

export type Counter = {
  /**
   * Counts one try, if `where` holds. Run it BEFORE what it limits, then ask `check` with what it answered, or put `allows`
   * into the statements after it. It answers no row when `where` didn't hold and nothing was counted.
   */
  take(where?: SQL): Counted<Try>
  /** A condition for statements that stand after `take` in the same batch: that try was within the limit. */
  allows: SQL
  /** @throws TooMany when the try that was counted is one too many; does nothing when none was counted */
  check(tries: readonly Try[]): void
  /** Begins anew, if `where` holds: after a success. */
  forget(where?: SQL): Write
}

/** @param whom whose tries these are; together they make the key, in which nothing of them can be read */
const counterOf = (limit: Limit, whom: readonly string[], now: Instant): Counter => {
  const key = createHash('sha256')
    .update(JSON.stringify([limit.of, ...whom]))
    .digest('base64url')
  return {
    take: (where = sql`true`) =>
      new Counted(
        sql`INSERT INTO ${limits} (key, count, ends_at) SELECT ${key}, 1, ${now + limit.within} WHERE ${where}
          ON CONFLICT (key) DO UPDATE SET
            count = CASE WHEN ends_at <= ${now} THEN 1 ELSE min(count, ${limit.most}) + 1 END,
            ends_at = CASE WHEN ends_at <= ${now} THEN excluded.ends_at ELSE ends_at END
          RETURNING count, ends_at`,
        (row) => ({ count: Number(row.count), endsAt: Number(row.ends_at) }),
      ),
    allows: sql`NOT EXISTS (SELECT 1 FROM ${limits} WHERE ${limits.key} = ${key} AND ${limits.count} > ${limit.most} AND ${limits.endsAt} > ${now})`,
    check: ([last]) => {
      if (last && last.count > limit.most) throw new TooMany(Math.max(1, Math.ceil((last.endsAt - now) / SECOND)), limit.of)
    },
    forget: (where = sql`true`) => new Write(sql`DELETE FROM ${limits} WHERE ${limits.key} = ${key} AND (${where})`),
  }
}

/**
 * Passwords tried at a door for an address, from one network: `networkOf` it, never the whole IP. Never by the address
 * alone: a stranger could then keep its owner out. After a right one: `forget`.
 * @param door the portal's slug, or `null` for the staff's door
 */
export const signInTries = (door: string | null, emailKey: string, network: string, now: Instant): Counter =>
  counterOf(WRONG_PASSWORDS, ['sign-in', door ?? '', emailKey, network], now)

/** The current password, asked for once more of a person who is signed in. After a right one: `forget`. */
export const currentPasswordTries = (tenantId: string, portalUserId: string, network: string, now: Instant): Counter =>
  counterOf(WRONG_PASSWORDS, ['current', tenantId, portalUserId, network], now)

/** Password resets for an address: by "Forgot password", whether anybody has that address or not, and by staff. */
export const resetTries = (tenantId: string, emailKey: string, now: Instant): Counter => counterOf(RESETS, [tenantId, emailKey], now)

/** Invitations sent again by staff, to one client; not those of bulk runs. */
export const resendTries = (tenantId: string, now: Instant): Counter => counterOf(RESENDS, [tenantId], now)

/**
 * "Send me a new link", by the person it goes to. Not of the company's account: the links of a large run expire together,
 * and the first to ask would keep the others out, and staff.
 */
export const newLinkTries = (tenantId: string, portalUserId: string, now: Instant): Counter => counterOf(NEW_LINKS, [tenantId, portalUserId], now)

/** Invitations to a company's team, first ones and those sent again. */
export const staffInvitationTries = (tenantId: string, now: Instant): Counter => counterOf(STAFF_INVITATIONS, [tenantId], now)

/** A sweep's worth; what is beyond it waits for the next one. */
const AT_ONCE = 10_000

/** Removes windows that have ended: they count no more. Says how many. */
export const sweepLimits = async (env: Env, now: Instant): Promise<number> => {
  const ended = sql`SELECT key FROM ${limits} WHERE ${limits.endsAt} <= ${now} LIMIT ${AT_ONCE}`
  return (await runBatch(env.DB, { ended: new Write(sql`DELETE FROM ${limits} WHERE key IN (${ended})`) })).ended
}
