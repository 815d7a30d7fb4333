import { hashPassword } from '#src/access/password.ts'
import { searchWordsOf } from '#src/clients/words.ts'
import { clients } from '#src/db/schema/clients.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { memberships, staff } from '#src/db/schema/staff.ts'
import { companyProfiles, portalSettings, tenants } from '#src/db/schema/tenants.ts'
import type { Env } from '#src/env.ts'
import { fold } from '#src/fold.ts'
import { newId, newTenantId } from '#src/ids.ts'
import { insertAll } from '../bulk.ts'

/** A company with thousands of clients, nobody of whom was invited yet, and a few people who have a password. */

export const SLUG = 'faults'
export const STAFF = { email: 'owner@faults.example', password: 'quarry-lantern-harvest' }

/** Of a hundred clients, so many share their address with the one before them. */
const SHARED_IN_100 = 3
/** One in so many has an address from which mail comes back. */
const BOUNCES_EVERY = 200
const PEOPLE_WITH_PASSWORD = 5

export type Books = {
  tenantId: string
  /** Of those to be invited: the names of the clients that each address has. */
  invited: Map<string, string[]>
  refused: string[]
  bouncing: string[]
  /** Who has a password, and may forget it. */
  people: string[]
}

/** The stand-in refuses the one alone, having no host, and the other with the whole call that holds it. Both are passed by our own check here. */
const refusedAddress = (i: number) => (i % 2 === 0 ? `refused-${i}` : `poison-${i}@books.example`)

const addressOf = (i: number, refused: number): string => {
  if (i < refused) return refusedAddress(i)
  const isShared = i % 100 >= 100 - SHARED_IN_100 && i > refused
  const own = isShared ? i - SHARED_IN_100 : i
  return `${own % BOUNCES_EVERY === BOUNCES_EVERY - 1 - SHARED_IN_100 * 2 ? 'bounce' : 'client'}-${own}@books.example`
}

const clientOf = (tenantId: string, name: string, code: string, email: string, now: number): typeof clients.$inferInsert => ({
  tenantId,
  id: newId(),
  code,
  name,
  nameKey: fold(name),
  email,
  emailKey: email,
  emailValid: true,
  status: 'active',
  currency: 'EUR',
  words: JSON.stringify(searchWordsOf({ name, code, email })),
  createdAt: now,
  updatedAt: now,
})

export const makeBooks = async (env: Env, { clients: count, refused }: { clients: number; refused: number }): Promise<Books> => {
  const [tenantId, staffId, now] = [newTenantId(), newId(), Date.now()]
  const passwordHash = await hashPassword(STAFF.password)
  const rows = Array.from({ length: count }, (_, i) => clientOf(tenantId, `Client No. ${i}`, `C-${i}`, addressOf(i, refused), now))
  const active = Array.from({ length: PEOPLE_WITH_PASSWORD }, (_, i) => clientOf(tenantId, `Active No. ${i}`, `A-${i}`, `active-${i}@books.example`, now))
  const people = active.map(({ email }) => ({
    tenantId,
    id: newId(),
    email: email ?? '',
    emailKey: email ?? '',
    passwordHash,
    passwordSetAt: now,
    createdAt: now,
  }))
  const access = (clientId: string, i: number) => ({
    tenantId,
    portalUserId: people[i]?.id ?? '',
    clientId,
    state: 'active' as const,
    invitedAt: now,
    activatedAt: now,
  })
  await env.DB.batch([
    ...insertAll(env.DB, tenants, [{ id: tenantId, slug: SLUG, name: 'Faults & Sons', createdAt: now }]),
    ...insertAll(env.DB, companyProfiles, [{ tenantId, legalName: 'Faults & Sons Ltd', timeZone: 'UTC', currency: 'EUR', locale: 'en-GB' }]),
    ...insertAll(env.DB, portalSettings, [{ tenantId, enabled: true, updatedAt: now }]),
    ...insertAll(env.DB, staff, [{ id: staffId, email: STAFF.email, emailKey: STAFF.email, name: 'Owner', passwordHash, passwordSetAt: now, createdAt: now }]),
    ...insertAll(env.DB, memberships, [{ tenantId, staffId, role: 'owner' as const, createdAt: now }]),
    ...insertAll(env.DB, clients, [...rows, ...active]),
    ...insertAll(env.DB, portalUsers, people),
    ...insertAll(
      env.DB,
      accesses,
      active.map(({ id }, i) => access(id, i)),
    ),
  ])
  const invited = Map.groupBy(rows, ({ email }) => email ?? '')
  const addresses = [...invited.keys()]
  return {
    tenantId,
    invited: new Map([...invited].map(([email, its]) => [email, its.map(({ name }) => name)])),
    refused: addresses.filter((email) => /^(?:refused|poison)-/.test(email)),
    bouncing: addresses.filter((email) => email.startsWith('bounce')),
    people: people.map(({ email }) => email),
  }
}
