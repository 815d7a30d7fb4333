import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, invalid, noKey, otherBody, stillAtWork, wrongIdempotencyKey, wrongKey } from './answers.ts'
import { type ReadMail, readCall } from './reading.ts'
import { LONGEST_KEY, type MailRequest } from './shapes.ts'

/** The desk where mail is taken: each key once, whatever the calls that carry it. */

export type SentMail = {
  id: string
  from: string
  to: string[]
  subject: string
  html: string
  text: string
  replyTo: string[]
  tags: Record<string, string>
  idempotencyKey: string | null
}

type Call = { path: string; headers: IncomingHttpHeaders; body: string }

export class Desk {
  readonly mails: SentMail[] = []
  readonly keys = new Set<string>()
  /** Calls that were answered as before, and those that came with another body under a used key. */
  repeats = 0
  conflicts = 0
  readonly #answered = new Map<string, { body: string; answer: Answer }>()
  readonly #atWork = new Set<string>()
  readonly #onTaken: (mail: SentMail) => void

  constructor(onTaken: (mail: SentMail) => void) {
    this.#onTaken = onTaken
  }

  /** Checks in the order Resend does: who asks, the key, the mail. `latencyMs`: how long it is at work on a call. */
  async receive(call: Call, latencyMs: number): Promise<Answer> {
    const { authorization, 'idempotency-key': key } = call.headers
    if (!authorization) return noKey()
    if (!/^Bearer re_\S+$/.test(authorization)) return wrongKey()
    if (key === undefined) return await this.#workOn(call, null, latencyMs)
    if (typeof key !== 'string' || key === '' || key.length > LONGEST_KEY) return wrongIdempotencyKey()
    return (await this.#once(call, key, latencyMs)) ?? stillAtWork()
  }

  /** Undefined while another call with this key is under way. */
  async #once(call: Call, key: string, latencyMs: number): Promise<Answer | undefined> {
    const body = `${call.path}\n${call.body}`
    const earlier = this.#answered.get(key)
    if (earlier?.body === body) {
      this.repeats += 1
      return earlier.answer
    }
    if (earlier) {
      this.conflicts += 1
      return otherBody()
    }
    if (this.#atWork.has(key)) return undefined
    this.#atWork.add(key)
    const answer = await this.#workOn(call, key, latencyMs).finally(() => this.#atWork.delete(key))
    // What was refused was not done: its key is as good as new.
    if (answer.status === 200) this.#answered.set(key, { body, answer })
    return answer
  }

  async #workOn({ path, headers, body }: Call, key: string | null, latencyMs: number): Promise<Answer> {
    if (latencyMs > 0) await sleep(latencyMs)
    const mails = readCall(path, body)
    if (!Array.isArray(mails)) return mails
    if (key !== null) this.keys.add(key)
    return path === '/emails' ? this.#single(mails, key) : this.#batch(mails, key, headers['x-batch-validation'] === 'permissive')
  }

  #single([one]: ReadMail[], key: string | null): Answer {
    if (!one) return invalid('The request body is empty.')
    return 'refused' in one ? one.refused : { status: 200, body: { id: this.#take(one.mail, key) } }
  }

  #batch(mails: ReadMail[], key: string | null, isPermissive: boolean): Answer {
    const errors = mails.flatMap((one, index) => ('refused' in one ? [{ index, message: one.message, refused: one.refused }] : []))
    if (errors[0] && !isPermissive) return errors[0].refused
    const data = mails.flatMap((one) => ('mail' in one ? [{ id: this.#take(one.mail, key) }] : []))
    return { status: 200, body: isPermissive ? { data, errors: errors.map(({ index, message }) => ({ index, message })) } : { data } }
  }

  #take({ from, to, subject, html = '', text = '', reply_to: replyTo = [], tags = [] }: MailRequest, idempotencyKey: string | null): string {
    const mail = {
      id: crypto.randomUUID(),
      from,
      to,
      subject,
      html,
      text,
      replyTo,
      tags: Object.fromEntries(tags.map(({ name, value }) => [name, value])),
      idempotencyKey,
    }
    this.mails.push(mail)
    this.#onTaken(mail)
    return mail.id
  }
}
