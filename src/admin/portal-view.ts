import { Hono } from 'hono'
import { portalViewed } from '#src/activity/entries.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import { forPortalView } from '#src/db/portal-view-door.ts'
import type { Env } from '#src/env.ts'
import { OnlyLooking } from '#src/errors.ts'
import { isView } from '#src/guards.ts'
import { type Link, linkUnder } from '#src/hosts.ts'
import type { StaffEnv } from './app-env.ts'

/** What a client may look at, by whichever door it is given. */
export type PortalPages = Hono<{ Bindings: Env; Variables: { door: ClientDoor; link: Link } }>

/** The portal as one client sees it, for staff: the portal's own pages, to look at. */
export const portalView = (pages: PortalPages) => {
  const view = new Hono<StaffEnv>()
  view.use(async (c, next) => {
    if (!['GET', 'HEAD'].includes(c.req.method)) throw new OnlyLooking()
    const staffDoor = c.var.door
    const clientId = c.req.param('clientId') ?? ''
    const door = forPortalView(c.env, staffDoor, clientId, isView(c) ? portalViewed(staffDoor, clientId) : undefined)
    // The pages find the client's door where they look for it.
    c.set('door' as never, door as never)
    c.set('link', linkUnder(`/clients/${clientId}/portal-view`))
    await next()
    staffDoor.renewal = door.renewal
  })
  view.route('/', pages)
  return view
}
