import { type Env, isLocal } from './env.ts'

/** Which door a request came to. Decided by the host name alone, once, here. */
export type Surface =
  | { kind: 'staff' }
  | { kind: 'portal'; slug: string }
  /** `localhost` itself: leads to the staff host, locally only. */
  | { kind: 'local' }
  | { kind: 'unknown' }

/** Names that no company can take: they are, or may become, hosts of the house itself. */
export const RESERVED_SLUGS = new Set([
  'admin',
  'api',
  'app',
  'assets',
  'auth',
  'billing',
  'blog',
  'cdn',
  'dev',
  'docs',
  'ftp',
  'help',
  'imap',
  'localhost',
  'login',
  'mail',
  'mx',
  'ns',
  'ns1',
  'ns2',
  'pop',
  'portal',
  'root',
  'smtp',
  'staging',
  'static',
  'status',
  'support',
  'test',
  'webmail',
  'www',
])

/** A slug is one DNS label of 2 to 40 characters. */
export const isSlug = (text: string) => /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])$/.test(text) && !text.startsWith('xn--') && !RESERVED_SLUGS.has(text)

export const surfaceOf = (env: Env, url: URL): Surface => {
  const host = url.hostname.toLowerCase().replace(/\.$/, '')
  if (host === 'localhost' && isLocal(env)) return { kind: 'local' }
  const suffix = `.${env.BASE_DOMAIN}`
  if (!host.endsWith(suffix)) return { kind: 'unknown' }
  const label = host.slice(0, -suffix.length)
  if (label === 'app') return { kind: 'staff' }
  return isSlug(label) ? { kind: 'portal', slug: label } : { kind: 'unknown' }
}

const originOf = (env: Env, label: string) => (isLocal(env) ? `http://${label}.${env.BASE_DOMAIN}:${env.LOCAL_PORT}` : `https://${label}.${env.BASE_DOMAIN}`)

/** Addresses for mail and for pages that show them: the stored ones, never the Host of a request. */
export const staffAddress = (env: Env) => originOf(env, 'app')
export const portalAddress = (env: Env, slug: string) => `${originOf(env, slug)}${PORTAL_BASE}`

/** Under which path a portal lives on a company's default address. */
export const PORTAL_BASE = '/portal'

/** A link on a surface: knows the path the surface lives under. */
export type Link = (path: `/${string}`) => string
export const linkUnder =
  (base: string): Link =>
  (path) =>
    path === '/' ? base || '/' : `${base}${path}`
