import { env } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { TOGGLES, type Toggle } from '#src/branding/portal-settings.ts'
import { clients } from '#src/db/schema/clients.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import { PORTAL_BASE } from '#src/hosts.ts'
import { newId } from '#src/ids.ts'
import { portalApp } from '#src/portal/app.tsx'
import { ask, askPortal, portalHost } from '#test/asking.ts'
import { makeCreditNote } from '#test/billing/notes.ts'
import { makeCast, type Person, setSettings, signedInAs } from '#test/cast.ts'
import { makePhoto, makeReturn } from '#test/returns/returning.ts'

/** What each toggle covers, on and off, on every surface that it touches. The client's page was open before it went off. */

type Surface = {
  /** What is asked for, under the portal's own path. */
  path: (ada: Person) => string
  headers?: Record<string, string>
  method?: string
} & (
  | { /** Its address itself: there when it is on, gone when it is off. */ is: 'address'; status?: number }
  | { /** What it shows. */ is: 'words'; shows: (ada: Person) => string | RegExp }
)

const dashboard = () => '/'
const invoice = ({ invoiceId }: Person) => `/invoices/${invoiceId}`
const pdf = ({ invoiceId }: Person) => `/invoices/${invoiceId}/pdf`
const order = ({ orderId }: Person) => `/orders/${orderId}`
const partial = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }

/** Ada owes 111.11 less a payment of 1.00, all of it overdue; her limit is 5,000.00. */
const COVERS: Record<Toggle, Record<string, Surface>> = {
  downloadInvoices: {
    'the PDF': { is: 'address', path: pdf },
    'its head': { is: 'address', path: pdf, method: 'HEAD' },
    'a part of it': { is: 'address', path: pdf, headers: { Range: 'bytes=0-9' }, status: 206 },
    'whether it changed': { is: 'address', path: pdf, headers: { 'If-None-Match': '*' }, status: 304 },
    'its fragment': { is: 'address', path: pdf, headers: partial },
    'its link on the invoice': { is: 'words', path: invoice, shows: ({ invoiceId }) => `/invoices/${invoiceId}/pdf` },
    'its link in the list': { is: 'words', path: () => '/invoices', shows: ({ invoiceId }) => `/invoices/${invoiceId}/pdf` },
    'its link in the list’s fragment': { is: 'words', path: () => '/invoices', headers: partial, shows: ({ invoiceId }) => `/invoices/${invoiceId}/pdf` },
    'the PDFs of several': { is: 'address', path: ({ invoiceId }) => `/invoices.zip?id=${invoiceId}` },
    'the head of several': { is: 'address', path: ({ invoiceId }) => `/invoices.zip?id=${invoiceId}`, method: 'HEAD' },
    'picking several in the list': { is: 'words', path: () => '/invoices', shows: () => /invoices\.zip|type="checkbox"/ },
    'a credit note’s link in the list': { is: 'words', path: () => '/invoices', shows: () => `/credit-notes/${noteId}/pdf` },
    'a credit note’s PDF': { is: 'address', path: () => `/credit-notes/${noteId}/pdf` },
    'its link on a credit note': { is: 'words', path: () => `/credit-notes/${noteId}`, shows: () => `/credit-notes/${noteId}/pdf` },
    'the statement as PDF': { is: 'address', path: () => '/statement.pdf' },
    'its link on the statement': { is: 'words', path: () => '/statement', shows: () => 'statement.pdf' },
    'a return’s slip': { is: 'address', path: () => `/returns/${made.id}/slip.pdf` },
    'a return’s slip on its page': { is: 'words', path: () => `/returns/${made.id}`, shows: () => 'slip.pdf' },
    'its link on the dashboard': { is: 'words', path: dashboard, shows: ({ invoiceId }) => `/invoices/${invoiceId}/pdf` },
  },
  orderHistory: {
    'the list': { is: 'address', path: () => '/orders' },
    'the list’s fragment': { is: 'address', path: () => '/orders', headers: partial },
    'an order': { is: 'address', path: order },
    'an order’s fragment': { is: 'address', path: order, headers: partial },
    'the link in the head': { is: 'words', path: () => '/invoices', shows: () => 'href="/portal/orders"' },
    'the last order date': { is: 'words', path: dashboard, shows: () => 'Last order date' },
    'the last order': { is: 'words', path: dashboard, shows: () => made.orderNumber },
    'an invoice found by its order': {
      is: 'words',
      path: ({ clientName }) => `/invoices?q=so-${clientName.toLowerCase()}`,
      shows: ({ invoiceNumber }) => invoiceNumber,
    },
    'that an invoice is found by its order': { is: 'words', path: () => '/invoices', shows: () => 'Number, order' },
    'the order’s number on an invoice': { is: 'words', path: invoice, shows: ({ clientName }) => `SO-${clientName}` },
    'the order’s number on a return': { is: 'words', path: () => `/returns/${made.id}`, shows: () => made.orderNumber },
    'the order’s number in the list of returns': { is: 'words', path: () => '/returns', shows: () => made.orderNumber },
    'the order’s link on a return': { is: 'words', path: () => `/returns/${made.id}`, shows: () => `/orders/${made.orderId}` },
    'the order’s link on an invoice': { is: 'words', path: invoice, shows: ({ orderId }) => orderId },
  },
  requestReturns: {
    'the list': { is: 'address', path: () => '/returns' },
    'the list’s fragment': { is: 'address', path: () => '/returns', headers: partial },
    'asking for one': { is: 'address', path: () => '/returns/new' },
    'asking for one of an order': { is: 'address', path: ({ orderId }) => `/returns/new?order=${orderId}` },
    'a return': { is: 'address', path: () => `/returns/${made.id}` },
    'its fragment': { is: 'address', path: () => `/returns/${made.id}`, headers: partial },
    'its photo': { is: 'address', path: () => `/returns/${made.id}/photos/${photoId}` },
    'its slip': { is: 'address', path: () => `/returns/${made.id}/slip.pdf` },
    'the link in the head': { is: 'words', path: () => '/invoices', shows: () => 'href="/portal/returns"' },
    'its link on an order': { is: 'words', path: order, shows: ({ orderId }) => `/returns/new?order=${orderId}` },
  },
  showBalance: {
    'the statement': { is: 'address', path: () => '/statement' },
    'the statement’s fragment': { is: 'address', path: () => '/statement', headers: partial },
    'the statement as CSV': { is: 'address', path: () => '/statement.csv' },
    'the statement as PDF': { is: 'address', path: () => '/statement.pdf' },
    'what is open, above the list': { is: 'words', path: () => '/invoices', shows: () => 'id="summary"' },
    'its link among the invoices': { is: 'words', path: () => '/invoices', shows: () => '/portal/statement' },
    'its link on the dashboard': { is: 'words', path: dashboard, shows: () => '/portal/statement' },
    'what is late, by age': { is: 'words', path: dashboard, shows: () => 'days late' },
    'the balance': { is: 'words', path: dashboard, shows: () => 'Outstanding balance' },
    'its sum': { is: 'words', path: dashboard, shows: () => /class="sum"[\s\S]*?110/ },
    'what is overdue': { is: 'words', path: dashboard, shows: () => '<dt>Overdue</dt>' },
    'the credit left': { is: 'words', path: dashboard, shows: () => /Credit left|4,889\.89/ },
  },
  showCreditLimit: {
    'the limit': { is: 'words', path: dashboard, shows: () => '5,000.00' },
    'its name': { is: 'words', path: dashboard, shows: () => 'Credit limit' },
    'what is left': { is: 'words', path: dashboard, shows: () => /Credit left|4,889\.89/ },
  },
}

let ada: Person
let cookie: string
let made: Awaited<ReturnType<typeof makeReturn>>
let photoId: string
let noteId: string
beforeEach(async () => {
  const cast = await makeCast()
  ada = cast.ada
  await ada.company.door.run({ limit: ada.company.door.update(clients, { creditLimit: 500_000 }, sql`true`) })
  cookie = (await signedInAs(ada)).cookie
  made = await makeReturn(ada, 'approved')
  photoId = await makePhoto(ada, made.id, new Uint8Array([1]))
  // Of nothing, so that the sums stay as they are.
  noteId = (await makeCreditNote(ada, { total: 0 })).id
  await setSettings(ada.company, Object.fromEntries(TOGGLES.map((toggle) => [toggle, true])))
})
const open = ({ path, method, headers }: Surface) => askPortal(ada, path(ada), { cookie, ...(method && { method }), ...(headers && { headers }) })

it('covers every toggle there is', async () => {
  const { settings } = await ada.company.door.run({ settings: ada.company.door.read(portalSettings) })
  const flags = Object.entries(settings[0] ?? {}).flatMap(([name, value]) => (typeof value === 'boolean' && name !== 'enabled' ? [name] : []))
  expect(flags.sort()).toEqual(Object.keys(COVERS).sort())
  expect([...TOGGLES].sort()).toEqual(Object.keys(COVERS).sort())
})

describe.each(Object.entries(COVERS))('%s', (toggle, surfaces) => {
  it.each(Object.entries(surfaces))('%s', async (_, surface) => {
    const before = await open(surface)
    if (surface.is === 'address') {
      expect(before.status).toBe(surface.status ?? 200)
      await before.arrayBuffer()
    } else {
      expect(before.status).toBe(200)
      expect(await before.text()).toMatch(surface.shows(ada))
    }
    await setSettings(ada.company, { [toggle]: false })
    const after = await open(surface)
    expect(after.status).toBe(surface.is === 'address' ? 404 : 200)
    const text = await after.text()
    if (surface.is === 'words') expect(text).not.toMatch(surface.shows(ada))
    else
      expect(text).toBe(
        surface.method === 'HEAD' ? '' : await (await askPortal(ada, '/no-such-page', { cookie, ...(surface.headers && { headers: surface.headers }) })).text(),
      )
  })
})

it('an invoice’s own amounts stay, whatever is hidden of the sums', async () => {
  await setSettings(ada.company, { showBalance: false, showCreditLimit: false })
  expect(await (await askPortal(ada, invoice(ada), { cookie })).text()).toContain('110.11')
})

it('a download that was refused is not logged as one', async () => {
  await setSettings(ada.company, { downloadInvoices: false })
  await askPortal(ada, pdf(ada), { cookie })
  const count = await env.DB.prepare(`SELECT count(*) AS n FROM activity WHERE tenant_id = ? AND event = 'invoice-downloaded'`)
    .bind(ada.company.tenantId)
    .first('n')
  expect(count).toBe(0)
})

describe('a portal that is off', () => {
  const routes = [
    ...new Set(
      portalApp(PORTAL_BASE, () => ({ slug: '' }))
        .routes.filter(({ method, path }) => method !== 'ALL' && !path.startsWith('/assets/'))
        .map(({ method, path }) => `${method} ${path}`),
    ),
  ]
  const asked = (route: string, given: string | undefined) => {
    const [method = '', pattern = ''] = route.split(' ')
    const path = pattern.replace(':token', newId()).replace(':id', pattern.includes('orders') ? ada.orderId : ada.invoiceId)
    return ask({
      host: portalHost(ada.company),
      path,
      method,
      ...(given && { cookie: given }),
      ...(method === 'POST' && { form: { email: ada.email, password: 'x', name: 'x', clientId: ada.clientId } }),
    })
  }

  it('answers every address with the same neutral page, signed in or not, and is as before when it is on again', async () => {
    await setSettings(ada.company, { enabled: false })
    const one = await (await askPortal(ada, '/no-such-page')).text()
    expect(one).toContain('not available')
    expect(one).not.toContain(ada.company.name)
    for (const route of routes) {
      for (const given of [cookie, undefined]) {
        const answer = await asked(route, given)
        expect([answer.status, await answer.text()], route).toEqual([503, one])
        // Signing out works all the same.
        if (!route.endsWith('/sign-out')) expect(answer.headers.get('Set-Cookie'), route).toBeNull()
        else if (given) cookie = (await signedInAs(ada)).cookie
      }
    }
    await setSettings(ada.company, { enabled: true })
    expect((await askPortal(ada, '/', { cookie })).status).toBe(200)
  })
})
