import { type Context, Hono } from 'hono'
import { choices, chooseClient } from '#src/access/session.ts'
import { forTenant } from '#src/db/door.ts'
import { forPlatform } from '#src/db/platform.ts'
import { NotFound, SignedOut } from '#src/errors.ts'
import { readForm } from '#src/guards.ts'
import { ChooseClientPage } from '#views/portal/choose-client.tsx'
import type { PortalEnv } from './app-env.ts'
import { writeSession } from './session-cookie.ts'
import { served } from './signed-in.ts'

/**
 * Who chooses, on their own company's host, and from which clients.
 * @throws SignedOut, PortalOff, Moved
 */
const choosing = async (c: Context<PortalEnv>) => {
  const { token, site, now } = c.var
  if (!token) throw new SignedOut()
  const door = forTenant(c.env, token.tenantId)
  const visit = await forPlatform(c.env).visit(site, door, choices(door, { ...token, now }))
  if (visit) served(site, visit.company)
  if (!visit || visit.answers.clients.length === 0) throw new SignedOut()
  return { token, door, company: visit.company, clients: visit.answers.clients }
}

/** For a person who may see several clients. */
export const chooseClientPages = new Hono<PortalEnv>()
  .get('/', async (c) => {
    const { token, company, clients } = await choosing(c)
    const isClosed = c.req.query('notice') === 'closed'
    return c.html(<ChooseClientPage company={company} link={c.var.link} clients={clients} current={token.clientId ?? undefined} isClosed={isClosed} />)
  })
  .post('/', async (c) => {
    const { now, link } = c.var
    const { client } = await readForm(c, 'client')
    const { token, door } = await choosing(c)
    const { chosen } = await door.run(chooseClient(door, { ...token, now }, client))
    if (chosen !== 1) throw new NotFound()
    await writeSession(c, { ...token, clientId: client })
    return c.redirect(link('/'), 303)
  })
