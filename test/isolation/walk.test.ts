import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { PORTAL_BASE } from '#src/hosts.ts'
import { newId } from '#src/ids.ts'
import { portalApp } from '#src/portal/app.tsx'
import { ask, askPortal, countingD1, portalHost } from '#test/asking.ts'
import { makeCreditNote } from '#test/billing/notes.ts'
import { makeCast, type Person, signedInAs } from '#test/cast.ts'
import { allowReturns, makePhoto, makeReturn } from '#test/returns/returning.ts'
import { expectSafeHeaders } from './headers.ts'

/**
 * Each route of the portal, asked by everyone who must not see what it shows. The routes come from the app itself: one
 * that has no row here fails.
 */
type Row = {
  /** Pages of a client's own; pages that anybody may open; changes. */
  kind: 'client' | 'visitor' | 'change'
  /** What the owner finds in it. */
  holds?: (owner: Person) => string
  id?: (owner: Person) => string
  status?: number
  /** How often D1 is asked for all of it, where that isn't once. */
  calls?: number
}

const TABLE: Record<string, Row> = {
  'GET /': { kind: 'visitor', status: 303 },
  'GET /portal/': { kind: 'visitor', status: 303 },
  'GET /assets/brand/:file': { kind: 'visitor', id: () => '1d6b57.css', status: 200 },
  // Whose it is and whose not: test/branding/logo.test.ts.
  'GET /assets/logo/:file': { kind: 'visitor', status: 404 },
  'GET /portal/sign-in': { kind: 'visitor', status: 200 },
  'POST /portal/sign-in': { kind: 'change' },
  'POST /portal/sign-out': { kind: 'change' },
  'GET /portal/forgot-password': { kind: 'visitor', status: 200 },
  'POST /portal/forgot-password': { kind: 'change' },
  'GET /portal/set-password/:token': { kind: 'visitor', status: 410 },
  'POST /portal/set-password/:token': { kind: 'change' },
  'GET /portal/set-password/:token/new-link': { kind: 'visitor', status: 303 },
  'POST /portal/set-password/:token/new-link': { kind: 'change' },
  'GET /portal/choose-client': { kind: 'client', holds: (owner) => owner.clientName },
  'POST /portal/choose-client': { kind: 'change' },
  'GET /portal': { kind: 'client', holds: (owner) => owner.invoiceNumber },
  'GET /portal/orders': { kind: 'client', holds: (owner) => `SO-${owner.clientName}` },
  'GET /portal/orders/:id': { kind: 'client', holds: (owner) => `Goods of ${owner.clientName}`, id: (owner) => owner.orderId },
  'GET /portal/invoices': { kind: 'client', holds: (owner) => owner.invoiceNumber },
  'GET /portal/invoices/:id': { kind: 'client', holds: (owner) => `Goods of ${owner.clientName}`, id: (owner) => owner.invoiceId },
  'GET /portal/invoices.csv': { kind: 'client', holds: (owner) => owner.invoiceNumber },
  // Once for what was picked, and once for each of it when its turn comes.
  'GET /portal/invoices.zip': { kind: 'client', holds: () => '%PDF-', id: (owner) => owner.invoiceId, calls: 2 },
  'GET /portal/credit-notes/:id': { kind: 'client', holds: (owner) => `CN-${owner.clientName}`, id: (owner) => notes.get(owner.clientId) ?? '' },
  'GET /portal/credit-notes/:id/pdf': { kind: 'client', holds: () => '%PDF-', id: (owner) => notes.get(owner.clientId) ?? '' },
  'GET /portal/statement': { kind: 'client', holds: (owner) => owner.invoiceNumber },
  'GET /portal/statement.csv': { kind: 'client', holds: (owner) => owner.invoiceNumber },
  'GET /portal/statement.pdf': { kind: 'client', holds: () => '%PDF-' },
  'GET /portal/returns': { kind: 'client', holds: (owner) => `Goods of ${owner.clientName}` },
  'GET /portal/returns/new': { kind: 'client', holds: (owner) => `SO-${owner.clientName}` },
  'GET /portal/returns/:id': { kind: 'client', holds: (owner) => `Goods of ${owner.clientName}`, id: (owner) => made(owner).id },
  'GET /portal/returns/:id/slip.pdf': { kind: 'client', holds: () => '%PDF-', id: (owner) => made(owner).id },
  'GET /portal/returns/:id/photos/:photoId': { kind: 'client', holds: (owner) => `photo of ${owner.clientName}`, id: (owner) => made(owner).id },
  'POST /portal/returns': { kind: 'change' },
  'POST /portal/returns/new/items': { kind: 'change' },
  'POST /portal/returns/new/review': { kind: 'change' },
  'POST /portal/returns/:id/answer': { kind: 'change' },
  'POST /portal/returns/:id/withdraw': { kind: 'change' },
  'GET /portal/account': { kind: 'client', holds: (owner) => owner.email },
  'POST /portal/account/name': { kind: 'change' },
  'POST /portal/account/password': { kind: 'change' },
  'POST /portal/account/sessions/:id/end': { kind: 'change' },
  'POST /portal/account/sign-out-everywhere': { kind: 'change' },
  'GET /portal/invoices/:id/pdf': { kind: 'client', holds: () => '%PDF-', id: (owner) => owner.invoiceId },
}

const routes = portalApp(PORTAL_BASE, () => ({ slug: '' }))
  .routes.filter(({ method }) => method !== 'ALL')
  .map(({ method, path }) => `${method} ${path}`)
const rows = [...new Set(routes)].map((route) => [route, TABLE[route]] as const)
const pathOf = (route: string, id: string) =>
  (route.split(' ')[1] ?? '')
    .replace(/\.zip$/, `.zip?id=${id}`)
    .replace(':photoId', photoIds.get(id) ?? 'none')
    .replace(/:\w+/, id)
const methodOf = (route: string) => route.split(' ')[0] ?? ''
const pages = rows.flatMap(([route, row]) => (row?.kind === 'client' ? [[route, row] as const] : []))

let cast: Awaited<ReturnType<typeof makeCast>>
const requests = new Map<string, Awaited<ReturnType<typeof makeReturn>>>()
const made = ({ clientId }: Person) => requests.get(clientId) ?? { id: '' }
/** A credit note of each. */
const notes = new Map<string, string>()
/** A photo of each request's. */
const photoIds = new Map<string, string>()
const cookies = { ada: '', ben: '', cleo: '' }
beforeAll(async () => {
  cast = await makeCast()
  for (const company of [cast.ours, cast.theirs]) await allowReturns(company)
  for (const person of [cast.ada, cast.ben, cast.cleo]) {
    const request = await makeReturn(person, 'approved')
    requests.set(person.clientId, request)
    notes.set(person.clientId, (await makeCreditNote(person)).id)
    photoIds.set(request.id, await makePhoto(person, request.id, new TextEncoder().encode(`photo of ${person.clientName}`)))
  }
  cookies.ada = (await signedInAs(cast.ada)).cookie
  cookies.ben = (await signedInAs(cast.ben)).cookie
  cookies.cleo = (await signedInAs(cast.cleo)).cookie
})

/** Everything of an answer that must not differ: status, headers but the request's id, and the very bytes. */
const printOf = async (response: Response) => ({
  status: response.status,
  headers: [...response.headers].filter(([name]) => name !== 'x-request-id'),
  bytes: Array.from(new Uint8Array(await response.arrayBuffer())).join(),
})

it.each(rows)('%s has a row in the table', (_, row) => expect(row).toBeDefined())
it('has no row for a route that is gone', () => expect(Object.keys(TABLE).filter((route) => !routes.includes(route))).toEqual([]))

describe.each(pages)('%s', (route, { holds, id, calls: expected = 1 }) => {
  const ownId = () => id?.(cast.ada) ?? ''
  const asking = (cookie: string | undefined, host: string, asked: string) =>
    ask({ host, path: pathOf(route, asked), method: methodOf(route), ...(cookie && { cookie }) })

  it('shows its owner what is theirs, and nobody else’s', async () => {
    const response = await asking(cookies.ada, portalHost(cast.ours), ownId())
    expect(response.status).toBe(200)
    expectSafeHeaders(response)
    const text = await response.text()
    expect(text).toContain(holds?.(cast.ada))
    for (const other of [cast.ben, cast.cleo]) expect(text).not.toContain(other.clientName)
  })

  it(`asks D1 ${expected === 1 ? 'once' : `${expected} times`}`, async () => {
    const { d1, calls } = countingD1(env.DB)
    const response = await ask({ host: portalHost(cast.ours), path: pathOf(route, ownId()), cookie: cookies.ada, env: { ...env, DB: d1 } })
    expect(response.status).toBe(200)
    await response.arrayBuffer()
    expect(calls()).toBe(expected)
  })

  it('sends someone who is signed out to the sign-in, without a look', async () => {
    const { d1, calls } = countingD1(env.DB)
    const response = await ask({ host: portalHost(cast.ours), path: pathOf(route, ownId()), env: { ...env, DB: d1 } })
    expect(response.status).toBe(303)
    expect(response.headers.get('Location')).toMatch(/^\/portal\/sign-in/)
    expectSafeHeaders(response)
    expect(calls()).toBe(1)
    const unknown = await asking(undefined, portalHost(cast.ours), newId())
    expect((await printOf(unknown)).status).toBe(303)
    expect((await response.text()).replaceAll(ownId() || '-', '')).toBe('')
  })

  it('treats a cookie of another company’s portal as none', async () => {
    const response = await asking(cookies.cleo, portalHost(cast.ours), ownId())
    expect(response.status).toBe(303)
    expect(response.headers.get('Location')).toMatch(/^\/portal\/sign-in/)
    expect(await response.text()).toBe('')
  })

  if (id) {
    it('answers a colleague company, a foreign one and an unknown id in the same bytes', async () => {
      for (const [cookie, host] of [
        [cookies.ben, portalHost(cast.ours)],
        [cookies.cleo, portalHost(cast.theirs)],
      ] as const) {
        const foreign = await asking(cookie, host, ownId())
        expectSafeHeaders(foreign)
        const print = await printOf(foreign)
        expect(print.status).toBe(404)
        expect(print).toEqual(await printOf(await asking(cookie, host, newId())))
        expect(print).toEqual(await printOf(await ask({ host, path: '/portal/no-such-page', cookie })))
        for (const odd of ['%00', "'", '..%2f..', 'x'.repeat(3000), '%E2%80%AE']) expect((await asking(cookie, host, odd)).status).toBe(404)
      }
    })
  }
})

describe.each(rows.flatMap(([route, row]) => (row?.kind === 'visitor' ? [[route, row] as const] : [])))('%s', (route, { id, status }) => {
  it('shows a visitor nothing of anybody', async () => {
    const response = await ask({ host: portalHost(cast.ours), path: pathOf(route, id?.(cast.ada) ?? newId()) })
    expect(response.status).toBe(status)
    expectSafeHeaders(response)
    const text = await response.text()
    for (const { clientName, email, invoiceNumber } of [cast.ada, cast.ben, cast.cleo])
      for (const secret of [clientName, email, invoiceNumber]) expect(text).not.toContain(secret)
    if (!route.includes('/assets/')) expect(text).not.toContain('Theirtrade')
  })
})

describe.each(rows.flatMap(([route, row]) => (row?.kind === 'change' ? [[route, row] as const] : [])))('%s', (route) => {
  const origins: [string, Record<string, string>][] = [
    ['no headers', {}],
    ['a sibling portal', { 'Sec-Fetch-Site': 'same-site', Origin: 'http://other.stockflow.localhost' }],
    ['another site', { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }],
    ['another site that says it is nobody', { Origin: 'null' }],
    ['another site with JSON', { Origin: 'https://evil.example', 'Content-Type': 'application/json' }],
    ['a lie about the site', { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://evil.example' }],
  ]
  it.each(origins)('refuses a change asked for by %s', async (_, headers) => {
    const response = await ask({
      host: portalHost(cast.ours),
      path: pathOf(route, newId()),
      method: 'POST',
      cookie: cookies.ada,
      headers: { 'Sec-Fetch-Site': '', Origin: '', ...headers },
    })
    expect(response.status).toBe(403)
    expect(response.headers.get('Set-Cookie')).toBeNull()
    expectSafeHeaders(response)
    expect((await askPortal(cast.ada, '/', { cookie: cookies.ada })).status).toBe(200)
  })
})

it.each([
  'nope.test',
  '127.0.0.1',
  'app.stockflow.localhost.evil.test',
  'no-such-company.stockflow.localhost',
  'www.stockflow.localhost',
  'a.b.stockflow.localhost',
  'stockflow.localhost',
])('the unknown host %s gets the one plain 404', async (host) => {
  const responses = await Promise.all(['/portal', '/portal/sign-in', '/portal/invoices', '/nothing'].map((path) => ask({ host, path, cookie: cookies.ada })))
  const prints = await Promise.all(responses.map(async (response) => ({ status: response.status, text: await response.text() })))
  for (const print of prints) {
    expect(print.status).toBe(404)
    expect(print.text).toBe(prints[0]?.text)
  }
  for (const response of responses) expectSafeHeaders(response)
})
