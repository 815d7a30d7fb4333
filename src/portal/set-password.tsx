import { type Context, Hono } from 'hono'
import { whereaboutsOf } from '#src/access/device.ts'
import { type KnownLink, linkOf, linkReads } from '#src/access/link.ts'
import { passwordChangedMail } from '#src/access/notice.ts'
import { suggestPassphrase } from '#src/access/passphrase.ts'
import { hashPassword } from '#src/access/password.ts'
import { passwordMinimum, passwordProblem } from '#src/access/password-rules.ts'
import { useLink, useResetLink } from '#src/access/use-link.ts'
import { forTenant, type TenantDoor } from '#src/db/door.ts'
import { forPlatform, type PortalCompany } from '#src/db/platform.ts'
import { limitGuessing, readForm, wantsFragment } from '#src/guards.ts'
import { siteName } from '#src/hosts.ts'
import { newId } from '#src/ids.ts'
import { type PortalLinkPurpose, readPortalLink } from '#src/mail/links.ts'
import { announceMail } from '#src/mail/outbox.ts'
import { NewPassword } from '#views/components/new-password.tsx'
import { LinkEndedPage } from '#views/portal/link-ended.tsx'
import { SetPasswordPage } from '#views/portal/set-password.tsx'
import type { PortalEnv } from './app-env.ts'
import { clearSession, writeSession } from './session-cookie.ts'
import { openPortal, served } from './signed-in.ts'

type Opened = { company: PortalCompany; door: TenantDoor; mailId: string; purpose: PortalLinkPurpose; link: KnownLink }
type Ended = { company: PortalCompany; purpose: PortalLinkPurpose | undefined; link: { state: 'ended' } }

/**
 * What a link opens on this host. A forged one, or another company's, is answered like one that has ended.
 * @throws NotFound, PortalOff, Moved
 */
export const openLink = async (c: Context<PortalEnv>, token: string): Promise<Opened | Ended> => {
  const { site, now } = c.var
  const named = await readPortalLink(c.env, token)
  const door = named && forTenant(c.env, named.tenantId)
  const visit = named && door && (await forPlatform(c.env).visit(site, door, linkReads(door, named.purpose, named.mailId)))
  if (!visit) return { company: await openPortal(c), purpose: undefined, link: { state: 'ended' } }
  const { answers } = visit
  const company = served(site, visit.company)
  const link = linkOf(answers, now)
  return link.state === 'ended' ? { company, purpose: named.purpose, link } : { company, door, mailId: named.mailId, purpose: named.purpose, link }
}

/** The page of a link that opens nothing now, with what to do about it. */
export const notOpen = (c: Context<PortalEnv>, token: string, { company, purpose, link }: Opened | Ended) => {
  const state = link.state === 'expired' ? 'expired' : 'ended'
  return c.html(<LinkEndedPage company={company} link={c.var.link} token={token} purpose={purpose} state={state} />, 410)
}

const formOf = (c: Context<PortalEnv>, token: string, { company, purpose, link }: Opened) => ({
  company,
  link: c.var.link,
  token,
  purpose,
  email: link.person.email,
  clients: link.clients.map(({ name }) => name),
  minimum: passwordMinimum(c.env),
})

export const setPasswordPages = new Hono<PortalEnv>()
  .get('/:token', async (c) => {
    const token = c.req.param('token')
    const opened = await openLink(c, token)
    if (opened.link.state !== 'open' || !('door' in opened)) return notOpen(c, token, opened)
    const form = formOf(c, token, opened)
    const suggestion = c.req.query('suggest') === undefined ? undefined : await suggestPassphrase(c.env, form.minimum)
    const path = c.var.link(`/set-password/${token}`)
    return c.html(wantsFragment(c) ? <NewPassword {...form} path={path} suggestion={suggestion} /> : <SetPasswordPage {...form} suggestion={suggestion} />)
  })
  .post('/:token', async (c) => {
    const token = c.req.param('token')
    await limitGuessing(c, siteName(c.var.site), token)
    const { password } = await readForm(c, 'password')
    const opened = await openLink(c, token)
    if (opened.link.state !== 'open' || !('door' in opened)) return notOpen(c, token, opened)
    const { company, link } = opened
    const known = { company: company.name, address: link.person.email, name: link.person.name, clients: link.clients.map(({ name }) => name) }
    const problem = await passwordProblem(c.env, password, known)
    if (problem) return c.html(<SetPasswordPage {...formOf(c, token, opened)} problem={problem} />, 422)
    const passwordHash = await hashPassword(password)
    return opened.purpose === 'invitation' ? await comeIn(c, token, opened, passwordHash) : await reset(c, token, opened, passwordHash)
  })

/** An invitation: the person is signed in. */
const comeIn = async (c: Context<PortalEnv>, token: string, opened: Opened, passwordHash: string) => {
  const { company, door, mailId, link } = opened
  const sessionId = newId()
  const portalUserId = link.person.id
  const clientIds = link.clients.map(({ id }) => id)
  const use = { mailId, portalUserId, passwordHash, sessionId, clientIds, whereabouts: whereaboutsOf(c.req.raw), now: c.var.now }
  const { used } = await door.run(useLink(door, use))
  if (used !== 1) return notOpen(c, token, { company, purpose: opened.purpose, link: { state: 'ended' } })
  const clientId = clientIds.length === 1 ? (clientIds[0] ?? null) : null
  await writeSession(c, { tenantId: company.tenantId, sessionId, portalUserId, clientId, timeZone: company.timeZone })
  return c.redirect(c.var.link(clientId === null ? '/choose-client' : '/'), 303)
}

/** A reset: nobody is signed in any more, on whatever device. */
const reset = async (c: Context<PortalEnv>, token: string, opened: Opened, passwordHash: string) => {
  const { company, door, mailId, link } = opened
  const { now } = c.var
  const notice = passwordChangedMail({
    env: c.env,
    person: link.person,
    clients: link.clients.map(({ name }) => name),
    rows: { profiles: [company], settings: [company] },
    tenant: company,
    whereabouts: whereaboutsOf(c.req.raw),
    now,
  })
  const { used } = await door.run(useResetLink(door, { mailId, portalUserId: link.person.id, passwordHash, now }, notice))
  if (used !== 1) return notOpen(c, token, { company, purpose: opened.purpose, link: { state: 'ended' } })
  c.executionCtx.waitUntil(announceMail(c.env, [{ tenantId: company.tenantId, mailId: notice.id }]))
  if (c.var.token?.portalUserId === link.person.id) clearSession(c)
  return c.redirect(c.var.link('/sign-in?notice=password-changed'), 303)
}
