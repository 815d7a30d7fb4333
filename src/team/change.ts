import { and, eq, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import { audited } from '#src/activity/audit.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { memberships, type Role, staff } from '#src/db/schema/staff.ts'
import type { StaffDoor } from '#src/db/staff-door.ts'
import type { Member } from './members.ts'

/** Another role, and leaving. Somebody always remains who can sign in as owner: each statement holds that by itself. */

/** Another owner than this person, who has a password. */
const anotherOwner = (door: TenantDoor, staffId: string): SQL => sql`EXISTS (
  SELECT 1 FROM ${memberships} AS other JOIN ${staff} AS person ON person.id = other.staff_id AND person.password_hash IS NOT NULL
  WHERE other.tenant_id = ${door.tenantId} AND other.role = 'owner' AND other.removed_at IS NULL AND other.staff_id <> ${staffId})`

/** A condition on memberships: this one, as it was read, and not the last owner's. */
const mayGo = (door: TenantDoor, { staffId, role }: Member) =>
  and(
    eq(memberships.staffId, staffId),
    isNull(memberships.removedAt),
    eq(memberships.role, role),
    or(ne(memberships.role, 'owner'), anotherOwner(door, staffId)),
  )

/** `changed` is 0 for the last owner, and when somebody else changed it first. */
export const changeRole = (door: StaffDoor, member: Member, role: Role) => {
  const holds =
    role === 'owner' ? and(eq(memberships.staffId, member.staffId), isNull(memberships.removedAt), eq(memberships.role, member.role)) : mayGo(door, member)
  const { staffId, now } = door.who
  const change = { setting: 'role', before: `${member.email}: ${member.role}`, after: `${member.email}: ${role}` }
  return {
    ...audited(door, { area: 'team', staffId, now, changes: [change] }, door.exists(memberships, holds)),
    // Last: whoever steps down by it may write no more.
    changed: door.update(memberships, { role }, holds),
  }
}

/** The row stays, marked; a trigger ends what the person had. `changed` is above 0 for the call that did it, 0 for the last owner. */
export const removeMember = (door: StaffDoor, member: Member) => {
  const { staffId, now } = door.who
  const change = { setting: 'member', before: `${member.email}: ${member.role}`, after: '' }
  return {
    ...audited(door, { area: 'team', staffId, now, changes: [change] }, door.exists(memberships, mayGo(door, member))),
    changed: door.update(memberships, { removedAt: now }, mayGo(door, member)),
  }
}
