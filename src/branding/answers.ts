import type { Context } from 'hono'
import { NotFound } from '#src/errors.ts'
import { brandSheet } from './brand-css.ts'

/** A company's colour as a style sheet, on every surface: a function of its address alone, so it may be kept for ever. */
export const brandSheetAnswer = (c: Context) => {
  const css = brandSheet(c.req.param('file') ?? '')
  if (css === undefined) throw new NotFound()
  return c.body(css, 200, { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'public, max-age=31536000, immutable' })
}
