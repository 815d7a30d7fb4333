import { type SQL, sql } from 'drizzle-orm'
import { DAY, type Instant } from '#src/dates.ts'
import type { Env } from '#src/env.ts'
import type { TenantDoor } from './door.ts'
import { webhookEvents } from './schema/platform.ts'
import { type Answers, runBatch, type Statements, Write } from './statement.ts'

/** Which events of the mail provider were taken in, so that the same one again changes nothing. */

/** A condition for what an event does: it was not taken in before. */
export const isNewEvent = (id: string): SQL => sql`NOT EXISTS (SELECT 1 FROM ${webhookEvents} WHERE ${webhookEvents.id} = ${id})`

/**
 * What an event does, and that it was taken in, in one batch; the second only where `where` holds, and last, because the
 * statements ask whether it is new. `taken` is 1 for the one call that did it.
 */
export const takeEvent = async <S extends Statements>(
  door: TenantDoor,
  { id, at, where, statements }: { id: string; at: Instant; where: SQL; statements: S },
): Promise<Answers<S> & { taken: number }> => {
  const taken = new Write(sql`INSERT INTO ${webhookEvents} (id, at) SELECT ${id}, ${at} WHERE ${where} ON CONFLICT (id) DO NOTHING`)
  const [answers, last] = await door.runBoth(statements, { taken })
  return { ...answers, ...last }
}

/** The provider gives up after a day; by hand it may send an event again for longer. */
const KEPT = 7 * DAY
const AT_ONCE = 10_000

/** Forgets events that nobody sends any more. Says how many. */
export const sweepWebhookEvents = async (env: Env, now: Instant): Promise<number> => {
  const old = sql`SELECT id FROM ${webhookEvents} WHERE ${webhookEvents.at} <= ${now - KEPT} LIMIT ${AT_ONCE}`
  return (await runBatch(env.DB, { old: new Write(sql`DELETE FROM ${webhookEvents} WHERE id IN (${old})`) })).old
}
