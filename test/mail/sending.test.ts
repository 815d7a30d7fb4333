import { env } from 'cloudflare:workers'
import { eq, sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND } from '#src/dates.ts'
import { clients } from '#src/db/schema/clients.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { mailRow, queueMail } from '#src/mail/outbox.ts'
import { sendMail } from '#src/mail/sending.ts'
import { makeCompany } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import { accepted, dyingAfter, makeWaiting, NOW, problemOf, refused, rowOf, type Waiting, withProvider } from './post.ts'

const send = (mail: Waiting, now = NOW, by: Env = env) => sendMail(by, mail.message, now)

it('a mail is sent once, under a key of its own, and recorded', async () => {
  const mail = await makeWaiting()
  const { calls, result } = await withProvider(accepted, () => send(mail))
  expect(result).toBe('done')
  expect(calls).toHaveLength(1)
  expect(calls[0]?.key).toBe(`${mail.company.tenantId}/${mail.mailId}`)
  const row = await rowOf(mail)
  expect(row).toMatchObject({ state: 'sent', attempts: 1, sentAt: NOW, providerId: `provider of ${calls[0]?.key}`, error: null })
  expect(JSON.parse(calls[0]?.body ?? '')).toMatchObject({
    to: row.toEmail,
    subject: 'Your invitation to Northlight Supply’s client portal',
    reply_to: 'ines@northlight.example',
  })
})

it('a message that comes twice finds the work done', async () => {
  const mail = await makeWaiting()
  const { calls, result } = await withProvider(accepted, async () => [await send(mail), await send(mail, NOW + 5), await send(mail, NOW + 25 * HOUR)])
  expect(calls).toHaveLength(1)
  expect(result).toEqual(['done', 'done', 'done'])
  expect((await rowOf(mail)).state).toBe('sent')
})

it('of messages that come at once, one sends', async () => {
  const mail = await makeWaiting()
  const { calls } = await withProvider(accepted, () => Promise.all(Array.from({ length: 8 }, () => send(mail, NOW, farAway()))))
  expect(calls).toHaveLength(1)
  expect(await rowOf(mail)).toMatchObject({ state: 'sent', attempts: 1 })
})

it('a consumer that died is followed by another, with the same bytes, when its claim lapses', async () => {
  const mail = await makeWaiting()
  const { calls, result } = await withProvider(accepted, async () => [
    await send(mail, NOW, dyingAfter(1)),
    await send(mail, NOW + 59 * SECOND),
    await send(mail, NOW + 61 * SECOND),
  ])
  expect(result).toEqual([{ retryIn: 60 }, 'done', 'done'])
  expect(calls).toHaveLength(2)
  expect(calls[1]).toEqual(calls[0])
  expect(await rowOf(mail)).toMatchObject({ state: 'sent', attempts: 2 })
})

it.each<[string, (mail: Waiting) => Promise<unknown>]>([
  [
    'overtaken by a newer one',
    ({ company: { door }, portalUserId }) => door.run({ newer: door.update(portalUsers, { invitationMailId: newId() }, eq(portalUsers.id, portalUserId)) }),
  ],
  [
    'used already',
    ({ company: { door }, portalUserId }) => door.run({ used: door.update(portalUsers, { invitationMailId: null }, eq(portalUsers.id, portalUserId)) }),
  ],
  ['of a portal that is off', ({ company: { door } }) => door.run({ off: door.update(portalSettings, { enabled: false }, sql`true`) })],
  [
    'of a client that is switched off',
    ({ company: { door }, clientId }) => door.run({ off: door.update(clients, { portalAccess: false }, eq(clients.id, clientId)) }),
  ],
  ['of an access that was revoked', ({ company: { door }, clientId }) => door.run({ revoked: door.remove(accesses, eq(accesses.clientId, clientId)) })],
  ['of a company that is disabled', ({ company: { tenantId } }) => env.DB.prepare('UPDATE tenants SET disabled_at = 1 WHERE id = ?').bind(tenantId).run()],
])('an invitation %s is not sent', async (_, change) => {
  const mail = await makeWaiting()
  await change(mail)
  const { calls, result } = await withProvider(accepted, () => send(mail))
  expect(calls).toEqual([])
  expect(result).toBe('done')
  expect(await rowOf(mail)).toMatchObject({ state: 'not-sent', attempts: 0, error: expect.stringMatching(/before it left\.$/) })
})

it('an invitation still leaves while one of its clients is left', async () => {
  const mail = await makeWaiting()
  const {
    company: { door },
    clientId,
    portalUserId,
  } = mail
  const other = {
    id: newId(),
    code: 'C-2',
    name: 'Casa Azul',
    nameKey: 'casa azul',
    status: 'active' as const,
    currency: 'EUR',
    createdAt: NOW,
    updatedAt: NOW,
  }
  await door.run({
    other: door.insert(clients, other),
    access: door.insert(accesses, { portalUserId, clientId: other.id, state: 'invited', invitedAt: NOW }),
    revoked: door.remove(accesses, eq(accesses.clientId, clientId)),
  })
  expect((await withProvider(accepted, () => send(mail))).calls).toHaveLength(1)
})

it('a notice of access needs an active access', async () => {
  const [good, gone] = [await makeWaiting('access-given'), await makeWaiting('access-given')]
  await gone.company.door.run({ revoked: gone.company.door.remove(accesses, eq(accesses.clientId, gone.clientId)) })
  const { calls } = await withProvider(accepted, () => Promise.all([send(good), send(gone)]))
  expect(calls).toHaveLength(1)
  expect([(await rowOf(good)).state, (await rowOf(gone)).state]).toEqual(['sent', 'not-sent'])
})

it('staff get their newest link alone, portal on or off', async () => {
  const company = await makeCompany('Northlight', { enabled: false })
  const { door, tenantId, staffId } = company
  const [older, newest] = [newId(), newId()]
  const data = {
    company: 'Northlight',
    locale: 'en-GB',
    timeZone: 'UTC',
    address: 'http://app.stockflow.localhost:8787',
    personName: '',
    expiresAt: NOW + HOUR,
  }
  const row = (id: string) => mailRow(env, { id, kind: 'staff-invitation', toEmail: company.staffEmail, staffId, data, now: NOW, expiresAt: data.expiresAt })
  await door.run({ older: queueMail(door, row(older)), newest: queueMail(door, row(newest)) })
  await env.DB.prepare('UPDATE staff SET invitation_mail_id = ? WHERE id = ?').bind(newest, staffId).run()
  const { calls } = await withProvider(accepted, () => Promise.all([older, newest].map((mailId) => sendMail(env, { tenantId, mailId }, NOW))))
  expect(calls.map(({ key }) => key)).toEqual([`${tenantId}/${newest}`])
  expect((await rowOf({ company, mailId: older })).state).toBe('not-sent')
})

it('what has not left within 23 hours has failed, and its client shows it', async () => {
  const [late, inTime] = [await makeWaiting(), await makeWaiting()]
  const { calls } = await withProvider(accepted, async () => [await send(late, NOW + 23 * HOUR), await send(inTime, NOW + 23 * HOUR - 1)])
  expect(calls).toHaveLength(1)
  expect(await rowOf(late)).toMatchObject({ state: 'failed', attempts: 0, error: 'It could not be sent within 23 hours.' })
  expect(await problemOf(late)).toEqual({ access: 'failed', listed: 'problem' })
  expect(await problemOf(inTime)).toEqual({ access: null, listed: 'invited' })
})

it('nothing that one message holds stops the others', async () => {
  const odd: unknown[] = [null, {}, { tenantId: 'x', mailId: 'y' }, { tenantId: 1, mailId: {} }, 'text']
  // A queue's messages are only as good as who wrote them.
  for (const message of odd) expect(await sendMail(env, message as { tenantId: string; mailId: string }, NOW)).toBeDefined()
})

it('its line in the log holds no address, no link and not the provider’s words', async () => {
  const mail = await makeWaiting()
  const lines: string[] = []
  const real = console.log
  console.log = (line: string) => lines.push(line)
  try {
    await withProvider(refused(422, 'validation_error', {}, 'no such address: lucia@casaverde.example'), async () => [await send(mail), await send(mail)])
  } finally {
    console.log = real
  }
  const [line, ...others] = lines.filter((text) => text.includes(mail.mailId)).map((text) => JSON.parse(text))
  expect(others).toEqual([])
  expect(line).toMatchObject({
    event: 'mail',
    tenant: mail.company.tenantId,
    mail: mail.mailId,
    kind: 'invitation',
    outcome: 'refused',
    attempts: 1,
    reason: '422 validation_error',
  })
  expect(JSON.stringify(line)).not.toMatch(/@|set-password|no such/)
})

it('mail is due at once and no sooner', async () => {
  const mail = await makeWaiting()
  const { calls, result } = await withProvider(accepted, () => send(mail, NOW - MINUTE))
  expect(calls).toEqual([])
  expect(result).toEqual({ retryIn: 60 })
})
