import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Role } from '#src/db/schema/staff.ts'
import { newId } from '#src/ids.ts'
import { sendMail } from '#src/mail/sending.ts'
import { unhurried } from '#test/access/stage.ts'
import { askStaff, cookieOf } from '#test/asking.ts'
import { type Company, hashOfPassword, makeCompany, PASSWORD, signedInStaff } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import { accepted, withProvider } from '#test/mail/post.ts'
import { all, auditOf, change, invite, join, joined, linkOf, mailsTo, memberships, NEW_PASSWORD, newAddress, owners, setPassword, signIn } from './hands.ts'

let company: Company
let cookie: string
beforeAll(async () => {
  await hashOfPassword()
})
beforeEach(async () => {
  company = await makeCompany('Teamworks')
  cookie = (await signedInStaff(company)).cookie
})
const post = (path: string, form: Record<string, string> = {}, as = cookie, given = unhurried) => askStaff(path, { cookie: as, form, env: given })
const idOf = async (email: string) => (await all<{ id: string }>('SELECT id FROM staff WHERE email_key = ?', email.toLowerCase()))[0]?.id ?? ''
const pathOf = async (email: string) => `/settings/team/${await idOf(email)}`

describe('an invitation', () => {
  it('brings somebody in, with the role they were invited for', async () => {
    const email = newAddress()
    const answer = await invite(cookie, ` ${email.toUpperCase()} `, 'member', unhurried, 'Jo Fern')
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/settings/team?notice=invited'])
    const [mail, ...more] = await mailsTo(email.toUpperCase())
    expect([mail?.kind, more]).toEqual(['staff-invitation', []])
    expect(JSON.parse(mail?.data ?? '')).toMatchObject({ company: 'Teamworks', personName: 'Jo Fern', by: 'Staff of Teamworks' })
    expect(await auditOf(company)).toEqual([{ setting: 'member', before: '', after: `${email.toUpperCase()}: member` }])
    const list = await (await askStaff('/settings/team', { cookie })).text()
    expect(list).toContain('Jo Fern')
    expect(list).toContain('The link works until')

    const link = mail ? await linkOf(mail) : ''
    expect((await askStaff(link)).status).toBe(200)
    expect((await askStaff(link)).status).toBe(200)
    const entered = await setPassword(link)
    expect([entered.status, entered.headers.get('Location')]).toEqual([303, '/clients'])
    const own = cookieOf(entered)
    expect((await askStaff('/clients', { cookie: own })).status).toBe(200)
    expect((await post('/settings/team/invitations', { email: newAddress(), role: 'owner' }, own)).status).toBe(403)
    expect((await setPassword(link)).status).toBe(410)
    expect((await signIn(email, NEW_PASSWORD)).status).toBe(303)
  })

  it('asked for twice at once makes one member, one mail and one entry', async () => {
    const email = newAddress()
    const far = farAway(unhurried)
    const answers = await Promise.all([1, 2, 3].map(() => invite(cookie, email, 'viewer', far)))
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    expect([(await mailsTo(email)).length, (await memberships(company)).length, (await auditOf(company)).length]).toEqual([1, 2, 1])
  })

  it.each([
    ['nothing typed', { email: '', role: 'member' }, 'Type an e-mail address.'],
    ['no address', { email: 'jo at fern', role: 'member' }, 'That is no e-mail address.'],
    ['no role', { email: 'jo@fern.example', role: 'king' }, 'Choose a role.'],
    ['a long name', { email: 'jo@fern.example', role: 'viewer', name: 'x'.repeat(101) }, 'That has 101 characters.'],
  ])('with %s is refused beside the field, and keeps what was typed', async (_, form, words) => {
    const answer = await post('/settings/team/invitations', form)
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain(words)
    expect(html).toContain(`value="${form.email}"`)
    expect((await memberships(company)).length).toBe(1)
  })

  it('of somebody who is there is refused', async () => {
    const answer = await invite(cookie, company.staffEmail.toUpperCase())
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('This person is in the team already.')
    expect(await mailsTo(company.staffEmail)).toEqual([])
  })

  it('of somebody with a password, for another company, lets them in at once and says so', async () => {
    const elsewhere = await makeCompany('Elsewhere')
    const answer = await invite(cookie, elsewhere.staffEmail, 'viewer')
    expect(answer.headers.get('Location')).toBe('/settings/team?notice=given')
    expect((await mailsTo(elsewhere.staffEmail)).map(({ kind }) => kind)).toEqual(['staff-membership-given'])
    const entered = await signIn(elsewhere.staffEmail, PASSWORD)
    expect(entered.headers.get('Location')).toBe('/choose-company')
    const page = await (await askStaff('/choose-company', { cookie: cookieOf(entered) })).text()
    expect(page).toContain('Teamworks')
    expect(page).toContain('Elsewhere')
    const chosen = await post('/choose-company', { company: company.tenantId }, cookieOf(entered))
    expect(chosen.headers.get('Location')).toBe('/clients')
    const clients = await (await askStaff('/clients', { cookie: cookieOf(chosen) })).text()
    expect(clients).toContain('Teamworks')
    expect(clients).toContain('Switch company')
    // The session it was chosen in has ended.
    expect((await askStaff('/clients', { cookie: cookieOf(entered) })).status).toBe(303)
  })

  it('of two companies: the newest link opens, and then both do', async () => {
    const elsewhere = await makeCompany('Elsewhere')
    const email = newAddress()
    await invite(cookie, email)
    await invite((await signedInStaff(elsewhere)).cookie, email)
    const [older, newer] = await mailsTo(email)
    if (!older || !newer) throw new Error('no mails')
    expect((await askStaff(await linkOf(older))).status).toBe(410)
    const entered = await setPassword(await linkOf(newer))
    expect(entered.headers.get('Location')).toBe('/choose-company')
    expect((await post('/choose-company', { company: company.tenantId }, cookieOf(entered))).status).toBe(303)
  })

  it('sent again kills the older link; a second click sends no second one', async () => {
    const email = newAddress()
    await invite(cookie, email)
    await change('UPDATE outbox SET created_at = created_at - 60000 WHERE to_email = ?', email)
    const far = farAway(unhurried)
    const path = `${await pathOf(email)}/invitation`
    const answers = await Promise.all([1, 2].map(() => post(path, {}, cookie, far)))
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    const [older, newer, ...more] = await mailsTo(email)
    if (!older || !newer) throw new Error('no mails')
    expect(more).toEqual([])
    expect(older.state).toBe('not-sent')
    expect([(await askStaff(await linkOf(older))).status, (await askStaff(await linkOf(newer))).status]).toEqual([410, 200])
    // Who has come in is not invited again.
    await setPassword(await linkOf(newer))
    await change('UPDATE outbox SET created_at = created_at - 60000 WHERE to_email = ?', email)
    await post(path)
    expect((await mailsTo(email)).length).toBe(2)
  })

  it('is sent twenty times an hour at most', async () => {
    for (let i = 0; i < 20; i += 1) expect((await invite(cookie, newAddress())).status).toBe(303)
    const late = newAddress()
    const answer = await invite(cookie, late)
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect([await mailsTo(late), (await memberships(company)).length, await idOf(late)]).toEqual([[], 21, ''])
  })
})

describe('removing', () => {
  it('ends everything at the next click, and the credential with the last company', async () => {
    const jo = await joined(company, 'member')
    expect((await askStaff('/clients', { cookie: jo.cookie })).status).toBe(200)
    const asked = await askStaff(`/settings/team/${jo.staffId}/remove`, { cookie })
    expect(await asked.text()).toContain('Remove from the team?')
    expect((await post(`/settings/team/${jo.staffId}/remove`)).headers.get('Location')).toBe('/settings/team?notice=removed')
    expect((await askStaff('/clients', { cookie: jo.cookie })).headers.get('Location')).toMatch(/^\/sign-in/)
    expect((await post('/imports', {}, jo.cookie)).headers.get('Location')).toMatch(/^\/sign-in/)
    expect((await signIn(jo.email, PASSWORD)).status).toBe(422)
    expect(await all('SELECT password_hash FROM staff WHERE id = ?', jo.staffId)).toEqual([{ password_hash: null }])
    expect(await auditOf(company)).toEqual([{ setting: 'member', before: `${jo.email}: member`, after: '' }])
    expect((await askStaff(`/settings/team/${jo.staffId}`, { cookie })).status).toBe(404)
    // Asked again, there is nobody to remove.
    expect((await post(`/settings/team/${jo.staffId}/remove`)).status).toBe(404)
  })

  it('a session that begins in that very moment opens nothing', async () => {
    const jo = await joined(company, 'owner')
    await join(await makeCompany('Elsewhere'), jo.staffId, 'viewer')
    await post(`/settings/team/${jo.staffId}/remove`)
    const late = await signedInStaff({ ...company, staffId: jo.staffId })
    expect((await askStaff('/clients', { cookie: late.cookie })).headers.get('Location')).toMatch(/^\/sign-in/)
    expect((await askStaff(`/clients/${newId()}/portal-view`, { cookie: late.cookie })).headers.get('Location')).toMatch(/^\/sign-in/)
    expect((await invite(late.cookie, newAddress())).headers.get('Location')).toMatch(/^\/sign-in/)
  })

  it('leaves another company’s login as it is', async () => {
    const elsewhere = await makeCompany('Elsewhere')
    const jo = await joined(company, 'member')
    await join(elsewhere, jo.staffId, 'viewer')
    await post(`/settings/team/${jo.staffId}/remove`)
    const entered = await signIn(jo.email, PASSWORD)
    expect(entered.headers.get('Location')).toBe('/clients')
    expect(await (await askStaff('/clients', { cookie: cookieOf(entered) })).text()).toContain('Elsewhere')
    expect((await post('/choose-company', { company: company.tenantId }, cookieOf(entered))).status).toBe(404)
  })

  it('ends an invitation: its link opens nothing, and its mail doesn’t leave', async () => {
    const email = newAddress()
    await invite(cookie, email)
    const [mail] = await mailsTo(email)
    if (!mail) throw new Error('no mail')
    await post(`${await pathOf(email)}/remove`)
    expect((await askStaff(await linkOf(mail))).status).toBe(410)
    expect((await setPassword(await linkOf(mail))).status).toBe(410)
    const { calls } = await withProvider(accepted, () => sendMail(env, { tenantId: mail.tenant_id, mailId: mail.id }, Date.now()))
    expect([calls.length, (await mailsTo(email))[0]?.state]).toEqual([0, 'not-sent'])
  })

  it('somebody who was removed can be invited again, and needs a new password', async () => {
    const jo = await joined(company, 'owner')
    await post(`/settings/team/${jo.staffId}/remove`)
    expect((await invite(cookie, jo.email, 'viewer')).headers.get('Location')).toBe('/settings/team?notice=invited')
    const [mail] = await mailsTo(jo.email)
    if (!mail) throw new Error('no mail')
    expect((await signIn(jo.email, PASSWORD)).status).toBe(422)
    const entered = await setPassword(await linkOf(mail))
    expect((await post('/settings/team/invitations', {}, cookieOf(entered))).status).toBe(403)
    expect((await memberships(company)).find(({ staff_id }) => staff_id === jo.staffId)).toMatchObject({ role: 'viewer', removed_at: null })
  })

  it('a request that is under way when its member is removed changes nothing', async () => {
    const jo = await joined(company, 'owner')
    const slow = farAway(unhurried, 60)
    const form = { form: 'client-portal', version: '1', brandColour: '#123456', enabled: 'on' }
    const [answer] = await Promise.all([post('/settings/client-portal', form, jo.cookie, slow), post(`/settings/team/${jo.staffId}/remove`)])
    expect(answer.headers.get('Location')).toMatch(/^\/sign-in/)
    expect(await all('SELECT brand_colour FROM portal_settings WHERE tenant_id = ?', company.tenantId)).not.toEqual([{ brand_colour: '#123456' }])
  })
})

describe('somebody always remains who can sign in as owner', () => {
  const self = () => `/settings/team/${company.staffId}`
  it.each(['role', 'remove'])('by %s, the last owner stays', async (action) => {
    await joined(company, 'member')
    // An owner who has no password yet is none.
    const email = newAddress()
    await invite(cookie, email, 'owner')
    const answer = await post(`${self()}/${action}`, { role: 'viewer' })
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('Somebody has to remain who can sign in as owner.')
    expect((await owners(company)).map(({ staff_id }) => staff_id)).toEqual([company.staffId])
  })

  it('an owner may step down, or leave, once another is there', async () => {
    await joined(company, 'owner')
    expect((await post(`${self()}/role`, { role: 'viewer' })).status).toBe(303)
    expect((await post('/settings/team/invitations', { email: newAddress(), role: 'owner' })).status).toBe(403)
    const second = await joined(company, 'owner')
    const left = await post(`/settings/team/${second.staffId}/remove`, {}, second.cookie)
    expect(left.headers.get('Location')).toBe('/sign-in')
    expect((await askStaff('/clients', { cookie: second.cookie })).status).toBe(303)
  })

  type Act = (who: Company, by: string, target: string, action: 'role' | 'remove') => Promise<unknown>
  const built: Act = (_, by, target, action) => post(`/settings/team/${target}/${action}`, { role: 'member' }, by, farAway(unhurried))
  /** Reads, checks and then writes. */
  const naive: Act = async ({ tenantId }, _, target, action) => {
    const others = await all('SELECT 1 FROM memberships WHERE tenant_id = ? AND role = ? AND removed_at IS NULL AND staff_id <> ?', tenantId, 'owner', target)
    await scheduler.wait(30)
    if (others.length === 0) return
    await change(`UPDATE memberships SET ${action === 'role' ? "role = 'member'" : 'removed_at = 1'} WHERE tenant_id = ? AND staff_id = ?`, tenantId, target)
  }
  const left = async (act: Act, [first, second]: ['role' | 'remove', 'role' | 'remove']) => {
    const one = await makeCompany('Race')
    const [a, b] = [{ staffId: one.staffId, cookie: (await signedInStaff(one)).cookie }, await joined(one, 'owner')]
    await Promise.all([act(one, a.cookie, b.staffId, first), act(one, b.cookie, a.staffId, second)])
    return (await owners(one)).length
  }
  const ORDERS: ['role' | 'remove', 'role' | 'remove'][] = [
    ['role', 'role'],
    ['remove', 'remove'],
    ['role', 'remove'],
    ['remove', 'role'],
  ]
  it('two owners who act on each other at once leave one', async () => {
    for (const order of ORDERS) expect([order, await left(built, order)]).toEqual([order, 1])
    // Or nothing would be known by it.
    for (const order of ORDERS) expect([order, await left(naive, order)]).toEqual([order, 0])
  })
})

describe('a role', () => {
  it.each<[Role, Role]>([
    ['viewer', 'owner'],
    ['viewer', 'member'],
    ['member', 'viewer'],
    ['owner', 'member'],
  ])('from %s to %s counts from the next click on, and is written down', async (from, to) => {
    const jo = await joined(company, from)
    expect((await post(`/settings/team/${jo.staffId}/role`, { role: to })).headers.get('Location')).toBe(`/settings/team/${jo.staffId}?notice=role`)
    expect(await auditOf(company)).toEqual([{ setting: 'role', before: `${jo.email}: ${from}`, after: `${jo.email}: ${to}` }])
    const mayInvite = (await post('/settings/team/invitations', { email: '', role: 'viewer' }, jo.cookie)).status
    expect(mayInvite).toBe(to === 'owner' ? 422 : 403)
    // Saved again, nothing changes.
    await post(`/settings/team/${jo.staffId}/role`, { role: to })
    expect((await auditOf(company)).length).toBe(1)
  })

  it('that doesn’t exist is refused', async () => {
    const jo = await joined(company, 'viewer')
    expect((await post(`/settings/team/${jo.staffId}/role`, { role: 'king' })).status).toBe(422)
  })
})

it('an owner sees where a member is signed in, and ends it there, and only there', async () => {
  const elsewhere = await makeCompany('Elsewhere')
  const jo = await joined(company, 'member')
  await join(elsewhere, jo.staffId, 'member')
  const other = await signedInStaff({ ...company, staffId: jo.staffId })
  const abroad = await signedInStaff({ ...elsewhere, staffId: jo.staffId })
  const page = await (await askStaff(`/settings/team/${jo.staffId}`, { cookie })).text()
  expect(page.match(/name="session"/g)?.length).toBe(2)
  await post(`/settings/team/${jo.staffId}/sessions/end`, { session: other.sessionId })
  expect((await askStaff('/clients', { cookie: other.cookie })).status).toBe(303)
  expect((await askStaff('/clients', { cookie: jo.cookie })).status).toBe(200)
  await post(`/settings/team/${jo.staffId}/sessions/end`, { all: 'yes' })
  expect((await askStaff('/clients', { cookie: jo.cookie })).status).toBe(303)
  expect((await askStaff('/clients', { cookie: abroad.cookie })).status).toBe(200)
})

it('the list says of each member when they were last here, and of nobody what they did elsewhere', async () => {
  const elsewhere = await makeCompany('Elsewhere')
  const jo = await joined(company, 'viewer')
  const idle = await joined(company, 'viewer')
  await change('DELETE FROM staff_sessions WHERE staff_id = ?', idle.staffId)
  await join(elsewhere, idle.staffId, 'member')
  await signedInStaff({ ...elsewhere, staffId: idle.staffId })
  await change('UPDATE staff_sessions SET seen_at = ? WHERE staff_id = ?', Date.UTC(2026, 0, 5), jo.staffId)
  const list = await (await askStaff('/settings/team', { cookie })).text()
  const row = (email: string) => list.slice(list.indexOf(email)).split('</li>')[0] ?? ''
  expect(row(idle.email)).toContain('Has not signed in here yet')
  expect(row(jo.email)).toContain('Last seen 5 Jan')
})

it('a company that is switched off, or not one’s own, can’t be chosen', async () => {
  const [second, foreign] = [await makeCompany('Second'), await makeCompany('Foreign')]
  const jo = await joined(company, 'member')
  await join(second, jo.staffId, 'member')
  expect((await post('/choose-company', { company: foreign.tenantId }, jo.cookie)).status).toBe(404)
  expect((await post('/choose-company', { company: newId(6) }, jo.cookie)).status).toBe(404)
  await change('UPDATE tenants SET disabled_at = 1 WHERE id = ?', second.tenantId)
  expect((await post('/choose-company', { company: second.tenantId }, jo.cookie)).status).toBe(404)
  expect(await (await askStaff('/clients', { cookie: jo.cookie })).text()).not.toContain('Switch company')
  expect((await askStaff('/clients', { cookie: jo.cookie })).status).toBe(200)
})
