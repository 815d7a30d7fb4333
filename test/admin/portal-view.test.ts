import { env } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { clients } from '#src/db/schema/clients.ts'
import type { Role } from '#src/db/schema/staff.ts'
import { newId } from '#src/ids.ts'
import { readPages } from '#src/portal/read-pages.ts'
import { askPortal, askStaff, countingD1 } from '#test/asking.ts'
import { makeCreditNote } from '#test/billing/notes.ts'
import { makeCast, type Person, setSettings, signedInAs, signedInStaff } from '#test/cast.ts'
import { allowReturns, makePhoto, makeReturn } from '#test/returns/returning.ts'

/** View as client: what staff see is what the client sees, and looking leaves nothing but its own entry. */

const pages = [...new Set(readPages.routes.filter(({ method }) => method === 'GET').map(({ path }) => path))]

let ada: Person
let ben: Person
/** An approved return of each, with a photo. */
const returns = new Map<string, { returnId: string; photoId: string; noteId: string }>()
let cookies: { staff: string; client: string; elsewhere: string }
beforeEach(async () => {
  const cast = await makeCast()
  ada = cast.ada
  ben = cast.ben
  await allowReturns(ada.company)
  for (const person of [ada, ben]) {
    const { id: returnId } = await makeReturn(person, 'approved')
    returns.set(person.clientId, { returnId, photoId: await makePhoto(person, returnId, new Uint8Array([1])), noteId: (await makeCreditNote(person)).id })
  }
  cookies = {
    staff: (await signedInStaff(cast.ours)).cookie,
    client: (await signedInAs(ada)).cookie,
    elsewhere: (await signedInStaff(cast.theirs)).cookie,
  }
})

const pathOf = (page: string, { clientId, invoiceId, orderId }: Person = ada) => {
  if (page === '/') return ''
  const { returnId = '', photoId = '', noteId = '' } = returns.get(clientId) ?? {}
  return page
    .replace(/\.zip$/, `.zip?id=${invoiceId}`)
    .replace(':photoId', photoId)
    .replace(':id', page.includes('invoices') ? invoiceId : page.includes('returns') ? returnId : page.includes('credit-notes') ? noteId : orderId)
}
const view = (page: string, more: Parameters<typeof askStaff>[1] = {}, person = ada) =>
  askStaff(`/clients/${ada.clientId}/portal-view${pathOf(page, person)}`, { cookie: cookies.staff, ...more })
const entries = async () =>
  (
    await env.DB.prepare('SELECT event, staff_id, portal_user_id FROM activity WHERE client_id = ?')
      .bind(ada.clientId)
      .all<{ event: string; staff_id: string | null; portal_user_id: string | null }>()
  ).results
const become = (role: Role) => env.DB.prepare('UPDATE memberships SET role = ? WHERE tenant_id = ?').bind(role, ada.company.tenantId).run()

/** A page's main part and its navigation, with addresses under one name, and without the person's in the greeting: staff are nobody. */
const essence = (html: string, base: string) => {
  const main = /<main[\s\S]*<\/main>/.exec(html)?.[0] ?? html
  const tabs = /<nav class="tabs"[\s\S]*?<\/nav>/.exec(html)?.[0] ?? ''
  const nameless = main.replace(/<h1>(?:Good \w+, [^<]+|Welcome)<\/h1>/, '<h1>Welcome</h1>')
  return (tabs + nameless).replaceAll(`"${base}"`, '"@/"').replaceAll(`"${base}/`, '"@/')
}

/** What answers a file has nothing to mark. */
const isFile = (page: string) => /(?:\/pdf|\.pdf|\.csv|\.zip|\/photos\/:photoId)$/.test(page)

describe.each(pages.filter((page) => !isFile(page)))('%s', (page) => {
  it('is what the client sees, marked, and without an account to act on', async () => {
    const [staffs, clients] = await Promise.all([view(page), askPortal(ada, pathOf(page) || '/', { cookie: cookies.client })])
    expect(staffs.status).toBe(200)
    const html = await staffs.text()
    expect(essence(html, `/clients/${ada.clientId}/portal-view`)).toBe(essence(await clients.text(), '/portal'))
    expect(html).toContain(`You see the portal as ${ada.clientName} sees it.`)
    expect(html).toContain(`href="/clients/${ada.clientId}"`)
    expect(html).not.toMatch(/method="post"|sign-out|\/account/)
    expect(staffs.headers.get('Cache-Control')).toContain('no-store')
  })

  it('is one call of D1', async () => {
    const { d1, calls } = countingD1(env.DB)
    expect((await view(page, { env: { ...env, DB: d1 } })).status).toBe(200)
    expect(calls()).toBe(1)
  })
})

describe.each(pages)('%s', (page) => {
  it('leaves one entry of the staff’s, none of the client’s, and a client’s session as it was', async () => {
    const session = () => env.DB.prepare('SELECT * FROM portal_sessions WHERE portal_user_id = ?').bind(ada.portalUserId).all()
    const before = (await session()).results
    for (let i = 0; i < 3; i += 1) await (await view(page)).arrayBuffer()
    expect(await entries()).toEqual([{ event: 'portal-viewed', staff_id: ada.company.staffId, portal_user_id: null }])
    expect((await session()).results).toEqual(before)
  })

  it('leaves none when it is fetched ahead, or only asked for its head', async () => {
    await view(page, { method: 'HEAD' })
    await view(page, { headers: { 'Sec-Purpose': 'prefetch' } })
    expect(await entries()).toEqual([])
  })

  it('is not there for staff of another company, for another client’s document, or for a client’s cookie', async () => {
    expect((await view(page, { cookie: cookies.elsewhere })).status).toBe(404)
    const asClient = await view(page, { cookie: cookies.client.replace('portal', 'staff') })
    expect(asClient.status).toBe(303)
    expect(await entries()).toEqual([])
    if (page.includes(':id')) expect((await view(page, {}, ben)).status).toBe(404)
  })

  it('is only looked at', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await view(page, { method, ...(method === 'POST' && { form: { x: 'y' } }) })
      expect([method, answer.status, answer.headers.get('Allow')]).toEqual([method, 405, 'GET, HEAD'])
    }
    expect(await entries()).toEqual([])
  })

  it('is open to a viewer', async () => {
    await become('viewer')
    expect((await view(page)).status).toBe(200)
  })
})

it('a look is logged for each member of the staff, by name', async () => {
  await view('/')
  await env.DB.prepare('UPDATE staff_sessions SET id = id WHERE tenant_id = ?').bind(ada.company.tenantId).run()
  const other = newId()
  await env.DB.batch([
    env.DB.prepare('INSERT INTO staff (id, email, email_key, name, created_at) VALUES (?1, ?1, ?1, ?2, 0)').bind(other, 'Otto'),
    env.DB.prepare("INSERT INTO memberships (tenant_id, staff_id, role, created_at) VALUES (?, ?, 'viewer', 0)").bind(ada.company.tenantId, other),
  ])
  const otto = await signedInStaff({ ...ada.company, staffId: other })
  await view('/', { cookie: otto.cookie })
  expect((await entries()).map(({ staff_id }) => staff_id).sort()).toEqual([ada.company.staffId, other].sort())
  const history = await (await askStaff(`/clients/${ada.clientId}/history`, { cookie: cookies.staff })).text()
  expect(history).toContain('Portal viewed as client')
  expect(history).toContain('Otto')
})

it('works before the portal is on, and for a client that is switched off, and says so', async () => {
  expect(await (await view('/')).text()).not.toContain('can’t see it now')
  await setSettings(ada.company, { enabled: false })
  expect(await (await view('/')).text()).toContain('can’t see it now')
  await setSettings(ada.company, { enabled: true })
  await ada.company.door.run({ off: ada.company.door.update(clients, { portalAccess: false }, sql`id = ${ada.clientId}`) })
  expect(await (await view('/')).text()).toContain('can’t see it now')
})

it('what a toggle closes for clients is closed here', async () => {
  await setSettings(ada.company, { orderHistory: false, downloadInvoices: false, showBalance: false })
  expect((await view('/orders')).status).toBe(404)
  expect((await view('/orders/:id')).status).toBe(404)
  expect((await view('/invoices/:id/pdf')).status).toBe(404)
  expect(await (await view('/')).text()).not.toContain('Outstanding balance')
})

it('a client profile leads there', async () => {
  const profile = await (await askStaff(`/clients/${ada.clientId}`, { cookie: cookies.staff })).text()
  expect(profile).toContain(`href="/clients/${ada.clientId}/portal-view"`)
})
