import type { PortalToken } from '#src/access/session-token.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import type { Env } from '#src/env.ts'
import type { Link, Site } from '#src/hosts.ts'

/** What every portal handler finds in its context. */
export type PortalEnv = {
  Bindings: Env
  Variables: {
    site: Site
    /** For the log. */
    slug: string
    base: string
    link: Link
    now: number
    /** What the cookie says; its signature is checked, whether it still holds is not. */
    token: PortalToken | undefined
  }
}

/** For pages that only look: a client's own, and those of staff who look as that client. */
export type ReadEnv = { Bindings: Env; Variables: { door: ClientDoor; link: Link } }

/** For pages behind the sign-in. */
export type ClientEnv = { Bindings: Env; Variables: PortalEnv['Variables'] & { door: ClientDoor } }
