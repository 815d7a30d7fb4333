import * as z from 'zod/mini'
import { SECOND } from '#src/dates.ts'
import type { Env } from '#src/env.ts'

/** Custom hostnames of Cloudflare for SaaS, over its API: as few words of it as are needed. */

const ANSWER_WITHIN = 10 * SECOND
export const CLOUDFLARE_API = 'https://api.cloudflare.com/client/v4'

const Told = z.array(
  z.union([
    z.string(),
    z.pipe(
      z.object({ message: z.string() }),
      z.transform(({ message }) => message),
    ),
  ]),
)
const CustomHostname = z.object({
  id: z.string(),
  hostname: z.string(),
  status: z._default(z.string(), 'pending'),
  verification_errors: z._default(Told, []),
  ssl: z._default(z.object({ status: z._default(z.string(), 'initializing'), validation_errors: z._default(Told, []) }), {
    status: 'initializing',
    validation_errors: [],
  }),
})
export type CustomHostname = z.infer<typeof CustomHostname>

/** What every answer is wrapped in, but for that to a deletion, which is bare. */
const Envelope = z.object({
  success: z._default(z.boolean(), true),
  errors: z._default(z.array(z.object({ code: z.number(), message: z.string() })), []),
  result: z.optional(z.unknown()),
})

/**
 * What came of a call. `unclear`: no answer that says anything, so it may have been done all the same; ask again later.
 * `refused`: it was understood and not done.
 */
export type Called<T> =
  | { kind: 'done'; result: T }
  | { kind: 'gone' }
  | { kind: 'unclear' }
  | { kind: 'refused'; why: 'permission' | 'quota' | 'duplicate' | 'other'; message: string }

/** Whether the operator has set up custom domains. */
export const canServeHostnames = ({ CLOUDFLARE_API_TOKEN, CLOUDFLARE_ZONE_ID }: Env): boolean => Boolean(CLOUDFLARE_API_TOKEN && CLOUDFLARE_ZONE_ID)

const DUPLICATE = 1406
/** No number is documented for it, so its words are read. */
const FULL = /quota|maximum number|limit/i
const NO_PERMISSION = new Set([9109, 10_000, 10_001])
const reasonOf = (status: number, code: number, message: string): 'permission' | 'quota' | 'duplicate' | 'other' => {
  if (code === DUPLICATE) return 'duplicate'
  if (FULL.test(message)) return 'quota'
  return status === 401 || status === 403 || NO_PERMISSION.has(code) ? 'permission' : 'other'
}

const call = async <T>(env: Env, shape: z.ZodMiniType<T>, method: string, path: string, body?: object): Promise<Called<T>> => {
  try {
    const response = await fetch(`${env.CLOUDFLARE_API_BASE_URL ?? CLOUDFLARE_API}/zones/${env.CLOUDFLARE_ZONE_ID}/custom_hostnames${path}`, {
      method,
      headers: { Authorization: `Bearer ${env.CLOUDFLARE_API_TOKEN}`, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN),
    })
    if (response.status === 404) {
      await response.body?.cancel()
      return { kind: 'gone' }
    }
    if (response.status === 429 || response.status >= 500) {
      await response.body?.cancel()
      return { kind: 'unclear' }
    }
    const { success, errors, result } = Envelope.parse(await response.json())
    if (success && response.ok) return { kind: 'done', result: shape.parse(result ?? {}) }
    const [first = { code: 0, message: `HTTP ${response.status}` }] = errors
    return { kind: 'refused', why: reasonOf(response.status, first.code, first.message), message: first.message }
  } catch {
    return { kind: 'unclear' }
  }
}

/** As every one of ours is made. */
const SSL = { method: 'http', type: 'dv', certificate_authority: 'lets_encrypt', settings: { min_tls_version: '1.2' } }

export const createHostname = (env: Env, hostname: string) => call(env, CustomHostname, 'POST', '', { hostname, ssl: SSL })
export const readHostname = (env: Env, id: string) => call(env, CustomHostname, 'GET', `/${id}`)
/** Has it looked at anew, which also brings back one that was given up. */
export const nudgeHostname = (env: Env, id: string) => call(env, CustomHostname, 'PATCH', `/${id}`, { ssl: SSL })
export const deleteHostname = (env: Env, id: string) => call(env, z.partial(z.object({ id: z.string() })), 'DELETE', `/${id}`)
/** The one of this name, if Cloudflare has it. */
export const findHostname = async (env: Env, hostname: string): Promise<Called<CustomHostname | undefined>> => {
  const found = await call(env, z.array(CustomHostname), 'GET', `?hostname=${encodeURIComponent(hostname)}`)
  return found.kind === 'done' ? { kind: 'done', result: found.result.find((each) => each.hostname === hostname) } : found
}
