import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { forClient } from '#src/db/client-door.ts'
import { forPlatform, type PortalCompany } from '#src/db/platform.ts'
import { Moved, NotFound, NotReady, PortalOff, SignedOut } from '#src/errors.ts'
import type { Site } from '#src/hosts.ts'
import type { ClientEnv, PortalEnv } from './app-env.ts'
import { writeSession } from './session-cookie.ts'

/**
 * A company, if this is where its portal is served now.
 * @throws PortalOff, Moved
 */
export const served = (site: Site, company: PortalCompany): PortalCompany => {
  if (!company.enabled) throw new PortalOff()
  if (company.hostname !== null && 'slug' in site) throw new Moved(company.hostname)
  return company
}

/**
 * The company of a host whose portal is on.
 * @throws NotFound for a name nobody has, NotReady for one that doesn't serve yet, PortalOff, Moved
 */
export const openPortal = async ({ env, var: { site } }: Context<PortalEnv>): Promise<PortalCompany> => {
  const { company, isClaimed } = await forPlatform(env).companyAt(site)
  if (company) return served(site, company)
  throw isClaimed ? new NotReady() : new NotFound()
}

/** Behind the sign-in: opens the client's door. Nothing is asked of the database before the page is. */
export const clientsOnly = createMiddleware<ClientEnv>(async (c, next) => {
  const { token, site, now, link } = c.var
  if (!token) throw new SignedOut()
  const { clientId, ...session } = token
  if (clientId === null) return c.redirect(link('/choose-client'), 303)
  const door = forClient(c.env, { ...session, clientId, site, now })
  c.set('door', door)
  await next()
  // A page that wrote or cleared the cookie itself knows better.
  if (door.renewal !== undefined && !c.res.headers.has('Set-Cookie')) await writeSession(c, { ...session, clientId, timeZone: door.renewal })
  return
})
