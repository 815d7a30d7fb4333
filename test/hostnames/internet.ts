import { env } from 'cloudflare:workers'
import { vi } from 'vitest'
import { MINUTE } from '#src/dates.ts'
import type { Env } from '#src/env.ts'
import { sweepHostnames } from '#src/hostnames/sweep.ts'
import { unhurried } from '#test/access/stage.ts'
import { askStaff } from '#test/asking.ts'
import { type Company, signedInStaff } from '#test/cast.ts'
import { Cloudflare } from '#test/standins/domains/cloudflare.ts'
import { Dns } from '#test/standins/domains/dns.ts'

/** DNS and Cloudflare within this process, a clock, and companies with their names. */

export const makeInternet = () => {
  const dns = new Dns('stockflow.localhost')
  const cloudflare = new Cloudflare(dns, { zone: 'zone', token: 'token' })
  const given: Env = {
    ...unhurried,
    CLOUDFLARE_API_TOKEN: 'token',
    CLOUDFLARE_ZONE_ID: 'zone',
    CLOUDFLARE_API_BASE_URL: 'https://cloudflare.test/client/v4',
    DNS_BASE_URL: 'https://dns.test/dns-query',
  }
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const request = new Request(input as RequestInfo, init as RequestInit)
    return new URL(request.url).hostname === 'dns.test' ? Promise.resolve(dns.answer(request)) : cloudflare.answer(request)
  })
  let now = Date.now()
  return {
    dns,
    cloudflare,
    env: given,
    now: () => now,
    wait: (ms: number) => {
      now += ms
    },
    /** Minutes go by, with a sweep in each. */
    minutes: async (count: number) => {
      for (let i = 0; i < count; i += 1) {
        await sweepHostnames(given, now)
        now += MINUTE
      }
    },
  }
}
export type Internet = ReturnType<typeof makeInternet>

export const target = ({ slug }: Company) => `${slug}.stockflow.localhost`

/** What its staff does, on the page. */
export const desk = async (company: Company, internet: Internet) => {
  const { cookie } = await signedInStaff(company)
  const post = (path: string, form: Record<string, string> = {}) => askStaff(`/settings/client-portal/domain${path}`, { cookie, form, env: internet.env })
  return {
    page: async () => (await askStaff('/settings/client-portal/domain', { cookie, env: internet.env })).text(),
    claim: (domain: string) => post('', { domain }),
    check: () => post('/check'),
    remove: (domain: string) => post('/remove', { domain }),
  }
}

export type Row = { id: string; tenant_id: string; hostname: string; state: string; problem: string; cloudflare_id: string | null; proof: string | null }
export const rowsOf = async ({ tenantId }: Company) =>
  (await env.DB.prepare('SELECT * FROM custom_hostnames WHERE tenant_id = ? ORDER BY created_at, rowid').bind(tenantId).all<Row>()).results
export const statesOf = async (company: Company) => (await rowsOf(company)).map(({ hostname, state }) => `${hostname} ${state}`)
export const newsTo = async ({ tenantId }: Company) =>
  (
    await env.DB.prepare(
      "SELECT json_extract(data, '$.hostname') || ' ' || json_extract(data, '$.what') || ' ' || json_extract(data, '$.why') AS news FROM outbox WHERE tenant_id = ? AND kind = 'domain-changed' ORDER BY rowid",
    )
      .bind(tenantId)
      .all<{ news: string }>()
  ).results.map(({ news }) => news.trim())
let names = 0
export const newDomain = () => {
  names += 1
  return `portal-${names}.acme-${Math.floor(Math.random() * 1e9)}.com`
}
