import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import { newId } from '#src/ids.ts'
import { given, type OneFile, ofFile } from './file.ts'
import { type Mapping, STAND_IN, silentOf, type TypedRow } from './mapping.ts'
import { fieldsOf } from './schema.ts'

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
  joins: (file: OneFile) => SQL
  /** `WHEN … THEN json_array(column, reason)`: what the database would refuse, row by row, in words. */
  refusals: SQL
  /** The stored columns and what they become. */
  stored: Record<string, SQL>
  /** What stays when no column of the file speaks of a heading: by heading, the columns and what a new row has there. */
  silent: Record<string, Record<string, SQL>>
  /** By heading: what people are told to have changed, and to what. Where it is missing, the column of that name. */
  told: Record<string, { was: SQL; is: SQL }>
  /** What a person knows a row by. */
  label: SQL
  /** Columns that one text for all rows doesn't overwrite where something stands. */
  same: Record<string, string>
  /** What others of the same import have to know of it, before it is written. */
  known: { client?: SQL; total?: SQL }
}

const own = (...columns: string[]): Record<string, SQL> => Object.fromEntries(columns.map((column) => [column, sql`given.${sql.identifier(column)}`]))
const none = sql`NULL`
const STATUS = { status: 'status' }
const CURRENCY = { currency: 'currency' }
const STATE = { status: 'state', ...CURRENCY }
const empty = sql`''`

/** What a row may refer to: stored, or planned by an earlier file of the same import; what is planned comes after, and counts. */
const CLIENT = (file: OneFile) => sql`LEFT JOIN clients AS client ON client.tenant_id = ${file.tenantId} AND client.code = given.client_external_id
  LEFT JOIN import_keys AS new_client ON ${ofFile({ ...file, kind: 'clients' }, 'new_client')} AND new_client.key = given.client_external_id`
const CLIENT_ID = sql`coalesce(new_client.row_id, client.id)`
const NO_CLIENT = sql`WHEN ${CLIENT_ID} IS NULL THEN json_array('client_external_id', 'No client “' || given.client_external_id || '”')`
const CLIENT_TOLD = { was: sql`(SELECT code FROM clients WHERE tenant_id = was.tenant_id AND id = was.client_id)`, is: sql`given.client_external_id` }

const ORDER = (file: OneFile) => sql`LEFT JOIN orders AS ordered ON ordered.tenant_id = ${file.tenantId} AND ordered.external_id = given.order_external_id
  LEFT JOIN import_keys AS new_order ON ${ofFile({ ...file, kind: 'orders' }, 'new_order')} AND new_order.key = given.order_external_id`
const ORDER_ID = sql`coalesce(new_order.row_id, ordered.id)`
const ORDER_TOLD = { was: sql`(SELECT external_id FROM orders WHERE tenant_id = was.tenant_id AND id = was.order_id)`, is: sql`given.order_external_id` }

/** What is paid or credited may name an invoice: of the same client, in the same currency. */
const INVOICE = (
  file: OneFile,
) => sql`${CLIENT(file)} LEFT JOIN invoices AS invoice ON invoice.tenant_id = ${file.tenantId} AND invoice.external_id = given.invoice_external_id
  LEFT JOIN import_keys AS new_invoice ON ${ofFile({ ...file, kind: 'invoices' }, 'new_invoice')} AND new_invoice.key = given.invoice_external_id`
const INVOICE_ID = sql`coalesce(new_invoice.row_id, invoice.id)`
const INVOICE_CURRENCY = sql`coalesce(new_invoice.currency, invoice.currency)`
const NO_SUCH_INVOICE = sql`WHEN given.invoice_external_id IS NOT NULL AND ${INVOICE_ID} IS NULL THEN json_array('invoice_external_id', 'No invoice “' || given.invoice_external_id || '”')
      WHEN coalesce(new_invoice.client_id, invoice.client_id) <> ${CLIENT_ID} THEN json_array('invoice_external_id', 'Invoice “' || given.invoice_external_id || '” is not an invoice of client “' || given.client_external_id || '”')
      WHEN ${INVOICE_CURRENCY} <> given.currency THEN json_array('currency', 'Invoice “' || given.invoice_external_id || '” is in ' || ${INVOICE_CURRENCY} || ', not in ' || given.currency)`
const INVOICE_TOLD = {
  was: sql`(SELECT external_id FROM invoices WHERE tenant_id = was.tenant_id AND id = was.invoice_id)`,
  is: sql`given.invoice_external_id`,
}
/** What it belongs to stays only with the same client. */
const OF_SAME_CLIENT = (column: string) => sql`iif(was.client_id = ${CLIENT_ID}, was.${sql.identifier(column)}, NULL)`

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

const keeping = (column: string, otherwise: SQL) => sql`coalesce(was.${sql.identifier(column)}, ${otherwise})`
/** Headings that are columns, and what a new row has there. */
const stays = (headings: string[], otherwise: SQL) => Object.fromEntries(headings.map((heading) => [heading, { [heading]: keeping(heading, otherwise) }]))
const day = (heading: string, column: string) => ({ [heading]: { was: sql`was.${sql.identifier(column)}`, is: sql`now.${sql.identifier(column)}` } })
const STATE_TOLD = { status: { was: sql`iif(was.state = 'issued', 'open', was.state)`, is: sql`iif(now.state = 'issued', 'open', now.state)` } }

const DOCUMENTS: Record<DocumentKind, Document> = {
  clients: {
    cells: [...CLIENT_COLUMNS, 'language'],
    keyColumn: 'code',
    joins: () => sql``,
    refusals: sql``,
    stored: { ...own(...CLIENT_COLUMNS), language: sql`coalesce(given.language, was.language)` },
    silent: {
      ...stays(['phone', 'address1', 'address2', 'city', 'region', 'postal_code', 'country'], empty),
      // A limit is in the client's currency: it goes when a column says another one.
      credit_limit: { credit_limit: sql`iif(was.currency = given.currency, was.credit_limit, NULL)` },
      email: {
        email: sql`was.email`,
        email_key: sql`was.email_key`,
        email_valid: keeping('email_valid', sql`1`),
        // What it is found by: its address stays among it.
        words: sql`iif(was.email IS NULL, given.words, (SELECT iif(count(*) FILTER (WHERE value NOT IN (SELECT value FROM json_each(was.words))) = 0, was.words,
          (SELECT json_group_array(value) FROM (SELECT value FROM json_each(given.words) UNION SELECT value FROM json_each(was.words)))) FROM json_each(given.words)))`,
      },
    },
    told: {},
    same: { ...STATUS, ...CURRENCY },
    label: sql`given.name`,
    known: {},
  },
  orders: {
    cells: ['client_external_id', 'number', 'po_number', 'search_text', 'order_date', 'status', 'currency', 'total', 'shipped_on', 'delivered_on'],
    keyColumn: 'external_id',
    joins: CLIENT,
    refusals: NO_CLIENT,
    stored: {
      client_id: CLIENT_ID,
      ...own('number', 'order_date', 'status', 'currency', 'total'),
      ...PO_NUMBER,
      // A file that doesn't say when it left changes nothing of what is known.
      shipped_on: sql`coalesce(given.shipped_on, was.shipped_on)`,
      delivered_on: sql`coalesce(given.delivered_on, was.delivered_on)`,
    },
    silent: {},
    told: { client_external_id: CLIENT_TOLD, ...day('shipped_date', 'shipped_on'), ...day('delivered_date', 'delivered_on'), ...day('po_number', 'po_number') },
    same: { ...STATUS, ...CURRENCY },
    label: sql`given.number`,
    known: { client: CLIENT_ID, total: sql`given.total` },
  },
  shipments: {
    cells: ['order_external_id', 'carrier', 'tracking_number', 'tracking_url', 'shipped_on', 'expected_on'],
    keyColumn: 'external_id',
    joins: ORDER,
    refusals: sql`WHEN ${ORDER_ID} IS NULL THEN json_array('order_external_id', 'No order “' || given.order_external_id || '”')`,
    stored: { order_id: ORDER_ID, ...own('carrier', 'tracking_number', 'tracking_url', 'shipped_on', 'expected_on') },
    silent: {
      ...stays(['carrier', 'tracking_number', 'tracking_url'], empty),
      shipped_date: { shipped_on: sql`was.shipped_on` },
      expected_date: { expected_on: sql`was.expected_on` },
    },
    told: { order_external_id: ORDER_TOLD, ...day('shipped_date', 'shipped_on'), ...day('expected_date', 'expected_on') },
    same: {},
    label: sql`given.order_external_id`,
    known: {},
  },
  invoices: {
    cells: ['client_external_id', 'order_external_id', 'number', 'po_number', 'search_text', 'issue_date', 'due_date', 'state', 'currency', 'total'],
    keyColumn: 'external_id',
    joins: (file) => sql`${CLIENT(file)} ${ORDER(file)}`,
    refusals: sql`${NO_CLIENT}
      WHEN given.order_external_id IS NOT NULL AND ${ORDER_ID} IS NULL THEN json_array('order_external_id', 'No order “' || given.order_external_id || '”')
      WHEN coalesce(new_order.client_id, ordered.client_id) <> ${CLIENT_ID} THEN json_array('order_external_id', 'Order “' || given.order_external_id || '” is not an order of client “' || given.client_external_id || '”')
      WHEN was.client_id <> ${CLIENT_ID} AND ${HAS_MONEY} THEN json_array('client_external_id', 'This invoice has payments or credit notes of another client')
      WHEN was.currency <> given.currency AND ${HAS_MONEY} THEN json_array('currency', 'This invoice has payments or credit notes in ' || was.currency)`,
    stored: {
      client_id: CLIENT_ID,
      order_id: ORDER_ID,
      ...own('number', 'issue_date', 'due_date', 'state', 'currency', 'total'),
      ...PO_NUMBER,
    },
    silent: { order_external_id: { order_id: OF_SAME_CLIENT('order_id') }, due_date: { due_date: sql`was.due_date` } },
    told: { client_external_id: CLIENT_TOLD, order_external_id: ORDER_TOLD, ...STATE_TOLD, ...day('po_number', 'po_number') },
    same: STATE,
    label: sql`given.number`,
    known: { client: CLIENT_ID, total: sql`given.total` },
  },
  credit_notes: {
    cells: ['client_external_id', 'invoice_external_id', 'number', 'search_text', 'issue_date', 'state', 'currency', 'total'],
    keyColumn: 'external_id',
    joins: INVOICE,
    refusals: sql`${NO_CLIENT} ${NO_SUCH_INVOICE}`,
    stored: { client_id: CLIENT_ID, invoice_id: INVOICE_ID, ...own('number', 'search_text', 'issue_date', 'state', 'currency', 'total') },
    silent: { invoice_external_id: { invoice_id: OF_SAME_CLIENT('invoice_id') } },
    told: { client_external_id: CLIENT_TOLD, invoice_external_id: INVOICE_TOLD, ...STATE_TOLD },
    same: STATE,
    label: sql`given.number`,
    known: { client: CLIENT_ID, total: sql`given.total` },
  },
  payments: {
    cells: ['client_external_id', 'invoice_external_id', 'paid_on', 'amount', 'currency', 'method'],
    keyColumn: 'external_id',
    joins: INVOICE,
    refusals: sql`${NO_CLIENT} ${NO_SUCH_INVOICE}`,
    stored: { client_id: CLIENT_ID, invoice_id: INVOICE_ID, ...own('paid_on', 'amount', 'currency', 'method') },
    silent: { invoice_external_id: { invoice_id: OF_SAME_CLIENT('invoice_id') }, ...stays(['method'], empty) },
    told: { client_external_id: CLIENT_TOLD, invoice_external_id: INVOICE_TOLD },
    same: CURRENCY,
    label: sql`coalesce(given.invoice_external_id, given.client_external_id)`,
    known: {},
  },
}

const names = (columns: string[], table = '') =>
  sql.join(
    columns.map((column) => (table ? sql`${sql.identifier(table)}.${sql.identifier(column)}` : sql.identifier(column))),
    sql`, `,
  )

/** What a row's columns become: what the file is silent of stays, one text for all rows is for new ones, and an older row changes nothing. */
const storedBy = ({ stored, silent, same }: Document, mapping: Mapping): Record<string, SQL> => ({
  ...stored,
  ...Object.fromEntries(sameOf(mapping, same).map((column) => [column, sql`coalesce(was.${sql.identifier(column)}, given.${sql.identifier(column)})`])),
  ...Object.assign({}, ...silentOf(mapping).map((heading) => silent[heading])),
  // With its currency the client keeps its limit.
  ...('credit_limit' in stored && !mapping.origins.credit_limit && sameOf(mapping, same).includes('currency') && { credit_limit: sql`was.credit_limit` }),
  source_updated_at: sql`coalesce(given.updated_at, was.source_updated_at)`,
})

const sameOf = ({ origins }: Mapping, same: Document['same']): string[] =>
  Object.entries(same).flatMap(([heading, column]) => ('text' in (origins[heading] ?? {}) ? [column] : []))

/** A row whose currency no column says can't be in another one than it stands in. */
const otherCurrency = (kind: DocumentKind, { origins }: Mapping) =>
  'text' in (origins.currency ?? {}) && (kind !== 'clients' || origins.credit_limit)
    ? sql`WHEN was.currency <> given.currency THEN json_array('currency', 'This stands in ' || was.currency || ', and no column of the file says its currency')`
    : sql``

/** Other payments of the invoice than the one that stands in for them. */
const OTHERS_PAY = sql`EXISTS (SELECT 1 FROM payments AS other WHERE other.tenant_id = invoice.tenant_id AND other.invoice_id = invoice.id AND other.external_id <> given.external_id)`

/**
 * A payment that stands in for those of its invoice goes when nothing is paid any more, and when others come. `again`:
 * there is none to write; `gone`: the one that stands has to go.
 */
const standIns = (kind: DocumentKind, mapping: Mapping): { again: SQL; gone: SQL } => {
  if (kind !== 'payments') return { again: sql`0`, gone: none }
  if (mapping.standIn) return { again: sql`(given.amount = 0 OR ${OTHERS_PAY})`, gone: sql`iif(given.amount = 0 OR ${OTHERS_PAY}, was.id, NULL)` }
  return {
    again: sql`0`,
    gone: sql`(SELECT stand_in.id FROM payments AS stand_in WHERE stand_in.tenant_id = invoice.tenant_id AND stand_in.invoice_id = invoice.id
      AND stand_in.external_id = ${STAND_IN} || invoice.external_id AND stand_in.external_id <> given.external_id)`,
  }
}

/**
 * `judged`: each row with the id it has or may get, its stored values (named as the columns), whether it is there already
 * and differs, and as `refusal` what speaks against it. Of two rows of one file with the same key the first good one
 * counts; the others are refused, or are the same `again` where a row stands for each line of its document.
 */
const judging = ({ tenantId, importId, kind }: OneFile, document: Document, mapping: Mapping, rows: string): SQL => {
  const { cells, keyColumn, joins, refusals, known } = document
  const stand = standIns(kind as DocumentKind, mapping)
  const stored = storedBy(document, mapping)
  const columns = Object.keys(stored)
  const values = Object.entries(stored).map(([column, value]) => sql`${value} AS ${sql.identifier(column)}`)
  // The same once more is no fault where a document comes with each of its lines.
  const again = mapping.repeats ? sql`(seen_digest IS digest OR (first_line < line AND first_digest IS digest))` : sql`0`
  const twice = sql.raw(mapping.repeats ? '” appears twice in this file, and not the same: also in line ' : '” appears twice in this file: also in line ')
  const said = (line: SQL) => sql`json_array('external_id', '“' || external_id || '${twice}' || ${line})`
  return sql`WITH given AS MATERIALIZED (${given(['line', 'new_id', 'digest', 'external_id', 'updated_at', ...cells], rows)}),
    looked_up AS (
      SELECT given.line, given.new_id, given.digest, given.external_id, was.id AS was_id, seen.line AS seen_line, seen.digest AS seen_digest,
        ${known.client ?? none} AS known_client, ${known.total ?? none} AS known_total, ${kind === 'shipments' ? none : sql`given.currency`} AS known_currency,
        ${stand.again} AS stands_aside, ${stand.gone} AS gone_id, ${sql.join(values, sql`, `)},
        (${names(columns, 'was')}) IS NOT (${sql.join(Object.values(stored), sql`, `)})
          AND NOT coalesce(given.updated_at < was.source_updated_at, false) AS differs,
        CASE ${refusals} ${otherCurrency(kind as DocumentKind, mapping)} WHEN false THEN NULL END AS wrong
      FROM given
        LEFT JOIN import_keys AS seen ON seen.tenant_id = ${tenantId} AND seen.import_id = ${importId} AND seen.kind = ${kind} AND seen.key = given.external_id
        LEFT JOIN ${sql.identifier(kind)} AS was ON was.tenant_id = ${tenantId} AND was.${sql.identifier(keyColumn)} = given.external_id
        ${joins({ tenantId, importId, kind })}),
    ranked AS (
      SELECT *, first_value(line) OVER first AS first_line, first_value(digest) OVER first AS first_digest FROM looked_up
      WINDOW first AS (PARTITION BY external_id, wrong IS NULL ORDER BY line)),
    judged AS (
      SELECT *, (stands_aside OR (wrong IS NULL AND ${again})) AS again, CASE
          WHEN ${again} THEN wrong
          WHEN seen_line IS NOT NULL THEN ${said(sql`seen_line`)}
          WHEN wrong IS NULL AND first_line < line THEN ${said(sql`first_line`)}
          ELSE wrong END AS refusal
      FROM ranked)`
}

/** That a row counts: nothing speaks against it, and it isn't what an earlier row said. */
export const TAKEN = sql`refusal IS NULL AND NOT again`

/** What people are told of a row that changes: its headings, each with what stood there and what does. */
const tellingOf = (document: Document, kind: DocumentKind, mapping: Mapping): SQL => {
  const silent = new Set(silentOf(mapping))
  const columns = new Set([...Object.keys(document.stored), ...document.cells])
  const pairs = [...fieldsOf(kind).keys()].flatMap((heading) => {
    // A limit goes with its currency: that has to be told.
    if (heading === 'external_id' || (silent.has(heading) && heading !== 'credit_limit')) return []
    const column = sql.identifier(heading)
    const told = document.told[heading] ?? (columns.has(heading) ? { was: sql`was.${column}`, is: sql`now.${column}` } : undefined)
    return told ? [sql`iif(${told.was} IS NOT ${told.is}, json_array(${heading}, ${told.was}, ${told.is}), NULL)`] : []
  })
  return sql`json_array(${sql.join(pairs, sql`, `)})`
}

/** The judgement of these rows, what is told of them, and the statement that writes those that are new or differ. */
export const documentStatements = (file: OneFile & { kind: DocumentKind }, mapping: Mapping, rows: TypedRow[], now: Instant) => {
  const document = DOCUMENTS[file.kind]
  const columns = Object.keys(storedBy(document, mapping))
  const json = JSON.stringify(rows.map((row) => ({ ...row, new_id: newId() })))
  const judged = judging(file, document, mapping, json)
  const table = sql.identifier(file.kind)
  const keyColumn = sql.identifier(document.keyColumn)
  const changes = columns.map((column) => sql`${sql.identifier(column)} = excluded.${sql.identifier(column)}`)
  const gone = file.kind === 'payments' ? sql`SELECT DISTINCT gone_id FROM judged WHERE refusal IS NULL AND gone_id IS NOT NULL` : undefined
  const told = (fields: SQL, condition: SQL) => sql`${judged} SELECT now.line, now.external_id AS key,
      json_object('label', ${document.label}, 'currency', now.known_currency, 'fields', ${fields}) AS what
    FROM judged AS now JOIN given ON given.line = now.line LEFT JOIN ${table} AS was ON was.tenant_id = ${file.tenantId} AND was.id = now.was_id
    WHERE ${TAKEN} AND ${condition} ORDER BY now.line`
  return {
    judged,
    changes: {
      created: told(sql`json_array()`, sql`was_id IS NULL`),
      changed: told(tellingOf(document, file.kind, mapping), sql`was_id IS NOT NULL AND differs`),
      ...(gone && {
        removed: sql`${judged} SELECT 0 AS line, was.external_id AS key, json_object('label', '', 'currency', was.currency, 'fields', json_array()) AS what
          FROM (${gone}) AS ids JOIN payments AS was ON was.tenant_id = ${file.tenantId} AND was.id = ids.gone_id`,
      }),
    },
    /** For the other files of an import that is only planned. */
    known: sql`${judged} SELECT external_id AS key, line, digest, coalesce(was_id, new_id) AS row_id, known_client, known_currency, known_total FROM judged WHERE ${TAKEN}`,
    write: sql`${judged} INSERT INTO ${table} (tenant_id, id, ${keyColumn}, ${names(columns)}, created_at, updated_at)
      SELECT ${file.tenantId}, new_id, external_id, ${names(columns)}, ${now}, ${now} FROM judged WHERE ${TAKEN} AND (was_id IS NULL OR differs)
      ON CONFLICT (tenant_id, ${keyColumn}) DO UPDATE SET ${sql.join(changes, sql`, `)}, updated_at = excluded.updated_at`,
    /** Payments that stood in for others, which came. */
    gone: gone && sql`${judged} DELETE FROM payments WHERE tenant_id = ${file.tenantId} AND id IN (${gone})`,
  }
}
