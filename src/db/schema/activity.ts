import { sql } from 'drizzle-orm'
import { check, foreignKey, index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { clients } from './clients.ts'
import { instant, isOneOf } from './columns.ts'

export const ACTIVITY_TYPES = ['system', 'note'] as const
export const ACTIVITY_EVENTS = [
  'invitation-sent',
  'invitation-resent',
  /** A bulk run was stopped before this client's mail left. */
  'invitation-cancelled',
  'invitation-failed',
  'mail-bounced',
  'mail-complained',
  'access-given',
  'access-disabled',
  'access-enabled',
  /** All of a client's logins were ended; or that of one further address. */
  'access-revoked',
  'access-removed',
  'address-changed',
  /** Its own record: by hand, and never by an import. */
  'client-added',
  'client-changed',
  'address-added',
  'password-set',
  'password-changed',
  'reset-sent',
  'first-login',
  'invoice-viewed',
  'invoice-downloaded',
  /** Staff looked at the portal as this client sees it. */
  'portal-viewed',
  'return-submitted',
  'return-question',
  'return-answered',
  /** Staff go on without the client's answer. */
  'return-resumed',
  'return-approved',
  'return-partly-approved',
  'return-rejected',
  'return-withdrawn',
  'return-received',
  'return-closed',
] as const
export type ActivityEvent = (typeof ACTIVITY_EVENTS)[number]

/** What happened, in the order it happened: Contact History. Triggers refuse every change to a row that stands. */
export const activity = sqliteTable(
  'activity',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    clientId: text('client_id').notNull(),
    at: instant('at').notNull(),
    type: text('type', { enum: ACTIVITY_TYPES }).notNull(),
    event: text('event', { enum: ACTIVITY_EVENTS }),
    /** Who did it: a person of the client's, or staff. */
    portalUserId: text('portal_user_id'),
    staffId: text('staff_id'),
    /** The document it is about. */
    documentId: text('document_id'),
    documentNumber: text('document_number'),
    /** A note's words; an entry's further detail, such as the address a mail went to. */
    text: text('text').notNull().default(''),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.clientId], foreignColumns: [clients.tenantId, clients.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    index('activity_client').on(t.tenantId, t.clientId, t.at, t.id),
    index('activity_type').on(t.tenantId, t.clientId, t.type, t.at, t.id),
    index('activity_viewed').on(t.tenantId, t.documentId, t.portalUserId, t.at).where(sql`event = 'invoice-viewed'`),
    // A return request's own entries: its timeline, and the words that were exchanged about it.
    index('activity_return').on(t.tenantId, t.documentId, t.at, t.id).where(sql`event GLOB 'return-*'`),
    check('activity_type', isOneOf(t.type, ACTIVITY_TYPES)),
    check('activity_event', sql`(${t.type} = 'system') = (${t.event} IS NOT NULL)`),
  ],
)
