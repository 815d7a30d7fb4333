import { sql } from 'drizzle-orm'
import { check, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { flag, instant, isCurrency, isFlag } from './columns.ts'

/** A company that uses StockFlow. Its id is short, because every other row carries it. */
export const tenants = sqliteTable('tenants', {
  id: text('id').primaryKey(),
  slug: text('slug').notNull().unique('tenants_slug'),
  name: text('name').notNull(),
  createdAt: instant('created_at').notNull(),
  disabledAt: instant('disabled_at'),
})

/** How the company presents itself on pages, in mails and on documents. One row a tenant. */
export const companyProfiles = sqliteTable(
  'company_profiles',
  {
    tenantId: text('tenant_id')
      .primaryKey()
      .references(() => tenants.id, { onDelete: 'restrict', onUpdate: 'restrict' }),
    legalName: text('legal_name').notNull(),
    address: text('address').notNull().default(''),
    taxId: text('tax_id').notNull().default(''),
    bankDetails: text('bank_details').notNull().default(''),
    contactName: text('contact_name').notNull().default(''),
    contactEmail: text('contact_email').notNull().default(''),
    contactPhone: text('contact_phone').notNull().default(''),
    replyTo: text('reply_to').notNull().default(''),
    locale: text('locale').notNull().default('en-GB'),
    timeZone: text('time_zone').notNull().default('UTC'),
    currency: text('currency').notNull().default('EUR'),
    /** As that of the portal's settings. */
    version: integer('version').notNull().default(1),
  },
  (t) => [check('company_profiles_currency', isCurrency(t.currency))],
)

/** In characters. */
export const WELCOME_MAX = 2000
export const INSTRUCTIONS_MAX = 4000
/** In days: ten years. */
export const RETURN_WINDOW_MAX = 3650

/** What the company decided about its portal: the switch, the colour and the specification's toggles. One row a tenant. */
export const portalSettings = sqliteTable(
  'portal_settings',
  {
    tenantId: text('tenant_id')
      .primaryKey()
      .references(() => tenants.id, { onDelete: 'restrict', onUpdate: 'restrict' }),
    enabled: flag('enabled').notNull().default(false),
    brandColour: text('brand_colour').notNull().default('#1d6b57'),
    downloadInvoices: flag('download_invoices').notNull().default(true),
    orderHistory: flag('order_history').notNull().default(true),
    requestReturns: flag('request_returns').notNull().default(false),
    showBalance: flag('show_balance').notNull().default(true),
    showCreditLimit: flag('show_credit_limit').notNull().default(false),
    /** Markdown, shown on the dashboard. */
    welcomeMessage: text('welcome_message').notNull().default(''),
    /** Names the logo's picture; null without one. Each upload has its own, even of the same picture. */
    logoHash: text('logo_hash'),
    /** In pixels, as the picture is kept. */
    logoWidth: integer('logo_width'),
    logoHeight: integer('logo_height'),
    /** Goes up with every change, so that a form that was opened before it can be told from one that was opened after. */
    version: integer('version').notNull().default(1),
    updatedAt: instant('updated_at').notNull(),
    /** For how many days goods can be returned. */
    returnWindow: integer('return_window').notNull().default(30),
    /** JSON array of what a client can choose from. */
    returnReasons: text('return_reasons').notNull().default('["Damaged","Wrong item","Not as described","No longer needed","Other"]'),
    /** JSON array of SKUs and descriptions that can't be returned; a `*` at the end stands for whatever follows. */
    notReturnable: text('not_returnable').notNull().default('["Discount*","Freight*","Shipping*","Delivery*","Carriage*","Postage*"]'),
    /** Markdown: how to send goods back. */
    returnInstructions: text('return_instructions').notNull().default(''),
    /** As `version`, of what stands on Settings → Returns. */
    returnsVersion: integer('returns_version').notNull().default(1),
  },
  (t) => [
    check(
      'portal_settings_brand_colour',
      sql`length(${t.brandColour}) = 7 AND substr(${t.brandColour}, 1, 1) = '#' AND substr(${t.brandColour}, 2) NOT GLOB '*[^0-9a-f]*'`,
    ),
    check('portal_settings_enabled', isFlag(t.enabled)),
    check('portal_settings_download_invoices', isFlag(t.downloadInvoices)),
    check('portal_settings_order_history', isFlag(t.orderHistory)),
    check('portal_settings_request_returns', isFlag(t.requestReturns)),
    check('portal_settings_show_balance', isFlag(t.showBalance)),
    check('portal_settings_show_credit_limit', isFlag(t.showCreditLimit)),
    check('portal_settings_logo', sql`(${t.logoHash} IS NULL) = (${t.logoWidth} IS NULL) AND (${t.logoHash} IS NULL) = (${t.logoHeight} IS NULL)`),
    check('portal_settings_return_window', sql`${t.returnWindow} BETWEEN 1 AND ${sql.raw(String(RETURN_WINDOW_MAX))}`),
    check('portal_settings_return_reasons', sql`json_valid(${t.returnReasons})`),
    check('portal_settings_not_returnable', sql`json_valid(${t.notReturnable})`),
    check('portal_settings_return_instructions', sql`length(${t.returnInstructions}) <= ${sql.raw(String(INSTRUCTIONS_MAX))}`),
    check('portal_settings_welcome_message', sql`length(${t.welcomeMessage}) <= ${sql.raw(String(WELCOME_MAX))}`),
  ],
)
