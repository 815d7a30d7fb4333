import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeAll, describe, expect, it } from 'vitest'
import { migrationFiles, ROOT } from '#tools/local-state.ts'
import { seedCompany } from '#tools/seed/company.ts'

/** A made company adds up, as one whose books the Worker wrote. */

const database = new DatabaseSync(':memory:')
const all = (statement: string) =>
  database
    .prepare(statement)
    .all()
    .map((row) => ({ ...row }))
const looked = [
  { name: 'Few & Co', invoices: 3, email: 'few@made.example' },
  { name: 'Many & Co', invoices: 50, email: 'many@made.example' },
]

beforeAll(async () => {
  for (const name of migrationFiles()) database.exec(readFileSync(join(ROOT, 'migrations', name), 'utf8').replaceAll('--> statement-breakpoint', ''))
  await seedCompany(database, 'Made00', { slug: 'made', name: 'Made', clients: 20, invoices: 400, looked })
})

describe('a made company', () => {
  it('has as many rows as were asked for', () => {
    const count = (table: string) => all(`SELECT count(*) AS n FROM ${table}`)[0]?.n
    expect(['clients', 'invoices', 'invoice_lines', 'orders', 'order_lines'].map(count)).toEqual([22, 453, 453 * 5, 53, 53 * 5])
    expect(all("SELECT name, invoice_count FROM clients WHERE code LIKE 'LOOKED%' ORDER BY name")).toEqual([
      { name: 'Few & Co', invoice_count: 3 },
      { name: 'Many & Co', invoice_count: 50 },
    ])
  })

  it('has invoices that are the sum of their lines and their tax, and orders without it', () => {
    expect(
      all(
        `SELECT i.id FROM invoices i JOIN (SELECT invoice_id, sum(line_total) + sum(line_total / 5) AS total FROM invoice_lines GROUP BY 1) l ON l.invoice_id = i.id WHERE l.total <> i.total`,
      ),
    ).toEqual([])
    expect(
      all(
        'SELECT o.id FROM orders o JOIN (SELECT order_id, sum(line_total) AS total FROM order_lines GROUP BY 1) l ON l.order_id = o.id WHERE l.total <> o.total',
      ),
    ).toEqual([])
    expect(all('SELECT 1 FROM invoice_lines WHERE line_total * 10000 <> quantity * unit_price')).toEqual([])
    expect(all('SELECT 1 FROM invoices WHERE total <= 0 OR issue_date IS NULL')).toEqual([])
  })

  it('owes what is open', () => {
    expect(all('SELECT client_id, sum(open) AS open FROM invoices GROUP BY 1 ORDER BY 1')).toEqual(
      all('SELECT client_id, open FROM client_balances ORDER BY 1'),
    )
    expect(all('SELECT count(*) AS n FROM invoices WHERE open > 0')).toEqual([{ n: 20 + 1 + 3 }])
  })

  it('keeps to the rules of the schema', () => expect(all('PRAGMA foreign_key_check')).toEqual([]))
})
