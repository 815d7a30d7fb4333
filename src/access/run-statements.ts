import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { activity } from '#src/db/schema/activity.ts'
import { invitationRunClients } from '#src/db/schema/invitation-runs.ts'
import { rowId, type Write } from '#src/db/statement.ts'
import type { Env } from '#src/env.ts'
import { type FromCompany, mailRow } from '#src/mail/outbox.ts'
import { INVITATION_LASTS } from './invitation.ts'

/** The mails of a bulk run, and what follows from them: each a statement over all of its addresses at once. */

export type Mailing = {
  env: Env
  runId: string
  /** What the ids of this mailing's batches begin with; how its mails are told from earlier ones of the same run. */
  prefix: string
  /** At most so many mails in a batch. */
  batchSize: number
  sender: Omit<FromCompany, 'personName' | 'clients'>
  staffId: string
  now: Instant
  /** A condition: that this mailing was begun and is not done. All of its statements hold or none does. */
  holds: SQL
  /** A condition on invitation_run_clients, as `chosen`: those of the run that get a mail now. */
  chosen: SQL
  /** Which mail's link opens before this one's, as an expression over portal_users, as `person`. */
  previous: SQL
}

/** The addresses that get a mail, numbered. */
const addresses = (door: TenantDoor, { runId, chosen, holds }: Mailing): SQL => sql`(
  SELECT email_key, min(email) AS email, min(outcome) AS outcome, row_number() OVER (ORDER BY email_key) - 1 AS place
  FROM invitation_run_clients AS chosen
  WHERE chosen.tenant_id = ${door.tenantId} AND chosen.run_id = ${runId} AND ${chosen} AND ${holds}
  GROUP BY email_key)`

// Every number arrives as a floating one: without the cast the division would leave a fraction.
const batchOf = ({ prefix, batchSize }: Mailing): SQL => sql`${prefix} || CAST(place / ${batchSize} + 1 AS INTEGER)`

export const batches = (door: TenantDoor, mailing: Mailing): Write =>
  door.write(sql`INSERT INTO mail_batches (tenant_id, id, run_id, due_at, created_at)
    SELECT DISTINCT ${door.tenantId}, ${batchOf(mailing)}, ${mailing.runId}, ${mailing.now}, ${mailing.now}
    FROM ${addresses(door, mailing)} WHERE true ON CONFLICT DO NOTHING`)

// CROSS JOIN, below: from the few rows of one person to their clients. The other way round the names would come in their order
// by themselves, and every client of the company would be read for every mail.

/** The clients that an invitation opens: all that its person is invited to, from this run or before it. */
const invitedNames = sql`(SELECT json_group_array(name) FROM (
  SELECT clients.name FROM accesses CROSS JOIN clients ON clients.tenant_id = accesses.tenant_id AND clients.id = accesses.client_id AND clients.portal_access = 1
  WHERE accesses.tenant_id = person.tenant_id AND accesses.portal_user_id = person.id AND accesses.state = 'invited'
  ORDER BY clients.name_key, clients.id))`

/** A column of the clients that this run opened to a person who has a password. */
const givenOf = (column: 'name' | 'id', runId: string): SQL => sql`(SELECT json_group_array(value) FROM (
  SELECT clients.${sql.raw(column)} AS value FROM invitation_run_clients AS given
    CROSS JOIN clients ON clients.tenant_id = given.tenant_id AND clients.id = given.client_id AND clients.portal_access = 1
    CROSS JOIN accesses ON accesses.tenant_id = given.tenant_id AND accesses.portal_user_id = person.id AND accesses.client_id = given.client_id AND accesses.state = 'active'
  WHERE given.tenant_id = person.tenant_id AND given.run_id = ${runId} AND given.email_key = person.email_key AND given.outcome = 'access-given'
  ORDER BY clients.name_key, clients.id))`

/** One mail for each address: an invitation, or a notice that its person sees more clients now. */
export const mails = (door: TenantDoor, mailing: Mailing): Write => {
  const { env, runId, batchSize, sender, now, previous } = mailing
  const expiresAt = now + INVITATION_LASTS
  const common = { ...sender, personName: '', clients: [] }
  const about = { id: '', toEmail: '', portalUserId: '', now }
  const invitation = mailRow(env, { ...about, kind: 'invitation', data: { ...common, expiresAt }, expiresAt })
  const notice = mailRow(env, { ...about, kind: 'access-given', data: { ...common, clientIds: [] } })
  const isInvitation = sql`outcome = 'invited'`
  const data = sql`iif(${isInvitation},
    json_set(${invitation.data}, '$.personName', person.name, '$.clients', json(${invitedNames})),
    json_set(${notice.data}, '$.personName', person.name, '$.clients', json(${givenOf('name', runId)}), '$.clientIds', json(${givenOf('id', runId)})))`
  return door.write(sql`INSERT INTO outbox (tenant_id, id, kind, to_email, portal_user_id, data, template_version, key_id, due_at, created_at, expires_at,
      run_id, batch_id, batch_position, previous_mail_id)
    SELECT ${door.tenantId}, ${rowId}, iif(${isInvitation}, ${invitation.kind}, ${notice.kind}), address.email, person.id, ${data},
      iif(${isInvitation}, ${invitation.templateVersion}, ${notice.templateVersion}), ${invitation.keyId}, ${now}, ${now}, iif(${isInvitation}, ${expiresAt}, NULL),
      ${runId}, ${batchOf(mailing)}, place % ${batchSize}, iif(${isInvitation}, ${previous}, NULL)
    FROM ${addresses(door, mailing)} AS address
      CROSS JOIN portal_users AS person ON person.tenant_id = ${door.tenantId} AND person.email_key = address.email_key`)
}

/** This mailing's own mails, as `mail`. */
const ours = (door: TenantDoor, { runId, prefix }: Mailing): SQL =>
  sql`mail.tenant_id = ${door.tenantId} AND mail.run_id = ${runId} AND substr(mail.batch_id, 1, ${prefix.length}) = ${prefix}`

/** The new mails' links are the ones that open. */
export const newest = (door: TenantDoor, mailing: Mailing): Write =>
  door.write(sql`UPDATE portal_users SET invitation_mail_id = mail.id FROM outbox AS mail
    WHERE ${ours(door, mailing)} AND mail.kind = 'invitation' AND portal_users.tenant_id = mail.tenant_id AND portal_users.id = mail.portal_user_id
      AND ${mailing.holds}`)

/** An older invitation that has not left never will. */
export const older = (door: TenantDoor, mailing: Mailing): Write =>
  door.write(sql`UPDATE outbox SET state = 'not-sent', error = 'A newer invitation took its place.'
    WHERE tenant_id = ${door.tenantId} AND kind = 'invitation' AND state = 'queued'
      AND portal_user_id IN (SELECT mail.portal_user_id FROM outbox AS mail WHERE ${ours(door, mailing)} AND mail.kind = 'invitation')
      AND id NOT IN (SELECT mail.id FROM outbox AS mail WHERE ${ours(door, mailing)}) AND ${mailing.holds}`)

/** In each client's history: invited, invited again, or given access; to which address, and by whom. */
export const entries = (door: TenantDoor, { runId, staffId, now, holds }: Mailing, event: SQL, where: SQL): Write =>
  door.insert(
    activity,
    { id: rowId, clientId: invitationRunClients.clientId, at: now, type: 'system', event, staffId, text: invitationRunClients.email },
    { from: invitationRunClients, where: sql`${invitationRunClients.runId} = ${runId} AND ${where} AND ${holds}` },
  )
