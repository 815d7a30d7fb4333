import { type Context, Hono } from 'hono'
import { linkOf, linkReads, useLink } from '#src/access/link.ts'
import { hashPassword } from '#src/access/password.ts'
import { passwordMinimum, passwordProblem } from '#src/access/password-rules.ts'
import { forTenant } from '#src/db/door.ts'
import { forPlatform, type PortalCompany } from '#src/db/platform.ts'
import { PortalOff } from '#src/errors.ts'
import { limitNetwork, readForm } from '#src/guards.ts'
import { newId } from '#src/ids.ts'
import { readLinkToken } from '#src/mail/links.ts'
import { LinkEndedPage } from '#views/portal/link-ended.tsx'
import { SetPasswordPage } from '#views/portal/set-password.tsx'
import type { PortalEnv } from './app-env.ts'
import { writeSession } from './session-cookie.ts'
import { openPortal } from './signed-in.ts'

/**
 * What a link opens on this host. A forged one, or another company's, is answered like one that has ended.
 * @throws NotFound, PortalOff
 */
const openLink = async (c: Context<PortalEnv>, token: string) => {
  const { slug, now } = c.var
  const named = await readLinkToken(c.env, 'invitation', token)
  if (!named) return { company: await openPortal(c.env, slug), link: { state: 'ended' as const } }
  const door = forTenant(c.env, named.tenantId)
  const visit = await forPlatform(c.env).visit(slug, door, linkReads(door, named.mailId))
  if (!visit) return { company: await openPortal(c.env, slug), link: { state: 'ended' as const } }
  if (!visit.company.enabled) throw new PortalOff()
  return { company: visit.company, door, mailId: named.mailId, link: linkOf(visit.answers, now) }
}

const ended = (c: Context<PortalEnv>, company: PortalCompany, reason: 'expired' | 'ended') =>
  c.html(<LinkEndedPage company={company} link={c.var.link} reason={reason} />, 410)

export const setPasswordPages = new Hono<PortalEnv>()
  .get('/:token', async (c) => {
    const token = c.req.param('token')
    const { company, link: opened } = await openLink(c, token)
    if (opened.state !== 'open') return ended(c, company, opened.state)
    const clients = opened.clients.map(({ name }) => name)
    return c.html(
      <SetPasswordPage company={company} link={c.var.link} token={token} email={opened.person.email} clients={clients} minimum={passwordMinimum(c.env)} />,
    )
  })
  .post('/:token', async (c) => {
    const { link, now } = c.var
    const token = c.req.param('token')
    await limitNetwork(c)
    const { password } = await readForm(c, 'password')
    const { company, door, mailId, link: opened } = await openLink(c, token)
    if (opened.state !== 'open' || !door) return ended(c, company, opened.state === 'open' ? 'ended' : opened.state)
    const clients = opened.clients.map(({ name }) => name)
    const problem = await passwordProblem(c.env, password)
    if (problem) {
      return c.html(
        <SetPasswordPage
          company={company}
          link={link}
          token={token}
          email={opened.person.email}
          clients={clients}
          minimum={passwordMinimum(c.env)}
          problem={problem}
        />,
        422,
      )
    }
    const sessionId = newId()
    const clientIds = opened.clients.map(({ id }) => id)
    const passwordHash = await hashPassword(password)
    const { used } = await door.run(useLink(door, { mailId, portalUserId: opened.person.id, passwordHash, sessionId, clientIds, now }))
    if (used !== 1) return ended(c, company, 'ended')
    const clientId = clientIds.length === 1 ? (clientIds[0] ?? null) : null
    await writeSession(c, { tenantId: company.tenantId, sessionId, portalUserId: opened.person.id, clientId, timeZone: company.timeZone })
    return c.redirect(link(clientId === null ? '/choose-client' : '/'), 303)
  })
