import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { RECORD_FIELDS } from '#src/clients/record.ts'
import { newId } from '#src/ids.ts'
import { askPortal, askStaff } from '#test/asking.ts'
import { makeCast, makeCompany, type Person, signedInAs, signedInStaff } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'

/** Clients added and changed by hand. */

let ada: Person
let ben: Person
let cleo: Person
let cookie: string
beforeEach(async () => {
  ;({ ada, ben, cleo } = await makeCast())
  cookie = (await signedInStaff(ada.company)).cookie
})

type Row = Record<string, string | number | null>
const rows = async (statement: string, ...values: unknown[]) =>
  (
    await env.DB.prepare(statement)
      .bind(...values)
      .all<Row>()
  ).results
const client = async (id: string) => (await rows('SELECT * FROM clients WHERE id = ?', id))[0]
const history = (id: string) => rows('SELECT event, text, staff_id FROM activity WHERE client_id = ? ORDER BY at, rowid', id)

/** The form as the page of an address gives it. */
const formOf = async (path: string): Promise<Record<string, string>> => {
  const html = await (await askStaff(path, { cookie })).text()
  const fields = [...html.matchAll(/<input[^>]*\sname="(\w+)"[^>]*>/g)].map(([tag, name = '']) => [name, /\svalue="([^"]*)"/.exec(tag)?.[1] ?? ''])
  return { ...Object.fromEntries(fields), status: /<option value="(\w+)" selected/.exec(html)?.[1] ?? '' }
}
const post = (path: string, form: Record<string, string>, more: Parameters<typeof askStaff>[1] = {}) =>
  askStaff(path, { cookie, method: 'POST', form, ...more })
const NEW: Record<string, string> = {
  name: 'Ørsted & Söner',
  code: 'ØR-1',
  email: 'Jo@Orsted.example ',
  phone: '+45 1',
  currency: 'jpy',
  creditLimit: '50000',
  city: 'Aarhus',
  country: 'Denmark',
}

describe('a client that is added', () => {
  it('stands with all that was typed, is found, is not invited, and says so in its history', async () => {
    const form: Record<string, string> = { ...(await formOf('/clients/new')), ...NEW }
    const answer = await post('/clients/new', form)
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, `/clients/${form.id}?notice=added`])
    expect(await client(form.id ?? '')).toMatchObject({
      tenant_id: ada.company.tenantId,
      code: 'ØR-1',
      name: 'Ørsted & Söner',
      name_key: 'ørsted & söner',
      email: 'Jo@Orsted.example',
      email_key: 'jo@orsted.example',
      currency: 'JPY',
      credit_limit: 50_000,
      status: 'active',
      access_state: 'not-invited',
      city: 'Aarhus',
    })
    expect(await history(form.id ?? '')).toEqual([{ event: 'client-added', text: '', staff_id: ada.company.staffId }])
    expect(await (await askStaff('/clients?q=söner', { cookie })).text()).toContain('Ørsted &amp; Söner')
    expect(await (await askStaff(answer.headers.get('Location') ?? '', { cookie })).text()).toContain('Client added.')
  })

  it('twice by one form, one after the other and at the same time, is one client', async () => {
    const form: Record<string, string> = { ...(await formOf('/clients/new')), ...NEW }
    const answers = await Promise.all([1, 2, 3].map(() => post('/clients/new', form, { env: farAway(env) })))
    answers.push(await post('/clients/new', form))
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303])
    expect(await rows('SELECT id FROM clients WHERE tenant_id = ? AND code = ?', ada.company.tenantId, 'ØR-1')).toHaveLength(1)
    expect(await history(form.id ?? '')).toHaveLength(1)
  })

  it.each([
    ['no name', { name: ' ' }, 'name', 'This is needed, but empty'],
    ['no code', { code: '' }, 'code', 'This is needed, but empty'],
    ['no address', { email: 'nobody' }, 'email', '“nobody” is not an e-mail address'],
    ['no currency', { currency: 'EURO' }, 'currency', 'There is no currency “EURO”'],
    ['a limit with too many places', { currency: 'JPY', creditLimit: '1.5' }, 'creditLimit', '1.5 has more than 0 places for JPY'],
    ['a limit below nought', { creditLimit: '-1' }, 'creditLimit', 'A credit limit can’t be below zero'],
    ['a status that is none', { status: 'gone' }, 'status', '“gone” is none of active, inactive'],
  ])('with %s is not, and what was typed stays', async (_, typed, field, why) => {
    const form: Record<string, string> = { ...(await formOf('/clients/new')), ...NEW, ...typed }
    const answer = await post('/clients/new', form)
    const html = await answer.text()
    expect(answer.status).toBe(422)
    expect(/id="(\w+)-problem">([^<]*)</.exec(html)?.slice(1, 3)).toEqual([field, why])
    expect(html).toContain('value="+45 1"')
    expect(await client(form.id ?? '')).toBeUndefined()
  })

  it('under a code that another has is not; another company’s code is free', async () => {
    const { code = '' } = (await client(ben.clientId)) ?? {}
    const form: Record<string, string> = { ...(await formOf('/clients/new')), ...NEW, code: String(code) }
    const answer = await post('/clients/new', form)
    expect([answer.status, (await answer.text()).includes('Another client has this code')]).toEqual([422, true])
    const { code: theirs = '' } = (await client(cleo.clientId)) ?? {}
    expect((await post('/clients/new', { ...form, code: String(theirs) })).status).toBe(303)
  })

  it('under an id that is another company’s client’s changes nothing there', async () => {
    const before = await client(cleo.clientId)
    await post('/clients/new', { ...(await formOf('/clients/new')), ...NEW, id: cleo.clientId })
    expect(await rows('SELECT * FROM clients WHERE id = ? AND tenant_id = ?', cleo.clientId, cleo.company.tenantId)).toEqual([before])
  })
})

describe('a client that is edited', () => {
  const path = () => `/clients/${ada.clientId}/edit`

  it('has one entry for each field, from what to what; the rest stays', async () => {
    const before = await client(ada.clientId)
    const form = { ...(await formOf(path())), name: 'Ada & Co', creditLimit: '', status: 'inactive', city: 'Łódź' }
    expect((await post(path(), form)).headers.get('Location')).toBe(`/clients/${ada.clientId}?notice=saved`)
    const after = await client(ada.clientId)
    expect(after).toMatchObject({
      name: 'Ada & Co',
      name_key: 'ada & co',
      credit_limit: null,
      status: 'inactive',
      city: 'Łódź',
      email: before?.email ?? null,
      code: before?.code ?? null,
    })
    expect((await history(ada.clientId)).map(({ event, text }) => [event, text])).toEqual([
      ['client-changed', 'Name: Adaworks → Ada & Co'],
      ['client-changed', 'Status: active → inactive'],
      ['client-changed', 'City: none → Łódź'],
      ['client-changed', 'Credit limit: 12345.00 → none'],
    ])
    expect(await (await askStaff('/clients?q=ada+co', { cookie })).text()).toContain('Ada &amp; Co')
    // The same again is nothing new.
    expect((await post(path(), { ...form, version: String(after?.updated_at) })).status).toBe(303)
    expect(await history(ada.clientId)).toHaveLength(4)
  })

  it('with every field changed says each of them', async () => {
    const form = await formOf(path())
    const other = Object.fromEntries(RECORD_FIELDS.map((field) => [field, `${field}-x`]))
    await post(path(), { ...form, ...other, status: 'inactive', email: 'new@address.example', currency: 'USD', creditLimit: '1.00', language: 'de-DE' })
    const entries = await history(ada.clientId)
    expect(entries).toHaveLength(RECORD_FIELDS.length)
    expect(entries.filter(({ event }) => event === 'address-changed').map(({ text }) => text)).toEqual([`${ada.email} → new@address.example`])
  })

  it('ends an open invitation when its address changes, and neither moves nor locks a login', async () => {
    await post(path(), { ...(await formOf(path())), email: 'other@clients.example' })
    expect(await rows('SELECT state FROM accesses WHERE client_id = ? AND portal_user_id = ?', ada.clientId, ada.portalUserId)).toEqual([{ state: 'active' }])
    expect(await client(ada.clientId)).toMatchObject({ access_state: 'not-invited', email_key: 'other@clients.example' })
  })

  it('by two at once is saved by one; the other is told and keeps what it typed', async () => {
    const form = await formOf(path())
    const answers = await Promise.all(['One', 'Two'].map((name) => post(path(), { ...form, name }, { env: farAway(env) })))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
    const late = answers.find(({ status }) => status === 409)
    const html = (await late?.text()) ?? ''
    expect(html).toContain('was changed while you had it open')
    const { name = '' } = (await client(ada.clientId)) ?? {}
    expect(html).toContain(`value="${name === 'One' ? 'Two' : 'One'}"`)
    expect(await history(ada.clientId)).toHaveLength(1)
    // Saved again with what stands now, it takes its place.
    const version = /name="version" value="(\d+)"/.exec(html)?.[1] ?? ''
    expect((await post(path(), { ...form, name: 'Third', version })).status).toBe(303)
    expect(await client(ada.clientId)).toMatchObject({ name: 'Third' })
  })

  it('is not another company’s, and not given a code that another has', async () => {
    const form = await formOf(path())
    expect((await post(`/clients/${cleo.clientId}/edit`, form)).status).toBe(404)
    expect((await post(`/clients/${newId()}/edit`, form)).status).toBe(404)
    const { code = '' } = (await client(ben.clientId)) ?? {}
    const answer = await post(path(), { ...form, code: String(code) })
    expect([answer.status, (await answer.text()).includes('Another client has this code')]).toEqual([422, true])
    expect((await post(path(), { name: 'Only a name' })).status).toBe(415)
    const elsewhere = (await signedInStaff(await makeCompany('Elsewhere'))).cookie
    expect((await post(path(), form, { cookie: elsewhere })).status).toBe(404)
  })
})

describe('its language', () => {
  const path = () => `/clients/${ada.clientId}/edit`

  it('is how its portal and its documents write dates and amounts, and nobody else’s', async () => {
    const [adas, bens] = [(await signedInAs(ada)).cookie, (await signedInAs(ben)).cookie]
    const amounts = async (person: Person, held: string) => {
      const text = (await (await askPortal(person, '/invoices', { cookie: held })).text()).replaceAll(/<[^>]+>/g, ' ')
      return [/\p{Sc}\d/u.test(text), /\d,\d\d\s\p{Sc}/u.test(text)]
    }
    const pdf = async () => (await (await askPortal(ada, `/invoices/${ada.invoiceId}/pdf`, { cookie: adas })).arrayBuffer()).byteLength
    expect(await amounts(ada, adas)).toEqual([true, false])
    const plain = await pdf()
    await post(path(), { ...(await formOf(path())), language: 'de-DE' })
    expect(await amounts(ada, adas)).toEqual([false, true])
    expect(await pdf()).not.toBe(plain)
    expect(await amounts(ben, bens)).toEqual([true, false])
    // Empty again: as the company.
    await post(path(), { ...(await formOf(path())), language: '' })
    expect(await amounts(ada, adas)).toEqual([true, false])
  })

  it('is one of those that are offered', async () => {
    const answer = await post(path(), { ...(await formOf(path())), language: 'tlh' })
    expect([answer.status, (await answer.text()).includes('There is no language “tlh” here')]).toEqual([422, true])
  })
})
