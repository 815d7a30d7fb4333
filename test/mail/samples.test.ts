import { env } from 'cloudflare:workers'
import { eq, sql } from 'drizzle-orm'
import { Resend } from 'resend'
import { beforeEach, expect, it } from 'vitest'
import { HOUR } from '#src/dates.ts'
import { type MailKind, outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import { newId } from '#src/ids.ts'
import { batchOutcomeOf, outcomeOf } from '#src/mail/answers.ts'
import { sendRun } from '#src/mail/bulk.ts'
import { mailRow, type NewMail, queueMail } from '#src/mail/outbox.ts'
import { sendMail } from '#src/mail/sending.ts'
import { makeCompany } from '#test/cast.ts'
import { BatchRequest, LONGEST_KEY, MailRequest } from '#test/standins/resend/shapes.ts'
import batchAnswer from '#test/standins/samples/batch-answer.json'
import batchAnswerPermissive from '#test/standins/samples/batch-answer-permissive.json'
import mailAnswer from '#test/standins/samples/mail-answer.json'
import atWork from '#test/standins/samples/refusal-409-at-work.json'
import otherBody from '#test/standins/samples/refusal-409-other-body.json'
import invalid from '#test/standins/samples/refusal-422.json'
import tooFast from '#test/standins/samples/refusal-429.json'
import broken from '#test/standins/samples/refusal-500.json'
import { makeClock } from './clock.ts'
import { makeDesk } from './desk.ts'
import { accepted, type Call, invitationData, makeWaiting, NOW, rowOf, withProvider } from './post.ts'
import { makeRun, resetPace } from './runs.ts'

/** Resend's documented words, on our side: what we send is of their shape, and what they answer is read as it is meant. */

beforeEach(resetPace)

const about = { clients: ['Casa Verde S.L.'], clientIds: [] }

/** A mail of each kind, waiting to be sent. */
const makeMail: Record<MailKind, () => Promise<{ tenantId: string; mailId: string }>> = {
  invitation: async () => (await makeWaiting()).message,
  'access-given': async () => (await makeWaiting('access-given')).message,
  'password-reset': () => toReader('password-reset'),
  'password-changed': () => toReader('password-changed'),
  'staff-invitation': async () => {
    const { door, tenantId, staffId, staffEmail } = await makeCompany('Northlight Supply')
    const mailId = newId()
    const data = { company: 'N', locale: 'en-GB', timeZone: 'UTC', address: 'http://app.stockflow.localhost', personName: '', expiresAt: NOW + HOUR }
    const row = mailRow(env, { id: mailId, kind: 'staff-invitation', toEmail: staffEmail, staffId, data, now: NOW, expiresAt: NOW + HOUR })
    await door.run({ mail: queueMail(door, row) })
    await env.DB.prepare('UPDATE staff SET invitation_mail_id = ? WHERE id = ?').bind(mailId, staffId).run()
    return { tenantId, mailId }
  },
  'staff-membership-given': () => toStaff('staff-membership-given', { by: 'Ines' }),
  'staff-password-reset': () => toStaff('staff-password-reset', { expiresAt: NOW + HOUR }),
  'staff-return': () => toStaff('staff-return', { ...RETURN, what: 'submitted', client: 'Casa Verde S.L.', by: 'Ana', photos: 1 }),
  'return-changed': () => toReader('return-changed'),
  'domain-changed': () => toStaff('domain-changed', { hostname: 'portal.n.example', what: 'active', why: '' }),
  'staff-password-changed': () => toStaff('staff-password-changed', { at: NOW, device: 'Firefox on Windows', place: 'Porto' }),
}
const toStaff = async (kind: Extract<MailKind, `staff-${string}` | 'domain-changed'>, more: object) => {
  const { door, tenantId, staffId, staffEmail } = await makeCompany('Northlight Supply')
  const mailId = newId()
  const data = { company: 'N', locale: 'en-GB', timeZone: 'UTC', address: 'http://app.stockflow.localhost', personName: 'Jo', ...more }
  const row = mailRow(env, { id: mailId, kind, toEmail: staffEmail, staffId, data, now: NOW, expiresAt: NOW + HOUR } as NewMail)
  await door.run({ mail: queueMail(door, row) })
  await env.DB.prepare('UPDATE staff SET reset_mail_id = ? WHERE id = ?').bind(mailId, staffId).run()
  return { tenantId, mailId }
}
const RETURN = {
  number: 'RET-000001',
  returnId: 'R',
  items: [{ sku: 'LMP-118', description: 'Wall lamp', quantity: 20_000, approved: 10_000 }],
  orders: ['SO-1'],
  words: 'Cracked on the way.',
}
const toReader = async (kind: 'password-reset' | 'password-changed' | 'return-changed') => {
  const waiting = await makeWaiting('access-given')
  const { door, tenantId } = waiting.company
  const { toEmail } = await rowOf(waiting)
  const mailId = newId()
  const { expiresAt, ...data } = { ...invitationData('Northlight Supply'), ...about }
  const common = { id: mailId, toEmail, portalUserId: waiting.portalUserId, now: NOW }
  const news = {
    ...data,
    ...RETURN,
    clientIds: [waiting.clientId],
    what: 'partly-approved' as const,
    instructions: ['Pack it.'],
    outcome: null,
    creditNote: '',
  }
  const row =
    kind === 'return-changed'
      ? mailRow(env, { ...common, kind, data: news })
      : kind === 'password-reset'
        ? mailRow(env, { ...common, kind, data: { ...data, expiresAt }, expiresAt })
        : mailRow(env, { ...common, kind, data: { ...data, at: NOW, device: 'Firefox on Windows', place: 'Porto' } })
  await door.run({
    returns: door.update(portalSettings, { requestReturns: true }, sql`true`),
    mail: queueMail(door, row),
    newest: door.update(portalUsers, { resetMailId: mailId }, eq(portalUsers.id, waiting.portalUserId)),
    active: door.update(accesses, { state: 'active' }, eq(accesses.portalUserId, waiting.portalUserId)),
    noOther: door.update(outbox, { state: 'not-sent' }, eq(outbox.id, waiting.mailId)),
  })
  return { tenantId, mailId }
}

const sentBy = async (work: () => Promise<unknown>, reply = accepted): Promise<Call> => {
  const { calls } = await withProvider(reply, work)
  expect(calls).toHaveLength(1)
  return calls[0] ?? { key: null, body: '' }
}

it.each(Object.keys(makeMail) as MailKind[])('a mail of the kind %s is of the documented shape, and tells the webhook whose it is', async (kind) => {
  const { tenantId, mailId } = await makeMail[kind]()
  const { key, body } = await sentBy(() => sendMail(env, { tenantId, mailId }, NOW))
  const { data, error } = MailRequest.safeParse(JSON.parse(body))
  expect(error).toBeUndefined()
  expect(data?.tags).toEqual([
    { name: 'tenant', value: tenantId },
    { name: 'mail', value: mailId },
  ])
  expect(key?.length).toBeLessThanOrEqual(LONGEST_KEY)
})

it.each(['invitation', 'access-given'] as const)('a batch of the kind %s is, too', async (kind) => {
  const run = await makeRun(3, { kind })
  const time = makeClock()
  const { key, body } = await sentBy(() => sendRun(time.env, run.message, time), makeDesk().reply)
  expect(BatchRequest.safeParse(JSON.parse(body)).error).toBeUndefined()
  expect(key?.length).toBeLessThanOrEqual(LONGEST_KEY)
})

/** What the SDK makes of an answer. */
const answered = async (status: number, body: unknown, headers: Record<string, string> = {}) => {
  const resend = new Resend('re_test', { baseUrl: env.RESEND_BASE_URL ?? '' })
  const mail = { from: 'a@mail.example', to: 'b@mail.example', subject: 'S', text: 'T' }
  const reply = () => Response.json(body, { status, headers })
  const { result } = await withProvider(reply, async () => ({ one: await resend.emails.send(mail), many: await resend.batch.send([mail]) }))
  return { one: outcomeOf(result.one), many: batchOutcomeOf(result.many, 3) }
}

it('the answer to a mail is read', async () => {
  expect((await answered(200, mailAnswer)).one).toEqual({ kind: 'sent', providerId: mailAnswer.id })
})

it('the answer to a batch is read: who was taken under which id, and who was not', async () => {
  const [first, second] = batchAnswerPermissive.data.map(({ id }) => id)
  expect((await answered(200, batchAnswerPermissive)).many).toEqual({
    kind: 'answered',
    sent: [
      { index: 0, providerId: first },
      { index: 2, providerId: second },
    ],
    refused: [{ index: 1, reason: 'The mail service refused it: The `to` field is missing.' }],
  })
  // Two ids for three mails: nobody knows whose they are.
  expect((await answered(200, batchAnswer)).many).toMatchObject({ kind: 'again', taken: 'maybe' })
})

it('refusals are read', async () => {
  expect(await answered(429, tooFast, { 'retry-after': '3' })).toMatchObject({
    one: { kind: 'again', after: 3 },
    many: { kind: 'again', taken: 'no', after: 3, slower: true },
  })
  expect(await answered(500, broken)).toMatchObject({ one: { kind: 'again' }, many: { kind: 'again', taken: 'maybe' } })
  expect(await answered(409, atWork)).toMatchObject({ one: { kind: 'again' }, many: { kind: 'again', taken: 'maybe' } })
  expect(await answered(409, otherBody)).toMatchObject({ one: { kind: 'refused' }, many: { kind: 'lost' } })
  expect(await answered(422, invalid)).toMatchObject({ one: { kind: 'refused' }, many: { kind: 'refused' } })
})
