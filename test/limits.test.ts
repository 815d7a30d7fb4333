import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import * as passwords from '#src/access/password.ts'
import { sweepLimits } from '#src/db/limits.ts'
import type { Env } from '#src/env.ts'
import worker from '#src/worker.ts'
import { askPortal, askStaff, cookieOf, withoutQueue } from '#test/asking.ts'
import { type Company, makeClient, makeCompany, PASSWORD, type Person } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'

/** The durable limit on wrong passwords, with the limits by the minute taken away. */

const never = { limit: async () => ({ success: true }) }
const unhurried: Env = { ...withoutQueue, LIMIT_ADDRESS: never, LIMIT_NETWORK: never }

let company: Company
let person: Person
beforeAll(async () => {
  company = await makeCompany('Limitworks')
  person = await makeClient(company, 'Limitada')
})

const WRONG = 'not the right password'
const HERE = '198.51.100.7'
const form = (email: string, password: string, ip: string, given = unhurried) => ({
  form: { email, password },
  headers: { 'CF-Connecting-IP': ip },
  env: given,
})
const signIn = (password: string, ip: string, { email } = person, given = unhurried) => askPortal(person, '/sign-in', form(email, password, ip, given))
const signInStaff = (password: string, ip: string, given = unhurried) => askStaff('/sign-in', form(company.staffEmail, password, ip, given))
const statuses = async (answers: Promise<Response>[]) => {
  const counts: Record<number, number> = {}
  for (const { status } of await Promise.all(answers)) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
const many = (n: number, one: (i: number) => Promise<Response>) => statuses(Array.from({ length: n }, (_, i) => one(i)))
const at = async <T>(instant: number, work: () => Promise<T>): Promise<T> => {
  const clock = vi.spyOn(Date, 'now').mockReturnValue(instant)
  try {
    return await work()
  } finally {
    clock.mockRestore()
  }
}
const windows = async () => (await env.DB.prepare('SELECT key, count, ends_at FROM limits').all<{ key: string; count: number; ends_at: number }>()).results

/** How many passwords are measured while `work` runs; each costs a fifth of a second of a processor. */
const hashesOf = async <T>(work: () => Promise<T>): Promise<{ hashes: number; result: T }> => {
  const verify = vi.spyOn(passwords, 'verifyPassword').mockResolvedValue(false)
  try {
    const result = await work()
    return { result, hashes: verify.mock.calls.length }
  } finally {
    verify.mockRestore()
  }
}

describe.each([
  ['a client’s person', signIn as (password: string, ip: string, of?: undefined, given?: Env) => Promise<Response>],
  ['staff', (password: string, ip: string, _?: undefined, given?: Env) => signInStaff(password, ip, given)],
])('wrong passwords of %s', (_, attempt) => {
  it('are measured ten times, however many come at once; then no more from there for ten minutes', async () => {
    const { hashes, result } = await hashesOf(() => many(200, () => attempt(WRONG, HERE, undefined, farAway(unhurried))))
    expect(hashes).toBe(10)
    expect(result).toEqual({ 422: 10, 429: 190 })
    const refused = await hashesOf(() => attempt(PASSWORD, HERE))
    expect([refused.hashes, refused.result.status]).toEqual([0, 429])
    const seconds = Number(refused.result.headers.get('Retry-After'))
    expect(seconds).toBeGreaterThan(300)
    expect(seconds).toBeLessThanOrEqual(600)
    expect(await refused.result.text()).toMatch(/Too many wrong passwords .* Try again in \d+ minutes\./)
  })

  it('keep nobody out who comes from elsewhere with the right one', async () => {
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) expect((await attempt(PASSWORD, '203.0.113.9')).status, `time ${n}`).toBe(303)
    expect((await attempt(PASSWORD, HERE)).status).toBe(429)
  })

  it('may be tried again when the ten minutes are over, by the clock that the code uses', async () => {
    const ends = Math.max(...(await windows()).filter(({ count }) => count === 11).map(({ ends_at }) => ends_at))
    const waiting = await at(ends - 10_000, () => attempt(PASSWORD, HERE))
    expect([waiting.status, waiting.headers.get('Retry-After')]).toEqual([429, '10'])
    expect((await at(ends - 1, () => attempt(PASSWORD, HERE))).headers.get('Retry-After')).toBe('1')
    expect((await at(ends, () => attempt(PASSWORD, HERE))).status).toBe(303)
  })
})

const wrongTimes = (times: number, ip: (n: number) => string, of = person) => hashesOf(() => many(times, (n) => signIn(WRONG, ip(n), of)))

it('a right password begins anew', async () => {
  const from = '198.51.100.20'
  for (const _ of [1, 2, 3]) {
    expect((await wrongTimes(9, () => from)).result).toEqual({ 422: 9 })
    expect((await signIn(PASSWORD, from)).status).toBe(303)
  }
  expect((await wrongTimes(10, () => from)).result).toEqual({ 422: 10 })
  expect((await signIn(PASSWORD, from)).status).toBe(429)
})

it('a right password that lets nobody in begins nothing anew', async () => {
  const revoked = await makeClient(company, 'Limitbar')
  await env.DB.prepare('DELETE FROM accesses WHERE client_id = ?').bind(revoked.clientId).run()
  for (const _ of Array(10)) expect((await signIn(PASSWORD, HERE, revoked)).status).toBe(422)
  expect((await signIn(PASSWORD, HERE, revoked)).status).toBe(429)
})

it('a home of the newer kind counts as one network, whichever of its addresses it uses; its neighbour is another', async () => {
  const six = await makeClient(company, 'Limitsix')
  expect((await wrongTimes(25, (n) => `2001:db8:7:8:${n}::${n}`, six)).result).toEqual({ 422: 10, 429: 15 })
  expect((await signIn(PASSWORD, '2001:db8:7:9::1', six)).status).toBe(303)
})

it('counts what is tried, whoever has it: the address as it is compared, known or not, each portal apart', async () => {
  const { email } = await makeClient(company, 'Limitcase')
  const spellings = [email, email.toUpperCase(), ` ${email} `]
  const at = '198.51.100.30'
  const { result } = await hashesOf(() => many(12, (n) => askPortal(person, '/sign-in', form(spellings[n % 3] ?? '', WRONG, at))))
  expect(result).toEqual({ 422: 10, 429: 2 })
  const unknown = await hashesOf(() => many(12, () => signIn(WRONG, at, { ...person, email: 'nobody@x.example' })))
  expect(unknown.result).toEqual(result)
  const there = await makeClient(await makeCompany('Limitnext'), 'Limitfar')
  expect((await hashesOf(() => askPortal(there, '/sign-in', form(email, WRONG, at)))).result.status).toBe(422)
  expect((await hashesOf(() => askStaff('/sign-in', form(email, WRONG, at)))).result.status).toBe(422)
})

it('no cookie makes a difference, and no header that a visitor can write', async () => {
  const { email } = await makeClient(company, 'Limitcookie')
  const cookie = cookieOf(await signIn(PASSWORD, '203.0.113.50'))
  const attempt = (n: number) =>
    askPortal(person, '/sign-in', {
      form: { email, password: WRONG },
      headers: { 'CF-Connecting-IP': HERE, 'X-Forwarded-For': `203.0.113.${n}`, 'X-Real-IP': `203.0.113.${n}`, Forwarded: `for=203.0.113.${n}` },
      cookie: n % 2 ? cookie : '',
      env: unhurried,
    })
  expect((await hashesOf(() => many(20, attempt))).result).toEqual({ 422: 10, 429: 10 })
})

it('holds no address that could be read, and the sweep removes what has ended', async () => {
  await signIn(WRONG, '198.51.100.60')
  for (const { key } of await windows()) expect(key).toMatch(/^[\w-]{43}$/)
  const ends = (await windows()).map(({ ends_at }) => ends_at)
  expect(ends.length).toBeGreaterThan(1)
  const middle = Math.max(...ends) - 1
  expect(await sweepLimits(env, middle)).toBe(ends.filter((end) => end <= middle).length)
  expect(await windows()).toHaveLength(ends.filter((end) => end > middle).length)
  // The clock that calls every minute does it.
  await worker.scheduled(createScheduledController({ scheduledTime: new Date(Math.max(...ends)) }), withoutQueue)
  expect(await windows()).toEqual([])
})
