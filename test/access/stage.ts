import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { signPortalToken } from '#src/access/session-token.ts'
import { DAY, HOUR, MINUTE } from '#src/dates.ts'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, clientAddresses, portalSessions, portalUsers } from '#src/db/schema/people.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { linkToken } from '#src/mail/links.ts'
import { withoutQueue } from '#test/asking.ts'
import { type Company, clientRow, hashOfPassword, makeCompany, signedInStaff } from '#test/cast.ts'

/** A client and its person, in any state that a login can be in: put there as rows, whatever way would have led to it. */

export const STANDS = ['not invited', 'invited', 'expired', 'active'] as const
export type Stand = (typeof STANDS)[number]

export type Stage = { company: Company; staff: string }
export type Actor = Stage & {
  stand: Stand
  clientId: string
  email: string
  portalUserId: string
  /** The newest mail of each kind that this person was ever sent, whether its link still opens or not. */
  invitationId: string
  resetId: string
  /** A session that nothing has ended yet: what it opens is for the gate to say. */
  cookie: string
}

const never = { limit: async () => ({ success: true }) }
/** Without the limits by the minute, and with a queue that is told nothing. */
export const unhurried: Env = {
  ...withoutQueue,
  LIMIT_ADDRESS: never,
  LIMIT_NETWORK: never,
  BULK_QUEUE: withoutQueue.MAIL_QUEUE as unknown as Env['BULK_QUEUE'],
}

export const makeStage = async (name: string): Promise<Stage> => {
  const company = await makeCompany(name)
  return { company, staff: (await signedInStaff(company)).cookie }
}

type Setting = {
  client?: Partial<typeof clients.$inferInsert>
  /** The person's address is a further one of the client's, not its primary. */
  further?: boolean
  email?: string
}

export const makeActor = async (stage: Stage, stand: Stand, { client: more = {}, further = false, email }: Setting = {}): Promise<Actor> => {
  const { door, tenantId } = stage.company
  const now = Date.now()
  const [portalUserId, invitationId, resetId, sessionId] = [newId(), newId(), newId(), newId()]
  const address = email ?? `${portalUserId.toLowerCase()}@actors.example`
  const client = clientRow(`Actor ${portalUserId}`, further ? `first-of-${address}` : address, more)
  const isActive = stand === 'active'
  const invitedAt = stand === 'expired' ? now - 3 * DAY - MINUTE : now - HOUR
  const mail = { toEmail: address, portalUserId, data: '{}', templateVersion: 1, keyId: 'local', state: 'sent' as const, dueAt: 0 }
  await door.run({
    client: door.insert(clients, client),
    ...(further && { address: door.insert(clientAddresses, { clientId: client.id, email: address, emailKey: address, createdAt: now }) }),
    person: door.insert(portalUsers, {
      id: portalUserId,
      email: address,
      emailKey: address,
      passwordHash: isActive ? await hashOfPassword() : null,
      passwordSetAt: isActive ? now - MINUTE : null,
      invitationMailId: stand === 'invited' || stand === 'expired' ? invitationId : null,
      resetMailId: isActive ? resetId : null,
      createdAt: invitedAt,
    }),
    invitation: door.insert(outbox, { ...mail, id: invitationId, kind: 'invitation', createdAt: invitedAt, expiresAt: invitedAt + 72 * HOUR }),
    reset: door.insert(outbox, { ...mail, id: resetId, kind: 'password-reset', createdAt: now - 10 * MINUTE, expiresAt: now + 50 * MINUTE }),
    // A revoke ends it; a state that lets nobody in needn't have.
    session: door.insert(portalSessions, {
      id: sessionId,
      portalUserId,
      clientId: client.id,
      createdAt: now - MINUTE,
      seenAt: now,
      endedAt: stand === 'not invited' ? now : null,
    }),
    ...(stand !== 'not invited' && {
      access: door.insert(accesses, {
        portalUserId,
        clientId: client.id,
        state: isActive ? 'active' : 'invited',
        invitedAt,
        ...(isActive && { activatedAt: now - MINUTE, firstLoginAt: now - MINUTE, lastLoginAt: now - MINUTE }),
      }),
    }),
  })
  const token = await signPortalToken(env, { tenantId, sessionId, portalUserId, clientId: client.id, timeZone: 'UTC' }, now)
  return { ...stage, stand, clientId: client.id, email: address, portalUserId, invitationId, resetId, cookie: `__Host-portal=${token}` }
}

/** Another client of the company whose primary address is this person's; with an access of its own, if one is given. */
export const alsoClientOf = async (stage: Stage, actor: Actor, state?: 'invited' | 'active'): Promise<Actor> => {
  const { clientId } = await makeActor(stage, 'not invited')
  const { door } = stage.company
  const { email, portalUserId } = actor
  await door.run({
    client: door.update(clients, { email, emailKey: email }, eq(clients.id, clientId)),
    ...(state && { access: door.insert(accesses, { portalUserId, clientId, state, invitedAt: Date.now() }) }),
  })
  return { ...actor, clientId }
}

/** Where a mail's link leads. */
export const linkPath = async ({ company }: Stage, kind: 'invitation' | 'password-reset', mailId: string): Promise<string> =>
  `/portal/set-password/${encodeURIComponent(await linkToken(env, kind, company.tenantId, mailId))}`
