import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { MailMessage } from '#src/env.ts'
import { accepted, makeWaiting, NOW, refused, rowOf, withProvider } from '#test/mail/post.ts'
import worker from '#tools/faults/worker.ts'

/** The queue at its worst, by which the fault run delivers: it must not lose what either delivery asks for. */
const deliver = async (...bodies: MailMessage[]) => {
  const messages = bodies.map((body, i) => ({ id: `m${i}`, timestamp: new Date(NOW), attempts: 1, body }))
  const batch = createMessageBatch<MailMessage>('mail', messages)
  await worker.queue(batch, env)
  const { explicitAcks, retryMessages } = await getQueueResult(batch, createExecutionContext())
  return { acked: explicitAcks.toSorted(), again: retryMessages.map(({ msgId }) => msgId) }
}

/** Its queue has the real clock. */
const waiting = () => makeWaiting('invitation', 'Northlight Supply', Date.now())

it('what both deliveries are done with is done, and was sent once', async () => {
  const [one, other] = [await waiting(), await waiting()]
  const { calls, result } = await withProvider(accepted, () => deliver(one.message, other.message))
  expect(result).toEqual({ acked: ['m0', 'm1'], again: [] })
  expect(calls).toHaveLength(2)
})

it('what one of them asks to have again comes again, though the other is done', async () => {
  const mail = await waiting()
  const { calls, result } = await withProvider(refused(429, 'rate_limit_exceeded', { 'retry-after': '7' }), () => deliver(mail.message))
  expect(calls).toHaveLength(1)
  expect(result).toEqual({ acked: [], again: ['m0'] })
  expect(await rowOf(mail)).toMatchObject({ state: 'queued', attempts: 1 })
})

it('each message has its own fate', async () => {
  const mail = await waiting()
  const { result } = await withProvider(refused(500, 'internal_server_error'), () => deliver({ tenantId: 'nobody', mailId: 'none' }, mail.message))
  expect(result).toEqual({ acked: ['m0'], again: ['m1'] })
})
