import { beforeAll, describe, expect, it } from 'vitest'
import { removeAddress } from '#src/access/revoke.ts'
import { accesses, clientAddresses } from '#src/db/schema/people.ts'
import { ask, portalHost } from '#test/asking.ts'
import { PASSWORD } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import { accessesOf, all, click, entriesOf, follow, mailsTo, post, signIn, textOf } from './client-tab.ts'
import { type Actor, linkPath, makeActor, makeStage, type Stage, unhurried } from './stage.ts'

/** A client's further addresses: each a person with a login of their own. */

let stage: Stage
beforeAll(async () => {
  stage = await makeStage('Peoplewell')
})

const add = (actor: Actor, email: string, name = '', given = unhurried) => post(actor, '/people', { email, name }, given)
const invite = (actor: Actor, address: string, more: Record<string, string> = {}) => post(actor, '/invitations', { address, seen: '', ...more })
const remove = (actor: Actor, address: string) => post(actor, '/people/remove', { address, confirmed: 'yes' })
const addressesOf = async ({ clientId }: Actor) =>
  (await all<{ email: string; name: string }>('SELECT email, name FROM client_addresses WHERE client_id = ? ORDER BY created_at', clientId)).map(
    ({ email, name }) => `${email} ${name}`,
  )
const unique = (name: string, { portalUserId }: Actor) => `${name}-${portalUserId.toLowerCase()}@x.example`

describe('adding one', () => {
  it('puts it on the list, not invited yet, as it was written', async () => {
    const actor = await makeActor(stage, 'active')
    const answer = await add(actor, ' Goods.In@X.example ', ' Goods in ')
    expect(await follow(actor, answer)).toContain('The address was added.')
    expect(await addressesOf(actor)).toEqual(['Goods.In@X.example Goods in'])
    const tab = await textOf(actor)
    for (const words of ['Goods in', 'Goods.In@X.example', 'Not invited yet']) expect(tab).toContain(words)
    expect(await mailsTo('goods.in@x.example')).toEqual([])
  })

  it.each([
    ['nothing', '', /Write an e-mail address/],
    ['no address', 'goods in', /isn’t a complete e-mail address/],
    ['the primary address', 'PRIMARY', /primary address already/],
    ['one that is there', 'twice@x.example', /here already/],
  ])('refuses %s, and keeps what was typed', async (_, typed, why) => {
    const actor = await makeActor(stage, 'active')
    await add(actor, 'twice@x.example')
    const email = typed === 'PRIMARY' ? actor.email.toUpperCase() : typed
    const answer = await add(actor, email, 'Somebody <b>')
    expect(answer.status).toBe(422)
    const text = await answer.text()
    expect(text).toMatch(why)
    expect(text).toContain(`value="${email}"`)
    expect(text).toContain('value="Somebody &lt;b&gt;"')
    expect(await addressesOf(actor)).toEqual(['twice@x.example '])
  })

  it('twice at once adds one; and 50 is the most', async () => {
    const actor = await makeActor(stage, 'active')
    const answers = await Promise.all([1, 2].map(() => add(actor, 'once@x.example', '', farAway(unhurried))))
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect(await addressesOf(actor)).toHaveLength(1)
    expect(await entriesOf(actor)).toEqual(['address-added: once@x.example'])
    const { door } = actor.company
    const many = Array.from({ length: 48 }, (_, i) => [
      `row${i}`,
      door.insert(clientAddresses, { clientId: actor.clientId, email: `n${i}@x.example`, emailKey: `n${i}@x.example`, createdAt: i }),
    ])
    await door.run(Object.fromEntries(many))
    // Each of two at once finds room for one.
    await Promise.all(['last@x.example', 'toomany@x.example'].map((email) => add(actor, email, '', farAway(unhurried))))
    expect(await addressesOf(actor)).toHaveLength(50)
    const full = await add(actor, 'toomany@x.example')
    expect(full.status).toBe(422)
    expect(await full.text()).toContain('at most 50')
  })
})

describe('inviting one', () => {
  it('mails that address alone, in its person’s name, and opens this client to it', async () => {
    const actor = await makeActor(stage, 'not invited')
    const email = unique('ama', actor)
    await add(actor, email, 'Ama Boateng')
    const answer = await invite(actor, email)
    expect(await follow(actor, answer)).toContain(`The invitation to ${email} is on its way.`)
    const [mail] = await mailsTo(email)
    expect(JSON.parse(mail?.data ?? '{}')).toMatchObject({ personName: 'Ama Boateng', clients: [`Actor ${actor.portalUserId}`] })
    expect(await mailsTo(actor.email)).toEqual([])
    expect(await entriesOf(actor)).toEqual([`address-added: ${email}`, `invitation-sent: ${email}`])
    // The list, the filter and the button look at the primary address.
    expect(await all('SELECT access_state FROM clients WHERE id = ?', actor.clientId)).toEqual([{ access_state: 'not-invited' }])
    const path = await linkPath(actor, 'invitation', mail?.id ?? '')
    expect((await ask({ host: portalHost(actor.company), path, form: { password: 'seven quiet herons fishing' }, env: unhurried })).status).toBe(303)
    expect(await accessesOf(actor)).toEqual([`${email} active`])
  })

  it('sends it again by Resend, and ends the older link; a stale page sends nothing', async () => {
    const actor = await makeActor(stage, 'active')
    const email = unique('again', actor)
    await add(actor, email)
    await invite(actor, email)
    const [first] = await mailsTo(email)
    expect((await invite(actor, email)).headers.get('Location')).toContain(`?mail=${first?.id}`)
    expect(await mailsTo(email)).toHaveLength(1)
    await invite(actor, email, { seen: first?.id ?? '' })
    expect(await mailsTo(email)).toMatchObject([{ state: 'not-sent' }, { state: 'queued' }])
    const old = await ask({ host: portalHost(actor.company), path: await linkPath(actor, 'invitation', first?.id ?? ''), env: unhurried })
    expect(old.status).toBe(410)
    expect(await entriesOf(actor)).toEqual([`address-added: ${email}`, `invitation-sent: ${email}`, `invitation-resent: ${email}`])
  })

  it('gives access at once to somebody who has a password', async () => {
    const known = await makeActor(stage, 'active')
    const actor = await makeActor(stage, 'active')
    await add(actor, known.email)
    await invite(actor, known.email)
    expect(await entriesOf(actor)).toEqual([`address-added: ${known.email}`, `access-given: ${known.email}`])
    expect((await signIn(known, PASSWORD)).headers.get('Location')).toBe('/portal/choose-client')
  })

  it('is refused for an address that isn’t this client’s', async () => {
    const actor = await makeActor(stage, 'active')
    const answer = await invite(actor, 'somebody@else.example')
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('isn’t one of this client’s any more')
    expect(await mailsTo('somebody@else.example')).toEqual([])
  })

  it('asks first for an inactive client', async () => {
    const actor = await makeActor(stage, 'not invited', { client: { status: 'inactive' } })
    const email = unique('sleepy', actor)
    await add(actor, email)
    const asked = await invite(actor, email)
    expect(asked.status).toBe(200)
    const text = await asked.text()
    expect(text).toContain(`name="address" value="${email}"`)
    expect(await mailsTo(email)).toEqual([])
    await invite(actor, email, { confirmed: 'yes' })
    expect(await mailsTo(email)).toHaveLength(1)
  })
})

describe('removing one', () => {
  it('asks first, and then ends its access at the next click', async () => {
    const actor = await makeActor(stage, 'active', { further: true })
    const asked = await post(actor, '/people/remove', { address: actor.email })
    expect(asked.status).toBe(200)
    expect(await asked.text()).toContain('Login and password end')
    expect((await click(actor, actor.cookie)).status).toBe(200)
    const answer = await remove(actor, actor.email)
    expect(await follow(actor, answer)).toContain('The address was removed.')
    expect((await click(actor, actor.cookie)).status).toBe(303)
    expect((await signIn(actor, PASSWORD)).status).toBe(422)
    expect(await addressesOf(actor)).toEqual([])
    expect(await entriesOf(actor)).toEqual([`access-removed: ${actor.email}`])
    // Once more, from a page of before.
    expect((await remove(actor, actor.email)).status).toBe(303)
    expect(await entriesOf(actor)).toHaveLength(1)
  })

  it('leaves the primary address and its login alone', async () => {
    const actor = await makeActor(stage, 'active')
    await add(actor, 'other@x.example')
    await remove(actor, 'other@x.example')
    const refused = await remove(actor, actor.email)
    expect(refused.status).toBe(409)
    expect(await refused.text()).toContain('is the primary address')
    expect((await click(actor, actor.cookie)).status).toBe(200)
  })

  it('leaves an address alone that became the primary one meanwhile', async () => {
    const actor = await makeActor(stage, 'active')
    const { door, staffId } = actor.company
    await door.run(removeAddress(door, { clientId: actor.clientId, email: actor.email, staffId, now: Date.now() }))
    expect(await accessesOf(actor)).toEqual([`${actor.email} active`])
    expect(await entriesOf(actor)).toEqual([])
    expect((await click(actor, actor.cookie)).status).toBe(200)
  })

  it('is how a login ends whose address is not the client’s any more', async () => {
    const actor = await makeActor(stage, 'active')
    await post(actor, '/email', { knew: actor.email, email: `new-${actor.email}` })
    const tab = await textOf(actor)
    expect(tab).toContain('Was the primary address, and can still sign in.')
    expect(tab).toContain('Invite to Portal')
    expect((await click(actor, actor.cookie)).status).toBe(200)
    await remove(actor, actor.email)
    expect((await click(actor, actor.cookie)).status).toBe(303)
    expect(await accessesOf(actor)).toEqual([])
    expect(await textOf(actor)).not.toContain('Was the primary address')
  })

  it('ends the access to this client alone', async () => {
    const known = await makeActor(stage, 'active')
    const actor = await makeActor(stage, 'active')
    await add(actor, known.email)
    await invite(actor, known.email)
    const { door } = stage.company
    expect((await door.run({ rows: door.read(accesses) })).rows.filter(({ portalUserId }) => portalUserId === known.portalUserId)).toHaveLength(2)
    await remove(actor, known.email)
    expect((await signIn(known, PASSWORD)).headers.get('Location')).toBe('/portal')
    expect((await click(known, known.cookie)).status).toBe(200)
  })
})
