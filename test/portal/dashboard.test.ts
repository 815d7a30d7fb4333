import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import { newId } from '#src/ids.ts'
import { askPortal } from '#test/asking.ts'
import { makeCreditNote } from '#test/billing/notes.ts'
import { makeCast, type Person, signedInAs } from '#test/cast.ts'

/** What the overview says beside the balance, and where an order's invoices are. */

let ada: Person
let ben: Person
let cookie: string
beforeEach(async () => {
  const cast = await makeCast()
  ada = cast.ada
  ben = cast.ben
  cookie = (await signedInAs(ada)).cookie
})
const page = async (path = '/') => (await askPortal(ada, path, { cookie })).text()
const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10)
const invoice = async (person: Person, dueDate: string | null, total: number, more: { state?: string; orderId?: string } = {}) => {
  const id = newId()
  await env.DB.prepare(
    `INSERT INTO invoices (tenant_id, id, client_id, order_id, external_id, number, issue_date, due_date, state, currency, total, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, '2026-01-01', ?, ?, 'EUR', ?, 0, 0)`,
  )
    .bind(person.company.tenantId, id, person.clientId, more.orderId ?? null, id, `INV-${id}`, dueDate, more.state ?? 'issued', total)
    .run()
  return id
}

it('what is due next is the first of what is open and not late; today still is', async () => {
  expect(await page()).not.toContain('Next due')
  await invoice(ada, day(20), 700)
  await invoice(ben, day(1), 100)
  await invoice(ada, day(2), 300, { state: 'draft' })
  await invoice(ada, null, 400)
  const next = await invoice(ada, day(5), 500)
  const shown = await page()
  expect(shown).toMatch(new RegExp(`Next due</dt><dd>€5\\.00<small><a href="/portal/invoices/${next}">[^<]*, due in 5 days`))
  const today = await invoice(ada, day(0), 200)
  expect(await page()).toMatch(new RegExp(`Next due</dt><dd>€2\\.00<small><a href="/portal/invoices/${today}">[^<]*, due today`))
})

it('what was credited without an invoice is said, because it is taken off', async () => {
  expect(await page()).not.toContain('Credit on account')
  await makeCreditNote(ada, { invoiceId: null, total: 1_000 })
  const shown = await page()
  expect(shown).toMatch(/Credit on account<\/dt><dd>€10\.00/)
  // 110.11 less 10.00.
  expect(shown).toMatch(/class="sum">€100<small>\.11/)
})

it('an order has the invoices that were issued for it, and no others', async () => {
  const second = await invoice(ada, null, 900, { orderId: ada.orderId })
  const draft = await invoice(ada, null, 900, { orderId: ada.orderId, state: 'draft' })
  const other = await invoice(ada, null, 900)
  const shown = await page(`/orders/${ada.orderId}`)
  for (const id of [ada.invoiceId, second]) expect(shown).toContain(`/portal/invoices/${id}"`)
  for (const id of [draft, other]) expect(shown).not.toContain(id)
})
