import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import type { Env } from '#src/env.ts'
import { createHostname, deleteHostname, findHostname, nudgeHostname, readHostname } from '#src/hostnames/cloudflare.ts'
import { lookUp } from '#src/hostnames/dns.ts'
import { standingOf } from '#src/hostnames/states.ts'
import { Create } from './domains/cloudflare.ts'
import createRequest from './domains/samples/cloudflare/create-request.json'
import deleted from './domains/samples/cloudflare/deleted.json'
import active from './domains/samples/cloudflare/hostname-active.json'
import pending from './domains/samples/cloudflare/hostname-pending.json'
import list from './domains/samples/cloudflare/list.json'
import quota from './domains/samples/cloudflare/quota.json'
import duplicate from './domains/samples/cloudflare/refusal-duplicate.json'
import noToken from './domains/samples/cloudflare/refusal-token.json'
import cname from './domains/samples/dns/cname.json'
import nobody from './domains/samples/dns/no-such-name.json'
import { type DomainsStandIn, startDomains, TOKEN, ZONE } from './domains.ts'

/** The documented words of Cloudflare's API and of resolvers: we read them as they are meant, and the stand-in speaks so. */

/** As the documentation has them; what it marks as optional is optional. */
const Ssl = z.object({
  id: z.string(),
  type: z.literal('dv'),
  method: z.string(),
  status: z.string(),
  certificate_authority: z.string().optional(),
  wildcard: z.boolean().optional(),
  settings: z.object({ min_tls_version: z.string() }).optional(),
  validation_errors: z.array(z.object({ message: z.string() })).optional(),
})
const Hostname = z.object({
  id: z.string().max(36),
  hostname: z.string(),
  status: z.string(),
  ssl: Ssl,
  verification_errors: z.array(z.string()).optional(),
  ownership_verification: z.object({ type: z.literal('txt'), name: z.string(), value: z.string() }).optional(),
  created_at: z.string().optional(),
})
const Told = z.array(z.object({ code: z.number(), message: z.string() }))
const done = <S extends z.ZodType>(result: S) => z.object({ success: z.literal(true), errors: Told.length(0), messages: z.array(z.unknown()), result })
const One = done(Hostname)
const Many = done(z.array(Hostname)).extend({ result_info: z.object({ count: z.number(), page: z.number(), per_page: z.number(), total_count: z.number() }) })
const Refused = z.object({ success: z.literal(false), errors: Told.min(1), messages: z.array(z.unknown()), result: z.null() })
const Quota = done(z.object({ allocated: z.number(), used: z.number(), exceeded: z.number(), hard_cap: z.number() }))
const Dns = z.object({
  Status: z.number(),
  TC: z.boolean(),
  RD: z.boolean(),
  RA: z.boolean(),
  AD: z.boolean(),
  CD: z.boolean(),
  Question: z.array(z.object({ name: z.string(), type: z.number() })),
  Answer: z.array(z.object({ name: z.string(), type: z.number(), TTL: z.number(), data: z.string() })).optional(),
})

let standIn: DomainsStandIn
let env: Env
beforeEach(async () => {
  standIn = await startDomains({ baseDomain: 'stockflow.io' })
  env = {
    CLOUDFLARE_API_BASE_URL: `${standIn.url}/client/v4`,
    CLOUDFLARE_API_TOKEN: TOKEN,
    CLOUDFLARE_ZONE_ID: ZONE,
    DNS_BASE_URL: `${standIn.url}/dns-query`,
  } as Env
})
afterEach(async () => {
  vi.restoreAllMocks()
  await standIn.close()
})
const answering = (body: unknown, status = 200) => vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(Response.json(body, { status })))

describe('the samples are of the shapes that the stand-in is held to', () => {
  it.each([
    ['pending', One, pending],
    ['active', One, active],
    ['list', Many, list],
    ['duplicate', Refused, duplicate],
    ['no permission', Refused, noToken],
    ['quota', Quota, quota],
    ['a request', Create, createRequest],
    ['a name', Dns, cname],
    ['no name', Dns, nobody],
  ])('%s', (_, shape, sample) => expect((shape as z.ZodType).safeParse(sample).error).toBeUndefined())
})

describe('we read them as they are meant', () => {
  it('one that waits, with what it waits for', async () => {
    answering(pending)
    const read = await readHostname(env, 'x')
    if (read.kind !== 'done') throw new Error(read.kind)
    expect(standingOf(read.result)).toMatchObject({ state: 'checking', detail: pending.result.verification_errors[0] })
    expect(standingOf({ ...read.result, status: 'active' })).toMatchObject({
      state: 'issuing',
      problem: 'caa',
      detail: 'SERVFAIL looking up CAA for app.example.com',
    })
  })
  it('one that is ready, a list, and refusals', async () => {
    answering(active)
    const read = await readHostname(env, 'x')
    expect(read.kind === 'done' && standingOf(read.result).state).toBe('active')
    answering(list)
    const found = await findHostname(env, 'app.example.com')
    expect(found.kind === 'done' && found.result && standingOf(found.result).state).toBe('lost')
    expect(await findHostname(env, 'p.example.com')).toEqual({ kind: 'done', result: undefined })
    answering(duplicate, 409)
    expect(await createHostname(env, 'app.example.com')).toEqual({ kind: 'refused', why: 'duplicate', message: 'Duplicate custom hostname found.' })
    answering(noToken, 403)
    expect(await createHostname(env, 'app.example.com')).toEqual({ kind: 'refused', why: 'permission', message: 'Authentication error' })
    answering(deleted)
    expect((await deleteHostname(env, 'x')).kind).toBe('done')
  })
  it('we ask as it is documented', async () => {
    const asked: Request[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
      asked.push(new Request(input as string, init))
      return Promise.resolve(Response.json(pending))
    })
    await createHostname(env, createRequest.hostname)
    await nudgeHostname(env, 'abc')
    expect(await asked[0]?.json()).toEqual(createRequest)
    expect(await asked[1]?.json()).toEqual({ ssl: createRequest.ssl })
    expect(asked.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
      `POST /client/v4/zones/${ZONE}/custom_hostnames`,
      `PATCH /client/v4/zones/${ZONE}/custom_hostnames/abc`,
    ])
    expect(asked[0]?.headers.get('authorization')).toBe(`Bearer ${TOKEN}`)
  })
  it('names', async () => {
    answering(cname)
    expect(await lookUp(env, 'portal.example.com', 'A')).toMatchObject({ kind: 'found', records: [{ type: 5, data: 'acme.stockflow.io.' }, { type: 1 }] })
    answering(nobody)
    expect(await lookUp(env, 'nobody.example.com', 'A')).toEqual({ kind: 'found', records: [] })
  })
})

describe('the stand-in speaks so', () => {
  const call = (path: string, init: RequestInit = {}, token = TOKEN) =>
    fetch(`${standIn.url}/client/v4/zones/${ZONE}/custom_hostnames${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    })
  it('of a hostname through all of its states', async () => {
    standIn.dns.set('app.example.com', 'CNAME', 'acme.stockflow.io')
    const made = await call('', { method: 'POST', body: JSON.stringify(createRequest) })
    const { id } = One.parse(await made.json()).result
    const states = new Set<string>()
    for (let i = 0; i < 8; i += 1) {
      const { result } = One.parse(await (await call(`/${id}`)).json())
      states.add(`${result.status}/${result.ssl.status}`)
    }
    expect([...states]).toEqual([
      'pending/pending_validation',
      'active/pending_validation',
      'active/pending_issuance',
      'active/pending_deployment',
      'active/active',
    ])
    expect(Many.parse(await (await call('?hostname=app.example.com')).json()).result).toHaveLength(1)
    expect((await call('', { method: 'POST', body: JSON.stringify(createRequest) })).status).toBe(409)
    expect(Refused.parse(await (await call('', { method: 'POST', body: JSON.stringify(createRequest) })).json())).toEqual(duplicate)
    expect(Quota.parse(await (await call('/quota')).json()).result.used).toBe(1)
    expect(await (await call(`/${id}`, { method: 'DELETE' })).json()).toEqual({ id })
    expect(Refused.parse(await (await call(`/${id}`)).json()).errors).toHaveLength(1)
  })
  it('of what it refuses', async () => {
    expect(Refused.parse(await (await call('', {}, 'another')).json())).toEqual(noToken)
    const bad = await call('', { method: 'POST', body: JSON.stringify({ ...createRequest, ssl: { method: 'txt' } }) })
    expect([bad.status, Refused.parse(await bad.json()).success]).toEqual([400, false])
  })
  it('of names', async () => {
    standIn.dns.set('portal.example.com', 'CNAME', 'acme.stockflow.io')
    const ask = async (name: string) =>
      Dns.parse(await (await fetch(`${standIn.url}/dns-query?name=${name}&type=A`, { headers: { accept: 'application/dns-json' } })).json())
    expect((await ask('portal.example.com')).Answer?.map(({ type, data }) => [type, data])).toEqual([
      [5, 'acme.stockflow.io.'],
      [1, '192.0.2.80'],
    ])
    expect(await ask('nobody.example.com')).toMatchObject({ Status: 3 })
  })
})

it('what stood in DNS and at Cloudflare is there again after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'domains-'))
  const memory = join(folder, 'domains.json')
  try {
    const before = await startDomains({ memory })
    const headers = { authorization: `Bearer ${TOKEN}` }
    await fetch(before.url, { method: 'POST', body: 'name=app.example.com&type=CNAME&data=acme.stockflow.localhost' })
    const made = await fetch(`${before.url}/client/v4/zones/${ZONE}/custom_hostnames`, { method: 'POST', headers, body: JSON.stringify(createRequest) })
    expect(made.status).toBe(201)
    await before.close()
    const after = await startDomains({ memory })
    expect(after.dns.records).toEqual([{ name: 'app.example.com', type: 'CNAME', data: 'acme.stockflow.localhost' }])
    expect(after.cloudflare.of('app.example.com')).toHaveLength(1)
    const other = JSON.stringify({ ...createRequest, hostname: 'two.example.com' })
    await fetch(`${after.url}/client/v4/zones/${ZONE}/custom_hostnames`, { method: 'POST', headers, body: other })
    expect(after.cloudflare.hostnames.size).toBe(2)
    await after.close()
    const forgetful = await startDomains()
    expect(forgetful.cloudflare.hostnames.size).toBe(0)
    await forgetful.close()
  } finally {
    rmSync(folder, { recursive: true })
  }
})
