import { sql } from 'drizzle-orm'
import { audited } from '#src/activity/audit.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { logError } from '#src/log.ts'
import { type Logo, logoKey, logoOf } from '#src/logo.ts'
import { Refused } from './picture/limits.ts'
import { barePng, pngSize } from './picture/png.ts'
import { structureOf } from './picture/structure.ts'

/** The company's logo: taken in, made small, kept, and taken away. */

/** What is kept fits into this, in pixels: large enough for a sharp screen and for paper. */
const KEPT = { width: 640, height: 192 }

const stream = (bytes: Uint8Array): ReadableStream<Uint8Array> => new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()

/**
 * A picture as it will be kept: a PNG that fits, with nothing but the picture in it. What it is, its content says, and both
 * we and the decoder must read it alike.
 * @throws Refused with a sentence for whoever sent it
 */
export const smallPicture = async (env: Pick<Env, 'IMAGES'>, bytes: Uint8Array): Promise<{ bytes: Uint8Array; width: number; height: number }> => {
  const { kind, ...size } = structureOf(bytes)
  try {
    const info = await env.IMAGES.info(stream(bytes))
    if (info.format !== `image/${kind}` || !('width' in info) || !isSameSize(info, size)) throw new Error(`${kind} is told as ${info.format}`)
    const small = env.IMAGES.input(stream(bytes)).transform({ ...KEPT, fit: 'scale-down' })
    const made = new Uint8Array(await new Response((await small.output({ format: 'image/png' })).image()).arrayBuffer())
    const bare = barePng(made)
    return { bytes: bare, ...pngSize(bare) }
  } catch (error) {
    logError('picture not read', error)
    throw new Refused('The picture is broken: it could not be read to its end. Save it anew from a picture program.')
  }
}

type Sides = { width: number; height: number }
/** A photograph may lie on its side, and is stood up by the decoder. */
const isSameSize = (a: Sides, b: Sides) => (a.width === b.width && a.height === b.height) || (a.width === b.height && a.height === b.width)

type By = { staffId: string; now: Instant }

/** Writes which logo the company has, with an audit entry; `before` is what it was in that moment. Says whether it may. */
const writeLogo = async (door: TenantDoor, logo: Logo | null, { staffId, now }: By) => {
  const { before } = await door.run({ before: door.read(portalSettings) })
  const was = before[0] && logoOf(before[0])
  if (!was && !logo) return { done: true, was }
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
  return { done: saved === 1, was }
}

const sizeOf = (logo: Logo | null | undefined): string => (logo ? `${logo.width} × ${logo.height} pixels` : '')

/** Another one may have been written in between: then it is read anew, a few times. */
const TRIES = 4
const keepTrying = async (door: TenantDoor, logo: Logo | null, by: By) => {
  for (let i = 0; i < TRIES; i += 1) {
    const written = await writeLogo(door, logo, by)
    if (written.done) return written
  }
  return { done: false, was: undefined }
}

/**
 * Puts a picture in the logo's place. Each upload has a name of its own, even of the same picture, so that taking the older
 * one away never takes a newer one. The file is there before the row that names it. Answers whether it was done: not, when
 * the session or the role ended meanwhile.
 * @throws Refused
 */
export const putLogo = async (env: Env, door: TenantDoor, bytes: Uint8Array, by: By): Promise<boolean> => {
  const { bytes: kept, ...size } = await smallPicture(env, bytes)
  const salted = new Blob([newId(), kept as Uint8Array<ArrayBuffer>])
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await salted.arrayBuffer()))
  const hash = [...digest.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  await env.FILES.put(logoKey(door.tenantId, hash), kept, { httpMetadata: { contentType: 'image/png' } })
  const { done, was } = await keepTrying(door, { hash, ...size }, by)
  await forget(env, door.tenantId, done ? was?.hash : hash)
  return done
}

export const removeLogo = async (env: Env, door: TenantDoor, by: By): Promise<boolean> => {
  const { done, was } = await keepTrying(door, null, by)
  if (done) await forget(env, door.tenantId, was?.hash)
  return done
}

/** What nothing names any more. Should it stay, it harms nobody. */
const forget = async (env: Env, tenantId: string, hash: string | undefined): Promise<void> => {
  if (hash === undefined) return
  try {
    await env.FILES.delete(logoKey(tenantId, hash))
  } catch (error) {
    logError('logo not deleted', error, { tenant: tenantId })
  }
}
