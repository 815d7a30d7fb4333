import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { Cloudflare, type Hostname } from './domains/cloudflare.ts'
import { Dns, type DnsRecord, type RecordType } from './domains/dns.ts'
import { serveOn } from './serving.ts'

/**
 * A resolver and Cloudflare for SaaS, on this machine: `/dns-query`, `/client/v4/zones/…/custom_hostnames`. At `/` a person
 * plays their own registrar: what stands in DNS, with a form to put a record there or take it away.
 */

export type DomainsStandIn = { url: string; dns: Dns; cloudflare: Cloudflare; close: () => Promise<void> }

/** Of no account: they open nothing but this. */
export const ZONE = '023e105f4ecef8ad9ca31a8372d0c353'
export const TOKEN = 'local-token-that-opens-nothing'

const escaped = (text: string) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)
const page = ({ records }: Dns) => `<!doctype html><html lang="en"><title>DNS on this machine</title><h1>DNS on this machine</h1>
<form method="post"><input name="name" aria-label="Name" placeholder="portal.demo.localhost" required>
<select name="type" aria-label="Type"><option>CNAME<option>TXT<option>CAA<option>A</select>
<input name="data" aria-label="Value" placeholder="demo.stockflow.localhost"><button>Set</button> An empty value takes the record away.</form>
<ul>${records.map(({ name, type, data }) => `<li><code>${escaped(`${name} ${type} ${data}`)}</code></li>`).join('')}</ul></html>`

const atRegistrar = async (dns: Dns, request: Request): Promise<Response> => {
  if (request.method !== 'POST') return new Response(page(dns), { headers: { 'content-type': 'text/html; charset=utf-8' } })
  const form = new URLSearchParams(await request.text())
  const data = form.get('data')?.trim() ?? ''
  dns.set((form.get('name') ?? '').trim().toLowerCase(), (form.get('type') ?? 'CNAME') as RecordType, ...(data === '' ? [] : [data]))
  return new Response(null, { status: 303, headers: { location: '/' } })
}

type Kept = { records: DnsRecord[]; hostnames: Hostname[] }

/** What stood in DNS and at Cloudflare when this machine was last used: the database remembers it too. */
const recall = (file: string, dns: Dns, cloudflare: Cloudflare): void => {
  if (!existsSync(file)) return
  const { records, hostnames } = JSON.parse(readFileSync(file, 'utf8')) as Kept
  dns.records = records
  for (const each of hostnames) cloudflare.hostnames.set(each.id, each)
}
const keep = (file: string, { records }: Dns, { hostnames }: Cloudflare): void => {
  const kept: Kept = { records, hostnames: [...hostnames.values()] }
  writeFileSync(file, JSON.stringify(kept))
}

/**
 * @param memory a file in which it finds what it held before; nothing outlives it without one
 */
export const startDomains = async ({ baseDomain = 'stockflow.localhost', memory = '' } = {}): Promise<DomainsStandIn> => {
  const dns = new Dns(baseDomain)
  const cloudflare = new Cloudflare(dns, { zone: ZONE, token: TOKEN })
  if (memory !== '') recall(memory, dns, cloudflare)
  const answer = (request: Request, path: string): Response | Promise<Response> => {
    if (path === '/dns-query') return dns.answer(request)
    return path.startsWith('/client/v4/') ? cloudflare.answer(request) : atRegistrar(dns, request)
  }
  const { origin, stop } = await serveOn(0, async (request) => {
    const { pathname } = new URL(request.url)
    try {
      return await answer(request, pathname)
    } finally {
      // A look at DNS changes nothing.
      if (memory !== '' && pathname !== '/dns-query') keep(memory, dns, cloudflare)
    }
  })
  return { url: origin, dns, cloudflare, close: stop }
}
