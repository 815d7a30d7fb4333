import { env } from 'cloudflare:workers'
import { scryptSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { words } from '#dist/manifest.ts'
import type { Known } from '#src/access/known-words.ts'
import { drawBelow, suggestPassphrase } from '#src/access/passphrase.ts'
import { hashPassword, raisedHash, verifyPassword } from '#src/access/password.ts'
import { passwordProblem } from '#src/access/password-rules.ts'
import { ask, askStaff, portalHost } from '#test/asking.ts'
import { makeClient, makeCompany, PASSWORD } from '#test/cast.ts'

const lucia: Known = {
  company: 'Northlight Supply',
  address: 'lucia.fernandez@casaverde.example',
  name: 'Lucía Fernández',
  clients: ['Casa Verde S.L.', 'Öl & Söhne'],
}
const problem = (password: string, known = lucia) => passwordProblem(env, password, known)

describe('a new password', () => {
  it.each([
    ['northlight supply', ['Northlight Supply']],
    ['Northlight-Supply-2026', ['Northlight Supply', '2026']],
    ['northlightnorthlight', ['Northlight']],
    ['norTHLIGHT!!!supply!!!', ['Northlight Supply']],
    ['!!northlight!!and!!supply', ['Northlight', 'Supply']],
    ['lucia.fernandez@casaverde.example', ['lucia.fernandez@casaverde.example']],
    ['LUCIA.FERNANDEZ@casaverde.example1', ['lucia.fernandez@casaverde.example']],
    ['luciafernandez2026', ['lucia.fernandez', '2026']],
    ['Lucía Fernández!!', ['lucia.fernandez']],
    ['casaverde casaverde', ['casaverde']],
    ['Casa-Verde-S.L.-1999', ['Casa Verde S.L.', '1999']],
    ['casaCASAverdeVERDE', ['casaverde']],
    ['olundsohne-oelsoehne-ölsöhne', undefined],
    ['Öl&Söhne Öl&Söhne', ['Öl & Söhne']],
    ['1984 1985 1986 1987', ['1984', '1985', '1986', '1987']],
    ['lucia sleeps on 7 boats', undefined],
    ['copper-river-ballad', undefined],
    ['casa with four cats', undefined],
    ['пароль-северный-свет', undefined],
  ])('%s', async (password, named) => {
    const words = await problem(password)
    if (named === undefined) expect(words).toBeUndefined()
    else for (const word of named) expect(words).toContain(`“${word}”`)
  })

  it('is measured with a company or person of whom little is known', async () => {
    const nobody: Known = { company: 'X', address: 'a@b.co', name: '', clients: [] }
    for (const password of ['copper-river-ballad', 'xxxx yyyy zzzz aaaa', 'baobab-colander-b']) expect(await problem(password, nobody)).toBeUndefined()
  })

  it('is not taken for its length, for being common, or for repeating itself', async () => {
    expect(await problem('short')).toContain('5 characters')
    expect(await problem('x'.repeat(129))).toContain('at most 128')
    expect(await problem('abcabcabcabcabcabc')).toContain('tried first')
    expect(await problem('passwordpassword')).toContain('tried first')
    for (const dressed of ['passwordpassword1', 'PasswordPassword2026!!', 'abcabcabcabcabc 77'])
      expect(await problem(dressed), dressed).toContain('tried first')
  })
})

describe('an old hash', () => {
  const salt = Buffer.from('of-an-older-year')
  const old = `scrypt$16384$8$1$${salt.toString('base64')}$${scryptSync(PASSWORD, salt, 32, { N: 2 ** 14, r: 8, p: 1 }).toString('base64')}`

  it('is raised with the salt it has, so that two at once come to the same', async () => {
    expect(await verifyPassword(PASSWORD, old)).toBe(true)
    const [one, two] = await Promise.all([raisedHash(PASSWORD, old), raisedHash(PASSWORD, old)])
    expect(one).toMatch(/^scrypt\$32768\$8\$3\$/)
    expect(one).toBe(two)
    expect(await verifyPassword(PASSWORD, one)).toBe(true)
    expect(await verifyPassword(`${PASSWORD} `, one)).toBe(false)
    expect(await raisedHash(PASSWORD, await hashPassword(PASSWORD))).toBeUndefined()
  })

  it('is raised at the next sign-in to a portal, and by none that fails', async () => {
    const company = await makeCompany('Oldhash')
    const person = await makeClient(company, 'Oldclient')
    const one = () =>
      env.DB.prepare('SELECT password_hash AS hash FROM portal_users WHERE tenant_id = ? AND id = ?').bind(company.tenantId, person.portalUserId)
    const stored = async () => (await one().first<{ hash: string }>())?.hash
    await env.DB.prepare('UPDATE portal_users SET password_hash = ? WHERE tenant_id = ? AND id = ?').bind(old, company.tenantId, person.portalUserId).run()
    const signIn = (password: string) => ask({ host: portalHost(company), path: '/portal/sign-in', form: { email: person.email, password } })
    expect((await signIn('not the right one at all')).status).toBe(422)
    expect(await stored()).toBe(old)
    const both = await Promise.all([signIn(PASSWORD), signIn(PASSWORD)])
    expect(both.map(({ status }) => status)).toEqual([303, 303])
    expect(await stored()).toMatch(/^scrypt\$32768\$8\$3\$/)
    expect((await signIn(PASSWORD)).status).toBe(303)
  })

  it('of staff is raised likewise', async () => {
    const { staffId, staffEmail } = await makeCompany('Oldstaff')
    await env.DB.prepare('UPDATE staff SET password_hash = ? WHERE id = ?').bind(old, staffId).run()
    const signIn = () => askStaff('/sign-in', { form: { email: staffEmail, password: PASSWORD } })
    expect((await Promise.all([signIn(), signIn()])).map(({ status }) => status)).toEqual([303, 303])
    const stored = await env.DB.prepare('SELECT password_hash AS hash FROM staff WHERE id = ?').bind(staffId).first<{ hash: string }>()
    expect(stored?.hash).toMatch(/^scrypt\$32768\$8\$3\$/)
    expect((await signIn()).status).toBe(303)
  })
})

describe('a suggested passphrase', () => {
  it('is four words of the list, and one that would be taken', async () => {
    const list = (await (await env.ASSETS.fetch(`https://assets.local${words}`)).text()).split('\n')
    expect(list).toHaveLength(7772)
    for (let n = 0; n < 50; n += 1) {
      const phrase = (await suggestPassphrase(env, 15)) ?? ''
      expect(phrase.split('-')).toHaveLength(4)
      for (const word of phrase.split('-')) expect(list).toContain(word)
      expect(await problem(phrase)).toBeUndefined()
    }
    expect(((await suggestPassphrase(env, 60)) ?? '').length).toBeGreaterThanOrEqual(60)
  })

  it('draws each number as often as any other', () => {
    const counts = Array<number>(7).fill(0)
    const draws = 70_000
    for (let n = 0; n < draws; n += 1) {
      const drawn = drawBelow(7)
      counts[drawn] = (counts[drawn] ?? 0) + 1
    }
    // Chi-squared with 6 degrees of freedom: above 40 once in two million runs.
    expect(counts.reduce((sum, count) => sum + (count - draws / 7) ** 2 / (draws / 7), 0)).toBeLessThan(40)
  })

  it('is left out when the list can’t be read', async () => {
    const without = { ...env, ASSETS: { fetch: async () => new Response('', { status: 500 }) } as unknown as Fetcher }
    expect(await suggestPassphrase(without, 15)).toBeUndefined()
  })
})
