import * as z from 'zod'
import { type Answer, broken, invalid, nowhere, rateLimited, unreadable } from './resend/answers.ts'
import { Desk, type SentMail } from './resend/desk.ts'
import { eventOf, fateOf, Messenger, type WebhookTarget } from './resend/events.ts'
import { Behaviour, Faults, Trouble } from './resend/faults.ts'
import type { EventType } from './resend/shapes.ts'
import { serveOn } from './serving.ts'

/**
 * What Resend does with mail, on this machine: `POST /emails` and `POST /emails/batch`, and events to the address it was
 * given. Doors of its own, for those who watch and those who make trouble:
 * `GET /mails`, `GET /counts`, `POST /behave`, `POST /faults`, `POST /events`.
 */

/**
 * Mails taken, addresses they went to, mails beyond the first to an address; calls, and what befell them; keys that were used,
 * calls that were answered as before, and those with another body under a used key; events that were taken.
 */
export type Counts = {
  accepted: number
  addresses: number
  duplicates: number
  calls: number
  rateLimited: number
  broken: number
  silent: number
  keys: number
  repeats: number
  conflicts: number
  events: number
}

export type ResendStandIn = {
  url: string
  mails: () => SentMail[]
  counts: () => Counts
  behave: (behaviour: Behaviour) => void
  setFaults: (faults: Faults) => void
  /** Whether no event waits to be told. */
  isQuiet: () => boolean
  close: () => Promise<void>
}

/** When word of a mail comes, after it was taken: at the soonest, and how far those of a batch lie apart. In milliseconds. */
const DELIVERED_AFTER = 300
const SPREAD = 2000

const EVENT_TYPES = [
  'email.sent',
  'email.delivered',
  'email.delivery_delayed',
  'email.complained',
  'email.bounced',
  'email.failed',
  'email.suppressed',
] as const satisfies EventType[]
/** `mail`: its id, or an address, whose newest mail is meant. `id`: the event's own, to tell the same one twice. */
const Telling = z.object({ type: z.enum(EVENT_TYPES), mail: z.string(), id: z.string().optional() })

const sent = ({ status, body, headers }: Answer): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

/** The caller waits for as long as it cares to. */
const silence = () => new Promise<never>(() => {})

class Service {
  readonly desk: Desk
  readonly trouble = new Trouble()
  readonly messenger: Messenger | undefined
  readonly #met = { calls: 0, 'rate-limited': 0, broken: 0, silent: 0, 'taken-then-silent': 0 }

  constructor(webhook: WebhookTarget | undefined) {
    this.messenger = webhook && new Messenger(webhook)
    this.desk = new Desk((mail) => this.messenger?.tell(eventOf(fateOf(mail), mail), DELIVERED_AFTER + Math.random() * SPREAD))
  }

  counts(): Counts {
    const { mails, keys, repeats, conflicts } = this.desk
    const addresses = new Set(mails.flatMap(({ to }) => to)).size
    return {
      accepted: mails.length,
      addresses,
      duplicates: mails.length - addresses,
      calls: this.#met.calls,
      rateLimited: this.#met['rate-limited'],
      broken: this.#met.broken,
      silent: this.#met.silent + this.#met['taken-then-silent'],
      keys: keys.size,
      repeats,
      conflicts,
      events: this.messenger?.taken ?? 0,
    }
  }

  /** Undefined: no answer at all. */
  async onCall(path: string, headers: Record<string, string>, body: string): Promise<Answer | undefined> {
    const fault = this.trouble.next()
    this.#met.calls += 1
    if (fault) this.#met[fault.kind] += 1
    if (fault?.kind === 'rate-limited') return rateLimited(fault.retryAfter)
    if (fault?.kind === 'broken') return broken()
    if (fault?.kind === 'silent') return undefined
    const answer = await this.desk.receive({ path, headers, body }, this.trouble.latencyMs)
    return fault ? undefined : answer
  }

  onDoor(route: string, body: string): Answer {
    if (route === 'GET /mails') return { status: 200, body: this.desk.mails }
    if (route === 'GET /counts') return { status: 200, body: this.counts() }
    if (route === 'POST /behave') return told(Behaviour, body, (data) => this.trouble.behave(data))
    if (route === 'POST /faults') return told(Faults, body, (data) => this.trouble.set(data))
    return route === 'POST /events' ? told(Telling, body, (data) => this.#tell(data)) : nowhere()
  }

  #tell({ type, mail, id }: z.output<typeof Telling>): void {
    const found = this.desk.mails.findLast((each) => each.id === mail || each.to.includes(mail))
    if (!found || !this.messenger) throw new Error(found ? 'no webhook address was given' : 'no such mail')
    this.messenger.tell(eventOf(type, found), 0, id)
  }
}

/** What was said at a door, if it makes sense; answered with itself. */
const told = <S extends z.ZodType>(schema: S, body: string, act: (data: z.output<S>) => unknown): Answer => {
  const { data, error } = schema.safeParse(JSON.parse(body))
  if (error) return invalid(z.prettifyError(error))
  act(data)
  return { status: 200, body: data }
}

/**
 * Starts the stand-in on the loopback interface.
 * @param port 0 takes a free one
 * @param webhook where to tell what became of a mail: delivered, unless its address begins with `bounce` or `complain`
 */
export const startResend = async (port = 0, { webhook }: { webhook?: WebhookTarget } = {}): Promise<ResendStandIn> => {
  const service = new Service(webhook)

  const answerTo = async (request: Request): Promise<Answer | undefined> => {
    const body = await request.text()
    const { method, headers } = request
    const { pathname, search } = new URL(request.url)
    const path = pathname + search
    const isMail = method === 'POST' && (path === '/emails' || path === '/emails/batch')
    return isMail ? await service.onCall(path, Object.fromEntries(headers), body) : service.onDoor(`${method} ${path}`, body)
  }

  const { origin, stop } = await serveOn(port, async (request) => {
    const answer = await answerTo(request).catch(unreadable)
    return answer ? sent(answer) : silence()
  })
  const close = () => {
    service.messenger?.close()
    return stop()
  }
  return {
    url: origin,
    mails: () => [...service.desk.mails],
    counts: () => service.counts(),
    behave: (behaviour) => service.trouble.behave(behaviour),
    setFaults: (faults) => service.trouble.set(faults),
    isQuiet: () => service.messenger?.isQuiet() ?? true,
    close,
  }
}
