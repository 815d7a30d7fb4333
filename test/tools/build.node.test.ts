import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { build } from '#tools/build.ts'

const folder = mkdtempSync(join(tmpdir(), 'stockflow-'))
afterAll(() => rmSync(folder, { recursive: true }))

const site = join(folder, 'site')
const { assets, fonts, passwords, words, suffixes } = build(folder)
const addresses = [...Object.values(assets), ...Object.values(fonts), passwords, words, suffixes]
const textOf = (address: string) => readFileSync(join(site, address), 'utf8')

describe('the static files', () => {
  test('are named by their content, and the manifest tells their addresses', () => {
    const manifest = readFileSync(join(folder, 'manifest.ts'), 'utf8')
    for (const address of addresses) {
      const hash = createHash('sha256')
        .update(readFileSync(join(site, address)))
        .digest('hex')
        .slice(0, 12)
      expect(address).toMatch(new RegExp(`^/assets/[a-z]+\\.${hash}\\.[a-z]+$`))
      expect(manifest).toContain(`"${address}"`)
    }
  })

  test('are all there is, and no stale one stays', () => {
    const stale = join(site, 'assets/portal.000000000000.css')
    writeFileSync(stale, 'body{}')
    build(folder)
    expect(existsSync(stale)).toBe(false)
    const files = readdirSync(site, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.map(({ parentPath, name }) => join(parentPath, name).slice(site.length)).sort()).toEqual(['/_headers', ...addresses].sort())
  })

  test('are left alone when nothing changed', () => {
    const paths = [join(folder, 'manifest.ts'), ...addresses.map((address) => join(site, address))]
    const times = () => paths.map((path) => statSync(path).mtimeMs)
    const before = times()
    build(folder)
    expect(times()).toEqual(before)
  })

  test('keep what modern CSS says, the order of the layers first', () => {
    const css = textOf(assets.css)
    expect(css).toContain('light-dark(')
    expect(css).toMatch(/^@layer [a-z, ]+;/)
  })

  test('hold common passwords of 8 characters and more, one a line', () => {
    const words = textOf(passwords).split('\n')
    expect(words.length).toBeGreaterThan(10_000)
    expect(words).toEqual(expect.arrayContaining(['password', 'qwertyuiop', '12345678']))
    expect(words.filter((word) => [...word].length < 8 || word !== word.toLowerCase())).toEqual([])
  })

  test('hold the words that passphrases are drawn from, one a line', () => {
    const list = textOf(words).split('\n')
    expect(new Set(list).size).toBe(7772)
    expect(list.filter((word) => !/^[a-z]{3,9}$/.test(word))).toEqual([])
  })

  test('hold the endings of names, in punycode, one a line', () => {
    const rules = textOf(suffixes).split('\n')
    expect(rules.length).toBeGreaterThan(10_000)
    expect(rules).toEqual(expect.arrayContaining(['com', 'co.uk', 'github.io', '*.ck', '!www.ck', 'xn--p1ai', '6.azurestaticapps.net']))
    expect(rules.filter((rule) => !/^!?(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(rule))).toEqual([])
  })
})
