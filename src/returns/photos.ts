import { and, asc, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { DAY } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { returnPhotos, returnRequests } from '#src/db/schema/returns.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import type { Env } from '#src/env.ts'
import { NotFound } from '#src/errors.ts'
import { hashOf } from '#src/hash.ts'
import { FILE_SECURITY_POLICY } from '#src/headers.ts'
import { logError } from '#src/log.ts'
import { smallPhoto } from '#src/pictures/small.ts'

/** Photos of goods: taken in while a request is being made, seen by that client and by the staff, and by nobody else. */

export const MOST_PHOTOS = 5
/** Put by by one client for requests that were not sent yet. */
const MOST_UNSENT = 30
const UNSENT_LASTS = DAY

const keyOf = (tenantId: string, returnId: string, photoId: string) => `tenants/${tenantId}/returns/${returnId}/${photoId}.jpg`

/**
 * Puts a photo by for a request. The same photo twice is one. The file is there before the row that names it.
 * Answers whether it is there; not, when there are too many already, or the session ended.
 * @throws Refused with a sentence for whoever sent it
 */
export const addPhoto = async (env: Env, door: ClientDoor, returnId: string, bytes: Uint8Array): Promise<boolean> => {
  const { bytes: kept, width, height } = await smallPhoto(env, bytes)
  const { tenantId } = door
  const { clientId, portalUserId, now } = door.who
  const id = await hashOf(tenantId, clientId, portalUserId, returnId, bytes)
  const key = keyOf(tenantId, returnId, id)
  const same = eq(returnPhotos.id, id)
  const countOf = (where: ReturnType<typeof and>) => door.pluck(returnPhotos, sql`count(*)`, { where })
  await env.FILES.put(key, kept, { httpMetadata: { contentType: 'image/jpeg' } })
  const { there } = await door.run({
    added: door.insert(
      returnPhotos,
      { id, clientId, returnId, portalUserId, width, height, createdAt: now },
      {
        where: and(
          door.companyAllows(portalSettings.requestReturns),
          sql`${countOf(eq(returnPhotos.returnId, returnId))} < ${MOST_PHOTOS}`,
          sql`${countOf(isNull(returnPhotos.sentAt))} < ${MOST_UNSENT}`,
          sql`NOT ${door.exists(returnPhotos, same)}`,
        ),
      },
    ),
    there: door.pick(returnPhotos, { id: returnPhotos.id }, { where: same }),
  })
  if (there.length === 0) await forgetFiles(env, [key])
  return there.length > 0
}

/** What this person put by for a request that was not sent yet. */
export const unsentPhotos = (door: ClientDoor, returnId: string) =>
  door.pick(
    returnPhotos,
    { id: returnPhotos.id, width: returnPhotos.width, height: returnPhotos.height, createdAt: returnPhotos.createdAt },
    {
      where: and(eq(returnPhotos.returnId, returnId), eq(returnPhotos.portalUserId, door.who.portalUserId), isNull(returnPhotos.sentAt)),
      order: [asc(returnPhotos.createdAt), asc(returnPhotos.id)],
    },
  )

/** Takes photos away that were not sent yet. */
export const removePhotos = async (env: Env, door: ClientDoor, returnId: string, ids: string[]): Promise<void> => {
  if (ids.length === 0) return
  const which = and(
    eq(returnPhotos.returnId, returnId),
    eq(returnPhotos.portalUserId, door.who.portalUserId),
    isNull(returnPhotos.sentAt),
    inArray(returnPhotos.id, ids),
  )
  const { gone } = await door.run({ gone: door.pick(returnPhotos, { id: returnPhotos.id }, { where: which }), removed: door.remove(returnPhotos, which) })
  await forgetFiles(
    env,
    gone.map(({ id }) => keyOf(door.tenantId, returnId, id)),
  )
}

/** What this client put by and never sent, once nobody will send it any more. */
export const forgetUnsent = async (env: Env, door: ClientDoor): Promise<void> => {
  const stale = and(isNull(returnPhotos.sentAt), lt(returnPhotos.createdAt, door.who.now - UNSENT_LASTS))
  const { gone } = await door.run({
    gone: door.pick(returnPhotos, { id: returnPhotos.id, returnId: returnPhotos.returnId }, { where: stale }),
    removed: door.remove(returnPhotos, stale),
  })
  await forgetFiles(
    env,
    gone.map(({ id, returnId }) => keyOf(door.tenantId, returnId, id)),
  )
}

const forgetFiles = async (env: Env, keys: string[]): Promise<void> => {
  if (keys.length === 0) return
  try {
    await env.FILES.delete(keys)
  } catch (error) {
    logError('photos not deleted', error)
  }
}

/** For staff: a photo that was sent with a request of this company. */
export const sentPhotoRead = (door: TenantDoor, returnId: string, photoId: string) =>
  door.pick(
    returnPhotos,
    { id: returnPhotos.id },
    {
      where: and(
        eq(returnPhotos.returnId, returnId),
        eq(returnPhotos.id, photoId),
        isNotNull(returnPhotos.sentAt),
        door.exists(returnRequests, eq(returnRequests.id, returnId)),
      ),
    },
  )

/** For the client: one of its own, sent or not yet. */
export const ownPhotoRead = (door: ClientDoor, returnId: string, photoId: string) =>
  door.pick(returnPhotos, { id: returnPhotos.id }, { where: and(eq(returnPhotos.returnId, returnId), eq(returnPhotos.id, photoId)) })

/** @throws NotFound when no row was found, or its file is not there */
export const photoAnswer = async (env: Env, tenantId: string, returnId: string, [photo]: { id: string }[]): Promise<Response> => {
  const stored = photo && (await env.FILES.get(keyOf(tenantId, returnId, photo.id)))
  if (!stored) throw new NotFound()
  return new Response(stored.body, {
    headers: {
      'Content-Type': 'image/jpeg',
      'Content-Length': String(stored.size),
      'Cache-Control': 'private, no-store',
      'Content-Security-Policy': FILE_SECURITY_POLICY,
    },
  })
}
