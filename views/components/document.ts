import { html, raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { assets } from '#dist/manifest.ts'

// Nothing evaluated, no style sheet made at run time: the Content-Security-Policy allows neither.
const HTMX = JSON.stringify({ includeIndicatorCSS: false, mode: 'same-origin', defaultTimeout: 20_000 })

type DocumentProps = {
  /** As it reads in the tab, the company's name last. */
  title: string
  /** BCP 47; the words are English. */
  lang?: string | undefined
  /** A company's colour, `#rrggbb`; without it, the colour of the house. */
  brandColour?: string | undefined
  /** Staff pages have a style sheet more. */
  forStaff?: boolean
  /** Class of the body: how it is laid out. */
  body?: string | undefined
  children: Child
}

// The same on every page. Templates here, as in the rows of long tables: each page pays for its frame.
const ALWAYS = html`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no">
<link rel="icon" href="${assets.favicon}" type="image/svg+xml">
<link rel="stylesheet" href="${assets.css}">`
const SCRIPT = html`<script src="${assets.script}" defer></script>`
const FOR_STAFF = html`<link rel="stylesheet" href="${assets.staffCss}">`
const FOR_HTMX = html`<meta name="htmx-config" content="${HTMX}"><script src="${assets.htmx}" defer></script>`

/** The frame of every page: the only place that writes a doctype. The page inside has one `<main id="main" tabindex={-1}>`. */
export const Document = ({ title, lang = 'en-GB', brandColour, forStaff = false, body, children }: DocumentProps) => {
  // Written first, to know what it needs: many pages ask for nothing that htmx does, and don't load it.
  const written = html`${children}`.toString()
  return html`<!DOCTYPE html>
<html lang="${lang}"><head>
${ALWAYS}
<title>${title}</title>
${forStaff && FOR_STAFF}${brandColour && html`<link rel="stylesheet" href="/assets/brand/${brandColour.slice(1)}.css">`}${written.includes(' hx-') && FOR_HTMX}${SCRIPT}
</head>
<body${body && html` class="${body}"`}><a class="jump" href="#main">Skip to content</a>${raw(written)}</body></html>`
}
