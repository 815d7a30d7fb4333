import type { Env } from '#src/env.ts'
import worker from '#src/worker.ts'

/**
 * The Worker as it is, with a queue at its worst: every message is delivered twice, side by side. Each delivery acknowledges or
 * asks to come again by itself; if either asks, the message comes again, and twice once more.
 */

type Batch = Parameters<typeof worker.queue>[0]
type Message = Batch['messages'][number]

/** What became of the deliveries of one message: undefined when it is done, else in how many seconds it should come again. */
type Verdict = number | undefined

const deliver = async (batch: Batch, env: Env): Promise<Verdict[]> => {
  const verdicts: Verdict[] = batch.messages.map(() => 0)
  const copies = batch.messages.map(
    (message, i): Message => ({
      id: message.id,
      timestamp: message.timestamp,
      attempts: message.attempts,
      body: structuredClone(message.body),
      ack: () => {
        verdicts[i] = undefined
      },
      retry: (options) => {
        verdicts[i] = options?.delaySeconds ?? 0
      },
    }),
  )
  const all = (verdict: Verdict) => () => void verdicts.fill(verdict)
  try {
    await worker.queue({ queue: batch.queue, metadata: batch.metadata, messages: copies, ackAll: all(undefined), retryAll: all(0) }, env)
  } catch {
    // What the production Worker would tell the queue by throwing: all of it again.
    verdicts.fill(0)
  }
  return verdicts
}

export default {
  ...worker,
  queue: async (batch, env) => {
    const [first = [], second = []] = await Promise.all([deliver(batch, env), deliver(batch, env)])
    for (const [i, message] of batch.messages.entries()) {
      const asked = [first[i], second[i]].filter((verdict) => verdict !== undefined)
      if (asked.length === 0) message.ack()
      else message.retry({ delaySeconds: Math.min(...asked) })
    }
  },
} satisfies ExportedHandler<Env, Message['body']>
