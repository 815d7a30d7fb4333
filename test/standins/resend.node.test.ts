import { Resend } from 'resend'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ResendStandIn, startResend } from './resend.ts'

const MAIL = {
  from: 'Larkspur <portal@mail.example>',
  to: 'ada@example.com',
  subject: 'Your portal',
  html: '<p>Hello</p>',
  text: 'Hello',
  replyTo: 'office@example.com',
}

let standIn: ResendStandIn
let resend: Resend
beforeEach(async () => {
  standIn = await startResend()
  resend = new Resend('re_test', { baseUrl: standIn.url })
})
afterEach(() => standIn.close())

const send = (mail: Partial<typeof MAIL> & { tags?: { name: string; value: string }[] } = {}, idempotencyKey?: string) =>
  resend.emails.send({ ...MAIL, ...mail }, idempotencyKey === undefined ? {} : { idempotencyKey })

describe('the local stand-in of Resend', () => {
  test('takes a mail and shows it', async () => {
    const { data, error } = await send({ tags: [{ name: 'tenant', value: 'Lk7Qp2' }] }, 'key-1')
    expect(error).toBeNull()
    const expected = {
      id: data?.id,
      from: MAIL.from,
      to: [MAIL.to],
      subject: MAIL.subject,
      html: MAIL.html,
      text: MAIL.text,
      replyTo: [MAIL.replyTo],
      tags: { tenant: 'Lk7Qp2' },
      idempotencyKey: 'key-1',
    }
    expect(standIn.mails()).toEqual([expected])
    expect(await (await fetch(`${standIn.url}/mails`)).json()).toEqual([expected])
  })

  test('answers the same key and body the same way, without a second mail', async () => {
    const first = await send({}, 'key-1')
    const second = await send({}, 'key-1')
    expect(second.data).toEqual(first.data)
    expect(standIn.mails()).toHaveLength(1)
  })

  test('refuses the same key with another body', async () => {
    await send({}, 'key-1')
    const { error } = await send({ subject: 'Another' }, 'key-1')
    expect(error).toMatchObject({ statusCode: 409, name: 'invalid_idempotent_request' })
    expect(standIn.mails()).toHaveLength(1)
  })

  test('a key belongs to one endpoint', async () => {
    await send({}, 'key-1')
    const { error } = await resend.batch.send([MAIL], { idempotencyKey: 'key-1' })
    expect(error).toMatchObject({ statusCode: 409, name: 'invalid_idempotent_request' })
  })

  test('a key is good for another mail if the first was refused', async () => {
    expect((await send({ to: 'ada' }, 'key-1')).error).toMatchObject({ statusCode: 422 })
    expect((await send({}, 'key-1')).error).toBeNull()
  })

  test('asks for patience while the first call of a key is under way', async () => {
    standIn.setFaults({ latencyMs: 100 })
    const [first, second] = await Promise.all([send({}, 'key-1'), send({}, 'key-1')])
    expect(first.error).toBeNull()
    expect(second.error).toMatchObject({ statusCode: 409, name: 'concurrent_idempotent_requests' })
    expect((await send({}, 'key-1')).data).toEqual(first.data)
    expect(standIn.mails()).toHaveLength(1)
  })

  test.each([0, 257])('refuses a key of %i characters', async (length) => {
    const headers = { authorization: 'Bearer re_test', 'idempotency-key': 'k'.repeat(length) }
    const answer = await fetch(`${standIn.url}/emails`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ from: MAIL.from, to: MAIL.to, subject: 'S', text: 'T' }),
    })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ name: 'invalid_idempotency_key' })
  })

  test('sends twice without a key, and with two keys', async () => {
    await send()
    await send()
    await send({}, 'key-1')
    await send({}, 'key-2')
    expect(standIn.mails()).toHaveLength(4)
  })

  test.each([
    ['an address without a host', { to: 'ada' }, 'validation_error'],
    ['a sender that is none', { from: 'Larkspur' }, 'validation_error'],
    ['a mail without words', { html: '', text: '' }, 'validation_error'],
    ['a tag with a space', { tags: [{ name: 'tenant', value: 'two words' }] }, 'validation_error'],
    ['more than 50 recipients', { to: Array.from({ length: 51 }, (_, i) => `ada${i}@example.com`) as unknown as string }, 'validation_error'],
  ])('refuses %s', async (_, mail, name) => {
    expect((await send(mail)).error).toMatchObject({ statusCode: 422, name, message: expect.any(String) })
    expect(standIn.mails()).toEqual([])
  })

  test('names the field that is missing', async () => {
    const headers = { authorization: 'Bearer re_test' }
    const answer = await fetch(`${standIn.url}/emails`, { method: 'POST', headers, body: JSON.stringify({ from: MAIL.from, to: MAIL.to }) })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toEqual({ statusCode: 422, name: 'missing_required_field', message: 'Missing `subject` field.' })
  })

  test('asks for a key of the right form', async () => {
    const answer = await fetch(`${standIn.url}/emails`, { method: 'POST', body: JSON.stringify(MAIL) })
    expect(answer.status).toBe(401)
    expect((await new Resend('wrong', { baseUrl: standIn.url }).emails.send(MAIL)).error).toMatchObject({ statusCode: 403, name: 'invalid_api_key' })
  })

  test('can be too busy for a while', async () => {
    standIn.behave({ kind: 'rate-limited', times: 2, retryAfter: 7 })
    const { error, headers } = await send()
    expect(error).toMatchObject({ statusCode: 429, name: 'rate_limit_exceeded' })
    expect(headers?.['retry-after']).toBe('7')
    expect((await send()).error).not.toBeNull()
    expect((await send()).error).toBeNull()
    expect(standIn.mails()).toHaveLength(1)
  })

  test('can be told to break over HTTP', async () => {
    await fetch(`${standIn.url}/behave`, { method: 'POST', body: JSON.stringify({ kind: 'broken', times: 1 }) })
    expect((await send()).error).toMatchObject({ statusCode: 500, name: 'internal_server_error' })
    expect((await send()).error).toBeNull()
  })

  test.each([
    ['silent', 0],
    ['taken-then-silent', 1],
  ] as const)('%s: no answer comes, and %i mails were taken', async (kind, taken) => {
    standIn.behave({ kind, times: 1 })
    const headers = { authorization: 'Bearer re_test' }
    const body = JSON.stringify({ from: MAIL.from, to: MAIL.to, subject: MAIL.subject, text: MAIL.text })
    const call = fetch(`${standIn.url}/emails`, { method: 'POST', headers, body, signal: AbortSignal.timeout(200) })
    await expect(call).rejects.toThrow(/timeout|aborted/i)
    expect(standIn.mails()).toHaveLength(taken)
  })

  test('a mail that was taken in silence is not sent again by a retry', async () => {
    standIn.behave({ kind: 'taken-then-silent', times: 1 })
    const body = JSON.stringify({ from: MAIL.from, to: MAIL.to, subject: MAIL.subject, text: MAIL.text })
    const headers = { authorization: 'Bearer re_test', 'idempotency-key': 'key-1' }
    await expect(fetch(`${standIn.url}/emails`, { method: 'POST', headers, body, signal: AbortSignal.timeout(200) })).rejects.toThrow()
    expect((await fetch(`${standIn.url}/emails`, { method: 'POST', headers, body })).status).toBe(200)
    expect(standIn.mails()).toHaveLength(1)
  })
})
