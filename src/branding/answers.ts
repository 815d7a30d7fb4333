import type { Context } from 'hono'
import type { Env } from '#src/env.ts'
import { NotFound } from '#src/errors.ts'
import { FILE_SECURITY_POLICY } from '#src/headers.ts'
import { type Logo, logoKey } from '#src/logo.ts'
import { brandSheet } from './brand-css.ts'

/** A company's colour as a style sheet, on every surface: a function of its address alone, so it may be kept for ever. */
export const brandSheetAnswer = (c: Context) => {
  const css = brandSheet(c.req.param('file') ?? '')
  if (css === undefined) throw new NotFound()
  return c.body(css, 200, { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'public, max-age=31536000, immutable' })
}

/**
 * A company's logo: only the one it has now, under the name it has now, which may be kept for ever. On a portal's host it is
 * public, and mail shows it too, whoever reads it where; where it took a session to see it, the browser alone keeps it.
 * @throws NotFound
 */
export const logoAnswer = async <E extends { Bindings: Env }>(
  c: Context<E>,
  tenantId: string,
  logo: Logo | null,
  to: 'public' | 'private',
): Promise<Response> => {
  if (logo === null || c.req.param('file') !== `${logo.hash}.png`) throw new NotFound()
  const stored = await c.env.FILES.get(logoKey(tenantId, logo.hash))
  if (!stored) throw new NotFound()
  return new Response(stored.body, {
    headers: {
      'Content-Type': 'image/png',
      'Content-Length': String(stored.size),
      'Cache-Control': `${to}, max-age=31536000, immutable`,
      'Content-Security-Policy': FILE_SECURITY_POLICY,
      ...(to === 'public' && { 'Cross-Origin-Resource-Policy': 'cross-origin' }),
    },
  })
}
