import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Asked, askPortal } from '#test/asking.ts'
import { makeCast, type Person, setSettings, signedInAs } from '#test/cast.ts'

let ada: Person
let cookie: string
beforeAll(async () => {
  const cast = await makeCast()
  ada = cast.ada
  cookie = (await signedInAs(ada)).cookie
})

const get = (path: string, more: Partial<Asked> = {}) => askPortal(ada, path, { cookie, ...more })
const entries = async () =>
  (await env.DB.prepare('SELECT event, portal_user_id, document_number FROM activity WHERE client_id = ? ORDER BY at, rowid').bind(ada.clientId).all()).results

describe('an invoice', () => {
  const page = () => `/invoices/${ada.invoiceId}`
  it('is logged as viewed once in 30 minutes, and not by HEAD or a browser fetching ahead', async () => {
    await get(page(), { method: 'HEAD' })
    await get(page(), { headers: { 'Sec-Purpose': 'prefetch;prerender' } })
    expect(await entries()).toEqual([])
    for (let i = 0; i < 3; i += 1) expect((await get(page())).status).toBe(200)
    expect(await entries()).toEqual([{ event: 'invoice-viewed', portal_user_id: ada.portalUserId, document_number: ada.invoiceNumber }])
  })

  it('is not logged, nor shown, when it is a draft or void', async () => {
    const before = await entries()
    for (const state of ['draft', 'void']) {
      await env.DB.prepare('UPDATE invoices SET state = ? WHERE id = ?').bind(state, ada.invoiceId).run()
      for (const path of [page(), `${page()}/pdf`]) expect((await get(path)).status, `${state} ${path}`).toBe(404)
      expect(await (await get('/invoices')).text()).not.toContain(ada.invoiceNumber)
    }
    await env.DB.prepare(`UPDATE invoices SET state = 'issued' WHERE id = ?`).bind(ada.invoiceId).run()
    expect(await entries()).toEqual(before)
  })
})

it('an invoice says nothing of an order that is a draft', async () => {
  const page = async () => (await get(`/invoices/${ada.invoiceId}`)).text()
  expect(await page()).toContain('SO-Adaworks')
  await env.DB.prepare(`UPDATE orders SET status = 'draft' WHERE id = ?`).bind(ada.orderId).run()
  expect(await page()).not.toContain('SO-Adaworks')
  await env.DB.prepare(`UPDATE orders SET status = 'delivered' WHERE id = ?`).bind(ada.orderId).run()
})

describe('its PDF', () => {
  const pdf = () => `/invoices/${ada.invoiceId}/pdf`
  let before: number
  const downloads = async () => (await entries()).filter(({ event }) => event === 'invoice-downloaded').length - before
  beforeEach(async () => {
    before = 0
    before = await downloads()
  })

  it('is a file under its number, logged as downloaded', async () => {
    const response = await get(pdf())
    expect(response.headers.get('Content-Type')).toBe('application/pdf')
    expect(response.headers.get('Content-Disposition')).toContain(`filename="${ada.invoiceNumber}.pdf"`)
    expect((await response.text()).startsWith('%PDF-')).toBe(true)
    expect(await downloads()).toBe(1)
  })

  it.each([
    ['HEAD', { method: 'HEAD' }, 200, 0],
    ['the first bytes', { headers: { Range: 'bytes=0-99' } }, 206, 1],
    ['later bytes', { headers: { Range: 'bytes=100-199' } }, 206, 0],
    ['bytes that are not there', { headers: { Range: 'bytes=99999999-' } }, 416, 0],
  ] as const)('asked for by %s', async (_, more, status, count) => {
    const response = await get(pdf(), more)
    await response.arrayBuffer()
    expect(response.status).toBe(status)
    expect(await downloads()).toBe(count)
  })

  it('is not sent, nor logged, again to who has it', async () => {
    const etag = (await get(pdf(), { method: 'HEAD' })).headers.get('ETag') ?? ''
    expect((await get(pdf(), { headers: { 'If-None-Match': etag } })).status).toBe(304)
    expect(await downloads()).toBe(0)
    expect((await get(pdf(), { headers: { 'If-None-Match': '"other"' } })).status).toBe(200)
    expect(await downloads()).toBe(1)
  })

  it('is another one after a payment', async () => {
    const tag = async () => (await get(pdf(), { method: 'HEAD' })).headers.get('ETag')
    const first = await tag()
    expect(await tag()).toBe(first)
    await env.DB.prepare('UPDATE payments SET amount = amount + 100 WHERE invoice_id = ?').bind(ada.invoiceId).run()
    expect(await tag()).not.toBe(first)
  })
})

describe('what the company hides', () => {
  const text = async (path: string, more: Partial<Asked> = {}) => (await get(path, more)).text()
  const off = async (toggle: Parameters<typeof setSettings>[1]) => setSettings(ada.company, toggle)
  beforeEach(() => setSettings(ada.company, { downloadInvoices: true, orderHistory: true, showBalance: true, showCreditLimit: true }))

  it('downloads', async () => {
    expect(await text('/')).toContain('/pdf')
    await off({ downloadInvoices: false })
    for (const path of ['/', '/invoices', `/invoices/${ada.invoiceId}`]) expect(await text(path), path).not.toContain('/pdf')
    expect(await text('/invoices', { headers: { 'HX-Request-Type': 'partial' } })).not.toContain('/pdf')
    const before = (await entries()).length
    expect((await get(`/invoices/${ada.invoiceId}/pdf`)).status).toBe(404)
    expect((await entries()).length).toBe(before)
  })

  it('order history', async () => {
    expect(await text('/')).toContain('Last order date')
    await off({ orderHistory: false })
    for (const path of ['/orders', `/orders/${ada.orderId}`]) expect((await get(path)).status).toBe(404)
    for (const path of ['/', '/invoices', `/invoices/${ada.invoiceId}`]) expect(await text(path), path).not.toMatch(/Last order|\/orders|SO-Adaworks/)
  })

  it('the outstanding balance, and every sum over invoices', async () => {
    expect(await text('/')).toContain('Outstanding balance')
    await off({ showBalance: false })
    expect(await text('/')).not.toMatch(/Outstanding balance|Credit left|Over limit|<dt>Overdue/)
    expect(await text('/')).toContain('Credit limit')
    expect(await text(`/invoices/${ada.invoiceId}`)).toContain('Still to pay')
  })

  it('the credit limit', async () => {
    expect(await text('/')).toContain('12,345')
    await off({ showCreditLimit: false })
    expect(await text('/')).not.toMatch(/Credit limit|Credit left|12,345/)
    expect(await text('/')).toContain('Outstanding balance')
  })
})
