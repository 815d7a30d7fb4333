import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { PlainPage, PlainPart } from '#views/components/plain-page.tsx'
import { MissingSetting } from './env.ts'
import { CrossSite, NoForm, NotAllowed, NotFound, NotReady, OnlyLooking, PortalOff, TooLarge, TooMany, type TooManyOf } from './errors.ts'
import { wantsFragment } from './guards.ts'
import { logError } from './log.ts'

/** A page, or only a part of one where a part was asked for. */
const plain = (c: Context, status: ContentfulStatusCode, words: Parameters<typeof PlainPage>[0]) =>
  c.html(wantsFragment(c) ? <PlainPart {...words} /> : <PlainPage {...words} />, status)

// The start of whichever host it is: the same bytes on each of them.
const NOT_FOUND = {
  title: 'Page not found',
  text: 'There is nothing at this address, or it isn’t yours to see.',
  next: { href: '/', words: 'Go to the start page' },
}

const TOO_MANY: Record<TooManyOf, { title: string; text: string }> = {
  posts: { title: 'Too many tries', text: 'Too many tries in a short time.' },
  'wrong passwords': { title: 'Too many tries', text: 'Too many wrong passwords for this address came from your network.' },
  resets: { title: 'Too many resets', text: 'At most 3 password resets an hour are sent to one address.' },
  resends: { title: 'Too many invitations', text: 'At most 20 invitations an hour are sent again for one company.' },
  'staff invitations': { title: 'Too many invitations', text: 'At most 20 invitations an hour are sent to one team.' },
  'new links': { title: 'Too many links', text: 'At most 3 new links an hour are sent to one address.' },
}

/** What was too much, and when to try again. For a notice; `refused` makes a page of it. Answer it with 429 and Retry-After. */
export const tooMany = ({ of, seconds }: TooMany): { title: string; text: string } => {
  const { title, text } = TOO_MANY[of]
  const minutes = Math.ceil(seconds / 60)
  return { title, text: `${text} Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.` }
}

/** The one 404 of a surface: the same bytes for what never was, what is somebody else's, and a page that doesn't exist. */
export const notFound = (c: Context) => plain(c, 404, NOT_FOUND)

/** The same for hosts that nobody has, where no surface answers. */
export const nowhere = (): Response =>
  new Response(String(<PlainPage {...NOT_FOUND} />), { status: 404, headers: { 'Content-Type': 'text/html; charset=UTF-8' } })

/** What ends a request early, as a page. Signing in is each surface's own matter. */
export const refused = (error: Error, c: Context) => {
  if (error instanceof NotFound) return notFound(c)
  if (error instanceof PortalOff) return plain(c, 503, { title: 'Not available', text: 'This portal is not available right now.' })
  if (error instanceof NotReady) return plain(c, 503, { title: 'Not ready', text: 'This address is being set up. Please try again later.' })
  if (error instanceof NotAllowed)
    return plain(c, 403, { title: 'Not allowed', text: 'Your role doesn’t allow this. Nothing was changed. Ask an owner of the company.' })
  if (error instanceof OnlyLooking) {
    c.header('Allow', 'GET, HEAD')
    return plain(c, 405, { title: 'Only to look at', text: 'This is the portal as your client sees it. Nothing can be changed here.' })
  }
  if (error instanceof CrossSite)
    return plain(c, 403, { title: 'Not accepted', text: 'This request came from another site. Go back to the page and try again there.' })
  if (error instanceof NoForm) return plain(c, 415, { title: 'Not accepted', text: 'This page takes its own form, and nothing else.' })
  if (error instanceof TooLarge) return plain(c, 413, { title: 'Too large', text: 'That was more than this page takes.' })
  if (error instanceof TooMany) {
    c.header('Retry-After', String(error.seconds))
    return plain(c, 429, tooMany(error))
  }
  if (error instanceof MissingSetting) {
    logError('missing setting', error)
    return plain(c, 503, { title: 'Not set up', text: `${error.setting} is not set. Whoever runs this site has to set it.` })
  }
  if (error instanceof HTTPException)
    return plain(c, error.status as ContentfulStatusCode, { title: 'Not accepted', text: 'This request could not be understood.' })
  logError('failed', error, { requestId: c.get('requestId') })
  return plain(c, 500, { title: 'Something went wrong', text: 'That didn’t work, and it isn’t your fault. Please try again in a moment.' })
}

/** After signing in, back to the page that was asked for; a form that was sent is not sent again, and the page says so. A fragment's page is replaced as a whole. */
export const toSignIn = (c: Context, signInPath: string) => {
  const { pathname, search } = new URL(c.req.url)
  const target = c.req.method === 'GET' ? `${signInPath}?next=${encodeURIComponent(pathname + search)}` : `${signInPath}?notice=unsent`
  return goTo(c, target)
}

/** Elsewhere, as a whole page: a fragment's page is replaced. */
export const goTo = (c: Context, target: string) => {
  if (c.req.header('HX-Request')) {
    c.header('HX-Redirect', target)
    return c.body(null, 204)
  }
  return c.redirect(target, 303)
}
