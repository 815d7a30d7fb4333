import { and, eq, isNull, sql } from 'drizzle-orm'
import type { TenantDoor } from '#src/db/door.ts'
import { invitationRunClients, invitationRuns, mailBatches } from '#src/db/schema/invitation-runs.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import { newId } from '#src/ids.ts'
import { batches, entries, type Mailing, mails, newest, older } from './run-statements.ts'

/** Retry: the mails of a run that failed, made anew, each with a link and 72 hours of its own. */

/**
 * The clients of a run whose mail failed and that may still be invited, as a condition on invitation_run_clients, as `chosen`:
 * the same address, on, active, the failed mail still the newest; or, where access was given, that it still stands.
 */
const mayBeRetried = sql`EXISTS (SELECT 1 FROM portal_users AS reader
  -- The plus signs: by the reader's own few mails, not by all that failed in the run.
  CROSS JOIN outbox AS failed ON failed.tenant_id = reader.tenant_id AND failed.portal_user_id = reader.id
    AND +failed.run_id = chosen.run_id AND +failed.state = 'failed'
  CROSS JOIN clients AS now ON now.tenant_id = reader.tenant_id AND now.id = chosen.client_id AND now.email_key = reader.email_key
    AND now.portal_access = 1 AND now.status = 'active' AND now.email_valid = 1
  CROSS JOIN accesses AS access ON access.tenant_id = reader.tenant_id AND access.portal_user_id = reader.id AND access.client_id = now.id
  WHERE reader.tenant_id = chosen.tenant_id AND reader.email_key = chosen.email_key AND CASE chosen.outcome
    WHEN 'invited' THEN access.state = 'invited' AND reader.password_hash IS NULL AND reader.invitation_mail_id = failed.id
      AND coalesce(access.mail_problem, '') NOT IN ('bounced', 'complained')
    ELSE access.state = 'active' AND failed.kind = 'access-given' END)`

type Retrying = Pick<Mailing, 'env' | 'runId' | 'batchSize' | 'sender' | 'staffId' | 'now'>

/**
 * One batch. The first statement passes the gate and makes the first batch of mails, if there is anything to send; the others
 * hold only if it did. The failed mails leave the run, so that its counts stay true and a second click finds none.
 * `retried` is 1 for the call that did it.
 */
export const retryFailed = (door: TenantDoor, jobs: TenantDoor, retrying: Retrying) => {
  const { runId, now } = retrying
  const prefix = `${runId}-${newId(6)}-`
  const mailing: Mailing = {
    ...retrying,
    prefix,
    holds: jobs.exists(mailBatches, eq(mailBatches.id, `${prefix}1`)),
    chosen: mayBeRetried,
    // The failed one never left: what opened before it is what opened before this one.
    previous: sql`(SELECT failed.previous_mail_id FROM outbox AS failed WHERE failed.tenant_id = person.tenant_id AND failed.id = person.invitation_mail_id)`,
  }
  const ours = sql`SELECT mail.portal_user_id FROM outbox AS mail WHERE mail.tenant_id = ${jobs.tenantId} AND mail.run_id = ${runId}
    AND substr(mail.batch_id, 1, ${prefix.length}) = ${prefix}`
  return {
    retried: door.insert(
      mailBatches,
      { id: `${prefix}1`, runId, dueAt: now, createdAt: now },
      {
        where: and(
          door.exists(portalSettings, eq(portalSettings.enabled, true)),
          door.exists(invitationRuns, and(eq(invitationRuns.id, runId), isNull(invitationRuns.cancelledAt))),
          sql`EXISTS (SELECT 1 FROM invitation_run_clients AS chosen WHERE chosen.tenant_id = ${door.tenantId} AND chosen.run_id = ${runId} AND ${mayBeRetried})`,
        ),
      },
    ),
    batches: batches(jobs, mailing),
    mails: mails(jobs, mailing),
    newest: newest(jobs, mailing),
    older: older(jobs, mailing),
    replaced: jobs.write(sql`UPDATE outbox SET run_id = NULL
      WHERE tenant_id = ${jobs.tenantId} AND run_id = ${runId} AND state = 'failed' AND portal_user_id IN (${ours})`),
    problems: jobs.write(sql`UPDATE accesses SET mail_problem = NULL
      WHERE tenant_id = ${jobs.tenantId} AND state = 'invited' AND mail_problem = 'failed' AND portal_user_id IN (${ours})`),
    entries: entries(
      jobs,
      mailing,
      sql`'invitation-resent'`,
      sql`${invitationRunClients.outcome} = 'invited' AND EXISTS (SELECT 1 FROM portal_users AS reader
        WHERE reader.tenant_id = ${jobs.tenantId} AND reader.email_key = ${invitationRunClients.emailKey} AND reader.id IN (${ours}))`,
    ),
  }
}
