import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { CLOUDFLARE_API } from '#src/hostnames/cloudflare.ts'

/** What the operator says of where it is deployed: in the environment, else in a file of `NAME=value` lines. */

export type Settings = {
  /** Under which everything is served. */
  baseDomain: string
  /** The zone that holds it, if that isn't the base domain itself or one of its parents. */
  zone: string | undefined
  mailFrom: string
  /** A token that may set things up: another one than the Worker's own. */
  token: string
  apiBaseUrl: string
  /** The id of the first of LINK_SECRETS. */
  linkKeyId: string
  /** Values of the Worker that have a default. */
  vars: Record<string, string>
}

const OPTIONAL_VARS = ['MAIL_PACE', 'PASSWORD_MIN', 'RESEND_BASE_URL', 'DNS_BASE_URL']
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/

export type Said = { settings: Settings } | { problems: string[] }

/** @param given values by their names; an empty one counts as none */
export const settingsOf = (given: Record<string, string | undefined>): Said => {
  const value = (name: string) => given[name]?.trim() || undefined
  const [baseDomain, token, mailFrom] = [value('BASE_DOMAIN')?.toLowerCase(), value('CLOUDFLARE_API_TOKEN'), value('MAIL_FROM')]
  const problems = [
    baseDomain === undefined ? 'BASE_DOMAIN is not set: the domain under which it is served, such as stockflow.io.' : '',
    baseDomain?.endsWith('localhost') ? 'BASE_DOMAIN names this machine: a deployment needs a domain on the internet.' : '',
    baseDomain !== undefined && !baseDomain.endsWith('localhost') && !DOMAIN.test(baseDomain) ? `BASE_DOMAIN is no domain: ${baseDomain}` : '',
    mailFrom === undefined ? 'MAIL_FROM is not set: the address that mail comes from, at a domain that is verified at Resend.' : '',
    mailFrom !== undefined && !/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(mailFrom) ? `MAIL_FROM is no address: ${mailFrom}` : '',
    token === undefined ? 'CLOUDFLARE_API_TOKEN is not set: make one at https://dash.cloudflare.com/profile/api-tokens, as docs/install.md says.' : '',
  ].filter((problem) => problem !== '')
  if (!baseDomain || !token || !mailFrom || problems.length > 0) return { problems }
  const vars = Object.fromEntries(OPTIONAL_VARS.flatMap((name) => (value(name) ? [[name, value(name) ?? '']] : [])))
  const apiBaseUrl = value('CLOUDFLARE_API_BASE_URL') ?? CLOUDFLARE_API
  const settings = { baseDomain, zone: value('CLOUDFLARE_ZONE')?.toLowerCase(), mailFrom, token, apiBaseUrl, linkKeyId: value('LINK_KEY_ID') ?? '1', vars }
  return { settings }
}

const FILE = join(import.meta.dirname, '../../deploy.env')

/** The environment counts before the file. */
export const readSettings = (): Said => settingsOf({ ...(existsSync(FILE) ? parseEnv(readFileSync(FILE, 'utf8')) : {}), ...process.env })
