import { DatabaseSync } from 'node:sqlite'
import { databaseFile } from '#tools/local-state.ts'
import { atMost, hold, record } from './results.ts'

/** What an invoice with five lines takes of the database, its indexes and the payment that settled it not left out. */

const OF_INVOICES = "tbl_name IN ('invoices', 'invoice_lines')"

export const measureSpace = (state: string): void => {
  using database = new DatabaseSync(databaseFile(state), { readOnly: true })
  const number = (statement: string) => Number(Object.values(database.prepare(statement).get() ?? {})[0])
  const invoices = number('SELECT count(*) FROM invoices')
  const bytesOf = (tables: string) => number(`SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE ${tables})`)
  const each = bytesOf(OF_INVOICES) / invoices
  hold('an invoice with 5 lines, indexes included', each, 'bytes', atMost(1100))
  record('a payment, indexes included', bytesOf("tbl_name = 'payments'") / number('SELECT count(*) FROM payments'), 'bytes')
  record('letters in a line’s description', number('SELECT avg(length(description)) FROM invoice_lines'), 'count')
  record('invoices with 5 lines that 10 GB hold', 10e9 / each, 'count')
}
