import { and, eq, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { TenantDoor } from '#src/db/door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { memberships, staff } from '#src/db/schema/staff.ts'
import { portalSettings, tenants } from '#src/db/schema/tenants.ts'

/** Whether a mail that waits should still leave, as conditions over its row in `outbox`: much may have happened since. */

/** It was not overtaken by a newer one, nor its link used or ended. */
const isNewest = (door: TenantDoor): SQL => sql`CASE ${outbox.kind}
  WHEN 'invitation' THEN ${door.exists(portalUsers, and(eq(portalUsers.id, outbox.portalUserId), eq(portalUsers.invitationMailId, outbox.id)))}
  WHEN 'staff-invitation' THEN EXISTS (SELECT 1 FROM ${staff} WHERE ${and(eq(staff.id, outbox.staffId), eq(staff.invitationMailId, outbox.id))})
  ELSE 1 END`

/** The company is served, and its portal on where the mail leads to the portal. */
const isOpen = (door: TenantDoor): SQL | undefined =>
  and(
    sql`EXISTS (SELECT 1 FROM ${tenants} WHERE ${and(eq(tenants.id, door.tenantId), isNull(tenants.disabledAt))})`,
    or(eq(outbox.kind, 'staff-invitation'), door.exists(portalSettings, eq(portalSettings.enabled, true))),
  )

/** Its reader may still come in by it: a person by a client that is switched on, staff by a membership. */
const letsIn = (door: TenantDoor): SQL => {
  const client = door.exists(clients, and(eq(clients.id, accesses.clientId), eq(clients.portalAccess, true)))
  const access = (state: 'invited' | 'active') => door.exists(accesses, and(eq(accesses.portalUserId, outbox.portalUserId), eq(accesses.state, state), client))
  return sql`CASE ${outbox.kind}
    WHEN 'invitation' THEN ${access('invited')}
    WHEN 'access-given' THEN ${access('active')}
    ELSE ${door.exists(memberships, eq(memberships.staffId, outbox.staffId))} END`
}

export const isWanted = (door: TenantDoor): SQL | undefined => and(isNewest(door), isOpen(door), letsIn(door))

/** For the row of one that is not wanted: why. */
export const whyUnwanted = (door: TenantDoor): SQL => sql`CASE
  WHEN NOT (${isOpen(door)}) THEN 'The portal was switched off before it left.'
  WHEN NOT ${letsIn(door)} THEN 'The access was taken away before it left.'
  ELSE 'It was overtaken before it left.' END`
