import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Client } from '#src/clients/client.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { activity } from '#src/db/schema/activity.ts'
import { clients } from '#src/db/schema/clients.ts'
import { type MailState, outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { staff } from '#src/db/schema/staff.ts'

/** What the Portal tab says about a client's primary address. */
export type PortalAccess = {
  /** Null when the client has no e-mail address. */
  email: string | null
  state: 'not-invited' | 'invited' | 'active'
  /** The specification's Portal access toggle. */
  switchedOn: boolean
  /** The mail whose link opens now; a form that sends another says which it knew, so that a double click sends one. */
  openMailId: string | null
  /** The newest invitation to this address. */
  invitation: {
    createdAt: Instant
    expiresAt: Instant
    sentAt: Instant | null
    mailState: MailState
    error: string | null
    /** Name or address of the staff member who sent it. */
    by: string | null
  } | null
  activatedAt: Instant | null
  firstLoginAt: Instant | null
  lastLoginAt: Instant | null
}

/** The person behind a client's primary address, if there is one: its id as a condition, and what to read of it. */
export const primaryPerson = (door: TenantDoor, clientId: string) => {
  const emailKey = door.pluck(clients, clients.emailKey, { where: eq(clients.id, clientId) })
  const userId = door.pluck(portalUsers, portalUsers.id, { where: eq(portalUsers.emailKey, emailKey) })
  return {
    userId,
    reads: {
      people: door.read(portalUsers, { where: eq(portalUsers.emailKey, emailKey) }),
      accesses: door.read(accesses, { where: and(eq(accesses.portalUserId, userId), eq(accesses.clientId, clientId)) }),
    },
  }
}

/** That person, the access, and the mail that invited them. */
export const portalAccessReads = (door: TenantDoor, clientId: string) => {
  const { userId, reads } = primaryPerson(door, clientId)
  return {
    ...reads,
    mails: door.pick(
      outbox,
      { id: outbox.id, createdAt: outbox.createdAt, expiresAt: outbox.expiresAt, sentAt: outbox.sentAt, state: outbox.state, error: outbox.error },
      { where: and(eq(outbox.portalUserId, userId), eq(outbox.kind, 'invitation')), order: [desc(outbox.createdAt), desc(outbox.id)], limit: 1 },
    ),
    inviters: door.pick(
      activity,
      { by: sql<string | null>`(SELECT coalesce(nullif(${staff.name}, ''), ${staff.email}) FROM ${staff} WHERE ${staff.id} = ${activity.staffId})` },
      {
        where: and(eq(activity.clientId, clientId), inArray(activity.event, ['invitation-sent', 'access-given'])),
        order: [desc(activity.at), desc(activity.id)],
        limit: 1,
      },
    ),
  }
}

type Rows = { [K in keyof ReturnType<typeof portalAccessReads>]: ReturnType<typeof portalAccessReads>[K]['row'][] }

export const portalAccessOf = ({ people: [person], accesses: [access], mails: [mail], inviters: [inviter] }: Rows, client: Client): PortalAccess => ({
  email: client.email,
  state: access?.state ?? 'not-invited',
  switchedOn: client.portalAccess,
  openMailId: person?.invitationMailId ?? null,
  // A mail from before this client was invited, or after it was revoked, says nothing about it.
  invitation:
    access && mail && mail.createdAt >= access.invitedAt
      ? {
          createdAt: mail.createdAt,
          expiresAt: mail.expiresAt ?? mail.createdAt,
          sentAt: mail.sentAt,
          mailState: mail.state,
          error: mail.error,
          by: inviter?.by ?? null,
        }
      : null,
  activatedAt: access?.activatedAt ?? null,
  firstLoginAt: access?.firstLoginAt ?? null,
  lastLoginAt: access?.lastLoginAt ?? null,
})
