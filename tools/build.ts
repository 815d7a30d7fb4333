/**
 * The static files: joins the style sheets, takes what packages bring along, names each file by its content, and writes
 * down their addresses in dist/manifest.ts. Nothing is touched that is as it should be, so it may run at any time.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { dictionary } from '@zxcvbn-ts/language-common'
import { transform } from 'lightningcss'

const ROOT = join(import.meta.dirname, '..')
const SITE = join(ROOT, 'dist/site')
const SHORTEST_PASSWORD = 8

/** The order of the layers is declared in layers.css; then a file's name decides. */
const styleSheet = (): string => {
  const folder = join(ROOT, 'public/css')
  const names = readdirSync(folder).filter((name) => name.endsWith('.css'))
  const ordered = names.sort((a, b) => Number(b === 'layers.css') - Number(a === 'layers.css') || (a < b ? -1 : 1))
  // Without targets nothing is rewritten for older browsers: light-dark(), nesting and layers stay what they are.
  return ordered.map((name) => transform({ filename: `public/css/${name}`, code: readFileSync(join(folder, name)), minify: true }).code.toString()).join('\n')
}

/** What people choose first, one a line. Shorter ones are refused for their length already. */
const commonPasswords = (): string => dictionary['passwords-common'].filter((word) => [...word].length >= SHORTEST_PASSWORD).join('\n')

const fromRoot = (path: string) => readFileSync(join(ROOT, path))

/** File name → content, hashed; answers the addresses. */
const hashed = (files: Record<string, string | Uint8Array>) => {
  const contents = new Map<string, string | Uint8Array>()
  const address = (name: string): string => {
    const content = files[name] ?? ''
    const end = extname(name)
    const path = `assets/${basename(name, end)}.${createHash('sha256').update(content).digest('hex').slice(0, 12)}${end}`
    contents.set(path, content)
    return `/${path}`
  }
  return { contents, address }
}

/** Answered without the Worker being asked, so what secures them stands here. No page is among them: nothing may run. */
const HEADERS = `/*
  Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox
  Cross-Origin-Opener-Policy: same-origin
  Cross-Origin-Resource-Policy: same-origin
  Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=()
  Referrer-Policy: no-referrer
  Strict-Transport-Security: max-age=63072000; includeSubDomains
  X-Content-Type-Options: nosniff
  X-Frame-Options: DENY

/assets/*
  ! Cache-Control
  Cache-Control: public, max-age=31536000, immutable
`

const isAsItShouldBe = (path: string, content: string | Uint8Array): boolean => {
  try {
    return readFileSync(path).equals(Buffer.from(content))
  } catch {
    return false
  }
}

/** Whoever reads the file at this moment sees the old one or the new one, never half of it. */
const put = (path: string, content: string | Uint8Array): void => {
  if (isAsItShouldBe(path, content)) return
  mkdirSync(dirname(path), { recursive: true })
  const draft = join(ROOT, 'dist', `.draft-${process.pid}`)
  writeFileSync(draft, content)
  renameSync(draft, path)
}

const removeStale = (kept: Set<string>): void => {
  for (const entry of readdirSync(SITE, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isDirectory() && !kept.has(path)) rmSync(path, { force: true })
  }
}

const build = (): void => {
  const { contents, address } = hashed({
    'portal.css': styleSheet(),
    'htmx.js': fromRoot('node_modules/htmx.org/dist/htmx.min.js'),
    'favicon.svg': fromRoot('public/favicon.svg'),
    'regular.ttf': fromRoot('node_modules/dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
    'bold.ttf': fromRoot('node_modules/dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
    'passwords.txt': commonPasswords(),
  })
  const manifest = `// Written by \`npm run build\`.
export const assets = { css: '${address('portal.css')}', htmx: '${address('htmx.js')}', favicon: '${address('favicon.svg')}' } as const
export const fonts = { regular: '${address('regular.ttf')}', bold: '${address('bold.ttf')}' } as const
export const passwords = '${address('passwords.txt')}' as const
`
  // New files first, then what points to them, and only then the old ones go.
  const files = new Map([...contents, ['_headers', HEADERS] as const].map(([path, content]) => [join(SITE, path), content]))
  for (const [path, content] of files) put(path, content)
  put(join(ROOT, 'dist/manifest.ts'), manifest)
  removeStale(new Set(files.keys()))
}

build()
