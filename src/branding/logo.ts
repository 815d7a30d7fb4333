import { sql } from 'drizzle-orm'
import { audited } from '#src/activity/audit.ts'
import { HOUR, type Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import type { Env } from '#src/env.ts'
import { hashOf } from '#src/hash.ts'
import { newId } from '#src/ids.ts'
import { logError } from '#src/log.ts'
import { type Logo, logoKey, logoOf } from '#src/logo.ts'
import { smallLogo } from '#src/pictures/small.ts'

/** The company's logo: taken in, made small, kept, and taken away. */

/** A stored logo's own file, by what it was made of: a second click brings the same one again. */
const isMadeOf = async (env: Env, tenantId: string, logo: Logo | null, source: string): Promise<boolean> =>
  logo !== null && (await env.FILES.head(logoKey(tenantId, logo.hash)))?.customMetadata?.source === source

type By = { staffId: string; now: Instant }
/** `same`: what was asked for is there already. `lost`: others wrote at the same moment, or the session ended. */
type Written = { state: 'done' | 'same' | 'lost'; was: Logo | null }

const writeLogo = async (door: TenantDoor, was: Logo | null, logo: Logo | null, { staffId, now }: By): Promise<boolean> => {
  const changes = [{ setting: 'logo', before: sizeOf(was), after: sizeOf(logo) }]
  const asRead = sql`${portalSettings.logoHash} IS ${was?.hash ?? null}`
  const { saved } = await door.run({
    ...audited(door, { area: 'client-portal', staffId, now, changes }, door.exists(portalSettings, asRead)),
    saved: door.update(
      portalSettings,
      { logoHash: logo?.hash ?? null, logoWidth: logo?.width ?? null, logoHeight: logo?.height ?? null, updatedAt: now },
      asRead,
    ),
  })
  return saved === 1
}

const sizeOf = (logo: Logo | null): string => (logo ? `${logo.width} × ${logo.height} pixels` : '')

/** Another one may have been written in between: then it is read anew, a few times. */
const TRIES = 4
const keepTrying = async (door: TenantDoor, logo: Logo | null, by: By, isSame: (was: Logo | null) => boolean | Promise<boolean>): Promise<Written> => {
  let was: Logo | null = null
  for (let i = 0; i < TRIES; i += 1) {
    const { rows } = await door.run({ rows: door.read(portalSettings) })
    was = rows[0] ? logoOf(rows[0]) : null
    if (await isSame(was)) return { state: 'same', was }
    if (await writeLogo(door, was, logo, by)) return { state: 'done', was }
  }
  return { state: 'lost', was }
}

/**
 * Puts a picture in the logo's place. Each upload has a name of its own, so that taking the older one away never takes a
 * newer one. The file is there before the row that names it. The picture that is there already is not put there again.
 * Answers whether it is there: not, when others wrote at the same moment, or the session or the role ended.
 * @throws Refused
 */
export const putLogo = async (env: Env, door: TenantDoor, bytes: Uint8Array, by: By): Promise<boolean> => {
  const { tenantId } = door
  const { bytes: kept, ...size } = await smallLogo(env, bytes)
  const source = await hashOf(bytes)
  const isSame = (was: Logo | null) => isMadeOf(env, tenantId, was, source)
  const logo = { hash: await hashOf(newId(), kept), ...size }
  await env.FILES.put(logoKey(tenantId, logo.hash), kept, { httpMetadata: { contentType: 'image/png' }, customMetadata: { source } })
  const { state, was } = await keepTrying(door, logo, by, isSame)
  await forget(env, tenantId, state === 'done' ? was : logo)
  if (state === 'done') await forgetLeftOver(env, tenantId, logo, by.now)
  return state !== 'lost'
}

export const removeLogo = async (env: Env, door: TenantDoor, by: By): Promise<boolean> => {
  const { state, was } = await keepTrying(door, null, by, (there) => there === null)
  if (state === 'done') {
    await forget(env, door.tenantId, was)
    await forgetLeftOver(env, door.tenantId, null, by.now)
  }
  return state !== 'lost'
}

/** What nothing names any more. Should that fail, the next change finds it. */
const forget = async (env: Env, tenantId: string, logo: Logo | null): Promise<void> => {
  if (logo === null) return
  try {
    await env.FILES.delete(logoKey(tenantId, logo.hash))
  } catch (error) {
    logError('logo not deleted', error, { tenant: tenantId })
  }
}

/** What an upload that broke off has left. A younger file may be one that is on its way to its row. */
const forgetLeftOver = async (env: Env, tenantId: string, logo: Logo | null, now: Instant): Promise<void> => {
  try {
    const { objects } = await env.FILES.list({ prefix: `tenants/${tenantId}/logos/` })
    const named = logo && logoKey(tenantId, logo.hash)
    const stale = objects.filter(({ key, uploaded }) => key !== named && uploaded.getTime() < now - HOUR).map(({ key }) => key)
    if (stale.length > 0) await env.FILES.delete(stale)
  } catch (error) {
    logError('logos not looked through', error, { tenant: tenantId })
  }
}
