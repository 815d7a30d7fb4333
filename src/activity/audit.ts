import { desc, type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import type { Cursor } from '#src/db/paging.ts'
import { type AuditArea, auditEntries } from '#src/db/schema/audit.ts'
import { staff } from '#src/db/schema/staff.ts'
import type { Write } from '#src/db/statement.ts'
import { newId } from '#src/ids.ts'

/** Settings → Audit: who changed which setting, when, from what to what. */

/** One setting that was changed; both values as they are stored, as text. */
export type SettingChange = { setting: string; before: string; after: string }

/** An entry for each change, for the batch that makes it; only if a condition holds. */
export const audited = (
  door: TenantDoor,
  { area, staffId, now, changes }: { area: AuditArea; staffId: string; now: Instant; changes: SettingChange[] },
  where: SQL | undefined,
): Record<string, Write> =>
  Object.fromEntries(
    changes.map((change) => [`audit ${change.setting}`, door.insert(auditEntries, { id: newId(), at: now, staffId, area, ...change }, { where })]),
  )

/** Newest first. Reads one row more than a page holds. */
export const auditRead = (door: TenantDoor, size: number, cursor?: Cursor | undefined) =>
  door.pick(
    auditEntries,
    {
      id: auditEntries.id,
      at: auditEntries.at,
      area: auditEntries.area,
      setting: auditEntries.setting,
      before: auditEntries.before,
      after: auditEntries.after,
      by: sql<string>`coalesce((SELECT coalesce(nullif(${staff.name}, ''), ${staff.email}) FROM ${staff} WHERE ${staff.id} = ${auditEntries.staffId}), '')`,
    },
    {
      where: cursor && sql`(${auditEntries.at}, ${auditEntries.id}) < (${Number(cursor.key)}, ${cursor.id})`,
      order: [desc(auditEntries.at), desc(auditEntries.id)],
      limit: size + 1,
    },
  )
export type AuditEntry = ReturnType<typeof auditRead>['row']
