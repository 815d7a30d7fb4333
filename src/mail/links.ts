import { base64url } from 'jose'
import { type Env, type Secret, secretsOf } from '#src/env.ts'
import { TENANT_ID_LENGTH } from '#src/ids.ts'

/**
 * One-time links: `<tenant id><mail id>.<key id>.<HMAC-SHA-256 of purpose, tenant and mail id>`. Nothing that opens a door
 * is stored, and a forged one is known without a query. Whether a true one still works is the rows' to say.
 */

export type LinkPurpose = 'invitation' | 'password-reset' | 'staff-invitation' | 'staff-password-reset'
/** Those that lead to a portal. */
export type PortalLinkPurpose = 'invitation' | 'password-reset'
/** Those that lead to the staff host. */
export type StaffLinkPurpose = Exclude<LinkPurpose, PortalLinkPurpose>
export type NamedMail = { tenantId: string; mailId: string }

/** The secret that a mail's link was signed with has been taken away: the link can't be made again. */
export class UnknownLinkKey extends Error {}

const MAIL_ID_LENGTH = 16
// The key id is the operator's word, so it may hold dots; what stands behind the last one is the signature.
const TOKEN = new RegExp(
  `^(?<tenantId>[0-9A-Za-z]{${TENANT_ID_LENGTH}})(?<mailId>[0-9A-Za-z]{${MAIL_ID_LENGTH}})\\.(?<keyId>.{1,64})\\.(?<signature>[\\w-]{43})$`,
)

/** Which secret signs the links of a mail that is written now. @throws MissingSetting */
export const currentLinkKey = (env: Env): string => secretsOf(env, 'LINK_SECRETS')[0].id

/**
 * @param keyId which secret signs; the first one when left out
 * @throws UnknownLinkKey, MissingSetting
 */
export const linkToken = async (env: Env, purpose: LinkPurpose, tenantId: string, mailId: string, keyId = currentLinkKey(env)): Promise<string> => {
  const secret = secretOf(env, keyId)
  if (!secret) throw new UnknownLinkKey(`no link secret has the id ${keyId}`)
  const signature = await crypto.subtle.sign('HMAC', await hmacKey(secret), signedText(purpose, tenantId, mailId))
  return `${tenantId}${mailId}.${keyId}.${base64url.encode(new Uint8Array(signature))}`
}

/** What a token names, if it is a true one of this purpose; undefined for anything else. Asks nobody. @throws MissingSetting */
export const readLinkToken = async (env: Env, purpose: LinkPurpose, token: string): Promise<NamedMail | undefined> => {
  const { tenantId, mailId, keyId, signature } = TOKEN.exec(token)?.groups ?? {}
  if (!tenantId || !mailId || !keyId || !signature) return undefined
  const secret = secretOf(env, keyId)
  if (!secret) return undefined
  const bytes = new Uint8Array(base64url.decode(signature))
  // 43 characters hold two bits more than 32 bytes: of the four spellings, one is ours.
  if (base64url.encode(bytes) !== signature) return undefined
  const isTrue = await crypto.subtle.verify('HMAC', await hmacKey(secret), bytes, signedText(purpose, tenantId, mailId))
  return isTrue ? { tenantId, mailId } : undefined
}

/** The same for a token whose purpose only its signature tells. @throws MissingSetting */
export const readPortalLink = (env: Env, token: string) => readLink(env, token, ['invitation', 'password-reset'])
export const readStaffLink = (env: Env, token: string) => readLink(env, token, ['staff-invitation', 'staff-password-reset'])

const readLink = async <P extends LinkPurpose>(env: Env, token: string, purposes: readonly P[]): Promise<(NamedMail & { purpose: P }) | undefined> => {
  for (const purpose of purposes) {
    const named = await readLinkToken(env, purpose, token)
    if (named) return { ...named, purpose }
  }
  return undefined
}

/** Where a link leads, under the address of a portal or of the staff host. */
export const setPasswordLink = (address: string, token: string): string => `${address}/set-password/${encodeURIComponent(token)}`

const secretOf = (env: Env, keyId: string): Secret | undefined => secretsOf(env, 'LINK_SECRETS').find(({ id }) => id === keyId)

const hmacKey = ({ key }: Secret): Promise<CryptoKey> => crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])

// No part can hold a line break, so no two triples read the same.
const signedText = (purpose: LinkPurpose, tenantId: string, mailId: string) => new TextEncoder().encode(`${purpose}\n${tenantId}\n${mailId}`)
