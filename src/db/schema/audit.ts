import { foreignKey, index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { instant } from './columns.ts'
import { memberships } from './staff.ts'

/** The lists of settings that staff can change. */
export type AuditArea = 'client-portal' | 'company' | 'team' | 'returns'

/** Who changed which setting, when, from what to what: one row a setting. Triggers refuse every change to a row that stands. */
export const auditEntries = sqliteTable(
  'audit_entries',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    at: instant('at').notNull(),
    staffId: text('staff_id').notNull(),
    area: text('area').$type<AuditArea>().notNull(),
    /** The setting's name in the code. */
    setting: text('setting').notNull(),
    /** As it is stored, as text: a switch is 1 or 0. */
    before: text('before').notNull(),
    after: text('after').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.staffId], foreignColumns: [memberships.tenantId, memberships.staffId] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    index('audit_entries_at').on(t.tenantId, t.at, t.id),
  ],
)
