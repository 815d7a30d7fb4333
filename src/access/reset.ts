import { and, eq, gt, isNotNull, ne, type SQL, sql } from 'drizzle-orm'
import { entryForAccesses } from '#src/activity/entries.ts'
import { HOUR, type Instant, SECOND } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { resetTries } from '#src/db/limits.ts'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import { emailKeyOf } from '#src/email-address.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { mailRow, queueMail } from '#src/mail/outbox.ts'
import { type SenderRows, type SendingTenant, senderOf, senderReads } from './sender.ts'
import { clientsOf, usableAccess } from './usable.ts'

/** A mail with a link to set a new password: asked for by its reader, or sent by staff. */

export const RESET_LASTS = HOUR
/** A second click finds that the first one did it. */
const SECOND_CLICK = 5 * SECOND

/** What sending one needs to know, beside the person: the clients that they may see now, and the company. */
export const resetReads = (door: TenantDoor, portalUserId: string | SQL) => ({
  usable: door.pick(clients, { id: clients.id, name: clients.name }, { where: clientsOf(door, portalUserId, 'active'), order: [clients.nameKey] }),
  ...senderReads(door),
})

export type Resetting = {
  env: Env
  person: { id: string; email: string; name: string }
  /** Only if the person may see one of these clients; any client when left out. */
  clientIds?: readonly string[]
  rows: SenderRows & { usable: { name: string }[] }
  tenant: SendingTenant
  by: { staffId: string } | { portalUserId: string }
  now: Instant
}

/**
 * The statements of a reset, and the mail they queue. Each holds only for a person who has a password, may see a client
 * that is switched on, and with the portal on. `mail` is 1 for the call that did it, 0 for a second click and for
 * whatever can't work. Afterwards the older links of this kind open nothing, and older mail of it never leaves.
 * Three an hour for an address: hand what `counted` answered to `check`, which throws TooMany. Asked for by a reader,
 * every try counts, so that the limit says nothing of who is there; by staff, only what could work.
 */
export const sendReset = (door: TenantDoor, { env, person, clientIds, rows, tenant, by, now }: Resetting) => {
  const mailId = newId()
  const expiresAt = now + RESET_LASTS
  const data = { ...senderOf(env, tenant, rows), clients: rows.usable.map(({ name }) => name), personName: person.name, expiresAt }
  const row = mailRow(env, { id: mailId, kind: 'password-reset', toEmail: person.email, portalUserId: person.id, data, now, expiresAt })
  const ofPerson = and(eq(outbox.portalUserId, person.id), eq(outbox.kind, 'password-reset'))
  const canWork = and(
    door.exists(portalUsers, and(eq(portalUsers.id, person.id), isNotNull(portalUsers.passwordHash))),
    door.exists(accesses, usableAccess(door, person.id, clientIds)),
    door.exists(portalSettings, eq(portalSettings.enabled, true)),
    sql`NOT ${door.exists(outbox, and(ofPerson, gt(outbox.createdAt, now - SECOND_CLICK)))}`,
  )
  const tries = resetTries(door.tenantId, emailKeyOf(person.email), now)
  const mailed = door.exists(outbox, eq(outbox.id, mailId))
  return {
    mailId,
    check: tries.check,
    statements: {
      counted: tries.take('staffId' in by ? canWork : undefined),
      mail: queueMail(door, row, and(canWork, tries.allows)),
      newest: door.update(portalUsers, { resetMailId: mailId }, and(eq(portalUsers.id, person.id), mailed)),
      older: door.update(
        outbox,
        { state: 'not-sent', error: 'A newer reset took its place.' },
        and(ofPerson, eq(outbox.state, 'queued'), ne(outbox.id, mailId), mailed),
      ),
      entry: entryForAccesses(
        door,
        accesses,
        { event: 'reset-sent', at: now, ...by, text: person.email },
        and(eq(accesses.portalUserId, person.id), eq(accesses.state, 'active'), mailed),
      ),
    },
  }
}
