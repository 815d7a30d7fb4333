import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { clients } from '#src/db/schema/clients.ts'
import { newId } from '#src/ids.ts'
import { type Company, clientRow, makeCompany } from '#test/cast.ts'

/** A small generator with a seed, so that a failure can be run again. */
const random = (seed: number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const run = (statement: string, ...values: unknown[]) =>
  env.DB.prepare(statement)
    .bind(...values)
    .run()

/** What triggers keep, beside the same figures added up from the documents themselves. */
const sums = async ({ tenantId }: Company) => {
  const kept = await env.DB.prepare(`SELECT client_id, currency, open, credit, on_account, unapplied FROM client_balances WHERE tenant_id = ?`)
    .bind(tenantId)
    .all<Record<string, string | number>>()
  const invoices = await env.DB.prepare(`SELECT * FROM invoices WHERE tenant_id = ?`).bind(tenantId).all<Record<string, string | number>>()
  const payments = await env.DB.prepare(`SELECT * FROM payments WHERE tenant_id = ?`).bind(tenantId).all<Record<string, string | number | null>>()
  const notes = await env.DB.prepare(`SELECT * FROM credit_notes WHERE tenant_id = ?`).bind(tenantId).all<Record<string, string | number | null>>()
  const counts = await env.DB.prepare(`SELECT id, invoice_count, payment_count FROM clients WHERE tenant_id = ?`)
    .bind(tenantId)
    .all<Record<string, string | number>>()
  const expected = new Map<string, { open: number; credit: number; on_account: number; unapplied: number }>()
  const at = (client: unknown, currency: unknown) => {
    const key = `${client} ${currency}`
    const found = expected.get(key) ?? { open: 0, credit: 0, on_account: 0, unapplied: 0 }
    expected.set(key, found)
    return found
  }
  for (const invoice of invoices.results) {
    const named = (row: Record<string, unknown>) => row.invoice_id === invoice.id
    const paid = payments.results.filter(named).reduce((sum, row) => sum + Number(row.amount), 0)
    const credited = notes.results.filter((row) => named(row) && row.state === 'issued').reduce((sum, row) => sum + Number(row.total), 0)
    const rest = (invoice.state === 'issued' ? Number(invoice.total) : 0) - paid - credited
    expect([invoice.open, invoice.credit]).toEqual([Math.max(0, rest), Math.max(0, -rest)])
    at(invoice.client_id, invoice.currency).open += Math.max(0, rest)
    at(invoice.client_id, invoice.currency).credit += Math.max(0, -rest)
  }
  for (const row of payments.results) if (row.invoice_id === null) at(row.client_id, row.currency).on_account += Number(row.amount)
  for (const row of notes.results) if (row.invoice_id === null && row.state === 'issued') at(row.client_id, row.currency).unapplied += Number(row.total)
  for (const client of counts.results) {
    expect(client.invoice_count).toBe(invoices.results.filter((row) => row.client_id === client.id).length)
    expect(client.payment_count).toBe(payments.results.filter((row) => row.client_id === client.id).length)
  }
  const byKey = new Map(kept.results.map(({ client_id, currency, ...rest }) => [`${client_id} ${currency}`, rest]))
  return { byKey, expected }
}

it.each([1, 2, 3])('balances stay the sum of their documents, whatever is written in whatever order (seed %i)', async (seed) => {
  const next = random(seed)
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T
  const company = await makeCompany(`Books ${seed}`)
  const { tenantId, door } = company
  const people = ['One', 'Two'].map((name) => clientRow(name, null))
  await door.run(Object.fromEntries(people.map((client) => [client.id, door.insert(clients, client)])))
  const currencies = ['EUR', 'JPY']
  const states = ['draft', 'issued', 'issued', 'void']
  const ids: { invoices: string[]; payments: string[]; credit_notes: string[] } = { invoices: [], payments: [], credit_notes: [] }
  let refused = 0
  for (let step = 0; step < 300; step += 1) {
    const [client, currency, amount] = [pick(people).id, pick(currencies), Math.floor(next() * 1000) - 100]
    const invoice = next() < 0.3 ? null : (pick(ids.invoices) ?? null)
    const id = newId()
    try {
      const action = Math.floor(next() * 9)
      if (action <= 1) {
        await run(
          `INSERT INTO invoices (tenant_id, id, client_id, external_id, number, issue_date, state, currency, total, created_at, updated_at) VALUES (?, ?, ?, ?, ?, '2026-01-01', ?, ?, ?, 0, 0)`,
          tenantId,
          id,
          client,
          id,
          id,
          pick(states),
          currency,
          amount,
        )
        ids.invoices.push(id)
      } else if (action <= 3) {
        await run(
          `INSERT INTO payments (tenant_id, id, client_id, invoice_id, external_id, paid_on, amount, currency, created_at, updated_at) VALUES (?, ?, ?, ?, ?, '2026-01-01', ?, ?, 0, 0)`,
          tenantId,
          id,
          client,
          invoice,
          id,
          amount,
          currency,
        )
        ids.payments.push(id)
      } else if (action === 4) {
        await run(
          `INSERT INTO credit_notes (tenant_id, id, client_id, invoice_id, external_id, number, issue_date, state, currency, total, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, '2026-01-01', ?, ?, ?, 0, 0)`,
          tenantId,
          id,
          client,
          invoice,
          id,
          id,
          pick(states),
          currency,
          Math.abs(amount),
        )
        ids.credit_notes.push(id)
      } else if (action === 5)
        await run(
          `UPDATE invoices SET total = ?, state = ?, client_id = ?, currency = ? WHERE tenant_id = ? AND id = ?`,
          amount,
          pick(states),
          client,
          currency,
          tenantId,
          pick(ids.invoices) ?? '',
        )
      else if (action === 6)
        await run(
          `UPDATE payments SET amount = ?, invoice_id = ?, client_id = ?, currency = ? WHERE tenant_id = ? AND id = ?`,
          amount,
          invoice,
          client,
          currency,
          tenantId,
          pick(ids.payments) ?? '',
        )
      else if (action === 7)
        await run(
          `UPDATE credit_notes SET total = ?, state = ?, invoice_id = ?, client_id = ?, currency = ? WHERE tenant_id = ? AND id = ?`,
          Math.abs(amount),
          pick(states),
          invoice,
          client,
          currency,
          tenantId,
          pick(ids.credit_notes) ?? '',
        )
      else
        await run(
          `DELETE FROM ${pick(['payments', 'credit_notes'])} WHERE tenant_id = ? AND id = ?`,
          tenantId,
          pick([...ids.payments, ...ids.credit_notes]) ?? '',
        )
    } catch (error) {
      expect(String(error)).toMatch(/of another client or currency|of its client and currency/)
      refused += 1
    }
  }
  const { byKey, expected } = await sums(company)
  expect(ids.invoices.length).toBeGreaterThan(20)
  expect(refused).toBeGreaterThan(5)
  for (const [key, figures] of expected) expect(byKey.get(key), key).toEqual(figures)
  for (const [key, figures] of byKey) if (!expected.has(key)) expect(figures, key).toEqual({ open: 0, credit: 0, on_account: 0, unapplied: 0 })
})

it('counts of the Clients table stay what a count would say', async () => {
  const company = await makeCompany('Counts')
  const { tenantId, door } = company
  const rows = Array.from({ length: 12 }, (_, i) => clientRow(`Client ${i}`, i % 3 === 0 ? null : `c${i}@x.example`, { status: i % 2 ? 'active' : 'inactive' }))
  await door.run(Object.fromEntries(rows.map((row) => [row.id, door.insert(clients, row)])))
  const [first, second] = [rows[1], rows[2]]
  const user = newId()
  await run(`INSERT INTO portal_users (tenant_id, id, email, email_key, created_at) VALUES (?, ?, 'c1@x.example', 'c1@x.example', 0)`, tenantId, user)
  await run(`INSERT INTO accesses (tenant_id, portal_user_id, client_id, state, invited_at) VALUES (?, ?, ?, 'invited', 0)`, tenantId, user, first?.id)
  await run(`INSERT INTO accesses (tenant_id, portal_user_id, client_id, state, invited_at) VALUES (?, ?, ?, 'invited', 0)`, tenantId, user, second?.id)
  const check = async (stateOfFirst: string, stateOfSecond: string) => {
    const counted = await env.DB.prepare(
      `SELECT status, has_email, portal_state, count(*) AS count FROM clients WHERE tenant_id = ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    )
      .bind(tenantId)
      .all()
    const kept = await env.DB.prepare(`SELECT status, has_email, portal_state, count FROM client_counts WHERE tenant_id = ? AND count <> 0 ORDER BY 1, 2, 3`)
      .bind(tenantId)
      .all()
    expect(kept.results).toEqual(counted.results)
    const states = await env.DB.prepare(`SELECT id, portal_state FROM clients WHERE tenant_id = ?`).bind(tenantId).all<{ id: string; portal_state: string }>()
    expect([first, second].map((row) => states.results.find(({ id }) => id === row?.id)?.portal_state)).toEqual([stateOfFirst, stateOfSecond])
  }
  // The access of another address than the primary one says nothing about the client.
  await check('invited', 'not-invited')
  await run(`UPDATE clients SET email = 'c1@x.example', email_key = 'c1@x.example' WHERE tenant_id = ? AND id = ?`, tenantId, second?.id)
  await check('invited', 'invited')
  await run(`UPDATE accesses SET state = 'active' WHERE tenant_id = ? AND client_id = ?`, tenantId, first?.id)
  await run(`UPDATE accesses SET mail_problem = 'failed' WHERE tenant_id = ? AND client_id = ?`, tenantId, second?.id)
  await check('active', 'problem')
  await run(`UPDATE clients SET portal_access = 0 WHERE tenant_id = ? AND id = ?`, tenantId, second?.id)
  await check('active', 'disabled')
  await run(`UPDATE clients SET email = NULL, email_key = NULL WHERE tenant_id = ? AND id = ?`, tenantId, first?.id)
  await run(`DELETE FROM accesses WHERE tenant_id = ? AND client_id = ?`, tenantId, second?.id)
  await run(`UPDATE clients SET portal_access = 1 WHERE tenant_id = ? AND id = ?`, tenantId, second?.id)
  await check('not-invited', 'not-invited')
})
