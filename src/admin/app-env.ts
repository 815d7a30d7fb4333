import type { StaffDoor } from '#src/db/staff-door.ts'
import type { Env } from '#src/env.ts'
import type { Link } from '#src/hosts.ts'

/** What every staff handler finds in its context. */
export type StaffEnv = { Bindings: Env; Variables: { door: StaffDoor; link: Link; now: number } }
