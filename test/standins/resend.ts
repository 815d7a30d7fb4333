import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'

/** What Resend does with single mails, on this machine: `POST /emails`, and two doors of its own for those who watch. */

export type SentMail = { id: string; from: string; to: string[]; subject: string; html: string; text: string; replyTo: string[]; idempotencyKey: string | null }

/**
 * What the next calls meet. `silent`: nothing is taken, and no answer ever comes. `taken-then-silent`: the mail is taken,
 * but its sender never hears so.
 */
export type Behaviour = { kind: 'rate-limited' | 'broken' | 'silent' | 'taken-then-silent'; times: number; retryAfter?: number }

export type ResendStandIn = { url: string; mails: () => SentMail[]; behave: (behaviour: Behaviour) => void; close: () => Promise<void> }

type Answer = { status: number; body: unknown; headers?: Record<string, string> }
type Taken = { body: string; id: string }

const refusal = (statusCode: number, name: string, message: string, headers: Record<string, string> = {}): Answer => ({
  status: statusCode,
  body: { statusCode, name, message },
  headers,
})

const ADDRESS = /^(?:[^<>]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/
const address = z
  .string()
  .regex(ADDRESS, 'Invalid email address. The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.')
const addresses = z.union([address.transform((one) => [one]), z.array(address).min(1).max(50)])
const Mail = z.object({
  from: address,
  to: addresses,
  subject: z.string(),
  html: z.string().optional(),
  text: z.string().optional(),
  reply_to: addresses.optional(),
})

const parse = (body: string): z.infer<typeof Mail> | Answer => {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return refusal(400, 'validation_error', 'The request body is not valid JSON.')
  }
  const missing = ['from', 'to', 'subject'].find((field) => typeof json !== 'object' || json === null || !(field in json))
  if (missing) return refusal(422, 'missing_required_field', `Missing \`${missing}\` field.`)
  const { data, error } = Mail.safeParse(json)
  if (!data) return refusal(422, 'validation_error', `Invalid \`${String(error.issues[0]?.path[0])}\` field. ${error.issues[0]?.message}`)
  return data.html || data.text ? data : refusal(422, 'validation_error', 'Missing `html` or `text` field.')
}

class Desk {
  readonly mails: SentMail[] = []
  readonly #taken = new Map<string, Taken>()

  /** Checks in the order Resend does: who asks, the key, the mail. */
  receive(headers: IncomingMessage['headers'], body: string): Answer {
    const { authorization, 'idempotency-key': key } = headers
    if (!authorization) return refusal(401, 'missing_api_key', 'Missing API key in the authorization header.')
    if (!/^Bearer re_\S+$/.test(authorization)) return refusal(403, 'invalid_api_key', 'API key is invalid.')
    if (typeof key === 'string' && (key === '' || key.length > 256)) return refusal(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.')
    const mail = parse(body)
    if ('status' in mail) return mail
    const idempotencyKey = typeof key === 'string' ? key : null
    const earlier = idempotencyKey === null ? undefined : this.#taken.get(idempotencyKey)
    if (earlier && earlier.body !== body) return refusal(409, 'invalid_idempotent_request', 'Same idempotency key used with a different request payload.')
    return { status: 200, body: { id: earlier?.id ?? this.#take(mail, body, idempotencyKey) } }
  }

  #take({ reply_to: replyTo = [], html = '', text = '', ...mail }: z.infer<typeof Mail>, body: string, idempotencyKey: string | null): string {
    const id = crypto.randomUUID()
    this.mails.push({ ...mail, id, html, text, replyTo, idempotencyKey })
    if (idempotencyKey !== null) this.#taken.set(idempotencyKey, { body, id })
    return id
  }
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

const send = (response: ServerResponse, { status, body, headers }: Answer): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

const Behaviours = z.object({
  kind: z.enum(['rate-limited', 'broken', 'silent', 'taken-then-silent']),
  times: z.int().min(0).default(1),
  retryAfter: z.int().min(0).default(1),
})

/**
 * Starts the stand-in on the loopback interface.
 * @param port 0 takes a free one
 */
export const startResend = async (port = 0): Promise<ResendStandIn> => {
  const desk = new Desk()
  let behaviour: Behaviour | undefined
  const behave = (next: Behaviour) => {
    behaviour = { ...next }
  }

  /** Undefined: no answer at all. */
  const onEmail = (request: IncomingMessage, body: string): Answer | undefined => {
    const now = behaviour && behaviour.times > 0 ? behaviour : undefined
    if (now) now.times -= 1
    if (now?.kind === 'rate-limited')
      return refusal(429, 'rate_limit_exceeded', 'Too many requests. Please limit the number of requests per second.', {
        'retry-after': String(now.retryAfter ?? 1),
      })
    if (now?.kind === 'broken') return refusal(500, 'internal_server_error', 'An unexpected error occurred.')
    if (now?.kind === 'silent') return undefined
    const answer = desk.receive(request.headers, body)
    return now ? undefined : answer
  }

  const answerTo = async (request: IncomingMessage): Promise<Answer | undefined> => {
    const body = await textOf(request)
    const route = `${request.method} ${request.url}`
    if (route === 'POST /emails') return onEmail(request, body)
    if (route === 'GET /mails') return { status: 200, body: desk.mails }
    if (route !== 'POST /behave') return refusal(404, 'not_found', 'The requested endpoint does not exist.')
    const { data, error } = Behaviours.safeParse(JSON.parse(body))
    if (!data) return refusal(422, 'validation_error', z.prettifyError(error))
    behave(data)
    return { status: 200, body: data }
  }

  const server = createServer((request, response) => {
    answerTo(request).then(
      (answer) => answer && send(response, answer),
      () => send(response, refusal(400, 'validation_error', 'The request could not be read.')),
    )
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const bound = server.address()
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : port}`, mails: () => [...desk.mails], behave, close }
}
