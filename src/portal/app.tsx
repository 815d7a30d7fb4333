import { type Context, Hono } from 'hono'
import { brandSheetAnswer, logoAnswer } from '#src/branding/answers.ts'
import { forPlatform } from '#src/db/platform.ts'
import { Moved, OtherClient, PortalOff, SignedOut } from '#src/errors.ts'
import { sameOriginOnly } from '#src/guards.ts'
import { customAddress, linkUnder, type Site, siteName } from '#src/hosts.ts'
import { logged } from '#src/log.ts'
import { goTo, notFound, refused, toSignIn } from '#src/refusals.tsx'
import { PlainPage } from '#views/components/plain-page.tsx'
import { accountPages } from './account.tsx'
import type { PortalEnv } from './app-env.ts'
import { chooseClientPages } from './choose-client.tsx'
import { forgotPasswordPages } from './forgot-password.tsx'
import { newLinkPages } from './new-link.tsx'
import { readPages } from './read-pages.ts'
import { returnForms } from './return-form.tsx'
import { clearSession, readSession, writeSession } from './session-cookie.ts'
import { setPasswordPages } from './set-password.tsx'
import { signInPages } from './sign-in.tsx'
import { clientsOnly, openPortal } from './signed-in.ts'

/** Pages behind the sign-in. */
const behind = new Hono<PortalEnv>().use(clientsOnly).route('/', readPages).route('/returns', returnForms).route('/account', accountPages)

/** The session holds, so nobody is signed out: on as the client it has now, or to the choice of those that are left. */
const goOn = async (c: Context<PortalEnv>, { clientId }: OtherClient) => {
  const { token, link } = c.var
  if (!token || clientId === null) return goTo(c, link('/choose-client?notice=closed'))
  await writeSession(c, { ...token, clientId })
  const { pathname, search } = new URL(c.req.url)
  return goTo(c, c.req.method === 'GET' ? pathname + search : link('/'))
}

/** On to the same page under the company's own name. Not for good: the company may give that name up again. */
const moved = (c: Context<PortalEnv>, { hostname }: Moved) => {
  const { pathname, search } = new URL(c.req.url)
  const { base } = c.var
  const page = pathname === base || !pathname.startsWith(`${base}/`) ? '/' : pathname.slice(base.length)
  const target = `${customAddress(c.env, hostname)}${page}${search}`
  // Browsers hold a form's answer to form-action 'self': they would not follow it to another host.
  if (!['GET', 'HEAD'].includes(c.req.method) && !c.req.header('HX-Request')) return c.html(movedPage(customAddress(c.env, hostname)), 409)
  return goTo(c, target)
}

const movedPage = (href: string) => (
  <PlainPage title="This portal has moved" text="It has an address of its own now. Nothing was changed." next={{ href, words: href }} />
)

/**
 * A portal, under whatever path its host serves it.
 * @param siteOf which company's portal a request is for
 */
export const portalApp = (base: '' | `/${string}`, siteOf: (url: URL) => Site) => {
  const link = linkUnder(base)
  const app = new Hono<PortalEnv>()
  app.use(logged('portal'), sameOriginOnly, async (c, next) => {
    const site = siteOf(new URL(c.req.url))
    c.set('site', site)
    c.set('slug', siteName(site))
    c.set('base', base)
    c.set('link', link)
    c.set('token', await readSession(c))
    await next()
  })
  app.get('/assets/brand/:file', brandSheetAnswer)
  // Under every name of the portal: mail that was sent before it moved shows it, too.
  app.get('/assets/logo/:file', async (c) => {
    const { company } = await forPlatform(c.env).companyAt(c.var.site)
    if (company && !company.enabled) throw new PortalOff()
    return logoAnswer(c, company?.tenantId ?? '', company?.logo ?? null, 'public')
  })
  if (base) {
    for (const path of ['/', `${base}/`]) {
      app.get(path, async (c) => {
        await openPortal(c)
        return c.redirect(base, 303)
      })
    }
  }
  app.route(base || '/', signInPages)
  app.route(`${base}/forgot-password`, forgotPasswordPages)
  app.route(`${base}/set-password`, setPasswordPages)
  app.route(`${base}/set-password`, newLinkPages)
  app.route(`${base}/choose-client`, chooseClientPages)
  app.route(base || '/', behind)
  // Nothing is known of the host yet: is it anyone's, and is its portal on? Only then is there more to say.
  const ofOpenPortal = async (c: Context<PortalEnv>, answer: () => Response | Promise<Response>) => {
    try {
      await openPortal(c)
    } catch (reason) {
      return reason instanceof Moved ? moved(c, reason) : refused(reason as Error, c)
    }
    return answer()
  }
  app.notFound((c) => ofOpenPortal(c, () => notFound(c)))
  app.onError((error, c) => {
    if (error instanceof OtherClient) return goOn(c, error)
    if (error instanceof Moved) return moved(c, error)
    if (!(error instanceof SignedOut)) return refused(error, c)
    return ofOpenPortal(c, () => {
      if (c.var.token) clearSession(c)
      return toSignIn(c, link('/sign-in'))
    })
  })
  return app
}
