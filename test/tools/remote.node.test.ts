import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AccountStandIn, startAccount } from '#test/standins/account.ts'
import { Api } from '#tools/deploy/api.ts'
import { localConfig, needsOf } from '#tools/deploy/config.ts'
import { migrationFiles, ROOT } from '#tools/local-state.ts'

/** `npm run tenant -- … --remote`, as it is typed, against an account on this machine. */

const BASE = 'stockflow.test'
let account: AccountStandIn
let query: <T>(sql: string) => Promise<T[]>

beforeAll(async () => {
  account = await startAccount(BASE)
  const api = new Api(account.url, account.token)
  const at = `/accounts/${account.held.account.id}/d1/database`
  const purpose = { doing: 'try', scope: '' }
  const { uuid } = await api.post<{ uuid: string }>(at, { name: needsOf(localConfig()).database }, purpose)
  query = async <T>(sql: string) => (await api.post<{ results: T[] }[]>(`${at}/${uuid}/query`, { sql }, purpose))[0]?.results ?? []
  for (const file of migrationFiles()) await query(readFileSync(join(ROOT, 'migrations', file), 'utf8'))
})
afterAll(() => account.stop())

type Ended = { code: number; out: string; err: string }
const tenant = (args: string[], more: Record<string, string> = {}): Promise<Ended> => {
  const { CLOUDFLARE_ACCOUNT_ID: _, ...inherited } = process.env
  const given = { BASE_DOMAIN: BASE, MAIL_FROM: `portal@${BASE}`, CLOUDFLARE_API_TOKEN: account.token, CLOUDFLARE_API_BASE_URL: account.url, LINK_KEY_ID: '2' }
  return promisify(execFile)(process.execPath, ['tools/tenant.ts', ...args, '--remote'], { cwd: ROOT, env: { ...inherited, ...given, ...more } }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, out: error.stdout, err: error.stderr }),
  )
}
const create = (email = 'jo@alder.example') => tenant(['create', '--slug', 'alder', '--name', 'Alder & Co', '--owner-email', email])

test('a company is made once, with its owner’s mail, and only its owner’s words make it again', async () => {
  expect((await tenant(['list'])).out).toBe('No company yet.\n')
  const made = await create()
  expect([made.code, made.out]).toEqual([0, expect.stringContaining('Alder & Co is made, as alder.')])
  expect(made.out).not.toContain('npm start')
  const [mail] = await query<{ data: string; key_id: string; state: string }>('SELECT data, key_id, state FROM outbox')
  expect(mail).toMatchObject({ key_id: '2', state: 'queued' })
  expect(JSON.parse(mail?.data ?? '')).toMatchObject({ address: `https://app.${BASE}`, sender: `portal@${BASE}` })
  expect((await create()).out).toContain('Nothing was changed.')
  expect(await create('ed@alder.example')).toMatchObject({ code: 1, err: expect.stringContaining('taken by another company') })
  expect((await tenant(['list'])).out).toBe('alder  ·  Alder & Co  ·  jo@alder.example  ·  off\n')
  expect(await query('SELECT slug FROM tenants')).toEqual([{ slug: 'alder' }])
})

test('is served no more, and again', async () => {
  expect((await tenant(['disable', '--slug', 'alder'])).out).toContain('served no more')
  expect((await tenant(['list'])).out).toContain('disabled')
  expect((await tenant(['enable', '--slug', 'alder'])).out).toContain('served again')
  expect((await tenant(['list'])).out).not.toContain('disabled')
  expect(await tenant(['disable', '--slug', 'birch'])).toMatchObject({ code: 1, err: expect.stringContaining('no company birch') })
})

test('all of it is made, or nothing', async () => {
  await query("CREATE TRIGGER fails BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'not today'); END")
  const failed = await tenant(['create', '--slug', 'birch', '--name', 'Birch', '--owner-email', 'bo@birch.example'])
  await query('DROP TRIGGER fails')
  expect([failed.code, failed.err]).toEqual([1, expect.stringContaining('not today')])
  expect(await query("SELECT slug FROM tenants WHERE slug = 'birch'")).toEqual([])
})

test('says what is missing, in a sentence', async () => {
  expect(await tenant(['list'], { BASE_DOMAIN: '' })).toMatchObject({ code: 1, err: expect.stringContaining('BASE_DOMAIN is not set') })
  expect(await tenant(['list'], { CLOUDFLARE_API_TOKEN: 'nobody' })).toMatchObject({ code: 1, err: expect.stringContaining('Could not look up the zone') })
  account.held.databases.splice(0)
  expect(await tenant(['list'])).toMatchObject({ code: 1, err: expect.stringContaining('npm run deploy makes it') })
})
