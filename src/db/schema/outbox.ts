import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { instant, isOneOf } from './columns.ts'
import { invitationRuns, mailBatches } from './invitation-runs.ts'
import { portalUsers } from './people.ts'
import { staff } from './staff.ts'
import { tenants } from './tenants.ts'

export const MAIL_KINDS = [
  'invitation',
  'access-given',
  'password-reset',
  'password-changed',
  'staff-invitation',
  'staff-membership-given',
  'staff-password-reset',
  'staff-password-changed',
  'domain-changed',
  'return-changed',
  'staff-return',
] as const
export type MailKind = (typeof MAIL_KINDS)[number]
/** `not-sent`: overtaken before it left (a newer one, a switch, a revoke); `failed`: tried and refused. */
export const MAIL_STATES = ['queued', 'sending', 'sent', 'failed', 'not-sent'] as const
export type MailState = (typeof MAIL_STATES)[number]
/** What the provider told of a mail that was sent, in the order in which one outranks another. */
export const DELIVERIES = ['delayed', 'delivered', 'bounced', 'complained'] as const
export type Delivery = (typeof DELIVERIES)[number]

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
    /** The bulk run it belongs to, and the batch in which it leaves, in this place. Without a batch it leaves alone. */
    runId: text('run_id'),
    batchId: text('batch_id'),
    batchPosition: integer('batch_position'),
    /** An invitation's: the one whose link opened before, which opens again if this one is cancelled. */
    previousMailId: text('previous_mail_id'),
    /** When its link was used. */
    usedAt: instant('used_at'),
    /** What became of it after it was sent, when, and in the provider's words. */
    delivery: text('delivery', { enum: DELIVERIES }),
    deliveryAt: instant('delivery_at'),
    deliveryDetail: text('delivery_detail'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.portalUserId], foreignColumns: [portalUsers.tenantId, portalUsers.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    foreignKey({ columns: [t.tenantId, t.runId], foreignColumns: [invitationRuns.tenantId, invitationRuns.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    foreignKey({ columns: [t.tenantId, t.batchId], foreignColumns: [mailBatches.tenantId, mailBatches.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    index('outbox_due').on(t.dueAt).where(sql`state IN ('queued', 'sending') AND batch_id IS NULL`),
    index('outbox_run').on(t.tenantId, t.runId, t.state, t.id).where(sql`run_id IS NOT NULL`),
    index('outbox_run_problems').on(t.tenantId, t.runId, t.id).where(sql`run_id IS NOT NULL AND (state = 'failed' OR delivery IN ('bounced', 'complained'))`),
    index('outbox_batch').on(t.tenantId, t.batchId, t.batchPosition).where(sql`batch_id IS NOT NULL`),
    index('outbox_user').on(t.tenantId, t.portalUserId, t.createdAt),
    check('outbox_state', isOneOf(t.state, MAIL_STATES)),
    check('outbox_data', sql`json_valid(${t.data})`),
    check('outbox_delivery', isOneOf(t.delivery, DELIVERIES)),
    check('outbox_one_reader', sql`(${t.portalUserId} IS NULL) <> (${t.staffId} IS NULL)`),
  ],
)
