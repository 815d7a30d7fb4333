import { and, eq, inArray, type SQL } from 'drizzle-orm'
import type { TenantDoor } from '#src/db/door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { accesses } from '#src/db/schema/people.ts'

/** What lets a person in: an access that counts only on a client that is switched on. */

/** A condition on `accesses`: active, of this person, on a client that is switched on; of `clientIds` only, if given. */
export const usableAccess = (door: TenantDoor, portalUserId: string | SQL, clientIds?: readonly string[]): SQL | undefined =>
  and(
    eq(accesses.portalUserId, portalUserId),
    eq(accesses.state, 'active'),
    clientIds && inArray(accesses.clientId, [...clientIds]),
    door.exists(clients, and(eq(clients.id, accesses.clientId), eq(clients.portalAccess, true))),
  )

/** A condition on `clients`: switched on, and this person's access to it stands so. */
export const clientsOf = (door: TenantDoor, portalUserId: string | SQL, state: 'invited' | 'active'): SQL | undefined =>
  and(
    eq(clients.portalAccess, true),
    door.exists(accesses, and(eq(accesses.clientId, clients.id), eq(accesses.portalUserId, portalUserId), eq(accesses.state, state))),
  )
