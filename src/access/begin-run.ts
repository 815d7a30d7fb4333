import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Selection } from '#src/clients/client.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { invitationRunClients, invitationRuns } from '#src/db/schema/invitation-runs.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import { rowId } from '#src/db/statement.ts'
import type { Env } from '#src/env.ts'
import type { FromCompany } from '#src/mail/outbox.ts'
import { judged, storedSelection } from './bulk.ts'
import { batches, entries, type Mailing, mails, newest, older } from './run-statements.ts'

/** Confirming a bulk invitation: everything it does, in as many statements for ten thousand clients as for one. */

type Beginning = {
  env: Env
  /** Made by the page that asked, so that confirming twice is one run. */
  runId: string
  selection: Selection
  /** The selection as a condition on clients. */
  selected: SQL
  sender: Omit<FromCompany, 'personName' | 'clients'>
  staffId: string
  batchSize: number
  now: Instant
}

/**
 * One batch. The first statement passes the gate and makes the run, if the portal is on and there is somebody to invite;
 * the others hold only while that run is not begun, and the last one begins it. So a second confirmation, or one whose
 * session has ended, changes nothing. Each client is judged by what it is when this commits.
 * @param door the staff's own
 * @param jobs the same tenant's without a gate, for what is set-based
 */
export const beginRun = (door: TenantDoor, jobs: TenantDoor, { env, runId, selection, selected, sender, staffId, batchSize, now }: Beginning) => {
  const clients = judged(jobs, selected, now)
  const holds = jobs.exists(invitationRuns, and(eq(invitationRuns.id, runId), isNull(invitationRuns.begunAt)))
  const mailing: Mailing = {
    env,
    runId,
    prefix: `${runId}-`,
    batchSize,
    sender,
    staffId,
    now,
    holds,
    chosen: sql`true`,
    previous: sql`person.invitation_mail_id`,
  }
  return {
    run: door.insert(
      invitationRuns,
      {
        id: runId,
        staffId,
        createdAt: now,
        selection: JSON.stringify(storedSelection(selection)),
        skipped: sql`(SELECT json_group_object(verdict, n) FROM (
          SELECT verdict, count(*) AS n FROM ${clients} WHERE verdict NOT IN ('invite', 'gives-access') GROUP BY verdict))`,
      },
      {
        where: and(
          door.exists(portalSettings, eq(portalSettings.enabled, true)),
          sql`EXISTS (SELECT 1 FROM ${clients} WHERE verdict IN ('invite', 'gives-access'))`,
        ),
        conflict: sql`DO NOTHING`,
      },
    ),
    clients: jobs.write(sql`INSERT INTO invitation_run_clients (tenant_id, run_id, email_key, client_id, email, outcome, previous_invited_at)
      SELECT ${jobs.tenantId}, ${runId}, email_key, client_id, email, iif(verdict = 'invite', 'invited', 'access-given'), invited_at
      FROM ${clients} WHERE verdict IN ('invite', 'gives-access') AND ${holds}`),
    people: jobs.write(sql`INSERT INTO portal_users (tenant_id, id, email, email_key, created_at)
      SELECT ${jobs.tenantId}, ${rowId}, min(email), email_key, ${now} FROM invitation_run_clients
      WHERE tenant_id = ${jobs.tenantId} AND run_id = ${runId} AND ${holds} GROUP BY email_key ON CONFLICT DO NOTHING`),
    accesses: jobs.write(sql`INSERT INTO accesses (tenant_id, portal_user_id, client_id, state, invited_at, activated_at)
      SELECT ${jobs.tenantId}, person.id, chosen.client_id, iif(outcome = 'invited', 'invited', 'active'), ${now}, iif(outcome = 'invited', NULL, ${now})
      FROM invitation_run_clients AS chosen
        JOIN portal_users AS person ON person.tenant_id = chosen.tenant_id AND person.email_key = chosen.email_key
      WHERE chosen.tenant_id = ${jobs.tenantId} AND chosen.run_id = ${runId} AND ${holds}
      ON CONFLICT DO UPDATE SET state = excluded.state, activated_at = excluded.activated_at, mail_problem = NULL`),
    batches: batches(jobs, mailing),
    mails: mails(jobs, mailing),
    newest: newest(jobs, mailing),
    older: older(jobs, mailing),
    entries: entries(
      jobs,
      mailing,
      sql`CASE WHEN ${invitationRunClients.outcome} = 'access-given' THEN 'access-given'
        WHEN ${invitationRunClients.previousInvitedAt} IS NULL THEN 'invitation-sent' ELSE 'invitation-resent' END`,
      sql`true`,
    ),
    begun: jobs.update(
      invitationRuns,
      { begunAt: now, invited: countOf(jobs, runId, 'invited'), given: countOf(jobs, runId, 'access-given') },
      and(eq(invitationRuns.id, runId), isNull(invitationRuns.begunAt)),
    ),
    runs: jobs.pick(invitationRuns, { id: invitationRuns.id }, { where: eq(invitationRuns.id, runId) }),
  }
}

const countOf = (door: TenantDoor, runId: string, outcome: 'invited' | 'access-given'): SQL => sql`(
  SELECT count(*) FROM invitation_run_clients AS counted
  WHERE counted.tenant_id = ${door.tenantId} AND counted.run_id = ${runId} AND counted.outcome = ${outcome})`
