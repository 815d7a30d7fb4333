import { beforeAll, expect, it } from 'vitest'
import { passwordChangedMail } from '#src/access/notice.ts'
import { useResetLink } from '#src/access/use-link.ts'
import { forTenant } from '#src/db/door.ts'
import { withoutQueue } from '#test/asking.ts'
import { type Company, makeClient, makeCompany, PASSWORD } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import { asked, choose, entriesOf, mailsOf, NEW_PASSWORD, rowOf, sessionsOf, signIn } from './passwords.ts'

/** What comes at the same moment, with a database that is far away. */

const far = farAway(withoutQueue)
let company: Company
beforeAll(async () => {
  company = await makeCompany('Atonce')
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
      tenant: { slug, name },
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
