import { beforeEach, expect, it } from 'vitest'
import { askPortal } from '#test/asking.ts'
import { makeCreditNote } from '#test/billing/notes.ts'
import { makeCast, type Person, signedInAs } from '#test/cast.ts'

let ada: Person
let cookie: string
beforeEach(async () => {
  ada = (await makeCast()).ada
  cookie = (await signedInAs(ada)).cookie
})
const page = async (path: string) => (await askPortal(ada, path, { cookie })).text()

it('a credit note says what it is for, and stands on its invoice and on the statement', async () => {
  const { id, number } = await makeCreditNote(ada, { total: 2_345 })
  const own = await page(`/credit-notes/${id}`)
  for (const words of [number, '€23', '.45', ada.invoiceNumber, `/portal/invoices/${ada.invoiceId}`]) expect(own).toContain(words)
  const invoice = await page(`/invoices/${ada.invoiceId}`)
  expect(invoice).toContain(`/portal/credit-notes/${id}`)
  // 111.11 less a payment of 1.00 and this.
  expect(invoice).toMatch(/class="sum">€86<small>\.66/)
  expect(await page('/statement?from=2026-01-01')).toContain(`/portal/credit-notes/${id}`)
})

it('one without an invoice is for the account; drafts and void ones are not there', async () => {
  const { id } = await makeCreditNote(ada, { invoiceId: null })
  expect(await page(`/credit-notes/${id}`)).toContain('Your account')
  for (const state of ['draft', 'void'] as const) {
    const hidden = await makeCreditNote(ada, { state })
    for (const path of [`/credit-notes/${hidden.id}`, `/credit-notes/${hidden.id}/pdf`]) expect((await askPortal(ada, path, { cookie })).status).toBe(404)
    expect(await page('/statement?from=2026-01-01')).not.toContain(hidden.number)
  }
})
