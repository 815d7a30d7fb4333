import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { HOUR, SECOND } from '#src/dates.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { sendMail } from '#src/mail/sending.ts'
import { accepted, makeWaiting, NOW, problemOf, refused, rowOf, type Waiting, withProvider } from './post.ts'

const send = (mail: Waiting, now = NOW, by: Env = env) => sendMail(by, mail.message, now)

it.each([
  ['429, with a time to wait', refused(429, 'rate_limit_exceeded', { 'retry-after': '90' }), 90, 113],
  [
    '429, with a date',
    () =>
      Response.json(
        { statusCode: 429, name: 'rate_limit_exceeded', message: '' },
        { status: 429, headers: { 'retry-after': new Date(Date.now() + 90_000).toUTCString() } },
      ),
    80,
    113,
  ],
  ['429, the day’s quota', refused(429, 'daily_quota_exceeded'), 2, 5],
  ['500', refused(500, 'internal_server_error'), 2, 5],
  ['a page in place of an answer', () => new Response('<h1>Bad gateway</h1>', { status: 502 }), 2, 5],
  ['another call with its key under way', refused(409, 'concurrent_idempotent_requests'), 2, 5],
  ['a key that is not accepted', refused(403, 'invalid_api_key'), 2, 5],
  ['no answer', () => Promise.reject(new TypeError('connection reset')), 2, 5],
] as const)('after %s it waits, and tries again', async (_, reply, least, most) => {
  const mail = await makeWaiting()
  const { result } = await withProvider(reply, () => send(mail))
  const row = await rowOf(mail)
  expect(row).toMatchObject({ state: 'queued', attempts: 1, sentAt: null, error: expect.stringMatching(/^The \w.*\.$/) })
  const wait = (row.dueAt - NOW) / SECOND
  expect(result).toEqual({ retryIn: wait })
  expect(wait).toBeGreaterThanOrEqual(least)
  expect(wait).toBeLessThanOrEqual(most)
  const again = await withProvider(accepted, async () => [await send(mail, row.dueAt - 1), await send(mail, row.dueAt)])
  expect(again.result).toEqual([{ retryIn: 1 }, 'done'])
  expect(again.calls).toHaveLength(1)
  expect(await rowOf(mail)).toMatchObject({ state: 'sent', attempts: 2, error: null })
  expect(await problemOf(mail)).toEqual({ access: null, listed: 'invited' })
})

it('waits longer after each failure, at most half an hour', async () => {
  const mail = await makeWaiting()
  const waits: number[] = []
  await withProvider(refused(503, 'internal_server_error'), async () => {
    for (let now = NOW; waits.length < 14; ) {
      const result = await send(mail, now)
      if (result === 'done') throw new Error('gave up')
      waits.push(result.retryIn)
      now += result.retryIn * SECOND
    }
  })
  expect(waits.map((wait, i) => wait >= Math.min(1800, 5 * 2 ** i) / 2 && wait <= Math.min(1800, 5 * 2 ** i))).not.toContain(false)
})

it('an answer that does not come within 10 seconds is not waited for', async () => {
  const mail = await makeWaiting()
  const from = Date.now()
  const { result, calls } = await withProvider(
    () => new Promise(() => {}),
    () => send(mail),
  )
  expect(Date.now() - from).toBeLessThan(15_000)
  expect(calls).toHaveLength(1)
  expect(result).toEqual({ retryIn: expect.any(Number) })
  expect(await rowOf(mail)).toMatchObject({ state: 'queued', error: 'The mail service did not answer.' })
})

it.each([
  ['422', refused(422, 'validation_error', {}, 'Invalid `to` field.')],
  ['400', refused(400, 'validation_error', {}, 'Invalid `to` field.')],
  ['403', refused(403, 'validation_error', {}, 'Invalid `to` field.')],
  ['another mail under its key', refused(409, 'invalid_idempotent_request', {}, 'Invalid `to` field.')],
])('what the provider refuses for good (%s) has failed, with its reason, until a new one leaves', async (_, reply) => {
  const mail = await makeWaiting()
  const { calls, result } = await withProvider(reply, async () => [await send(mail), await problemOf(mail), await send(mail, NOW + HOUR)])
  expect(result).toEqual(['done', { access: 'failed', listed: 'problem' }, 'done'])
  expect(calls).toHaveLength(1)
  expect(await rowOf(mail)).toMatchObject({ state: 'failed', error: 'The mail service refused it: Invalid `to` field.' })
  expect(await problemOf(mail)).toEqual({ access: 'failed', listed: 'problem' })

  const { door } = mail.company
  const { data, keyId, templateVersion, toEmail } = await rowOf(mail)
  const newer = newId()
  await door.run({
    mail: door.insert(outbox, {
      id: newer,
      kind: 'invitation',
      toEmail,
      portalUserId: mail.portalUserId,
      data,
      keyId,
      templateVersion,
      dueAt: NOW,
      createdAt: NOW,
    }),
    newest: door.update(portalUsers, { invitationMailId: newer }, eq(portalUsers.id, mail.portalUserId)),
  })
  await withProvider(accepted, () => send({ ...mail, message: { ...mail.message, mailId: newer } }))
  expect(await problemOf(mail)).toEqual({ access: null, listed: 'invited' })
})

it('a message that comes again hides no problem that was reported since', async () => {
  const mail = await makeWaiting()
  const { door } = mail.company
  await withProvider(accepted, () => send(mail))
  await door.run({ bounced: door.update(accesses, { mailProblem: 'bounced' }, eq(accesses.clientId, mail.clientId)) })
  expect(await send(mail)).toBe('done')
  expect(await problemOf(mail)).toEqual({ access: 'bounced', listed: 'problem' })
})

it('an older mail’s failure says nothing of the newest', async () => {
  const mail = await makeWaiting()
  const { door } = mail.company
  await withProvider(
    async (call) => {
      await door.run({ newer: door.update(portalUsers, { invitationMailId: newId() }, eq(portalUsers.id, mail.portalUserId)) })
      return refused(422, 'validation_error')(call, 1)
    },
    () => send(mail),
  )
  expect((await rowOf(mail)).state).toBe('failed')
  expect(await problemOf(mail)).toEqual({ access: null, listed: 'invited' })
})

it('a mail whose key was taken away has failed and says so; one without any key waits', async () => {
  const [gone, waiting] = [await makeWaiting(), await makeWaiting()]
  const { calls } = await withProvider(accepted, async () => {
    await send(gone, NOW, { ...env, LINK_SECRETS: 'new:a-secret-that-has-nothing-to-do-with-the-old' })
    expect(await send(waiting, NOW, { ...env, BASE_DOMAIN: 'stockflow.example' })).toEqual({ retryIn: expect.any(Number) })
  })
  expect(calls).toEqual([])
  expect(await rowOf(gone)).toMatchObject({ state: 'failed', error: expect.stringContaining('Send it anew') })
  expect(await rowOf(waiting)).toMatchObject({ state: 'queued', error: 'LINK_SECRETS is not set.' })
})
