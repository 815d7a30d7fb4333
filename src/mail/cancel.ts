import { and, eq, gt, isNotNull, isNull, type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { activity } from '#src/db/schema/activity.ts'
import { invitationRunClients, invitationRuns, mailBatches } from '#src/db/schema/invitation-runs.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { rowId } from '#src/db/statement.ts'

/**
 * Stopping a bulk run: mail that has not left never will, and its clients are as they were before. Mail that is under way, or
 * may be, is let finish; should it turn out not to have left, it ends the same way. An access that was given at once to a
 * person who has a password is taken back only if that person has not come in by it yet: what somebody uses stays.
 */

/**
 * One batch. `cancelled` is 1 for the call that did it; 0 when the run was stopped already or nothing of it waits.
 * @param door the staff's own
 */
export const cancelRun = (door: TenantDoor, { runId, staffId, now }: { runId: string; staffId: string; now: Instant }) => ({
  cancelled: door.update(
    invitationRuns,
    { cancelledAt: now },
    and(eq(invitationRuns.id, runId), isNull(invitationRuns.cancelledAt), gt(invitationRuns.waiting, 0)),
  ),
  ...putBack(door, { runId, staffId, now }),
})

/** For a run that was stopped, and nothing for any other: ends its mails that wait, and puts their clients back. */
export const putBack = (door: TenantDoor, { runId, staffId, now }: { runId: string; staffId?: string; now: Instant }) => {
  const stopped = door.pluck(invitationRuns, invitationRuns.id, { where: and(eq(invitationRuns.id, runId), isNotNull(invitationRuns.cancelledAt)) })
  const waits = sql`${outbox.runId} = ${stopped} AND ${outbox.state} = 'queued'`
  const hadNone = isNull(invitationRunClients.previousInvitedAt)
  const access = sql`(${accesses.portalUserId}, ${accesses.clientId})`
  return {
    stoppedEntries: door.insert(
      activity,
      {
        id: rowId,
        clientId: invitationRunClients.clientId,
        at: now,
        type: 'system',
        event: 'invitation-cancelled',
        staffId,
        text: invitationRunClients.email,
      },
      {
        from: invitationRunClients,
        where: sql`${invitationRunClients.runId} = ${stopped} AND (${invitationRunClients.emailKey}, ${invitationRunClients.clientId})
          IN ${accessesOf(door, sql`${portalUsers.emailKey}, ${accesses.clientId}`, waits, sql`true`)}`,
      },
    ),
    accessesRestored: door.update(
      accesses,
      { state: 'invited', invitedAt: invitedBefore(door, runId), activatedAt: null, mailProblem: problemBefore(door) },
      sql`${access} IN ${accessesOf(door, sql`${accesses.portalUserId}, ${accesses.clientId}`, waits, sql`NOT ${hadNone}`)}`,
    ),
    accessesRemoved: door.remove(accesses, sql`${access} IN ${accessesOf(door, sql`${accesses.portalUserId}, ${accesses.clientId}`, waits, hadNone)}`),
    linksRestored: door.update(
      portalUsers,
      { invitationMailId: door.pluck(outbox, outbox.previousMailId, { where: eq(outbox.id, portalUsers.invitationMailId) }) },
      sql`${portalUsers.invitationMailId} IN ${door.pluck(outbox, outbox.id, { where: and(waits, eq(outbox.kind, 'invitation')) })}`,
    ),
    // After all that asks which of them waited.
    stoppedMails: door.update(outbox, { state: 'not-sent', error: 'The run was stopped before it left.' }, waits),
    stoppedBatches: door.update(
      mailBatches,
      { state: 'done' },
      sql`${mailBatches.runId} = ${stopped} AND ${mailBatches.state} <> 'done' AND ${mailBatches.state} = 'queued'
        AND NOT ${door.exists(outbox, sql`${outbox.batchId} = ${mailBatches.id} AND ${outbox.state} IN ('queued', 'sending')`)}`,
    ),
  }
}

/**
 * Of the accesses that the waiting mails' run made, those that nothing has changed since. CROSS JOIN: from each mail to its
 * person's few rows; left to choose, the database reads every row of the run for every mail.
 */
const accessesOf = (door: TenantDoor, columns: SQL, waits: SQL, where: SQL): SQL => sql`(SELECT ${columns} FROM ${outbox}
  CROSS JOIN ${portalUsers} ON ${portalUsers.tenantId} = ${outbox.tenantId} AND ${portalUsers.id} = ${outbox.portalUserId}
  CROSS JOIN ${invitationRunClients} ON ${invitationRunClients.tenantId} = ${outbox.tenantId} AND ${invitationRunClients.runId} = ${outbox.runId}
    AND ${invitationRunClients.emailKey} = ${portalUsers.emailKey}
  CROSS JOIN ${accesses} ON ${accesses.tenantId} = ${outbox.tenantId} AND ${accesses.portalUserId} = ${portalUsers.id}
    AND ${accesses.clientId} = ${invitationRunClients.clientId}
  WHERE ${outbox.tenantId} = ${door.tenantId} AND ${waits} AND ${where} AND CASE ${outbox.kind}
    WHEN 'invitation' THEN ${accesses.state} = 'invited' AND ${portalUsers.invitationMailId} = ${outbox.id}
    ELSE ${accesses.state} = 'active' AND ${accesses.firstLoginAt} IS NULL AND ${accesses.activatedAt} <= ${outbox.createdAt} END)`

const emailKeyOfAccess = (door: TenantDoor): SQL => door.pluck(portalUsers, portalUsers.emailKey, { where: eq(portalUsers.id, accesses.portalUserId) })

const invitedBefore = (door: TenantDoor, runId: string): SQL =>
  door.pluck(invitationRunClients, invitationRunClients.previousInvitedAt, {
    where: and(
      eq(invitationRunClients.runId, runId),
      eq(invitationRunClients.clientId, accesses.clientId),
      eq(invitationRunClients.emailKey, emailKeyOfAccess(door)),
    ),
  })

/** What the invitation before this one had come to. */
const problemBefore = (door: TenantDoor): SQL => {
  const newest = door.pluck(portalUsers, portalUsers.invitationMailId, { where: eq(portalUsers.id, accesses.portalUserId) })
  const previous = door.pluck(outbox, outbox.previousMailId, { where: eq(outbox.id, newest) })
  return sql`(SELECT CASE WHEN ${outbox.state} = 'failed' THEN 'failed' WHEN ${outbox.delivery} IN ('bounced', 'complained') THEN ${outbox.delivery} END
    FROM ${outbox} WHERE ${outbox.tenantId} = ${door.tenantId} AND ${outbox.id} = ${previous})`
}
