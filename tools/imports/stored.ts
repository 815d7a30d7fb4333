import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What is in the database, row for row by business key, without ids and times: equal books make equal hashes. */

const QUERIES: Record<string, string> = {
  clients: `SELECT code, name, name_key, email, email_key, phone, status, currency, credit_limit, address1, city, postal_code, country, words, order_count, invoice_count, owed FROM clients ORDER BY code`,
  invoices: `SELECT i.external_id, c.code, i.number, i.search_text, i.issue_date, i.due_date, i.state, i.currency, i.total, i.paid, i.credited, i.open, i.credit FROM invoices i JOIN clients c ON c.tenant_id = i.tenant_id AND c.id = i.client_id ORDER BY 1`,
  invoice_lines: `SELECT i.external_id, l.position, l.sku, l.description, l.quantity, l.unit_price, l.tax_rate, l.line_total, l.search_text FROM invoice_lines l JOIN invoices i ON i.tenant_id = l.tenant_id AND i.id = l.invoice_id ORDER BY 1, 2`,
  client_balances: `SELECT c.code, b.currency, b.open, b.credit, b.on_account, b.unapplied FROM client_balances b JOIN clients c ON c.tenant_id = b.tenant_id AND c.id = b.client_id ORDER BY 1, 2`,
  import_files: `SELECT kind, state, created, changed, unchanged, refused, removed FROM import_files ORDER BY kind`,
  import_refusals: `SELECT kind, line, "column", reason FROM import_refusals ORDER BY kind, line`,
  import_changes: `SELECT kind, outcome, line, key, what FROM import_changes ORDER BY 1, 2, 3, 4`,
  import_keys: `SELECT kind, key, line FROM import_keys ORDER BY 1, 2`,
  import_lines: `SELECT kind, line FROM import_lines ORDER BY 1, 2`,
}

export type Stored = Record<string, { rows: number; hash: string }>

export const readStored = (state: string): Stored => {
  const [file] = globSync(join(state, 'v3/d1/*/*.sqlite')).filter((path) => !path.endsWith('metadata.sqlite'))
  using database = new DatabaseSync(file ?? '', { readOnly: true })
  return Object.fromEntries(
    Object.entries(QUERIES).map(([table, query]) => {
      const hash = createHash('sha256')
      let rows = 0
      for (const row of database.prepare(query).iterate()) {
        hash.update(`${JSON.stringify(row)}\n`)
        rows++
      }
      return [table, { rows, hash: hash.digest('hex').slice(0, 16) }]
    }),
  )
}
