import { env } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { hashPassword } from '#src/access/password.ts'
import { signPortalToken, signStaffToken } from '#src/access/session-token.ts'
import { searchWordsOf } from '#src/clients/words.ts'
import { forTenant, type TenantDoor } from '#src/db/door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { invoiceLines, invoices } from '#src/db/schema/invoices.ts'
import { orderLines, orders } from '#src/db/schema/orders.ts'
import { payments } from '#src/db/schema/payments.ts'
import { accesses, portalSessions, portalUsers } from '#src/db/schema/people.ts'
import { memberships, staffSessions } from '#src/db/schema/staff.ts'
import { companyProfiles, portalSettings } from '#src/db/schema/tenants.ts'
import { emailKeyOf, isEmail } from '#src/email-address.ts'
import { fold } from '#src/fold.ts'
import { newId, newTenantId } from '#src/ids.ts'

/**
 * The people of every page's test. ada is our client; ben is another client of the same company; cleo is a client of
 * another company. sam works for ada's company, sue for cleo's. Every text of theirs holds their own name, so that a leak is easily found.
 */

export const PASSWORD = 'copper-river-ballad'
let passwordHash: Promise<string> | undefined
/** One hash for all: hashing is slow on purpose. */
export const hashOfPassword = () => {
  passwordHash ??= hashPassword(PASSWORD)
  return passwordHash
}

export type Company = { tenantId: string; slug: string; name: string; staffId: string; staffEmail: string; door: TenantDoor }
export type Person = {
  company: Company
  clientId: string
  clientName: string
  email: string
  portalUserId: string
  orderId: string
  invoiceId: string
  invoiceNumber: string
}

const now = () => Date.now()

export const makeCompany = async (name: string, settings: Partial<typeof portalSettings.$inferInsert> = {}, timeZone = 'UTC'): Promise<Company> => {
  const tenantId = newTenantId()
  const slug = `t-${tenantId.toLowerCase()}`
  const staffId = newId()
  const staffEmail = `staff-${staffId.toLowerCase()}@${slug}.example`
  await env.DB.batch([
    env.DB.prepare('INSERT INTO tenants (id, slug, name, created_at) VALUES (?, ?, ?, ?)').bind(tenantId, slug, name, now()),
    env.DB.prepare('INSERT INTO staff (id, email, email_key, name, password_hash, created_at) VALUES (?, ?, ?, ?, ?, ?)').bind(
      staffId,
      staffEmail,
      staffEmail,
      `Staff of ${name}`,
      await hashOfPassword(),
      now(),
    ),
  ])
  const door = forTenant(env, tenantId)
  await door.run({
    profile: door.insert(companyProfiles, {
      legalName: `${name} Ltd`,
      timeZone,
      currency: 'EUR',
      contactEmail: `help@${slug}.example`,
      replyTo: `help@${slug}.example`,
    }),
    settings: door.insert(portalSettings, { enabled: true, showCreditLimit: true, updatedAt: now(), ...settings }),
    membership: door.insert(memberships, { staffId, role: 'owner', createdAt: now() }),
  })
  return { tenantId, slug, name, staffId, staffEmail, door }
}

export const clientRow = (name: string, email: string | null, more: Partial<typeof clients.$inferInsert> = {}) => {
  const code = `C-${newId(6)}`
  return {
    id: newId(),
    code,
    name,
    nameKey: fold(name),
    email,
    emailKey: email === null ? null : emailKeyOf(email),
    emailValid: email === null || isEmail(email),
    status: 'active' as const,
    currency: 'EUR',
    creditLimit: 1_234_500,
    words: JSON.stringify(searchWordsOf({ name, code, email })),
    createdAt: now(),
    updatedAt: now(),
    ...more,
  }
}

/** A client with an order, an overdue part-paid invoice and somebody who may sign in. */
export const makeClient = async (company: Company, name: string, amount = 123_45): Promise<Person> => {
  const { door } = company
  const email = `${fold(name).replaceAll(/[^a-z]/g, '')}-${newId(4).toLowerCase()}@clients.example`
  const client = clientRow(name, email)
  const [orderId, invoiceId, portalUserId] = [newId(), newId(), newId()]
  const [orderNumber, invoiceNumber] = [`SO-${name}`, `INV-${name}`]
  const times = { createdAt: now(), updatedAt: now() }
  await door.run({
    client: door.insert(clients, client),
    order: door.insert(orders, {
      id: orderId,
      clientId: client.id,
      externalId: orderNumber,
      number: orderNumber,
      orderDate: '2026-05-01',
      status: 'delivered',
      currency: 'EUR',
      total: amount,
      ...times,
    }),
    orderLine: door.insert(orderLines, {
      orderId,
      position: 1,
      sku: 'A1',
      description: `Goods of ${name}`,
      quantity: 10_000,
      unitPrice: amount,
      lineTotal: amount,
    }),
    invoice: door.insert(invoices, {
      id: invoiceId,
      clientId: client.id,
      orderId,
      externalId: invoiceNumber,
      number: invoiceNumber,
      issueDate: '2026-05-02',
      dueDate: '2026-06-01',
      state: 'issued',
      currency: 'EUR',
      total: amount,
      ...times,
    }),
    invoiceLine: door.insert(invoiceLines, {
      invoiceId,
      position: 1,
      sku: 'A1',
      description: `Goods of ${name}`,
      quantity: 10_000,
      unitPrice: amount,
      lineTotal: amount,
    }),
    payment: door.insert(payments, {
      id: newId(),
      clientId: client.id,
      invoiceId,
      externalId: `PAY-${name}`,
      paidOn: '2026-05-20',
      amount: 100,
      currency: 'EUR',
      method: `cheque of ${name}`,
      ...times,
    }),
    person: door.insert(portalUsers, {
      id: portalUserId,
      email,
      emailKey: emailKeyOf(email),
      name: `Person of ${name}`,
      passwordHash: await hashOfPassword(),
      passwordSetAt: now(),
      createdAt: now(),
    }),
    access: door.insert(accesses, { portalUserId, clientId: client.id, state: 'active', invitedAt: now(), activatedAt: now() }),
  })
  return { company, clientId: client.id, clientName: name, email, portalUserId, orderId, invoiceId, invoiceNumber }
}

export const makeCast = async () => {
  const ours = await makeCompany('Oursupply')
  const theirs = await makeCompany('Theirtrade')
  const [ada, ben, cleo] = await Promise.all([
    makeClient(ours, 'Adaworks', 111_11),
    makeClient(ours, 'Benbuild', 222_22),
    makeClient(theirs, 'Cleocraft', 333_33),
  ])
  return { ours, theirs, ada, ben, cleo }
}

/** A session of a person's, begun now, and its cookie. */
export const signedInAs = async (person: Person, clientId: string | null = person.clientId): Promise<{ cookie: string; sessionId: string }> => {
  const sessionId = newId()
  const { door, tenantId } = person.company
  await door.run({ session: door.insert(portalSessions, { id: sessionId, portalUserId: person.portalUserId, clientId, createdAt: now(), seenAt: now() }) })
  const token = await signPortalToken(env, { tenantId, sessionId, portalUserId: person.portalUserId, clientId, timeZone: 'UTC' }, now())
  return { cookie: `__Host-portal=${token}`, sessionId }
}

export const signedInStaff = async (company: Company): Promise<{ cookie: string; sessionId: string }> => {
  const sessionId = newId()
  const { door, tenantId, staffId } = company
  await door.run({ session: door.insert(staffSessions, { id: sessionId, staffId, createdAt: now(), seenAt: now() }) })
  return { cookie: `__Host-staff=${await signStaffToken(env, { tenantId, sessionId, staffId, timeZone: 'UTC' }, now())}`, sessionId }
}

/** Changes one row of a company's portal settings. */
export const setSettings = (company: Company, settings: Partial<typeof portalSettings.$inferInsert>) =>
  company.door.run({ settings: company.door.update(portalSettings, settings, sql`true`) })
