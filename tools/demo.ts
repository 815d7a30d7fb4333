import { hashPassword } from '#src/access/password.ts'
import { DAY, type Instant } from '#src/dates.ts'
import { activity } from '#src/db/schema/activity.ts'
import { clients } from '#src/db/schema/clients.ts'
import { invitationRunClients, invitationRuns, mailBatches } from '#src/db/schema/invitation-runs.ts'
import { invoiceLines, invoices } from '#src/db/schema/invoices.ts'
import { orderLines, orders, shipments } from '#src/db/schema/orders.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { creditNoteLines, creditNotes, payments } from '#src/db/schema/payments.ts'
import { accesses, clientAddresses, portalSessions, portalUsers } from '#src/db/schema/people.ts'
import { returnLines, returnRequests } from '#src/db/schema/returns.ts'
import { memberships, staff } from '#src/db/schema/staff.ts'
import { companyProfiles, portalSettings, tenants } from '#src/db/schema/tenants.ts'
import { emailKeyOf } from '#src/email-address.ts'
import { type Env, isLocal } from '#src/env.ts'
import { TENANT_ID_LENGTH } from '#src/ids.ts'
import { insertAll } from './bulk.ts'
import { booksOf } from './demo/books.ts'
import { BUYER, NAME, OWNER, PROFILE, SETTINGS, SLUG, TEAM } from './demo/company.ts'
import { peopleOf } from './demo/people.ts'
import { randomFrom } from './demo/random.ts'
import { returnsOf } from './demo/returns.ts'

const SEED = 20_260_301

/**
 * Makes the demo company, if it is not there: all of it in one transaction, so that it is there whole or not at all.
 * Says whether this call made it.
 */
export const makeDemo = async (env: Env, now: Instant): Promise<boolean> => {
  if (!isLocal(env)) throw new Error('the demo company is for this machine only')
  if (await env.DB.prepare('SELECT 1 FROM tenants WHERE slug = ?').bind(SLUG).first()) return false
  await env.DB.batch(await demoStatements(env, now))
  return true
}

const demoStatements = async (env: Env, now: Instant): Promise<D1PreparedStatement[]> => {
  const random = randomFrom(SEED)
  const emailKey = emailKeyOf(OWNER.email)
  const known = await knownStaff(env)
  const [tenantId, staffId] = [random.id(TENANT_ID_LENGTH), known.get(emailKey) ?? random.id()]
  const [ownerHash, passwordHash] = await Promise.all([hashPassword(OWNER.password), hashPassword(BUYER.password)])
  const createdAt = now - 3 * 365 * DAY
  const books = booksOf(tenantId, random, now)
  const people = peopleOf({ env, tenantId, staffId, passwordHash, random, now }, books)
  const returns = returnsOf({ tenantId, staffId, random, now }, books, people)
  const credential = { passwordHash: ownerHash, passwordSetAt: createdAt, createdAt }
  const owner = { id: staffId, email: OWNER.email, emailKey, name: OWNER.name, role: 'owner' as const, ...credential }
  const team = TEAM.map(({ hasCome, ...member }) => ({
    id: known.get(member.email) ?? random.id(),
    emailKey: member.email,
    ...member,
    ...(hasCome ? credential : { passwordHash: null, passwordSetAt: null, createdAt }),
  }))
  return [
    ...insertAll(env.DB, tenants, [{ id: tenantId, slug: SLUG, name: NAME, createdAt }]),
    ...insertAll(env.DB, companyProfiles, [{ tenantId, ...PROFILE }]),
    ...insertAll(env.DB, portalSettings, [{ tenantId, ...SETTINGS, updatedAt: createdAt }]),
    ...insertAll(
      env.DB,
      staff,
      [owner, ...team].filter((each) => !known.has(each.emailKey)).map(({ role: _, ...person }) => person),
    ),
    ...insertAll(
      env.DB,
      memberships,
      [owner, ...team].map(({ id, role }) => ({ tenantId, staffId: id, role, createdAt })),
    ),
    ...insertAll(env.DB, clients, books.clients),
    ...insertAll(env.DB, orders, books.orders),
    ...insertAll(env.DB, orderLines, books.orderLines),
    ...insertAll(env.DB, invoices, books.invoices),
    ...insertAll(env.DB, invoiceLines, books.invoiceLines),
    ...insertAll(env.DB, payments, books.payments),
    ...insertAll(env.DB, creditNotes, books.creditNotes),
    ...insertAll(env.DB, creditNoteLines, books.creditNoteLines),
    ...insertAll(env.DB, shipments, books.shipments),
    ...insertAll(env.DB, portalUsers, people.portalUsers),
    ...insertAll(env.DB, invitationRuns, people.invitationRuns),
    ...insertAll(env.DB, invitationRunClients, people.invitationRunClients),
    ...insertAll(env.DB, mailBatches, people.mailBatches),
    ...insertAll(env.DB, outbox, people.outbox),
    ...insertAll(env.DB, accesses, people.accesses),
    ...insertAll(env.DB, clientAddresses, people.clientAddresses),
    ...insertAll(env.DB, portalSessions, people.portalSessions),
    ...insertAll(env.DB, returnRequests, returns.requests),
    ...insertAll(env.DB, returnLines, returns.lines),
    ...insertAll(env.DB, activity, [...people.activity, ...returns.activity]),
  ]
}

/** Staff belong to no tenant: the demo's may be known from another company. By address. */
const knownStaff = async (env: Env): Promise<Map<string, string>> => {
  const { results } = await env.DB.prepare('SELECT id, email_key FROM staff').all<{ id: string; email_key: string }>()
  return new Map(results.map(({ id, email_key }) => [email_key, id]))
}
