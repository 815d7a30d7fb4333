import { and, desc, eq, gt, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import type { Cursor } from '#src/db/paging.ts'
import { invitationRuns } from '#src/db/schema/invitation-runs.ts'
import { type Delivery, outbox } from '#src/db/schema/outbox.ts'
import { staff } from '#src/db/schema/staff.ts'
import { NotFound } from '#src/errors.ts'
import type { Skipped, StoredSelection } from './bulk.ts'

/** Bulk runs as pages show them: the history of all, and one with what failed in it. */

export type Run = {
  id: string
  createdAt: Instant
  /** Name or address of who began it. */
  by: string
  selection: StoredSelection
  skipped: Skipped
  /** Clients: invited, and given access at once. */
  invited: number
  given: number
  /** How many clients had been selected. */
  selected: number
  /** Mails: in all, and by what became of them. `opened`: its link was used. */
  mails: number
  waiting: number
  sent: number
  failed: number
  unsent: number
  opened: number
  /** Sent, and came back or was marked as spam. */
  bounced: number
  cancelledAt: Instant | null
  state: 'sending' | 'stopped' | 'failures' | 'finished'
}

const columns = {
  id: invitationRuns.id,
  createdAt: invitationRuns.createdAt,
  cancelledAt: invitationRuns.cancelledAt,
  selection: invitationRuns.selection,
  skipped: invitationRuns.skipped,
  invited: invitationRuns.invited,
  given: invitationRuns.given,
  mails: invitationRuns.mails,
  waiting: invitationRuns.waiting,
  sent: invitationRuns.sent,
  failed: invitationRuns.failed,
  unsent: invitationRuns.unsent,
  opened: invitationRuns.opened,
  bounced: invitationRuns.bounced,
  by: sql<string>`coalesce((SELECT coalesce(nullif(${staff.name}, ''), ${staff.email}) FROM ${staff} WHERE ${staff.id} = ${invitationRuns.staffId}), '')`,
}

/** Newest first. Reads one row more than a page holds. */
export const runsRead = (door: TenantDoor, size: number, cursor?: Cursor) =>
  door.pick(invitationRuns, columns, {
    where: cursor && sql`(${invitationRuns.createdAt}, ${invitationRuns.id}) < (${Number(cursor.key)}, ${cursor.id})`,
    order: [desc(invitationRuns.createdAt), desc(invitationRuns.id)],
    limit: size + 1,
  })

/** How many clients of a failed mail are named beside it. */
const NAMED = 3

// Columns are written out: in a selection from one table they would lose its name.
const failedClients = sql<string>`(SELECT json_group_array(json_object('id', id, 'name', name)) FROM (
  SELECT clients.id, clients.name FROM portal_users AS reader
    CROSS JOIN invitation_run_clients AS member ON member.tenant_id = reader.tenant_id AND member.run_id = outbox.run_id AND member.email_key = reader.email_key
    CROSS JOIN clients ON clients.tenant_id = member.tenant_id AND clients.id = member.client_id
  WHERE reader.tenant_id = outbox.tenant_id AND reader.id = outbox.portal_user_id
  ORDER BY clients.name_key, clients.id LIMIT ${NAMED + 1}))`

/** As the partial index has it: mails that could not be sent, and those that came back. */
const isProblem = sql`run_id IS NOT NULL AND (state = 'failed' OR delivery IN ('bounced', 'complained'))`

/** One run, and a page of its mails that reached nobody; one row more than it holds. */
export const runReads = (door: TenantDoor, id: string, size: number, after?: string) => ({
  runs: door.pick(invitationRuns, columns, { where: eq(invitationRuns.id, id) }),
  failures: door.pick(
    outbox,
    { id: outbox.id, email: outbox.toEmail, reason: outbox.error, delivery: outbox.delivery, detail: outbox.deliveryDetail, clients: failedClients },
    {
      where: and(eq(outbox.runId, id), isProblem, after === undefined ? undefined : gt(outbox.id, after)),
      order: [outbox.id],
      limit: size + 1,
    },
  ),
})

type RunRow = ReturnType<typeof runsRead>['row']
type FailureRow = ReturnType<typeof runReads>['failures']['row']

export const runOf = ({ selection, skipped, ...row }: RunRow): Run => {
  const left = JSON.parse(skipped) as Skipped
  return {
    ...row,
    // Written by storedSelection alone.
    selection: JSON.parse(selection) as StoredSelection,
    skipped: left,
    selected: row.invited + row.given + Object.values(left).reduce((sum, count) => sum + count, 0),
    state: row.cancelledAt !== null ? 'stopped' : row.waiting > 0 ? 'sending' : row.failed + row.bounced > 0 ? 'failures' : 'finished',
  }
}

/** @throws NotFound when the company has no such run */
export const theRun = ([row]: RunRow[]): Run => {
  if (!row) throw new NotFound()
  return runOf(row)
}

/** A mail of a run that reached nobody. Without a delivery it could not be sent. */
export type RunFailure = {
  id: string
  email: string
  reason: string
  delivery: Delivery | null
  clients: { id: string; name: string }[]
  moreClients: boolean
}

export const runFailureOf = ({ id, email, reason, delivery, detail, clients }: FailureRow): RunFailure => {
  const named = JSON.parse(clients) as RunFailure['clients']
  return { id, email, reason: (delivery === null ? reason : detail) ?? '', delivery, clients: named.slice(0, NAMED), moreClients: named.length > NAMED }
}
