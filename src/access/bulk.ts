import { type SQL, sql } from 'drizzle-orm'
import type { Selection } from '#src/clients/client.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import type { Cursor } from '#src/db/paging.ts'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'

/** Inviting many clients at once: what becomes of each, judged by the database over all of them in one statement. */

/** Why a client is left out of a bulk run. The first that holds is its reason. */
export const SKIP_REASONS = [
  'no-email',
  'invalid-email',
  'switched-off',
  'inactive',
  'already-active',
  /** Mail to its address came back, or was marked as spam: one doesn't write there again by the thousand. */
  'undeliverable',
  /** Invited, and the link still opens. */
  'still-valid',
] as const
export type SkipReason = (typeof SKIP_REASONS)[number]
/** `gives-access`: its person has a password already, for another client. */
export const VERDICTS = [...SKIP_REASONS, 'gives-access', 'invite'] as const
export type Verdict = (typeof VERDICTS)[number]
export type Skipped = Partial<Record<SkipReason, number>>

const bouncedBefore = sql`EXISTS (SELECT 1 FROM ${accesses} AS marked
  WHERE marked.tenant_id = ${portalUsers.tenantId} AND marked.portal_user_id = ${portalUsers.id} AND marked.mail_problem IN ('bounced', 'complained'))`

const verdictAt = (now: Instant): SQL => sql`CASE
  WHEN ${clients.emailKey} IS NULL THEN 'no-email'
  WHEN ${clients.emailValid} = 0 THEN 'invalid-email'
  WHEN ${clients.portalAccess} = 0 THEN 'switched-off'
  WHEN ${clients.status} = 'inactive' THEN 'inactive'
  WHEN ${accesses.state} = 'active' THEN 'already-active'
  WHEN ${bouncedBefore} THEN 'undeliverable'
  WHEN ${accesses.state} = 'invited' AND ${outbox.expiresAt} > ${now} AND ${outbox.state} NOT IN ('failed', 'not-sent') THEN 'still-valid'
  WHEN ${portalUsers.passwordHash} IS NOT NULL THEN 'gives-access'
  ELSE 'invite' END`

/** A subquery: the chosen clients, each with its verdict, its address and since when it is invited. */
export const judged = (door: TenantDoor, chosen: SQL, now: Instant): SQL => sql`(
  SELECT ${clients.id} AS client_id, ${clients.name} AS name, ${clients.nameKey} AS name_key, ${clients.code} AS code, ${clients.email} AS email,
    ${clients.emailKey} AS email_key, iif(${accesses.state} = 'invited', ${accesses.invitedAt}, NULL) AS invited_at, ${verdictAt(now)} AS verdict
  FROM ${clients}
    LEFT JOIN ${portalUsers} ON ${portalUsers.tenantId} = ${clients.tenantId} AND ${portalUsers.emailKey} = ${clients.emailKey}
    LEFT JOIN ${accesses} ON ${accesses.tenantId} = ${clients.tenantId} AND ${accesses.portalUserId} = ${portalUsers.id} AND ${accesses.clientId} = ${clients.id}
    LEFT JOIN ${outbox} ON ${outbox.tenantId} = ${clients.tenantId} AND ${outbox.id} = ${portalUsers.invitationMailId}
  WHERE ${clients.tenantId} = ${door.tenantId} AND (${chosen}))`

type Judging = { selected: SQL; now: Instant }

/**
 * What a run over a selection would do now, without reading its rows into the Worker.
 * @param door one without a gate; run the statements through the page's own
 * @param selected a condition on clients
 */
export const bulkReads = (door: TenantDoor, { selected, now }: Judging) => ({
  verdicts: door.ask(
    { verdict: sql<Verdict>``, clients: sql<number>``, addresses: sql<number>``, sharing: sql<number>`` },
    sql`SELECT verdict, sum(n) AS clients, count(*) AS addresses, sum(iif(n > 1, n, 0)) AS sharing
      FROM (SELECT verdict, email_key, count(*) AS n FROM ${judged(door, selected, now)} GROUP BY verdict, email_key)
      GROUP BY verdict`,
  ),
})

/** A page of the clients that get one verdict, by name; one row more than it holds. Without a verdict, none. */
export const verdictListRead = (door: TenantDoor, { selected, now }: Judging, verdict: Verdict | undefined, size: number, cursor?: Cursor) =>
  door.ask(
    { id: sql<string>``, name: sql<string>``, nameKey: sql<string>``, code: sql<string>``, email: sql<string | null>`` },
    sql`SELECT client_id AS id, name, name_key AS nameKey, code, email FROM ${judged(door, selected, now)}
      WHERE verdict = ${verdict ?? ''} ${cursor ? sql`AND (name_key, client_id) > (${cursor.key}, ${cursor.id})` : sql``}
      ORDER BY name_key, client_id LIMIT ${verdict === undefined ? 0 : size + 1}`,
  )

/** What the confirmation says. */
export type BulkPlan = {
  /** How many clients were selected. */
  selected: number
  /** Clients that get an invitation, and in how many mails: clients that share an address share one. */
  invited: number
  invitations: number
  /** Clients that get access at once, and in how many notices. */
  given: number
  notices: number
  /** How many of those clients share their address with another of them. */
  sharing: number
  skipped: Skipped
}

type Rows = { verdicts: ReturnType<typeof bulkReads>['verdicts']['row'][] }

export const bulkPlanOf = ({ verdicts }: Rows): BulkPlan => {
  const of = (verdict: Verdict) => verdicts.find((row) => row.verdict === verdict) ?? { clients: 0, addresses: 0, sharing: 0 }
  const [invite, gives] = [of('invite'), of('gives-access')]
  return {
    selected: verdicts.reduce((sum, row) => sum + row.clients, 0),
    invited: invite.clients,
    invitations: invite.addresses,
    given: gives.clients,
    notices: gives.addresses,
    sharing: invite.sharing + gives.sharing,
    skipped: Object.fromEntries(SKIP_REASONS.map((reason) => [reason, of(reason).clients] as const).filter(([, count]) => count > 0)),
  }
}

/** What a run keeps of its selection: what was narrowed to, or how many were picked one by one. */
export type StoredSelection = Extract<Selection, { all: true }> | { all: false; picked: number }

export const storedSelection = (selection: Selection): StoredSelection => (selection.all ? selection : { all: false, picked: selection.ids.length })
