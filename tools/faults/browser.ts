import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** A browser without a window: pages, forms as they stand in them, one cookie jar a host. Waits while the site is down. */

export type Page = { path: string; html: string }
type Answer = { status: number; location: string; cookie: string; text: string }

const CHARACTERS: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
const plain = (html: string) => html.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => CHARACTERS[name] ?? '')
const attributesOf = (tag: string): Record<string, string> =>
  Object.fromEntries([...tag.matchAll(/\s([a-z-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, plain(value)]))

/** The attributes of every tag that has one of this name. */
export const tagsWith = (html: string, name: string): Record<string, string>[] =>
  [...html.matchAll(/<[a-z][^>]*>/g)].map(([tag]) => attributesOf(tag)).filter((attributes) => name in attributes)

/** Where a page's form posts to, and the fields that it has filled in. @throws when there is no such form, or more than one */
export const formOf = ({ path, html }: Page, accepts: (action: string) => boolean): { action: string; fields: [string, string][] } => {
  const forms = [...html.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].flatMap(([form]) => {
    const { method, action = path } = attributesOf(form.slice(0, form.indexOf('>') + 1))
    return method === 'post' && accepts(action) ? [{ action, form }] : []
  })
  const [found, other] = forms
  if (!found || other) throw new Error(`${path} has ${forms.length} forms of that kind: ${html.slice(0, 2000)}`)
  const inputs = [...found.form.matchAll(/<input\b[^>]*>/g)].map(([tag]) => attributesOf(tag))
  const fields = inputs.flatMap(({ name, value, type }): [string, string][] => (name && type !== 'submit' ? [[name, value ?? '']] : []))
  return { action: found.action, fields }
}

/** How long a page may be away: longer than the site takes to start. */
const PATIENCE = 90_000

export class Browser {
  readonly #agent = new Agent({ keepAlive: false })
  readonly #host: string
  readonly #port: number
  #cookie = ''

  /** @param name of the host, such as `app.stockflow.localhost` */
  constructor(name: string, port: number) {
    this.#host = `${name}:${port}`
    this.#port = port
  }

  /** As it sends it. */
  get cookie(): string {
    return this.#cookie
  }

  async get(path: string): Promise<Page> {
    const until = Date.now() + PATIENCE
    while (true) {
      try {
        const { status, text } = await this.#ask('GET', path)
        if (status === 200) return { path, html: text }
        if (status < 500 || Date.now() > until) throw new Refused(`GET ${path} answered ${status}: ${text.slice(0, 2000)}`)
      } catch (error) {
        if (error instanceof Refused || Date.now() > until) throw error
      }
      await sleep(250)
    }
  }

  /**
   * Posts a page's form with more of its fields filled in. Tries again only while the site can't be reached at all.
   * @returns where the answer leads to
   */
  async post(page: Page, accepts: (action: string) => boolean, filledIn: Record<string, string> = {}): Promise<string> {
    const { action, fields } = formOf(page, accepts)
    const names = new Set(Object.keys(filledIn))
    const body = new URLSearchParams([...fields.filter(([name]) => !names.has(name)), ...Object.entries(filledIn)]).toString()
    const until = Date.now() + PATIENCE
    while (true) {
      const answer = await this.#ask('POST', action, body).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ECONNREFUSED' || Date.now() > until) throw error
        return undefined
      })
      if (answer?.status === 303) return answer.location
      if (answer) throw new Refused(`POST ${action} answered ${answer.status}: ${answer.text.slice(0, 2000)}`)
      await sleep(250)
    }
  }

  /**
   * Sends a body as it is. Tries again while the site can't be reached, or is going down.
   * @returns where the answer leads to
   */
  async send(method: 'POST' | 'PUT', path: string, body: Uint8Array, type: string): Promise<string> {
    const until = Date.now() + PATIENCE
    while (true) {
      const answer = await this.#ask(method, path, body, type).catch(() => undefined)
      if (answer && answer.status < 400) return answer.location
      if (answer && answer.status < 500) throw new Refused(`${method} ${path} answered ${answer.status}: ${answer.text.slice(0, 2000)}`)
      if (Date.now() > until) throw new Refused(`${method} ${path} could not be sent`)
      await sleep(250)
    }
  }

  async #ask(method: string, path: string, body: string | Uint8Array = '', type = 'application/x-www-form-urlencoded'): Promise<Answer> {
    const origin = `http://${this.#host}`
    const headers = {
      host: this.#host,
      ...(this.#cookie && { cookie: this.#cookie }),
      ...(method !== 'GET' && { 'sec-fetch-site': 'same-origin', origin, 'content-type': type, 'content-length': Buffer.byteLength(body) }),
    }
    const answer = await new Promise<Answer>((resolve, reject) => {
      const asked = request({ agent: this.#agent, host: '127.0.0.1', port: this.#port, method, path, headers, timeout: 60_000 }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
        response.on('end', () => {
          const { statusCode = 0, headers: got } = response
          const location = got.location ? new URL(got.location, origin) : undefined
          const cookie = got['set-cookie']?.[0]?.split(';')[0] ?? ''
          resolve({ status: statusCode, location: location ? location.pathname + location.search : '', cookie, text: Buffer.concat(chunks).toString() })
        })
      })
      asked.on('timeout', () => asked.destroy(new Error(`${method} ${path}: no answer within a minute`))).on('error', reject)
      asked.end(body)
    })
    if (answer.cookie) this.#cookie = answer.cookie
    return answer
  }
}

/** The site answered, and not as it should. */
class Refused extends Error {}
