import { and, eq, ne, type SQL, sql } from 'drizzle-orm'
import { type Instant, SECOND } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { mailBatches } from '#src/db/schema/invitation-runs.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import type { Statements } from '#src/db/statement.ts'
import { newId } from '#src/ids.ts'
import { waitAfter } from './answers.ts'
import type { Claimed, Tried } from './batch.ts'
import { putBack } from './cancel.ts'
import { holdBack } from './pace.ts'
import { failures, recordFailed, recordSent } from './recording.ts'

/** What a try of a batch came to, as the statements that write it down. */

export const recordBatch = (door: TenantDoor, claimed: Claimed, tried: Tried, now: Instant): Statements => {
  const { batch, mails } = claimed
  const failed = (list: readonly { id: string; reason: string }[]) => recordFailed(door, failures(list, held(door, claimed)), now)
  const allFailed = (reason: string) => ({ ...failed(mails.map(({ id }) => ({ id, reason }))), ...done(door, claimed) })
  switch (tried.kind) {
    case 'answered': {
      const idAt = (index: number) => mails[index]?.id ?? ''
      return {
        ...recordSent(
          door,
          tried.sent.map(({ index, providerId }) => ({ id: idAt(index), providerId })),
          now,
        ),
        ...recordFailed(door, failures(tried.refused.map(({ index, reason }) => ({ id: idAt(index), reason }))), now),
        // Whoever has it now: the answer to the same call can be no other.
        batch: door.update(mailBatches, { state: 'done', claim: null, error: null }, and(eq(mailBatches.id, batch.id), ne(mailBatches.state, 'done'))),
      }
    }
    case 'again': {
      const dueAt = now + waitAfter(batch.attempts, tried.after) * SECOND
      return {
        ...(tried.slower && tried.after !== undefined && { pace: holdBack(door, tried.after, held(door, claimed), now) }),
        ...(tried.taken === 'maybe' || batch.uncertain
          ? { batch: door.update(mailBatches, { state: 'queued', uncertain: true, dueAt, claim: null, error: tried.reason }, ours(claimed)) }
          : queuedAgain(door, claimed, dueAt, tried.reason, now)),
      }
    }
    case 'refused':
      // An uncertain one too: what is refused for what stands in it was refused the first time.
      return mails.length > 1 ? cutInTwo(door, claimed, tried.reason, now) : allFailed(tried.reason)
    case 'lost':
      return allFailed(tried.reason)
    case 'unwritable':
      if (batch.uncertain) return allFailed(`It may have been sent, and can’t be sent again: ${tried.mails[0]?.reason ?? ''}`)
      return { ...failed(tried.mails), ...queuedAgain(door, claimed, now, null, now) }
  }
}

/** While it is still the one that this claim took. */
const ours = ({ batch, token }: Claimed): SQL | undefined => and(eq(mailBatches.id, batch.id), eq(mailBatches.claim, token))
const held = (door: TenantDoor, claimed: Claimed): SQL => door.exists(mailBatches, ours(claimed))

/** Last of all: after it, the claim holds no more. */
const done = (door: TenantDoor, claimed: Claimed, error: string | null = null) => ({
  batch: door.update(mailBatches, { state: 'done', claim: null, error }, ours(claimed)),
})

/** Nothing left. Its mails may end or be cancelled before the next try, so that is made under another key. */
const queuedAgain = (door: TenantDoor, claimed: Claimed, dueAt: Instant, error: string | null, now: Instant) => ({
  mails: door.update(outbox, { state: 'queued' }, and(eq(outbox.batchId, claimed.batch.id), eq(outbox.state, 'sending'), held(door, claimed))),
  batch: door.update(mailBatches, { state: 'queued', generation: sql`generation + 1`, dueAt, claim: null, error }, ours(claimed)),
  ...putBack(door, { runId: claimed.batch.runId, now }),
})

/** Each half is tried by itself, until what is refused stands alone. */
const cutInTwo = (door: TenantDoor, claimed: Claimed, error: string, now: Instant) => {
  const { batch, mails } = claimed
  const middle = Math.ceil(mails.length / 2)
  const [first, second] = [newId(), newId()]
  const places = JSON.stringify(Object.fromEntries(mails.map(({ id }, nth) => [id, nth < middle ? [first, nth] : [second, nth - middle]])))
  const half = (id: string) => door.insert(mailBatches, { id, runId: batch.runId, dueAt: now, createdAt: now, error }, { where: held(door, claimed) })
  return {
    first: half(first),
    second: half(second),
    mails: door.write(sql`UPDATE outbox SET state = 'queued', batch_id = ${places} -> outbox.id ->> 0, batch_position = ${places} -> outbox.id ->> 1
      WHERE tenant_id = ${door.tenantId} AND id IN (SELECT key FROM json_each(${places})) AND state = 'sending' AND ${held(door, claimed)}`),
    ...done(door, claimed, error),
    ...putBack(door, { runId: batch.runId, now }),
  }
}
