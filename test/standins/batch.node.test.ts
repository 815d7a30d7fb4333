import { Resend } from 'resend'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ResendStandIn, startResend } from './resend.ts'

const mailTo = (to: string, subject = 'Your portal') => ({ from: 'Larkspur <portal@mail.example>', to, subject, text: 'Hello' })
const [GOOD, BAD, OTHER] = [mailTo('ada@example.com'), mailTo('ben'), mailTo('cleo@example.com')] as const

let standIn: ResendStandIn
let resend: Resend
beforeEach(async () => {
  standIn = await startResend()
  resend = new Resend('re_test', { baseUrl: standIn.url })
})
afterEach(() => standIn.close())

const permissive = (mails: (typeof GOOD)[], idempotencyKey = 'key-1') => resend.batch.send(mails, { idempotencyKey, batchValidation: 'permissive' })
const sentTo = () => standIn.mails().flatMap(({ to }) => to)

describe('a batch', () => {
  test('strict: answers an id for each, in order', async () => {
    const { data } = await resend.batch.send([GOOD, OTHER])
    expect(data?.data.map(({ id }) => id)).toEqual(standIn.mails().map(({ id }) => id))
    expect(sentTo()).toEqual(['ada@example.com', 'cleo@example.com'])
    expect(data).not.toHaveProperty('errors')
  })

  test('strict: one bad mail fails all', async () => {
    const { error } = await resend.batch.send([GOOD, BAD, OTHER], { idempotencyKey: 'key-1' })
    expect(error).toMatchObject({ statusCode: 422, name: 'validation_error', message: expect.stringContaining('`to`') })
    expect(sentTo()).toEqual([])
  })

  test('permissive: takes the good ones, names the bad ones by their place', async () => {
    const { data } = await permissive([GOOD, BAD, OTHER])
    expect(data?.data).toHaveLength(2)
    expect(data?.errors).toEqual([{ index: 1, message: expect.stringContaining('Invalid `to` field.') }])
    expect(sentTo()).toEqual(['ada@example.com', 'cleo@example.com'])
  })

  test('permissive: says so when none was bad, and when all were', async () => {
    expect((await permissive([GOOD])).data).toMatchObject({ errors: [] })
    expect((await permissive([BAD], 'key-2')).data).toMatchObject({ data: [], errors: [{ index: 0 }] })
  })

  test('permissive: is refused as a whole for an address that stands for that', async () => {
    expect((await permissive([GOOD, mailTo('poison@example.com')])).error).toMatchObject({ statusCode: 422, name: 'validation_error' })
    expect(sentTo()).toEqual([])
  })

  test('one key stands for the whole call', async () => {
    const first = await permissive([GOOD, BAD])
    expect((await permissive([GOOD, BAD])).data).toEqual(first.data)
    expect((await permissive([GOOD])).error).toMatchObject({ statusCode: 409, name: 'invalid_idempotent_request' })
    expect((await permissive([GOOD, mailTo('ben', 'Another')])).error).toMatchObject({ statusCode: 409, name: 'invalid_idempotent_request' })
    expect(sentTo()).toEqual(['ada@example.com'])
  })

  test('twice at the same time is once', async () => {
    standIn.setFaults({ latencyMs: 50 })
    const answers = await Promise.all(Array.from({ length: 5 }, () => permissive([GOOD])))
    expect(answers.map(({ error }) => error?.name ?? 'taken').toSorted()).toEqual([...Array(4).fill('concurrent_idempotent_requests'), 'taken'])
    expect(sentTo()).toEqual(['ada@example.com'])
  })

  test('holds at most 100 mails, and at least one', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => mailTo(`ada${i}@example.com`))
    expect((await permissive(many(100))).error).toBeNull()
    expect((await permissive(many(101), 'key-2')).error).toMatchObject({ statusCode: 422, name: 'validation_error' })
    expect((await permissive([], 'key-3')).error).toMatchObject({ statusCode: 422, name: 'validation_error' })
    expect(standIn.counts()).toMatchObject({ accepted: 100, addresses: 100, duplicates: 0, calls: 3 })
  })
})

describe('faults by chance', () => {
  const outcomes = async (seed: number) => {
    const own = await startResend()
    own.setFaults({ seed, rateLimited: 0.2, broken: 0.1, retryAfter: 3 })
    const caller = new Resend('re_test', { baseUrl: own.url })
    const answers: (number | null)[] = []
    for (let i = 0; i < 200; i++) {
      const { error, headers } = await caller.emails.send(mailTo(`ada${i}@example.com`))
      if (error?.statusCode === 429) expect(headers?.['retry-after']).toBe('3')
      answers.push(error ? error.statusCode : 200)
    }
    const counts = own.counts()
    await own.close()
    return { answers, counts }
  }

  test('are the same for the same seed, and of the size that was asked for', async () => {
    const { answers, counts } = await outcomes(7)
    expect((await outcomes(7)).answers).toEqual(answers)
    expect((await outcomes(8)).answers).not.toEqual(answers)
    const [limited, broke, taken] = [429, 500, 200].map((status) => answers.filter((each) => each === status).length)
    expect(counts).toMatchObject({ calls: 200, rateLimited: limited, broken: broke, accepted: taken, silent: 0 })
    expect(limited).toBeGreaterThan(25)
    expect(limited).toBeLessThan(55)
    expect(broke).toBeGreaterThan(8)
    expect(broke).toBeLessThan(32)
  })

  test('can be told over HTTP: taken, and never answered', async () => {
    await fetch(`${standIn.url}/faults`, { method: 'POST', body: JSON.stringify({ takenThenSilent: 1 }) })
    await expect(fetch(`${standIn.url}/emails/batch`, asked([GOOD]))).rejects.toThrow()
    await fetch(`${standIn.url}/faults`, { method: 'POST', body: '{}' })
    expect((await fetch(`${standIn.url}/emails/batch`, asked([GOOD]))).status).toBe(200)
    expect(await (await fetch(`${standIn.url}/counts`)).json()).toEqual({ ...ZERO, accepted: 1, addresses: 1, calls: 2, silent: 1, keys: 1, repeats: 1 })
  })

  test('never add up to more than all calls', async () => {
    const answer = await fetch(`${standIn.url}/faults`, { method: 'POST', body: JSON.stringify({ rateLimited: 0.7, broken: 0.7 }) })
    expect(answer.status).toBe(422)
  })
})

const ZERO = { accepted: 0, addresses: 0, duplicates: 0, calls: 0, rateLimited: 0, broken: 0, silent: 0, keys: 0, repeats: 0, conflicts: 0, events: 0 }
const asked = (mails: unknown[]) => ({
  method: 'POST',
  headers: { authorization: 'Bearer re_test', 'idempotency-key': 'key-1', 'x-batch-validation': 'permissive' },
  body: JSON.stringify(mails),
  signal: AbortSignal.timeout(300),
})
