import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Env } from './env.ts'
import { CrossSite, NoForm, TooLarge, TooMany } from './errors.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A change is taken only from a page of the same origin, whatever its content type. Browsers say so in Sec-Fetch-Site;
 * one too old for that must name its Origin. (Under no-referrer a form's Origin is "null", so Origin alone can't decide.)
 * Sibling portals are other origins, though the same site: SameSite cookies would not stop them.
 * @throws CrossSite
 */
export const sameOriginOnly = createMiddleware<{ Bindings: Env }>(async (c, next) => {
  if (!SAFE.has(c.req.method)) {
    const site = c.req.header('Sec-Fetch-Site')
    const origin = c.req.header('Origin')
    const own = new URL(c.req.url).origin
    const isOwn = site === undefined ? origin === own : site === 'same-origin' && (origin === undefined || origin === 'null' || origin === own)
    if (!isOwn) throw new CrossSite()
  }
  await next()
})

const FORM_LIMIT = 16 * 1024
/** A letter may take twelve bytes as it is sent. */
const LONG_FORM_LIMIT = 64 * 1024

const FORM = 'application/x-www-form-urlencoded'

/**
 * The fields of a posted form, once each. The body is cut off at 16 KB, whatever length was announced.
 * @throws NoForm for any other kind of body: its fields would all read as empty
 * @throws TooLarge
 */
export const readForm = <Name extends string>(c: Context, ...names: Name[]) => formUpTo(FORM_LIMIT, c, names)

/** The same of a form in which somebody writes at length: cut off at 64 KB. */
export const readLongForm = <Name extends string>(c: Context, ...names: Name[]) => formUpTo(LONG_FORM_LIMIT, c, names)

/** The same of a form whose fields depend on what it is about. */
export const readAnyForm = (c: Context) => fieldsUpTo(LONG_FORM_LIMIT, c)

const fieldsUpTo = async (limit: number, c: Context): Promise<URLSearchParams> => {
  if (c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase() !== FORM) throw new NoForm()
  return new URLSearchParams(await textUpTo(c.req.raw, limit))
}

const formUpTo = async <Name extends string>(limit: number, c: Context, names: Name[]): Promise<Record<Name, string>> => {
  const fields = await fieldsUpTo(limit, c)
  return Object.fromEntries(names.map((name) => [name, fields.get(name) ?? ''])) as Record<Name, string>
}

/** A body as text, cut off at so many bytes, whatever length was announced. @throws TooLarge */
export const textUpTo = async (request: Request, limit: number): Promise<string> => {
  if (Number(request.headers.get('Content-Length') ?? 0) > limit) throw new TooLarge()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > limit) throw new TooLarge()
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** A body as it came, cut off at so many bytes, whatever length was announced. @throws TooLarge */
export const bytesUpTo = async (request: Request, limit: number): Promise<ArrayBuffer> => {
  if (Number(request.headers.get('Content-Length') ?? 0) > limit) throw new TooLarge()
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    size += chunk.byteLength
    if (size > limit) throw new TooLarge()
    chunks.push(chunk)
  }
  return new Blob(chunks).arrayBuffer()
}

const LIMIT_PERIOD = 60

/**
 * Slows down tries by where they come from, whatever they try and on whichever door. Answers that network.
 * @throws TooMany
 */
export const limitNetwork = async <E extends { Bindings: Env }>(c: Context<E>): Promise<string> => {
  const network = networkOf(c.req.header('CF-Connecting-IP') ?? '')
  const { success } = await c.env.LIMIT_NETWORK.limit({ key: network })
  if (!success) throw new TooMany(LIMIT_PERIOD)
  return network
}

/**
 * Slows down guessing before a password is hashed: by where the tries come from, and by the address tried from there.
 * Not by the address alone: a stranger could then keep its owner out. Answers that network.
 * @throws TooMany
 */
export const limitGuessing = async <E extends { Bindings: Env }>(c: Context<E>, scope: string, address: string): Promise<string> => {
  const network = await limitNetwork(c)
  const one = await c.env.LIMIT_ADDRESS.limit({ key: `${scope}:${network}:${address.slice(0, 300)}` })
  if (!one.success) throw new TooMany(LIMIT_PERIOD)
  return network
}

/** An IPv6 subscriber holds a /64: the lower half of the address says nothing. */
export const networkOf = (ip: string): string => {
  if (!ip.includes(':')) return ip
  const [head = '', tail = ''] = ip.toLowerCase().split('::')
  const groups = head.split(':').filter(Boolean)
  const rest = ip.includes('::') ? tail.split(':').filter(Boolean) : []
  const full = [...groups, ...Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0'), ...rest]
  return full
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}

/** Where to go after signing in: a path of our own surface, or its start. */
export const safeNext = (next: string, origin: string, base: string): string => {
  const start = base || '/'
  if (!next.startsWith('/') || next.startsWith('//') || /[\\\p{Cc}]/u.test(next)) return start
  const url = new URL(next, origin)
  // As it is after dots were resolved: "/.//evil.example" has become another host by then.
  const inside = !url.pathname.startsWith('//') && (url.pathname === base || url.pathname.startsWith(`${base}/`))
  return url.origin === origin && inside ? url.pathname + url.search : start
}

/** A person looking: not a HEAD, not a browser fetching ahead. */
export const isView = (c: Context): boolean =>
  c.req.method === 'GET' && !/prefetch|prerender/.test(`${c.req.header('Sec-Purpose') ?? ''}${c.req.header('Purpose') ?? ''}`)

/** htmx asks for a piece of the page under the page's own address. Boosts and Back ask for the whole. */
export const wantsFragment = (c: Context): boolean => c.req.header('HX-Request-Type') === 'partial'

/**
 * A posted form with files, cut off at its limit whatever length was announced. What is no such form has no files.
 * @throws TooLarge
 */
export const multipartOf = async (c: Context, limit: number): Promise<FormData> => {
  const type = c.req.header('Content-Type') ?? ''
  if (!type.toLowerCase().startsWith('multipart/form-data') || !c.req.raw.body) return new FormData()
  if (Number(c.req.header('Content-Length') ?? 0) > limit) throw new TooLarge()
  let size = 0
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform: (bytes, controller) => {
      size += bytes.byteLength
      if (size > limit) controller.error(new TooLarge())
      else controller.enqueue(bytes)
    },
  })
  try {
    return await new Response(c.req.raw.body.pipeThrough(counted), { headers: { 'Content-Type': type } }).formData()
  } catch (error) {
    if (size > limit) throw new TooLarge()
    if (error instanceof TypeError) return new FormData()
    throw error
  }
}
