import { and, eq, isNull, type SQL } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { memberships } from './schema/staff.ts'

/** A condition on memberships: this person works for this tenant, and was not removed. Whatever lets staff in asks it. */
export const isMember = (tenantId: SQLiteColumn | string, staffId: SQLiteColumn | SQL | string): SQL | undefined =>
  and(eq(memberships.tenantId, tenantId), eq(memberships.staffId, staffId), isNull(memberships.removedAt))
