import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { clients } from './clients.ts'
import { day, instant, isCurrency, isDay, isOneOf, money, searchText, sourceUpdatedAt } from './columns.ts'
import { DOCUMENT_STATES, invoices } from './invoices.ts'

/** Money that came in; below zero it is a refund. Without an invoice it is a payment on account. */
export const payments = sqliteTable(
  'payments',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    clientId: text('client_id').notNull(),
    invoiceId: text('invoice_id'),
    externalId: text('external_id').notNull(),
    paidOn: day('paid_on').notNull(),
    amount: money('amount').notNull(),
    currency: text('currency').notNull(),
    method: text('method').notNull().default(''),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    sourceUpdatedAt: sourceUpdatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.clientId], foreignColumns: [clients.tenantId, clients.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    foreignKey({ columns: [t.tenantId, t.invoiceId], foreignColumns: [invoices.tenantId, invoices.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    uniqueIndex('payments_external_id').on(t.tenantId, t.externalId),
    index('payments_client').on(t.tenantId, t.clientId, t.paidOn, t.id),
    index('payments_on_account').on(t.tenantId, t.clientId, t.paidOn, t.id).where(sql`invoice_id IS NULL`),
    index('payments_invoice').on(t.tenantId, t.invoiceId, t.paidOn).where(sql`invoice_id IS NOT NULL`),
    check('payments_currency', isCurrency(t.currency)),
    check('payments_paid_on', isDay(t.paidOn)),
  ],
)

export const creditNotes = sqliteTable(
  'credit_notes',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    clientId: text('client_id').notNull(),
    invoiceId: text('invoice_id'),
    externalId: text('external_id').notNull(),
    number: text('number').notNull(),
    searchText: searchText(),
    issueDate: day('issue_date').notNull(),
    state: text('state', { enum: DOCUMENT_STATES }).notNull(),
    currency: text('currency').notNull(),
    total: money('total').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    sourceUpdatedAt: sourceUpdatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.clientId], foreignColumns: [clients.tenantId, clients.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    foreignKey({ columns: [t.tenantId, t.invoiceId], foreignColumns: [invoices.tenantId, invoices.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    uniqueIndex('credit_notes_external_id').on(t.tenantId, t.externalId),
    index('credit_notes_client').on(t.tenantId, t.clientId, t.issueDate, t.id),
    index('credit_notes_unapplied').on(t.tenantId, t.clientId, t.issueDate, t.id).where(sql`invoice_id IS NULL`),
    index('credit_notes_invoice').on(t.tenantId, t.invoiceId, t.issueDate).where(sql`invoice_id IS NOT NULL`),
    check('credit_notes_state', isOneOf(t.state, DOCUMENT_STATES)),
    check('credit_notes_currency', isCurrency(t.currency)),
    check('credit_notes_issue_date', isDay(t.issueDate)),
    check('credit_notes_total', sql`${t.total} >= 0`),
  ],
)

export const creditNoteLines = sqliteTable(
  'credit_note_lines',
  {
    tenantId: text('tenant_id').notNull(),
    creditNoteId: text('credit_note_id').notNull(),
    position: integer('position').notNull(),
    sku: text('sku').notNull().default(''),
    description: text('description').notNull(),
    /** In 1/10,000. */
    quantity: integer('quantity').notNull(),
    unitPrice: money('unit_price').notNull(),
    /** In 1/1,000 %. */
    taxRate: integer('tax_rate').notNull().default(0),
    /** Without tax; above zero for what is credited. */
    lineTotal: money('line_total').notNull(),
    searchText: searchText(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.creditNoteId, t.position] }),
    foreignKey({ columns: [t.tenantId, t.creditNoteId], foreignColumns: [creditNotes.tenantId, creditNotes.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
  ],
)
