import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { importFiles, importSources, imports } from '#src/db/schema/imports.ts'
import { invitationRuns } from '#src/db/schema/invitation-runs.ts'
import { newId } from '#src/ids.ts'
import { staffApp } from '#src/surfaces.ts'
import { ask, askStaff, countingD1, STAFF_HOST } from '#test/asking.ts'
import { makeCreditNote } from '#test/billing/notes.ts'
import { type Company, makeCast, type Person, signedInAs, signedInStaff } from '#test/cast.ts'
import { allowReturns, makePhoto, makeReturn } from '#test/returns/returning.ts'
import { expectSafeHeaders } from './headers.ts'

/** Each route of the staff host, asked by staff of its own company, of another one, by a client, and signed out. */
type Own = { company: Company; client: Person; importId: string; runId: string; returnId: string; photoId: string; noteId: string }
type Row = {
  kind: 'staff' | 'visitor' | 'change' | 'redirect' | 'machine'
  /** The last id in its address. */
  id?: (own: Own) => string
  holds?: (own: Own) => string
  status?: number
  /** How often D1 is asked for all of it, where that isn't once. */
  calls?: number
}

const TABLE: Record<string, Row> = {
  'GET /': { kind: 'redirect' },
  'GET /settings': { kind: 'redirect' },
  'GET /sign-in': { kind: 'visitor', status: 200 },
  'POST /sign-in': { kind: 'change' },
  'POST /sign-out': { kind: 'change' },
  'GET /set-password/:token': { kind: 'visitor', status: 410 },
  'POST /set-password/:token': { kind: 'change' },
  'GET /assets/brand/:file': { kind: 'visitor', status: 404 },
  'POST /webhooks/resend': { kind: 'machine' },
  // Local only, and there it shows every mail on purpose.
  'GET /dev/mailbox': { kind: 'visitor', status: 200 },
  'GET /dev/mailbox.json': { kind: 'visitor', status: 200 },
  'GET /clients': { kind: 'staff', holds: ({ client }) => client.clientName },
  'GET /clients/new': { kind: 'staff', holds: ({ company }) => company.name },
  'POST /clients/new': { kind: 'change' },
  'GET /clients/:id/edit': { kind: 'staff', id: ({ client }) => client.clientId, holds: ({ client }) => client.clientName },
  'POST /clients/:id/edit': { kind: 'change', id: ({ client }) => client.clientId },
  'GET /clients/:id': { kind: 'staff', id: ({ client }) => client.clientId, holds: ({ client }) => client.invoiceNumber },
  'GET /clients/:id/portal': { kind: 'staff', id: ({ client }) => client.clientId, holds: ({ client }) => client.email },
  'GET /clients/:id/history': { kind: 'staff', id: ({ client }) => client.clientId, holds: ({ client }) => client.clientName },
  'GET /clients/:id/portal/revoke': { kind: 'staff', id: ({ client }) => client.clientId, holds: ({ client }) => client.email },
  'POST /clients/:id/invitations': { kind: 'change', id: ({ client }) => client.clientId },
  'POST /clients/:id/password-resets': { kind: 'change', id: ({ client }) => client.clientId },
  'POST /clients/:id/portal-access': { kind: 'change', id: ({ client }) => client.clientId },
  'POST /clients/:id/portal/revoke': { kind: 'change', id: ({ client }) => client.clientId },
  'POST /clients/:id/sessions/end': { kind: 'change', id: ({ client }) => client.clientId },
  'POST /clients/:id/people': { kind: 'change', id: ({ client }) => client.clientId },
  'POST /clients/:id/people/remove': { kind: 'change', id: ({ client }) => client.clientId },
  'POST /clients/:id/email': { kind: 'change', id: ({ client }) => client.clientId },
  'POST /clients/:id/notes': { kind: 'change', id: ({ client }) => client.clientId },
  'GET /clients/:clientId/portal-view': { kind: 'staff', holds: ({ client }) => client.invoiceNumber },
  'GET /clients/:clientId/portal-view/orders': { kind: 'staff', holds: ({ client }) => `SO-${client.clientName}` },
  'GET /clients/:clientId/portal-view/orders/:id': { kind: 'staff', id: ({ client }) => client.orderId, holds: ({ client }) => `SO-${client.clientName}` },
  'GET /clients/:clientId/portal-view/invoices': { kind: 'staff', holds: ({ client }) => client.invoiceNumber },
  'GET /clients/:clientId/portal-view/invoices/:id': { kind: 'staff', id: ({ client }) => client.invoiceId, holds: ({ client }) => client.invoiceNumber },
  'GET /clients/:clientId/portal-view/invoices/:id/pdf': { kind: 'staff', id: ({ client }) => client.invoiceId, holds: () => '%PDF' },
  'GET /clients/:clientId/portal-view/invoices.csv': { kind: 'staff', holds: ({ client }) => client.invoiceNumber },
  'GET /clients/:clientId/portal-view/invoices.zip': { kind: 'staff', id: ({ client }) => client.invoiceId, holds: () => '%PDF', calls: 2 },
  'GET /clients/:clientId/portal-view/credit-notes/:id': { kind: 'staff', id: ({ noteId }) => noteId, holds: ({ client }) => `CN-${client.clientName}` },
  'GET /clients/:clientId/portal-view/credit-notes/:id/pdf': { kind: 'staff', id: ({ noteId }) => noteId, holds: () => '%PDF' },
  'GET /clients/:clientId/portal-view/statement': { kind: 'staff', holds: ({ client }) => client.invoiceNumber },
  'GET /clients/:clientId/portal-view/statement.csv': { kind: 'staff', holds: ({ client }) => client.invoiceNumber },
  'GET /clients/:clientId/portal-view/statement.pdf': { kind: 'staff', holds: () => '%PDF' },
  'GET /clients/:clientId/portal-view/returns': { kind: 'staff', holds: ({ client }) => `Goods of ${client.clientName}` },
  'GET /clients/:clientId/portal-view/returns/new': { kind: 'staff', holds: ({ client }) => `SO-${client.clientName}` },
  'GET /clients/:clientId/portal-view/returns/:id': { kind: 'staff', id: ({ returnId }) => returnId, holds: ({ client }) => `Goods of ${client.clientName}` },
  'GET /clients/:clientId/portal-view/returns/:id/slip.pdf': { kind: 'staff', id: ({ returnId }) => returnId, holds: () => '%PDF' },
  'GET /clients/:clientId/portal-view/returns/:id/photos/:photoId': {
    kind: 'staff',
    id: ({ returnId }) => returnId,
    holds: ({ client }) => `photo of ${client.clientName}`,
  },
  'GET /returns': { kind: 'staff', holds: ({ client }) => `Goods of ${client.clientName}` },
  'GET /returns.csv': { kind: 'staff', holds: ({ client }) => `Note of ${client.clientName}` },
  'GET /returns/:id': { kind: 'staff', id: ({ returnId }) => returnId, holds: ({ client }) => `Goods of ${client.clientName}` },
  'GET /returns/:id/photos/:photoId': { kind: 'staff', id: ({ returnId }) => returnId, holds: ({ client }) => `photo of ${client.clientName}` },
  'POST /returns/:id/ask': { kind: 'change', id: ({ returnId }) => returnId },
  'POST /returns/:id/resume': { kind: 'change', id: ({ returnId }) => returnId },
  'POST /returns/:id/approve': { kind: 'change', id: ({ returnId }) => returnId },
  'POST /returns/:id/reject': { kind: 'change', id: ({ returnId }) => returnId },
  'POST /returns/:id/receive': { kind: 'change', id: ({ returnId }) => returnId },
  'POST /returns/:id/close': { kind: 'change', id: ({ returnId }) => returnId },
  'GET /settings/returns': { kind: 'staff', holds: ({ company }) => company.name },
  'POST /settings/returns': { kind: 'change' },
  'POST /settings/returns/preview': { kind: 'change' },
  'POST /account/return-mails': { kind: 'change' },
  'GET /imports': { kind: 'staff', holds: ({ importId }) => importId },
  'POST /imports': { kind: 'change' },
  'GET /imports/:id/refused.csv': { kind: 'staff', id: ({ importId }) => importId, holds: () => 'refused_reason', calls: 2 },
  'GET /imports/:id/changes': { kind: 'staff', id: ({ importId }) => importId, holds: ({ company }) => company.name },
  'GET /imports/:id/columns': { kind: 'staff', id: ({ importId }) => importId, holds: ({ company }) => `files of ${company.name}` },
  'POST /imports/:id/columns': { kind: 'change', id: ({ importId }) => importId },
  'POST /imports/:id/start': { kind: 'change', id: ({ importId }) => importId },
  // A piece of an upload lies under its own company, whatever its id; see test/imports/parts.test.ts.
  'PUT /imports/uploads/:id/:number/:part': { kind: 'change' },
  'POST /imports/:id/stop': { kind: 'change', id: ({ importId }) => importId },
  'GET /imports/pdfs': { kind: 'staff', holds: ({ company }) => company.name },
  'POST /imports/pdfs': { kind: 'change' },
  'POST /imports/pdfs/remove': { kind: 'change' },
  'GET /imports/:id': { kind: 'staff', id: ({ importId }) => importId, holds: ({ company }) => `files of ${company.name}` },
  'GET /invitations': { kind: 'staff', holds: ({ runId }) => runId },
  'GET /invitations/new': { kind: 'staff', holds: ({ company }) => company.name },
  'POST /invitations': { kind: 'change' },
  'GET /invitations/:id': { kind: 'staff', id: ({ runId }) => runId, holds: ({ company }) => company.name },
  'GET /invitations/:id/cancel': { kind: 'staff', id: ({ runId }) => runId, holds: ({ company }) => company.name },
  'POST /invitations/:id/cancel': { kind: 'change', id: ({ runId }) => runId },
  'POST /invitations/:id/retry': { kind: 'change', id: ({ runId }) => runId },
  'GET /settings/client-portal': { kind: 'staff', holds: ({ company }) => company.slug },
  'POST /settings/client-portal': { kind: 'change' },
  'POST /settings/client-portal/logo': { kind: 'change' },
  'POST /settings/client-portal/logo/remove': { kind: 'change' },
  // Whose it is and whose not: test/branding/logo.test.ts.
  'GET /assets/logo/:file': { kind: 'visitor', status: 303 },
  'POST /settings/client-portal/preview': { kind: 'change' },
  'GET /settings/client-portal/preview/:file': { kind: 'visitor', status: 303 },
  'GET /settings/client-portal/domain': { kind: 'staff', holds: ({ company }) => company.slug },
  'POST /settings/client-portal/domain': { kind: 'change' },
  'POST /settings/client-portal/domain/check': { kind: 'change' },
  'GET /settings/client-portal/domain/remove': { kind: 'redirect' },
  'POST /settings/client-portal/domain/remove': { kind: 'change' },
  'GET /settings/company': { kind: 'staff', holds: ({ company }) => `${company.name} Ltd` },
  'POST /settings/company': { kind: 'change' },
  'GET /settings/team': { kind: 'staff', holds: ({ company }) => company.staffEmail },
  'GET /settings/team/:id': { kind: 'staff', id: ({ company }) => company.staffId, holds: ({ company }) => company.staffEmail },
  'GET /settings/team/:id/remove': { kind: 'staff', id: ({ company }) => company.staffId, holds: ({ company }) => company.staffEmail },
  'POST /settings/team/invitations': { kind: 'change' },
  'POST /settings/team/:id/invitation': { kind: 'change', id: ({ company }) => company.staffId },
  'POST /settings/team/:id/role': { kind: 'change', id: ({ company }) => company.staffId },
  'POST /settings/team/:id/sessions/end': { kind: 'change', id: ({ company }) => company.staffId },
  'POST /settings/team/:id/remove': { kind: 'change', id: ({ company }) => company.staffId },
  'GET /account': { kind: 'staff', holds: ({ company }) => company.staffEmail },
  'POST /account/name': { kind: 'change' },
  'POST /account/password': { kind: 'change' },
  'POST /account/sessions/:id/end': { kind: 'change' },
  'POST /account/sign-out-everywhere': { kind: 'change' },
  'GET /choose-company': { kind: 'staff', holds: ({ company }) => company.name },
  'POST /choose-company': { kind: 'change' },
  'GET /forgot-password': { kind: 'visitor', status: 200 },
  'POST /forgot-password': { kind: 'change' },
  'GET /settings/audit': { kind: 'staff', holds: ({ company }) => company.name },
}

const routes = staffApp.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`)
const rows = [...new Set(routes)].map((route) => [route, TABLE[route]] as const)
const of = (kind: Row['kind']) => rows.flatMap(([route, row]) => (row?.kind === kind ? [[route, row] as const] : []))
const pathOf = (route: string, id: string, { client }: Own = own) =>
  (route.split(' ')[1] ?? '')
    .replace(/\.zip$/, `.zip?id=${id}`)
    .replace(/(refused\.csv|changes)$/, '$1?kind=clients')
    .replace(':number/:part', '1/0')
    .replace(':clientId', client.clientId)
    .replace(':photoId', id === foreign?.returnId ? foreign.photoId : own.photoId)
    .replace(/:\w+/, id)

let own: Own
let foreign: Own
const cookies = { own: '', foreign: '', client: '' }
beforeAll(async () => {
  const cast = await makeCast()
  const withImport = async (company: Company, client: Person): Promise<Own> => {
    const [importId, runId] = [newId(), newId()]
    const { door } = company
    await door.run({
      job: door.insert(imports, { id: importId, staffId: company.staffId, createdAt: Date.now(), movedAt: Date.now(), phase: 'planned' }),
      source: door.insert(importSources, {
        ...{ importId, number: 1, name: `files of ${company.name}.csv`, size: 1, encoding: 'utf-8', delimiter: ',', columns: '["name"]' },
        ...{ headBytes: 0, headLines: 0, mappings: '[]' },
      }),
      file: door.insert(importFiles, { importId, kind: 'clients', name: `files of ${company.name}.csv`, size: 1, state: 'done', columns: '[]' }),
      run: door.insert(invitationRuns, {
        id: runId,
        staffId: company.staffId,
        createdAt: Date.now(),
        begunAt: Date.now(),
        selection: '{"all":true,"filter":{}}',
      }),
    })
    await allowReturns(company)
    const { id: returnId } = await makeReturn(client, 'approved')
    const photoId = await makePhoto(client, returnId, new TextEncoder().encode(`photo of ${client.clientName}`))
    const { id: noteId } = await makeCreditNote(client)
    return { company, client, importId, runId, returnId, photoId, noteId }
  }
  own = await withImport(cast.ours, cast.ada)
  foreign = await withImport(cast.theirs, cast.cleo)
  cookies.own = (await signedInStaff(cast.ours)).cookie
  cookies.foreign = (await signedInStaff(cast.theirs)).cookie
  cookies.client = (await signedInAs(cast.ada)).cookie
})

const printOf = async (response: Response) => ({
  status: response.status,
  headers: [...response.headers].filter(([name]) => name !== 'x-request-id'),
  text: await response.text(),
})
const dump = async () => {
  const tables = await env.DB.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name`,
  ).all<{ name: string }>()
  return JSON.stringify(
    await Promise.all(
      tables.results.map(({ name }) =>
        env.DB.prepare(`SELECT * FROM ${name}`)
          .all()
          .then(({ results }) => results),
      ),
    ),
  )
}

it.each(rows)('%s has a row in the table', (_, row) => expect(row).toBeDefined())
it('has no row for a route that is gone', () => expect(Object.keys(TABLE).filter((route) => !routes.includes(route))).toEqual([]))

describe.each(of('staff'))('%s', (route, { id, holds, calls: expected = 1 }) => {
  it('shows staff what is their company’s, with one call of D1', async () => {
    const { d1, calls } = countingD1(env.DB)
    const response = await askStaff(pathOf(route, id?.(own) ?? ''), { cookie: cookies.own, env: { ...env, DB: d1 } })
    expect(response.status).toBe(200)
    expectSafeHeaders(response)
    const text = await response.text()
    expect(text).toContain(holds?.(own))
    if (holds?.(own) !== holds?.(foreign)) expect(text).not.toContain(holds?.(foreign))
    expect(text).not.toContain('Cleocraft')
    expect(calls()).toBe(expected)
  })

  it('sends a client, and someone signed out, to the sign-in without asking D1', async () => {
    for (const cookie of [undefined, cookies.client, cookies.client.replace('portal', 'staff'), '__Host-staff=x.y.z']) {
      const { d1, calls } = countingD1(env.DB)
      const response = await askStaff(pathOf(route, id?.(own) ?? ''), { ...(cookie && { cookie }), env: { ...env, DB: d1 } })
      expect(response.status).toBe(303)
      expect(response.headers.get('Location')).toMatch(/^\/sign-in/)
      expectSafeHeaders(response)
      expect(calls()).toBe(0)
    }
  })

  if (route.includes(':clientId')) {
    it('answers for a foreign client, and for one that never was, like a page that doesn’t exist', async () => {
      const nothing = await printOf(await askStaff('/no-such-page', { cookie: cookies.own }))
      for (const whose of [foreign, { ...foreign, client: { ...foreign.client, clientId: newId() } }])
        for (const what of [own, foreign])
          expect(await printOf(await askStaff(pathOf(route, id?.(what) ?? '', whose), { cookie: cookies.own }))).toEqual(nothing)
    })
  }

  if (id) {
    it('answers a foreign id and an unknown one in the same bytes', async () => {
      const theirs = await printOf(await askStaff(pathOf(route, id(foreign)), { cookie: cookies.own }))
      expect(theirs.status).toBe(404)
      expect(theirs).toEqual(await printOf(await askStaff(pathOf(route, newId()), { cookie: cookies.own })))
      expect(theirs).toEqual(await printOf(await askStaff('/no-such-page', { cookie: cookies.own })))
    })
  }
})

describe.each([...of('visitor'), ...of('redirect')])('%s', (route, { status }) => {
  it('is safe to show to anybody', async () => {
    const response = await askStaff(pathOf(route, newId()))
    expect(response.status).toBe(status ?? 303)
    expectSafeHeaders(response)
  })
})

describe.each(of('machine'))('%s', (route) => {
  it('changes nothing unless it is signed, whoever is signed in and wherever it comes from', async () => {
    const before = await dump()
    for (const headers of [{}, { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://elsewhere.example' }]) {
      const response = await askStaff(pathOf(route, ''), { method: 'POST', cookie: cookies.own, body: '{}', headers })
      expect(response.status).toBe(401)
      expectSafeHeaders(response)
    }
    expect(await dump()).toBe(before)
  })
})

describe.each(of('change'))('%s', (route, { id }) => {
  it('changes nothing when another origin asks, or staff of another company, or nobody', async () => {
    const path = pathOf(route, id?.(own) ?? newId())
    const before = await dump()
    const elsewhere = await ask({
      host: STAFF_HOST,
      path,
      method: 'POST',
      cookie: cookies.own,
      headers: { 'Sec-Fetch-Site': 'same-site', Origin: 'http://t.stockflow.localhost' },
    })
    expect(elsewhere.status).toBe(403)
    expectSafeHeaders(elsewhere)
    if (id) {
      const theirs = await askStaff(path, { cookie: cookies.foreign, form: { confirmed: 'yes', seen: '' } })
      expect(theirs.status).toBe(404)
    }
    if (!/ \/(?:sign-|set-password|forgot-password)/.test(route)) {
      const nobody = await askStaff(path, { form: { form: 'client-portal', enabled: 'on' } })
      expect(nobody.status).toBe(303)
      expect(nobody.headers.get('Location')).toMatch(/^\/sign-in/)
    }
    expect(await dump()).toBe(before)
  })
})
