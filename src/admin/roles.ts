import type { Role } from '#src/db/schema/staff.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Who may ask for an address, at least: everyone looks, members work with clients, owners decide about the company.
 * docs/roles.md has the table. One rule for all addresses, so that none can be forgotten.
 */
export const roleNeeded = (method: string, path: string): Role => {
  if (SAFE.has(method)) return 'viewer'
  return path.startsWith('/settings/') ? 'owner' : 'member'
}
