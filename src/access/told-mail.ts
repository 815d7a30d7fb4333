import { and, eq, gt, sql } from 'drizzle-orm'
import { HOUR, type Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses } from '#src/db/schema/people.ts'

/** The mail that a form has just queued, to say so: whatever has become of it meanwhile, and for a while only. */
export const toldMailRead = (door: TenantDoor, clientId: string, mailId: string, now: Instant) =>
  door.pick(
    outbox,
    { kind: outbox.kind, toEmail: outbox.toEmail, state: outbox.state },
    {
      where: and(
        eq(outbox.id, mailId),
        gt(outbox.createdAt, now - HOUR),
        sql`${outbox.portalUserId} IN ${door.pluck(accesses, accesses.portalUserId, { where: eq(accesses.clientId, clientId) })}`,
      ),
    },
  )

export type ToldMail = ReturnType<typeof toldMailRead>['row']
