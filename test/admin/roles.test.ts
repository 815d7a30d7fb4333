/// <reference types="vite/client" />
import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { importFiles, importSources, imports } from '#src/db/schema/imports.ts'
import { invitationRuns } from '#src/db/schema/invitation-runs.ts'
import { ROLES, type Role } from '#src/db/schema/staff.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { staffApp } from '#src/surfaces.ts'
import { unhurried } from '#test/access/stage.ts'
import { askStaff } from '#test/asking.ts'
import { makeCreditNote } from '#test/billing/notes.ts'
import { type Company, makeCast, type Person, signedInStaff } from '#test/cast.ts'
import { withBatch } from '#test/far-away.ts'
import { allowReturns, makePhoto, makeReturn } from '#test/returns/returning.ts'

/** Every address of the staff host, asked by staff of each role: the answers are those of docs/roles.md. */

const [doc = ''] = Object.values(import.meta.glob<string>('../../docs/roles.md', { eager: true, query: '?raw', import: 'default' }))
const TABLE = new Map<string, Record<Role, boolean>>()
for (const [, route = '', owner, member, viewer] of doc.matchAll(/^\| `([^`]+)` *\| (yes|no) *\| (yes|no) *\| (yes|no) *\|$/gm))
  TABLE.set(route, { owner: owner === 'yes', member: member === 'yes', viewer: viewer === 'yes' })
const WITHOUT = new Set([...doc.slice(doc.lastIndexOf('|')).matchAll(/`((?:GET|POST) [^`]+)`/g)].map(([, route]) => route))

const routes = [...new Set(staffApp.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`))]

let company: Company
let ada: Person
let cookie: string
let returnId: string
let photoId: string
let noteId: string
const [importId, runId, other] = [newId(), newId(), newId()]
beforeAll(async () => {
  const cast = await makeCast()
  company = cast.ours
  ada = cast.ada
  cookie = (await signedInStaff(company)).cookie
  await allowReturns(company)
  returnId = (await makeReturn(ada, 'approved')).id
  photoId = await makePhoto(ada, returnId, new Uint8Array([1]))
  noteId = (await makeCreditNote(ada)).id
  const { door, staffId } = company
  const at = Date.now()
  await door.run({
    job: door.insert(imports, { id: importId, staffId, createdAt: at, movedAt: at, phase: 'planned' }),
    source: door.insert(importSources, {
      ...{ importId, number: 1, name: 'clients.csv', size: 1, encoding: 'utf-8', delimiter: ',', columns: '["name"]' },
      ...{ headBytes: 0, headLines: 0, mappings: '[]' },
    }),
    file: door.insert(importFiles, { importId, kind: 'clients', name: 'clients.csv', size: 1, state: 'done', columns: '[]' }),
    run: door.insert(invitationRuns, { id: runId, staffId, createdAt: at, begunAt: at, selection: '{"all":true,"filter":{}}' }),
  })
  await env.DB.prepare('INSERT INTO staff (id, email, email_key, created_at) VALUES (?1, ?1, ?1, 0)').bind(other).run()
})
// Asked as an owner, an address may remove them, or end the session that asks.
beforeEach(async () => {
  await env.DB.prepare("INSERT INTO memberships (tenant_id, staff_id, role, created_at) VALUES (?, ?, 'viewer', 0) ON CONFLICT DO UPDATE SET removed_at = NULL")
    .bind(company.tenantId, other)
    .run()
  cookie = (await signedInStaff(company)).cookie
})

const become = (role: Role) =>
  env.DB.prepare('UPDATE memberships SET role = ? WHERE tenant_id = ? AND staff_id = ?').bind(role, company.tenantId, company.staffId).run()
const pathOf = (route: string) => {
  const path = (route.split(' ')[1] ?? '').replace(/\.zip$/, `.zip?id=${ada.invoiceId}`)
  const inView = path.includes('/invoices/') ? ada.invoiceId : path.includes('/returns/') ? returnId : path.includes('/credit-notes/') ? noteId : ada.orderId
  if (path.startsWith('/settings/team/')) return path.replace(':id', other)
  if (path.startsWith('/account/')) return path.replace(':id', 'NobodysSession00')
  const id = path.startsWith('/imports')
    ? importId
    : path.startsWith('/invitations')
      ? runId
      : path.startsWith('/returns')
        ? returnId
        : path.includes(':clientId')
          ? inView
          : ada.clientId
  return path.replace(':photoId', photoId).replace(':clientId', ada.clientId).replace(':id', id).replace(':file', '1d6b57.css').replace(':number/:part', '1/0')
}
const ask = (route: string, given: Env = unhurried) =>
  askStaff(pathOf(route), {
    cookie,
    env: given,
    method: route.split(' ')[0] ?? 'GET',
    ...(route.startsWith('POST') && {
      form: { form: /company|returns/.exec(route)?.[0] ?? 'client-portal', version: '1', confirmed: 'yes', run: 'NobodysRunSoFar1', all: 'yes' },
    }),
  })

/** All that there is, but when a session was last seen. */
const dump = async () => {
  const tables = await env.DB.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name <> 'memberships'`,
  ).all<{ name: string }>()
  return JSON.stringify(await Promise.all(tables.results.map(async ({ name }) => [name, (await env.DB.prepare(`SELECT * FROM ${name}`).all()).results])))
}

it('the table has a row for each address, and for no other', () => {
  expect([...TABLE.keys(), ...WITHOUT].sort()).toEqual([...routes].sort())
  expect(ROLES.every((role) => [...TABLE.values()].some((row) => row[role]))).toBe(true)
})

describe.each([...TABLE])('%s', (route, row) => {
  it.each(ROLES.filter((role) => !row[role]))('is refused to a %s, and nothing is changed', async (role) => {
    await become(role)
    const before = await dump()
    const answer = await ask(route)
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('Your role doesn’t allow this')
    expect(await dump()).toBe(before)
  })

  it.each(ROLES.filter((role) => row[role]))('is open to a %s', async (role) => {
    await become(role)
    const answer = await ask(route)
    expect(answer.status).not.toBe(403)
    expect(answer.status).toBeLessThan(500)
    if (!route.includes('sign-out')) expect(answer.headers.get('Location') ?? '').not.toContain('/sign-in')
  })
})

it('a viewer’s pages offer nothing that would be refused, and still a search', async () => {
  const own = [
    '/clients/:id/portal',
    '/clients/:id/history',
    '/imports',
    '/invitations/new',
    '/settings/client-portal',
    '/settings/team',
    '/settings/team/:id',
  ].map((path) => `GET ${path}`)
  for (const route of own) {
    await become('owner')
    expect(await (await ask(route)).text(), route).not.toContain('class="shut"')
    await become('viewer')
    const html = await (await ask(route)).text()
    expect(html, route).toContain('your role is viewer')
    // Nothing that posts lies outside the fieldset that is off, but for signing out.
    const outside = html.replace(/<fieldset class="shut" disabled[\s\S]*<\/fieldset>/, '')
    expect(
      [...outside.matchAll(/<form method="post" action="([^"]+)"/g)].map(([, action]) => action),
      route,
    ).toEqual(['/sign-out'])
  }
  const list = await (await ask('GET /clients')).text()
  expect(list).toContain('type="search"')
  expect(list).not.toContain('Bulk Actions')
  expect(list.replace(/<fieldset class="shut" disabled[\s\S]*<\/fieldset>/, '')).not.toContain('type="checkbox"')
})

it('a role that is taken away between the two trips of one request leaves nothing behind', async () => {
  await become('owner')
  let trips = 0
  const demoted = withBatch(
    (batch) => async (statements) => {
      const results = await batch(statements)
      trips += 1
      if (trips === 1) await become('member')
      return results
    },
    unhurried,
  )
  const before = await dump()
  const form = { form: 'client-portal', version: '1', brandColour: '#000', enabled: 'on' }
  const answer = await askStaff('/settings/client-portal', { cookie, form, env: demoted })
  expect(trips).toBeGreaterThan(1)
  expect(answer.status).toBe(403)
  expect(await dump()).toBe(before)
})
