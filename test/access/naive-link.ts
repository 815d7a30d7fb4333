import { and, eq, sql } from 'drizzle-orm'
import { hashPassword } from '#src/access/password.ts'
import { HOUR } from '#src/dates.ts'
import { forTenant } from '#src/db/door.ts'
import { activity } from '#src/db/schema/activity.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalSessions, portalUsers } from '#src/db/schema/people.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import type { Actor } from './stage.ts'

/**
 * How links must not be made: each move reads, checks, and then writes, and nothing in what it writes asks again. One after
 * another it does everything right. It stands here so that the race tests can show that they see what they look for.
 */

const system = { type: 'system' } as const

export const naiveUse = async (env: Env, { company, clientId, portalUserId }: Actor, mailId: string, password: string): Promise<boolean> => {
  const door = forTenant(env, company.tenantId)
  const now = Date.now()
  const { people, mails } = await door.run({
    people: door.read(portalUsers, { where: and(eq(portalUsers.id, portalUserId), eq(portalUsers.invitationMailId, mailId)) }),
    mails: door.read(outbox, { where: eq(outbox.id, mailId) }),
  })
  if (!people[0] || (mails[0]?.expiresAt ?? 0) <= now) return false
  const passwordHash = await hashPassword(password)
  await door.run({ used: door.update(portalUsers, { passwordHash, invitationMailId: null }, eq(portalUsers.id, portalUserId)) })
  const active = { portalUserId, clientId, state: 'active', invitedAt: now, activatedAt: now } as const
  await door.run({ access: door.insert(accesses, active, { conflict: sql`DO UPDATE SET state = excluded.state, activated_at = excluded.activated_at` }) })
  await door.run({
    session: door.insert(portalSessions, { id: newId(), portalUserId, clientId, createdAt: now, seenAt: now }),
    entry: door.insert(activity, { ...system, id: newId(), clientId, at: now, event: 'password-set', portalUserId }),
  })
  return true
}

/** Answers the new mail. */
export const naiveResend = async (env: Env, { company, clientId, email, portalUserId }: Actor, seenMailId: string): Promise<string | undefined> => {
  const door = forTenant(env, company.tenantId)
  const now = Date.now()
  const { people } = await door.run({
    people: door.read(portalUsers, { where: and(eq(portalUsers.id, portalUserId), eq(portalUsers.invitationMailId, seenMailId)) }),
  })
  if (!people[0]) return undefined
  const id = newId()
  const mail = { id, kind: 'invitation', toEmail: email, portalUserId, data: '{}', templateVersion: 1, keyId: 'local', dueAt: now, createdAt: now } as const
  await door.run({
    mail: door.insert(outbox, { ...mail, expiresAt: now + 72 * HOUR }),
    entry: door.insert(activity, { ...system, id: newId(), clientId, at: now, event: 'invitation-resent' }),
  })
  await door.run({ newest: door.update(portalUsers, { invitationMailId: id }, eq(portalUsers.id, portalUserId)) })
  return id
}

export const naiveRevoke = async (env: Env, { company, clientId, portalUserId }: Actor): Promise<void> => {
  const door = forTenant(env, company.tenantId)
  const now = Date.now()
  const { open } = await door.run({ open: door.read(portalSessions, { where: eq(portalSessions.portalUserId, portalUserId) }) })
  for (const { id } of open) await door.run({ ended: door.update(portalSessions, { endedAt: now }, eq(portalSessions.id, id)) })
  await door.run({ person: door.update(portalUsers, { passwordHash: null, invitationMailId: null }, eq(portalUsers.id, portalUserId)) })
  await door.run({
    access: door.remove(accesses, eq(accesses.clientId, clientId)),
    entry: door.insert(activity, { ...system, id: newId(), clientId, at: now, event: 'access-revoked' }),
  })
}
