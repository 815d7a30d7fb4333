import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Env } from '#src/env.ts'
import { caaOf, lookUp, ofType, textOf } from '#src/hostnames/dns.ts'
import { examine, verdictOf } from '#src/hostnames/doctor.ts'
import { Dns } from '#test/standins/domains/dns.ts'

/** What resolvers answer, and what is made of it. */

const env = { BASE_DOMAIN: 'stockflow.io', DNS_BASE_URL: 'https://dns.test/dns-query' } as Env
const ask = (answer: (request: Request) => Response | Promise<Response>) =>
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => Promise.resolve(answer(new Request(input as string, init))))
afterEach(() => {
  vi.restoreAllMocks()
})

/** As the two large resolvers write one. */
const GOOGLE = {
  Status: 0,
  TC: false,
  RD: true,
  RA: true,
  AD: false,
  CD: false,
  Question: [{ name: 'portal.acme.com.', type: 1 }],
  Answer: [
    { name: 'portal.acme.com.', type: 5, TTL: 299, data: 'Acme.Stockflow.IO.' },
    { name: 'acme.stockflow.io.', type: 1, TTL: 299, data: '203.0.113.9' },
  ],
  Comment: 'Response from 192.0.2.1.',
}

describe('an answer', () => {
  it('is asked for as JSON, and read whatever case it is written in', async () => {
    const asked: Request[] = []
    ask((request) => {
      asked.push(request)
      return Response.json(GOOGLE)
    })
    const looked = await lookUp(env, 'portal.acme.com', 'A')
    expect([asked[0]?.url, asked[0]?.headers.get('accept')]).toEqual(['https://dns.test/dns-query?name=portal.acme.com&type=A', 'application/dns-json'])
    expect([ofType(looked, 'CNAME'), ofType(looked, 'A'), ofType(looked, 'TXT')]).toEqual([['Acme.Stockflow.IO.'], ['203.0.113.9'], []])
    const found = await examine(env, 'portal.acme.com')
    expect(found.cnames).toEqual(['acme.stockflow.io'])
    expect(verdictOf(env, 'acme', found)).toBe('cname')
    expect(verdictOf(env, 'other', found)).toBe('another')
  })
  it('that there is no such name is an answer', async () => {
    ask(() => Response.json({ Status: 3, Question: [] }))
    expect(await lookUp(env, 'x.acme.com', 'A')).toEqual({ kind: 'found', records: [] })
  })
  it.each<[string, () => Response | Promise<Response>]>([
    ['a server that failed', () => Response.json({ Status: 2 })],
    ['one that refused', () => Response.json({ Status: 5 })],
    ['an error', () => new Response('no', { status: 500 })],
    ['a page', () => new Response('<html>')],
    ['another shape', () => Response.json({ Answer: 'x' })],
    ['no connection', () => Promise.reject(new TypeError('lost'))],
  ])('%s says nothing', async (_, answer) => {
    ask(answer)
    expect(await lookUp(env, 'x.acme.com', 'A')).toEqual({ kind: 'failed' })
    expect(verdictOf(env, 'acme', await examine(env, 'x.acme.com'))).toBe('unknown')
  })
})

it('a text record is read with its quotes, its pieces and what is escaped in it', () => {
  expect([textOf('"one two"'), textOf('"one " "two"'), textOf(String.raw`"a \"b\""`), textOf('bare')]).toEqual(['one two', 'one two', 'a "b"', 'bare'])
})

it('a CAA record is read written out and as bytes', () => {
  expect(caaOf('0 issue "letsencrypt.org"')).toEqual({ tag: 'issue', value: 'letsencrypt.org' })
  expect(caaOf('0 issue "letsencrypt.org; validationmethods=http-01"')).toEqual({ tag: 'issue', value: 'letsencrypt.org; validationmethods=http-01' })
  expect(caaOf(String.raw`\# 22 00 05 69 73 73 75 65 6c 65 74 73 65 6e 63 72 79 70 74 2e 6f 72 67`)).toEqual({ tag: 'issue', value: 'letsencrypt.org' })
  expect(caaOf('128 iodef "mailto:a@acme.com"')).toEqual({ tag: 'iodef', value: 'mailto:a@acme.com' })
  expect(caaOf('what?')).toBeUndefined()
})

describe('whose a name is', () => {
  const dns = new Dns('stockflow.io')
  const verdict = async (slug = 'acme') => {
    ask((request) => dns.answer(request))
    return verdictOf(env, slug, await examine(env, 'portal.acme.com'))
  }
  afterEach(() => {
    dns.records = []
  })
  it('by a CNAME, over others too', async () => {
    dns.set('portal.acme.com', 'CNAME', 'lb.acme.net')
    dns.set('lb.acme.net', 'CNAME', 'acme.stockflow.io')
    expect([await verdict(), await verdict('other')]).toEqual(['cname', 'another'])
  })
  it('not by a CNAME to the house itself, or to a name that only looks like ours', async () => {
    for (const elsewhere of ['stockflow.io', 'acme.stockflow.io.evil.com', 'acme-stockflow.io']) {
      dns.set('portal.acme.com', 'CNAME', elsewhere)
      expect([elsewhere, await verdict()]).toEqual([elsewhere, 'elsewhere'])
    }
  })
  it('by a text record, unless the CNAME says otherwise', async () => {
    dns.set('_stockflow.portal.acme.com', 'TXT', '"acme.stockflow.io"')
    expect(await verdict()).toBe('txt')
    dns.set('portal.acme.com', 'CNAME', 'other.stockflow.io')
    expect(await verdict()).toBe('another')
  })
  it('CAA records count from the name upwards; the first that has any decides', async () => {
    ask((request) => dns.answer(request))
    const caa = async () => (await examine(env, 'portal.acme.com')).caa
    dns.set('acme.com', 'CAA', '0 issue "digicert.com"')
    expect(await caa()).toEqual({ at: 'acme.com', allows: ['digicert.com'] })
    dns.set('portal.acme.com', 'CAA', '0 issue "letsencrypt.org"')
    expect(await caa()).toBeNull()
    dns.set('portal.acme.com', 'CAA', '0 issue ";"')
    expect(await caa()).toEqual({ at: 'portal.acme.com', allows: [] })
  })
})
