import { and, eq, inArray, lte, ne, sql } from 'drizzle-orm'
import { HOUR, type Instant, SECOND } from '#src/dates.ts'
import { forTenant, type TenantDoor } from '#src/db/door.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { type Env, type MailMessage, required } from '#src/env.ts'
import { log, logError } from '#src/log.ts'
import { type Outcome, outcomeOf, outcomeOfError, waitAfter } from './answers.ts'
import { renderMail } from './render.tsx'
import { isWanted, whyUnwanted } from './wanted.ts'

/**
 * One mail of the outbox: claim it, send it, record what came of it. A message that comes twice finds the work done; one
 * whose consumer died is claimed again when the claim lapses, and the provider knows it by its key.
 */

const CLAIM_LASTS = 60 * SECOND
/** Well within the claim. */
const ANSWER_WITHIN = 10 * SECOND
/** The provider remembers a key for a day: what has not left by then can't be tried without the risk of a second mail. */
export const TRIED_FOR = 23 * HOUR

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
    const { claimed, ended, row } = await claim(door, message.mailId, now)
    if (!row) return 'done'
    if (claimed) return await record(door, row, await attempt(env, row), now)
    if (ended) tell(row, row.state, row.error)
    return row.state === 'queued' ? { retryIn: Math.ceil((row.dueAt - now) / SECOND) } : 'done'
  } catch (error) {
    logError('mail-not-recorded', error, { tenant: message?.tenantId, mail: message?.mailId })
    return { retryIn: CLAIM_LASTS / SECOND }
  }
}

/** Takes the mail if its time has come and nobody else has it; ends it if it is no longer wanted, or too old. */
const claim = async (door: TenantDoor, mailId: string, now: Instant) => {
  const isFree = and(eq(outbox.id, mailId), inArray(outbox.state, ['queued', 'sending']), lte(outbox.dueAt, now))
  const { claimed, unwanted, late, rows } = await door.run({
    unwanted: door.update(outbox, { state: 'not-sent', error: whyUnwanted(door) }, and(isFree, sql`NOT (${isWanted(door)})`)),
    late: door.update(outbox, { state: 'failed', error: 'It could not be sent within 23 hours.' }, and(isFree, lte(outbox.createdAt, now - TRIED_FOR))),
    problem: noteProblem(door, mailId, 'failed'),
    // What the first two ended is free no more.
    claimed: door.update(outbox, { state: 'sending', attempts: sql`attempts + 1`, dueAt: now + CLAIM_LASTS }, isFree),
    rows: door.read(outbox, { where: eq(outbox.id, mailId) }),
  })
  return { claimed: claimed === 1, ended: unwanted + late === 1, row: rows[0] }
}

/** Writes the mail and hands it over. */
const attempt = async (env: Env, row: Row): Promise<Outcome> => {
  try {
    const mail = await renderMail(env, row)
    const { Resend } = await import('resend')
    const resend = new Resend(required(env, 'RESEND_API_KEY'), { baseUrl: required(env, 'RESEND_BASE_URL') })
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
      await door.run({
        // Whatever became of the row meanwhile: it has left.
        mail: door.update(
          outbox,
          { state: 'sent', sentAt: now, providerId: outcome.providerId, error: null },
          and(eq(outbox.id, row.id), ne(outbox.state, 'sent')),
        ),
        problem: noteProblem(door, row.id, 'sent'),
      })
      return 'done'
    case 'refused':
      await door.run({ mail: door.update(outbox, { state: 'failed', error: outcome.reason }, ours), problem: noteProblem(door, row.id, 'failed') })
      return 'done'
    case 'again':
      await door.run({ mail: door.update(outbox, { state: 'queued', dueAt: now + wait * SECOND, error: outcome.reason }, ours) })
      return { retryIn: wait }
  }
}

/** An invitation that failed marks the invited accesses of its person, one that left clears them; an older one than the newest does neither. */
const noteProblem = (door: TenantDoor, mailId: string, state: 'failed' | 'sent') =>
  door.update(
    accesses,
    { mailProblem: state === 'failed' ? state : null },
    and(
      eq(accesses.state, 'invited'),
      eq(accesses.portalUserId, door.pluck(portalUsers, portalUsers.id, { where: eq(portalUsers.invitationMailId, mailId) })),
      door.exists(outbox, and(eq(outbox.id, mailId), eq(outbox.kind, 'invitation'), eq(outbox.state, state))),
    ),
  )

/** Its line in the log: no address, no link, and not the provider's own words, which may hold one. */
const tell = (row: Row, outcome: string, reason: string | null | undefined) =>
  log('mail', { tenant: row.tenantId, mail: row.id, kind: row.kind, outcome, attempts: row.attempts, reason })
