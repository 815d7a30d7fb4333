import { expect } from 'vitest'

/** What every answer of the Worker must say, whatever it is. */
export const expectSafeHeaders = (response: Response): void => {
  const policy = response.headers.get('Content-Security-Policy') ?? ''
  const directives = new Map(policy.split(';').map((part) => [part.trim().split(' ')[0], part.trim().split(' ').slice(1)]))
  expect(directives.get('default-src')).toEqual(["'none'"])
  expect(directives.get('frame-ancestors')).toEqual(["'none'"])
  expect(directives.get('base-uri')).toEqual(["'none'"])
  // A file that somebody uploaded may do nothing at all.
  const isFile = directives.has('sandbox')
  expect(directives.get('form-action')).toEqual([isFile ? "'none'" : "'self'"])
  expect(policy).not.toMatch(/unsafe-|nonce-|https?:|data:|blob:|\*/)
  for (const name of ['script-src', 'style-src', 'img-src', 'connect-src']) expect(directives.get(name)).toEqual(isFile ? undefined : ["'self'"])
  expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
  expect(response.headers.get('Referrer-Policy')).toBe('no-referrer')
  expect(Number(/max-age=(\d+); includeSubDomains/.exec(response.headers.get('Strict-Transport-Security') ?? '')?.[1])).toBeGreaterThanOrEqual(31_536_000)
  expect(response.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin')
  const isAsset = response.headers.get('Content-Type')?.startsWith('text/css') ?? false
  expect(response.headers.get('Cache-Control')).toMatch(isAsset ? /immutable/ : /private.*no-store|no-store.*private/)
  expect(response.headers.get('Vary')).toContain('HX-Request-Type')
  if (isFile) expect(response.headers.get('Content-Type')).toBe('image/jpeg')
  else if (response.body) expect(response.headers.get('Content-Type')).toMatch(/charset=utf-8|application\/(pdf|zip|json)/i)
  for (const cookie of response.headers.getSetCookie())
    expect(cookie).toMatch(/^__Host-(portal|staff)=[^;]*(?=.*; HttpOnly)(?=.*; Secure)(?=.*; SameSite=Lax)(?=.*; Path=\/(;|$))(?!.*Domain)/)
}
