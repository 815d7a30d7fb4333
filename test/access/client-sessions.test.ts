import { beforeAll, expect, it } from 'vitest'
import { DAY, MINUTE } from '#src/dates.ts'
import { accesses, portalSessions } from '#src/db/schema/people.ts'
import { newId } from '#src/ids.ts'
import { signedInAs } from '#test/cast.ts'
import { all, click, follow, post, textOf } from './client-tab.ts'
import { type Actor, makeActor, makeStage, type Stage } from './stage.ts'

/** Who is signed in for a client, as staff sees it, and the button that ends it. */

let stage: Stage
beforeAll(async () => {
  stage = await makeStage('Sessionwell')
})

const addSession = async (actor: Actor, more: Partial<typeof portalSessions.$inferInsert> = {}): Promise<string> => {
  const { door } = actor.company
  const row = { id: newId(), portalUserId: actor.portalUserId, clientId: actor.clientId, createdAt: Date.now(), seenAt: Date.now(), ...more }
  await door.run({ session: door.insert(portalSessions, row) })
  return row.id
}
const end = (actor: Actor, form: Record<string, string>) => post(actor, '/sessions/end', form)
const live = async (actor: Actor) =>
  (await all('SELECT id FROM portal_sessions WHERE portal_user_id = ? AND ended_at IS NULL', actor.portalUserId)).map(({ id }) => id)

it('are listed with device, place and person: those that live, and no others', async () => {
  const actor = await makeActor(stage, 'active')
  const now = Date.now()
  await addSession(actor, { device: 'Firefox on <Windows>', city: 'Porto', country: 'PT' })
  await addSession(actor, { device: 'Ended', endedAt: now })
  await addSession(actor, { device: 'Idle for a week', seenAt: now - 7 * DAY })
  await addSession(actor, { device: 'A month old', createdAt: now - 30 * DAY })
  await addSession(actor, { device: 'Still choosing', clientId: null })
  const tab = await textOf(actor)
  expect(tab).toContain('Firefox on &lt;Windows&gt;')
  expect(tab).toContain(`${actor.email} · Porto, Portugal`)
  expect(tab).toContain('Still choosing')
  expect(tab).toContain('Unknown device')
  for (const gone of ['Ended', 'Idle for a week', 'A month old']) expect(tab).not.toContain(`<b>${gone}`)
})

it('end at the next click, one alone', async () => {
  const actor = await makeActor(stage, 'active')
  const one = await signedInAs({
    company: actor.company,
    clientId: actor.clientId,
    clientName: '',
    email: '',
    portalUserId: actor.portalUserId,
    orderId: '',
    invoiceId: '',
    invoiceNumber: '',
  })
  const answer = await end(actor, { session: one.sessionId })
  expect(await follow(actor, answer)).toContain('The session was ended')
  expect((await click(actor, one.cookie)).status).toBe(303)
  expect((await click(actor, actor.cookie)).status).toBe(200)
  // The button of a page of before.
  expect((await end(actor, { session: one.sessionId })).status).toBe(303)
})

it('end all at once by “Sign out everywhere”', async () => {
  const actor = await makeActor(stage, 'active')
  await addSession(actor)
  await addSession(actor, { clientId: null })
  const answer = await end(actor, { all: 'yes' })
  expect(await follow(actor, answer)).toContain('Everybody is signed out.')
  expect(await live(actor)).toEqual([])
})

it('of another client are out of reach', async () => {
  const [actor, other] = [await makeActor(stage, 'active'), await makeActor(stage, 'active')]
  const theirs = await addSession(other, { seenAt: Date.now() - MINUTE })
  // Nor one of the same person, who looks at another client there.
  const { door } = actor.company
  await door.run({ access: door.insert(accesses, { portalUserId: other.portalUserId, clientId: actor.clientId, state: 'active', invitedAt: 1 }) })
  await end(actor, { session: theirs })
  await end(actor, { session: '' })
  await end(actor, { all: 'yes' })
  expect(await live(other)).toContain(theirs)
  expect(await textOf(actor)).not.toContain(theirs)
})
