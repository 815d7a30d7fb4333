import { env } from 'cloudflare:workers'
import { beforeAll, expect, it } from 'vitest'
import { askPortal } from '#test/asking.ts'
import { makeClient, makeCompany, type Person, signedInAs } from '#test/cast.ts'

/** What a page reads is what it shows, and what is open: however long ago the first invoice was. */

/** Of each kind more than a page shows. */
const FEW = 560
const MANY = 1120

/** Paid invoices with their payments, and orders, all older than what the client was made with; every 20th is credited. */
const withHistory = async (documents: number): Promise<Person> => {
  const company = await makeCompany(`History ${documents}`, { requestReturns: true })
  const person = await makeClient(company, 'Buyer')
  const numbered = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?3)`
  const fill = (statement: string) => env.DB.prepare(`${numbered} ${statement}`).bind(company.tenantId, person.clientId, documents).run()
  const day = `date('2026-01-01', '-' || i || ' days')`
  const id = (letter: string) => `printf('${letter}%s%07d', substr(?2, 1, 8), i)`
  const common = 'created_at, updated_at) SELECT ?1,'
  await fill(
    `INSERT INTO orders (tenant_id, id, client_id, external_id, number, order_date, status, currency, total, ${common} ${id('O')}, ?2, ${id('O')}, 'SO-' || i, ${day}, 'delivered', 'EUR', 1000, 0, 0 FROM n`,
  )
  await fill(
    `INSERT INTO invoices (tenant_id, id, client_id, order_id, external_id, number, issue_date, due_date, state, currency, total, ${common} ${id('I')}, ?2, ${id('O')}, ${id('I')}, 'INV-' || i, ${day}, ${day}, 'issued', 'EUR', 1000, 0, 0 FROM n`,
  )
  await fill(
    `INSERT INTO payments (tenant_id, id, client_id, invoice_id, external_id, paid_on, amount, currency, method, ${common} ${id('P')}, ?2, ${id('I')}, ${id('P')}, ${day}, iif(i % 20, 1000, 900), 'EUR', 'bank', 0, 0 FROM n`,
  )
  await fill(
    `INSERT INTO credit_notes (tenant_id, id, client_id, invoice_id, external_id, number, issue_date, state, currency, total, ${common} ${id('N')}, ?2, ${id('I')}, ${id('N')}, 'CN-' || i, ${day}, 'issued', 'EUR', 100, 0, 0 FROM n WHERE i % 20 = 0`,
  )
  return person
}

let people: [Person, string][]
beforeAll(async () => {
  people = await Promise.all(
    [FEW, MANY].map(async (documents) => {
      const person = await withHistory(documents)
      return [person, (await signedInAs(person)).cookie] as [Person, string]
    }),
  )
})

/** The database, and how many rows it says that batches read; the doors ask nothing but batches. */
const measured = (database: D1Database) => {
  let [rows, statements] = [0, 0]
  const d1 = new Proxy(database, {
    get: (target, name) => {
      if (name !== 'batch') return Reflect.get(target, name).bind(target)
      return async (batch: D1PreparedStatement[]) => {
        const results = await target.batch(batch)
        statements += batch.length
        for (const { meta } of results) rows += meta.rows_read
        return results
      }
    },
  })
  return { d1, read: () => ({ rows, statements }) }
}

it.each([
  '/',
  '/orders',
  '/orders?status=delivered',
  '/orders/:order',
  '/invoices',
  '/invoices?state=outstanding',
  '/invoices?state=overdue',
  '/invoices?state=paid',
  '/invoices/:invoice',
  '/statement?from=2026-04-01&to=2026-12-31',
  '/returns',
])('%s', async (path) => {
  const seen: { rows: number; statements: number }[] = []
  for (const [person, cookie] of people) {
    const { d1, read } = measured(env.DB)
    const own = path.replace(':order', person.orderId).replace(':invoice', person.invoiceId)
    const answer = await askPortal(person, own, { cookie, env: { ...env, DB: d1 } })
    expect(answer.status).toBe(200)
    seen.push(read())
  }
  const [few = { rows: 0, statements: 0 }, many = few] = seen
  expect(few.rows).toBeGreaterThan(few.statements)
  // A search that doesn't end with its index steps on the first row that isn't the client's, too.
  expect(Math.abs(many.rows - few.rows)).toBeLessThanOrEqual(many.statements)
})
