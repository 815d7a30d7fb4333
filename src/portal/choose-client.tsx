import { Hono } from 'hono'
import { choices, chooseClient } from '#src/access/session.ts'
import { forTenant } from '#src/db/door.ts'
import { forPlatform } from '#src/db/platform.ts'
import { NotFound, PortalOff, SignedOut } from '#src/errors.ts'
import { readForm } from '#src/guards.ts'
import { ChooseClientPage } from '#views/portal/choose-client.tsx'
import type { PortalEnv } from './app-env.ts'
import { writeSession } from './session-cookie.ts'

/** For a person who may see several clients. */
export const chooseClientPages = new Hono<PortalEnv>()
  .get('/', async (c) => {
    const { token, slug, now, link } = c.var
    if (!token) throw new SignedOut()
    const door = forTenant(c.env, token.tenantId)
    const visit = await forPlatform(c.env).visit(slug, door, choices(door, { ...token, now }))
    if (visit && !visit.company.enabled) throw new PortalOff()
    if (!visit || visit.answers.clients.length === 0) throw new SignedOut()
    return c.html(<ChooseClientPage company={visit.company} link={link} clients={visit.answers.clients} current={token.clientId ?? undefined} />)
  })
  .post('/', async (c) => {
    const { token, now, link } = c.var
    if (!token) throw new SignedOut()
    const { client } = await readForm(c, 'client')
    const door = forTenant(c.env, token.tenantId)
    const { chosen } = await door.run(chooseClient(door, { ...token, now }, client))
    if (chosen !== 1) throw new NotFound()
    await writeSession(c, { ...token, clientId: client })
    return c.redirect(link('/'), 303)
  })
