import { beforeAll, describe, expect, it } from 'vitest'
import { clients } from '#src/db/schema/clients.ts'
import { accesses, clientAddresses } from '#src/db/schema/people.ts'
import { ask, askStaff, cookieOf, portalHost } from '#test/asking.ts'
import { clientRow, makeCompany, PASSWORD, signedInAs, signedInStaff } from '#test/cast.ts'
import { farAway, withBatch } from '#test/far-away.ts'
import { accessesOf, all, click, entriesOf, follow, mailsTo, page, post, signIn, textOf } from './client-tab.ts'
import { type Actor, linkPath, makeActor, makeStage, type Stage, unhurried } from './stage.ts'

/** Revoke Access: who loses what, from the very next click on. */

let stage: Stage
beforeAll(async () => {
  stage = await makeStage('Revokewell')
})

/** Another client of the company, to which this person has access too. */
const alsoAt = async (actor: Actor, state: 'invited' | 'active', name: string): Promise<Actor> => {
  const { door } = actor.company
  const client = clientRow(name, actor.email)
  await door.run({
    client: door.insert(clients, client),
    access: door.insert(accesses, { portalUserId: actor.portalUserId, clientId: client.id, state, invitedAt: Date.now() }),
  })
  return { ...actor, clientId: client.id }
}
const sessionAt = (actor: Actor, clientId: string | null) =>
  signedInAs(
    { company: actor.company, clientId: '', clientName: '', email: '', portalUserId: actor.portalUserId, orderId: '', invoiceId: '', invoiceNumber: '' },
    clientId,
  )
const revoke = (actor: Actor) => post(actor, '/portal/revoke')
const passwordOf = async ({ portalUserId }: Actor) => (await all('SELECT password_hash AS hash FROM portal_users WHERE id = ?', portalUserId))[0]?.hash
const openLink = async (actor: Actor, kind: 'invitation' | 'password-reset', mailId: string) =>
  ask({ host: portalHost(actor.company), path: await linkPath(actor, kind, mailId), env: unhurried })

describe('before it is done', () => {
  it('is asked first, on a page that names who loses access and what they keep', async () => {
    const ada = await makeActor(stage, 'active')
    await alsoAt(ada, 'active', 'Keepers & Sons')
    await ada.company.door.run({
      address: ada.company.door.insert(clientAddresses, {
        clientId: ada.clientId,
        email: 'uninvited@x.example',
        emailKey: 'uninvited@x.example',
        createdAt: 1,
      }),
    })
    const asked = await textOf(ada, '/portal/revoke')
    expect(asked).toContain(ada.email)
    expect(asked).toContain('Keeps the login, for Keepers &amp; Sons alone')
    expect(asked).not.toContain('uninvited@x.example')
    expect(await accessesOf(ada)).toEqual([`${ada.email} active`])
  })

  it('is not offered where nobody has access', async () => {
    const actor = await makeActor(stage, 'not invited')
    expect(await textOf(actor)).not.toContain('Revoke Access')
    const asked = await page(actor, '/portal/revoke')
    expect([asked.status, asked.headers.get('Location')]).toEqual([303, `/clients/${actor.clientId}/portal`])
  })
})

describe('of a person who has no other client', () => {
  it('ends sessions at the next click, the password, and every link', async () => {
    const actor = await makeActor(stage, 'active')
    const undecided = await sessionAt(actor, null)
    expect((await click(actor, actor.cookie)).status).toBe(200)
    const answer = await revoke(actor)
    expect(answer.status).toBe(303)
    expect(await follow(actor, answer)).toContain('Access revoked.')
    const next = await click(actor, actor.cookie)
    expect([next.status, next.headers.get('Location')?.split('?')[0]]).toEqual([303, '/portal/sign-in'])
    expect(await all('SELECT id FROM portal_sessions WHERE id = ? AND ended_at IS NULL', undecided.sessionId)).toEqual([])
    expect(await passwordOf(actor)).toBeNull()
    expect((await signIn(actor, PASSWORD)).status).toBe(422)
    expect((await openLink(actor, 'password-reset', actor.resetId)).status).toBe(410)
    expect(await entriesOf(actor)).toEqual([`access-revoked: ${actor.email}`])
    expect(await all('SELECT access_state, portal_state FROM clients WHERE id = ?', actor.clientId)).toEqual([
      { access_state: 'not-invited', portal_state: 'not-invited' },
    ])
  })

  it('ends an open invitation, whose mail may be on its way still', async () => {
    const actor = await makeActor(stage, 'invited')
    expect((await openLink(actor, 'invitation', actor.invitationId)).status).toBe(200)
    await revoke(actor)
    expect((await openLink(actor, 'invitation', actor.invitationId)).status).toBe(410)
  })

  it('can be invited again, and needs a new password then', async () => {
    const actor = await makeActor(stage, 'active')
    await revoke(actor)
    expect(await textOf(actor)).toContain('Invite to Portal')
    expect((await post(actor, '/invitations', { seen: '' })).status).toBe(303)
    const [mail] = await mailsTo(actor.email)
    expect(mail?.kind).toBe('invitation')
    expect((await signIn(actor, PASSWORD)).status).toBe(422)
    const path = await linkPath(actor, 'invitation', mail?.id ?? '')
    expect((await ask({ host: portalHost(actor.company), path, form: { password: 'seven quiet herons fishing' }, env: unhurried })).status).toBe(303)
    expect((await signIn(actor, 'seven quiet herons fishing')).status).toBe(303)
    expect((await signIn(actor, PASSWORD)).status).toBe(422)
  })
})

describe('of a person with another client', () => {
  it('leaves the password and what is open there', async () => {
    const ada = await makeActor(stage, 'active')
    const other = await alsoAt(ada, 'active', 'Otherworks')
    const there = await sessionAt(ada, other.clientId)
    const undecided = await sessionAt(ada, null)
    await revoke(ada)
    expect((await click(ada, ada.cookie)).status).toBe(303)
    expect((await click(ada, there.cookie)).status).toBe(200)
    expect(await all('SELECT id FROM portal_sessions WHERE id = ? AND ended_at IS NULL', undecided.sessionId)).toHaveLength(1)
    expect(await passwordOf(ada)).toEqual(expect.any(String))
    expect((await openLink(ada, 'password-reset', ada.resetId)).status).toBe(200)
    expect(await accessesOf(other)).toEqual([`${ada.email} active`])
    expect(await entriesOf(other)).toEqual([])
    const again = await signIn(ada, PASSWORD)
    expect(again.headers.get('Location')).toBe('/portal')
  })

  it('leaves an invitation to that one, and its link opens it alone', async () => {
    const ada = await makeActor(stage, 'invited')
    await alsoAt(ada, 'invited', 'Stillinvited')
    await revoke(ada)
    const opened = await openLink(ada, 'invitation', ada.invitationId)
    expect(opened.status).toBe(200)
    const text = await opened.text()
    expect(text).toContain('Stillinvited')
    expect(text).not.toContain(`Actor ${ada.portalUserId}`)
  })
})

it('ends all accesses of the client, with an entry for each person', async () => {
  const actor = await makeActor(stage, 'active')
  const second = await makeActor(stage, 'active')
  const { door } = stage.company
  await door.run({ access: door.insert(accesses, { portalUserId: second.portalUserId, clientId: actor.clientId, state: 'active', invitedAt: 1 }) })
  await revoke(actor)
  expect(await accessesOf(actor)).toEqual([])
  expect((await entriesOf(actor)).sort()).toEqual([`access-revoked: ${actor.email}`, `access-revoked: ${second.email}`].sort())
  // That one has a client of its own.
  expect(await passwordOf(second)).toEqual(expect.any(String))
  expect((await click(second, second.cookie)).status).toBe(200)
})

it('asked for twice, even at once, is done once', async () => {
  const actor = await makeActor(stage, 'active')
  const answers = await Promise.all([1, 2].map(() => post(actor, '/portal/revoke', {}, farAway(unhurried))))
  expect(answers.map(({ status }) => status)).toEqual([303, 303])
  expect(await entriesOf(actor)).toEqual([`access-revoked: ${actor.email}`])
})

it('takes the password at last when another client’s access ends in whatever way', async () => {
  const actor = await makeActor(stage, 'active')
  const other = await alsoAt(actor, 'active', 'Given For A While')
  await revoke(actor)
  expect(await passwordOf(actor)).not.toBeNull()
  await all('DELETE FROM accesses WHERE client_id = ?', other.clientId)
  expect(await passwordOf(actor)).toBeNull()
})

it('is not undone by a Resend from a page of before, also where another client keeps the link alive', async () => {
  const actor = await makeActor(stage, 'invited')
  await alsoAt(actor, 'invited', 'Still Invited Ltd')
  const stale = [...(await textOf(actor)).matchAll(/name="(seen|again)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value])
  expect(Object.fromEntries(stale)).toEqual({ seen: actor.invitationId, again: 'yes' })
  await revoke(actor)
  const answer = await post(actor, '/invitations', Object.fromEntries(stale))
  expect(await follow(actor, answer)).toContain('Nothing more was sent')
  expect(await accessesOf(actor)).toEqual([])
  expect(await mailsTo(actor.email)).toEqual([])
})

it('wins against a Resend that had read before it, also where another client keeps the link alive', async () => {
  const actor = await makeActor(stage, 'invited')
  await alsoAt(actor, 'invited', 'Linkkeepers')
  let trips = 0
  const revokedMeanwhile = withBatch(
    (batch) => async (statements) => {
      trips += 1
      if (trips === 2) await revoke(actor)
      return batch(statements)
    },
    unhurried,
  )
  const answer = await post(actor, '/invitations', { seen: actor.invitationId }, revokedMeanwhile)
  expect(await follow(actor, answer)).toContain('Nothing more was sent')
  expect(await mailsTo(actor.email)).toEqual([])
  expect(await accessesOf(actor)).toEqual([])
})

it('wins against a link that is used at the same time: no password is left, and no session opens', async () => {
  await Promise.all(
    Array.from({ length: 8 }, async (_, i) => {
      const actor = await makeActor(stage, 'invited')
      const path = await linkPath(actor, 'invitation', actor.invitationId)
      const [used] = await Promise.all([
        ask({ host: portalHost(actor.company), path, form: { password: 'seven quiet herons fishing' }, env: farAway(unhurried) }),
        scheduler.wait(i * 40).then(() => post(actor, '/portal/revoke', {}, farAway(unhurried))),
      ])
      expect([303, 410]).toContain(used.status)
      expect(await accessesOf(actor)).toEqual([])
      expect(await passwordOf(actor)).toBeNull()
      if (used.status === 303) expect((await click(actor, cookieOf(used))).status).toBe(303)
    }),
  )
})

it('of another company’s client is not found, and changes nothing', async () => {
  const actor = await makeActor(stage, 'active')
  const stranger = (await signedInStaff(await makeCompany('Strangers'))).cookie
  for (const form of [undefined, {}]) {
    const answer = await askStaff(`/clients/${actor.clientId}/portal/revoke`, { cookie: stranger, ...(form && { form }), env: unhurried })
    expect(answer.status).toBe(404)
  }
  expect(await accessesOf(actor)).toEqual([`${actor.email} active`])
})
