import { Hono } from 'hono'
import { verifyPassword } from '#src/access/password.ts'
import { isOversized } from '#src/access/password-rules.ts'
import { signIn, signOut } from '#src/access/session.ts'
import { forTenant } from '#src/db/door.ts'
import { forPlatform } from '#src/db/platform.ts'
import { emailKeyOf } from '#src/email-address.ts'
import { NotFound, PortalOff } from '#src/errors.ts'
import { limitGuessing, readForm, safeNext } from '#src/guards.ts'
import { newId } from '#src/ids.ts'
import { SignInPage } from '#views/portal/sign-in.tsx'
import type { PortalEnv } from './app-env.ts'
import { clearSession, writeSession } from './session-cookie.ts'
import { openPortal } from './signed-in.ts'

/** One sentence for every way to fail: it must not say which addresses exist. */
const WRONG = 'That e-mail address and password don’t match.'

export const signInPages = new Hono<PortalEnv>()
  .get('/sign-in', async (c) => {
    const company = await openPortal(c.env, c.var.slug)
    return c.html(<SignInPage company={company} link={c.var.link} next={c.req.query('next')} />)
  })
  .post('/sign-in', async (c) => {
    const { slug, link, now, base } = c.var
    const { email, password, next } = await readForm(c, 'email', 'password', 'next')
    await limitGuessing(c, slug, emailKeyOf(email))
    const { company, person } = await forPlatform(c.env).portalCredential(slug, emailKeyOf(email))
    if (!company) throw new NotFound()
    if (!company.enabled) throw new PortalOff()
    const isRight = !isOversized(password) && (await verifyPassword(password, person?.passwordHash))
    if (isRight && person?.passwordHash) {
      const { portalUserId, passwordHash, clientIds } = person
      const sessionId = newId()
      const door = forTenant(c.env, company.tenantId)
      const { session } = await door.run(signIn(door, { sessionId, portalUserId, passwordHash, clientIds, now }))
      if (session === 1) {
        const clientId = clientIds.length === 1 ? (clientIds[0] ?? null) : null
        await writeSession(c, { tenantId: company.tenantId, sessionId, portalUserId, clientId, timeZone: company.timeZone })
        return c.redirect(clientId === null ? link('/choose-client') : safeNext(next, new URL(c.req.url).origin, base), 303)
      }
    }
    return c.html(<SignInPage company={company} link={link} email={email} next={next} problem={WRONG} />, 422)
  })
  .post('/sign-out', async (c) => {
    const { token, link, now } = c.var
    if (token) {
      const door = forTenant(c.env, token.tenantId)
      await door.run(signOut(door, { ...token, now }))
    }
    clearSession(c)
    return c.redirect(link('/sign-in'), 303)
  })
