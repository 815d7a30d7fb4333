import { and, eq, gt, type SQL, sql } from 'drizzle-orm'
import { type Instant, MINUTE } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { type ActivityEvent, activity } from '#src/db/schema/activity.ts'
import { clients } from '#src/db/schema/clients.ts'
import { invoices } from '#src/db/schema/invoices.ts'
import type { accesses } from '#src/db/schema/people.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import type { StaffDoor } from '#src/db/staff-door.ts'
import { rowId, type Write } from '#src/db/statement.ts'
import { newId } from '#src/ids.ts'

/** The log's own words. Each entry is a write for the batch of the change it tells of. */

const VIEWED_AGAIN_AFTER = 30 * MINUTE

/** What a person did with an invoice of the client whose door it is; the number is the stored one. */
const aboutInvoice = (door: ClientDoor, event: ActivityEvent, invoiceId: string, where?: SQL): Write =>
  door.insert(
    activity,
    {
      id: rowId,
      clientId: door.who.clientId,
      at: door.who.now,
      type: 'system',
      event,
      portalUserId: door.who.portalUserId,
      documentId: invoices.id,
      documentNumber: invoices.number,
    },
    { from: invoices, where: and(eq(invoices.id, invoiceId), eq(invoices.state, 'issued'), where) },
  )

/** "Invoice viewed": one for each person, document and 30 minutes. */
export const invoiceViewed = (door: ClientDoor, invoiceId: string): Write => {
  const lately = and(
    eq(activity.event, 'invoice-viewed'),
    eq(activity.documentId, invoiceId),
    eq(activity.portalUserId, door.who.portalUserId),
    sql`${activity.at} > ${door.who.now} - ${VIEWED_AGAIN_AFTER}`,
  )
  return aboutInvoice(door, 'invoice-viewed', invoiceId, sql`NOT ${door.exists(activity, lately)}`)
}

/** "Invoice downloaded": one for each download that starts at the first byte, where the company lets its clients download. */
export const invoiceDownloaded = (door: ClientDoor, invoiceId: string): Write =>
  aboutInvoice(door, 'invoice-downloaded', invoiceId, door.companyAllows(portalSettings.downloadInvoices))

/** "Portal viewed as client": one for each member of the staff, client and 30 minutes. */
export const portalViewed = (door: StaffDoor, clientId: string): Write => {
  const { staffId, now } = door.who
  const lately = and(
    eq(activity.clientId, clientId),
    eq(activity.type, 'system'),
    eq(activity.event, 'portal-viewed'),
    eq(activity.staffId, staffId),
    gt(activity.at, now - VIEWED_AGAIN_AFTER),
  )
  return door.insert(
    activity,
    { id: newId(), clientId: clients.id, at: now, type: 'system', event: 'portal-viewed', staffId },
    { from: clients, where: and(eq(clients.id, clientId), sql`NOT ${door.exists(activity, lately)}`) },
  )
}

/** What a return request went through; the number may be an expression, while it is being made. */
export const entryForReturn = (
  door: TenantDoor,
  { id, clientId, number }: { id: string; clientId: string; number: string | SQL },
  { event, at, portalUserId, staffId, text }: Entry,
  where: SQL | undefined,
): Write =>
  door.insert(activity, { id: newId(), clientId, at, type: 'system', event, portalUserId, staffId, documentId: id, documentNumber: number, text }, { where })

type Entry = { event: ActivityEvent; at: Instant; portalUserId?: string; staffId?: string; text?: string | SQL }

/** One entry for each client whose access a condition picks. */
export const entryForAccesses = (door: TenantDoor, from: typeof accesses, { event, at, portalUserId, staffId, text }: Entry, where: SQL | undefined): Write =>
  door.insert(activity, { id: rowId, clientId: from.clientId, at, type: 'system', event, portalUserId, staffId, text }, { from, where })

/** One entry for a client, if a condition holds. */
export const entryForClient = (door: TenantDoor, clientId: string, { event, at, portalUserId, staffId, text }: Entry, where: SQL | undefined): Write =>
  door.insert(activity, { id: newId(), clientId, at, type: 'system', event, portalUserId, staffId, text }, { where })
