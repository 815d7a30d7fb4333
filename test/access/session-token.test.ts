import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { readPortalToken, readStaffToken, signPortalToken } from '#src/access/session-token.ts'
import { DAY, SECOND } from '#src/dates.ts'
import { PORTAL_SESSION } from '#src/db/client-gate.ts'

const NOW = Date.UTC(2026, 4, 1)
const CLAIMS = { tenantId: 'Tenant', sessionId: 'session', portalUserId: 'user', clientId: 'client', timeZone: 'Europe/Berlin' }

it('reads again what it read before, until its time is over', async () => {
  const token = await signPortalToken(env, CLAIMS, NOW)
  const read = { ...CLAIMS, writtenAt: NOW }
  expect(await readPortalToken(env, token, NOW)).toEqual(read)
  expect(await readPortalToken(env, token, NOW + DAY)).toEqual(read)
  expect(await readPortalToken(env, token, NOW + PORTAL_SESSION - SECOND)).toEqual(read)
  expect(await readPortalToken(env, token, NOW + PORTAL_SESSION)).toBeUndefined()
  expect(await readPortalToken(env, token, NOW)).toEqual(read)
})

it('refuses a change to a token that it read before, on the other surface, and under other secrets', async () => {
  const token = await signPortalToken(env, CLAIMS, NOW)
  expect(await readPortalToken(env, token, NOW)).toBeDefined()
  const [head = '', , signature = ''] = token.split('.')
  const [, claims = ''] = (await signPortalToken(env, { ...CLAIMS, clientId: 'other' }, NOW)).split('.')
  expect(await readPortalToken(env, `${head}.${claims}.${signature}`, NOW)).toBeUndefined()
  expect(await readPortalToken(env, `${token.slice(0, -2)}AA`, NOW)).toBeUndefined()
  expect(await readStaffToken(env, token, NOW)).toBeUndefined()
  expect(await readPortalToken({ ...env, SESSION_SECRETS: `new:${'k'.repeat(40)}` }, token, NOW)).toBeUndefined()
})

it('reads what an older secret signed for as long as that one is there', async () => {
  const secrets = { old: `old:${'o'.repeat(40)}`, new: `new:${'n'.repeat(40)}` }
  const under = (SESSION_SECRETS: string) => ({ ...env, SESSION_SECRETS })
  const token = await signPortalToken(under(secrets.old), CLAIMS, NOW)
  expect(await readPortalToken(under(secrets.old), token, NOW)).toBeDefined()
  expect(await readPortalToken(under(`${secrets.new},${secrets.old}`), token, NOW)).toBeDefined()
  expect(await readPortalToken(under(secrets.new), token, NOW)).toBeUndefined()
})

it('reads more tokens than it holds on to', async () => {
  const tokens = await Promise.all(Array.from({ length: 1500 }, (_, i) => signPortalToken(env, { ...CLAIMS, sessionId: `session ${i}` }, NOW)))
  const read: (string | undefined)[] = []
  for (const token of tokens) read.push((await readPortalToken(env, token, NOW))?.sessionId)
  expect(read).toEqual(tokens.map((_, i) => `session ${i}`))
})
