import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { clients } from './clients.ts'
import { day, instant, isCurrency, isDay, isOneOf, money, searchText, sourceUpdatedAt } from './columns.ts'
import { orders } from './orders.ts'

export const DOCUMENT_STATES = ['draft', 'issued', 'void'] as const
export type DocumentState = (typeof DOCUMENT_STATES)[number]

// What an invoice still asks for: nothing unless it is issued.
const REST = `(CASE WHEN state = 'issued' THEN total ELSE 0 END) - paid - credited`

export const invoices = sqliteTable(
  'invoices',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    clientId: text('client_id').notNull(),
    orderId: text('order_id'),
    externalId: text('external_id').notNull(),
    number: text('number').notNull(),
    /** The client's own number for what it ordered: its purchase order. */
    poNumber: text('po_number').notNull().default(''),
    searchText: searchText(),
    issueDate: day('issue_date').notNull(),
    dueDate: day('due_date'),
    state: text('state', { enum: DOCUMENT_STATES }).notNull(),
    currency: text('currency').notNull(),
    total: money('total').notNull(),
    /** Sum of the payments, and of the issued credit notes, that name it; kept by triggers. */
    paid: money('paid').notNull().default(0),
    credited: money('credited').notNull().default(0),
    /** The company's own PDF of it, named by the hash of its bytes: it stands for the drawn one. */
    pdfHash: text('pdf_hash'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    sourceUpdatedAt: sourceUpdatedAt(),
    open: money('open')
      .notNull()
      .generatedAlwaysAs(sql.raw(`max(0, ${REST})`), { mode: 'stored' }),
    credit: money('credit')
      .notNull()
      .generatedAlwaysAs(sql.raw(`max(0, -(${REST}))`), { mode: 'stored' }),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.clientId], foreignColumns: [clients.tenantId, clients.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    foreignKey({ columns: [t.tenantId, t.orderId], foreignColumns: [orders.tenantId, orders.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    uniqueIndex('invoices_external_id').on(t.tenantId, t.externalId),
    index('invoices_number').on(t.tenantId, t.number),
    index('invoices_client').on(t.tenantId, t.clientId, t.issueDate, t.id),
    index('invoices_order').on(t.tenantId, t.orderId, t.issueDate, t.id).where(sql`order_id IS NOT NULL`),
    index('invoices_overpaid').on(t.tenantId, t.clientId, t.issueDate, t.id).where(sql`credit > 0`),
    // What a client doesn't see by itself, and counts all the same.
    index('invoices_astray').on(t.tenantId, t.clientId, t.issueDate, t.id).where(sql`state <> 'issued' AND (open > 0 OR credit > 0)`),
    index('invoices_open').on(t.tenantId, t.clientId, t.currency, t.dueDate, t.open).where(sql`open > 0`),
    check('invoices_state', isOneOf(t.state, DOCUMENT_STATES)),
    check('invoices_currency', isCurrency(t.currency)),
    check('invoices_issue_date', isDay(t.issueDate)),
    check('invoices_due_date', isDay(t.dueDate)),
  ],
)

export const invoiceLines = sqliteTable(
  'invoice_lines',
  {
    tenantId: text('tenant_id').notNull(),
    invoiceId: text('invoice_id').notNull(),
    position: integer('position').notNull(),
    sku: text('sku').notNull().default(''),
    description: text('description').notNull(),
    /** In 1/10,000. */
    quantity: integer('quantity').notNull(),
    unitPrice: money('unit_price').notNull(),
    /** In 1/1,000 %. */
    taxRate: integer('tax_rate').notNull().default(0),
    /** Without tax. */
    lineTotal: money('line_total').notNull(),
    searchText: searchText(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.invoiceId, t.position] }),
    foreignKey({ columns: [t.tenantId, t.invoiceId], foreignColumns: [invoices.tenantId, invoices.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
  ],
)
