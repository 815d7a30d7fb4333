import { check, foreignKey, index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { flag, instant, isFlag, isOneOf } from './columns.ts'
import { tenants } from './tenants.ts'

/** From the one that may most to the one that may least. */
export const ROLES = ['owner', 'member', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** A person who works for one or more companies: one e-mail address, one credential, wherever they work. */
export const staff = sqliteTable('staff', {
  id: text('id').primaryKey(),
  email: text('email').notNull(),
  /** The address as it is compared: trimmed, without regard to case. */
  emailKey: text('email_key').notNull().unique('staff_email'),
  name: text('name').notNull().default(''),
  passwordHash: text('password_hash'),
  passwordSetAt: instant('password_set_at'),
  /** The one mail whose set-password link still opens; null once it was used. */
  invitationMailId: text('invitation_mail_id'),
  /** The one mail whose reset link still opens; null once it was used. */
  resetMailId: text('reset_mail_id'),
  createdAt: instant('created_at').notNull(),
})

export const memberships = sqliteTable(
  'memberships',
  {
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'restrict', onUpdate: 'restrict' }),
    staffId: text('staff_id')
      .notNull()
      .references(() => staff.id, { onDelete: 'restrict', onUpdate: 'restrict' }),
    role: text('role', { enum: ROLES }).notNull(),
    /** Since when the person works here no more. The row stays, because what they did refers to it. */
    removedAt: instant('removed_at'),
    createdAt: instant('created_at').notNull(),
    /** Whether this person wants a mail for every return request of this company. */
    returnMails: flag('return_mails').notNull().default(true),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.staffId] }),
    index('memberships_staff').on(t.staffId, t.tenantId),
    check('memberships_role', isOneOf(t.role, ROLES)),
    check('memberships_return_mails', isFlag(t.returnMails)),
  ],
)

export const staffSessions = sqliteTable(
  'staff_sessions',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    staffId: text('staff_id').notNull(),
    createdAt: instant('created_at').notNull(),
    seenAt: instant('seen_at').notNull(),
    endedAt: instant('ended_at'),
    /** From where, as the browser and the network said it. */
    device: text('device').notNull().default(''),
    city: text('city').notNull().default(''),
    country: text('country').notNull().default(''),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.staffId], foreignColumns: [memberships.tenantId, memberships.staffId] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    index('staff_sessions_staff').on(t.tenantId, t.staffId),
  ],
)
