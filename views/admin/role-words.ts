import type { Role } from '#src/db/schema/staff.ts'

/** What each role is called, and what it may. */
export const ROLE_WORDS: Record<Role, { name: string; may: string }> = {
  owner: { name: 'Owner', may: 'everything, settings and team included' },
  member: { name: 'Member', may: 'clients, invitations, imports and notes' },
  viewer: { name: 'Viewer', may: 'looks, and changes nothing' },
}
