import { and, eq, gt, isNull, lte, ne, type SQL } from 'drizzle-orm'
import { entryForAccesses } from '#src/activity/entries.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { newLinkTries } from '#src/db/limits.ts'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { mailRow, queueMail } from '#src/mail/outbox.ts'
import { INVITATION_LASTS, overtake } from './invitation.ts'
import type { KnownLink } from './link.ts'
import { type SenderRows, type SendingTenant, senderOf } from './sender.ts'
import { clientsOf } from './usable.ts'

/** "Send me a new link": an invited person whose link has expired gets another, at the same address. */

type Asking = {
  env: Env
  /** The mail whose link has expired. */
  mailId: string
  link: KnownLink
  rows: SenderRows
  tenant: SendingTenant
  now: Instant
}

/**
 * The statements of a new link, and the mail they queue. They hold only while the old mail is the person's newest, has
 * expired, and still invites to a client that is switched on, with the portal on. `mail` is 1 for the call that did it.
 * It counts towards the person's own limit: hand what `counted` answered to `check`, which throws TooMany.
 */
export const sendNewLink = (door: TenantDoor, { env, mailId: old, link: { person, clients: invitedTo }, rows, tenant, now }: Asking) => {
  const mailId = newId()
  const expiresAt = now + INVITATION_LASTS
  const data = { ...senderOf(env, tenant, rows), clients: invitedTo.map(({ name }) => name), personName: person.name, expiresAt }
  const row = mailRow(env, { id: mailId, kind: 'invitation', toEmail: person.email, portalUserId: person.id, data, now, expiresAt })
  const asRead = and(
    door.exists(portalUsers, and(eq(portalUsers.id, person.id), eq(portalUsers.invitationMailId, old), isNull(portalUsers.passwordHash))),
    door.exists(outbox, and(eq(outbox.id, old), lte(outbox.expiresAt, now))),
    door.exists(portalSettings, eq(portalSettings.enabled, true)),
    door.exists(clients, clientsOf(door, person.id, 'invited')),
  )
  const tries = newLinkTries(door.tenantId, person.id, now)
  const mailed = door.exists(outbox, eq(outbox.id, mailId))
  const invited = and(eq(accesses.portalUserId, person.id), eq(accesses.state, 'invited'), mailed)
  return {
    mailId,
    check: tries.check,
    statements: {
      counted: tries.take(asRead),
      mail: queueMail(door, row, and(asRead, tries.allows)),
      entry: entryForAccesses(door, accesses, { event: 'invitation-resent', at: now, portalUserId: person.id, text: person.email }, invited),
      problem: door.update(accesses, { mailProblem: null }, invited),
      ...overtake(door, person.id, mailId, mailed),
    },
  }
}

/** Whom an overtaken mail's newer one went to: the address, if that one still opens. */
export const newerLinkRead = (door: TenantDoor, old: string, now: Instant) => {
  const reader: SQL = door.pluck(outbox, outbox.portalUserId, { where: and(eq(outbox.id, old), eq(outbox.kind, 'invitation')) })
  const newest = door.pluck(portalUsers, portalUsers.invitationMailId, { where: eq(portalUsers.id, reader) })
  return door.pick(outbox, { toEmail: outbox.toEmail }, { where: and(eq(outbox.id, newest), ne(outbox.id, old), gt(outbox.expiresAt, now)) })
}

/** An address that its owner knows again, and nobody else learns: `l•••@casaverde.example`. */
export const maskedEmail = (email: string): string => {
  const at = email.lastIndexOf('@')
  return `${[...email.slice(0, at)][0] ?? ''}•••${email.slice(at)}`
}
