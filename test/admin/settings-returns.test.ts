import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { askStaff } from '#test/asking.ts'
import { type Company, makeCompany, signedInStaff } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'

let company: Company
let cookie: string
beforeEach(async () => {
  company = await makeCompany('Oursupply')
  cookie = (await signedInStaff(company)).cookie
})

const FORM = {
  form: 'returns',
  version: '1',
  returnWindow: '14',
  returnReasons: 'Broken\r\n  Too late \r\n\r\nbroken',
  notReturnable: 'CUT-*\r\nFreight*',
  returnInstructions: '1. Pack it\r\n2. [Send it](https://carrier.example)',
}
const save = (change: Record<string, string> = {}, given = env as Parameters<typeof farAway>[0]) =>
  askStaff('/settings/returns', { cookie, form: { ...FORM, ...change }, ...(given && { env: given }) })
const stored = () =>
  env.DB.prepare('SELECT return_window, return_reasons, not_returnable, return_instructions, returns_version FROM portal_settings WHERE tenant_id = ?')
    .bind(company.tenantId)
    .first()
const audited = async () =>
  (
    await env.DB.prepare('SELECT area, setting, before, after FROM audit_entries WHERE tenant_id = ? ORDER BY rowid')
      .bind(company.tenantId)
      .all<{ area: string; setting: string }>()
  ).results

describe('Settings → Returns', () => {
  it('shows what is stored, saves what was changed, and writes each change down', async () => {
    const page = await (await askStaff('/settings/returns', { cookie })).text()
    expect(page).toContain('Not as described')
    expect(page).toContain('is off')
    expect((await save()).headers.get('Location')).toBe('/settings/returns?saved')
    expect(await stored()).toEqual({
      return_window: 14,
      return_reasons: '["broken","Too late"]',
      not_returnable: '["CUT-*","Freight*"]',
      return_instructions: '1. Pack it\n2. [Send it](https://carrier.example)',
      returns_version: 2,
    })
    expect((await audited()).map(({ area, setting }) => [area, setting])).toEqual(
      ['returnWindow', 'returnReasons', 'notReturnable', 'returnInstructions'].map((setting) => ['returns', setting]),
    )
    const audit = await (await askStaff('/settings/audit', { cookie })).text()
    for (const words of ['Days to return', 'Reasons', 'Return instructions', 'broken, Too late']) expect(audit).toContain(words)
  })

  it.each([
    ['returnWindow', '0', 'Type a whole number of days'],
    ['returnWindow', '3651', 'Type a whole number of days'],
    ['returnWindow', '1.5', 'Type a whole number of days'],
    ['returnReasons', ' \r\n ', 'Type at least one reason.'],
    ['returnReasons', 'x'.repeat(61), 'is too long'],
    ['returnReasons', Array.from({ length: 101 }, (_, i) => `r${i}`).join('\n'), 'Use at most 100 lines.'],
    ['notReturnable', 'x'.repeat(201), 'is too long'],
    ['returnInstructions', 'x'.repeat(4001), 'That has 4001 characters.'],
  ])('%s %j is refused beside its field, and keeps what was typed', async (setting, value, words) => {
    const before = await stored()
    const answer = await save({ [setting]: value })
    expect(answer.status).toBe(422)
    const page = await answer.text()
    expect(page).toMatch(new RegExp(`id="${setting}-problem"[^>]*>[^<]*${words}`))
    expect(page).toContain(value.trim() === '' ? 'Freight*' : value.slice(0, 60).split('\n')[0])
    expect(await stored()).toEqual(before)
    expect(await audited()).toEqual([])
  })

  it('a form that was opened before another’s change is told so, and a second click is not', async () => {
    await save()
    expect((await save()).status).toBe(303)
    const late = await save({ returnWindow: '15' })
    expect([late.status, (await late.text()).includes('Somebody else changed these settings')]).toEqual([409, true])
    expect(await stored()).toMatchObject({ return_window: 14, returns_version: 2 })
  })

  it('of two at once one is saved', async () => {
    const answers = await Promise.all(['20', '21'].map((returnWindow) => save({ returnWindow }, farAway())))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
    expect(await audited()).toHaveLength(4)
  })

  it('shows the instructions as clients would see them, and changes nothing', async () => {
    const before = await stored()
    const answer = await askStaff('/settings/returns/preview', { cookie, form: { ...FORM, returnInstructions: '**Pack** it <script>' } })
    expect(await answer.text()).toContain('<strong>Pack</strong> it &lt;script&gt;')
    expect(await stored()).toEqual(before)
  })

  it('takes its own form alone', async () => expect((await save({ form: 'company' })).status).toBe(415))
})

it('each of the staff chooses for themselves whether returns are mailed to them', async () => {
  const wanted = () => env.DB.prepare('SELECT return_mails FROM memberships WHERE staff_id = ?').bind(company.staffId).first('return_mails')
  expect(await wanted()).toBe(1)
  expect((await askStaff('/account/return-mails', { cookie, form: { wanted: '' } })).status).toBe(303)
  expect(await wanted()).toBe(0)
  await askStaff('/account/return-mails', { cookie, form: { wanted: 'on' } })
  expect(await wanted()).toBe(1)
})
