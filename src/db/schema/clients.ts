import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, instant, isCurrency, isFlag, isOneOf, money, sourceUpdatedAt } from './columns.ts'
import { tenants } from './tenants.ts'

export const CLIENT_STATUSES = ['active', 'inactive'] as const
export const ACCESS_STATES = ['not-invited', 'invited', 'active'] as const
/** What the Clients table shows and filters: the access state, unless the client is switched off or its mail has a problem. */
export const PORTAL_STATES = [...ACCESS_STATES, 'disabled', 'problem'] as const
export type PortalState = (typeof PORTAL_STATES)[number]

/** A company that buys from the tenant. */
export const clients = sqliteTable(
  'clients',
  {
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'restrict', onUpdate: 'restrict' }),
    id: text('id').notNull(),
    /** The client's code: its key in files, and what staff call it. */
    code: text('code').notNull(),
    name: text('name').notNull(),
    /** The name as it is sorted: folded. */
    nameKey: text('name_key').notNull(),
    email: text('email'),
    emailKey: text('email_key'),
    /** Whether mail could be sent there, as far as its form tells; written with the address. */
    emailValid: flag('email_valid').notNull().default(true),
    phone: text('phone').notNull().default(''),
    /** How dates and numbers are written for it, as a BCP 47 tag; null: as for the company. */
    language: text('language'),
    status: text('status', { enum: CLIENT_STATUSES }).notNull(),
    currency: text('currency').notNull(),
    /** Null means no limit, 0 means nought. */
    creditLimit: money('credit_limit'),
    address1: text('address1').notNull().default(''),
    address2: text('address2').notNull().default(''),
    city: text('city').notNull().default(''),
    region: text('region').notNull().default(''),
    postalCode: text('postal_code').notNull().default(''),
    country: text('country').notNull().default(''),
    /** JSON array of the folded words it is found by; triggers copy them to client_words. */
    words: text('words').notNull().default('[]'),
    /** The specification's Portal access toggle. */
    portalAccess: flag('portal_access').notNull().default(true),
    /** The access of the primary address, and whether its mail has a problem; kept by triggers. */
    accessState: text('access_state', { enum: ACCESS_STATES }).notNull().default('not-invited'),
    mailProblem: flag('mail_problem').notNull().default(false),
    /** Its outstanding balance in its own currency, for the list's order; kept by triggers. */
    owed: money('owed').notNull().default(0),
    /** How many rows it has; kept by triggers. */
    orderCount: integer('order_count').notNull().default(0),
    invoiceCount: integer('invoice_count').notNull().default(0),
    paymentCount: integer('payment_count').notNull().default(0),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    sourceUpdatedAt: sourceUpdatedAt(),
    portalState: text('portal_state', { enum: PORTAL_STATES })
      .notNull()
      .generatedAlwaysAs(sql`CASE WHEN portal_access = 0 THEN 'disabled' WHEN mail_problem = 1 THEN 'problem' ELSE access_state END`, { mode: 'stored' }),
    hasEmail: flag('has_email').notNull().generatedAlwaysAs(sql`email_key IS NOT NULL`, { mode: 'stored' }),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('clients_code').on(t.tenantId, t.code),
    index('clients_name').on(t.tenantId, t.nameKey, t.id),
    index('clients_status').on(t.tenantId, t.status, t.nameKey, t.id),
    index('clients_portal_state').on(t.tenantId, t.portalState, t.nameKey, t.id),
    index('clients_has_email').on(t.tenantId, t.hasEmail, t.nameKey, t.id),
    index('clients_owed').on(t.tenantId, t.currency, t.owed, t.id),
    index('clients_added').on(t.tenantId, t.createdAt, t.id),
    index('clients_email').on(t.tenantId, t.emailKey).where(sql`email_key IS NOT NULL`),
    check('clients_status_known', isOneOf(t.status, CLIENT_STATUSES)),
    check('clients_currency', isCurrency(t.currency)),
    check('clients_email_pair', sql`(${t.email} IS NULL) = (${t.emailKey} IS NULL)`),
    check('clients_credit_limit', sql`${t.creditLimit} IS NULL OR ${t.creditLimit} >= 0`),
    check('clients_words', sql`json_valid(${t.words})`),
    check('clients_portal_access', isFlag(t.portalAccess)),
    check('clients_access_state', isOneOf(t.accessState, ACCESS_STATES)),
    check('clients_mail_problem', isFlag(t.mailProblem)),
  ],
)

/** The beginnings of words that search looks through; kept by triggers from clients.words. */
export const clientWords = sqliteTable(
  'client_words',
  { tenantId: text('tenant_id').notNull(), word: text('word').notNull(), clientId: text('client_id').notNull() },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.word, t.clientId] }),
    foreignKey({ columns: [t.tenantId, t.clientId], foreignColumns: [clients.tenantId, clients.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
  ],
)

/** How many clients stand in each combination of what the Clients table filters; kept by triggers. */
export const clientCounts = sqliteTable(
  'client_counts',
  {
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'restrict', onUpdate: 'restrict' }),
    status: text('status', { enum: CLIENT_STATUSES }).notNull(),
    hasEmail: flag('has_email').notNull(),
    portalState: text('portal_state', { enum: PORTAL_STATES }).notNull(),
    count: integer('count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.status, t.hasEmail, t.portalState] })],
)

/** What a client owes in each currency, in minor units; kept by triggers from invoices, payments and credit notes. */
export const clientBalances = sqliteTable(
  'client_balances',
  {
    tenantId: text('tenant_id').notNull(),
    clientId: text('client_id').notNull(),
    currency: text('currency').notNull(),
    /** Sum of invoices.open and of invoices.credit. */
    open: money('open').notNull().default(0),
    credit: money('credit').notNull().default(0),
    /** Payments, and issued credit notes, that name no invoice. */
    onAccount: money('on_account').notNull().default(0),
    unapplied: money('unapplied').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.clientId, t.currency] }),
    foreignKey({ columns: [t.tenantId, t.clientId], foreignColumns: [clients.tenantId, clients.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
  ],
)
