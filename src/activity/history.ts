import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import type { Cursor } from '#src/db/paging.ts'
import { type ActivityEvent, activity } from '#src/db/schema/activity.ts'
import { portalUsers } from '#src/db/schema/people.ts'
import { staff } from '#src/db/schema/staff.ts'
import { maybe } from '#src/db/statement.ts'

/** An entry of Contact History: what, when, who, about which document. */
export type HistoryEntry = {
  id: string
  at: Instant
  type: 'system' | 'note'
  event: ActivityEvent | null
  /** The name or the address of who did it: a person of the client's, or one of the staff. */
  person: string | null
  byStaff: boolean
  document: { id: string; number: string } | null
  text: string
}

export type HistoryType = HistoryEntry['type']

/** Newest first, of one type or of both. Reads one row more than a page holds. */
export const historyRead = (
  door: TenantDoor,
  clientId: string,
  size: number,
  { type, cursor }: { type?: HistoryType | undefined; cursor?: Cursor | undefined } = {},
) =>
  door.pick(
    activity,
    {
      id: activity.id,
      at: activity.at,
      type: activity.type,
      event: activity.event,
      documentId: activity.documentId,
      documentNumber: activity.documentNumber,
      text: activity.text,
      staffId: activity.staffId,
      userName: maybe(portalUsers.name),
      userEmail: maybe(portalUsers.email),
      staffName: staffColumn(sql`name`),
      staffEmail: staffColumn(sql`email`),
    },
    {
      left: [{ table: portalUsers, on: eq(portalUsers.id, activity.portalUserId) }],
      where: and(
        eq(activity.clientId, clientId),
        type && eq(activity.type, type),
        cursor && sql`(${activity.at}, ${activity.id}) < (${Number(cursor.key)}, ${cursor.id})`,
      ),
      order: [desc(activity.at), desc(activity.id)],
      limit: size + 1,
    },
  )

const staffColumn = (column: SQL) => sql<string | null>`(SELECT ${column} FROM ${staff} WHERE id = ${activity.staffId})`

export const historyEntryOf = (row: ReturnType<typeof historyRead>['row']): HistoryEntry => ({
  id: row.id,
  at: row.at,
  type: row.type,
  event: row.event,
  person: row.staffName || row.staffEmail || row.userName || row.userEmail,
  byStaff: row.staffId !== null,
  document: row.documentId !== null && row.documentNumber !== null ? { id: row.documentId, number: row.documentNumber } : null,
  text: row.text,
})
