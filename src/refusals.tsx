import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { PlainPage } from '#views/components/plain-page.tsx'
import { MissingSetting } from './env.ts'
import { CrossSite, NotFound, PortalOff, TooLarge, TooMany } from './errors.ts'
import { logError } from './log.ts'

/** The one 404 of a surface: the same bytes for what never was, what is somebody else's, and a page that doesn't exist. */
export const notFound = (c: Context) => c.html(<PlainPage title="Page not found" text="There is nothing at this address, or it isn’t yours to see." />, 404)

/** What ends a request early, as a page. Signing in is each surface's own matter. */
export const refused = (error: Error, c: Context) => {
  if (error instanceof NotFound) return notFound(c)
  if (error instanceof PortalOff) return c.html(<PlainPage title="Not available" text="This portal is not available right now." />, 503)
  if (error instanceof CrossSite)
    return c.html(<PlainPage title="Not accepted" text="This request came from another site. Go back to the page and try again there." />, 403)
  if (error instanceof TooLarge) return c.html(<PlainPage title="Too large" text="That was more than this page takes." />, 413)
  if (error instanceof TooMany) {
    c.header('Retry-After', String(error.seconds))
    return c.html(<PlainPage title="Too many tries" text="Too many tries in a short time. Wait a minute, then try again." />, 429)
  }
  if (error instanceof MissingSetting) {
    logError('missing setting', error)
    return c.html(<PlainPage title="Not set up" text={`${error.setting} is not set. Whoever runs this site has to set it.`} />, 503)
  }
  if (error instanceof HTTPException) return c.html(<PlainPage title="Not accepted" text="This request could not be understood." />, error.status)
  logError('failed', error, { requestId: c.get('requestId') })
  return c.html(<PlainPage title="Something went wrong" text="That didn’t work, and it isn’t your fault. Please try again in a moment." />, 500)
}

/** After signing in, back to the page that was asked for; a fragment's page is replaced as a whole. */
export const toSignIn = (c: Context, signInPath: string) => {
  const { pathname, search } = new URL(c.req.url)
  const target = c.req.method === 'GET' ? `${signInPath}?next=${encodeURIComponent(pathname + search)}` : signInPath
  if (c.req.header('HX-Request')) {
    c.header('HX-Redirect', target)
    return c.body(null, 204)
  }
  return c.redirect(target, 303)
}
