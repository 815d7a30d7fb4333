import { type Env, isLocal } from './env.ts'

/** Which door a request came to. Decided by the host name alone, once, here. */
export type Surface =
  | { kind: 'staff' }
  | { kind: 'portal'; slug: string }
  /** A name outside the house: some company's own, or nobody's. */
  | { kind: 'custom'; hostname: string }
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
  if (host === env.BASE_DOMAIN) return { kind: 'unknown' }
  if (!host.endsWith(suffix)) return isHostname(host) ? { kind: 'custom', hostname: host } : { kind: 'unknown' }
  const label = host.slice(0, -suffix.length)
  if (label === 'app') return { kind: 'staff' }
  return isSlug(label) ? { kind: 'portal', slug: label } : { kind: 'unknown' }
}

/** What could be in DNS: labels with dots between them, the last one no number. */
const isHostname = (host: string) => host.length <= 253 && /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9-]{2,63}$/.test(host)

const originOf = (env: Env, label: string) => (isLocal(env) ? `http://${label}.${env.BASE_DOMAIN}:${env.LOCAL_PORT}` : `https://${label}.${env.BASE_DOMAIN}`)

/** Addresses for mail and for pages that show them: the stored ones, never the Host of a request. */
export const staffAddress = (env: Env) => originOf(env, 'app')
/** A company's portal: under its own name once that serves, else under ours. */
export const portalAddress = (env: Env, { slug, hostname }: { slug: string; hostname: string | null }) =>
  hostname === null ? defaultPortalAddress(env, slug) : customAddress(env, hostname)
export const defaultPortalAddress = (env: Env, slug: string) => `${originOf(env, slug)}${PORTAL_BASE}`
export const customAddress = (env: Env, hostname: string) => (isLocal(env) ? `http://${hostname}:${env.LOCAL_PORT}` : `https://${hostname}`)

/** What a company's own name must point at. */
export const cnameTarget = (env: Pick<Env, 'BASE_DOMAIN'>, slug: string) => `${slug}.${env.BASE_DOMAIN}`

/** Under which path a portal lives on a company's default address. */
export const PORTAL_BASE = '/portal'

/** Which company's portal a request is for: by a name under ours, or by its own. */
export type Site = { slug: string } | { hostname: string }
/** As a limit counts by it, and the log names it. */
export const siteName = (site: Site): string => ('slug' in site ? site.slug : site.hostname)

/** A link on a surface: knows the path the surface lives under. */
export type Link = (path: `/${string}`) => string
export const linkUnder =
  (base: string): Link =>
  (path) =>
    path === '/' ? base || '/' : `${base}${path}`
