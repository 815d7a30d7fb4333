import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { DAY, type Instant } from '#src/dates.ts'
import type { Site } from '#src/hosts.ts'
import { clients } from './schema/clients.ts'
import { accesses, portalSessions, portalUsers } from './schema/people.ts'
import { companyProfiles, portalSettings, tenants } from './schema/tenants.ts'
import { isAt, servedUnder } from './site.ts'
import { builder, maybe, Read, selection } from './statement.ts'

/** Whether somebody may see a client's portal: what is read first on every page, and held again by every write. */

export const PORTAL_IDLE = 7 * DAY
export const PORTAL_SESSION = 30 * DAY

/** What the session cookie says. It is trusted only to say which rows to read. */
export type ClientWho = {
  tenantId: string
  /** Whose portal the request's host is. */
  site: Site
  sessionId: string
  portalUserId: string
  clientId: string
  timeZone: string
  /** When the cookie was written. */
  writtenAt: Instant
  now: Instant
}

/** That this session, of this person, still holds. */
const sessionHolds = (who: Pick<ClientWho, 'tenantId' | 'sessionId' | 'portalUserId' | 'now'>) =>
  and(
    eq(portalSessions.tenantId, who.tenantId),
    eq(portalSessions.id, who.sessionId),
    eq(portalSessions.portalUserId, who.portalUserId),
    isNull(portalSessions.endedAt),
    sql`${portalSessions.seenAt} > ${who.now} - ${PORTAL_IDLE}`,
    sql`${portalSessions.createdAt} > ${who.now} - ${PORTAL_SESSION}`,
  )

/** The gate as a condition of a write: this company's host, portal on, session, access, client switched on. */
export const gateHolds = (who: ClientWho): SQL => sql`EXISTS (
  SELECT 1 FROM ${portalSessions}
    JOIN ${tenants} ON ${tenants.id} = ${portalSessions.tenantId} AND ${isAt(who.site)} AND ${tenants.disabledAt} IS NULL
    JOIN ${portalSettings} ON ${portalSettings.tenantId} = ${portalSessions.tenantId} AND ${portalSettings.enabled} = 1
    JOIN ${accesses} ON ${accesses.tenantId} = ${portalSessions.tenantId} AND ${accesses.portalUserId} = ${portalSessions.portalUserId} AND ${accesses.clientId} = ${who.clientId} AND ${accesses.state} = 'active'
    JOIN ${clients} ON ${clients.tenantId} = ${accesses.tenantId} AND ${clients.id} = ${accesses.clientId} AND ${clients.portalAccess} = 1
  WHERE ${sessionHolds(who)} AND ${portalSessions.clientId} = ${who.clientId})`

/** How a company shows itself. */
export const brandColumns = {
  brandColour: portalSettings.brandColour,
  logoHash: portalSettings.logoHash,
  logoWidth: portalSettings.logoWidth,
  logoHeight: portalSettings.logoHeight,
}

/** What a portal's gate says of the company and its settings. */
export const companyColumns = {
  company: tenants.name,
  locale: companyProfiles.locale,
  timeZone: companyProfiles.timeZone,
  contactName: companyProfiles.contactName,
  contactEmail: companyProfiles.contactEmail,
  contactPhone: companyProfiles.contactPhone,
  slug: tenants.slug,
  hostname: servedUnder,
  enabled: portalSettings.enabled,
  ...brandColumns,
  downloadInvoices: portalSettings.downloadInvoices,
  orderHistory: portalSettings.orderHistory,
  requestReturns: portalSettings.requestReturns,
  showBalance: portalSettings.showBalance,
  showCreditLimit: portalSettings.showCreditLimit,
}

/** One row if the host is this tenant's; its client's columns are null unless session, access and client all hold. */
export const portalGateRead = (who: ClientWho) => {
  const { fields, decode } = selection({
    ...companyColumns,
    email: maybe(portalUsers.email),
    personName: maybe(portalUsers.name),
    clientName: maybe(clients.name),
    clientCurrency: maybe(clients.currency),
    clientLanguage: maybe(clients.language),
    creditLimit: maybe(clients.creditLimit),
    otherClients: otherClients(who),
    sessionClient: sessionClient(who),
  })
  return new Read(
    builder
      .select(fields)
      .from(tenants)
      .innerJoin(companyProfiles, eq(companyProfiles.tenantId, tenants.id))
      .innerJoin(portalSettings, eq(portalSettings.tenantId, tenants.id))
      .leftJoin(portalSessions, and(sessionHolds(who), eq(portalSessions.clientId, who.clientId)))
      .leftJoin(portalUsers, and(eq(portalUsers.tenantId, portalSessions.tenantId), eq(portalUsers.id, portalSessions.portalUserId)))
      .leftJoin(
        accesses,
        and(
          eq(accesses.tenantId, portalUsers.tenantId),
          eq(accesses.portalUserId, portalUsers.id),
          eq(accesses.clientId, portalSessions.clientId),
          eq(accesses.state, 'active'),
        ),
      )
      .leftJoin(clients, and(eq(clients.tenantId, accesses.tenantId), eq(clients.id, accesses.clientId), eq(clients.portalAccess, true)))
      .where(and(eq(tenants.id, who.tenantId), isAt(who.site), isNull(tenants.disabledAt))),
    decode,
  )
}
export type GateRow = ReturnType<typeof portalGateRead>['row']

/** As which client the session goes on, if it holds. */
const sessionClient = (who: ClientWho): SQL<string | null> =>
  sql<string | null>`(SELECT ${portalSessions.clientId} FROM ${portalSessions} WHERE ${sessionHolds(who)})`

const otherClients = (who: ClientWho): SQL<number> => sql<number>`(
  SELECT count(*) FROM ${accesses} AS others JOIN ${clients} AS theirs ON theirs.tenant_id = others.tenant_id AND theirs.id = others.client_id AND theirs.portal_access = 1
  WHERE others.tenant_id = ${who.tenantId} AND others.portal_user_id = ${who.portalUserId} AND others.state = 'active' AND others.client_id <> ${who.clientId})`
