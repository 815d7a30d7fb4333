import { and, eq, ne } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { activity } from '#src/db/schema/activity.ts'
import { clients } from '#src/db/schema/clients.ts'
import { accesses, portalSessions } from '#src/db/schema/people.ts'
import { newId } from '#src/ids.ts'
import { sessionsThrough } from './client-sessions.ts'

/** The specification's Portal access toggle: off, nobody gets in through this client; credentials stay. */

type Switching = { clientId: string; on: boolean; staffId: string; now: Instant }

/** Says what is wanted, not what to change: asked twice, it changes once. `switched` is above 0 for the call that did it. */
export const switchAccess = (door: TenantDoor, { clientId, on, staffId, now }: Switching) => {
  const isOther = and(eq(clients.id, clientId), ne(clients.portalAccess, on))
  return {
    entry: door.insert(
      activity,
      { id: newId(), clientId, at: now, type: 'system', event: on ? 'access-enabled' : 'access-disabled', staffId },
      { where: door.exists(clients, isOther) },
    ),
    // A session that began before it was switched off stays ended when it is switched on again.
    sessions: door.update(
      portalSessions,
      { endedAt: now },
      and(sessionsThrough(door, clientId, eq(accesses.clientId, clientId)), door.exists(clients, and(isOther, eq(clients.portalAccess, true)))),
    ),
    switched: door.update(clients, { portalAccess: on, updatedAt: now }, isOther),
  }
}
