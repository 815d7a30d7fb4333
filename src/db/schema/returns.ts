import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { clients } from './clients.ts'
import { instant, isOneOf } from './columns.ts'
import { orders } from './orders.ts'
import { portalUsers } from './people.ts'

export const RETURN_STATES = ['submitted', 'needs-information', 'approved', 'partly-approved', 'received', 'closed', 'rejected', 'withdrawn'] as const
export type ReturnState = (typeof RETURN_STATES)[number]
/** What came of the goods: what the client got for them. */
export const RETURN_OUTCOMES = ['credit', 'replacement', 'repair', 'nothing'] as const
export type ReturnOutcome = (typeof RETURN_OUTCOMES)[number]
/** How they arrived. */
export const RETURN_CONDITIONS = ['as-new', 'opened', 'damaged', 'incomplete'] as const
export type ReturnCondition = (typeof RETURN_CONDITIONS)[number]

/** A client's wish to send goods back, and what the company decided. Its story is in `activity`. */
export const returnRequests = sqliteTable(
  'return_requests',
  {
    tenantId: text('tenant_id').notNull(),
    /** Made by the form, so that a form that is sent twice makes one. */
    id: text('id').notNull(),
    clientId: text('client_id').notNull(),
    /** Counts up in each company; the number is made of it. */
    serial: integer('serial').notNull(),
    number: text('number').notNull(),
    state: text('state', { enum: RETURN_STATES }).notNull(),
    /** Who asked. */
    portalUserId: text('portal_user_id').notNull(),
    note: text('note').notNull().default(''),
    outcome: text('outcome', { enum: RETURN_OUTCOMES }),
    creditNote: text('credit_note').notNull().default(''),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.clientId], foreignColumns: [clients.tenantId, clients.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    foreignKey({ columns: [t.tenantId, t.portalUserId], foreignColumns: [portalUsers.tenantId, portalUsers.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    uniqueIndex('return_requests_serial').on(t.tenantId, t.serial),
    index('return_requests_created').on(t.tenantId, t.createdAt, t.id),
    index('return_requests_state').on(t.tenantId, t.state, t.createdAt, t.id),
    index('return_requests_client').on(t.tenantId, t.clientId, t.createdAt, t.id),
    check('return_requests_state_known', isOneOf(t.state, RETURN_STATES)),
    check('return_requests_outcome', sql`${t.outcome} IS NULL OR ${isOneOf(t.outcome, RETURN_OUTCOMES)}`),
    check('return_requests_closed', sql`(${t.state} = 'closed') = (${t.outcome} IS NOT NULL)`),
    check('return_requests_number', sql`${t.number} = printf('RET-%06d', ${t.serial})`),
  ],
)

/** What is to go back. Words are kept as they were: an import may write an order's lines anew. */
export const returnLines = sqliteTable(
  'return_lines',
  {
    tenantId: text('tenant_id').notNull(),
    returnId: text('return_id').notNull(),
    orderId: text('order_id').notNull(),
    position: integer('position').notNull(),
    sku: text('sku').notNull(),
    description: text('description').notNull(),
    reason: text('reason').notNull(),
    /** Asked for, approved and received, each in 1/10,000; null until it is known. */
    quantity: integer('quantity').notNull(),
    approved: integer('approved'),
    received: integer('received'),
    condition: text('condition', { enum: RETURN_CONDITIONS }),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.returnId, t.orderId, t.position] }),
    foreignKey({ columns: [t.tenantId, t.returnId], foreignColumns: [returnRequests.tenantId, returnRequests.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    foreignKey({ columns: [t.tenantId, t.orderId], foreignColumns: [orders.tenantId, orders.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    // What is held of an order's line already.
    index('return_lines_order').on(t.tenantId, t.orderId, t.position),
    check('return_lines_quantity', sql`${t.quantity} > 0`),
    check('return_lines_approved', sql`${t.approved} IS NULL OR ${t.approved} BETWEEN 0 AND ${t.quantity}`),
    check('return_lines_received', sql`${t.received} IS NULL OR ${t.received} >= 0`),
    check('return_lines_condition', sql`${t.condition} IS NULL OR ${isOneOf(t.condition, RETURN_CONDITIONS)}`),
  ],
)

/** A picture of the goods. It is there before its request is: the form has its id. */
export const returnPhotos = sqliteTable(
  'return_photos',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    clientId: text('client_id').notNull(),
    returnId: text('return_id').notNull(),
    portalUserId: text('portal_user_id').notNull(),
    /** In pixels, as it is kept. */
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    createdAt: instant('created_at').notNull(),
    /** When it was sent with a request or an answer; staff see none before. */
    sentAt: instant('sent_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.clientId], foreignColumns: [clients.tenantId, clients.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    index('return_photos_return').on(t.tenantId, t.returnId, t.createdAt, t.id),
    index('return_photos_unsent').on(t.tenantId, t.clientId, t.createdAt).where(sql`sent_at IS NULL`),
  ],
)
