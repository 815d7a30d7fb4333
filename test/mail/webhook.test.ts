import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { DAY, MINUTE, SECOND } from '#src/dates.ts'
import { activity } from '#src/db/schema/activity.ts'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, type MAIL_PROBLEMS, portalUsers } from '#src/db/schema/people.ts'
import { sweepWebhookEvents } from '#src/db/webhook-events.ts'
import { type Env, required } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { mailRow, queueMail } from '#src/mail/outbox.ts'
import { askStaff } from '#test/asking.ts'
import { clientRow, makeCompany } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import bounced from '#test/standins/samples/event-bounced.json'
import complained from '#test/standins/samples/event-complained.json'
import delivered from '#test/standins/samples/event-delivered.json'
import delayed from '#test/standins/samples/event-delivery-delayed.json'
import failed from '#test/standins/samples/event-failed.json'
import suppressed from '#test/standins/samples/event-suppressed.json'
import { invitationData, makeWaiting, NOW, rowOf, type Waiting } from './post.ts'

const SAMPLES = { bounced, complained, delivered, delayed, failed, suppressed }
type Sample = keyof typeof SAMPLES

type Sent = { id?: string; at?: Date; secret?: string; env?: Env; host?: string; headers?: Record<string, string> }

/** As the provider sends it: the library signs here, and checks there. */
const post = (
  body: string,
  { id = `msg_${newId()}`, at = new Date(), secret = required(env, 'RESEND_WEBHOOK_SECRET'), env: given = env, host, headers }: Sent = {},
) => {
  const signed = {
    'svix-id': id,
    'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
    'svix-signature': new Webhook(secret).sign(id, at, body),
    'Sec-Fetch-Site': '',
    Origin: '',
  }
  return askStaff('/webhooks/resend', { method: 'POST', body, env: given, headers: { ...signed, ...headers }, ...(host && { host }) })
}

const bodyOf = (sample: Sample, tags: unknown) => {
  const event = SAMPLES[sample]
  return JSON.stringify({ ...event, data: { ...event.data, tags } })
}
const tell = async (sample: Sample, { tenantId, mailId }: Waiting['message'], more: Sent = {}) => {
  const response = await post(bodyOf(sample, { tenant: tenantId, mail: mailId }), more)
  expect(response.status).toBe(200)
  return response.json()
}

const isSent = async ({ company: { door }, mailId }: Waiting) => {
  await door.run({ sent: door.update(outbox, { state: 'sent', sentAt: NOW }, eq(outbox.id, mailId)) })
}
const makeSent = async (kind: 'invitation' | 'access-given' = 'invitation') => {
  const mail = await makeWaiting(kind)
  await isSent(mail)
  return mail
}
const seenBy = async (mail: Pick<Waiting, 'company' | 'clientId' | 'mailId'>) => {
  const { door } = mail.company
  const { entries, found } = await door.run({
    entries: door.read(activity, { where: eq(activity.clientId, mail.clientId), order: [activity.at] }),
    found: door.read(accesses, { where: eq(accesses.clientId, mail.clientId) }),
  })
  const { delivery, state } = await rowOf(mail)
  return { delivery, state, problem: found[0]?.mailProblem, entries: entries.map(({ event, text }) => `${event} ${text}`) }
}
const countEvents = async () => (await env.DB.prepare('SELECT count(*) AS n FROM webhook_events').first<{ n: number }>())?.n

const NOTHING = { delivery: null, state: 'sent', problem: null, entries: [] }
const WORDS = 'Permanent, Suppressed: The address is on the suppression list: it has hard-bounced before.'

describe('who may tell', () => {
  const refusedAs = async (status: number, work: (mail: Waiting) => Promise<Response>) => {
    const mail = await makeSent()
    const before = await countEvents()
    const response = await work(mail)
    expect(response.status).toBe(status)
    expect(await seenBy(mail)).toEqual(NOTHING)
    expect(await countEvents()).toBe(before)
  }
  const body = ({ message }: Waiting) => bodyOf('bounced', { tenant: message.tenantId, mail: message.mailId })

  it.each<[string, (mail: Waiting) => Promise<Response>]>([
    ['unsigned', (mail) => post(body(mail), { headers: { 'svix-signature': '' } })],
    ['without an id', (mail) => post(body(mail), { headers: { 'svix-id': '' } })],
    ['without a time', (mail) => post(body(mail), { headers: { 'svix-timestamp': '' } })],
    ['under another id than was signed', (mail) => post(body(mail), { headers: { 'svix-id': 'msg_other' } })],
    ['at another time than was signed', (mail) => post(body(mail), { headers: { 'svix-timestamp': String(Math.floor(Date.now() / 1000) - 1) } })],
    ['signed with another secret', (mail) => post(body(mail), { secret: 'whsec_YW5vdGhlciBzZWNyZXQsIGVudGlyZWx5' })],
    ['signed six minutes ago', (mail) => post(body(mail), { at: new Date(Date.now() - 6 * MINUTE) })],
    ['signed in six minutes', (mail) => post(body(mail), { at: new Date(Date.now() + 6 * MINUTE) })],
  ])('refuses one that is %s', (_, work) => refusedAs(401, work))

  it('refuses one of which a byte was altered', () =>
    refusedAs(401, (mail) => {
      const [id, at] = ['msg_1', new Date()]
      const signature = new Webhook(required(env, 'RESEND_WEBHOOK_SECRET')).sign(id, at, body(mail))
      return post(body(mail).replace('Permanent', 'permanent'), { id, at, headers: { 'svix-signature': signature } })
    }))

  it('takes one that was signed four minutes ago', async () => {
    const mail = await makeSent()
    await tell('delivered', mail.message, { at: new Date(Date.now() - 4 * MINUTE) })
    expect(await seenBy(mail)).toMatchObject({ delivery: 'delivered' })
  })

  it('takes no more than 64 KB', () => refusedAs(413, (mail) => post(`${body(mail)}${' '.repeat(64 * 1024)}`)))

  it.each([undefined, 'no base64!'])('without a secret says what is missing (%s)', (secret) =>
    refusedAs(503, async (mail) => {
      const { RESEND_WEBHOOK_SECRET: _, ...others } = env
      const given = { ...others, BASE_DOMAIN: 'stockflow.example', ...(secret && { RESEND_WEBHOOK_SECRET: secret }) }
      const response = await post(body(mail), { env: given, host: 'app.stockflow.example' })
      expect(await response.clone().text()).toContain('RESEND_WEBHOOK_SECRET')
      return response
    }),
  )
})

describe('what is told', () => {
  it('a delivery is written down', async () => {
    const mail = await makeSent()
    expect(await tell('delivered', mail.message)).toEqual({ ok: true })
    expect(await seenBy(mail)).toEqual({ ...NOTHING, delivery: 'delivered' })
    expect(await rowOf(mail)).toMatchObject({ deliveryAt: Date.parse(delivered.created_at), deliveryDetail: null })
  })

  it.each<[Sample, 'bounced' | 'complained', string]>([
    ['bounced', 'bounced', WORDS],
    ['complained', 'complained', ''],
    ['failed', 'bounced', 'reached_daily_quota'],
    ['suppressed', 'bounced', 'OnAccountSuppressionList: The address is on the suppression list of the account.'],
  ])('a mail that %s is a problem of its client’s, and an entry', async (sample, delivery, words) => {
    const mail = await makeSent()
    await tell(sample, mail.message)
    const { toEmail, deliveryDetail } = await rowOf(mail)
    expect(deliveryDetail ?? '').toBe(words)
    expect(await seenBy(mail)).toEqual({ state: 'sent', delivery, problem: delivery, entries: [`mail-${delivery} ${toEmail}${words && `: ${words}`}`] })
  })

  it('all clients of the person have the problem, nobody else', async () => {
    const mail = await makeSent('access-given')
    const { door } = mail.company
    const [second, stranger, strangerId] = [clientRow('Casa Azul', null), clientRow('Elsewhere', 'else@where.example'), newId()]
    await door.run({
      second: door.insert(clients, second),
      invited: door.insert(accesses, { portalUserId: mail.portalUserId, clientId: second.id, state: 'invited', invitedAt: NOW }),
      stranger: door.insert(clients, stranger),
      person: door.insert(portalUsers, { id: strangerId, email: 'else@where.example', emailKey: 'else@where.example', createdAt: NOW }),
      theirs: door.insert(accesses, { portalUserId: strangerId, clientId: mail.clientId, state: 'active', invitedAt: NOW }),
    })
    await tell('bounced', mail.message)
    const { found, entries } = await door.run({ found: door.read(accesses), entries: door.read(activity) })
    expect(found.flatMap(({ portalUserId, mailProblem }) => (portalUserId === strangerId ? [] : [mailProblem]))).toEqual(['bounced', 'bounced'])
    expect(found.find(({ portalUserId }) => portalUserId === strangerId)?.mailProblem).toBeNull()
    expect(entries.map(({ clientId }) => clientId).toSorted()).toEqual([mail.clientId, second.id].toSorted())
  })

  it('an address that is no longer the person’s is no problem of theirs', async () => {
    const mail = await makeSent()
    const { door } = mail.company
    await door.run({
      moved: door.update(portalUsers, { email: 'new@casaverde.example', emailKey: 'new@casaverde.example' }, eq(portalUsers.id, mail.portalUserId)),
    })
    await tell('bounced', mail.message)
    expect(await seenBy(mail)).toEqual({ ...NOTHING, delivery: 'bounced' })
  })

  it('after a revoke only the mail knows', async () => {
    const mail = await makeSent()
    const { door } = mail.company
    await door.run({ revoked: door.remove(accesses, eq(accesses.clientId, mail.clientId)) })
    await tell('bounced', mail.message)
    expect(await seenBy(mail)).toMatchObject({ delivery: 'bounced', problem: undefined, entries: [] })
  })

  it('a mail whose answer was lost stays as it is, and is known to have arrived', async () => {
    const mail = await makeWaiting()
    await tell('delivered', mail.message)
    expect(await seenBy(mail)).toEqual({ ...NOTHING, state: 'queued', delivery: 'delivered' })
  })

  it('a mail to staff is written down, and that is all', async () => {
    const { door, tenantId, staffId, staffEmail } = await makeCompany('Northlight')
    const mailId = newId()
    const data = { company: 'N', locale: 'en-GB', timeZone: 'UTC', address: 'http://app', personName: '', expiresAt: NOW }
    await door.run({
      mail: queueMail(door, mailRow(env, { id: mailId, kind: 'staff-invitation', toEmail: staffEmail, staffId, data, now: NOW, expiresAt: NOW })),
    })
    await tell('bounced', { tenantId, mailId })
    const { rows, entries } = await door.run({ rows: door.read(outbox), entries: door.read(activity) })
    expect(rows).toMatchObject([{ delivery: 'bounced', deliveryDetail: WORDS }])
    expect(entries).toEqual([])
  })

  it('the provider’s words are cut off, and their line breaks gone', async () => {
    const mail = await makeSent()
    const event = { ...bounced, data: { ...bounced.data, bounce: { type: 'Permanent', subType: 'General', message: `one\r\ntwo ${'x'.repeat(500)}` } } }
    const { tenantId, mailId } = mail.message
    const response = await post(JSON.stringify({ ...event, data: { ...event.data, tags: { tenant: tenantId, mail: mailId } } }))
    expect(response.status).toBe(200)
    const { deliveryDetail } = await rowOf(mail)
    expect(deliveryDetail).toHaveLength(300)
    expect(deliveryDetail).toMatch(/^Permanent, General: one two x+$/)
  })

  it('tags may be a list', async () => {
    const mail = await makeSent()
    const { tenantId, mailId } = mail.message
    const tags = [
      { name: 'mail', value: mailId },
      { name: 'tenant', value: tenantId },
    ]
    expect((await post(bodyOf('delivered', tags))).status).toBe(200)
    expect(await seenBy(mail)).toMatchObject({ delivery: 'delivered' })
  })
})

describe('what is none of ours', () => {
  it.each<[string, (mail: Waiting, other: Waiting) => string]>([
    ['a mail without tags', () => bodyOf('bounced', undefined)],
    ['tags of somebody else', () => bodyOf('bounced', { category: 'confirm_email' })],
    ['a mail that is not there', ({ message }) => bodyOf('bounced', { tenant: message.tenantId, mail: newId() })],
    ['a company that is not there', ({ message }) => bodyOf('bounced', { tenant: 'nobody', mail: message.mailId })],
    ['one company with another’s mail', ({ message }, other) => bodyOf('bounced', { tenant: message.tenantId, mail: other.message.mailId })],
    [
      'a type that every object has',
      ({ message }) => bodyOf('bounced', { tenant: message.tenantId, mail: message.mailId }).replace('email.bounced', 'constructor'),
    ],
    ['another type of event', ({ message }) => bodyOf('bounced', { tenant: message.tenantId, mail: message.mailId }).replace('email.bounced', 'email.opened')],
    ['no event at all', () => '[1, 2]'],
    ['no text at all', () => ''],
  ])('%s is taken and comes to nothing', async (_, bodyFor) => {
    const [mail, other] = [await makeSent(), await makeSent()]
    const before = await countEvents()
    const response = await post(bodyFor(mail, other))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ ok: true })
    expect(await seenBy(mail)).toEqual(NOTHING)
    expect(await seenBy(other)).toEqual(NOTHING)
    expect(await countEvents()).toBe(before)
  })

  it('another path and another method are', async () => {
    expect((await askStaff('/webhooks/other', { method: 'POST', headers: { 'Sec-Fetch-Site': '', Origin: '' } })).status).toBe(403)
    expect((await askStaff('/webhooks/resend')).status).toBe(303)
  })
})

describe('twice, late and in any order', () => {
  it('the same event again changes nothing, even if it were news by now', async () => {
    const mail = await makeSent()
    const { door } = mail.company
    await tell('bounced', mail.message, { id: 'msg_again' })
    await door.run({
      mended: door.update(accesses, { mailProblem: null }, eq(accesses.clientId, mail.clientId)),
      forgot: door.update(outbox, { delivery: null }, eq(outbox.id, mail.mailId)),
    })
    expect(await tell('bounced', mail.message, { id: 'msg_again' })).toEqual({ ok: true, seen: true })
    const { entries, ...rest } = await seenBy(mail)
    expect(rest).toEqual({ delivery: null, state: 'sent', problem: null })
    expect(entries).toHaveLength(1)
  })

  it('twenty at once, far from the database, are one', async () => {
    const mail = await makeSent()
    const far = farAway()
    const answers = await Promise.all(Array.from({ length: 20 }, () => tell('bounced', mail.message, { id: 'msg_parallel', env: far })))
    expect(answers.filter((answer) => !('seen' in (answer as object)))).toHaveLength(1)
    expect((await seenBy(mail)).entries).toHaveLength(1)
  })

  it('two events of one kind are one entry', async () => {
    const mail = await makeSent()
    await Promise.all([tell('bounced', mail.message, { env: farAway() }), tell('bounced', mail.message, { env: farAway() })])
    expect((await seenBy(mail)).entries).toHaveLength(1)
  })

  it.each<[Sample[], 'delayed' | 'delivered' | 'bounced' | 'complained', (typeof MAIL_PROBLEMS)[number] | null, number]>([
    [['delayed', 'delivered'], 'delivered', null, 0],
    [['delivered', 'delayed'], 'delivered', null, 0],
    [['delivered', 'bounced'], 'bounced', 'bounced', 1],
    [['bounced', 'delivered'], 'bounced', 'bounced', 1],
    [['bounced', 'delayed', 'complained'], 'complained', 'complained', 2],
    [['complained', 'bounced', 'delivered'], 'complained', 'complained', 1],
  ])('%j', async (samples, delivery, problem, entries) => {
    const mail = await makeSent()
    for (const sample of samples) await tell(sample, mail.message)
    const seen = await seenBy(mail)
    expect({ ...seen, entries: seen.entries.length }).toEqual({ state: 'sent', delivery, problem, entries })
  })
})

describe('several mails to one person', () => {
  /** The same person's next mail, a second later. */
  const nextOf = async (mail: Waiting, createdAt = NOW + SECOND): Promise<Waiting> => {
    const { door, tenantId } = mail.company
    const mailId = newId()
    const { toEmail } = await rowOf(mail)
    const data = invitationData('Northlight')
    const row = mailRow(env, { id: mailId, kind: 'invitation', toEmail, portalUserId: mail.portalUserId, data, now: createdAt, expiresAt: data.expiresAt })
    await door.run({ mail: queueMail(door, { ...row, state: 'sent' }) })
    return { ...mail, mailId, message: { tenantId, mailId } }
  }
  const setProblem = ({ company: { door }, clientId }: Waiting, mailProblem: (typeof MAIL_PROBLEMS)[number]) =>
    door.run({ problem: door.update(accesses, { mailProblem }, eq(accesses.clientId, clientId)) })
  const problemOf = async (mail: Waiting) => (await seenBy(mail)).problem

  it('a newer one that arrives ends the problem of an older one', async () => {
    const older = await makeSent()
    await tell('bounced', older.message)
    await tell('delivered', (await nextOf(older)).message)
    expect(await problemOf(older)).toBeNull()
  })

  it('ends one that could not be sent, too', async () => {
    const older = await makeSent()
    await setProblem(older, 'failed')
    await tell('delivered', (await nextOf(older)).message)
    expect(await problemOf(older)).toBeNull()
  })

  it('an older one that arrives late does not', async () => {
    const older = await makeSent()
    await tell('bounced', (await nextOf(older)).message)
    await tell('delivered', older.message)
    expect(await problemOf(older)).toBe('bounced')
  })

  it('nor does one of the same instant', async () => {
    const one = await makeSent()
    const other = await nextOf(one, NOW)
    await tell('bounced', other.message)
    await tell('delivered', one.message)
    expect(await problemOf(one)).toBe('bounced')
  })

  it('a complaint stays', async () => {
    const older = await makeSent()
    await tell('complained', older.message)
    await tell('delivered', (await nextOf(older)).message)
    expect(await problemOf(older)).toBe('complained')
  })

  it('the late word of an older one’s bounce is an entry, but no problem where a newer one has arrived', async () => {
    const older = await makeSent()
    await tell('delivered', (await nextOf(older)).message)
    await tell('bounced', older.message)
    const { problem, entries } = await seenBy(older)
    expect(problem).toBeNull()
    expect(entries).toHaveLength(1)
  })
})

it('events are remembered for a week', async () => {
  const mail = await makeSent()
  await tell('delivered', mail.message, { id: 'msg_week' })
  const isThere = async () => (await env.DB.prepare("SELECT 1 FROM webhook_events WHERE id = 'msg_week'").first()) !== null
  await sweepWebhookEvents(env, Date.now() + 7 * DAY - MINUTE)
  expect(await isThere()).toBe(true)
  await sweepWebhookEvents(env, Date.now() + 7 * DAY + MINUTE)
  expect(await isThere()).toBe(false)
})
