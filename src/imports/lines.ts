import currencies from 'currency-codes'
import { type SQL, sql } from 'drizzle-orm'
import { MOST_PLACES } from './cells.ts'
import { given, type OneFile, ofFile } from './file.ts'
import type { TypedRow } from './mapping.ts'

/**
 * Lines of orders, invoices and credit notes. While their file is read they are put by; when it is read to the end, they replace the
 * stored lines document by document, if their sum is what the document says: together or not at all.
 */
export type LineKind = 'order_lines' | 'invoice_lines' | 'credit_note_lines'

const LINES = {
  order_lines: { documents: 'orders', documentId: 'order_id', rate: 'discount', name: 'order', reference: 'order_external_id' },
  invoice_lines: { documents: 'invoices', documentId: 'invoice_id', rate: 'tax_rate', name: 'invoice', reference: 'invoice_external_id' },
  credit_note_lines: {
    documents: 'credit_notes',
    documentId: 'credit_note_id',
    rate: 'tax_rate',
    name: 'credit note',
    reference: 'credit_note_external_id',
  },
} as const

/** How many places the currency that is called `currency` has, for the database. */
const PLACES = (() => {
  const unusual = currencies.data.filter(({ digits }) => digits !== 2).map(({ code, digits }) => `WHEN '${code}' THEN ${digits}`)
  return sql.raw(`CASE currency ${unusual.join(' ')} ELSE 2 END`)
})()
/** 10^(MOST_PLACES − places): what one minor unit is in an amount that was read with all places. */
const UNIT = (places: SQL) =>
  sql`CASE ${places} WHEN 0 THEN ${sql.raw(String(10 ** MOST_PLACES))} WHEN 1 THEN ${sql.raw(String(10 ** (MOST_PLACES - 1)))} WHEN 2 THEN ${sql.raw(String(10 ** (MOST_PLACES - 2)))} WHEN 3 THEN ${sql.raw(String(10 ** (MOST_PLACES - 3)))} ELSE 1 END`

/** a ÷ b to the nearest integer, half away from zero; b above zero. */
const rounded = (a: SQL, b: SQL): SQL => sql`((abs(${a}) + ${b} / 2) / ${b} * sign(${a}))`

/** Minor units as a person reads them: 119000 and 2 make 1,190.00. */
const money = (amount: SQL, places: SQL): SQL => {
  const whole = sql`(${UNIT(sql`${MOST_PLACES} - (${places})`)})`
  return sql`iif(${amount} < 0, '−', '') || format('%,d', abs(${amount}) / ${whole}) || iif(${places} = 0, '', '.' || format('%0*d', ${places}, abs(${amount}) % ${whole}))`
}

const CELLS = [
  'line',
  'document',
  'position',
  'sku',
  'description',
  'search_text',
  'quantity',
  'rate',
  'price',
  'price_text',
  'total',
  'total_text',
  'expected',
]

const tooManyPlaces = (column: string, text: SQL) =>
  sql`json_array(${column}, ${text} || ' has more than ' || places || iif(places = 1, ' place', ' places') || ' for ' || currency)`

/** `judged`: each row in minor units of its document's currency, and as `refusal` what speaks against it. */
const judging = (file: OneFile & { kind: LineKind }, rows: string): SQL => {
  const { documents, name, reference } = LINES[file.kind]
  const less = file.kind === 'order_lines' ? sql` || iif(looked_up.rate = 0, '', ' less its discount')` : sql``
  return sql`WITH given AS MATERIALIZED (${given(CELLS, rows)}),
    found AS (
      SELECT given.*, coalesce(planned.row_id, document.id) AS document_id, coalesce(planned.currency, document.currency) AS currency
      FROM given LEFT JOIN ${sql.identifier(documents)} AS document ON document.tenant_id = ${file.tenantId} AND document.external_id = given.document
        LEFT JOIN import_keys AS planned ON ${ofFile({ ...file, kind: documents }, 'planned')} AND planned.key = given.document),
    counted AS (
      SELECT found.*, ${PLACES} AS places, ${UNIT(PLACES)} AS unit, coalesce(found.position, row_number() OVER (PARTITION BY document_id ORDER BY line)
        + (SELECT coalesce(max(position), 0) FROM import_lines AS earlier WHERE ${ofFile(file, 'earlier')} AND earlier.document_id = found.document_id)) AS at
      FROM found),
    looked_up AS MATERIALIZED (
      SELECT line, document, document_id, currency, places, unit, at AS position, sku, description, search_text, quantity, rate, price, price_text,
        coalesce(total, ${rounded(sql`expected`, sql`unit`)} * unit) AS total, total_text, expected
      FROM counted),
    checked AS (
      SELECT looked_up.*, CASE
        WHEN looked_up.document_id IS NULL THEN json_array(${reference}, 'No ' || ${name} || ' “' || document || '”')
        WHEN staged.line IS NOT NULL THEN json_array('position', 'Position ' || looked_up.position || ' of “' || document || '” appears twice in this file: also in line ' || staged.line)
        WHEN price % unit <> 0 THEN ${tooManyPlaces('unit_price', sql`price_text`)}
        WHEN total % unit <> 0 THEN ${tooManyPlaces('line_total', sql`total_text`)}
        WHEN abs(total / unit - ${rounded(sql`expected`, sql`unit`)}) > 1
          THEN json_array('line_total', 'Quantity times price'${less} || ' is ' || ${money(rounded(sql`expected`, sql`unit`), sql`places`)} || ', not ' || ${money(sql`(total / unit)`, sql`places`)})
        END AS wrong
      FROM looked_up LEFT JOIN import_lines AS staged ON ${ofFile(file, 'staged')} AND staged.document_id = looked_up.document_id AND staged.position = looked_up.position),
    ranked AS (SELECT *, min(line) FILTER (WHERE wrong IS NULL) OVER (PARTITION BY document_id, position) AS first_line FROM checked),
    judged AS (
      SELECT *, coalesce(wrong, CASE WHEN first_line < line THEN json_array('position', 'Position ' || position || ' of “' || document || '” appears twice in this file: also in line ' || first_line) END) AS refusal
      FROM ranked)`
}

/** The judgement of these rows, and the statement that puts the good ones by. */
export const lineStatements = (file: OneFile & { kind: LineKind }, rows: TypedRow[]) => {
  const judged = judging(file, JSON.stringify(rows))
  return {
    judged,
    write: sql`${judged} INSERT INTO import_lines (tenant_id, import_id, kind, document_id, position, line, sku, description, quantity, unit_price, rate, line_total, search_text)
      SELECT ${file.tenantId}, ${file.importId}, ${file.kind}, document_id, position, line, sku, description, quantity, price / unit, rate, total / unit, search_text FROM judged WHERE refusal IS NULL`,
  }
}

/** A rate (1/1,000 %) of an amount, rounded half away from zero, in parts so that no product is too large for an integer. */
const SHARE = sql.raw('(line_total / 100000 * rate + (abs(line_total % 100000 * rate) + 50000) / 100000 * sign(line_total % 100000 * rate))')

/**
 * `judged`: the next documents of the file that wait for their check, each with the reason why its lines are refused or null.
 * As many documents as begin among the next `limit` lines.
 */
const checking = (file: OneFile & { kind: LineKind }, limit: number): SQL => {
  const { documents, name } = LINES[file.kind]
  const tax = file.kind === 'order_lines' ? sql`0` : sql`sum(${SHARE})`
  const what = file.kind === 'order_lines' ? 'its lines come to' : 'its lines and their tax come to'
  return sql`WITH waiting AS (
      SELECT DISTINCT document_id FROM (SELECT document_id FROM import_lines WHERE ${ofFile(file)} ORDER BY document_id, position LIMIT ${limit})),
    sums AS (
      SELECT document_id, count(*) AS line_count, sum(line_total) + ${tax} AS lines_sum FROM import_lines
      WHERE ${ofFile(file)} AND document_id IN (SELECT document_id FROM waiting) GROUP BY document_id),
    explained AS (
      SELECT placed.*, spoilt.line AS spoilt_line
      FROM (SELECT found.*, ${PLACES} AS places FROM (
        SELECT sums.*, coalesce(planned.key, document.external_id) AS external_id, coalesce(planned.total, document.total) AS total,
          coalesce(planned.currency, document.currency) AS currency
        FROM sums LEFT JOIN ${sql.identifier(documents)} AS document ON document.tenant_id = ${file.tenantId} AND document.id = sums.document_id
          LEFT JOIN import_keys AS planned INDEXED BY import_keys_row ON ${ofFile({ ...file, kind: documents }, 'planned')} AND planned.row_id = sums.document_id) AS found) AS placed
        LEFT JOIN import_keys AS spoilt ON ${ofFile(file, 'spoilt')} AND spoilt.key = placed.external_id),
    judged AS (
      SELECT *, CASE
        WHEN spoilt_line IS NOT NULL THEN 'Line ' || spoilt_line || ' was refused, and the lines of “' || external_id || '” are taken together or not at all'
        WHEN abs(total - lines_sum) > line_count THEN 'The ' || ${name} || '’s total is ' || ${money(sql`total`, sql`places`)} || ', but ' || ${what} || ' ' || ${money(sql`lines_sum`, sql`places`)}
        END AS reason
      FROM explained)`
}

/** What replaces the lines of the next documents. In this order, all in one transaction; counting comes before. */
export const checkStatements = (file: OneFile & { kind: LineKind }, limit: number) => {
  const { documentId, rate } = LINES[file.kind]
  const rateHeading = rate === 'discount' ? 'discount_percent' : 'tax_percent'
  const judged = checking(file, limit)
  const table = sql.identifier(file.kind)
  const [idColumn, rateColumn] = [sql.identifier(documentId), sql.identifier(rate)]
  const values = (at: string) =>
    sql`${sql.raw(at)}.sku, ${sql.raw(at)}.description, ${sql.raw(at)}.quantity, ${sql.raw(at)}.unit_price, ${sql.raw(at)}.${at === 'new' ? sql`rate` : rateColumn}, ${sql.raw(at)}.line_total, ${sql.raw(at)}.search_text`
  // From the few documents to their lines: the other way round, each step would look at all lines that wait.
  const lines = sql`judged CROSS JOIN import_lines AS new ON ${ofFile(file, 'new')} AND new.document_id = judged.document_id
    LEFT JOIN ${table} AS was ON was.tenant_id = ${file.tenantId} AND was.${idColumn} = new.document_id AND was.position = new.position`
  const differ = sql`was.position IS NOT NULL AND (${values('was')}) IS NOT (${values('new')})`
  const gone = sql`judged CROSS JOIN ${table} AS was ON was.tenant_id = ${file.tenantId} AND was.${idColumn} = judged.document_id
    WHERE judged.reason IS NULL AND NOT EXISTS (SELECT 1 FROM import_lines AS new WHERE ${ofFile(file, 'new')} AND new.document_id = judged.document_id AND new.position = was.position)`
  const change = (heading: string, column: SQL) => sql`iif(was.${column} IS NOT new.${column}, json_array(${heading}, was.${column}, new.${column}), NULL)`
  const changed = sql`json_array(${sql.join(
    [
      ...['sku', 'description', 'quantity', 'unit_price', 'line_total'].map((column) => change(column, sql.identifier(column) as unknown as SQL)),
      sql`iif(was.${rateColumn} IS NOT new.rate, json_array(${rateHeading}, was.${rateColumn}, new.rate), NULL)`,
    ],
    sql`, `,
  )})`
  return {
    /** What is told of the first ones: those that change, and those that are gone. */
    changes: {
      changed: sql`${judged} SELECT new.line, judged.external_id || ' ' || new.position AS key,
        json_object('label', new.description, 'currency', judged.currency, 'fields', ${changed}) AS what
        FROM ${lines} WHERE reason IS NULL AND ${differ}`,
      removed: sql`${judged} SELECT 0 AS line, judged.external_id || ' ' || was.position AS key,
        json_object('label', was.description, 'currency', judged.currency, 'fields', json_array()) AS what FROM ${gone}`,
    },
    /** created, changed, unchanged, refused and removed, of these documents' lines. */
    counts: sql`${judged} SELECT (SELECT count(*) FROM ${gone}) AS removed, count(*) FILTER (WHERE reason IS NULL AND was.position IS NULL) AS created,
      count(*) FILTER (WHERE reason IS NULL AND ${differ}) AS changed,
      count(*) FILTER (WHERE reason IS NULL AND was.position IS NOT NULL AND (${values('was')}) IS (${values('new')})) AS unchanged,
      count(*) FILTER (WHERE reason IS NOT NULL) AS refused FROM ${lines}`,
    writes: {
      refusals: sql`${judged} INSERT INTO import_refusals (tenant_id, import_id, kind, line, "column", reason)
        SELECT ${file.tenantId}, ${file.importId}, ${file.kind}, new.line, 'line_total', reason FROM ${lines} WHERE reason IS NOT NULL`,
      left: sql`${judged} DELETE FROM ${table} WHERE tenant_id = ${file.tenantId} AND ${idColumn} IN (SELECT document_id FROM judged WHERE reason IS NULL)
        AND NOT EXISTS (SELECT 1 FROM import_lines AS new WHERE ${ofFile(file, 'new')} AND new.document_id = ${table}.${idColumn} AND new.position = ${table}.position)`,
      lines: sql`${judged} INSERT INTO ${table} (tenant_id, ${idColumn}, position, sku, description, quantity, unit_price, ${rateColumn}, line_total, search_text)
        SELECT ${file.tenantId}, new.document_id, new.position, ${values('new')} FROM ${lines}
        WHERE reason IS NULL AND (was.position IS NULL OR (${differ}))
        ON CONFLICT (tenant_id, ${idColumn}, position) DO UPDATE SET sku = excluded.sku, description = excluded.description, quantity = excluded.quantity,
          unit_price = excluded.unit_price, ${rateColumn} = excluded.${rateColumn}, line_total = excluded.line_total, search_text = excluded.search_text`,
      // Last: all of the above looks at the same documents, those whose lines still wait.
      staged: sql`${judged} DELETE FROM import_lines WHERE tenant_id = ${file.tenantId} AND import_id = ${file.importId} AND kind = ${file.kind} AND document_id IN (SELECT document_id FROM waiting)`,
    },
  }
}
