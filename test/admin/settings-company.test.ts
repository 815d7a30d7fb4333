import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { companyProfiles } from '#src/db/schema/tenants.ts'
import { askPortal, askStaff } from '#test/asking.ts'
import { type Company, makeCast, type Person, signedInAs, signedInStaff } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'

/** Settings → Company: what is saved, what is refused, and where it shows. */

type Stored = typeof companyProfiles.$inferSelect
let company: Company
let ada: Person
let cookie: string
beforeEach(async () => {
  const cast = await makeCast()
  company = cast.ours
  ada = cast.ada
  cookie = (await signedInStaff(company)).cookie
})

const stored = async (): Promise<Stored> => {
  const { profiles } = await company.door.run({ profiles: company.door.read(companyProfiles) })
  return profiles[0] as Stored
}
const audit = async () =>
  (
    await env.DB.prepare(`SELECT setting, before, after FROM audit_entries WHERE tenant_id = ? AND area = 'company' ORDER BY setting`)
      .bind(company.tenantId)
      .all()
  ).results
/** The form as the page would send it, with some of it changed. */
const formWith = async (changed: Partial<Record<keyof Stored, string>> = {}): Promise<Record<string, string>> => {
  const { tenantId, version, ...profile } = await stored()
  return { form: 'company', version: String(version), ...profile, ...changed }
}
const save = (form: Record<string, string>, more = {}) => askStaff('/settings/company', { cookie, form, ...more })

describe('saving', () => {
  it('changes what was changed, with one entry for each field', async () => {
    const before = await stored()
    const changed = { address: 'Quay 4\r\nHull', currency: ' gbp ', replyTo: ' books@quay.example\u00a0', timeZone: 'Pacific/Auckland', locale: 'de-DE' }
    expect((await save(await formWith(changed))).status).toBe(303)
    const now = { address: 'Quay 4\nHull', currency: 'GBP', replyTo: 'books@quay.example', timeZone: 'Pacific/Auckland', locale: 'de-DE' }
    expect(await stored()).toEqual({ ...before, ...now, version: before.version + 1 })
    expect(await audit()).toEqual(
      Object.entries(now)
        .map(([setting, after]) => ({ setting, before: before[setting as keyof typeof now], after }))
        .sort((a, b) => (a.setting < b.setting ? -1 : 1)),
    )
  })

  it('twice is as good as once', async () => {
    const form = await formWith({ taxId: 'GB 1' })
    await Promise.all([1, 2, 3].map(() => save(form, { env: farAway() })))
    expect((await save(form)).status).toBe(303)
    expect((await stored()).version).toBe(2)
    expect(await audit()).toHaveLength(1)
  })

  it('does not write over what somebody else saved meanwhile', async () => {
    const mine = await formWith({ taxId: 'mine' })
    expect((await save(await formWith({ taxId: 'theirs' }))).status).toBe(303)
    const answer = await save(mine)
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('value="mine"')
    expect((await stored()).taxId).toBe('theirs')
  })

  it('is for this page’s own form alone', async () => {
    const { form, ...fields } = await formWith({ taxId: '' })
    expect((await save(fields)).status).toBe(415)
  })
})

it.each([
  ['legalName', '', 'Type the name'],
  ['legalName', 'x'.repeat(201), 'That has 201 characters'],
  ['contactEmail', 'nobody@', 'That is no e-mail address'],
  ['replyTo', 'a@b.example\r\nBcc: c@d.example', 'That is no e-mail address'],
  ['locale', 'xx-XX', 'Choose one of the list'],
  ['timeZone', 'Mars/Base', 'Choose a time zone'],
  ['currency', 'EURO', 'Type three letters'],
  ['currency', 'XYZ', 'Type three letters'],
  ['bankDetails', 'ü'.repeat(501), 'That has 501 characters'],
])('refuses %s %j beside the field, keeps what was typed and changes nothing', async (field, value, words) => {
  const before = await stored()
  const answer = await save(await formWith({ [field]: value, taxId: 'kept' }))
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(html).toContain(words)
  expect(html).toContain('value="kept"')
  expect(html).toContain('data-unsaved="yes"')
  expect(await stored()).toEqual(before)
  expect(await audit()).toEqual([])
})

it('shows on the client’s next page', async () => {
  const client = (await signedInAs(ada)).cookie
  expect((await save(await formWith({ contactName: 'Nora Quay', contactPhone: '+44 1632 960001', timeZone: 'Pacific/Auckland' }))).status).toBe(303)
  const html = await (await askPortal(ada, '/', { cookie: client })).text()
  expect(html).toContain('Nora Quay')
  expect(html).toContain('tel:+441632960001')
})

it('a name is one line, and markup is text', async () => {
  expect((await save(await formWith({ legalName: 'A\r\nB <b>C</b>' }))).status).toBe(303)
  expect((await stored()).legalName).toBe('A B <b>C</b>')
  expect(await (await askStaff('/settings/company', { cookie })).text()).toContain('A B &lt;b&gt;C&lt;/b&gt;')
  expect(await (await askStaff('/settings/audit', { cookie })).text()).not.toContain('<b>C</b>')
})
