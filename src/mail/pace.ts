import { type SQL, sql } from 'drizzle-orm'
import { type Instant, MINUTE, SECOND } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { mailPace } from '#src/db/schema/platform.ts'
import type { Write } from '#src/db/statement.ts'
import type { Env } from '#src/env.ts'

/**
 * How fast mail leaves: one budget for all companies and queues, kept as the instant from which it is free again. Every mail
 * moves that instant on. Bulk mail waits for it; what a person waits for never does, and overdraws it.
 */

/** So many mails in so many seconds. `mails` is also what a batch holds. */
export type Pace = { mails: number; seconds: number }

/** What the provider takes in one call. */
const LARGEST_BATCH = 100
const DEFAULT: Pace = { mails: 100, seconds: 2 }

/** MAIL_PACE, written `100/2`; the default for anything else. A pace of more mails than a batch may hold is the same speed in smaller steps. */
export const paceOf = ({ MAIL_PACE = '' }: Pick<Env, 'MAIL_PACE'>): Pace => {
  const written = /^\s*(?<mails>\d{1,6})\s*\/\s*(?<seconds>\d{1,5}(?:\.\d{1,3})?)\s*$/.exec(MAIL_PACE)?.groups
  const [mails, seconds] = [Number(written?.mails), Number(written?.seconds)]
  if (!(mails > 0 && seconds > 0)) return DEFAULT
  return mails <= LARGEST_BATCH ? { mails, seconds } : { mails: LARGEST_BATCH, seconds: (seconds * LARGEST_BATCH) / mails }
}

/** When bulk mail may leave again, as an expression. */
export const freeAt = sql<Instant>`(SELECT free_at FROM ${mailPace} WHERE id = 1)`
/** A condition: bulk mail may leave now. */
export const isFree = (now: Instant): SQL => sql`${freeAt} <= ${now}`

/**
 * Takes room for so many mails, whether it is free or not.
 * @param mails how many, as an expression that names the door's tenant; 0 changes nothing
 */
export const takeRoom = (door: TenantDoor, { mails, seconds }: Pace, count: SQL, now: Instant): Write =>
  door.write(sql`UPDATE ${mailPace} SET free_at = max(free_at, ${now}) + CAST((taken.mails * ${Math.round(seconds * SECOND)} + ${mails - 1}) / ${mails} AS INTEGER)
    FROM (SELECT ${count} AS mails) AS taken WHERE ${mailPace.id} = 1 AND taken.mails > 0`)

/** A limit of the day's lasts for hours: each batch waits for that by itself, and what the operator mends meanwhile is tried soon. */
const LONGEST_HOLD = 5 * MINUTE

/**
 * The provider asked to go slower: all bulk mail waits that long.
 * @param after in seconds
 * @param where a condition that names the door's tenant
 */
export const holdBack = (door: TenantDoor, after: number, where: SQL, now: Instant): Write =>
  door.write(sql`UPDATE ${mailPace} SET free_at = max(free_at, ${now + Math.min(Math.ceil(after * SECOND), LONGEST_HOLD)}) WHERE id = 1 AND ${where}`)
