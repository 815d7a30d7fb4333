import { env } from 'cloudflare:workers'
import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import type { SKIP_REASONS } from '#src/access/bulk.ts'
import { INVITATION_LASTS } from '#src/access/invitation.ts'
import { linkOf, linkReads } from '#src/access/link.ts'
import { HOUR } from '#src/dates.ts'
import { activity } from '#src/db/schema/activity.ts'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { newId } from '#src/ids.ts'
import { renderMail } from '#src/mail/render.tsx'
import { type Company, makeCompany, setSettings } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import { ALL, accessOf, addClient, batchesOf, confirm, dataOf, type Made, mailsOf, only, planOf, runRow } from './bulk-cast.ts'

let company: Company
const NOW = Date.parse('2026-11-24T09:12:00Z')
beforeEach(async () => {
  company = await makeCompany(`Bulk ${newId(4)}`)
})

const good = () => ({ expiresAt: NOW + HOUR })
const gone = () => ({ expiresAt: NOW - HOUR })
const add = (
  name: string,
  email: string | null = `${name.toLowerCase()}@bulk.example`,
  ...more: [Parameters<typeof addClient>[3]?, Parameters<typeof addClient>[4]?]
) => addClient(company, name, email, ...more)
const eventsOf = async ({ id }: Made) =>
  (await company.door.run({ rows: company.door.read(activity, { where: eq(activity.clientId, id), order: [activity.at] }) })).rows
const remembered = async (runId: string) => {
  const { results } = await env.DB.prepare('SELECT client_id, outcome FROM invitation_run_clients WHERE tenant_id = ? AND run_id = ? ORDER BY client_id')
    .bind(company.tenantId, runId)
    .all<{ client_id: string; outcome: string }>()
  return results
}

describe('what becomes of a client', () => {
  // Each has everything that the reasons after its own ask for, too: the first that holds is the reason.
  const cases: [string, () => Promise<Made>, string][] = [
    ['without an address', () => add('Nomail', null, { portalAccess: false, status: 'inactive' }), 'no-email'],
    ['with an address that is none', () => add('Invalid', 'invalid@', { portalAccess: false, status: 'inactive' }), 'invalid-email'],
    ['switched off', () => add('Off', undefined, { portalAccess: false, status: 'inactive' }, { access: 'active' }), 'switched-off'],
    ['inactive', () => add('Asleep', undefined, { status: 'inactive' }, { access: 'active' }), 'inactive'],
    ['active already', () => add('Inside', undefined, {}, { access: 'active', problem: 'complained' }), 'already-active'],
    ['whose mail came back', () => add('Back', undefined, {}, { access: 'invited', problem: 'bounced', mail: good() }), 'undeliverable'],
    ['that called it spam', () => add('Spam', undefined, {}, { access: 'invited', problem: 'complained', mail: good() }), 'undeliverable'],
    ['invited, in time', () => add('Intime', undefined, {}, { access: 'invited', mail: good() }), 'still-valid'],
    ['invited, its mail still waiting', () => add('Waiting', undefined, {}, { access: 'invited', mail: { ...good(), state: 'queued' } }), 'still-valid'],
    ['invited, expired', () => add('Late', undefined, {}, { access: 'invited', mail: gone() }), 'invite'],
    ['invited, its mail failed', () => add('Failed', undefined, {}, { access: 'invited', problem: 'failed', mail: { ...good(), state: 'failed' } }), 'invite'],
    ['invited, its mail never sent', () => add('Unsent', undefined, {}, { access: 'invited', mail: { ...good(), state: 'not-sent' } }), 'invite'],
    ['invited, without a mail', () => add('Bare', undefined, {}, { access: 'invited' }), 'invite'],
    ['of a person with a password', () => add('Known', undefined, {}, { password: true }), 'gives-access'],
    ['new', () => add('New'), 'invite'],
    ['new, its person known without a password', () => add('Half', undefined, {}, {}), 'invite'],
  ]
  it.each(cases)('%s', async (_, make, expected) => {
    await make()
    const { skipped, invited, given, selected } = await planOf(company, ALL, NOW)
    const verdict = invited === 1 ? 'invite' : given === 1 ? 'gives-access' : Object.keys(skipped)[0]
    expect({ verdict, selected }).toEqual({ verdict: expected, selected: 1 })
    const { runId, begun } = await confirm(company, { now: NOW })
    const goes = expected === 'invite' || expected === 'gives-access'
    expect(begun).toBe(goes ? 1 : 0)
    expect(await mailsOf(company, runId)).toHaveLength(goes ? 1 : 0)
    expect((await runRow(company, runId)) === undefined).toBe(!goes)
  })

  it('a run keeps how many it left out, and why', async () => {
    for (const [, make] of cases) await make()
    const { runId } = await confirm(company, { now: NOW })
    const run = await runRow(company, runId)
    expect(JSON.parse(run?.skipped ?? '')).toEqual({
      'no-email': 1,
      'invalid-email': 1,
      'switched-off': 1,
      inactive: 1,
      'already-active': 1,
      undeliverable: 2,
      'still-valid': 2,
    } satisfies Record<(typeof SKIP_REASONS)[number], number>)
    expect(run).toMatchObject({ invited: 6, given: 1, mails: 7, waiting: 7, begunAt: NOW, createdAt: NOW })
    expect(await planOf(company, ALL, NOW)).toMatchObject({ invited: 0, given: 0 })
  })
})

describe('one mail for each address', () => {
  it('names all clients that are invited by it, and no others', async () => {
    const shared = 'shared@bulk.example'
    const [b, a] = [await add('Bee', shared), await add('Ant', 'Shared@Bulk.example')]
    await add('Asleep', shared, { status: 'inactive' })
    await add('Off', shared, { portalAccess: false })
    const earlier = await add('Earlier', shared, {}, { access: 'invited', mail: { expiresAt: NOW + HOUR } })
    const sleeper = await add('Sleeper', shared, { status: 'inactive' }, { access: 'invited' })
    await add('Offer', shared, { portalAccess: false }, { access: 'invited' })
    const before = await company.door.run({ people: company.door.read(portalUsers) })
    expect(await planOf(company, ALL, NOW)).toMatchObject({
      invited: 2,
      invitations: 1,
      sharing: 2,
      skipped: { 'still-valid': 1, inactive: 2, 'switched-off': 2 },
    })
    const { runId } = await confirm(company, { now: NOW })
    const [mail, ...others] = await mailsOf(company, runId)
    if (!mail) throw new Error('no mail')
    expect(others).toEqual([])
    expect(dataOf(mail).clients).toEqual(['Ant', 'Bee', 'Earlier', 'Sleeper'])
    expect(mail).toMatchObject({ previousMailId: before.people[0]?.invitationMailId, expiresAt: NOW + INVITATION_LASTS })
    expect((await company.door.run({ people: company.door.read(portalUsers) })).people).toMatchObject([{ invitationMailId: mail.id }])
    expect((await remembered(runId)).map(({ client_id }) => client_id)).toEqual([a.id, b.id].sort())
    // The link opens what the mail names.
    const link = linkOf(await company.door.run(linkReads(company.door, 'invitation', mail.id)), NOW)
    expect('clients' in link && link.clients.map(({ name }) => name)).toEqual(['Ant', 'Bee', 'Earlier', 'Sleeper'])
    expect([(await accessOf(company, earlier))?.state, (await accessOf(company, sleeper))?.state]).toEqual(['invited', 'invited'])
  })

  it('one that is picked without the other names the picked one', async () => {
    const [a] = [await add('Ant', 'two@bulk.example'), await add('Bee', 'two@bulk.example')]
    const { runId } = await confirm(company, { selection: only(a) })
    expect((await mailsOf(company, runId)).map((mail) => dataOf(mail).clients)).toEqual([['Ant']])
  })

  it('a person with a password gets one notice, and access at once', async () => {
    const email = 'known@bulk.example'
    const [b, a] = [await add('Bee', email, {}, { password: true }), await add('Ant', email)]
    await add('Own', email, {}, { access: 'active' })
    await add('Off', email, { portalAccess: false })
    expect(await planOf(company)).toMatchObject({ given: 2, notices: 1, invited: 0, sharing: 2 })
    const { runId } = await confirm(company)
    const mails = await mailsOf(company, runId)
    expect(mails).toMatchObject([{ kind: 'access-given', toEmail: email, expiresAt: null, previousMailId: null, state: 'queued' }])
    expect(mails.map(dataOf)).toMatchObject([{ clients: ['Ant', 'Bee'], clientIds: [a.id, b.id] }])
    expect(mails.map(dataOf)[0]).not.toHaveProperty('expiresAt')
    expect([await accessOf(company, a), await accessOf(company, b)].map((access) => access?.state)).toEqual(['active', 'active'])
    expect((await eventsOf(a)).map(({ event }) => event)).toEqual(['access-given'])
    expect(await runRow(company, runId)).toMatchObject({ invited: 0, given: 2, mails: 1 })
  })

  it('is written like one that is sent alone', async () => {
    await add('Łódź "Meble" \\ Sp. z o.o.', 'lodz@bulk.example')
    await add('ΟΔΟΣ', 'lodz@bulk.example')
    const { runId } = await confirm(company, { now: NOW })
    const [row] = await mailsOf(company, runId)
    if (!row) throw new Error('no mail')
    expect(dataOf(row)).toEqual({
      company: company.name,
      brandColour: '#1d6b57',
      locale: 'en-GB',
      timeZone: 'UTC',
      address: `http://${company.slug}.stockflow.localhost:8787/portal`,
      contact: { name: '', email: '', phone: '' },
      replyTo: '',
      personName: '',
      clients: ['Łódź "Meble" \\ Sp. z o.o.', 'ΟΔΟΣ'],
      expiresAt: NOW + INVITATION_LASTS,
      sender: env.MAIL_FROM,
    })
    const mail = await renderMail(env, row)
    expect(mail.to).toBe('lodz@bulk.example')
    expect(mail.subject).toBe(`Your invitation to ${company.name}’s client portal`)
    expect(mail.text).toContain('invites Łódź "Meble" \\ Sp. z o.o. and ΟΔΟΣ to its client portal')
    expect(mail.text).toContain('until 27 November 2026, 09:12.')
    expect(mail.text).toContain(`/portal/set-password/${company.tenantId}${row.id}.`)
  })

  it('leaves in batches of the pace, in a fixed place of each', async () => {
    for (let i = 0; i < 7; i += 1) await add(`Client ${i}`, `c${i}@bulk.example`)
    const { runId } = await confirm(company, { batchSize: 3, now: NOW })
    expect(await batchesOf(company, runId)).toMatchObject([1, 2, 3].map((n) => ({ id: `${runId}-${n}`, runId, state: 'queued', dueAt: NOW, createdAt: NOW })))
    expect((await mailsOf(company, runId)).map(({ batchId, batchPosition }) => `${batchId?.slice(-1)}/${batchPosition}`)).toEqual([
      '1/0',
      '1/1',
      '1/2',
      '2/0',
      '2/1',
      '2/2',
      '3/0',
    ])
  })
})

it('an invitation that waits is overtaken by a newer one; one of another kind, or another person, is not', async () => {
  const late = await add('Late', undefined, {}, { access: 'invited', mail: { state: 'queued', expiresAt: NOW - HOUR } })
  await add('Other', undefined, {}, { access: 'invited', mail: { state: 'queued', expiresAt: NOW + HOUR } })
  const { runId } = await confirm(company, { now: NOW })
  const { rows } = await company.door.run({ rows: company.door.read(outbox, { order: [outbox.toEmail, outbox.createdAt] }) })
  expect(rows.map(({ toEmail, state, error, runId: of }) => [toEmail, state, error, of])).toEqual([
    ['late@bulk.example', 'not-sent', 'A newer invitation took its place.', null],
    ['late@bulk.example', 'queued', null, runId],
    ['other@bulk.example', 'queued', null, null],
  ])
  expect((await eventsOf(late)).map(({ event, text, staffId, at }) => [event, text, staffId, at])).toEqual([
    ['invitation-resent', 'late@bulk.example', company.staffId, NOW],
  ])
})

it('the access says invited, and what was wrong is over', async () => {
  const failed = await add('Failed', undefined, {}, { access: 'invited', problem: 'failed', mail: { state: 'failed', expiresAt: NOW + HOUR } })
  const fresh = await add('Fresh')
  await confirm(company, { now: NOW })
  expect(await accessOf(company, failed)).toMatchObject({ state: 'invited', mailProblem: null })
  expect(await accessOf(company, fresh)).toMatchObject({ state: 'invited', invitedAt: NOW, activatedAt: null })
  expect((await eventsOf(fresh)).map(({ event }) => event)).toEqual(['invitation-sent'])
  const { rows } = await company.door.run({ rows: company.door.read(clients) })
  expect(rows.map(({ portalState }) => portalState)).toEqual(['invited', 'invited'])
})

describe('only one’s own clients', () => {
  it('an id of another company, or of nobody, is not there', async () => {
    const other = await makeCompany('Bulk other')
    const theirs = await addClient(other, 'Theirs', 'theirs@bulk.example')
    const ours = await add('Ours')
    const selection = { all: false as const, ids: [ours.id, theirs.id, 'nobody'] }
    expect(await planOf(company, selection)).toMatchObject({ selected: 1, invited: 1, skipped: {} })
    const { runId } = await confirm(company, { selection })
    expect((await mailsOf(company, runId)).map(({ toEmail }) => toEmail)).toEqual(['ours@bulk.example'])
    expect(await accessOf(other, theirs)).toBeUndefined()
  })

  it('everybody of one company is nobody of another', async () => {
    const other = await makeCompany('Bulk other')
    // The same address in both: two people.
    const [theirs, ours] = [await addClient(other, 'Theirs', 'same@bulk.example'), await add('Ours', 'same@bulk.example')]
    await confirm(company)
    expect([(await accessOf(company, ours))?.state, await accessOf(other, theirs)]).toEqual(['invited', undefined])
  })
})

describe('what holds when it commits', () => {
  const far = farAway()
  const unlessFirst = async (change: () => Promise<unknown>) => {
    const [{ runId }] = await Promise.all([confirm(company, { given: far }), change()])
    return runId
  }

  it('confirming twice, at once or one after the other, is one run', async () => {
    for (const name of ['Ant', 'Bee', 'Cat']) await add(name)
    const runId = newId()
    const answers = await Promise.all([1, 2, 3, 4].map(() => confirm(company, { runId, given: far })))
    expect(answers.map(({ begun }) => begun).sort()).toEqual([0, 0, 0, 1])
    expect(answers.map(({ runs }) => runs.length)).toEqual([1, 1, 1, 1])
    expect((await confirm(company, { runId })).begun).toBe(0)
    expect(await mailsOf(company, runId)).toHaveLength(3)
    const { rows } = await company.door.run({ rows: company.door.read(activity) })
    expect(rows).toHaveLength(3)
    expect(await runRow(company, runId)).toMatchObject({ invited: 3, mails: 3, waiting: 3 })
  })

  it('two runs over the same clients: each client is in one', async () => {
    for (const name of ['Ant', 'Bee', 'Cat', 'Dog']) await add(name)
    const runs = await Promise.all([confirm(company, { given: far }), confirm(company, { given: far })])
    expect(runs.map(({ begun }) => begun).sort()).toEqual([0, 1])
    const { rows } = await company.door.run({ rows: company.door.read(outbox) })
    expect(rows).toHaveLength(4)
  })

  it('the portal goes off: no run at all, or a whole one', async () => {
    await add('Ant')
    const runId = await unlessFirst(() => setSettings(company, { enabled: false }))
    expect(await mailsOf(company, runId)).toEqual([])
    expect(await runRow(company, runId)).toBeUndefined()
    expect((await company.door.run({ rows: company.door.read(accesses) })).rows).toEqual([])
  })

  it('a client is switched off, made inactive, or gets another address: no mail to what was', async () => {
    const made = { off: await add('Off'), asleep: await add('Asleep'), moved: await add('Moved'), stays: await add('Stays') }
    const { door } = company
    const runId = await unlessFirst(() =>
      door.run({
        off: door.update(clients, { portalAccess: false }, eq(clients.id, made.off.id)),
        asleep: door.update(clients, { status: 'inactive' }, eq(clients.id, made.asleep.id)),
        moved: door.update(clients, { email: 'elsewhere@bulk.example', emailKey: 'elsewhere@bulk.example' }, eq(clients.id, made.moved.id)),
      }),
    )
    expect((await mailsOf(company, runId)).map(({ toEmail }) => toEmail).sort()).toEqual(['elsewhere@bulk.example', 'stays@bulk.example'])
  })

  it('a person sets a password meanwhile: access at once, and no link', async () => {
    const known = await add('Known', undefined, {}, {})
    const { door } = company
    const runId = await unlessFirst(() => door.run({ password: door.update(portalUsers, { passwordHash: 'x' }, sql`true`) }))
    expect((await mailsOf(company, runId)).map(({ kind }) => kind)).toEqual(['access-given'])
    expect(await accessOf(company, known)).toMatchObject({ state: 'active' })
  })

  it('revoked after it was invited: invited anew; revoked after the run: not open', async () => {
    const revoked = await add('Revoked', undefined, {}, { access: 'invited', mail: { expiresAt: Date.now() + HOUR } })
    const { door } = company
    const runId = await unlessFirst(() => door.run({ revoked: door.remove(accesses, eq(accesses.clientId, revoked.id)) }))
    expect(await mailsOf(company, runId)).toHaveLength(1)
    expect(await accessOf(company, revoked)).toMatchObject({ state: 'invited' })
  })

  it('the session has ended: nothing', async () => {
    await add('Ant')
    await env.DB.prepare('UPDATE tenants SET disabled_at = 1 WHERE id = ?').bind(company.tenantId).run()
    const { runId, runs } = await confirm(company)
    expect([runs, await mailsOf(company, runId)]).toEqual([[], []])
    expect((await company.door.run({ rows: company.door.read(accesses) })).rows).toEqual([])
  })
})
