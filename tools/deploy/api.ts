/** Cloudflare's API, as the tools call it: each failure is a sentence that says what to do. */

const ANSWER_WITHIN = 30_000

/** `doing`: what for, to be read after "could not". `scope`: what the token needs for it. */
export type Purpose = { doing: string; scope: string }

/** What to tell the operator, in whole sentences. */
export class DeployError extends Error {}

/** Cloudflare answered, and not with what was asked for. */
export class Refused extends DeployError {
  readonly status: number
  readonly code: number
  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

type Envelope = { success?: boolean; errors?: { code: number; message: string }[]; result?: unknown }
const AGAIN = 'Try again: what is done already is left as it is.'

const sentenceOf = ({ doing, scope }: Purpose, status: number, code: number, message: string, retryAfter: string | null): string => {
  const said = `Cloudflare says: ${message} (${code || status}).`
  if (code === 10_042)
    return `Could not ${doing}: R2 is not switched on for this account. Switch it on at https://dash.cloudflare.com/?to=/:account/r2, then try again.`
  if (status === 401 || status === 403)
    return `Could not ${doing}: the token is not known, or may not. It needs the permission “${scope}”, for this account and zone: https://dash.cloudflare.com/profile/api-tokens. ${said}`
  if (status === 429) return `Could not ${doing}: Cloudflare asks to wait${retryAfter ? ` ${retryAfter} seconds` : ''}. ${AGAIN}`
  if (status >= 500) return `Could not ${doing}: Cloudflare is out of order just now. ${AGAIN} ${said}`
  return `Could not ${doing}. ${said}`
}

export class Api {
  readonly #base: string
  readonly #token: string
  constructor(base: string, token: string) {
    this.#base = base
    this.#token = token
  }

  get<T>(path: string, purpose: Purpose): Promise<T> {
    return this.#call('GET', path, undefined, purpose)
  }
  post<T>(path: string, body: object, purpose: Purpose): Promise<T> {
    return this.#call('POST', path, body, purpose)
  }
  put<T>(path: string, body: object, purpose: Purpose): Promise<T> {
    return this.#call('PUT', path, body, purpose)
  }
  /** Undefined for what isn't there. */
  async find<T>(path: string, purpose: Purpose): Promise<T | undefined> {
    try {
      return await this.get<T>(path, purpose)
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined
      throw error
    }
  }

  async #call<T>(method: string, path: string, body: object | undefined, purpose: Purpose): Promise<T> {
    const { response, envelope } = await this.#ask(method, path, body, purpose)
    const [first = { code: 0, message: 'nothing that can be read' }] = envelope?.errors ?? []
    if (response.ok && envelope?.success) return envelope.result as T
    throw new Refused(response.status, first.code, sentenceOf(purpose, response.status, first.code, first.message, response.headers.get('retry-after')))
  }

  async #ask(method: string, path: string, body: object | undefined, { doing }: Purpose): Promise<{ response: Response; envelope: Envelope | undefined }> {
    try {
      const response = await fetch(`${this.#base}${path}`, {
        method,
        headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(Number(process.env.CLOUDFLARE_API_TIMEOUT) || ANSWER_WITHIN),
      })
      const text = await response.text()
      return { response, envelope: jsonOf(text) }
    } catch (error) {
      throw new DeployError(`Could not ${doing}: no answer from Cloudflare (${reasonOf(error)}). ${AGAIN}`)
    }
  }
}

const jsonOf = (text: string): Envelope | undefined => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error ? cause.message : String(cause)
}
