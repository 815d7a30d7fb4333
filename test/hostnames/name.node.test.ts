import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'tldts'
import { describe, expect, it } from 'vitest'
import { suffixes } from '#dist/manifest.ts'
import { hostnameOf } from '#src/hostnames/name.ts'
import { publicSuffixOf } from '#src/hostnames/suffixes.ts'

/** What people type for a domain: what becomes of it, or what they are told. */

const HOUSE = { baseDomain: 'stockflow.io', isLocal: false }
const RULES = readFileSync(join(import.meta.dirname, '../../dist/site', suffixes), 'utf8')
const said = (typed: string, house = HOUSE) => {
  const named = hostnameOf(typed, house, RULES)
  return 'hostname' in named ? named.hostname : named.problem
}

const GOOD: [typed: string, hostname: string][] = [
  ['portal.acme.com', 'portal.acme.com'],
  ['Portal.ACME.Com', 'portal.acme.com'],
  ['portal.acme.com.', 'portal.acme.com'],
  ['  portal.acme.com\t', 'portal.acme.com'],
  ['\u00a0portal.acme.com\u200b', 'portal.acme.com'],
  ['https://portal.acme.com/', 'portal.acme.com'],
  ['http://portal.acme.com', 'portal.acme.com'],
  ['HTTPS://PORTAL.acme.com', 'portal.acme.com'],
  ['a.b.c.acme.com', 'a.b.c.acme.com'],
  ['portal.acme.co.uk', 'portal.acme.co.uk'],
  ['portal.acme.com.au', 'portal.acme.com.au'],
  ['portal.acme.github.io', 'portal.acme.github.io'],
  ['clients-area.acme.com', 'clients-area.acme.com'],
  ['1.acme.com', '1.acme.com'],
  ['portal.123.com', 'portal.123.com'],
  ['portal.acme.museum', 'portal.acme.museum'],
  ['portal.acme.xn--p1ai', 'portal.acme.xn--p1ai'],
  ['портал.пример.рф', 'xn--80awhdgm.xn--e1afmkfd.xn--p1ai'],
  ['kunden.müller.de', 'kunden.xn--mller-kva.de'],
  ['KUNDEN.MÜLLER.DE', 'kunden.xn--mller-kva.de'],
  ['kunden.straße.de', 'kunden.xn--strae-oqa.de'],
  ['顧客.例え.jp', 'xn--ubt172l.xn--r8jz45g.jp'],
  ['portal。acme。com', 'portal.acme.com'],
  ['ｐｏｒｔａｌ.acme.com', 'portal.acme.com'],
  ['shop.acme.dev', 'shop.acme.dev'],
  [`${'a'.repeat(52)}.acme.com`, `${'a'.repeat(52)}.acme.com`],
]

const BAD: [typed: string, why: RegExp][] = [
  ['', /Type a domain/],
  ['   ', /Type a domain/],
  ['.', /Type a domain/],
  ['acme', /single word/],
  ['localhost', /single word/],
  ['192.168.0.1', /address of the network/],
  ['127.0.0.1', /address of the network/],
  ['0x7f.1', /address of the network/],
  ['2130706433', /address of the network/],
  ['1.2.3.4.', /address of the network/],
  ['[::1]', /address of the network/],
  ['::1', /address of the network/],
  ['2001:db8::1', /address of the network/],
  ['com', /single word/],
  ['co.uk', /ending under which others/],
  ['github.io', /ending under which others/],
  ['acme.com', /domain itself can’t point.*portal\.acme\.com/],
  ['acme.co.uk', /domain itself can’t point.*portal\.acme\.co\.uk/],
  ['müller.de', /domain itself can’t point/],
  ['stockflow.io', /are ours/],
  ['acme.stockflow.io', /are ours/],
  ['app.stockflow.io', /are ours/],
  ['deep.acme.STOCKFLOW.io', /are ours/],
  ['*.acme.com', /leave out the star/],
  ['portal.*.acme.com', /no domain/],
  ['portal.acme.com/orders', /without a path/],
  ['portal.acme.com?x=1', /without a path/],
  ['https://portal.acme.com/portal', /without a path/],
  ['jo@acme.com', /an e-mail address/],
  ['portal.acme.com:8443', /without a port/],
  ['my_portal.acme.com', /underscore/],
  ['-portal.acme.com', /no domain/],
  ['portal-.acme.com', /no domain/],
  ['portal..acme.com', /no domain/],
  ['.portal.acme.com', /no domain/],
  ['portal acme.com', /no domain/],
  ['portal,acme.com', /no domain/],
  ["portal.acme.com'--", /no domain/],
  ['<script>.acme.com', /no domain/],
  ['portal.acme.com\r\nHost: x', /no domain|without a path/],
  ['portal.acme.localhost', /reserved/],
  ['portal.acme.test', /reserved/],
  ['portal.acme.local', /reserved/],
  ['portal.acme.internal', /reserved/],
  ['portal.example.com', /reserved/],
  ['portal.acme.onion', /reserved/],
  ['1.0.0.127.in-addr.arpa', /reserved/],
  ['portal.acme.corp', /reserved/],
  ['portal.acme.nosuchending', /no ending \.nosuchending/],
  ['acme.workers.dev', /belongs to the network/],
  ['portal.acme.pages.dev', /belongs to the network/],
  ['www.cloudflare.com', /belongs to the network/],
  [`${'a'.repeat(64)}.acme.com`, /no domain/],
  [`${'a'.repeat(57)}.acme.com`, /66 characters/],
  [`${'a.'.repeat(130)}acme.com`, /characters|no domain/],
  ['a'.repeat(5000), /no domain/],
  ['http://', /Type a domain|no domain/],
]

describe('a domain', () => {
  it.each(GOOD)('%j is %s', (typed, hostname) => expect(said(typed)).toBe(hostname))
  it.each(BAD)('%j is refused', (typed, why) => expect(said(typed)).toMatch(why))
  it('is tried in many ways', () => expect(GOOD.length + BAD.length).toBeGreaterThanOrEqual(60))
  it('under .localhost leads to this machine, and is good for trying it there alone', () => {
    const local = { baseDomain: 'stockflow.localhost', isLocal: true }
    expect(said('portal.demo.localhost', local)).toBe('portal.demo.localhost')
    expect(said('demo.stockflow.localhost', local)).toMatch(/are ours/)
  })
})

describe('the ending of a name', () => {
  const lines = RULES.split('\n')
  // All that are special, and of the rest so many that it takes no long.
  const rules = lines.filter((rule, i) => /[*!]/.test(rule) || i % 30 === 0)
  const names = rules.flatMap((rule) => {
    const name = rule.replace('!', '').replace('*', 'star')
    return [name, `acme.${name}`, `portal.acme.${name}`]
  })

  it('is what tldts, from which the list comes, says it is', () => {
    expect(lines.length).toBeGreaterThan(10_000)
    expect(rules.filter((rule) => /[*!]/.test(rule)).length).toBeGreaterThan(100)
    const wrong = names.flatMap((name) => {
      const { publicSuffix, isIcann, isPrivate } = parse(name, { allowPrivateDomains: true })
      const expected = isIcann || isPrivate ? publicSuffix : undefined
      const found = publicSuffixOf(name, RULES)
      return found === expected ? [] : [{ name, found, expected }]
    })
    expect(wrong).toEqual([])
  })

  it.each([
    ['portal.acme.co.uk', 'co.uk'],
    ['www.ck', 'ck'],
    ['acme.www.ck', 'ck'],
    ['acme.other.ck', 'other.ck'],
    ['a.city.kawasaki.jp', 'kawasaki.jp'],
    ['a.b.kawasaki.jp', 'b.kawasaki.jp'],
    ['nowhere.nosuchending', undefined],
  ])('of %s is %s', (name, suffix) => expect(publicSuffixOf(name, RULES)).toBe(suffix))

  it.each([undefined, ''])('is not asked for where the list can’t be read: %j', (list) => {
    expect(hostnameOf('portal.acme.nosuchending', HOUSE, list)).toEqual({ hostname: 'portal.acme.nosuchending' })
    expect(hostnameOf('acme.com', HOUSE, list)).toEqual({ problem: expect.stringContaining('A domain itself can’t point') })
  })
})
