import { and, eq, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { entryForAccesses } from '#src/activity/entries.ts'
import type { Client } from '#src/clients/client.ts'
import { HOUR, type Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import { emailKeyOf, isEmail } from '#src/email-address.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { mailRow, queueMail } from '#src/mail/outbox.ts'
import { primaryPerson } from './portal-access.ts'
import { senderOf, senderReads } from './sender.ts'

/** Inviting a client: its primary address gets a link, or, when its person has a password already, access at once. */

export const INVITATION_LASTS = 72 * HOUR

/** Why a client can't be invited now; null when it can. */
export type Obstacle = 'no-email' | 'invalid-email' | 'portal-off' | 'switched-off' | 'already-active'

/** What inviting needs to know, beside the client itself. */
export const invitationReads = (door: TenantDoor, clientId: string) => {
  const { userId, reads } = primaryPerson(door, clientId)
  return {
    ...reads,
    // One mail names every client that its person is invited to.
    alsoInvited: door.pick(
      clients,
      { name: clients.name },
      {
        where: and(
          ne(clients.id, clientId),
          door.exists(accesses, and(eq(accesses.clientId, clients.id), eq(accesses.portalUserId, userId), eq(accesses.state, 'invited'))),
        ),
        order: [clients.nameKey],
      },
    ),
    ...senderReads(door),
  }
}

type Rows = { [K in keyof ReturnType<typeof invitationReads>]: ReturnType<typeof invitationReads>[K]['row'][] }

export const obstacleOf = (client: Client, portalEnabled: boolean, state: 'not-invited' | 'invited' | 'active'): Obstacle | null => {
  if (client.email === null) return 'no-email'
  if (!isEmail(client.email)) return 'invalid-email'
  if (!portalEnabled) return 'portal-off'
  if (!client.portalAccess) return 'switched-off'
  return state === 'active' ? 'already-active' : null
}

type Inviting = { env: Env; client: Client; rows: Rows; tenant: { slug: string; name: string }; staffId: string; seenMailId: string | null; now: Instant }

/**
 * The statements of an invitation, and the mail they queue. Each holds only if what was read still does: the address, the
 * portal on, and no newer invitation than the one the form knew, so that a double click sends one mail.
 * `mail` is 1 for the call that did it.
 */
export const invite = (door: TenantDoor, { env, client, rows, tenant, staffId, seenMailId, now }: Inviting) => {
  const email = client.email ?? ''
  const [person] = rows.people
  const hasPassword = typeof person?.passwordHash === 'string'
  const portalUserId = person?.id ?? newId()
  const mailId = newId()
  const expiresAt = now + INVITATION_LASTS
  const common = { ...senderOf(env, tenant, rows), clients: [client.name, ...rows.alsoInvited.map(({ name }) => name)], personName: person?.name ?? '' }
  const row = hasPassword
    ? mailRow(env, { id: mailId, kind: 'access-given', toEmail: email, portalUserId, data: { ...common, clients: [client.name], clientIds: [client.id] }, now })
    : mailRow(env, { id: mailId, kind: 'invitation', toEmail: email, portalUserId, data: { ...common, expiresAt }, now, expiresAt })
  const asRead = and(
    door.exists(clients, and(eq(clients.id, client.id), eq(clients.emailKey, emailKeyOf(email)), eq(clients.portalAccess, true))),
    door.exists(portalSettings, eq(portalSettings.enabled, true)),
    door.exists(
      portalUsers,
      and(eq(portalUsers.id, portalUserId), seen(seenMailId), hasPassword ? isNotNull(portalUsers.passwordHash) : isNull(portalUsers.passwordHash)),
    ),
    sql`NOT ${door.exists(accesses, and(eq(accesses.portalUserId, portalUserId), eq(accesses.clientId, client.id), eq(accesses.state, 'active')))}`,
  )
  const mailed = door.exists(outbox, eq(outbox.id, mailId))
  const access = and(eq(accesses.portalUserId, portalUserId), eq(accesses.clientId, client.id), mailed)
  const statements = {
    person: door.insert(portalUsers, { id: portalUserId, email, emailKey: emailKeyOf(email), createdAt: now }, { conflict: sql`DO NOTHING` }),
    mail: queueMail(door, row, asRead),
    access: door.insert(
      accesses,
      { portalUserId, clientId: client.id, state: hasPassword ? 'active' : 'invited', invitedAt: now, activatedAt: hasPassword ? now : undefined },
      { where: mailed, conflict: sql`DO UPDATE SET state = excluded.state, activated_at = excluded.activated_at, mail_problem = NULL` },
    ),
    entry: entryForAccesses(
      door,
      accesses,
      { event: hasPassword ? 'access-given' : rows.accesses[0] ? 'invitation-resent' : 'invitation-sent', at: now, staffId, text: email },
      access,
    ),
  }
  if (hasPassword) return { mailId, statements }
  return { mailId, statements: { ...statements, ...overtake(door, portalUserId, mailId, mailed) } }
}

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
