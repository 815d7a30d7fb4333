import { and, eq, type SQL, sql } from 'drizzle-orm'
import { entryForReturn } from '#src/activity/entries.ts'
import type { PlainDate } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import { activity } from '#src/db/schema/activity.ts'
import { returnLines, returnPhotos, returnRequests } from '#src/db/schema/returns.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import { type MailRow, queueMail } from '#src/mail/outbox.ts'
import type { AskedLine } from './form.ts'
import { returnThere } from './request.ts'
import { HAVE_LEFT, heldOf } from './returnable.ts'
import type { ReturnRules } from './rules.ts'

/**
 * A request, made by one statement that asks once more of every line: is it still there, in time, and is so much of it left?
 * Whatever else belongs to it (its lines, its photos, the log, the mails) follows in the same batch, only if it was made there.
 */
export const submitReturn = (
  door: ClientDoor,
  { id, lines, note, rules, today, mails }: { id: string; lines: AskedLine[]; note: string; rules: ReturnRules; today: PlainDate; mails: MailRow[] },
) => {
  const { clientId, portalUserId, now } = door.who
  const wanted = JSON.stringify(lines)
  const own = and(eq(returnRequests.id, id), eq(returnRequests.portalUserId, portalUserId))
  const isNew = sql`NOT ${door.exists(returnRequests, eq(returnRequests.id, id))}`
  // The log's entry comes last: until it is there, the request is this batch's own.
  const isOurs = and(door.exists(returnRequests, own), sql`NOT ${door.exists(activity, and(eq(activity.documentId, id), sql`event GLOB 'return-*'`))}`)
  const number = door.pluck(returnRequests, returnRequests.number, { where: eq(returnRequests.id, id) })
  const serial = sql`(SELECT coalesce(max(serial), 0) + 1 FROM return_requests WHERE tenant_id = ${door.tenantId})`
  return {
    made: door.insert(
      returnRequests,
      { id, clientId, serial, number: sql`printf('RET-%06d', ${serial})`, state: 'submitted', portalUserId, note, createdAt: now, updatedAt: now },
      { where: and(door.companyAllows(portalSettings.requestReturns), door.returnRulesAre(rules.version), isNew, allLeft(door, wanted, today)) },
    ),
    lines: door.insertEach(
      returnLines,
      lines.map((line) => ({ ...line, tenantId: door.tenantId, returnId: id })),
      isOurs,
    ),
    photos: door.update(returnPhotos, { sentAt: now }, and(eq(returnPhotos.returnId, id), eq(returnPhotos.portalUserId, portalUserId), isOurs)),
    ...Object.fromEntries(mails.map((mail) => [`mail ${mail.id}`, queueMail(door, numbered(mail, number), isOurs)])),
    entry: entryForReturn(door, { id, clientId, number }, { event: 'return-submitted', at: now, portalUserId, text: note }, isOurs),
    /** The request under that id, if this person made it: by this form, now or a moment ago. */
    there: returnThere(door, id),
  }
}

/** Every line that is wanted is one of this client's, has left in time, and has so much left to ask for. */
const allLeft = (door: ClientDoor, wanted: string, today: PlainDate): SQL => sql`json_array_length(${wanted}) > 0 AND NOT EXISTS (
  SELECT 1 FROM json_each(${wanted}) AS wanted
    LEFT JOIN orders AS ordered ON ordered.tenant_id = ${door.tenantId} AND ordered.client_id = ${door.who.clientId} AND ordered.id = wanted.value ->> 'orderId'
      AND ordered.status IN (${sql.join(
        HAVE_LEFT.map((status) => sql`${status}`),
        sql`, `,
      )}) AND ordered.returnable_from >= ${door.returnsReachBackTo(today)}
    LEFT JOIN order_lines AS line ON line.tenant_id = ordered.tenant_id AND line.order_id = ordered.id AND line.position = wanted.value ->> 'position'
      AND line.sku = wanted.value ->> 'sku' AND line.description = wanted.value ->> 'description' AND line.line_total >= 0
  WHERE line.position IS NULL OR wanted.value ->> 'quantity' > line.quantity - ${heldOf(door.tenantId, sql`line`)})`

/** A mail that was written before its number was known. */
const numbered = (mail: MailRow, number: SQL) => ({ ...mail, data: sql`json_set(${mail.data}, '$.number', ${number})` })
