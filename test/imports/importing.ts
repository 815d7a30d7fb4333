import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import type { ImportKind } from '#src/db/schema/imports.ts'
import type { Env, ImportMessage } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { headingsOf } from '#src/imports/format.ts'
import { importConfirmed, importStarted } from '#src/imports/plan.ts'
import { PACE, type Pace } from '#src/imports/reading.ts'
import { habitsRead, keepFiles, sourcesOf, uploadsOf } from '#src/imports/upload.ts'
import { importStep } from '#src/imports/work.ts'
import type { Company } from '#test/cast.ts'

/** Imports as a company's staff would start them, without the page. */

export type Files = Partial<Record<ImportKind, string>>
export type Counts = { state: string; created: number; changed: number; unchanged: number; refused: number }

/** A file's text: headings, then rows of cells that stand in the headings' order. */
export const csv = (kind: ImportKind, ...rows: (string | number)[][]): string =>
  [headingsOf(kind), ...rows].map((row) => row.map((cell) => quoted(String(cell))).join(',')).join('\n')

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

export const formOf = (files: Files | [string, string | Uint8Array<ArrayBuffer>][]): FormData => {
  const form = new FormData()
  for (const [name, content] of Array.isArray(files) ? files : Object.entries(files)) form.append('files', new File([content], `${name}.csv`))
  return form
}

/** An import of which nobody was asked anything, and that is to be looked at first; or that runs at once. */
export const startImport = async (
  { door, tenantId, staffId }: Company,
  files: Parameters<typeof formOf>[0],
  first: 'look' | 'run' = 'run',
): Promise<ImportMessage> => {
  const uploads = await uploadsOf(formOf(files))
  if ('problem' in uploads) throw new Error(uploads.problem)
  const habits = async (keys: string[]) => (await door.run({ habits: habitsRead(door, keys) })).habits
  const sources = await sourcesOf(
    uploads.map(({ upload }) => upload),
    habits,
    'EUR',
  )
  if ('problem' in sources) throw new Error(sources.problem)
  const importId = newId()
  await keepFiles(env, tenantId, importId, uploads)
  // Whoever is asked says that numbers are written with a point.
  const answered = sources.map((source) => ({
    ...source,
    isSure: true,
    mappings: source.isSure ? source.mappings : source.mappings.map((mapping) => ({ ...mapping, decimal: '.' as const })),
  }))
  await door.run(importStarted(door, importId, staffId, answered, Date.now()))
  if (first === 'run') await env.DB.prepare("UPDATE imports SET phase = 'running' WHERE id = ?").bind(importId).run()
  return { tenantId, importId }
}

/** Works until nothing is left, as the queue would. */
export const workOff = async (message: ImportMessage, pace: Partial<Pace> = {}, given: Env = env): Promise<void> => {
  while ((await importStep(given, message, Date.now(), { ...PACE, ...pace })) === 'more');
}

/** Looks at the files first, then takes them: what was foretold is what happens, and nothing does before. */
export const runImport = async (company: Company, files: Parameters<typeof formOf>[0], pace: Partial<Pace> = {}) => {
  const message = await startImport(company, files, 'look')
  const before = await booksOf(company)
  await workOff(message, pace)
  const planned = await tellingOf(message)
  expect(await booksOf(company)).toEqual(before)
  await company.door.run(importConfirmed(company.door, message.importId, await planOf(message), Date.now()))
  await workOff(message, pace)
  const { counts, refusals, left, changes } = await tellingOf(message)
  expect({ counts, refusals, left, changes }).toEqual(planned)
  return { counts, refusals, left, changes }
}

/** Which plan of an import it is that somebody looks at. */
export const planOf = async ({ importId }: ImportMessage): Promise<number> =>
  (await all<{ moved_at: number }>('SELECT moved_at FROM imports WHERE id = ?', importId))[0]?.moved_at ?? 0

/** What people are told of an import. */
const tellingOf = async (message: ImportMessage) => ({
  counts: await countsOf(message),
  refusals: await refusalsOf(message),
  left: await leftovers(message),
  changes: await all('SELECT kind, outcome, line, key, what FROM import_changes WHERE import_id = ? ORDER BY 1, 2, 3, 4', message.importId),
})

export const all = async <T = Record<string, unknown>>(statement: string, ...values: unknown[]): Promise<T[]> =>
  (
    await env.DB.prepare(statement)
      .bind(...values)
      .all<T>()
  ).results

export const countsOf = async ({ importId }: ImportMessage): Promise<Record<string, Counts>> => {
  const rows = await all<Counts & { kind: string }>('SELECT kind, state, created, changed, unchanged, refused FROM import_files WHERE import_id = ?', importId)
  return Object.fromEntries(rows.map(({ kind, ...counts }) => [kind, counts]))
}

/** Each refused row as "kind line column: reason". */
export const refusalsOf = async ({ importId }: ImportMessage): Promise<string[]> => {
  const rows = await all<Record<'kind' | 'column' | 'reason', string> & { line: number }>(
    'SELECT kind, line, "column", reason FROM import_refusals WHERE import_id = ? ORDER BY kind, line',
    importId,
  )
  return rows.map(({ kind, line, column, reason }) => `${kind} ${line} ${column}: ${reason}`)
}

/** All business rows of a company, without ids and times: what two runs must have in common. */
export const booksOf = async ({ tenantId }: Company) => ({
  clients: await all(
    `SELECT code, name, name_key, email, email_key, phone, status, currency, credit_limit, address1, address2, city, region, postal_code, country, words, order_count, invoice_count, payment_count
      FROM clients WHERE tenant_id = ? ORDER BY code`,
    tenantId,
  ),
  orders: await all(
    `SELECT c.code, o.external_id, o.number, o.po_number, o.search_text, o.order_date, o.status, o.currency, o.total FROM orders o JOIN clients c ON c.id = o.client_id WHERE o.tenant_id = ? ORDER BY o.external_id`,
    tenantId,
  ),
  orderLines: await all(
    `SELECT o.external_id, l.position, l.sku, l.description, l.quantity, l.unit_price, l.discount, l.line_total, l.search_text FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.tenant_id = ? ORDER BY 1, 2`,
    tenantId,
  ),
  invoices: await all(
    `SELECT c.code, i.external_id, o.external_id AS ordered, i.number, i.po_number, i.search_text, i.issue_date, i.due_date, i.state, i.currency, i.total, i.paid, i.credited, i.open, i.credit
      FROM invoices i JOIN clients c ON c.id = i.client_id LEFT JOIN orders o ON o.id = i.order_id WHERE i.tenant_id = ? ORDER BY i.external_id`,
    tenantId,
  ),
  invoiceLines: await all(
    `SELECT i.external_id, l.position, l.sku, l.description, l.quantity, l.unit_price, l.tax_rate, l.line_total, l.search_text FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id WHERE l.tenant_id = ? ORDER BY 1, 2`,
    tenantId,
  ),
  payments: await all(
    `SELECT c.code, p.external_id, i.external_id AS invoice, p.paid_on, p.amount, p.currency, p.method
      FROM payments p JOIN clients c ON c.id = p.client_id LEFT JOIN invoices i ON i.id = p.invoice_id WHERE p.tenant_id = ? ORDER BY p.external_id`,
    tenantId,
  ),
  shipments: await all(
    `SELECT o.external_id AS ordered, s.external_id, s.carrier, s.tracking_number, s.tracking_url, s.shipped_on, s.expected_on
      FROM shipments s JOIN orders o ON o.id = s.order_id WHERE s.tenant_id = ? ORDER BY s.external_id`,
    tenantId,
  ),
  creditNotes: await all(
    `SELECT c.code, n.external_id, i.external_id AS invoice, n.number, n.search_text, n.issue_date, n.state, n.currency, n.total
      FROM credit_notes n JOIN clients c ON c.id = n.client_id LEFT JOIN invoices i ON i.id = n.invoice_id WHERE n.tenant_id = ? ORDER BY n.external_id`,
    tenantId,
  ),
  creditNoteLines: await all(
    `SELECT n.external_id, l.position, l.sku, l.description, l.quantity, l.unit_price, l.tax_rate, l.line_total, l.search_text FROM credit_note_lines l JOIN credit_notes n ON n.id = l.credit_note_id WHERE l.tenant_id = ? ORDER BY 1, 2`,
    tenantId,
  ),
  balances: await all(
    `SELECT c.code, b.currency, b.open, b.credit, b.on_account, b.unapplied FROM client_balances b JOIN clients c ON c.id = b.client_id WHERE b.tenant_id = ? ORDER BY 1, 2`,
    tenantId,
  ),
})

/** What nothing may be left of when an import is finished. */
export const leftovers = async ({ importId }: ImportMessage): Promise<number> =>
  (
    await all<{ n: number }>(
      'SELECT (SELECT count(*) FROM import_lines WHERE import_id = ?1) + (SELECT count(*) FROM import_keys WHERE import_id = ?1) AS n',
      importId,
    )
  )[0]?.n ?? -1

/** The counts of a file that was worked through. */
export const done = (created: number, more: Partial<Record<'changed' | 'unchanged' | 'refused', number>> = {}) => ({
  state: 'done',
  created,
  changed: 0,
  unchanged: 0,
  refused: 0,
  ...more,
})
