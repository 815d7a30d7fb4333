import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { TOGGLES } from '#src/branding/portal-settings.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import type { Env } from '#src/env.ts'
import { askPortal, askStaff } from '#test/asking.ts'
import { type Company, makeCast, makeCompany, type Person, signedInAs, signedInStaff } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'

/** Settings → Client Portal: what is saved, what is refused, and what is left of it. */

type Stored = typeof portalSettings.$inferSelect
let company: Company
let cookie: string
beforeEach(async () => {
  company = await makeCompany('Settled')
  cookie = (await signedInStaff(company)).cookie
})

const stored = async (): Promise<Stored> => {
  const { settings } = await company.door.run({ settings: company.door.read(portalSettings) })
  return settings[0] as Stored
}
const audit = async () =>
  (
    await env.DB.prepare('SELECT setting, before, after FROM audit_entries WHERE tenant_id = ? ORDER BY setting')
      .bind(company.tenantId)
      .all<{ setting: string; before: string; after: string }>()
  ).results

type Form = Record<string, string>
/** The form as the page would send it, with some of it changed; a value that is null is not sent. */
const formWith = async (changed: Record<string, string | null> = {}): Promise<Form> => {
  const now = await stored()
  const on = (['enabled', ...TOGGLES] as const).filter((name) => now[name]).map((name) => [name, 'on'] as const)
  const form = {
    form: 'client-portal',
    version: String(now.version),
    brandColour: now.brandColour,
    welcomeMessage: now.welcomeMessage,
    ...Object.fromEntries(on),
  }
  return Object.fromEntries(Object.entries({ ...form, ...changed }).filter((entry): entry is [string, string] => entry[1] !== null))
}
const save = (form: Form, more: { env?: Env } = {}) => askStaff('/settings/client-portal', { cookie, form, ...more })

describe('saving', () => {
  it.each(TOGGLES)('%s, on and off again', async (toggle) => {
    const before = (await stored())[toggle]
    expect((await save(await formWith({ [toggle]: before ? null : 'on' }))).status).toBe(303)
    expect((await stored())[toggle]).toBe(!before)
    expect((await save(await formWith({ [toggle]: before ? 'on' : null }))).status).toBe(303)
    expect((await stored())[toggle]).toBe(before)
    expect(await audit()).toEqual(
      [
        { setting: toggle, before: String(Number(before)), after: String(Number(!before)) },
        { setting: toggle, before: String(Number(!before)), after: String(Number(before)) },
      ].sort((a, b) => (before ? Number(b.before) - Number(a.before) : Number(a.before) - Number(b.before))),
    )
  })

  it('changes what was changed and nothing else, with one entry for each', async () => {
    const before = await stored()
    const answer = await save(await formWith({ brandColour: ' #C36 ', welcomeMessage: 'Hello\r\n\r\n**there**  ', requestReturns: 'on' }))
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/settings/client-portal?saved'])
    const { updatedAt, ...after } = await stored()
    expect(updatedAt).toBeGreaterThanOrEqual(before.updatedAt)
    expect(after).toEqual({
      ...Object.fromEntries(Object.entries(before).filter(([name]) => name !== 'updatedAt')),
      brandColour: '#cc3366',
      welcomeMessage: 'Hello\n\n**there**',
      requestReturns: true,
      version: before.version + 1,
    })
    expect(await audit()).toEqual([
      { setting: 'brandColour', before: '#1d6b57', after: '#cc3366' },
      { setting: 'requestReturns', before: '0', after: '1' },
      { setting: 'welcomeMessage', before: '', after: 'Hello\n\n**there**' },
    ])
  })

  it('twice is as good as once, however it is clicked', async () => {
    const form = await formWith({ welcomeMessage: 'Hello' })
    const answers = await Promise.all([save(form, { env: farAway() }), save(form, { env: farAway() }), save(form, { env: farAway() })])
    expect(answers.filter(({ status }) => status === 303).length).toBeGreaterThan(0)
    expect((await save(form)).status).toBe(303)
    expect((await stored()).version).toBe(2)
    expect(await audit()).toHaveLength(1)
  })

  it('does not write over what somebody else saved meanwhile, and keeps what was typed', async () => {
    const mine = await formWith({ welcomeMessage: 'Mine', showCreditLimit: null })
    expect((await save(await formWith({ welcomeMessage: 'Theirs' }))).status).toBe(303)
    const answer = await save(mine)
    expect(answer.status).toBe(409)
    const html = await answer.text()
    expect(html).toContain('Somebody else changed these settings')
    expect(html).toContain('Mine')
    expect(html).toContain('data-unsaved="yes"')
    expect(await stored()).toMatchObject({ welcomeMessage: 'Theirs', showCreditLimit: true })
    expect(await audit()).toHaveLength(1)
    // Once more from the page that came back.
    const version = /name="version" value="(\d+)"/.exec(html)?.[1] ?? ''
    expect((await save({ ...mine, version })).status).toBe(303)
    expect(await stored()).toMatchObject({ welcomeMessage: 'Mine', showCreditLimit: false })
  })

  it('at the same moment, one wins and the others hear of it', async () => {
    const forms = await Promise.all([1, 2, 3, 4].map((n) => formWith({ welcomeMessage: `Number ${n}` })))
    const answers = await Promise.all(forms.map((form) => save(form, { env: farAway() })))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409, 409])
    expect((await stored()).version).toBe(2)
    const entries = await audit()
    expect(entries).toEqual([{ setting: 'welcomeMessage', before: '', after: (await stored()).welcomeMessage }])
  })
})

describe('is refused, keeps what was typed and changes nothing', () => {
  it.each([
    ['a colour that is none', { brandColour: 'red;background:url(//evil.example)' }, 'That is no colour'],
    ['a colour that ends its rule', { brandColour: '#fff}*{color:red' }, 'That is no colour'],
    ['no colour', { brandColour: '' }, 'That is no colour'],
    ['a message that is too long', { welcomeMessage: 'ä'.repeat(2001) }, 'That has 2001 characters. Use at most 2000.'],
  ])('%s', async (_, changed, words) => {
    const before = await stored()
    const answer = await save(await formWith({ ...changed, showBalance: null }))
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain(words)
    expect(html).toContain('aria-invalid="true"')
    for (const typed of Object.values(changed)) expect(html).toContain(typed)
    expect(/<input id="showBalance"[^>]*>/.exec(html)?.[0]).not.toContain('checked')
    expect(await stored()).toEqual(before)
    expect(await audit()).toEqual([])
  })

  it('takes a message of exactly as many characters as it says, whatever they are', async () => {
    const message = '🧵'.repeat(2000)
    expect((await save(await formWith({ welcomeMessage: message }))).status).toBe(303)
    expect((await stored()).welcomeMessage).toBe(message)
  })
})

describe('the preview', () => {
  const preview = async (changed: Record<string, string | null>) => {
    const response = await askStaff('/settings/client-portal/preview', { cookie, form: await formWith(changed), headers: { 'HX-Request-Type': 'partial' } })
    expect(response.status).toBe(200)
    return response.text()
  }

  it('shows what is typed, and saves none of it', async () => {
    const before = await stored()
    const html = await preview({ brandColour: '#C36', welcomeMessage: '**Soon** closed', showBalance: null, orderHistory: null })
    expect(html).toContain('/settings/client-portal/preview/cc3366.css')
    expect(html).toContain('<strong>Soon</strong> closed')
    expect(html).toContain('Credit limit')
    expect(html).not.toContain('Outstanding balance')
    expect(html).not.toContain('Orders')
    expect(html).not.toContain('<html')
    expect(await stored()).toEqual(before)
  })

  it('goes on with the stored colour while a new one is being typed', async () => {
    expect(await preview({ brandColour: '#c' })).toContain('/settings/client-portal/preview/1d6b57.css')
  })

  it('has a style sheet that can carry nothing but colours, and colours nothing but itself', async () => {
    const sheet = await askStaff('/settings/client-portal/preview/cc3366.css', { cookie })
    expect(await sheet.text()).toMatch(/^\.preview\{(--[a-z-]+:(#[0-9a-f]{6}|light-dark\(#[0-9a-f]{6},#[0-9a-f]{6}\));?)+\}\n$/)
    for (const file of ['cc3366', 'red.css', '%23cc3366.css', 'cc3366.css%00', 'CC3366.css'])
      expect((await askStaff(`/settings/client-portal/preview/${file}`, { cookie })).status).toBe(404)
  })
})

describe('on the portal', () => {
  let cast: { ours: Company; ada: Person; cleo: Person }
  beforeAll(async () => {
    cast = await makeCast()
  })

  it('colour and message are the client’s at the next click, and of this company alone', async () => {
    company = cast.ours
    cookie = (await signedInStaff(company)).cookie
    const [ada, cleo] = [(await signedInAs(cast.ada)).cookie, (await signedInAs(cast.cleo)).cookie]
    expect((await save(await formWith({ brandColour: '#0a7', welcomeMessage: 'We ship until *Friday*.' }))).status).toBe(303)
    const hers = await (await askPortal(cast.ada, '/', { cookie: ada })).text()
    expect(hers).toContain('/assets/brand/00aa77.css')
    expect(hers).toContain('We ship until <em>Friday</em>.')
    const theirs = await (await askPortal(cast.cleo, '/', { cookie: cleo })).text()
    expect(theirs).not.toContain('00aa77')
    expect(theirs).not.toContain('Friday')
  })
})
