import { sql } from 'drizzle-orm'
import { check, foreignKey, index, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { clients } from './clients.ts'
import { instant, isOneOf } from './columns.ts'
import { tenants } from './tenants.ts'

export const MAIL_PROBLEMS = ['failed', 'bounced', 'complained'] as const

/** A person who may sign in to one tenant's portal: one e-mail address, one credential, any number of clients. */
export const portalUsers = sqliteTable(
  'portal_users',
  {
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'restrict', onUpdate: 'restrict' }),
    id: text('id').notNull(),
    email: text('email').notNull(),
    emailKey: text('email_key').notNull(),
    name: text('name').notNull().default(''),
    passwordHash: text('password_hash'),
    passwordSetAt: instant('password_set_at'),
    /** The one mail whose invitation link still opens; null once it was used. */
    invitationMailId: text('invitation_mail_id'),
    /** The one mail whose reset link still opens; null once it was used. */
    resetMailId: text('reset_mail_id'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('portal_users_email').on(t.tenantId, t.emailKey),
    index('portal_users_invitation').on(t.tenantId, t.invitationMailId).where(sql`invitation_mail_id IS NOT NULL`),
    index('portal_users_reset').on(t.tenantId, t.resetMailId).where(sql`reset_mail_id IS NOT NULL`),
  ],
)

/** That a person may see a client's data. No row: not invited. */
export const accesses = sqliteTable(
  'accesses',
  {
    tenantId: text('tenant_id').notNull(),
    portalUserId: text('portal_user_id').notNull(),
    clientId: text('client_id').notNull(),
    state: text('state', { enum: ['invited', 'active'] }).notNull(),
    invitedAt: instant('invited_at').notNull(),
    activatedAt: instant('activated_at'),
    firstLoginAt: instant('first_login_at'),
    lastLoginAt: instant('last_login_at'),
    mailProblem: text('mail_problem', { enum: MAIL_PROBLEMS }),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.portalUserId, t.clientId] }),
    foreignKey({ columns: [t.tenantId, t.portalUserId], foreignColumns: [portalUsers.tenantId, portalUsers.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    foreignKey({ columns: [t.tenantId, t.clientId], foreignColumns: [clients.tenantId, clients.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    index('accesses_client').on(t.tenantId, t.clientId, t.portalUserId),
    check('accesses_state', isOneOf(t.state, ['invited', 'active'])),
    check('accesses_mail_problem', isOneOf(t.mailProblem, MAIL_PROBLEMS)),
  ],
)

/** An address of a client's beside its primary one, whether it was invited or not. */
export const clientAddresses = sqliteTable(
  'client_addresses',
  {
    tenantId: text('tenant_id').notNull(),
    clientId: text('client_id').notNull(),
    emailKey: text('email_key').notNull(),
    email: text('email').notNull(),
    /** Whose it is, as staff wrote it. */
    name: text('name').notNull().default(''),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.clientId, t.emailKey] }),
    foreignKey({ columns: [t.tenantId, t.clientId], foreignColumns: [clients.tenantId, clients.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
  ],
)

/** A sign-in to a portal. Without a client, its person has several and has not chosen yet. */
export const portalSessions = sqliteTable(
  'portal_sessions',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    portalUserId: text('portal_user_id').notNull(),
    clientId: text('client_id'),
    createdAt: instant('created_at').notNull(),
    seenAt: instant('seen_at').notNull(),
    endedAt: instant('ended_at'),
    /** Browser and system, such as "Firefox on Windows"; and where from, as the network tells: a town, and a country's two letters. */
    device: text('device').notNull().default(''),
    city: text('city').notNull().default(''),
    country: text('country').notNull().default(''),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.portalUserId], foreignColumns: [portalUsers.tenantId, portalUsers.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    foreignKey({ columns: [t.tenantId, t.clientId], foreignColumns: [clients.tenantId, clients.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    index('portal_sessions_user').on(t.tenantId, t.portalUserId, t.seenAt).where(sql`ended_at IS NULL`),
  ],
)
