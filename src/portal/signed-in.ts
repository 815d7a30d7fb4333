import { createMiddleware } from 'hono/factory'
import { forClient } from '#src/db/client-door.ts'
import { forPlatform, type PortalCompany } from '#src/db/platform.ts'
import type { Env } from '#src/env.ts'
import { NotFound, PortalOff, SignedOut } from '#src/errors.ts'
import type { ClientEnv } from './app-env.ts'
import { writeSession } from './session-cookie.ts'

/**
 * The company of a host whose portal is on.
 * @throws NotFound for a name nobody has, PortalOff
 */
export const openPortal = async (env: Env, slug: string): Promise<PortalCompany> => {
  const company = await forPlatform(env).companyBySlug(slug)
  if (!company) throw new NotFound()
  if (!company.enabled) throw new PortalOff()
  return company
}

/** Behind the sign-in: opens the client's door. Nothing is asked of the database before the page is. */
export const clientsOnly = createMiddleware<ClientEnv>(async (c, next) => {
  const { token, slug, now, link } = c.var
  if (!token) throw new SignedOut()
  const { clientId, ...session } = token
  if (clientId === null) return c.redirect(link('/choose-client'), 303)
  const door = forClient(c.env, { ...session, clientId, slug, now })
  c.set('door', door)
  await next()
  // A page that wrote or cleared the cookie itself knows better.
  if (door.renewal !== undefined && !c.res.headers.has('Set-Cookie')) await writeSession(c, { ...session, clientId, timeZone: door.renewal })
  return
})
