import type { Role } from '#src/db/schema/staff.ts'

/** What is a person's own, whatever their role here. */
const OWN = /^\/(?:account|choose-company)(?:\/|$)/
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Who may ask for an address, at least: everyone looks, members work with clients, owners decide about the company.
 * docs/roles.md has the table. One rule for all addresses, so that none can be forgotten.
 */
export const roleNeeded = (method: string, path: string): Role => {
  if (SAFE.has(method) || OWN.test(path)) return 'viewer'
  return path.startsWith('/settings/') ? 'owner' : 'member'
}
