import * as z from 'zod'
import { hexId } from '../account/holdings.ts'
import type { Dns } from './dns.ts'

/** What Cloudflare for SaaS does with custom hostnames: its calls, its answers, and the states that a name goes through. */

export const Create = z.strictObject({
  hostname: z.string().min(3).max(255),
  ssl: z.strictObject({
    method: z.literal('http'),
    type: z.literal('dv'),
    certificate_authority: z.literal('lets_encrypt'),
    settings: z.strictObject({ min_tls_version: z.literal('1.2') }),
  }),
})
export const Patch = Create.pick({ ssl: true })

export type Hostname = {
  id: string
  hostname: string
  status: string
  sslStatus: string
  looks: number
  createdAt: string
  blocked: boolean /** Its own looks change nothing. */
  frozen: boolean
}
export type Operation = 'create' | 'list' | 'read' | 'patch' | 'delete'
/** `dropped`: the connection ends without an answer. `done-dropped`: it is done, and the answer is lost. */
export type Fault = 'too-many' | 'broken' | 'dropped' | 'done-dropped' | 'no-permission' | 'quota' | 'garbage'

/** A connection that ended without an answer. */
export class Dropped extends TypeError {}

const envelope = (result: unknown) => ({ success: true, errors: [], messages: [], result })
const refusal = (status: number, code: number, message: string, headers: Record<string, string> = {}) =>
  Response.json({ success: false, errors: [{ code, message }], messages: [], result: null }, { status, headers })

/** Looks that a name takes to its certificate, once its DNS is right. */
const STEPS: [status: string, ssl: string][] = [
  ['pending', 'initializing'],
  ['pending', 'pending_validation'],
  ['active', 'pending_validation'],
  ['active', 'pending_issuance'],
  ['active', 'pending_deployment'],
  ['active', 'active'],
]

export class Cloudflare {
  readonly #dns: Dns
  readonly #zone: string
  readonly #token: string
  readonly hostnames = new Map<string, Hostname>()
  /** What befalls the next calls of an operation. */
  readonly faults = new Map<Operation, Fault[]>()
  quota = 100
  /** Calls by operation, whatever came of them. */
  readonly calls: Operation[] = []

  constructor(dns: Dns, { zone, token }: { zone: string; token: string }) {
    this.#dns = dns
    this.#zone = zone
    this.#token = token
  }

  of(name: string): Hostname[] {
    return [...this.hostnames.values()].filter(({ hostname }) => hostname === name)
  }

  async answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const match = /\/zones\/([^/]+)\/custom_hostnames(?:\/([^/]+))?$/.exec(pathname)
    if (!match) return refusal(404, 7003, 'Could not route to the resource, perhaps your object identifier is invalid?')
    if (request.headers.get('authorization') !== `Bearer ${this.#token}` || match[1] !== this.#zone) return refusal(403, 10_000, 'Authentication error')
    const [, , id] = match
    if (id === 'quota') return Response.json(envelope({ allocated: this.quota, used: this.hostnames.size, exceeded: 0, hard_cap: this.quota }))
    const operation = OPERATIONS[`${request.method} ${id === undefined ? 'all' : 'one'}`]
    if (!operation) return refusal(405, 10_405, 'Method not allowed for this authentication scheme')
    this.calls.push(operation)
    const fault = this.faults.get(operation)?.shift()
    if (fault === 'too-many') return refusal(429, 971, 'Please wait and consider throttling your request speed', { 'retry-after': '30' })
    if (fault === 'broken') return refusal(500, 10_001, 'Internal error')
    if (fault === 'no-permission') return refusal(403, 9109, 'Unauthorized to access requested resource')
    if (fault === 'garbage') return new Response('<html>gateway</html>', { status: 502 })
    if (fault === 'dropped') throw new Dropped('the connection was lost')
    const body: unknown = ['POST', 'PATCH'].includes(request.method) ? await request.json() : undefined
    const answer = this.#act(operation, id, body, searchParams, fault === 'quota')
    if (fault === 'done-dropped') throw new Dropped('the connection was lost')
    return answer
  }

  #act(operation: Operation, id: string | undefined, body: unknown, search: URLSearchParams, isFull: boolean): Response {
    if (operation === 'create') return this.#create(body, isFull)
    if (operation === 'list') {
      const wanted = search.get('hostname')
      const found = [...this.hostnames.values()].filter(({ hostname }) => wanted === null || hostname.includes(wanted))
      return Response.json({
        ...envelope(found.map((each) => shown(each))),
        result_info: { page: 1, per_page: 20, count: found.length, total_count: found.length, total_pages: 1 },
      })
    }
    const one = this.hostnames.get(id ?? '')
    if (!one) return refusal(404, 1436, 'The custom hostname was not found.')
    if (operation === 'delete') {
      this.hostnames.delete(one.id)
      return Response.json({ id: one.id })
    }
    if (operation === 'patch') {
      if (!Patch.safeParse(body).success) return refusal(400, 1400, 'Invalid request body')
      if (['moved', 'deleted'].includes(one.status)) one.looks = 0
    }
    this.#look(one)
    return Response.json(envelope(this.#shown(one)))
  }

  #create(body: unknown, isFull: boolean): Response {
    const { data, error } = Create.safeParse(body)
    if (error) return refusal(400, 1400, 'Invalid request body')
    if (this.of(data.hostname).length > 0) return refusal(409, 1406, 'Duplicate custom hostname found.')
    if (isFull || this.hostnames.size >= this.quota) return refusal(409, 1405, 'Quota of custom hostnames was exceeded for this zone.')
    const id = hexId()
    const made = {
      id,
      hostname: data.hostname,
      status: 'pending',
      sslStatus: 'initializing',
      looks: 0,
      createdAt: '2026-11-01T00:00:00.000000Z',
      blocked: false,
      frozen: false,
    }
    this.hostnames.set(id, made)
    return Response.json(envelope(this.#shown(made)), { status: 201 })
  }

  /** As its own looks at DNS find it, one step a look. */
  #look(one: Hostname): void {
    if (one.blocked) {
      one.status = 'blocked'
      return
    }
    if (one.frozen) return
    if (!this.#leadsHere(one)) {
      if (one.status === 'active') one.status = 'moved'
      return
    }
    if (one.status === 'deleted') return
    const next = STEPS[Math.min(one.looks + 1, STEPS.length - 1)]
    if (!next || (this.#forbidden(one) && next[1] !== 'pending_validation')) return
    one.looks += 1
    ;[one.status, one.sslStatus] = next
  }
  /** Behind a proxy of the customer's own the name leads nowhere to be seen, and arrives all the same. */
  readonly proxied = new Set<string>()
  #leadsHere({ hostname }: Hostname): boolean {
    return this.proxied.has(hostname) || this.#dns.chain(hostname).some((name) => name.endsWith(`.${this.#dns.baseDomain}`))
  }
  #forbidden({ hostname }: Hostname): boolean {
    const labels = hostname.split('.')
    const rules = labels
      .map((_, i) => this.#dns.records.filter(({ name, type }) => type === 'CAA' && name === labels.slice(i).join('.')))
      .find((each) => each.length > 0)
    return rules !== undefined && !rules.some(({ data }) => data.includes('letsencrypt.org'))
  }

  #shown(one: Hostname) {
    const unverified = one.status === 'pending' && !this.#leadsHere(one) ? ['custom hostname does not CNAME to this zone.'] : []
    const invalid =
      one.sslStatus === 'pending_validation' && this.#forbidden(one) ? [{ message: 'caa_error: letsencrypt.org is not authorized to issue for this name' }] : []
    return shown(one, unverified, invalid)
  }
}

const OPERATIONS: Record<string, Operation> = { 'POST all': 'create', 'GET all': 'list', 'GET one': 'read', 'PATCH one': 'patch', 'DELETE one': 'delete' }

const shown = ({ id, hostname, status, sslStatus, createdAt }: Hostname, unverified: string[] = [], invalid: { message: string }[] = []) => ({
  id,
  hostname,
  status,
  ...(unverified.length > 0 && { verification_errors: unverified }),
  ssl: {
    id: `${id}-ssl`,
    type: 'dv',
    method: 'http',
    status: sslStatus,
    certificate_authority: 'lets_encrypt',
    wildcard: false,
    settings: { min_tls_version: '1.2' },
    ...(invalid.length > 0 && { validation_errors: invalid }),
  },
  ownership_verification: { type: 'txt', name: `_cf-custom-hostname.${hostname}`, value: id },
  created_at: createdAt,
})
