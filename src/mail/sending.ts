import { and, eq, inArray, isNull, lte, type SQL, sql } from 'drizzle-orm'
import { type Instant, SECOND } from '#src/dates.ts'
import { forTenant, type TenantDoor } from '#src/db/door.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import type { Env, MailMessage } from '#src/env.ts'
import { log, logError } from '#src/log.ts'
import { type Outcome, outcomeOf, outcomeOfError, waitAfter } from './answers.ts'
import { TRIED_FOR } from './batch.ts'
import { holdBack, type Pace, paceOf, takeRoom } from './pace.ts'
import { ANSWER_WITHIN, outgoing, provider } from './provider.ts'
import { recordFailed, recordSent } from './recording.ts'
import { isWanted, whyUnwanted } from './wanted.ts'

/**
 * One mail of the outbox: claim it, send it, record what came of it. A message that comes twice finds the work done; one
 * whose consumer died is claimed again when the claim lapses, and the provider knows it by its key.
 */

const CLAIM_LASTS = 60 * SECOND

/** In seconds, when the message should come again; `done` when there is nothing more to do. */
export type Sending = { retryIn: number } | 'done'

type Row = typeof outbox.$inferSelect

/**
 * Never throws: what goes wrong with one mail is no other's concern.
 * @param now read anew for each message, or a claim may have lapsed before it is made
 */
export const sendMail = async (env: Env, message: MailMessage, now: Instant): Promise<Sending> => {
  try {
    const door = forTenant(env, message.tenantId)
    const { claimed, ended, row } = await claim(door, paceOf(env), message.mailId, now)
    if (!row) return 'done'
    if (claimed) return await record(door, row, await attempt(env, row), now)
    if (ended) tell(row, row.state, row.error)
    return row.state === 'queued' && row.batchId === null ? { retryIn: Math.ceil((row.dueAt - now) / SECOND) } : 'done'
  } catch (error) {
    logError('mail-not-recorded', error, { tenant: message?.tenantId, mail: message?.mailId })
    return { retryIn: CLAIM_LASTS / SECOND }
  }
}

/**
 * Takes the mail if its time has come and nobody else has it; ends it if it is no longer wanted, or too old. It waits for no
 * pace, but what it takes of it the bulk mail behind it waits for. Mail of a batch is not for this.
 */
const claim = async (door: TenantDoor, pace: Pace, mailId: string, now: Instant) => {
  const isFree = and(eq(outbox.id, mailId), isNull(outbox.batchId), inArray(outbox.state, ['queued', 'sending']), lte(outbox.dueAt, now))
  const tooOld = reasoned(door, sql`'It could not be sent within 23 hours.'`, and(isFree, lte(outbox.createdAt, now - TRIED_FOR)))
  const { claimed, unwanted, failed, rows } = await door.run({
    unwanted: door.update(outbox, { state: 'not-sent', error: whyUnwanted(door) }, and(isFree, sql`NOT (${isWanted(door)})`)),
    ...recordFailed(door, tooOld, now),
    // What the first two ended is free no more.
    room: takeRoom(door, pace, sql`(SELECT count(*) FROM ${outbox} WHERE ${outbox.tenantId} = ${door.tenantId} AND ${isFree})`, now),
    claimed: door.update(outbox, { state: 'sending', attempts: sql`attempts + 1`, dueAt: now + CLAIM_LASTS }, isFree),
    rows: door.read(outbox, { where: eq(outbox.id, mailId) }),
  })
  return { claimed: claimed === 1, ended: unwanted + failed === 1, row: rows[0] }
}

/** Writes the mail and hands it over. */
const attempt = async (env: Env, row: Row): Promise<Outcome> => {
  try {
    const mail = await outgoing(env, row)
    const resend = await provider(env)
    return outcomeOf(await resend.emails.send(mail, { idempotencyKey: `${row.tenantId}/${row.id}`, signal: AbortSignal.timeout(ANSWER_WITHIN) }))
  } catch (error) {
    logError('mail-not-written', error, { tenant: row.tenantId, mail: row.id })
    return outcomeOfError(error)
  }
}

const record = async (door: TenantDoor, row: Row, outcome: Outcome, now: Instant): Promise<Sending> => {
  const ours = and(eq(outbox.id, row.id), eq(outbox.state, 'sending'), eq(outbox.attempts, row.attempts))
  const wait = outcome.kind === 'again' ? waitAfter(row.attempts, outcome.after) : 0
  tell(row, outcome.kind, 'code' in outcome ? outcome.code : undefined)
  switch (outcome.kind) {
    case 'sent':
      await door.run(recordSent(door, [{ id: row.id, providerId: outcome.providerId }], now))
      return 'done'
    case 'refused':
      await door.run(recordFailed(door, reasoned(door, sql`${outcome.reason}`, ours), now))
      return 'done'
    case 'again':
      await door.run({
        ...(outcome.slower && outcome.after !== undefined && { pace: holdBack(door, outcome.after, door.exists(outbox, ours), now) }),
        mail: door.update(outbox, { state: 'queued', dueAt: now + wait * SECOND, error: outcome.reason }, ours),
      })
      return { retryIn: wait }
  }
}

/** A mail that fails, if a condition holds, and why. */
const reasoned = (door: TenantDoor, reason: SQL, where: SQL | undefined): SQL =>
  sql`(SELECT ${outbox.id} AS id, ${reason} AS reason FROM ${outbox} WHERE ${outbox.tenantId} = ${door.tenantId} AND ${where})`

/** Its line in the log: no address, no link, and not the provider's own words, which may hold one. */
const tell = (row: Row, outcome: string, reason: string | null | undefined) =>
  log('mail', { tenant: row.tenantId, mail: row.id, kind: row.kind, outcome, attempts: row.attempts, reason })
