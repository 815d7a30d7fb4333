import { env } from 'cloudflare:workers'
import { parse } from 'csv-parse/sync'
import { beforeEach, expect, it } from 'vitest'
import { askStaff } from '#test/asking.ts'
import { makeCast, type Person, signedInStaff } from '#test/cast.ts'
import { makeReturn } from './returning.ts'

/** Returns as a file: what a spreadsheet reads, and nothing that it would run. */

let ada: Person
let ben: Person
let cleo: Person
let cookie: string
beforeEach(async () => {
  const cast = await makeCast()
  ada = cast.ada
  ben = cast.ben
  cleo = cast.cleo
  cookie = (await signedInStaff(cast.ours)).cookie
})
const fileOf = async (query = '') => {
  const answer = await askStaff(`/returns.csv${query}`, { cookie })
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'text/csv; charset=utf-8'])
  expect(answer.headers.get('Content-Disposition')).toMatch(/^attachment; filename="?returns-\d{4}-\d\d-\d\d\.csv/)
  const text = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(await answer.arrayBuffer())
  expect(text.startsWith('\ufeff')).toBe(true)
  return parse(text, { bom: true, columns: true }) as Record<string, string>[]
}

it('has a row for each line of the company’s own, filtered as the list', async () => {
  const closed = await makeReturn(ada, 'closed')
  const open = await makeReturn(ben, 'submitted', 25_000)
  await makeReturn(cleo)
  const rows = await fileOf()
  expect(rows.map(({ return_number, client, state }) => [return_number, client, state])).toEqual([
    [open.number, 'Benbuild', 'submitted'],
    [closed.number, 'Adaworks', 'closed'],
  ])
  expect(rows[0]).toMatchObject({ quantity_asked: '2.5', quantity_approved: '', order_number: open.orderNumber, reason: 'Damaged', sku: 'SKU-1' })
  expect(rows[1]).toMatchObject({ quantity_asked: '2', quantity_approved: '2', outcome: 'nothing' })
  expect(rows[0]?.asked_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d$/)
  expect((await fileOf('?state=closed')).map(({ return_number }) => return_number)).toEqual([closed.number])
  expect(await fileOf('?q=nobody')).toEqual([])
})

it.each(['=1+1', '+1', '-1', '@SUM(1)', '\t=1', '\r=1'])('what begins as a formula is made words: %j', async (evil) => {
  const { id } = await makeReturn(ada)
  await env.DB.batch([
    env.DB.prepare('UPDATE return_requests SET note = ?1 WHERE id = ?2').bind(evil, id),
    env.DB.prepare('UPDATE return_lines SET description = ?1, sku = ?1, reason = ?1 WHERE return_id = ?2').bind(evil, id),
    env.DB.prepare('UPDATE clients SET name = ?1 WHERE id = ?2').bind(evil, ada.clientId),
  ])
  const [row] = await fileOf()
  for (const column of ['note', 'description', 'sku', 'reason', 'client']) expect([column, row?.[column]]).toEqual([column, `'${evil}`])
})

it('is read to its end, over as many pages as there are', async () => {
  const made = await makeReturn(ada)
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 450)
     INSERT INTO return_requests (tenant_id, id, client_id, serial, number, state, portal_user_id, created_at, updated_at)
     SELECT tenant_id, 'r' || i, client_id, i, printf('RET-%06d', i), state, portal_user_id, created_at, created_at FROM return_requests, n WHERE id = ?`,
  )
    .bind(made.id)
    .run()
  await env.DB.prepare(
    `INSERT INTO return_lines (tenant_id, return_id, order_id, position, sku, description, reason, quantity)
     SELECT l.tenant_id, r.id, l.order_id, l.position, l.sku, l.description, l.reason, l.quantity FROM return_lines l, return_requests r
     WHERE l.return_id = ?1 AND r.id <> ?1 AND r.tenant_id = l.tenant_id`,
  )
    .bind(made.id)
    .run()
  expect(new Set((await fileOf()).map(({ return_number }) => return_number)).size).toBe(450)
})
