import { env } from 'cloudflare:workers'
import { beforeAll, expect, it } from 'vitest'
import { askPortal, askStaff } from '#test/asking.ts'
import { makeCreditNote } from '#test/billing/notes.ts'
import { makeClient, makeCompany, type Person, signedInAs, signedInStaff } from '#test/cast.ts'

/** What a company's books say is text on every page, whatever is written in it. */

const HOSTILE = `<evil-one x='1'>"'> onmouseover="evil" data-evil="1" &lt;evil-two&gt; \${evil}`

let person: Person
let cookies: { client: string; staff: string }
beforeAll(async () => {
  const company = await makeCompany('Hostile')
  person = await makeClient(company, HOSTILE)
  const set = (table: string, ...columns: string[]) =>
    env.DB.prepare(`UPDATE ${table} SET ${columns.map((column) => `${column} = ?1`).join(', ')} WHERE tenant_id = ?2`)
      .bind(HOSTILE, company.tenantId)
      .run()
  await set('clients', 'code')
  await set('invoices', 'po_number')
  await set('orders', 'po_number')
  await set('invoice_lines', 'sku')
  await set('order_lines', 'sku')
  await makeCreditNote(person, { number: HOSTILE, invoiceId: person.invoiceId })
  cookies = { client: (await signedInAs(person)).cookie, staff: (await signedInStaff(company)).cookie }
})

const seenIn = async (answer: Response) => {
  expect(answer.status).toBe(200)
  let elements = 0
  const texts: string[] = []
  const page = new HTMLRewriter()
    .on('evil-one, evil-two, [onmouseover], [data-evil]', { element: () => void elements++ })
    .on('main', { text: ({ text }) => void texts.push(text) })
    .transform(answer)
  await page.arrayBuffer()
  return { elements, isWritten: texts.join('').includes('&lt;evil-one') }
}

it.each(['/', '/orders', '/orders/:order', '/invoices', '/invoices/:invoice', '/statement?from=2026-01-01&to=2026-12-31'])(
  'on %s of the portal',
  async (path) => {
    const own = path.replace(':order', person.orderId).replace(':invoice', person.invoiceId)
    expect(await seenIn(await askPortal(person, own, { cookie: cookies.client }))).toEqual({ elements: 0, isWritten: true })
  },
)

it.each(['/clients', '/clients/:client'])('on %s of the staff', async (path) => {
  const answer = await askStaff(path.replace(':client', person.clientId), { cookie: cookies.staff })
  expect(await seenIn(answer)).toEqual({ elements: 0, isWritten: true })
})
