import { and, eq, gt, isNotNull, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import { entryForAccesses } from '#src/activity/entries.ts'
import type { Client } from '#src/clients/client.ts'
import { HOUR, type Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { resendTries } from '#src/db/limits.ts'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, clientAddresses, portalUsers } from '#src/db/schema/people.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { mailRow, queueMail } from '#src/mail/outbox.ts'
import type { PersonAccess } from './portal-access.ts'
import { type SenderRows, type SendingTenant, senderOf, senderReads } from './sender.ts'

/** Inviting one address of a client, primary or further: it gets a link, or, when its person has a password already, access at once. */

export const INVITATION_LASTS = 72 * HOUR

/** What inviting needs to know, beside the client and its people. */
export const invitationReads = (door: TenantDoor, clientId: string, emailKey: string | SQL) => {
  const person = door.pluck(portalUsers, portalUsers.id, { where: eq(portalUsers.emailKey, emailKey) })
  return {
    // One mail names every client that its person is invited to.
    alsoInvited: door.pick(
      clients,
      { name: clients.name },
      {
        where: and(
          ne(clients.id, clientId),
          eq(clients.portalAccess, true),
          door.exists(accesses, and(eq(accesses.clientId, clients.id), eq(accesses.portalUserId, person), eq(accesses.state, 'invited'))),
        ),
        order: [clients.nameKey],
      },
    ),
    ...senderReads(door),
  }
}

type Inviting = {
  env: Env
  client: Client
  /** As it was read: what is written holds only while it is so. */
  person: Pick<PersonAccess, 'email' | 'emailKey' | 'name' | 'state' | 'portalUserId' | 'hasPassword'>
  rows: SenderRows & { alsoInvited: { name: string }[] }
  tenant: SendingTenant
  staffId: string
  /** The mail whose link opened when the form was made. */
  seenMailId: string | null
  now: Instant
}

/**
 * The statements of an invitation, and the mail they queue. Each holds only if what was read still does: the address, the
 * portal on, and no newer invitation than the one the form knew, so that a double click sends one mail. Sending one again
 * counts towards the company's limit: ask `tries.check` with what `counted` answered.
 * `mail` is 1 for the call that did it.
 */
export const invite = (door: TenantDoor, { env, client, person, rows, tenant, staffId, seenMailId, now }: Inviting) => {
  const { email, emailKey, hasPassword } = person
  const portalUserId = person.portalUserId ?? newId()
  const mailId = newId()
  const expiresAt = now + INVITATION_LASTS
  const isAgain = person.state === 'invited'
  const tries = resendTries(door.tenantId, now)
  const common = { ...senderOf(env, tenant, rows), clients: [client.name, ...rows.alsoInvited.map(({ name }) => name)], personName: person.name }
  const row = hasPassword
    ? mailRow(env, { id: mailId, kind: 'access-given', toEmail: email, portalUserId, data: { ...common, clients: [client.name], clientIds: [client.id] }, now })
    : mailRow(env, { id: mailId, kind: 'invitation', toEmail: email, portalUserId, data: { ...common, expiresAt }, now, expiresAt })
  const ofPerson = and(eq(accesses.portalUserId, portalUserId), eq(accesses.clientId, client.id))
  const asRead = and(
    isAddressOf(door, client.id, emailKey),
    door.exists(portalSettings, eq(portalSettings.enabled, true)),
    door.exists(
      portalUsers,
      and(eq(portalUsers.id, portalUserId), seen(seenMailId), hasPassword ? isNotNull(portalUsers.passwordHash) : isNull(portalUsers.passwordHash)),
    ),
    // Revoked or active meanwhile, it is neither sent again nor given anew.
    isAgain ? door.exists(accesses, and(ofPerson, eq(accesses.state, 'invited'))) : sql`NOT ${door.exists(accesses, ofPerson)}`,
  )
  // Invited an hour ago and revoked since, or removed and added anew: that is mail to one address again, whatever came between.
  const lately = door.exists(outbox, and(eq(outbox.portalUserId, portalUserId), eq(outbox.kind, 'invitation'), gt(outbox.createdAt, now - HOUR)))
  const isCounted = isAgain ? sql`true` : lately
  const mailed = door.exists(outbox, eq(outbox.id, mailId))
  const statements = {
    person: door.insert(
      portalUsers,
      { id: portalUserId, email, emailKey, name: person.name, createdAt: now },
      { where: isAddressOf(door, client.id, emailKey), conflict: sql`DO NOTHING` },
    ),
    counted: tries.take(and(asRead, isCounted)),
    mail: queueMail(door, row, and(asRead, or(sql`NOT ${isCounted}`, tries.allows))),
    access: door.insert(
      accesses,
      { portalUserId, clientId: client.id, state: hasPassword ? 'active' : 'invited', invitedAt: now, activatedAt: hasPassword ? now : undefined },
      { where: mailed, conflict: sql`DO UPDATE SET state = excluded.state, activated_at = excluded.activated_at, mail_problem = NULL` },
    ),
    entry: entryForAccesses(
      door,
      accesses,
      { event: hasPassword ? 'access-given' : isAgain ? 'invitation-resent' : 'invitation-sent', at: now, staffId, text: email },
      and(ofPerson, mailed),
    ),
  }
  if (hasPassword) return { mailId, tries, statements }
  return { mailId, tries, statements: { ...statements, ...overtake(door, portalUserId, mailId, mailed) } }
}

/** It is one of the client's addresses still, and the client switched on. */
const isAddressOf = (door: TenantDoor, clientId: string, emailKey: string): SQL =>
  door.exists(
    clients,
    and(
      eq(clients.id, clientId),
      eq(clients.portalAccess, true),
      or(eq(clients.emailKey, emailKey), door.exists(clientAddresses, and(eq(clientAddresses.clientId, clientId), eq(clientAddresses.emailKey, emailKey)))),
    ),
  )

const seen = (mailId: string | null): SQL => sql`${portalUsers.invitationMailId} IS ${mailId}`

/** The new mail's link is the one that opens; an older mail that has not left never will. */
export const overtake = (door: TenantDoor, portalUserId: string, mailId: string, mailed: SQL) => ({
  newest: door.update(portalUsers, { invitationMailId: mailId }, and(eq(portalUsers.id, portalUserId), mailed)),
  older: door.update(
    outbox,
    { state: 'not-sent', error: 'A newer invitation took its place.' },
    and(eq(outbox.portalUserId, portalUserId), eq(outbox.kind, 'invitation'), eq(outbox.state, 'queued'), ne(outbox.id, mailId), mailed),
  ),
})
