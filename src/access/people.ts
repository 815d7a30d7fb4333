import { and, eq, sql } from 'drizzle-orm'
import { entryForClient } from '#src/activity/entries.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { accesses, clientAddresses } from '#src/db/schema/people.ts'
import { emailKeyOf, isEmail } from '#src/email-address.ts'
import type { PersonAccess } from './portal-access.ts'

/** A client's further addresses: each a person who may be invited beside the primary one. */

export const MOST_ADDRESSES = 50
export const LONGEST_NAME = 100

/** What is wrong with an address that staff wants to add; undefined when nothing is. */
export const addressProblem = (email: string, people: readonly PersonAccess[]): string | undefined => {
  if (email === '') return 'Write an e-mail address.'
  if (!isEmail(email)) return 'That isn’t a complete e-mail address.'
  const known = people.find(({ emailKey }) => emailKey === emailKeyOf(email))
  if (known?.role === 'primary') return 'That is this client’s primary address already.'
  if (known?.role === 'further') return 'That address is here already.'
  return people.filter(({ role }) => role === 'further').length >= MOST_ADDRESSES ? `A client has at most ${MOST_ADDRESSES} further addresses.` : undefined
}

/** Adding an address that is there already changes nothing; nor does adding the primary one. */
export const addAddress = (
  door: TenantDoor,
  { clientId, email, name, staffId, now }: { clientId: string; email: string; name: string; staffId: string; now: Instant },
) => {
  const emailKey = emailKeyOf(email)
  const howMany = sql`(SELECT count(*) FROM ${clientAddresses} WHERE ${and(eq(clientAddresses.tenantId, door.tenantId), eq(clientAddresses.clientId, clientId))})`
  const isKnown = door.exists(clientAddresses, and(eq(clientAddresses.clientId, clientId), eq(clientAddresses.emailKey, emailKey)))
  const mayBe = and(door.exists(clients, and(eq(clients.id, clientId), sql`${clients.emailKey} IS NOT ${emailKey}`)), sql`${howMany} < ${MOST_ADDRESSES}`)
  return {
    // First, while the address is not there.
    entry: entryForClient(door, clientId, { event: 'address-added', at: now, staffId, text: email }, and(mayBe, sql`NOT ${isKnown}`)),
    added: door.insert(clientAddresses, { clientId, emailKey, email, name, createdAt: now }, { where: mayBe, conflict: sql`DO NOTHING` }),
  }
}

/** What the page that asks before anyone loses access says of each: which clients they keep. */
export const keptClientsRead = (door: TenantDoor, clientId: string) =>
  door.pick(
    accesses,
    { portalUserId: accesses.portalUserId, name: sql<string | null>`${door.pluck(clients, clients.name, { where: eq(clients.id, accesses.clientId) })}` },
    {
      where: and(
        sql`${accesses.portalUserId} IN (SELECT theirs.portal_user_id FROM ${accesses} AS theirs WHERE theirs.tenant_id = ${door.tenantId} AND theirs.client_id = ${clientId})`,
        sql`${accesses.clientId} <> ${clientId}`,
      ),
      limit: 200,
    },
  )
