import { type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { type Instant, SECOND } from '#src/dates.ts'
import { PORTAL_SESSION } from '#src/db/client-gate.ts'
import { STAFF_SESSION } from '#src/db/staff-door.ts'
import { type Env, type Secret, secretsOf } from '#src/env.ts'

/**
 * The session cookie: a signed token that says which rows to read. Checking it costs no I/O; whether the session still
 * holds is what the rows say.
 */
export type PortalToken = { tenantId: string; sessionId: string; portalUserId: string; clientId: string | null; timeZone: string; writtenAt: Instant }
export type StaffToken = { tenantId: string; sessionId: string; staffId: string; timeZone: string; writtenAt: Instant }

const ISSUER = 'stockflow'
const LIFETIME = { portal: PORTAL_SESSION, staff: STAFF_SESSION }
type Audience = keyof typeof LIFETIME

/** Made once for each secret: every request verifies. */
const keys = new WeakMap<Secret, Promise<CryptoKey>>()
const keyOf = (secret: Secret): Promise<CryptoKey> => {
  const key = keys.get(secret) ?? crypto.subtle.importKey('raw', secret.key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
  keys.set(secret, key)
  return key
}

const sign = async (env: Env, audience: Audience, claims: Record<string, string | null>, now: Instant): Promise<string> => {
  const [secret] = secretsOf(env, 'SESSION_SECRETS')
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: secret.id })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setIssuedAt(Math.floor(now / SECOND))
    .setExpirationTime(Math.floor((now + LIFETIME[audience]) / SECOND))
    .sign(await keyOf(secret))
}

/** Tokens whose signature was found good, under the secrets of that time: the same one comes with each request of a session. */
const trusted = new WeakMap<Secret[], Map<string, JWTPayload>>()
const TRUSTED_AT_MOST = 1000

const trustedUnder = (secrets: Secret[]): Map<string, JWTPayload> => {
  const known = trusted.get(secrets) ?? new Map<string, JWTPayload>()
  if (known.size >= TRUSTED_AT_MOST) known.clear()
  trusted.set(secrets, known)
  return known
}

const verify = async (env: Env, audience: Audience, token: string | undefined, now: Instant) => {
  if (!token || token.length > 2000) return undefined
  const secrets = secretsOf(env, 'SESSION_SECRETS')
  const known = trustedUnder(secrets)
  const name = `${audience} ${token}`
  const before = known.get(name)
  if (before) return (before.exp ?? 0) > Math.floor(now / SECOND) ? before : undefined
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const secret = secrets.find(({ id }) => id === kid)
        if (!secret) throw new Error('unknown key')
        return keyOf(secret)
      },
      { algorithms: ['HS256'], issuer: ISSUER, audience, currentDate: new Date(now), requiredClaims: ['iat', 'exp'] },
    )
    known.set(name, payload)
    return payload
  } catch {
    // Forged, expired or from another surface: all the same, nobody is signed in.
    return undefined
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export const signPortalToken = (env: Env, { tenantId, sessionId, portalUserId, clientId, timeZone }: Omit<PortalToken, 'writtenAt'>, now: Instant) =>
  sign(env, 'portal', { tid: tenantId, sid: sessionId, uid: portalUserId, cid: clientId, tz: timeZone }, now)

export const readPortalToken = async (env: Env, token: string | undefined, now: Instant): Promise<PortalToken | undefined> => {
  const claims = await verify(env, 'portal', token, now)
  return (
    claims && {
      tenantId: text(claims.tid),
      sessionId: text(claims.sid),
      portalUserId: text(claims.uid),
      clientId: text(claims.cid) || null,
      timeZone: text(claims.tz) || 'UTC',
      writtenAt: (claims.iat ?? 0) * SECOND,
    }
  )
}

export const signStaffToken = (env: Env, { tenantId, sessionId, staffId, timeZone }: Omit<StaffToken, 'writtenAt'>, now: Instant) =>
  sign(env, 'staff', { tid: tenantId, sid: sessionId, uid: staffId, tz: timeZone }, now)

export const readStaffToken = async (env: Env, token: string | undefined, now: Instant): Promise<StaffToken | undefined> => {
  const claims = await verify(env, 'staff', token, now)
  return (
    claims && {
      tenantId: text(claims.tid),
      sessionId: text(claims.sid),
      staffId: text(claims.uid),
      timeZone: text(claims.tz) || 'UTC',
      writtenAt: (claims.iat ?? 0) * SECOND,
    }
  )
}
