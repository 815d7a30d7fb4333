import { and, asc, desc, eq, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Client } from '#src/clients/client.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { activity } from '#src/db/schema/activity.ts'
import { clients } from '#src/db/schema/clients.ts'
import { type Delivery, type MailState, outbox } from '#src/db/schema/outbox.ts'
import { accesses, clientAddresses, type MAIL_PROBLEMS, portalUsers } from '#src/db/schema/people.ts'
import { staff } from '#src/db/schema/staff.ts'
import { emailKeyOf, isEmail } from '#src/email-address.ts'
import { type AccessState, type Action, type Circumstances, type Refusal, refusalsOf } from './moves.ts'

/** Who may, or might, look at a client's data: its primary address, its further ones, and logins of addresses it had before. */

/** A mail with a link, and what is known of it. */
export type LinkMail = {
  mailId: string
  createdAt: Instant
  expiresAt: Instant
  sentAt: Instant | null
  mailState: MailState
  error: string | null
  /** What the provider told of it afterwards, when, and in its words. */
  delivery: Delivery | null
  deliveryAt: Instant | null
  deliveryDetail: string | null
  /** Name or address of the staff member who sent it. */
  by: string | null
}

export type PersonAccess = {
  email: string
  emailKey: string
  name: string
  /** `former`: its login stays, though the client's address is another one by now. */
  role: 'primary' | 'further' | 'former'
  state: AccessState
  portalUserId: string | null
  hasPassword: boolean
  /** The mail whose link opens now; a form that sends another says which it knew, so that a double click sends one. */
  openMailId: string | null
  /** The invitation that counts: whose link opens, or else the newest. */
  invitation: LinkMail | null
  /** The password reset whose link opens now. */
  reset: LinkMail | null
  problem: (typeof MAIL_PROBLEMS)[number] | null
  activatedAt: Instant | null
  firstLoginAt: Instant | null
  lastLoginAt: Instant | null
  /** Why each action can't be done now; null when it can. */
  refusals: Record<Action, Refusal | null>
  /** The same of the invitation that the person's state asks for: the first one, or that one again. */
  inviteRefusal: Refusal | null
}

export type PortalAccess = {
  /** The primary address first, when there is one. */
  people: PersonAccess[]
  /** The client's own: of its primary address, and, where all of its people count, of all. */
  refusals: Record<Action, Refusal | null>
}

/** As many people as a page shows; nobody has more. */
const MOST_PEOPLE = 200

/** All that the people of a client are told from. */
export const portalAccessReads = (door: TenantDoor, clientId: string) => {
  const ofClient = eq(accesses.clientId, clientId)
  const addressKeys = door.pluck(clientAddresses, clientAddresses.emailKey, { where: eq(clientAddresses.clientId, clientId) })
  const primaryKey = door.pluck(clients, clients.emailKey, { where: eq(clients.id, clientId) })
  // Three sets, each through its own index: with OR, all people of the company would be read.
  const withAccess = door.pluck(accesses, accesses.portalUserId, { where: ofClient })
  const named = door.pluck(portalUsers, portalUsers.id, { where: sql`${portalUsers.emailKey} IN ${addressKeys}` })
  const primary = door.pluck(portalUsers, portalUsers.id, { where: eq(portalUsers.emailKey, primaryKey) })
  return {
    people: door.pick(
      portalUsers,
      {
        id: portalUsers.id,
        email: portalUsers.email,
        emailKey: portalUsers.emailKey,
        name: portalUsers.name,
        hasPassword: sql<number>`${portalUsers.passwordHash} IS NOT NULL`,
        invitationMailId: portalUsers.invitationMailId,
        resetMailId: portalUsers.resetMailId,
      },
      {
        where: sql`${portalUsers.id} IN (SELECT * FROM ${withAccess} UNION ALL SELECT * FROM ${named} UNION ALL SELECT * FROM ${primary})`,
        limit: MOST_PEOPLE,
      },
    ),
    accesses: door.read(accesses, { where: ofClient, limit: MOST_PEOPLE }),
    addresses: door.read(clientAddresses, { where: eq(clientAddresses.clientId, clientId), order: [asc(clientAddresses.createdAt)], limit: MOST_PEOPLE }),
    mails: linkMailsRead(door, clientId),
  }
}

/** Of each person who has an access: the invitation that counts, and the reset whose link opens. */
const linkMailsRead = (door: TenantDoor, clientId: string) => {
  const newest = door.pluck(outbox, outbox.id, {
    where: and(eq(outbox.portalUserId, accesses.portalUserId), eq(outbox.kind, 'invitation')),
    order: [desc(outbox.createdAt), desc(outbox.id)],
    limit: 1,
  })
  const opening = (column: SQLiteColumn) => door.pluck(portalUsers, column, { where: eq(portalUsers.id, accesses.portalUserId) })
  const ofClient = sql`FROM ${accesses} WHERE ${accesses.tenantId} = ${door.tenantId} AND ${accesses.clientId} = ${clientId}`
  const counting = sql`SELECT coalesce(${opening(portalUsers.invitationMailId)}, ${newest}) ${ofClient} UNION ALL SELECT ${opening(portalUsers.resetMailId)} ${ofClient}`
  // Its entry was written in the same batch, at the same instant.
  const sender = door.pluck(activity, activity.staffId, {
    where: and(
      eq(activity.clientId, clientId),
      eq(activity.at, outbox.createdAt),
      sql`${activity.event} IN ('invitation-sent', 'invitation-resent', 'reset-sent')`,
    ),
    limit: 1,
  })
  return door.pick(
    outbox,
    {
      id: outbox.id,
      kind: outbox.kind,
      portalUserId: outbox.portalUserId,
      createdAt: outbox.createdAt,
      expiresAt: outbox.expiresAt,
      sentAt: outbox.sentAt,
      state: outbox.state,
      error: outbox.error,
      delivery: outbox.delivery,
      deliveryAt: outbox.deliveryAt,
      deliveryDetail: outbox.deliveryDetail,
      by: sql<string | null>`(SELECT coalesce(nullif(${staff.name}, ''), ${staff.email}) FROM ${staff} WHERE ${staff.id} = ${sender})`,
    },
    { where: sql`${outbox.id} IN (${counting})` },
  )
}

type Rows = { [K in keyof ReturnType<typeof portalAccessReads>]: ReturnType<typeof portalAccessReads>[K]['row'][] }
type Around = Pick<Circumstances, 'portalOn' | 'switchedOn'>

export const portalAccessOf = (rows: Rows, client: Client, portalOn: boolean): PortalAccess => {
  const around = { portalOn, switchedOn: client.portalAccess }
  const named = [
    ...(client.email === null ? [] : [{ email: client.email, emailKey: emailKeyOf(client.email), name: '', role: 'primary' as const }]),
    ...rows.addresses.map(({ email, emailKey, name }) => ({ email, emailKey, name, role: 'further' as const })),
  ]
  const former = rows.people
    .filter(({ id, emailKey }) => rows.accesses.some(({ portalUserId }) => portalUserId === id) && !named.some((address) => address.emailKey === emailKey))
    .map(({ email, emailKey, name }) => ({ email, emailKey, name, role: 'former' as const }))
  const people = [...named, ...former].map((address) => personOf(rows, address, around))
  const [primary] = people.filter(({ role }) => role === 'primary')
  const states = people.map(({ state }) => state)
  const strongest = states.includes('active') ? 'active' : states.includes('invited') ? 'invited' : 'not-invited'
  const own = circumstancesOf(client.email, primary?.state ?? 'not-invited', true, around)
  return { people, refusals: { ...refusalsOf(own), revoke: refusalsOf({ ...own, state: strongest }).revoke } }
}

type Address = Pick<PersonAccess, 'email' | 'emailKey' | 'name' | 'role'>

const personOf = (rows: Rows, address: Address, around: Around): PersonAccess => {
  const person = rows.people.find(({ emailKey }) => emailKey === address.emailKey)
  const access = rows.accesses.find(({ portalUserId }) => portalUserId === person?.id)
  const mails = rows.mails.filter(({ portalUserId }) => portalUserId === person?.id)
  const invitation = mails.find(({ kind }) => kind === 'invitation')
  const reset = mails.find(({ id }) => id === person?.resetMailId)
  const state = access?.state ?? 'not-invited'
  const refusals = refusalsOf(circumstancesOf(address.email, state, address.role === 'primary', around))
  return {
    ...address,
    name: person?.name || address.name,
    state,
    portalUserId: person?.id ?? null,
    hasPassword: person?.hasPassword === 1,
    openMailId: person?.invitationMailId ?? null,
    // A mail from before this client was invited, or after it was revoked, says nothing about it.
    invitation: access && invitation && invitation.createdAt >= access.invitedAt ? linkMailOf(invitation) : null,
    reset: access?.state === 'active' && reset ? linkMailOf(reset) : null,
    problem: access?.mailProblem ?? null,
    activatedAt: access?.activatedAt ?? null,
    firstLoginAt: access?.firstLoginAt ?? null,
    lastLoginAt: access?.lastLoginAt ?? null,
    refusals,
    inviteRefusal: refusals[state === 'invited' ? 'resend' : 'invite'],
  }
}

const linkMailOf = ({ id, state, createdAt, expiresAt, ...mail }: Rows['mails'][number]): LinkMail => ({
  ...mail,
  mailId: id,
  mailState: state,
  createdAt,
  expiresAt: expiresAt ?? createdAt,
})

const circumstancesOf = (email: string | null, state: AccessState, isPrimary: boolean, around: Around): Circumstances => ({
  ...around,
  state,
  isPrimary,
  address: email === null ? 'none' : isEmail(email) ? 'valid' : 'invalid',
})
