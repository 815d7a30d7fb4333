import { beforeAll, expect, it } from 'vitest'
import { clients } from '#src/db/schema/clients.ts'
import { accesses } from '#src/db/schema/people.ts'
import { ask, portalHost } from '#test/asking.ts'
import { clientRow, PASSWORD, signedInAs } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import { all, click, entriesOf, follow, post, signIn, textOf } from './client-tab.ts'
import { type Actor, linkPath, makeActor, makeStage, type Stage, unhurried } from './stage.ts'

/** The Portal access toggle: off, nobody gets in through this client; on again, everything is as before. */

let stage: Stage
beforeAll(async () => {
  stage = await makeStage('Switchwell')
})

const turn = (actor: Actor, on: boolean, given = unhurried) => post(actor, '/portal-access', { form: 'portal-access', ...(on && { access: 'on' }) }, given)
const sessionAt = (actor: Actor, clientId: string | null) =>
  signedInAs(
    { company: actor.company, clientId: '', clientName: '', email: '', portalUserId: actor.portalUserId, orderId: '', invoiceId: '', invoiceNumber: '' },
    clientId,
  )
const lives = async (sessionId: string) => (await all('SELECT id FROM portal_sessions WHERE id = ? AND ended_at IS NULL', sessionId)).length === 1

it('signs out at the next click; on again, the old password works and the old session doesn’t', async () => {
  const actor = await makeActor(stage, 'active')
  expect((await click(actor, actor.cookie)).status).toBe(200)
  const off = await turn(actor, false)
  expect(await follow(actor, off)).toContain('Portal access is off. Whoever was signed in is signed out.')
  expect((await click(actor, actor.cookie)).headers.get('Location')).toMatch(/sign-in/)
  expect((await signIn(actor, PASSWORD)).status).toBe(422)
  const tab = await textOf(actor)
  expect(tab).toContain('The password is kept.')
  expect(tab).not.toContain('Send Password Reset Email</button>')

  const on = await turn(actor, true)
  expect(await follow(actor, on)).toContain('Portal access is on again.')
  expect((await click(actor, actor.cookie)).headers.get('Location')).toMatch(/sign-in/)
  expect((await signIn(actor, PASSWORD)).status).toBe(303)
  expect(await entriesOf(actor)).toEqual(['access-disabled', 'access-enabled'])
})

it('closes an open invitation’s link while it is off', async () => {
  const actor = await makeActor(stage, 'invited')
  const open = async () =>
    (await ask({ host: portalHost(actor.company), path: await linkPath(actor, 'invitation', actor.invitationId), env: unhurried })).status
  await turn(actor, false)
  expect(await open()).toBe(410)
  await turn(actor, true)
  expect(await open()).toBe(200)
})

it('says what is wanted: the same twice, even at once, is one change and one entry', async () => {
  const actor = await makeActor(stage, 'active')
  await Promise.all([turn(actor, false, farAway(unhurried)), turn(actor, false, farAway(unhurried))])
  await turn(actor, false)
  expect(await entriesOf(actor)).toEqual(['access-disabled'])
  const fresh = await makeActor(stage, 'active')
  await turn(fresh, true)
  expect(await entriesOf(fresh)).toEqual([])
  expect((await click(fresh, fresh.cookie)).status).toBe(200)
})

it('leaves a person’s other clients alone, and a session that still has one to choose', async () => {
  const actor = await makeActor(stage, 'active')
  const { door } = actor.company
  const other = clientRow('Elsewhere Ltd', null)
  await door.run({
    client: door.insert(clients, other),
    access: door.insert(accesses, { portalUserId: actor.portalUserId, clientId: other.id, state: 'active', invitedAt: 1 }),
  })
  const [there, undecided] = [await sessionAt(actor, other.id), await sessionAt(actor, null)]
  await turn(actor, false)
  expect((await click(actor, actor.cookie)).status).toBe(303)
  expect((await click(actor, there.cookie)).status).toBe(200)
  expect(await lives(undecided.sessionId)).toBe(true)
  await turn({ ...actor, clientId: other.id }, false)
  expect(await lives(undecided.sessionId)).toBe(false)
})

it('is no change by a form that is not the page’s own: silence alone doesn’t mean off', async () => {
  const actor = await makeActor(stage, 'active')
  expect((await post(actor, '/portal-access', {})).status).toBe(415)
  expect(await entriesOf(actor)).toEqual([])
})
