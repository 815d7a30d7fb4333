import { request } from 'node:http'
import { Webhook } from 'standardwebhooks'
import type { SentMail } from './desk.ts'
import type { EventType, MailEvent } from './shapes.ts'

/** What Resend tells of a mail afterwards: signed, and again after a while if nobody takes it. */

/** `host`: the name to ask for, where the address is that of this machine. */
export type WebhookTarget = { url: string; host?: string | undefined; secret: string }
type Signed = { id: string; body: string }

/** Sooner than Resend, and sooner given up: its own schedule goes on for a day. */
const AGAIN_AFTER = [5_000, 10_000, 20_000, 40_000, 60_000]
const AT_ONCE = 8

const BOUNCE = { type: 'Permanent', subType: 'General', message: "The recipient's email server rejected the message: no such mailbox." }
const FAILED = { reason: 'reached_daily_quota' }
const SUPPRESSED = { type: 'OnAccountSuppressionList', message: 'The address is on the suppression list of your account.' }

/** Resend's own test addresses tell by their name what becomes of a mail; so do these, at any host. */
export const fateOf = ({ to }: SentMail): EventType => {
  if (to[0]?.startsWith('bounce')) return 'email.bounced'
  return to[0]?.startsWith('complain') ? 'email.complained' : 'email.delivered'
}

export const eventOf = (type: EventType, { id, from, to, subject, tags }: SentMail, now = new Date()): MailEvent => {
  const created_at = now.toISOString()
  const data = { created_at, email_id: id, message_id: `<${id}@standin.example>`, from, to, subject, tags }
  if (type === 'email.bounced') return { type, created_at, data: { ...data, bounce: BOUNCE } }
  if (type === 'email.failed') return { type, created_at, data: { ...data, failed: FAILED } }
  if (type === 'email.suppressed') return { type, created_at, data: { ...data, suppressed: SUPPRESSED } }
  return { type, created_at, data }
}

/** Answers the status, 0 without an answer. */
const post = (target: WebhookTarget, { id, body }: Signed): Promise<number> => {
  const at = new Date()
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'svix-id': id,
    'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
    'svix-signature': new Webhook(target.secret).sign(id, at, body),
    ...(target.host && { host: target.host }),
  }
  return new Promise((resolve) => {
    // Not fetch: it can't name another host.
    const asked = request(target.url, { method: 'POST', headers, timeout: 15_000 }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
      answer.on('error', () => resolve(0))
    })
    asked.on('timeout', () => asked.destroy()).on('error', () => resolve(0))
    asked.on('close', () => resolve(0)).end(body)
  })
}

/** Sends events, a few at a time. Those that wait are forgotten when it is closed. */
export class Messenger {
  readonly #target: WebhookTarget
  readonly #waiting: { signed: Signed; tries: number }[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  #underWay = 0
  /** How many the other side took. */
  taken = 0

  constructor(target: WebhookTarget) {
    this.#target = target
  }

  tell(event: MailEvent, after = 0, id = `msg_${crypto.randomUUID().replaceAll('-', '')}`): void {
    this.#in(after, { signed: { id, body: JSON.stringify(event) }, tries: 0 })
  }

  isQuiet(): boolean {
    return this.#underWay + this.#waiting.length + this.#timers.size === 0
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#waiting.length = 0
  }

  #in(milliseconds: number, message: { signed: Signed; tries: number }): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#waiting.push(message)
      this.#next()
    }, milliseconds)
    this.#timers.add(timer)
  }

  #next(): void {
    if (this.#underWay >= AT_ONCE) return
    const message = this.#waiting.shift()
    if (!message) return
    this.#underWay += 1
    void post(this.#target, message.signed).then((status) => {
      this.#underWay -= 1
      const again = AGAIN_AFTER[message.tries]
      if (status >= 200 && status < 300) this.taken += 1
      else if (again !== undefined) this.#in(again, { ...message, tries: message.tries + 1 })
      this.#next()
    })
  }
}
