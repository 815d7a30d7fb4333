import { beforeAll, expect, it } from 'vitest'
import { passwordChangedMail } from '#src/access/notice.ts'
import { useResetLink } from '#src/access/use-link.ts'
import { HOUR } from '#src/dates.ts'
import { forTenant } from '#src/db/door.ts'
import { withoutQueue } from '#test/asking.ts'
import { type Company, makeClient, makeCompany, PASSWORD, type Person, setSettings } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import { asked, change, choose, entriesOf, mailsOf, NEW_PASSWORD, rowOf, sessionsOf, signIn } from './passwords.ts'

/** What comes at the same moment, with a database that is far away. */

const far = farAway(withoutQueue)
let company: Company
beforeAll(async () => {
  company = await makeCompany('Atonce')
})

/** As the page runs it, without the time that a hash takes. */
const use = ({ portalUserId, email }: Person, mailId: string, passwordHash: string, now = Date.now()) => {
  const { tenantId, slug, name } = company
  const door = forTenant(far, tenantId)
  const whereabouts = { device: '', city: '', country: '' }
  const person = { id: portalUserId, email, name: '' }
  const notice = passwordChangedMail({
    env: far,
    person,
    clients: [],
    rows: { profiles: [], settings: [] },
    tenant: { slug, name, hostname: null },
    whereabouts,
    now,
  })
  return door.run(useResetLink(door, { mailId, portalUserId, passwordHash, now }, notice))
}

it.each([
  ['it has expired', '', HOUR],
  ['there is a newer one', "UPDATE portal_users SET reset_mail_id = 'another' WHERE tenant_id = ?1 AND id = ?2", 0],
  ['the person has no password any more', 'UPDATE portal_users SET password_hash = NULL WHERE tenant_id = ?1 AND id = ?2', 0],
  ['the access is gone', 'DELETE FROM accesses WHERE tenant_id = ?1 AND portal_user_id = ?2', 0],
  [
    'the client is switched off',
    'UPDATE clients SET portal_access = 0 WHERE tenant_id = ?1 AND email_key = (SELECT email_key FROM portal_users WHERE id = ?2)',
    0,
  ],
  ['the portal is off', 'UPDATE portal_settings SET enabled = 0 WHERE tenant_id = ?1 AND ?2 <> 0', 0],
])('the use itself finds that %s, whatever was read before', async (what, spoil, later) => {
  const person = await makeClient(company, `Spoilt, ${what}`)
  const { mail } = await asked(person)
  if (spoil) await change(spoil, company.tenantId, person.portalUserId)
  expect(await use(person, mail.id, 'hash', Date.now() + later)).toEqual({ notice: 0, entry: 0, mail: 0, sessions: 0, used: 0 })
  await setSettings(company, { enabled: true })
})

it('fifty uses of one reset link at once: one password, one entry, one notice', async () => {
  const person = await makeClient(company, 'Fifty')
  const { mail } = await asked(person)
  const { tenantId, slug, name } = company
  const door = forTenant(far, tenantId)
  const now = Date.now()
  // As the page runs them, without fifty hashes.
  const use = (passwordHash: string) => {
    const { portalUserId, email } = person
    const whereabouts = { device: '', city: '', country: '' }
    const reader = { id: portalUserId, email, name: '' }
    const notice = passwordChangedMail({
      env: far,
      person: reader,
      clients: [],
      rows: { profiles: [], settings: [] },
      tenant: { slug, name, hostname: null },
      whereabouts,
      now,
    })
    return door.run(useResetLink(door, { mailId: mail.id, portalUserId, passwordHash, now }, notice))
  }
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => use(`hash-${i}`)))
  const winners = answers.flatMap(({ used }, i) => (used === 1 ? [i] : []))
  expect(winners).toHaveLength(1)
  expect((await rowOf(person))?.password_hash).toBe(`hash-${winners[0]}`)
  expect(await entriesOf(person)).toEqual(['reset-sent', 'password-changed'])
  expect((await mailsOf(person)).map(({ kind }) => kind)).toEqual(['password-reset', 'password-changed'])
})

it('a reset posted twice, beside sign-ins with the old password: none of them outlives it', { timeout: 60_000 }, async () => {
  for (const later of [0, 25]) {
    const person = await makeClient(company, `Beside ${later}`)
    const { path } = await asked(person)
    const passwords = [NEW_PASSWORD, `${NEW_PASSWORD}-too`]
    const [one, two] = await Promise.all([
      ...passwords.map((password) => choose(company, path, password, { env: far })),
      signIn(person, PASSWORD, { env: far }),
      signIn(person, PASSWORD, { env: farAway(withoutQueue, 60 + later) }),
    ])
    expect([one?.status, two?.status].sort()).toEqual([303, 410])
    expect((await sessionsOf(person)).filter(({ ended_at }) => ended_at === null)).toEqual([])
    expect((await signIn(person, passwords[one?.status === 303 ? 0 : 1] ?? '')).status).toBe(303)
  }
})
