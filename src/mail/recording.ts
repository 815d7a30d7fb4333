import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { rowId } from '#src/db/statement.ts'

/**
 * What came of mail, written down: one mail or a hundred, in as many statements. A list of mails is always the first table
 * of a join (CROSS JOIN keeps it there): the other way round, all mail of the company would be looked through.
 */

/** The answer of the provider to mail that it took. */
type Left = { id: string; providerId: string }

/** Whatever became of the rows meanwhile: they have left. An invitation that left clears the failure of the one before it. */
export const recordSent = (door: TenantDoor, mails: readonly Left[], now: Instant) => {
  const providerIds = JSON.stringify(Object.fromEntries(mails.map(({ id, providerId }) => [id, providerId])))
  return {
    // First, while the rows still tell which of them is news: what the provider reported of one since stands.
    problemsCleared: door.write(sql`UPDATE accesses SET mail_problem = NULL
      WHERE tenant_id = ${door.tenantId} AND state = 'invited' AND mail_problem IS NOT NULL AND portal_user_id IN (
        SELECT reader.id FROM json_each(${providerIds}) AS taken
          CROSS JOIN outbox AS mail ON mail.tenant_id = ${door.tenantId} AND mail.id = taken.key AND mail.state <> 'sent'
            AND coalesce(mail.delivery, '') NOT IN ('bounced', 'complained')
          CROSS JOIN portal_users AS reader ON reader.tenant_id = mail.tenant_id AND reader.id = mail.portal_user_id AND reader.invitation_mail_id = mail.id)`),
    sent: door.write(sql`UPDATE outbox SET state = 'sent', sent_at = ${now}, provider_id = ${providerIds} ->> outbox.id, error = NULL
      WHERE tenant_id = ${door.tenantId} AND id IN (SELECT key FROM json_each(${providerIds})) AND state <> 'sent'`),
  }
}

/** Mails that failed, as a table of `id` and `reason`; with `where`, only if that holds. */
export const failures = (mails: readonly { id: string; reason: string }[], where: SQL = sql`true`): SQL =>
  sql`(SELECT value ->> 0 AS id, value ->> 1 AS reason FROM json_each(${JSON.stringify(mails.map(({ id, reason }) => [id, reason]))}) WHERE ${where})`

/** The mails that fail now, joined to their reader: what has ended already does so no second time. */
const failing = (door: TenantDoor, failed: SQL): SQL => sql`${failed} AS failed
  CROSS JOIN outbox AS mail ON mail.tenant_id = ${door.tenantId} AND mail.id = failed.id AND mail.state IN ('queued', 'sending')
  CROSS JOIN portal_users AS reader ON reader.tenant_id = mail.tenant_id AND reader.id = mail.portal_user_id`

/**
 * Mail that will never leave. The clients concerned show it and have it in their history: those that the newest invitation
 * of its person opens, or those that a notice is about.
 * @param failed as `failures` makes it, or a SELECT of `id` and `reason`
 */
export const recordFailed = (door: TenantDoor, failed: SQL, now: Instant) => ({
  failureEntries: door.write(sql`INSERT INTO activity (tenant_id, id, client_id, at, type, event, text)
    SELECT ${door.tenantId}, ${rowId}, access.client_id, ${now}, 'system', 'invitation-failed', mail.to_email || ': ' || failed.reason
    FROM ${failing(door, failed)}
      CROSS JOIN accesses AS access ON access.tenant_id = reader.tenant_id AND access.portal_user_id = reader.id
    WHERE CASE mail.kind WHEN 'invitation' THEN access.state = 'invited' AND reader.invitation_mail_id = mail.id
      WHEN 'access-given' THEN access.state = 'active' AND access.client_id IN (SELECT value FROM json_each(mail.data, '$.clientIds'))
      ELSE false END`),
  failureProblems: door.write(sql`UPDATE accesses SET mail_problem = 'failed'
    WHERE tenant_id = ${door.tenantId} AND state = 'invited' AND portal_user_id IN (
      SELECT reader.id FROM ${failing(door, failed)} WHERE mail.kind = 'invitation' AND reader.invitation_mail_id = mail.id)`),
  failed: door.write(sql`UPDATE outbox SET state = 'failed', error = (SELECT failed.reason FROM ${failed} AS failed WHERE failed.id = outbox.id)
    WHERE tenant_id = ${door.tenantId} AND id IN (SELECT id FROM ${failed}) AND state IN ('queued', 'sending')`),
})
