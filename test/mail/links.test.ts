import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { newId, newTenantId } from '#src/ids.ts'
import { linkToken, readLinkToken, setPasswordLink, UnknownLinkKey } from '#src/mail/links.ts'

const OLD = 'old:the-secret-that-was-first-until-yesterday'
const NEW = 'new:the-secret-that-is-the-first-from-today-on'
const withSecrets = (secrets: string) => ({ ...env, LINK_SECRETS: secrets })
const [tenantId, mailId] = [newTenantId(), newId()]

it('a token names the mail it was made for', async () => {
  const token = await linkToken(env, 'invitation', tenantId, mailId)
  expect(await readLinkToken(env, 'invitation', token)).toEqual({ tenantId, mailId })
  expect(setPasswordLink('https://a.example/portal', token)).toBe(`https://a.example/portal/set-password/${token}`)
})

it('the same mail has the same token each time', async () => {
  expect(await linkToken(env, 'invitation', tenantId, mailId)).toBe(await linkToken(env, 'invitation', tenantId, mailId))
})

it('a token opens nothing of another purpose, tenant, mail or key', async () => {
  const token = await linkToken(env, 'invitation', tenantId, mailId)
  const [, keyId, signature] = token.split('.')
  expect(await readLinkToken(env, 'staff-invitation', token)).toBeUndefined()
  expect(await readLinkToken(env, 'invitation', `${newTenantId()}${mailId}.${keyId}.${signature}`)).toBeUndefined()
  expect(await readLinkToken(env, 'invitation', `${tenantId}${newId()}.${keyId}.${signature}`)).toBeUndefined()
  expect(await readLinkToken(env, 'invitation', `${tenantId}${mailId}.other.${signature}`)).toBeUndefined()
  expect(await readLinkToken(withSecrets(`${keyId}:another-secret-under-the-same-name-entirely`), 'invitation', token)).toBeUndefined()
})

it('every other spelling of a token is refused, and none of them throws', async () => {
  const token = await linkToken(env, 'invitation', tenantId, mailId)
  const last = token.at(-1) ?? ''
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const lastLetters = [...alphabet].filter((letter) => letter !== last).map((letter) => token.slice(0, -1) + letter)
  const odd = [
    '',
    '.',
    '..',
    'x',
    token.slice(1),
    token.slice(0, -1),
    `${token}A`,
    `${token}=`,
    ` ${token}`,
    `${token}\n`,
    token.replaceAll('.', ''),
    token.toLowerCase(),
    '\u0000'.repeat(80),
    'a'.repeat(10_000),
    '%2e'.repeat(30),
  ]
  for (const text of [...odd, ...lastLetters]) expect(await readLinkToken(env, 'invitation', text), JSON.stringify(text)).toBeUndefined()
})

it('a secret that was first stays good until it is taken away', async () => {
  const before = await linkToken(withSecrets(OLD), 'invitation', tenantId, mailId)
  const rotated = withSecrets(`${NEW},${OLD}`)
  expect(await readLinkToken(rotated, 'invitation', before)).toEqual({ tenantId, mailId })
  expect(await linkToken(rotated, 'invitation', tenantId, mailId, 'old')).toBe(before)
  expect(await linkToken(rotated, 'invitation', tenantId, mailId)).toContain('.new.')
  expect(await readLinkToken(withSecrets(NEW), 'invitation', before)).toBeUndefined()
  await expect(linkToken(withSecrets(NEW), 'invitation', tenantId, mailId, 'old')).rejects.toThrow(UnknownLinkKey)
})
