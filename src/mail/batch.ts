import { and, asc, eq, lte, type SQL, sql } from 'drizzle-orm'
import { HOUR, type Instant, SECOND } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { mailBatches } from '#src/db/schema/invitation-runs.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { log, logError } from '#src/log.ts'
import { type BatchOutcome, batchOutcomeOf, outcomeOfError } from './answers.ts'
import { recordBatch } from './batch-record.ts'
import { freeAt, isFree, type Pace, takeRoom } from './pace.ts'
import { ANSWER_WITHIN, outgoing, provider } from './provider.ts'
import { recordFailed } from './recording.ts'
import { isWanted, whyUnwanted } from './wanted.ts'

/**
 * One batch of a run: claimed, written, handed over in one call, and what came of each mail recorded. A batch goes under a
 * key of its own, which the provider remembers for a day: the same call again is the same answer, and no second mail. So what
 * a batch is made of may change only while it is certain that nothing of it left; then its mails are `queued`, and a new
 * generation of it begins. Otherwise they are `sending`, and nobody else touches them until there is an answer.
 */

/** What time does for a run: tests have one of their own. */
export type Clock = { now: () => Instant; wait: (milliseconds: number) => Promise<unknown>; limit: (milliseconds: number) => AbortSignal }
export const clock: Clock = { now: () => Date.now(), wait: (milliseconds) => scheduler.wait(milliseconds), limit: (ms) => AbortSignal.timeout(ms) }

/** Long enough for a call and what comes before and after it. */
const CLAIM_LASTS = 30 * SECOND
/** The provider remembers a key for a day: what has not left by then can't be tried without the risk of a second mail. */
export const TRIED_FOR = 23 * HOUR

export type Claimed = { batch: typeof mailBatches.$inferSelect; mails: (typeof outbox.$inferSelect)[]; token: string }
type Turn = {
  /** Undefined: none is due, the pace does not allow it, or nothing of the one that was due is left to send. */
  claimed: Claimed | undefined
  /** When the next batch of the run is due, claims that lapse among them; null: none is left. */
  nextDue: Instant | null
  freeAt: Instant
}

/**
 * Takes the run's next batch, if one is due and the pace allows it: ends those of its mails that are no longer wanted or too
 * old, and takes room for what is left.
 */
export const claimNext = async (door: TenantDoor, pace: Pace, runId: string, now: Instant): Promise<Turn> => {
  const token = newId()
  const isOpen = and(eq(mailBatches.runId, runId), sql`${mailBatches.state} <> 'done'`)
  const next = door.pluck(mailBatches, mailBatches.id, {
    where: and(isOpen, lte(mailBatches.dueAt, now)),
    order: [mailBatches.dueAt, mailBatches.id],
    limit: 1,
  })
  const ours = and(isOpen, eq(mailBatches.claim, token))
  const inBatch = sql`${outbox.batchId} = ${door.pluck(mailBatches, mailBatches.id, { where: ours })}`
  // Of a batch that may have left, the mails are still `sending`.
  const isQueued = sql`${inBatch} AND ${outbox.state} = 'queued'`
  const isSending = sql`${inBatch} AND ${outbox.state} = 'sending'`
  const { batches, mails, turns } = await door.run({
    // One that is still `sending` was dropped by whoever had it, perhaps in the middle of the call.
    claim: door.update(
      mailBatches,
      { state: 'sending', claim: token, attempts: sql`attempts + 1`, dueAt: now + CLAIM_LASTS, uncertain: sql`uncertain OR state = 'sending'` },
      and(eq(mailBatches.id, next), isFree(now)),
    ),
    ...recordFailed(door, tooOld(door, inBatch, now), now),
    unwanted: door.update(outbox, { state: 'not-sent', error: whyUnwanted(door) }, sql`${isQueued} AND NOT (${isWanted(door)})`),
    taken: door.update(outbox, { state: 'sending', attempts: sql`attempts + 1` }, sql`${inBatch} AND ${outbox.state} IN ('queued', 'sending')`),
    room: takeRoom(door, pace, sql`(SELECT count(*) FROM ${outbox} WHERE ${outbox.tenantId} = ${door.tenantId} AND ${isSending})`, now),
    emptied: door.update(mailBatches, { state: 'done', claim: null }, sql`${ours} AND NOT ${door.exists(outbox, isSending)}`),
    batches: door.read(mailBatches, { where: ours }),
    mails: door.read(outbox, { where: isSending, order: [asc(outbox.batchPosition), asc(outbox.id)] }),
    turns: door.pick(mailBatches, { nextDue: sql<Instant | null>`min(${mailBatches.dueAt})`, freeAt }, { where: isOpen }),
  })
  const [batch] = batches
  const [turn] = turns
  return { claimed: batch && { batch, mails, token }, nextDue: turn?.nextDue ?? null, freeAt: turn?.freeAt ?? now }
}

const tooOld = (door: TenantDoor, inBatch: SQL, now: Instant): SQL => sql`(
  SELECT ${outbox.id} AS id, CASE ${outbox.state} WHEN 'queued' THEN 'It could not be sent within 23 hours.'
    ELSE 'It may have been sent: the mail service gave no answer for 23 hours.' END AS reason
  FROM ${outbox} WHERE ${outbox.tenantId} = ${door.tenantId} AND ${inBatch} AND ${outbox.createdAt} <= ${now - TRIED_FOR})`

/** What is known once a batch was tried: of the call, or that some of its mails can't be written and there was none. */
export type Tried = BatchOutcome | { kind: 'unwritable'; mails: { id: string; reason: string }[] }

/** Never throws: a batch of which nothing was recorded is claimed again when the claim on it lapses. */
export const sendBatch = async (env: Env, door: TenantDoor, claimed: Claimed, time: Clock): Promise<void> => {
  const { batch, mails } = claimed
  const about = { tenant: door.tenantId, run: batch.runId, batch: batch.id }
  try {
    const tried = await attempt(env, claimed, time)
    log('mail-batch', { ...about, mails: mails.length, attempts: batch.attempts, uncertain: batch.uncertain, ...summary(tried) })
    await door.run(recordBatch(door, claimed, tried, time.now()))
  } catch (error) {
    logError('mail-batch-not-recorded', error, about)
  }
}

const attempt = async (env: Env, { batch, mails }: Claimed, time: Clock): Promise<Tried> => {
  const resend = await provider(env).catch(outcomeOfError)
  const written = await Promise.all(mails.map((mail) => outgoing(env, mail).catch((error: unknown) => notWritten(mail, error))))
  const unwritten = written.flatMap((mail) => ('kind' in mail && mail.kind === 'refused' ? mail : []))
  const missing = [resend, ...written].flatMap((one) => ('kind' in one && one.kind === 'again' ? one : []))[0]
  if ('kind' in resend || missing) return { kind: 'again', taken: 'no', reason: missing?.reason ?? '', code: missing?.code ?? '', slower: false }
  if (unwritten.length > 0) return { kind: 'unwritable', mails: unwritten }
  const answer = await resend.batch.send(
    written.flatMap((mail) => ('kind' in mail ? [] : mail)),
    {
      idempotencyKey: `${batch.tenantId}/${batch.id}/${batch.generation}`,
      batchValidation: 'permissive',
      signal: time.limit(ANSWER_WITHIN),
    },
  )
  return batchOutcomeOf(answer, mails.length)
}

const notWritten = (mail: Claimed['mails'][number], error: unknown) => {
  logError('mail-not-written', error, { tenant: mail.tenantId, mail: mail.id })
  return { id: mail.id, ...outcomeOfError(error) }
}

/** For the log: no address, and not the provider's own words, which may hold one. */
const summary = (tried: Tried) => {
  if (tried.kind === 'answered') return { outcome: tried.kind, sent: tried.sent.length, refused: tried.refused.length }
  if (tried.kind === 'unwritable') return { outcome: tried.kind, refused: tried.mails.length }
  return { outcome: tried.kind, reason: tried.code }
}
