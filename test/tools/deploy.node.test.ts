import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { REQUIRED_SECRETS } from '#src/env.ts'
import { PERMISSIONS, type Permission } from '#test/standins/account/rules.ts'
import { type AccountStandIn, startAccount } from '#test/standins/account.ts'
import { localConfig, needsOf } from '#tools/deploy/config.ts'
import { type Deployed, deploy } from '#tools/deploy/deploy.ts'
import type { Wrangler } from '#tools/deploy/run.ts'
import { type Settings, settingsOf } from '#tools/deploy/settings.ts'
import { wranglerAt } from '#tools/deploy.ts'
import { migrationFiles, ROOT } from '#tools/local-state.ts'

/** `npm run deploy`, against an account on this machine. */

const CONFIG = `wrangler.deploy.test-${process.pid}.json`
const NEEDS = needsOf(localConfig())
const BASE = 'stockflow.test'

let account: AccountStandIn
let said: string[]
beforeEach(async () => {
  account = await startAccount(
    BASE,
    Object.fromEntries(PERMISSIONS.map((permission) => [without(permission), PERMISSIONS.filter((each) => each !== permission)])),
  )
  said = []
})
afterEach(() => account.stop())
afterAll(() => rmSync(join(ROOT, CONFIG), { force: true }))

const without = (permission: Permission) => `all-but-${PERMISSIONS.indexOf(permission)}`
const given = (token = account.token): Settings => {
  const read = settingsOf({ BASE_DOMAIN: BASE, MAIL_FROM: `portal@${BASE}`, CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_API_BASE_URL: account.url })
  if ('problems' in read) throw new Error(read.problems.join())
  return read.settings
}

/** In wrangler's place, where its own way is not what is tried: it applies what it is told to, and uploads the values alone. */
const quickWrangler: Wrangler = async ([command = ''], { accountId }) => {
  expect(accountId).toBe(account.held.account.id)
  const config = JSON.parse((await import('node:fs')).readFileSync(join(ROOT, CONFIG), 'utf8'))
  const headers = { authorization: `Bearer ${account.token}` }
  if (command === 'd1') {
    const sql = `CREATE TABLE IF NOT EXISTS d1_migrations (name TEXT); DELETE FROM d1_migrations; ${migrationFiles()
      .map((name) => `INSERT INTO d1_migrations VALUES ('${name}');`)
      .join('')}`
    const at = `${account.url}/accounts/${accountId}/d1/database/${config.d1_databases[0].database_id}/query`
    expect((await fetch(at, { method: 'POST', headers, body: JSON.stringify({ sql }) })).status).toBe(200)
    return
  }
  const form = new FormData()
  form.set('metadata', JSON.stringify({ bindings: Object.entries(config.vars).map(([name, text]) => ({ name, type: 'plain_text', text })) }))
  expect((await fetch(`${account.url}/accounts/${accountId}/workers/scripts/${config.name}`, { method: 'PUT', headers, body: form })).status).toBe(200)
}
const run = (more: { isDry?: boolean; token?: string; wrangler?: Wrangler } = {}): Promise<Deployed> =>
  deploy({ settings: given(more.token), isDry: more.isDry ?? false, wrangler: more.wrangler ?? quickWrangler, say: (line) => said.push(line), config: CONFIG })
const setSecrets = (names: readonly string[] = REQUIRED_SECRETS) => {
  const script = account.held.scripts.get(NEEDS.worker)
  if (script) script.secrets = [...names]
}

const holds = () => ({
  databases: account.held.databases.map(({ name }) => name),
  buckets: account.held.buckets.map(({ name }) => name),
  queues: account.held.queues.map(({ queue_name }) => queue_name),
  workers: [...account.held.scripts.keys()],
  records: account.held.dnsRecords.map(({ name, type, content, proxied }) => `${name} ${type} ${content}${proxied ? ' proxied' : ''}`),
  fallback: account.held.fallback?.origin,
  routes: account.held.routes.map(({ pattern, script }) => `${pattern} ${script}`),
})
const WHOLE = {
  databases: [NEEDS.database],
  buckets: NEEDS.buckets,
  queues: NEEDS.queues,
  workers: [NEEDS.worker],
  records: ['fallback', 'app', '*'].map((label) => `${label}.${BASE} AAAA 100:: proxied`),
  fallback: `fallback.${BASE}`,
  routes: [`*/* ${NEEDS.worker}`],
}

test('what the Worker needs is read from wrangler.toml', () => {
  expect(NEEDS).toMatchObject({ worker: 'stockflow-client-portal', database: 'stockflow-client-portal', buckets: ['stockflow-client-portal'] })
  expect([...NEEDS.queues].sort()).toEqual(['bulk-mail', 'imports', 'mail'])
  const { queues, ...config } = localConfig()
  const dead = { ...config, queues: { ...queues, consumers: [{ queue: 'mail', dead_letter_queue: 'lost-mail' }] } }
  expect(needsOf(dead).queues).toContain('lost-mail')
})

test('wrangler itself: an empty account has everything afterwards, and a second run finds nothing to do', async () => {
  const wrangler = wranglerAt(given())
  const first = await run({ wrangler })
  expect(holds()).toEqual(WHOLE)
  expect(first.missing).toEqual([...REQUIRED_SECRETS])
  for (const name of REQUIRED_SECRETS) expect(said.join('\n')).toContain(`npx wrangler secret put ${name} --config ${CONFIG}`)
  const script = account.held.scripts.get(NEEDS.worker)
  expect(script?.schedules).toEqual(['* * * * *'])
  const values = Object.fromEntries(script?.bindings.flatMap(({ name, type, text }) => (type === 'plain_text' ? [[name, text]] : [])) ?? [])
  expect(values).toMatchObject({ BASE_DOMAIN: BASE, MAIL_FROM: `portal@${BASE}`, MAIL_PACE: '100/2', CLOUDFLARE_ZONE_ID: account.held.zone.id })
  expect(Object.keys(values)).not.toContain('LOCAL_PORT')
  expect(script?.bindings.find(({ type }) => type === 'd1')).toMatchObject({ name: 'DB', id: account.held.databases[0]?.uuid })
  for (const { queue_name, consumers } of account.held.queues) expect([queue_name, consumers.length]).toEqual([queue_name, 1])
  setSecrets()
  account.calls.splice(0)
  expect(await run({ wrangler })).toEqual({ changes: [], missing: [] })
  expect(account.writes()).toEqual([])
}, 120_000)

describe('a rehearsal', () => {
  test('says what an empty account lacks, and changes nothing', async () => {
    const { changes } = await run({ isDry: true, wrangler: () => Promise.reject(new Error('not in a rehearsal')) })
    expect(changes.length).toBe(1 + NEEDS.buckets.length + NEEDS.queues.length + 2 + 3 + 2)
    expect(account.writes()).toEqual([])
    for (const name of [NEEDS.database, ...NEEDS.queues, ...migrationFiles(), `*.${BASE}`, '*/*']) expect(said.join('\n')).toContain(name)
    await run()
    expect(holds()).toEqual(WHOLE)
  })
  test('says nothing is to be done when nothing is', async () => {
    await run()
    expect((await run({ isDry: true })).changes).toEqual([])
    expect(said.at(-5)).toContain('Secrets that are missing')
  })
})

describe('a half-made account is mended:', () => {
  const gone: [string, () => unknown][] = [
    ['the database', () => account.held.databases.splice(0)],
    ['the bucket', () => account.held.buckets.splice(0)],
    ...NEEDS.queues.map((name): [string, () => unknown] => [
      `the queue ${name}`,
      () => {
        account.held.queues = account.held.queues.filter(({ queue_name }) => queue_name !== name)
      },
    ]),
    ['the Worker', () => account.held.scripts.clear()],
    ...['fallback', 'app', '*'].map((label): [string, () => unknown] => [
      `the record ${label}`,
      () => {
        account.held.dnsRecords = account.held.dnsRecords.filter(({ name }) => name !== `${label}.${BASE}`)
      },
    ]),
    ['the fallback origin', () => Object.assign(account.held, { fallback: undefined })],
    ['the route', () => account.held.routes.splice(0)],
  ]
  test.each(gone)('%s', async (_, remove) => {
    await run()
    setSecrets()
    remove()
    expect(holds()).not.toEqual(WHOLE)
    const { changes } = await run()
    expect(changes.length).toBeGreaterThan(0)
    const sorted = (all: ReturnType<typeof holds>) => ({ ...all, queues: [...all.queues].sort(), records: [...all.records].sort() })
    expect(sorted(holds())).toEqual(sorted(WHOLE))
    expect((await run()).changes).toEqual([])
  })
  test('a queue that was made anew is read by a Worker that is deployed anew', async () => {
    await run()
    setSecrets()
    account.held.queues.splice(0, 1)
    expect((await run()).changes).toEqual([`queue ${NEEDS.queues[0]}`, expect.stringContaining('Worker')])
    expect(account.held.scripts.get(NEEDS.worker)?.uploads).toBe(2)
  })
  test('another setting is another release', async () => {
    await run()
    setSecrets()
    const settings = { ...given(), vars: { MAIL_PACE: '50/1' } }
    const { changes } = await deploy({ settings, isDry: false, wrangler: quickWrangler, say: () => {}, config: CONFIG })
    expect(changes).toEqual([expect.stringMatching(/^Worker .*release [0-9a-f]{16}$/)])
  })
})

describe('stops with a sentence, and overwrites nothing:', () => {
  test.each(PERMISSIONS)('a token without “%s”', async (permission) => {
    await expect(run({ token: without(permission) })).rejects.toThrow(new RegExp(`^Could not .*“${permission}”`))
  })
  test('a token that nobody knows', async () => {
    await expect(run({ token: 'nobody' })).rejects.toThrow(/^Could not look up the zone: the token is not known, or may not/)
    expect(account.writes()).toEqual([])
  })
  test.each([
    ['the wait that is asked for', 'd1.create', 'rate-limited', /make the database.*wait 30 seconds\. Try again/],
    ['a fault', 'queues.create', 'broken', /make the queue.*out of order.*Try again/],
    ['R2 that isn’t switched on', 'r2.list', 'no-r2', /R2 is not switched on/],
  ] as const)('%s', async (_, operation, trouble, words) => {
    account.fail(operation, trouble)
    await expect(run()).rejects.toThrow(words)
    await run()
    expect(holds()).toEqual(WHOLE)
  })
  test('no answer at all, though it was done: the next run finds it', async () => {
    account.fail('d1.create', 'silent')
    process.env.CLOUDFLARE_API_TIMEOUT = '200'
    try {
      await expect(run()).rejects.toThrow(/Could not make the database.*no answer.*Try again/)
    } finally {
      delete process.env.CLOUDFLARE_API_TIMEOUT
    }
    await run()
    expect(holds()).toEqual(WHOLE)
  })
  test('nobody there', async () => {
    const settings = { ...given(), apiBaseUrl: 'http://127.0.0.1:1' }
    await expect(deploy({ settings, isDry: false, wrangler: quickWrangler, say: () => {}, config: CONFIG })).rejects.toThrow(/no answer from Cloudflare/)
  })
  test('a zone that isn’t there, or isn’t active yet', async () => {
    await expect(deploy({ settings: { ...given(), baseDomain: 'other.test' }, isDry: false, wrangler: quickWrangler, say: () => {} })).rejects.toThrow(
      /no zone for other\.test/,
    )
    account.held.zone.status = 'pending'
    await expect(run()).rejects.toThrow(/name servers/)
  })
  test('a name with a record that leads past Cloudflare', async () => {
    account.held.dnsRecords.push({ id: 'a', name: `app.${BASE}`, type: 'A', content: '192.0.2.1', proxied: false, proxiable: true, ttl: 1 })
    await expect(run()).rejects.toThrow(/app\.stockflow\.test has a record.*A 192\.0\.2\.1/)
    expect(account.held.dnsRecords.find(({ id }) => id === 'a')?.content).toBe('192.0.2.1')
  })
  test('a zone whose custom hostnames, or whose requests, are somebody else’s', async () => {
    account.held.fallback = { origin: 'shop.stockflow.test', status: 'active', errors: [], created_at: '', updated_at: '' }
    await expect(run()).rejects.toThrow(/fallback origin is shop\.stockflow\.test/)
    expect(account.writes()).toEqual([])
    account.held.fallback = undefined
    account.held.routes = [{ id: 'r', pattern: '*/*', script: 'shop' }]
    await expect(run()).rejects.toThrow(/leads to shop/)
    expect(holds()).toMatchObject({ routes: ['*/* shop'] })
  })
  test('new code for a site that lacks a secret', async () => {
    await run()
    setSecrets(REQUIRED_SECRETS.slice(1))
    account.calls.splice(0)
    const settings = { ...given(), vars: { MAIL_PACE: '50/1' } }
    const again = deploy({ settings, isDry: false, wrangler: quickWrangler, say: () => {}, config: CONFIG })
    await expect(again).rejects.toThrow(/^Not set: SESSION_SECRETS\..*the old one was left[\s\S]*randomBytes.* \| npx wrangler secret put SESSION_SECRETS/)
    expect(account.writes()).toEqual([])
  })
  test('wrangler’s own words', async () => {
    await expect(run({ wrangler: () => Promise.reject(new Error('the build failed')) })).rejects.toThrow('the build failed')
  })
})

describe('settings', () => {
  const good = { BASE_DOMAIN: BASE, MAIL_FROM: `portal@${BASE}`, CLOUDFLARE_API_TOKEN: 'x' }
  test.each([
    ['no domain', { BASE_DOMAIN: ' ' }, 'BASE_DOMAIN is not set'],
    ['this machine', { BASE_DOMAIN: 'stockflow.localhost' }, 'names this machine'],
    ['an address', { BASE_DOMAIN: 'https://stockflow.io' }, 'BASE_DOMAIN is no domain'],
    ['no sender', { MAIL_FROM: undefined }, 'MAIL_FROM is not set'],
    ['a sender that is none', { MAIL_FROM: 'StockFlow' }, 'MAIL_FROM is no address'],
    ['no token', { CLOUDFLARE_API_TOKEN: '' }, 'CLOUDFLARE_API_TOKEN is not set'],
  ])('%s', (_, change, words) => {
    expect(settingsOf(good)).toHaveProperty('settings')
    expect(settingsOf({ ...good, ...change })).toEqual({ problems: [expect.stringContaining(words)] })
  })
  test('a base domain below its zone finds the zone', async () => {
    const settings = { ...given(), baseDomain: `portal.${BASE}` }
    await deploy({ settings, isDry: false, wrangler: quickWrangler, say: () => {}, config: CONFIG })
    expect(holds()).toMatchObject({ fallback: `fallback.portal.${BASE}`, routes: WHOLE.routes })
  })
})
