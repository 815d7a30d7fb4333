import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { hashPassword } from '#src/access/password.ts'
import { searchWordsOf } from '#src/clients/words.ts'
import { fold } from '#src/fold.ts'
import { LINES_EACH, lineOf, UNPAID_EVERY } from './figures.ts'

/**
 * A company of any size, written into the database file itself: sets of rows made by SQLite, not row by row. The
 * triggers that keep balances and counts run as they do in the Worker.
 */

/** A client whose pages are looked at: the same rows and ids, however large its company is. */
export type Looked = { name: string; invoices: number; email: string }
export type CompanySize = { slug: string; name: string; clients: number; invoices: number; looked: Looked[] }

export const PASSWORDS = { owner: 'harvest-moon-lantern', buyer: 'copper-river-ballad' }
export const ownerOf = (slug: string) => `owner@${slug}.example`

const CURRENCY = 'EUR'
/** Of the day before which all is sold. */
const TODAY = '2026-11-01'

/** 0, 1, 2 … below a number, as a table `n(i)`. */
const COUNT = 'WITH RECURSIVE n(i) AS (SELECT 0 WHERE ? > 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)'

/** Made slowly on purpose: the same for all companies that one run makes. */
let made: Promise<{ owner: string; buyer: string }> | undefined
const hashesOnce = () => {
  made ??= Promise.all([hashPassword(PASSWORDS.owner), hashPassword(PASSWORDS.buyer)]).then(([owner, buyer]) => ({ owner, buyer }))
  return made
}

/** @param tenantId six letters and digits */
export const seedCompany = async (database: DatabaseSync, tenantId: string, { slug, name, clients, invoices, looked }: CompanySize): Promise<void> => {
  const run = (statement: string, ...values: SQLInputValue[]) => database.prepare(statement).run(...values)
  const now = Date.parse(TODAY)
  const hashes = await hashesOnce()
  database.exec('BEGIN')
  run('INSERT INTO tenants (id, slug, name, created_at) VALUES (?, ?, ?, ?)', tenantId, slug, name, now)
  run('INSERT INTO company_profiles (tenant_id, legal_name, currency) VALUES (?, ?, ?)', tenantId, `${name} Ltd`, CURRENCY)
  run('INSERT INTO portal_settings (tenant_id, enabled, request_returns, show_credit_limit, updated_at) VALUES (?, 1, 1, 1, ?)', tenantId, now)
  const staffId = `${tenantId}StaffOwner`
  run(
    'INSERT INTO staff (id, email, email_key, name, password_hash, password_set_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ...[staffId, ownerOf(slug), ownerOf(slug), 'Owner', hashes.owner, now, now],
  )
  run("INSERT INTO memberships (tenant_id, staff_id, role, created_at) VALUES (?, ?, 'owner', ?)", tenantId, staffId, now)
  // Who never signs in: sorted behind the owner, so that no search for it ends with an index.
  const viewerId = `${tenantId}StaffViewer`
  run(
    'INSERT INTO staff (id, email, email_key, name, created_at) VALUES (?, ?, ?, ?, ?)',
    viewerId,
    `viewer@${slug}.example`,
    `viewer@${slug}.example`,
    'Viewer',
    now,
  )
  run("INSERT INTO memberships (tenant_id, staff_id, role, created_at) VALUES (?, ?, 'viewer', ?)", tenantId, viewerId, now)
  for (const [i, client] of looked.entries()) lookedClient(run, tenantId, i, client, hashes.buyer, now)
  manyClients(run, tenantId, clients, now)
  manyInvoices(run, tenantId, clients, invoices, now)
  database.exec('COMMIT')
}

type Run = (statement: string, ...values: SQLInputValue[]) => unknown

const lookedClient = (run: Run, tenantId: string, i: number, { name, invoices, email }: Looked, passwordHash: string, now: number) => {
  const [id, personId, code] = [`Looked${String(i).padStart(10, '0')}`, `Person${String(i).padStart(10, '0')}`, `LOOKED-${i}`]
  run(
    `INSERT INTO clients (tenant_id, id, code, name, name_key, email, email_key, status, currency, credit_limit, address1, city, country, words, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, 'active', ?, 5000000, '1 Quay Street', 'Aarhus', 'Denmark', ?, ?, ?)`,
    ...[tenantId, id, code, name, fold(name), email, email, CURRENCY, JSON.stringify(searchWordsOf({ name, code, email })), now, now],
  )
  run(
    'INSERT INTO portal_users (tenant_id, id, email, email_key, name, password_hash, password_set_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ...[tenantId, personId, email, email, 'Buyer', passwordHash, now, now],
  )
  run(
    "INSERT INTO accesses (tenant_id, portal_user_id, client_id, state, invited_at, activated_at) VALUES (?, ?, ?, 'active', ?, ?)",
    tenantId,
    personId,
    id,
    now,
    now,
  )
  run('CREATE TEMP TABLE made (i INTEGER PRIMARY KEY, id TEXT NOT NULL, client_id TEXT NOT NULL)')
  run(`${COUNT} INSERT INTO made SELECT i, printf('L%02d%013d', ?, i), ? FROM n`, invoices, invoices, i, id)
  orders(run, tenantId, `LO${i}`, now)
  documents(run, tenantId, `LI${i}`, now, `printf('O%02d%013d', ${i}, i)`)
  credits(run, tenantId, now)
  run('DROP TABLE made')
}

const manyClients = (run: Run, tenantId: string, clients: number, now: number) =>
  run(
    `${COUNT} INSERT INTO clients (tenant_id, id, code, name, name_key, email, email_key, status, currency, words, created_at, updated_at)
      SELECT ?, printf('C%015d', i), printf('C-%d', i), printf('Client No. %d', i), printf('client no. %d', i), printf('client-%d@many.example', i),
        printf('client-%d@many.example', i), 'active', '${CURRENCY}', json_array('client', 'no', printf('%d', i), printf('c-%d', i)), ?, ? FROM n`,
    ...[clients, clients, tenantId, now, now],
  )

/** Ids are random, as those of the Worker are: where a row comes to lie says nothing of when it was made. */
const manyInvoices = (run: Run, tenantId: string, clients: number, invoices: number, now: number) => {
  run('CREATE TEMP TABLE made (i INTEGER PRIMARY KEY, id TEXT NOT NULL, client_id TEXT NOT NULL)')
  run(`${COUNT} INSERT INTO made SELECT i, lower(hex(randomblob(8))), printf('C%015d', i % ?) FROM n`, invoices, invoices, clients)
  documents(run, tenantId, 'I', now, 'NULL')
  run('DROP TABLE made')
}

const TOTAL = Array.from({ length: LINES_EACH }, (_, i) => `${lineOf(i + 1).net} + ${lineOf(i + 1).tax}`).join(' + ')
const DAY = `date('${TODAY}', printf('-%d days', 1 + (i * 7) % 1500))`
const LINES = `(SELECT column1 AS position FROM (VALUES ${Array.from({ length: LINES_EACH }, (_, i) => `(${i + 1})`).join(', ')}))`
const NET = Array.from({ length: LINES_EACH }, (_, i) => lineOf(i + 1).net).join(' + ')
const LINE = `position, printf('SKU-%d', (i + position) % 5000), printf('Goods of the kind no. %06d, in a plain box', (i * 13 + position) % 100000)`
const partOf = (part: 'quantity' | 'price' | 'net') =>
  `CASE position ${Array.from({ length: LINES_EACH }, (_, at) => `WHEN ${at + 1} THEN ${lineOf(at + 1)[part]}`).join(' ')} END`

/** An order for each of the invoices that are made, with the same lines. */
const orders = (run: Run, tenantId: string, prefix: string, now: number) => {
  run(
    `INSERT INTO orders (tenant_id, id, client_id, external_id, number, order_date, status, currency, total, created_at, updated_at)
      SELECT ?, 'O' || substr(id, 2), client_id, printf('%s-%d', ?, i), printf('SO-%d', 10000 + i), ${DAY}, 'delivered', '${CURRENCY}', ${NET}, ?, ? FROM made`,
    ...[tenantId, prefix, now, now],
  )
  run(
    `INSERT INTO order_lines (tenant_id, order_id, position, sku, description, quantity, unit_price, discount, line_total)
      SELECT ?, 'O' || substr(id, 2), ${LINE}, ${partOf('quantity')} * 10000,
        ${partOf('price')}, 0, ${partOf('net')} FROM made, ${LINES} ORDER BY 2, 3`,
    tenantId,
  )
}

/** A credit note for one invoice in so many; one in twice as many is on account, and so is a payment. */
const CREDIT_EVERY = 25

const credits = (run: Run, tenantId: string, now: number) => {
  run(
    `INSERT INTO credit_notes (tenant_id, id, client_id, invoice_id, external_id, number, issue_date, state, currency, total, created_at, updated_at)
      SELECT ?, 'N' || substr(id, 2), client_id, iif(i % ${2 * CREDIT_EVERY}, id, NULL), printf('N-%s', id), printf('CN-%d', 1000 + i), ${DAY}, 'issued', '${CURRENCY}', 500, ?, ?
      FROM made WHERE i % ${CREDIT_EVERY} = 0`,
    ...[tenantId, now, now],
  )
  run(
    `INSERT INTO payments (tenant_id, id, client_id, external_id, paid_on, amount, currency, method, created_at, updated_at)
      SELECT ?, 'A' || substr(id, 2), client_id, printf('A-%s', id), ${DAY}, 300, '${CURRENCY}', 'on account', ?, ? FROM made WHERE i % ${2 * CREDIT_EVERY} = 0`,
    ...[tenantId, now, now],
  )
}

/** The invoices that are made, with their lines; most of them paid. */
const documents = (run: Run, tenantId: string, prefix: string, now: number, orderId: string) => {
  run(
    `INSERT INTO invoices (tenant_id, id, client_id, order_id, external_id, number, issue_date, due_date, state, currency, total, created_at, updated_at)
      SELECT ?, id, client_id, ${orderId}, printf('%s-%d', ?, i), printf('INV-%d', 100000 + i), ${DAY}, date(${DAY}, '+30 days'), 'issued', '${CURRENCY}', ${TOTAL}, ?, ? FROM made`,
    ...[tenantId, prefix, now, now],
  )
  run(
    `INSERT INTO invoice_lines (tenant_id, invoice_id, position, sku, description, quantity, unit_price, tax_rate, line_total)
      SELECT ?, id, ${LINE}, ${partOf('quantity')} * 10000,
        ${partOf('price')}, 20000, ${partOf('net')} FROM made, ${LINES} ORDER BY 2, 3`,
    tenantId,
  )
  run(
    `INSERT INTO payments (tenant_id, id, client_id, invoice_id, external_id, paid_on, amount, currency, method, created_at, updated_at)
      SELECT ?, 'P' || substr(id, 2), client_id, id, printf('P%s-%d', ?, i), ${DAY}, ${TOTAL}, '${CURRENCY}', 'bank transfer', ?, ? FROM made WHERE i % ${UNPAID_EVERY} > 0`,
    ...[tenantId, prefix, now, now],
  )
}
