import { createServer } from 'node:http'
import { Cloudflare } from './domains/cloudflare.ts'
import { Dns, type RecordType } from './domains/dns.ts'

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

/** @param port 0 takes a free one */
export const startDomains = async (port = 0, baseDomain = 'stockflow.localhost'): Promise<DomainsStandIn> => {
  const dns = new Dns(baseDomain)
  const cloudflare = new Cloudflare(dns, { zone: ZONE, token: TOKEN })
  const answer = (request: Request, path: string): Response | Promise<Response> => {
    if (path === '/dns-query') return dns.answer(request)
    return path.startsWith('/client/v4/') ? cloudflare.answer(request) : atRegistrar(dns, request)
  }
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', async () => {
      const { method = 'GET', url = '/', headers } = incoming
      const whole = new URL(url, 'http://127.0.0.1')
      const body = ['GET', 'HEAD'].includes(method) ? {} : { body: Buffer.concat(chunks) }
      try {
        const response = await answer(
          new Request(whole, {
            method,
            headers: Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as [string, string]] : [])),
            ...body,
          }),
          whole.pathname,
        )
        outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(Buffer.from(await response.arrayBuffer()))
      } catch {
        outgoing.destroy()
      }
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const bound = server.address()
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : port}`, dns, cloudflare, close }
}
