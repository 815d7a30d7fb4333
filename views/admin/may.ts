import type { Role } from '#src/db/schema/staff.ts'

/** From the one that may least to the one that may most. The door says the same to whoever asks without a button. */
const ORDER: readonly Role[] = ['viewer', 'member', 'owner']

/** Whether a page offers to this role what at least the other one may do. */
export const may = (role: Role, needs: Role): boolean => ORDER.indexOf(role) >= ORDER.indexOf(needs)
