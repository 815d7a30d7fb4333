import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import { newId } from '#src/ids.ts'
import { given, type OneFile } from './file.ts'
import type { TypedRow } from './rows.ts'

/**
 * How clients, orders, shipments, invoices, credit notes and payments are written: many rows in a few statements, each row judged by the database
 * itself against what stands there at that moment. Nothing is read first, so nothing can have changed meanwhile.
 */
export type DocumentKind = 'clients' | 'orders' | 'shipments' | 'invoices' | 'credit_notes' | 'payments'

type Document = {
  /** What a row of the file holds for the database, beside `external_id`. */
  cells: string[]
  /** The column that a row is known by. */
  keyColumn: string
  /** What a row refers to, joined so that a missing one is null. */
  joins: (tenantId: string) => SQL
  /** `WHEN … THEN json_array(column, reason)`: what the database would refuse, row by row, in words. */
  refusals: SQL
  /** The stored columns and what they become. */
  stored: Record<string, SQL>
}

const own = (...columns: string[]): Record<string, SQL> => Object.fromEntries(columns.map((column) => [column, sql`given.${sql.identifier(column)}`]))

const CLIENT = (tenantId: string) => sql`LEFT JOIN clients AS client ON client.tenant_id = ${tenantId} AND client.code = given.client_external_id`
const NO_CLIENT = sql`WHEN client.id IS NULL THEN json_array('client_external_id', 'No client “' || given.client_external_id || '”')`

/** What is paid or credited may name an invoice: of the same client, in the same currency. */
const INVOICE = (tenantId: string) =>
  sql`${CLIENT(tenantId)} LEFT JOIN invoices AS invoice ON invoice.tenant_id = ${tenantId} AND invoice.external_id = given.invoice_external_id`
const NO_SUCH_INVOICE = sql`WHEN given.invoice_external_id IS NOT NULL AND invoice.id IS NULL THEN json_array('invoice_external_id', 'No invoice “' || given.invoice_external_id || '”')
      WHEN invoice.client_id <> client.id THEN json_array('invoice_external_id', 'Invoice “' || given.invoice_external_id || '” is not an invoice of client “' || given.client_external_id || '”')
      WHEN invoice.currency <> given.currency THEN json_array('currency', 'Invoice “' || given.invoice_external_id || '” is in ' || invoice.currency || ', not in ' || given.currency)`

/** A file that doesn't say it changes nothing of what is known. */
const PO_NUMBER = {
  po_number: sql`coalesce(given.po_number, was.po_number, '')`,
  search_text: sql`iif(given.po_number IS NULL AND given.number IS was.number, was.search_text, given.search_text)`,
}

// The same condition that the triggers on invoices hold: money stays with its client and currency.
const HAS_MONEY = sql`(EXISTS (SELECT 1 FROM payments WHERE tenant_id = was.tenant_id AND invoice_id = was.id)
  OR EXISTS (SELECT 1 FROM credit_notes WHERE tenant_id = was.tenant_id AND invoice_id = was.id))`

const CLIENT_COLUMNS = [
  'name',
  'name_key',
  'email',
  'email_key',
  'email_valid',
  'phone',
  'status',
  'currency',
  'credit_limit',
  'address1',
  'address2',
  'city',
  'region',
  'postal_code',
  'country',
  'words',
]

const DOCUMENTS: Record<DocumentKind, Document> = {
  clients: { cells: CLIENT_COLUMNS, keyColumn: 'code', joins: () => sql``, refusals: sql``, stored: own(...CLIENT_COLUMNS) },
  orders: {
    cells: ['client_external_id', 'number', 'po_number', 'search_text', 'order_date', 'status', 'currency', 'total', 'shipped_on', 'delivered_on'],
    keyColumn: 'external_id',
    joins: CLIENT,
    refusals: NO_CLIENT,
    stored: {
      client_id: sql`client.id`,
      ...own('number', 'order_date', 'status', 'currency', 'total'),
      ...PO_NUMBER,
      // A file that doesn't say when it left changes nothing of what is known.
      shipped_on: sql`coalesce(given.shipped_on, was.shipped_on)`,
      delivered_on: sql`coalesce(given.delivered_on, was.delivered_on)`,
    },
  },
  shipments: {
    cells: ['order_external_id', 'carrier', 'tracking_number', 'tracking_url', 'shipped_on', 'expected_on'],
    keyColumn: 'external_id',
    joins: (tenantId) => sql`LEFT JOIN orders AS ordered ON ordered.tenant_id = ${tenantId} AND ordered.external_id = given.order_external_id`,
    refusals: sql`WHEN ordered.id IS NULL THEN json_array('order_external_id', 'No order “' || given.order_external_id || '”')`,
    stored: { order_id: sql`ordered.id`, ...own('carrier', 'tracking_number', 'tracking_url', 'shipped_on', 'expected_on') },
  },
  invoices: {
    cells: ['client_external_id', 'order_external_id', 'number', 'po_number', 'search_text', 'issue_date', 'due_date', 'state', 'currency', 'total'],
    keyColumn: 'external_id',
    joins: (tenantId) =>
      sql`${CLIENT(tenantId)} LEFT JOIN orders AS ordered ON ordered.tenant_id = ${tenantId} AND ordered.external_id = given.order_external_id`,
    refusals: sql`${NO_CLIENT}
      WHEN given.order_external_id IS NOT NULL AND ordered.id IS NULL THEN json_array('order_external_id', 'No order “' || given.order_external_id || '”')
      WHEN ordered.client_id <> client.id THEN json_array('order_external_id', 'Order “' || given.order_external_id || '” is not an order of client “' || given.client_external_id || '”')
      WHEN was.client_id <> client.id AND ${HAS_MONEY} THEN json_array('client_external_id', 'This invoice has payments or credit notes of another client')
      WHEN was.currency <> given.currency AND ${HAS_MONEY} THEN json_array('currency', 'This invoice has payments or credit notes in ' || was.currency)`,
    stored: {
      client_id: sql`client.id`,
      order_id: sql`ordered.id`,
      ...own('number', 'issue_date', 'due_date', 'state', 'currency', 'total'),
      ...PO_NUMBER,
    },
  },
  credit_notes: {
    cells: ['client_external_id', 'invoice_external_id', 'number', 'search_text', 'issue_date', 'state', 'currency', 'total'],
    keyColumn: 'external_id',
    joins: INVOICE,
    refusals: sql`${NO_CLIENT} ${NO_SUCH_INVOICE}`,
    stored: { client_id: sql`client.id`, invoice_id: sql`invoice.id`, ...own('number', 'search_text', 'issue_date', 'state', 'currency', 'total') },
  },
  payments: {
    cells: ['client_external_id', 'invoice_external_id', 'paid_on', 'amount', 'currency', 'method'],
    keyColumn: 'external_id',
    joins: INVOICE,
    refusals: sql`${NO_CLIENT} ${NO_SUCH_INVOICE}`,
    stored: { client_id: sql`client.id`, invoice_id: sql`invoice.id`, ...own('paid_on', 'amount', 'currency', 'method') },
  },
}

const names = (columns: string[], table = '') =>
  sql.join(
    columns.map((column) => (table ? sql`${sql.identifier(table)}.${sql.identifier(column)}` : sql.identifier(column))),
    sql`, `,
  )

/** When a row was changed where it comes from; one that is older than what stands is left alone. */
const withSource = (stored: Record<string, SQL>): Record<string, SQL> => ({
  ...stored,
  source_updated_at: sql`coalesce(given.updated_at, was.source_updated_at)`,
})

/**
 * `judged`: each row with the id it may get, its stored values (named as the columns), whether it is there already and
 * differs, and as `refusal` what speaks against it. Of two rows of one file with the same key the first good one counts.
 */
const judging = ({ tenantId, importId, kind }: OneFile, { cells, keyColumn, joins, refusals, ...document }: Document, rows: string): SQL => {
  const stored = withSource(document.stored)
  const columns = Object.keys(stored)
  const values = Object.entries(stored).map(([column, value]) => sql`${value} AS ${sql.identifier(column)}`)
  return sql`WITH given AS MATERIALIZED (${given(['line', 'new_id', 'external_id', 'updated_at', ...cells], rows)}),
    looked_up AS (
      SELECT given.line, given.new_id, given.external_id, was.id AS was_id, ${sql.join(values, sql`, `)},
        (${names(columns, 'was')}) IS NOT (${sql.join(Object.values(stored), sql`, `)})
          AND NOT coalesce(given.updated_at < was.source_updated_at, false) AS differs,
        CASE WHEN seen.line IS NOT NULL THEN json_array('external_id', '“' || given.external_id || '” appears twice in this file: also in line ' || seen.line)
          ${refusals} END AS wrong
      FROM given
        LEFT JOIN import_keys AS seen ON seen.tenant_id = ${tenantId} AND seen.import_id = ${importId} AND seen.kind = ${kind} AND seen.key = given.external_id
        LEFT JOIN ${sql.identifier(kind)} AS was ON was.tenant_id = ${tenantId} AND was.${sql.identifier(keyColumn)} = given.external_id
        ${joins(tenantId)}),
    ranked AS (SELECT *, min(line) FILTER (WHERE wrong IS NULL) OVER (PARTITION BY external_id) AS first_line FROM looked_up),
    judged AS (
      SELECT *, coalesce(wrong, CASE WHEN first_line < line THEN json_array('external_id', '“' || external_id || '” appears twice in this file: also in line ' || first_line) END) AS refusal
      FROM ranked)`
}

/** The judgement of these rows, and the statement that writes those that are new or differ. */
export const documentStatements = (file: OneFile & { kind: DocumentKind }, rows: TypedRow[], now: Instant) => {
  const document = DOCUMENTS[file.kind]
  const columns = Object.keys(withSource(document.stored))
  const judged = judging(file, document, JSON.stringify(rows.map((row) => ({ ...row, new_id: newId() }))))
  const table = sql.identifier(file.kind)
  const keyColumn = sql.identifier(document.keyColumn)
  const changes = columns.map((column) => sql`${sql.identifier(column)} = excluded.${sql.identifier(column)}`)
  return {
    judged,
    write: sql`${judged} INSERT INTO ${table} (tenant_id, id, ${keyColumn}, ${names(columns)}, created_at, updated_at)
      SELECT ${file.tenantId}, new_id, external_id, ${names(columns)}, ${now}, ${now} FROM judged WHERE refusal IS NULL AND (was_id IS NULL OR differs)
      ON CONFLICT (tenant_id, ${keyColumn}) DO UPDATE SET ${sql.join(changes, sql`, `)}, updated_at = excluded.updated_at`,
  }
}
