/** What the Worker is given: bindings, vars and secrets of wrangler.toml. */
export type Env = {
  DB: D1Database
  FILES: R2Bucket
  ASSETS: Fetcher
  IMAGES: ImagesBinding
  MAIL_QUEUE: Queue<MailMessage>
  /** Invitations by the thousand; what a person waits for goes through MAIL_QUEUE and stands behind none of them. */
  BULK_QUEUE: Queue<RunMessage>
  IMPORT_QUEUE: Queue<ImportMessage>
  LIMIT_ADDRESS: RateLimit
  LIMIT_NETWORK: RateLimit
  BASE_DOMAIN: string
  LOCAL_PORT: string
  RESEND_BASE_URL?: string
  MAIL_FROM?: string
  RESEND_API_KEY?: string
  RESEND_WEBHOOK_SECRET?: string
  /** How fast mail leaves, all companies together: so many mails in so many seconds, `100/2`. */
  MAIL_PACE?: string
  SESSION_SECRETS?: string
  LINK_SECRETS?: string
  PASSWORD_MIN?: string
  /** Custom domains need the two; without them they are not offered. */
  CLOUDFLARE_API_TOKEN?: string
  CLOUDFLARE_ZONE_ID?: string
  CLOUDFLARE_API_BASE_URL?: string
  DNS_BASE_URL?: string
}

export type MailMessage = { tenantId: string; mailId: string }
/** A bulk run that has mail to send. */
export type RunMessage = { tenantId: string; runId: string }
export type ImportMessage = { tenantId: string; importId: string }

/** A setting that production can't do without is not there. Answers 503 and names it. */
export class MissingSetting extends Error {
  readonly setting: string
  constructor(setting: string) {
    super(`${setting} is not set`)
    this.setting = setting
  }
}

/** "Local" means one thing everywhere: mailbox, demo data, stand-ins, fixed secrets. */
export const isLocal = (env: Pick<Env, 'BASE_DOMAIN'>) => env.BASE_DOMAIN.endsWith('.localhost')

/** What production can't do without, and nobody may read. */
export const REQUIRED_SECRETS = ['SESSION_SECRETS', 'LINK_SECRETS', 'RESEND_API_KEY', 'RESEND_WEBHOOK_SECRET'] as const satisfies (keyof Env)[]

const LOCAL_VALUES = {
  SESSION_SECRETS: 'local:for-this-machine-only-sessions-are-signed-with-it',
  LINK_SECRETS: 'local:for-this-machine-only-links-are-signed-with-it-',
  RESEND_API_KEY: 're_local',
  RESEND_WEBHOOK_SECRET: 'whsec_Zm9yIHRoaXMgbWFjaGluZSBvbmx5LCBldmVudHM=',
  MAIL_FROM: 'portal@mail.stockflow.localhost',
  RESEND_BASE_URL: 'https://api.resend.com',
}

/** @throws MissingSetting anywhere but locally, where a fixed value stands in. */
export const required = (env: Pick<Env, 'BASE_DOMAIN' | keyof typeof LOCAL_VALUES>, name: keyof typeof LOCAL_VALUES): string => {
  const value = env[name]
  if (value) return value
  if (isLocal(env) || name === 'RESEND_BASE_URL') return LOCAL_VALUES[name]
  throw new MissingSetting(name)
}

/** A setting is the same for as long as an isolate lives; tests have several. */
const secretsRead = new Map<string, [Secret, ...Secret[]]>()

export type Secret = { id: string; key: Uint8Array<ArrayBuffer> }

/**
 * Secrets are written `id:secret, id:secret`. The first signs; all verify, so one can be changed without ending
 * what the older one signed.
 * @throws MissingSetting
 */
export const secretsOf = (env: Env, name: 'SESSION_SECRETS' | 'LINK_SECRETS'): [Secret, ...Secret[]] => {
  const written = required(env, name)
  const known = secretsRead.get(written)
  if (known) return known
  const secrets = written
    .split(',')
    .map((entry) => entry.trim().split(':'))
    .flatMap(([id, secret]) => (id && secret && secret.length >= 32 ? [{ id, key: new TextEncoder().encode(secret) as Uint8Array<ArrayBuffer> }] : []))
  const [first, ...rest] = secrets
  if (!first) throw new MissingSetting(name)
  const read: [Secret, ...Secret[]] = [first, ...rest]
  secretsRead.set(written, read)
  return read
}
