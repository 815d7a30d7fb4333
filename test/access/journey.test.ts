import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import type { Env } from '#src/env.ts'
import { linkToken } from '#src/mail/links.ts'
import { ask, askStaff, cookieOf, portalHost, withoutQueue } from '#test/asking.ts'
import { type Company, clientRow, makeCompany, setSettings, signedInStaff } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'

/** A client is invited, sets a password and comes in; staff sees each step. */

const NEW_PASSWORD = 'seven quiet herons fishing'
let company: Company
let staff: string
beforeAll(async () => {
  company = await makeCompany('Invitewell')
  staff = (await signedInStaff(company)).cookie
})

const addClient = async (name: string, email: string | null, more = {}) => {
  const row = clientRow(name, email, more)
  await company.door.run({ client: company.door.insert(clients, row) })
  return row
}
const invite = (clientId: string, form: Record<string, string> = {}) =>
  askStaff(`/clients/${clientId}/invitations`, { cookie: staff, form: { seen: '', ...form }, env: farAway(withoutQueue) })
const portalTab = async (clientId: string) => (await askStaff(`/clients/${clientId}/portal`, { cookie: staff })).text()
const historyOf = async (clientId: string) =>
  (
    await env.DB.prepare('SELECT event FROM activity WHERE tenant_id = ? AND client_id = ? ORDER BY at, rowid')
      .bind(company.tenantId, clientId)
      .all<{ event: string }>()
  ).results.map(({ event }) => event)
const mails = async () => (await company.door.run({ mails: company.door.read(outbox) })).mails
const linkOf = async (mailId: string) => `/portal/set-password/${await linkToken(env, 'invitation', company.tenantId, mailId)}`
const newestMail = async (email: string) => (await mails()).filter(({ toEmail }) => toEmail === email).sort((a, b) => b.createdAt - a.createdAt)[0]
const open = (path: string) => ask({ host: portalHost(company), path })
const choose = (path: string, password = NEW_PASSWORD, given: Env = withoutQueue) => ask({ host: portalHost(company), path, form: { password }, env: given })

describe('inviting', () => {
  it('queues one mail, whatever is clicked twice; Resend ends the older link', async () => {
    const client = await addClient('Firstly', 'first@x.example')
    expect(await portalTab(client.id)).toContain('Invite to Portal')
    const both = await Promise.all([invite(client.id), invite(client.id)])
    expect(both.map(({ status }) => status)).toEqual([303, 303])
    expect((await mails()).filter(({ toEmail }) => toEmail === 'first@x.example')).toHaveLength(1)
    expect(await historyOf(client.id)).toEqual(['invitation-sent'])
    const first = await newestMail('first@x.example')
    // The page from before, sent once more: by Back, or from another tab.
    expect((await invite(client.id)).headers.get('Location')).toBe(`/clients/${client.id}/portal?mail=${first?.id}`)
    expect((await newestMail('first@x.example'))?.id).toBe(first?.id)
    const tab = await portalTab(client.id)
    expect(tab).toContain('Resend Invitation')
    expect(tab).not.toContain('Invite to Portal')
    expect((await open(await linkOf(first?.id ?? ''))).status).toBe(200)

    await new Promise((resolve) => setTimeout(resolve, 2))
    expect((await invite(client.id, { seen: first?.id ?? '' })).headers.get('Location')).toContain('?mail=')
    const second = await newestMail('first@x.example')
    expect(second?.id).not.toBe(first?.id)
    expect((await mails()).find(({ id }) => id === first?.id)?.state).toBe('not-sent')
    expect((await open(await linkOf(first?.id ?? ''))).status).toBe(410)
    expect((await choose(await linkOf(first?.id ?? ''))).status).toBe(410)
    expect((await open(await linkOf(second?.id ?? ''))).status).toBe(200)
  })

  it.each([
    ['no e-mail address', null],
    ['an invalid one', 'nobody@nowhere'],
  ])('is not offered to a client with %s, and refused when asked for all the same', async (_, email) => {
    const client = await addClient(`Without ${email}`, email)
    expect(await portalTab(client.id)).not.toContain('Invite to Portal</button>')
    const refused = await invite(client.id)
    expect(refused.status).toBe(409)
    expect(await refused.text()).toMatch(email === null ? /has no e-mail address/ : /isn’t a complete e-mail address/)
    expect(await historyOf(client.id)).toEqual([])
  })

  it('asks first for an inactive client', async () => {
    const client = await addClient('Sleepy', 'sleepy@x.example', { status: 'inactive' })
    const asked = await invite(client.id)
    expect(asked.status).toBe(200)
    expect(await historyOf(client.id)).toEqual([])
    await invite(client.id, { confirmed: 'yes' })
    expect(await historyOf(client.id)).toEqual(['invitation-sent'])
  })

  it('is refused while the portal is off, with a way to Settings', async () => {
    const client = await addClient('Offline', 'offline@x.example')
    await setSettings(company, { enabled: false })
    expect(await portalTab(client.id)).toContain('/settings/client-portal')
    await invite(client.id)
    expect(await historyOf(client.id)).toEqual([])
    await setSettings(company, { enabled: true })
  })
})

describe('the link', () => {
  it('survives being opened by machines, works once, and signs the person in', async () => {
    const client = await addClient('Linkwise', 'link@x.example')
    await invite(client.id)
    const mail = await newestMail('link@x.example')
    const link = await linkOf(mail?.id ?? '')
    for (let i = 0; i < 5; i += 1) expect((await open(link)).headers.get('Set-Cookie')).toBeNull()
    expect((await ask({ host: portalHost(company), path: link, method: 'HEAD' })).status).toBe(200)

    const short = await choose(link, 'too short')
    expect(short.status).toBe(422)
    expect(await short.text()).toMatch(/at least 15/)
    for (const common of ['passwordpassword', 'aaaaaaaaaaaaaaaa', '123123123123123123']) expect((await choose(link, common)).status, common).toBe(422)

    const done = await choose(link)
    expect(done.status).toBe(303)
    expect(done.headers.get('Location')).toBe('/portal')
    const home = await ask({ host: portalHost(company), path: '/portal', cookie: cookieOf(done) })
    expect(home.status).toBe(200)
    expect(await home.text()).toContain('Linkwise')
    expect(await historyOf(client.id)).toEqual(['invitation-sent', 'password-set', 'first-login'])
    expect((await choose(link, 'another long password here')).status).toBe(410)
    const history = await (await askStaff(`/clients/${client.id}/history`, { cookie: staff })).text()
    for (const words of ['Invitation sent', 'Password set', 'First login', 'link@x.example']) expect(history).toContain(words)

    const again = await ask({ host: portalHost(company), path: '/portal/sign-in', form: { email: ' LINK@x.example ', password: NEW_PASSWORD } })
    expect(again.status).toBe(303)
    expect(await historyOf(client.id)).toEqual(['invitation-sent', 'password-set', 'first-login'])
  })

  it('ends after 72 hours, on opening and on use', async () => {
    const client = await addClient('Latecomer', 'late@x.example')
    await invite(client.id)
    const mail = await newestMail('late@x.example')
    const link = await linkOf(mail?.id ?? '')
    const age = (ms: number) =>
      env.DB.prepare('UPDATE outbox SET expires_at = ? WHERE tenant_id = ? AND id = ?')
        .bind(Date.now() + ms, company.tenantId, mail?.id)
        .run()
    expect((mail?.expiresAt ?? 0) - (mail?.createdAt ?? 0)).toBe(72 * 3600 * 1000)
    await age(60_000)
    expect((await open(link)).status).toBe(200)
    await age(-1000)
    const expired = await open(link)
    expect(expired.status).toBe(410)
    expect(await expired.text()).toMatch(/expired|no longer/i)
    expect((await choose(link)).status).toBe(410)
    expect(await historyOf(client.id)).toEqual(['invitation-sent'])
  })

  it('opens nothing on another company’s host, with the portal off, or for a client that was switched off', async () => {
    const client = await addClient('Elsewhere', 'else@x.example')
    await invite(client.id)
    const link = await linkOf((await newestMail('else@x.example'))?.id ?? '')
    const other = await makeCompany('Otherhost')
    expect((await ask({ host: portalHost(other), path: link })).status).toBe(410)
    expect((await ask({ host: portalHost(other), path: link, form: { password: NEW_PASSWORD } })).status).toBe(410)
    await setSettings(company, { enabled: false })
    expect((await open(link)).status).toBe(503)
    expect((await choose(link)).status).toBe(503)
    await setSettings(company, { enabled: true })
    await env.DB.prepare('UPDATE clients SET portal_access = 0 WHERE tenant_id = ? AND id = ?').bind(company.tenantId, client.id).run()
    expect((await choose(link)).status).toBe(410)
    await env.DB.prepare('UPDATE clients SET portal_access = 1 WHERE tenant_id = ? AND id = ?').bind(company.tenantId, client.id).run()
    expect((await open(link)).status).toBe(200)
  })

  it('takes one password out of many sent at once', async () => {
    const client = await addClient('Racers', 'race@x.example')
    await invite(client.id)
    const link = await linkOf((await newestMail('race@x.example'))?.id ?? '')
    const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => choose(link, `the password number ${i} wins`, farAway(withoutQueue))))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410, 410, 410, 410, 410])
    expect(await historyOf(client.id)).toEqual(['invitation-sent', 'password-set', 'first-login'])
    const sessions = await env.DB.prepare('SELECT count(*) AS n FROM portal_sessions WHERE tenant_id = ? AND client_id = ?')
      .bind(company.tenantId, client.id)
      .all<{ n: number }>()
    expect(sessions.results[0]?.n).toBe(1)
    const winner = answers.findIndex(({ status }) => status === 303)
    const signIns = await Promise.all(
      answers.map((_, i) =>
        ask({ host: portalHost(company), path: '/portal/sign-in', form: { email: 'race@x.example', password: `the password number ${i} wins` } }),
      ),
    )
    expect(signIns.map(({ status }) => status)).toEqual(answers.map((_, i) => (i === winner ? 303 : 422)))
  })

  it('is one for two clients that share an address, and lets their person choose', async () => {
    const [one, two] = [await addClient('Twin One', 'twins@x.example'), await addClient('Twin Two', 'TWINS@x.example')]
    await invite(one.id)
    const first = await newestMail('twins@x.example')
    await new Promise((resolve) => setTimeout(resolve, 2))
    await invite(two.id, { seen: first?.id ?? '' })
    const all = (await mails()).filter(({ toEmail }) => toEmail.toLowerCase() === 'twins@x.example').sort((a, b) => b.createdAt - a.createdAt)
    expect(JSON.parse(all[0]?.data ?? '{}').clients.sort()).toEqual(['Twin One', 'Twin Two'])
    const done = await choose(await linkOf(all[0]?.id ?? ''))
    expect(done.headers.get('Location')).toBe('/portal/choose-client')
    const cookie = cookieOf(done)
    const choices = await (await ask({ host: portalHost(company), path: '/portal/choose-client', cookie })).text()
    expect(choices).toContain('Twin One')
    expect(choices).toContain('Twin Two')
    expect((await ask({ host: portalHost(company), path: '/portal', cookie })).headers.get('Location')).toBe('/portal/choose-client')
    const chosen = await ask({ host: portalHost(company), path: '/portal/choose-client', cookie, form: { client: two.id } })
    expect(chosen.status).toBe(303)
    expect(await historyOf(one.id)).toEqual(['invitation-sent', 'password-set'])
    expect(await historyOf(two.id)).toEqual(['invitation-sent', 'password-set', 'first-login'])
    const home = await (await ask({ host: portalHost(company), path: '/portal', cookie: cookieOf(chosen) })).text()
    expect(home).toContain('Twin Two')
    const foreign = await addClient('Not theirs', null)
    expect((await ask({ host: portalHost(company), path: '/portal/choose-client', cookie, form: { client: foreign.id } })).status).toBe(404)
  })

  it('is not needed by someone who has a password already: access at once, with a notice', async () => {
    const third = await addClient('Twin Three', 'twins@x.example')
    const answer = await invite(third.id)
    const tab = await (await askStaff(answer.headers.get('Location') ?? '', { cookie: staff })).text()
    expect(tab).toContain('twins@x.example has a password already, and now sees this client too.')
    expect(await historyOf(third.id)).toEqual(['access-given'])
    expect((await newestMail('twins@x.example'))?.kind).toBe('access-given')
    const { cookie } = {
      cookie: cookieOf(await ask({ host: portalHost(company), path: '/portal/sign-in', form: { email: 'twins@x.example', password: NEW_PASSWORD } })),
    }
    expect(await (await ask({ host: portalHost(company), path: '/portal/choose-client', cookie })).text()).toContain('Twin Three')
  })
})
