import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { HOUR } from '#src/dates.ts'
import { newId } from '#src/ids.ts'
import { all, entriesOf, follow, mailsTo, page, post, textOf } from '#test/access/client-tab.ts'
import { type Actor, makeActor, makeStage, type Stage, unhurried } from '#test/access/stage.ts'
import { askStaff, countingD1 } from '#test/asking.ts'
import { makeCompany, setSettings, signedInStaff } from '#test/cast.ts'

/** The Portal tab: what it shows in which state, and what its forms answer. */

let stage: Stage
beforeAll(async () => {
  stage = await makeStage('Tabwell')
})

const BUTTONS = ['Invite to Portal', 'Resend Invitation', 'Send Password Reset Email', 'Revoke Access', 'Portal access', 'Add an address']
/** The labels a page offers, in this order. */
const offered = (text: string) => BUTTONS.filter((label) => new RegExp(`>${label}<`).test(text.replaceAll(/<\/svg>/g, '')))
const mark = ({ invitationId }: Actor, set: string) => all(`UPDATE outbox SET ${set} WHERE id = ? RETURNING 1`, invitationId)
const problem = ({ clientId }: Actor, kind: string) => all('UPDATE accesses SET mail_problem = ? WHERE client_id = ? RETURNING 1', kind, clientId)
const fragment = async (actor: Actor, query = '') =>
  askStaff(`/clients/${actor.clientId}/portal${query}`, {
    cookie: actor.staff,
    headers: { 'HX-Request': 'true', 'HX-Request-Type': 'partial' },
    env: unhurried,
  })

describe('what it offers', () => {
  it.each([
    ['not invited', ['Invite to Portal', 'Portal access', 'Add an address']],
    ['invited', ['Resend Invitation', 'Revoke Access', 'Portal access', 'Add an address']],
    ['expired', ['Resend Invitation', 'Revoke Access', 'Portal access', 'Add an address']],
    ['active', ['Send Password Reset Email', 'Revoke Access', 'Portal access', 'Add an address']],
  ] as const)('%s', async (stand, labels) => {
    expect(offered(await textOf(await makeActor(stage, stand)))).toEqual([...labels])
  })

  it('nothing that sends a mail, with the portal off or the client switched off: the reason instead', async () => {
    const company = await makeStage('Offwell')
    const off = await makeActor(company, 'invited', { client: { portalAccess: false } })
    const text = await textOf(off)
    expect(offered(text)).toEqual(['Revoke Access', 'Portal access', 'Add an address'])
    expect(text).toContain('Portal access is switched off for this client.')
    const on = await makeActor(company, 'active')
    await setSettings(company.company, { enabled: false })
    const closed = await textOf(on)
    expect(offered(closed)).toEqual(['Revoke Access', 'Portal access', 'Add an address'])
    expect(closed).toContain('href="/settings/client-portal"')
  })
})

describe('how a mail went', () => {
  it('says when it was delivered', async () => {
    const actor = await makeActor(stage, 'invited')
    await mark(actor, `sent_at = created_at + 1000, delivery = 'delivered', delivery_at = created_at + 60000`)
    expect(await textOf(actor)).toMatch(/<li class="done"><span>Delivered<\/span><time/)
  })

  it.each([
    [
      'bounced',
      `delivery = 'bounced', delivery_at = created_at, delivery_detail = 'Permanent: no such mailbox.'`,
      /bounced: Permanent: no such mailbox\. Correct the address/,
    ],
    ['complained', `delivery = 'complained', delivery_at = created_at`, /was marked as spam/],
    ['failed', `state = 'failed', error = 'The mail service refused it: no.'`, /could not be sent: The mail service refused it: no\. Correct the address/],
  ])('says in words that it %s, and puts the form to correct the address before the eyes', async (kind, set, words) => {
    const actor = await makeActor(stage, 'invited')
    await mark(actor, set)
    await problem(actor, kind)
    const text = await textOf(actor)
    expect(text).toMatch(words)
    expect(text).toContain('<details class="unfold" id="change-email" open="">')
    expect(text).toContain('Problem')
    expect(text).toContain('Resend Invitation')
  })

  it('is asked anew while it is on its way, and no more once word has come', async () => {
    const actor = await makeActor(stage, 'invited')
    await mark(actor, `state = 'queued', created_at = ${Date.now()}`)
    const waiting = await textOf(actor)
    expect(waiting).toContain('hx-trigger="every 3s"')
    expect(waiting).toContain('Waiting to be sent')
    await mark(actor, `state = 'sent', sent_at = ${Date.now()}`)
    expect(await (await fragment(actor)).text()).toContain('hx-trigger="every 3s"')
    await mark(actor, `delivery = 'delivered', delivery_at = ${Date.now()}`)
    const arrived = await fragment(actor)
    const text = await arrived.text()
    expect(text).not.toContain('<html')
    expect(text).toMatch(/^<div class="stack" id="login">/)
    expect(text).toContain('<hx-partial hx-target="#login-state" hx-swap="innerHTML">')
    expect(arrived.headers.get('Vary')).toContain('HX-Request-Type')
  })
})

describe('what it says was done', () => {
  it('is what became of the mail, never more than is so', async () => {
    const actor = await makeActor(stage, 'not invited')
    const answer = await post(actor, '/invitations', { seen: '' })
    const [mail] = await mailsTo(actor.email)
    expect(await follow(actor, answer)).toContain(`The invitation to ${actor.email} is on its way.`)
    await all(`UPDATE outbox SET state = 'sent', sent_at = created_at WHERE id = ? RETURNING 1`, mail?.id)
    expect(await (await fragment(actor, `?mail=${mail?.id}`)).text()).toContain(`The invitation to ${actor.email} was sent.`)
    await all(`UPDATE outbox SET state = 'failed' WHERE id = ? RETURNING 1`, mail?.id)
    expect(await textOf(actor, `/portal?mail=${mail?.id}`)).not.toContain('role="status" id="notice">The')
    await all(`UPDATE outbox SET state = 'sent', created_at = ? WHERE id = ? RETURNING 1`, Date.now() - 2 * HOUR, mail?.id)
    expect(await textOf(actor, `/portal?mail=${mail?.id}`)).not.toContain('was sent.</p>')
  })

  it('is nothing of another client’s mail', async () => {
    const [actor, other] = [await makeActor(stage, 'not invited'), await makeActor(stage, 'not invited')]
    await post(other, '/invitations', { seen: '' })
    const [mail] = await mailsTo(other.email)
    expect(await textOf(actor, `/portal?mail=${mail?.id}`)).not.toContain(other.email)
  })

  it.each([
    ['off', 'Portal access is off.'],
    ['revoked', 'Access revoked.'],
    ['ended-all', 'Everybody is signed out.'],
  ])('is not “%s” where that is not so', async (done, words) => {
    const actor = await makeActor(stage, 'active')
    expect(await textOf(actor, `/portal?done=${done}&at=${Date.now()}`)).not.toContain(words)
  })

  it('is not said again by an address that was kept', async () => {
    const actor = await makeActor(stage, 'active')
    expect(await textOf(actor, `/portal?done=removed&at=${Date.now()}`)).toContain('The address was removed.')
    expect(await textOf(actor, `/portal?done=removed&at=${Date.now() - 3 * 60_000}`)).not.toContain('The address was removed.')
    expect(await textOf(actor, '/portal?done=removed')).not.toContain('The address was removed.')
    expect(await textOf(actor, `/portal?done=toString&at=${Date.now()}`)).toContain('Portal login')
  })
})

describe('limits', () => {
  it('20 resends an hour for the company, 429 in the page’s own frame; first invitations go on', async () => {
    const company = await makeStage('Resendwell')
    const actor = await makeActor(company, 'invited')
    const other = await makeActor(company, 'invited')
    let seen = actor.invitationId
    for (let i = 0; i < 20; i += 1) {
      const answer = await post(actor, '/invitations', { seen })
      expect(answer.status, `resend ${i}`).toBe(303)
      seen = new URL(answer.headers.get('Location') ?? '', 'http://x').searchParams.get('mail') ?? ''
      // A second click counts nothing.
      await post(actor, '/invitations', { seen: 'another' })
    }
    for (const [who, newest] of [
      [actor, seen],
      [other, other.invitationId],
    ] as const) {
      const limited = await post(who, '/invitations', { seen: newest })
      expect(limited.status).toBe(429)
      expect(Number(limited.headers.get('Retry-After'))).toBeGreaterThan(3500)
      const text = await limited.text()
      expect(text).toContain('At most 20 invitations an hour are sent again')
      expect(text).toContain('Portal login')
    }
    expect(await mailsTo(actor.email)).toHaveLength(20)
    expect(await mailsTo(other.email)).toEqual([])
    expect((await post(await makeActor(company, 'not invited'), '/invitations', { seen: '' })).status).toBe(303)
  })

  it('one password reset of two clicks, and 3 an hour for an address', async () => {
    const actor = await makeActor(stage, 'active')
    const reset = () => post(actor, '/password-resets')
    const older = () =>
      all(`UPDATE outbox SET created_at = created_at - 60000 WHERE portal_user_id = ? AND kind = 'password-reset' RETURNING 1`, actor.portalUserId)
    const first = await reset()
    expect(await follow(actor, first)).toContain(`The password reset e-mail to ${actor.email} is on its way.`)
    const second = await reset()
    expect(await mailsTo(actor.email)).toHaveLength(1)
    expect(await follow(actor, second)).toContain(`The password reset e-mail to ${actor.email} is on its way.`)
    for (const status of [303, 303, 429]) {
      await older()
      expect((await reset()).status).toBe(status)
    }
    await older()
    const limited = await reset()
    expect(limited.headers.get('Retry-After')).toMatch(/^\d+$/)
    expect(await limited.text()).toContain('At most 3 password resets an hour')
    expect(await mailsTo(actor.email)).toHaveLength(3)
    expect(await entriesOf(actor)).toEqual(Array(3).fill(`reset-sent: ${actor.email}`))
  })
})

/** Every form of the tab, and a good answer to it. */
const POSTS: Record<string, (actor: Actor) => Record<string, string>> = {
  '/invitations': ({ invitationId }) => ({ seen: invitationId }),
  '/password-resets': () => ({}),
  '/portal-access': () => ({ form: 'portal-access' }),
  '/portal/revoke': () => ({}),
  '/sessions/end': () => ({ all: 'yes' }),
  '/people': () => ({ email: 'new@x.example', name: 'New' }),
  '/people/remove': () => ({ address: 'new@x.example', confirmed: 'yes' }),
  '/email': ({ email }) => ({ email: `new-${email}`, knew: email }),
  '/notes': () => ({ id: newId(), note: 'A note.' }),
}

it.each([
  ['not invited', '/invitations'],
  ['active', '/password-resets'],
] as const)('a page of a client that was %s mails the address it showed, or nobody: %s', async (stand, path) => {
  const actor = await makeActor(stage, stand)
  const html = await textOf(actor)
  const form = html.slice(html.indexOf(`action="/clients/${actor.clientId}${path}"`))
  const fields = Object.fromEntries(
    [...form.slice(0, form.indexOf('</form>')).matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
  expect(fields).toMatchObject({ address: actor.email.toLowerCase(), role: 'primary' })
  await post(actor, '/email', { email: `new-${actor.email}`, knew: actor.email })
  const answer = await post(actor, path, fields)
  expect(answer.status).toBe(409)
  expect(await mailsTo(actor.email)).toEqual([])
  expect(await mailsTo(`new-${actor.email}`)).toEqual([])
})

it('the Overview invites and sends an invitation again, too, where it would be taken', async () => {
  const actor = await makeActor(stage, 'not invited')
  const html = await textOf(actor, '')
  expect(html).toContain(`action="/clients/${actor.clientId}/invitations"`)
  expect(html).toContain('Invite to Portal')
  expect((await post(actor, '/invitations', { address: actor.email, role: 'primary', seen: '' })).status).toBe(303)
  expect(await mailsTo(actor.email)).toMatchObject([{ kind: 'invitation' }])
  const invited = await textOf(actor, '')
  expect(invited).toContain(`action="/clients/${actor.clientId}/invitations"`)
  expect(invited).toContain('Resend Invitation')
  expect(invited).not.toContain('Invite to Portal')
  const active = await makeActor(stage, 'active')
  expect(await textOf(active, '')).not.toContain(`/clients/${active.clientId}/invitations"`)
})

it('answers each form in two trips to the database, and each page in one', async () => {
  for (const [path, form] of Object.entries(POSTS))
    for (const stand of ['not invited', 'invited', 'active'] as const) {
      const actor = await makeActor(stage, stand)
      const { d1, calls } = countingD1(env.DB)
      const answer = await post(actor, path, form(actor), { ...unhurried, DB: d1 })
      expect([303, 409], `${path}, ${stand}`).toContain(answer.status)
      expect(calls(), `${path}, ${stand}`).toBeLessThanOrEqual(2)
    }
  for (const path of ['/portal', '/portal/revoke', '/history', '/history?type=note']) {
    const { d1, calls } = countingD1(env.DB)
    expect((await page(await makeActor(stage, 'active'), path, { ...unhurried, DB: d1 })).status).toBe(200)
    expect(calls(), path).toBe(1)
  }
})

it('is not found for another company’s client, by any form, and nothing changes', async () => {
  const stranger = (await signedInStaff(await makeCompany('Strangers'))).cookie
  const actor = await makeActor(stage, 'active')
  const before = await all('SELECT * FROM portal_users WHERE id = ?', actor.portalUserId)
  for (const [path, form] of Object.entries(POSTS)) {
    const answer = await askStaff(`/clients/${actor.clientId}${path}`, { cookie: stranger, form: form(actor), env: unhurried })
    expect(answer.status, path).toBe(404)
    const unknown = await askStaff(`/clients/${newId()}${path}`, { cookie: stranger, form: form(actor), env: unhurried })
    expect(await answer.text()).toBe(await unknown.text())
  }
  expect(await all('SELECT * FROM portal_users WHERE id = ?', actor.portalUserId)).toEqual(before)
  expect(await entriesOf(actor)).toEqual([])
})
