import { assets } from '#dist/manifest.ts'

/** Nothing inline, nothing from elsewhere, nobody frames us. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** For a file that somebody uploaded, should it be opened by itself: nothing in it runs, and it belongs to no origin. */
export const FILE_SECURITY_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

const ALWAYS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
}

/** What an answer may say for itself: a file is held more tightly than a page, and a logo is shown by programs that read mail in a browser. */
const OWN = new Set(['Content-Security-Policy', 'Cross-Origin-Resource-Policy'])

/** On every answer of the Worker, whatever made it. What says nothing of caching is personal and never stored. */
export const secured = (answer: Response): Response => {
  try {
    return withHeaders(answer)
  } catch {
    // The headers of what was fetched, and of a redirection, can't be changed. Most answers are made here: copying them would cost.
    return withHeaders(new Response(answer.body, answer))
  }
}

/** A page's style sheet is known before the page is: where Cloudflare sends Early Hints, a browser fetches it meanwhile. */
const PRELOAD = `<${assets.css}>; rel=preload; as=style`

const withHeaders = (answer: Response): Response => {
  const { headers } = answer
  if (headers.get('Content-Type')?.startsWith('text/html')) headers.set('Link', PRELOAD)
  headers.append('Vary', 'HX-Request-Type')
  for (const [name, value] of Object.entries(ALWAYS)) if (!OWN.has(name) || !headers.has(name)) headers.set(name, value)
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'private, no-store')
  return answer
}
