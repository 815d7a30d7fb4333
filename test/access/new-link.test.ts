import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { maskedEmail, sendNewLink } from '#src/access/new-link.ts'
import { HOUR, SECOND } from '#src/dates.ts'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { newId } from '#src/ids.ts'
import { mailRow } from '#src/mail/outbox.ts'
import { ask, cookieOf, portalHost, withoutQueue } from '#test/asking.ts'
import { type Company, clientRow, makeCompany, type Person, setSettings } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import { invitationData } from '#test/mail/post.ts'
import { at, change, choose, entriesOf, mailsOf, NEW_PASSWORD, noting, open, resetPath, sessionsOf } from './passwords.ts'

let company: Company
beforeAll(async () => {
  company = await makeCompany('Newlinks')
})

/** A client whose person was invited, so many hours ago. */
const makeInvited = async (name: string, hoursAgo: number, of = company): Promise<Person & { mailId: string; path: string }> => {
  const [portalUserId, mailId] = [newId(), newId()]
  const email = `lucia-${newId(4).toLowerCase()}@casaverde.example`
  const client = clientRow(name, email)
  const now = Date.now() - hoursAgo * HOUR
  const data = invitationData(of.name, { clients: [name], expiresAt: now + 72 * HOUR })
  const row = mailRow(env, { id: mailId, kind: 'invitation', toEmail: email, portalUserId, data, now, expiresAt: now + 72 * HOUR })
  const { door } = of
  await door.run({
    client: door.insert(clients, client),
    person: door.insert(portalUsers, { id: portalUserId, email, emailKey: email, invitationMailId: mailId, createdAt: now }),
    access: door.insert(accesses, { portalUserId, clientId: client.id, state: 'invited', invitedAt: now }),
    mail: door.insert(outbox, { ...row, state: 'sent', sentAt: now }),
  })
  const path = await resetPath(of, mailId, 'invitation')
  return { company: of, clientId: client.id, clientName: name, email, portalUserId, mailId, path, orderId: '', invoiceId: '', invoiceNumber: '' }
}
const askAnew = (person: { company: Company; path: string }, more = {}) =>
  ask({ host: portalHost(person.company), path: `${person.path}/new-link`, form: {}, env: withoutQueue, ...more })

it('asked for with a token of anybody’s making leads to the page that says it is none', async () => {
  for (const junk of ['a%0d%0aX-Evil:b', '%00', '..%2f..%2fevil', '%E2%80%A8']) {
    for (const form of [undefined, {}]) {
      const answer = await ask({ host: portalHost(company), path: `/portal/set-password/${junk}/new-link`, ...(form && { form }) })
      expect(answer.status, junk).toBe(303)
      expect(answer.headers.get('Location')).toMatch(/^\/portal\/set-password\/[^/]+$|^\/portal\/set-password\/[^/]+\/new-link$/)
    }
  }
})

describe('an invitation', () => {
  it.each([
    ['71:59', 72 * HOUR - 60 * SECOND, 200, 303],
    ['72:01', 72 * HOUR + 60 * SECOND, 410, 410],
  ])('after %s', async (time, age, opens, sets) => {
    const person = await makeInvited(`Clocked ${time}`, 0)
    const sent = (await mailsOf(person))[0]?.created_at ?? 0
    await at(sent + age, async () => {
      expect((await open(company, person.path)).status).toBe(opens)
      expect((await choose(company, person.path, NEW_PASSWORD)).status).toBe(sets)
    })
  })

  it('notes on its mail that it was used, and where', async () => {
    const person = await makeInvited('Noted', 1)
    const form = { password: NEW_PASSWORD }
    const agent = { 'User-Agent': 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15' }
    const done = await ask({ host: portalHost(company), path: person.path, form, headers: agent, env: withoutQueue })
    expect(done.status).toBe(303)
    expect((await mailsOf(person))[0]?.used_at).toBeTypeOf('number')
    expect(await sessionsOf(person)).toMatchObject([{ device: 'Safari on macOS' }])
    expect((await ask({ host: portalHost(company), path: '/portal', cookie: cookieOf(done) })).status).toBe(200)
  })
})

describe('Send me a new link', () => {
  it('mails a new one to the same address, for 72 hours, and says so with the address masked', async () => {
    const person = await makeInvited('Casa Verde', 80)
    const expired = await open(company, person.path)
    expect(expired.status).toBe(410)
    const page = await expired.text()
    expect(page).toContain(`action="${person.path}/new-link"`)
    expect(page).toContain('Send me a new link')
    expect(page).not.toContain(person.email)
    const { env: noted, trips } = noting()
    const sent = await askAnew(person, { env: noted })
    expect(trips).toHaveLength(2)
    expect([sent.status, sent.headers.get('Location')]).toEqual([303, `${person.path}/new-link`])
    const said = await (await open(company, `${person.path}/new-link`)).text()
    expect(said).toContain('<b>l•••@casaverde.example</b>')
    expect(said).not.toContain(person.email)
    const [, mail, ...more] = await mailsOf(person)
    expect(more).toEqual([])
    expect(mail).toMatchObject({ kind: 'invitation', state: 'queued', to_email: person.email })
    expect((mail?.expires_at ?? 0) - (mail?.created_at ?? 0)).toBe(72 * HOUR)
    expect(JSON.parse(mail?.data ?? '')).toMatchObject({ clients: ['Casa Verde'], company: 'Newlinks' })
    expect(await entriesOf(person)).toEqual(['invitation-resent'])
    expect((await choose(company, person.path, NEW_PASSWORD)).status).toBe(410)
    expect((await choose(company, await resetPath(company, mail?.id ?? '', 'invitation'), NEW_PASSWORD)).status).toBe(303)
    // Once it is used, there is no newer one to speak of.
    expect((await open(company, `${person.path}/new-link`)).headers.get('Location')).toBe(person.path)
  })

  it('sends one mail, however often it is clicked', async () => {
    const person = await makeInvited('Clicked', 80)
    const answers = await Promise.all([1, 2, 3].map(() => askAnew(person, { env: farAway(withoutQueue) })))
    for (const answer of answers) expect(answer.headers.get('Location')).toBe(`${person.path}/new-link`)
    expect(await mailsOf(person)).toHaveLength(2)
    expect(await entriesOf(person)).toEqual(['invitation-resent'])
  })

  const nothing: [string, (person: Awaited<ReturnType<typeof makeInvited>>) => Promise<unknown>][] = [
    ['for a link that is in time still', ({ mailId }) => change('UPDATE outbox SET expires_at = ? WHERE id = ?', Date.now() + 60_000, mailId)],
    ['for one that was overtaken', ({ portalUserId }) => change('UPDATE portal_users SET invitation_mail_id = ? WHERE id = ?', newId(), portalUserId)],
    ['once the access was revoked', ({ portalUserId }) => change('DELETE FROM accesses WHERE portal_user_id = ?', portalUserId)],
    ['while the client is switched off', ({ clientId }) => change('UPDATE clients SET portal_access = 0 WHERE id = ?', clientId)],
  ]
  it.each(nothing)('sends nothing %s', async (when, spoil) => {
    const person = await makeInvited(`Spoilt ${when}`, 80)
    await spoil(person)
    expect((await askAnew(person)).status).toBe(303)
    expect((await open(company, `${person.path}/new-link`)).headers.get('Location')).toBe(person.path)
    expect(await mailsOf(person)).toHaveLength(1)
    expect(await entriesOf(person)).toEqual([])
  })

  it('asks once more, when it is sent, whether the old one has expired', async () => {
    const person = await makeInvited('Early', 80)
    await change('UPDATE outbox SET expires_at = ? WHERE id = ?', Date.now() + 60_000, person.mailId)
    const { door, name, slug } = company
    const link = { state: 'expired' as const, person: { id: person.portalUserId, email: person.email, name: '' }, clients: [] }
    const rows = { profiles: [], settings: [] }
    const { statements } = sendNewLink(door, { env, mailId: person.mailId, link, rows, tenant: { slug, name, hostname: null }, now: Date.now() })
    expect(await door.run(statements)).toEqual({ counted: [], mail: 0, entry: 0, problem: 0, newest: 0, older: 0 })
  })

  it('sends nothing for a forged link, on another host, for a reset, or while the portal is off', async () => {
    const person = await makeInvited('Forged', 80)
    const other = await makeCompany('Otherlinks')
    await askAnew({ company, path: person.path.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) })
    await askAnew({ company: other, path: person.path })
    await askAnew({ company, path: await resetPath(company, person.mailId) })
    await setSettings(company, { enabled: false })
    expect((await askAnew(person)).status).toBe(503)
    expect((await open(company, `${person.path}/new-link`)).status).toBe(503)
    await setSettings(company, { enabled: true })
    expect(await mailsOf(person)).toHaveLength(1)
  })

  it('is there for everyone of a run whose links have expired together, and three times an hour for one of them', async () => {
    const crowded = await makeCompany('Crowded')
    const people = await Promise.all(Array.from({ length: 21 }, (_, i) => makeInvited(`Crowd ${i}`, 80, crowded)))
    for (const person of people) expect((await askAnew(person)).status).toBe(303)
    const [one] = people
    if (!one) throw new Error('nobody')
    const statuses: number[] = []
    for (let n = 0; n < 3; n += 1) {
      await env.DB.prepare('UPDATE outbox SET expires_at = 1 WHERE portal_user_id = ?').bind(one.portalUserId).run()
      const newest = await env.DB.prepare('SELECT invitation_mail_id AS id FROM portal_users WHERE id = ?').bind(one.portalUserId).first<{ id: string }>()
      statuses.push((await askAnew({ company: crowded, path: await resetPath(crowded, newest?.id ?? '', 'invitation') })).status)
    }
    expect(statuses).toEqual([303, 303, 429])
    expect(await mailsOf(one)).toHaveLength(4)
  })
})

it.each([
  ['lucia@casaverde.example', 'l•••@casaverde.example'],
  ['x@y.example', 'x•••@y.example'],
  ['😀smile@y.example', '😀•••@y.example'],
  ['"odd@local"@y.example', '"•••@y.example'],
])('%s is shown as %s', (email, masked) => expect(maskedEmail(email)).toBe(masked))
