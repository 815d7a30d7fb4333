import { and, eq, gt, isNotNull, type SQL } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { portalUsers } from '#src/db/schema/people.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import type { PortalLinkPurpose } from '#src/mail/links.ts'
import { clientsOf } from './usable.ts'

/** A link to set a password, an invitation's or a reset's: what it opens, and what makes it work. */

/** Which access a link serves, and where its person holds the newest of its kind. */
const SERVES = { invitation: 'invited', 'password-reset': 'active' } as const
const newestOf = (purpose: PortalLinkPurpose) => (purpose === 'invitation' ? portalUsers.invitationMailId : portalUsers.resetMailId)

export const linkReads = (door: TenantDoor, purpose: PortalLinkPurpose, mailId: string) => {
  const person = eq(newestOf(purpose), mailId)
  return {
    people: door.read(portalUsers, { where: person }),
    mails: door.pick(outbox, { expiresAt: outbox.expiresAt }, { where: eq(outbox.id, mailId) }),
    clients: door.pick(
      clients,
      { id: clients.id, name: clients.name },
      { where: clientsOf(door, door.pluck(portalUsers, portalUsers.id, { where: person }), SERVES[purpose]), order: [clients.nameKey] },
    ),
  }
}

type Rows = { [K in keyof ReturnType<typeof linkReads>]: ReturnType<typeof linkReads>[K]['row'][] }
/** Whom a link is for, and the clients it serves. One that has expired is known still; of one that has ended nothing is said. */
export type KnownLink = { state: 'open' | 'expired'; person: { id: string; email: string; name: string }; clients: { id: string; name: string }[] }

/** Newest of its purpose, in time, and good for at least one client. What was overtaken, used or revoked has ended. */
export const linkOf = ({ people: [person], mails: [mail], clients }: Rows, now: Instant): KnownLink | { state: 'ended' } => {
  if (!person || !mail || clients.length === 0) return { state: 'ended' }
  return { state: (mail.expiresAt ?? 0) <= now ? 'expired' : 'open', person, clients }
}

/** Everything that makes a link work, as a condition of each statement that uses it. */
export const linkHolds = (door: TenantDoor, purpose: PortalLinkPurpose, mailId: string, portalUserId: string, now: Instant): SQL | undefined =>
  and(
    door.exists(
      portalUsers,
      and(eq(portalUsers.id, portalUserId), eq(newestOf(purpose), mailId), purpose === 'password-reset' ? isNotNull(portalUsers.passwordHash) : undefined),
    ),
    door.exists(outbox, and(eq(outbox.id, mailId), gt(outbox.expiresAt, now))),
    door.exists(portalSettings, eq(portalSettings.enabled, true)),
    door.exists(clients, clientsOf(door, portalUserId, SERVES[purpose])),
  )
