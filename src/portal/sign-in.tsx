import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { whereaboutsOf } from '#src/access/device.ts'
import { raisedHash, verifyPassword } from '#src/access/password.ts'
import { isOversized } from '#src/access/password-rules.ts'
import { signIn, signOut } from '#src/access/session.ts'
import { forTenant } from '#src/db/door.ts'
import { signInTries } from '#src/db/limits.ts'
import { forPlatform } from '#src/db/platform.ts'
import { portalSessions } from '#src/db/schema/people.ts'
import { emailKeyOf } from '#src/email-address.ts'
import { NotFound } from '#src/errors.ts'
import { limitGuessing, readForm, safeNext } from '#src/guards.ts'
import { siteName } from '#src/hosts.ts'
import { newId } from '#src/ids.ts'
import { SIGN_IN_NOTICES } from '#src/sign-in-notices.ts'
import { SignInPage } from '#views/portal/sign-in.tsx'
import type { PortalEnv } from './app-env.ts'
import { clearSession, writeSession } from './session-cookie.ts'
import { openPortal, served } from './signed-in.ts'

/** One sentence for every way to fail: it must not say which addresses exist. */
const WRONG = 'That e-mail address and password don’t match.'

export const signInPages = new Hono<PortalEnv>()
  .get('/sign-in', async (c) => {
    const company = await openPortal(c)
    return c.html(<SignInPage company={company} link={c.var.link} next={c.req.query('next')} notice={SIGN_IN_NOTICES.get(c.req.query('notice') ?? '')} />)
  })
  .post('/sign-in', async (c) => {
    const { site, link, now, base } = c.var
    const { email, password, next } = await readForm(c, 'email', 'password', 'next')
    const tries = signInTries(siteName(site), emailKeyOf(email), await limitGuessing(c, siteName(site), emailKeyOf(email)), now)
    const { tries: counted, company, person } = await forPlatform(c.env).portalCredential(site, emailKeyOf(email), tries.take())
    if (!company) throw new NotFound()
    served(site, company)
    tries.check(counted)
    const isRight = !isOversized(password) && (await verifyPassword(password, person?.passwordHash))
    if (isRight && person?.passwordHash) {
      const { portalUserId, passwordHash } = person
      const clientIds = person.clients.map(({ id }) => id)
      const sessionId = newId()
      const raised = await raisedHash(password, passwordHash)
      const entering = { sessionId, portalUserId, passwordHash, raised, clientIds, whereabouts: whereaboutsOf(c.req.raw), now }
      const door = forTenant(c.env, company.tenantId)
      const began = door.exists(portalSessions, eq(portalSessions.id, sessionId))
      const { session } = await door.run({ ...signIn(door, entering), forgotten: tries.forget(began) })
      if (session === 1) {
        const clientId = clientIds.length === 1 ? (clientIds[0] ?? null) : null
        await writeSession(c, { tenantId: company.tenantId, sessionId, portalUserId, clientId, timeZone: company.timeZone })
        return c.redirect(clientId === null ? link('/choose-client') : safeNext(next, new URL(c.req.url).origin, base), 303)
      }
    }
    return c.html(<SignInPage company={company} link={link} email={email} next={next} problem={WRONG} />, 422)
  })
  .post('/sign-out', async (c) => {
    const { token, site, link, now } = c.var
    const door = token && forTenant(c.env, token.tenantId)
    const visit = token && door && (await forPlatform(c.env).visit(site, door, signOut(door, { ...token, now })))
    clearSession(c)
    if (visit) served(site, visit.company)
    else await openPortal(c)
    return c.redirect(link('/sign-in'), 303)
  })
