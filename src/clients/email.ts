import { and, eq, sql } from 'drizzle-orm'
import { entryForClient } from '#src/activity/entries.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { emailKeyOf } from '#src/email-address.ts'
import type { Client } from './client.ts'
import { searchWordsOf } from './words.ts'

/**
 * Gives a client another primary address, by hand. It holds only while the client still is as it was read. A trigger ends the
 * old address's open invitation, shows the new one's state, and takes it off the further ones. `changed` is above 0 for the call that did it.
 */
export const changeEmail = (door: TenantDoor, client: Client, email: string, staffId: string, now: Instant) => {
  const emailKey = emailKeyOf(email)
  const words = JSON.stringify(searchWordsOf({ name: client.name, code: client.code, email }))
  const asRead = and(eq(clients.id, client.id), sql`${clients.email} IS ${client.email}`, eq(clients.name, client.name), eq(clients.code, client.code))
  const entry = { event: 'address-changed', at: now, staffId, text: client.email === null ? email : `${client.email} → ${email}` } as const
  return {
    // First, while the client still is as it was read.
    entry: entryForClient(door, client.id, entry, and(door.exists(clients, asRead), email === client.email ? sql`false` : undefined)),
    changed: door.update(clients, { email, emailKey, emailValid: true, words, updatedAt: now }, asRead),
  }
}
