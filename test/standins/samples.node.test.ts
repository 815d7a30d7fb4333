import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { z } from 'zod'
import * as shapes from './resend/shapes.ts'
import { startResend } from './resend.ts'

const FOLDER = join(import.meta.dirname, 'samples')
const read = (file: string): unknown => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))

/** Which shape a sample's name stands for. */
const SHAPES: [RegExp, z.ZodType][] = [
  [/^mail-request/, shapes.MailRequest],
  [/^mail-answer/, shapes.MailAnswer],
  [/^batch-request/, shapes.BatchRequest],
  [/^batch-answer/, shapes.BatchAnswer],
  [/^refusal-/, shapes.Refusal],
  [/^event-/, shapes.MailEvent],
]
const files = readdirSync(FOLDER)

test.each(files)('%s is of its shape', (file) => {
  const shape = SHAPES.find(([name]) => name.test(file))?.[1]
  expect(shape, 'a sample without a shape').toBeDefined()
  expect(shape?.safeParse(read(file)).error).toBeUndefined()
})

test('every shape has a sample', () => expect(SHAPES.filter(([name]) => !files.some((file) => name.test(file)))).toEqual([]))

/** What Resend's own documents say about a call, and what the stand-in answers to it. */
const call = async (path: string, body: unknown, headers: Record<string, string> = {}, url = '') => {
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers: { authorization: 'Bearer re_test', ...headers }, body: JSON.stringify(body) })
  return { status: answer.status, body: await answer.json() }
}

test('the stand-in takes the sample requests, and answers in the samples’ shapes', async () => {
  const standIn = await startResend()
  const post = (path: string, body: unknown, headers?: Record<string, string>) => call(path, body, headers, standIn.url)
  const [single, batch] = [read('mail-request.json'), shapes.BatchRequest.parse(read('batch-request.json'))]
  const answers: [string, number, z.ZodType, Awaited<ReturnType<typeof call>>][] = []
  try {
    answers.push(['single', 200, shapes.MailAnswer, await post('/emails', single, { 'idempotency-key': 'key-1' })])
    answers.push(['strict', 200, shapes.BatchAnswer, await post('/emails/batch', batch)])
    answers.push([
      'permissive',
      200,
      shapes.BatchAnswer,
      await post('/emails/batch', [...batch, { ...batch[0], to: 'x' }], { 'x-batch-validation': 'permissive' }),
    ])
    answers.push(['other body', 409, shapes.Refusal, await post('/emails', batch[0], { 'idempotency-key': 'key-1' })])
    answers.push(['invalid', 422, shapes.Refusal, await post('/emails', { ...batch[0], to: 'x' })])
    answers.push(['unknown field', 422, shapes.Refusal, await post('/emails', { ...batch[0], reply: 'x' })])
    standIn.behave({ kind: 'rate-limited' })
    answers.push(['too fast', 429, shapes.Refusal, await post('/emails', single)])
    standIn.behave({ kind: 'broken' })
    answers.push(['broken', 500, shapes.Refusal, await post('/emails', single)])
  } finally {
    await standIn.close()
  }
  for (const [name, status, shape, answer] of answers) {
    expect(answer.status, name).toBe(status)
    expect(shape.safeParse(answer.body).error, name).toBeUndefined()
  }
})

test.each([
  ['refusal-409-other-body.json', { kind: 'other body' }],
  ['refusal-409-at-work.json', { kind: 'at work' }],
  ['refusal-500.json', { kind: 'broken' }],
])('the stand-in refuses in the words of %s', async (file, { kind }) => {
  const standIn = await startResend()
  const mail = shapes.MailRequest.parse(read('mail-request.json'))
  const send = (subject = 'S') => call('/emails', { ...mail, subject }, { 'idempotency-key': 'key-1' }, standIn.url)
  try {
    if (kind === 'broken') standIn.behave({ kind: 'broken' })
    if (kind === 'at work') standIn.setFaults({ latencyMs: 100 })
    if (kind === 'other body') await send('Another')
    const answers = await Promise.all(kind === 'at work' ? [send(), send()] : [send()])
    expect(answers.at(-1)?.body).toEqual(read(file))
  } finally {
    await standIn.close()
  }
})
