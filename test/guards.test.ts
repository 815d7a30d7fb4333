import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { TooMany } from '#src/errors.ts'
import { networkOf } from '#src/guards.ts'
import { tooMany } from '#src/refusals.tsx'
import { askPortal, askStaff } from '#test/asking.ts'
import { makeClient, makeCompany } from '#test/cast.ts'

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:0001:0002::', '2001:db8:1:2'],
  ['2001:db8:1::9', '2001:db8:1:0'],
  ['2001:db8::1:2:3:4', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['', ''],
])('%s is of the network "%s"', (ip, network) => {
  expect(networkOf(ip)).toBe(network)
})

it.each([
  [1, 'a minute'],
  [60, 'a minute'],
  [61, '2 minutes'],
  [3600, '60 minutes'],
])('who must wait %d seconds is told to try again in %s', (seconds, words) => {
  expect(tooMany(new TooMany(seconds, 'resets')).text).toBe(`At most 3 password resets an hour are sent to one address. Try again in ${words}.`)
})

it('too many posts in a minute are refused before the database is asked: as a page, or as a part where one was asked for', async () => {
  const person = await makeClient(await makeCompany('Guardworks'), 'Guardina')
  const over = { limit: async () => ({ success: false }) }
  const silent = new Proxy(env.DB, {
    get: () => {
      throw new Error('asked')
    },
  })
  const given = { ...env, DB: silent, LIMIT_NETWORK: over }
  const form = { email: person.email, password: 'x' }
  const headers = { 'HX-Request-Type': 'partial' }
  const answers = await Promise.all([
    askPortal(person, '/sign-in', { form, env: given }),
    askPortal(person, '/set-password/x', { form, env: given }),
    askStaff('/sign-in', { form, env: given }),
    askPortal(person, '/sign-in', { form, env: given, headers }),
  ])
  expect(answers.map(({ status, headers }) => [status, headers.get('Retry-After')])).toEqual(answers.map(() => [429, '60']))
  const texts = await Promise.all(answers.map((answer) => answer.text()))
  for (const text of texts) expect(text).toContain('Too many tries in a short time. Try again in a minute.')
  expect(texts.map((text) => text.startsWith('<!DOCTYPE html>'))).toEqual([true, true, true, false])
})
