import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { instant, isOneOf } from './columns.ts'
import { portalUsers } from './people.ts'
import { staff } from './staff.ts'
import { tenants } from './tenants.ts'

export const MAIL_KINDS = ['invitation', 'access-given', 'staff-invitation'] as const
export type MailKind = (typeof MAIL_KINDS)[number]
/** `not-sent`: overtaken before it left (a newer one, a switch, a revoke); `failed`: tried and refused. */
export const MAIL_STATES = ['queued', 'sending', 'sent', 'failed', 'not-sent'] as const
export type MailState = (typeof MAIL_STATES)[number]

/** Mail as a row, written with the change it tells of. It holds all that its text is made of, so a retry is the same bytes. */
export const outbox = sqliteTable(
  'outbox',
  {
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'restrict', onUpdate: 'restrict' }),
    id: text('id').notNull(),
    kind: text('kind', { enum: MAIL_KINDS }).notNull(),
    toEmail: text('to_email').notNull(),
    portalUserId: text('portal_user_id'),
    staffId: text('staff_id').references(() => staff.id, { onDelete: 'restrict', onUpdate: 'restrict' }),
    /** JSON; its shape is the template's, in the version that stands beside it. */
    data: text('data').notNull(),
    templateVersion: integer('template_version').notNull(),
    /** Which link secret signs the link in it. */
    keyId: text('key_id').notNull(),
    state: text('state', { enum: MAIL_STATES }).notNull().default('queued'),
    attempts: integer('attempts').notNull().default(0),
    /** Not to be tried before this instant; while `sending`, when the claim on it lapses. */
    dueAt: instant('due_at').notNull(),
    createdAt: instant('created_at').notNull(),
    /** When the link in it stops working. */
    expiresAt: instant('expires_at'),
    sentAt: instant('sent_at'),
    providerId: text('provider_id'),
    error: text('error'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.portalUserId], foreignColumns: [portalUsers.tenantId, portalUsers.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    index('outbox_due').on(t.dueAt).where(sql`state IN ('queued', 'sending')`),
    index('outbox_user').on(t.tenantId, t.portalUserId, t.createdAt),
    check('outbox_state', isOneOf(t.state, MAIL_STATES)),
    check('outbox_data', sql`json_valid(${t.data})`),
    check('outbox_one_reader', sql`(${t.portalUserId} IS NULL) <> (${t.staffId} IS NULL)`),
  ],
)
