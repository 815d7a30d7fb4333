import { and, eq, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { TenantDoor } from '#src/db/door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { invitationRuns } from '#src/db/schema/invitation-runs.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { memberships, staff } from '#src/db/schema/staff.ts'
import { portalSettings, tenants } from '#src/db/schema/tenants.ts'

/** Whether a mail that waits should still leave, as conditions over its row in `outbox`: much may have happened since. */

/** It was not overtaken by a newer one, nor its link used or ended. */
const isNewest = (door: TenantDoor): SQL => sql`CASE ${outbox.kind}
  WHEN 'invitation' THEN ${door.exists(portalUsers, and(eq(portalUsers.id, outbox.portalUserId), eq(portalUsers.invitationMailId, outbox.id)))}
  WHEN 'password-reset' THEN ${door.exists(portalUsers, and(eq(portalUsers.id, outbox.portalUserId), eq(portalUsers.resetMailId, outbox.id)))}
  WHEN 'staff-invitation' THEN EXISTS (SELECT 1 FROM ${staff} WHERE ${and(eq(staff.id, outbox.staffId), eq(staff.invitationMailId, outbox.id))})
  WHEN 'staff-password-reset' THEN EXISTS (SELECT 1 FROM ${staff} WHERE ${and(eq(staff.id, outbox.staffId), eq(staff.resetMailId, outbox.id))})
  ELSE 1 END`

/** The company is served, and its portal on where the mail leads to the portal. That a password was changed is told in any case: it warns. */
const isOpen = (door: TenantDoor): SQL | undefined =>
  and(
    sql`EXISTS (SELECT 1 FROM ${tenants} WHERE ${and(eq(tenants.id, door.tenantId), isNull(tenants.disabledAt))})`,
    or(isNotNull(outbox.staffId), eq(outbox.kind, 'password-changed'), door.exists(portalSettings, eq(portalSettings.enabled, true))),
  )

/** Its reader may still come in by it: a person by a client that is switched on (a notice's own, if it names them), staff by a membership. */
const letsIn = (door: TenantDoor): SQL => {
  const client = door.exists(clients, and(eq(clients.id, accesses.clientId), eq(clients.portalAccess, true)))
  const access = (state: 'invited' | 'active', which?: SQL) =>
    door.exists(accesses, and(eq(accesses.portalUserId, outbox.portalUserId), eq(accesses.state, state), which, client))
  const named = sql`(json_type(${outbox.data}, '$.clientIds') IS NULL
    OR ${accesses.clientId} IN (SELECT value FROM json_each(${outbox.data}, '$.clientIds')))`
  return sql`CASE ${outbox.kind}
    WHEN 'invitation' THEN ${access('invited')}
    WHEN 'access-given' THEN ${access('active', named)}
    WHEN 'return-changed' THEN ${and(access('active', named), door.exists(portalSettings, eq(portalSettings.requestReturns, true)))}
    WHEN 'password-reset' THEN ${access('active')}
    WHEN 'password-changed' THEN 1
    WHEN 'staff-password-changed' THEN 1
    ELSE ${door.exists(memberships, and(eq(memberships.staffId, outbox.staffId), isNull(memberships.removedAt)))} END`
}

/** The bulk run it belongs to was not stopped. */
const goesOn = (door: TenantDoor): SQL =>
  sql`NOT ${door.exists(invitationRuns, and(eq(invitationRuns.id, outbox.runId), isNotNull(invitationRuns.cancelledAt)))}`

export const isWanted = (door: TenantDoor): SQL | undefined => and(isNewest(door), isOpen(door), letsIn(door), goesOn(door))

/** For the row of one that is not wanted: why. */
export const whyUnwanted = (door: TenantDoor): SQL => sql`CASE
  WHEN NOT ${goesOn(door)} THEN 'The run was stopped before it left.'
  WHEN NOT (${isOpen(door)}) THEN 'The portal was switched off before it left.'
  WHEN NOT ${letsIn(door)} THEN 'The access was taken away before it left.'
  ELSE 'It was overtaken before it left.' END`
