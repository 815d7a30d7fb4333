import { beforeAll, expect, it } from 'vitest'
import { accessesOf, all, click, entriesOf, follow, mailsTo, post, textOf } from '#test/access/client-tab.ts'
import { type Actor, linkPath, makeActor, makeStage, type Stage, unhurried } from '#test/access/stage.ts'
import { ask, askStaff, portalHost } from '#test/asking.ts'
import { farAway } from '#test/far-away.ts'
import { csv, runImport } from '#test/imports/importing.ts'

/** A client's primary address, corrected by hand or by an import: what becomes of the login that it had. */

let stage: Stage
beforeAll(async () => {
  stage = await makeStage('Correctwell')
})

const correct = (actor: Actor, email: string, knew = actor.email, given = unhurried) => post(actor, '/email', { email, knew }, given)
const clientOf = async ({ clientId }: Actor) =>
  (
    await all<{ email: string; email_key: string; email_valid: number; access_state: string }>(
      'SELECT email, email_key, email_valid, access_state FROM clients WHERE id = ?',
      clientId,
    )
  )[0]
const openLink = async (actor: Actor) =>
  (await ask({ host: portalHost(actor.company), path: await linkPath(actor, 'invitation', actor.invitationId), env: unhurried })).status

it('is kept as it is written, compared without its case, and found by search', async () => {
  const actor = await makeActor(stage, 'not invited', { client: { emailValid: false } })
  const answer = await correct(actor, `  Right-${actor.portalUserId}@X.example `)
  expect(await follow(actor, answer)).toContain('The e-mail address was changed.')
  expect(await clientOf(actor)).toEqual({
    email: `Right-${actor.portalUserId}@X.example`,
    email_key: `right-${actor.portalUserId.toLowerCase()}@x.example`,
    email_valid: 1,
    access_state: 'not-invited',
  })
  const found = await askStaff(`/clients?q=right-${actor.portalUserId.toLowerCase()}`, { cookie: stage.staff, env: unhurried })
  expect(await found.text()).toContain(`/clients/${actor.clientId}`)
  const gone = await askStaff(`/clients?q=${actor.email}`, { cookie: stage.staff, env: unhurried })
  expect(await gone.text()).not.toContain(`/clients/${actor.clientId}`)
})

it.each([
  ['nothing', '', /Write an e-mail address/],
  ['half an address', 'nobody@nowhere', /isn’t a complete e-mail address/],
])('is not changed into %s: the form comes back as it was typed', async (_, typed, why) => {
  const actor = await makeActor(stage, 'invited')
  const answer = await correct(actor, typed)
  expect(answer.status).toBe(422)
  const text = await answer.text()
  expect(text).toMatch(why)
  expect(text).toContain(`value="${typed}"`)
  expect((await clientOf(actor))?.email).toBe(actor.email)
})

it('is not changed by a page that knew another one, nor by the slower of two at once', async () => {
  const actor = await makeActor(stage, 'not invited')
  const stale = await correct(actor, 'stale@x.example', 'older@x.example')
  expect(stale.status).toBe(422)
  expect(await stale.text()).toContain(`it is ${actor.email} now`)
  const answers = await Promise.all(['one@x.example', 'two@x.example'].map((email) => correct(actor, email, actor.email, farAway(unhurried))))
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
  const winner = answers[0]?.status === 303 ? 'one@x.example' : 'two@x.example'
  expect((await clientOf(actor))?.email).toBe(winner)
  expect(await entriesOf(actor)).toEqual([`address-changed: ${actor.email} → ${winner}`])
})

it('ends the old address’s open invitation; the new one can be invited, in one click', async () => {
  const actor = await makeActor(stage, 'invited')
  expect(await openLink(actor)).toBe(200)
  await correct(actor, `new-${actor.email}`)
  expect(await openLink(actor)).toBe(410)
  expect(await accessesOf(actor)).toEqual([])
  expect(await textOf(actor)).toContain(`The invitation goes to <b class="whole">new-${actor.email}</b>`)
  await post(actor, '/invitations', { seen: '' })
  expect(await mailsTo(`new-${actor.email}`)).toHaveLength(1)
  expect((await clientOf(actor))?.access_state).toBe('invited')
})

it('takes a problem with the old address away', async () => {
  const actor = await makeActor(stage, 'invited')
  await all(`UPDATE accesses SET mail_problem = 'bounced' WHERE client_id = ? RETURNING 1`, actor.clientId)
  expect(await all('SELECT portal_state FROM clients WHERE id = ?', actor.clientId)).toEqual([{ portal_state: 'problem' }])
  await correct(actor, `new-${actor.email}`)
  expect(await all('SELECT portal_state FROM clients WHERE id = ?', actor.clientId)).toEqual([{ portal_state: 'not-invited' }])
})

it('neither moves nor locks an active login: the tab shows the difference', async () => {
  const actor = await makeActor(stage, 'active')
  await correct(actor, `new-${actor.email}`)
  expect((await click(actor, actor.cookie)).status).toBe(200)
  expect(await accessesOf(actor)).toEqual([`${actor.email} active`])
  expect((await clientOf(actor))?.access_state).toBe('not-invited')
  const tab = await textOf(actor)
  expect(tab).toContain(`<b class="whole">${actor.email}</b>, this client’s address before, can still sign in.`)
  // And back again: it is the primary address’s login as before.
  await correct(actor, actor.email, `new-${actor.email}`)
  expect((await clientOf(actor))?.access_state).toBe('active')
  expect(await textOf(actor)).not.toContain('address before')
})

it('can become one that was a further address, which then is no longer a further one', async () => {
  const actor = await makeActor(stage, 'active', { further: true })
  await correct(actor, actor.email, `first-of-${actor.email}`)
  expect(await all('SELECT email FROM client_addresses WHERE client_id = ?', actor.clientId)).toEqual([])
  expect((await clientOf(actor))?.access_state).toBe('active')
  expect((await click(actor, actor.cookie)).status).toBe(200)
})

it('given by an import, too, is no further one any more', async () => {
  const actor = await makeActor(stage, 'active', { further: true, client: { code: 'IMP-further' } })
  const { refusals } = await runImport(stage.company, {
    clients: csv('clients', ['IMP-further', 'Imported', actor.email, '', 'active', 'EUR', '', '', '', '', '', '', '']),
  })
  expect(refusals).toEqual([])
  expect(await all('SELECT email FROM client_addresses WHERE client_id = ?', actor.clientId)).toEqual([])
  expect((await clientOf(actor))?.access_state).toBe('active')
})

it.each([
  ['invited', 'ends', []],
  ['active', 'stays', ['active']],
] as const)('changed by an import: the login of a person who was %s %s', async (stand, _, left) => {
  const actor = await makeActor(stage, stand, { client: { code: `IMP-${stand}` } })
  const { refusals } = await runImport(stage.company, {
    clients: csv('clients', [`IMP-${stand}`, 'Imported', `file-${actor.email}`, '', 'active', 'EUR', '', '', '', '', '', '', '']),
  })
  expect(refusals).toEqual([])
  expect(await accessesOf(actor)).toEqual(left.map((state) => `${actor.email} ${state}`))
  expect(await clientOf(actor)).toMatchObject({ email: `file-${actor.email}`, access_state: 'not-invited' })
  expect(await openLink(actor)).toBe(410)
  expect((await click(actor, actor.cookie)).status).toBe(stand === 'active' ? 200 : 303)
})
