import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { z } from 'zod'
import { Api, Refused } from '#tools/deploy/api.ts'
import * as shapes from './account/shapes.ts'
import { type AccountStandIn, startAccount } from './account.ts'

/** The stand-in for an account at Cloudflare is held to the same documented words as we are. */

const FOLDER = join(import.meta.dirname, 'account/samples')
const read = (file: string) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))
const files = readdirSync(FOLDER)

/** Which shape a sample's name stands for: the first that fits. */
const SHAPES: [RegExp, z.ZodType][] = [
  [/^refusal-/, shapes.Refusal],
  [/^token/, shapes.TokenAnswer],
  [/^zones/, shapes.ZoneList],
  [/^dns-records/, shapes.RecordList],
  [/^routes/, shapes.RouteList],
  [/^fallback-origin/, shapes.FallbackAnswer],
  [/^databases/, shapes.DatabaseList],
  [/^database/, shapes.DatabaseAnswer],
  [/^query/, shapes.QueryAnswer],
  [/^buckets/, shapes.BucketList],
  [/^queues/, shapes.QueueList],
  [/^secrets/, shapes.SecretList],
  [/^settings/, shapes.SettingsAnswer],
]
test.each(files)('%s is of its shape', (file) => {
  const shape = SHAPES.find(([name]) => name.test(file))?.[1]
  expect(shape, 'a sample without a shape').toBeDefined()
  expect(shape?.safeParse(read(file)).error).toBeUndefined()
})
test('every shape has a sample', () => expect(SHAPES.filter(([name]) => !files.some((file) => name.test(file)))).toEqual([]))

let account: AccountStandIn
beforeEach(async () => {
  account = await startAccount('stockflow.test', { 'zones-alone': ['Zone → Zone → Read'] })
})
afterEach(() => account.stop())

const call = async (method: string, path: string, body?: object, token = account.token) => {
  const answer = await fetch(`${account.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.json() }
}

test('the stand-in answers in these shapes', async () => {
  const [at, zone] = [`/accounts/${account.held.account.id}`, `/zones/${account.held.zone.id}`]
  account.held.scripts.set('portal', {
    bindings: [{ name: 'RELEASE', type: 'plain_text', text: 'a' }],
    secrets: ['SESSION_SECRETS'],
    schedules: [],
    uploads: 1,
  })
  const made = shapes.DatabaseAnswer.parse((await call('POST', `${at}/d1/database`, { name: 'portal' })).body)
  const query = `${at}/d1/database/${made.result.uuid}/query`
  const things: [string, string, object][] = [
    ['POST', `${at}/r2/buckets`, { name: 'portal' }],
    ['POST', `${at}/queues`, { queue_name: 'mail' }],
    ['POST', `${zone}/dns_records`, { type: 'AAAA', name: 'fallback.stockflow.test', content: '100::', proxied: true }],
    ['POST', `${zone}/workers/routes`, { pattern: '*/*', script: 'portal' }],
    ['PUT', `${zone}/custom_hostnames/fallback_origin`, { origin: 'fallback.stockflow.test' }],
    ['POST', query, { sql: 'CREATE TABLE a (b); INSERT INTO a VALUES (1)' }],
  ]
  for (const [method, path, body] of things) expect([path, (await call(method, path, body)).status]).toEqual([path, 200])
  const asked: [z.ZodType, string, object?][] = [
    [shapes.TokenAnswer, '/user/tokens/verify'],
    [shapes.ZoneList, '/zones?name=stockflow.test'],
    [shapes.DatabaseList, `${at}/d1/database?name=portal`],
    [shapes.BucketList, `${at}/r2/buckets`],
    [shapes.QueueList, `${at}/queues?name=mail`],
    [shapes.RecordList, `${zone}/dns_records?name=fallback.stockflow.test`],
    [shapes.RouteList, `${zone}/workers/routes`],
    [shapes.FallbackAnswer, `${zone}/custom_hostnames/fallback_origin`],
    [shapes.SecretList, `${at}/workers/scripts/portal/secrets`],
    [shapes.SettingsAnswer, `${at}/workers/scripts/portal/settings`],
    [shapes.QueryAnswer, query, { sql: 'SELECT b FROM a WHERE b = ?', params: [1] }],
  ]
  for (const [shape, path, body] of asked) {
    const answer = await call(body ? 'POST' : 'GET', path, body)
    expect([path, answer.status, shape.safeParse(answer.body).error]).toEqual([path, 200, undefined])
    expect(JSON.stringify(answer.body), path).not.toMatch(/"result":(\[\]|\{"buckets":\[\]\})/)
  }
})

test('the stand-in refuses in the words of the samples', async () => {
  const at = `/accounts/${account.held.account.id}`
  expect(await call('GET', `${at}/queues`, undefined, 'zones-alone')).toEqual({ status: 403, body: read('refusal-authentication.json') })
  expect(await call('GET', `${at}/workers/scripts/none/secrets`)).toEqual({ status: 404, body: read('refusal-no-worker.json') })
  account.fail('r2.list', 'no-r2')
  expect(await call('GET', `${at}/r2/buckets`)).toEqual({ status: 403, body: read('refusal-no-r2.json') })
  account.fail('queues.list', 'rate-limited')
  expect(await call('GET', `${at}/queues`)).toEqual({ status: 429, body: read('refusal-too-fast.json') })
  expect((await call('GET', '/zones', undefined, 'nobody')).status).toBe(403)
  expect((await call('GET', '/user/tokens/verify', undefined, 'nobody')).status).toBe(401)
  for (const path of ['/r2/buckets', '/d1/database']) {
    await call('POST', `${at}${path}`, { name: 'portal' })
    expect(shapes.Refusal.safeParse((await call('POST', `${at}${path}`, { name: 'portal' })).body).success, path).toBe(true)
  }
})

test('what a batch began is undone when one of its statements fails', async () => {
  const at = `/accounts/${account.held.account.id}/d1/database`
  const { result } = shapes.DatabaseAnswer.parse((await call('POST', at, { name: 'portal' })).body)
  const query = (body: object) => call('POST', `${at}/${result.uuid}/query`, body)
  await query({ sql: 'CREATE TABLE a (b UNIQUE)' })
  const failed = await query({
    batch: [
      { sql: 'INSERT INTO a VALUES (?)', params: [1] },
      { sql: 'INSERT INTO a VALUES (?)', params: [1] },
    ],
  })
  expect([failed.status, shapes.Refusal.parse(failed.body).errors[0]?.code]).toEqual([400, 7500])
  expect((await query({ sql: 'SELECT * FROM a' })).body).toMatchObject({ result: [{ results: [] }] })
})

test('we read them as they are meant', async () => {
  const api = new Api(account.url, 'zones-alone')
  const purpose = { doing: 'look', scope: 'Account → Queues → Edit' }
  expect(await api.get('/zones?name=stockflow.test', purpose)).toMatchObject([{ name: 'stockflow.test' }])
  const refused = await api.get(`/accounts/${account.held.account.id}/queues`, purpose).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(Refused)
  expect(refused).toMatchObject({ status: 403, code: 10_000, message: expect.stringContaining('“Account → Queues → Edit”') })
  expect(await new Api(account.url, account.token).find(`/accounts/${account.held.account.id}/workers/scripts/none/secrets`, purpose)).toBeUndefined()
})
