import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Env } from '#src/env.ts'
import { NotFound, SignedOut } from '#src/errors.ts'
import { ClientDoor, type PortalShell } from './client-door.ts'
import { companyColumns } from './client-gate.ts'
import { compiledOne } from './compiled.ts'
import { isMember } from './membership.ts'
import { clients } from './schema/clients.ts'
import { memberships, staff, staffSessions } from './schema/staff.ts'
import { companyProfiles, portalSettings, tenants } from './schema/tenants.ts'
import { type StaffDoor, staffSessionHolds } from './staff-door.ts'
import { builder, maybe, Read, selection, type Write } from './statement.ts'

/**
 * The portal as staff see it for one client: a client's door in what it reads, a staff session's in whom it lets in, and
 * nothing that a page asks of it is written. Looking works before the portal is switched on, too.
 */
export class PortalViewDoor extends ClientDoor {
  readonly #staff: StaffDoor
  protected override readonly entry: Write | undefined
  /** @param entry what is logged of the look, made by the door of the staff who look */
  constructor(env: Env, staffDoor: StaffDoor, clientId: string, entry: Write | undefined) {
    const { tenantId, timeZone, writtenAt, now } = staffDoor.who
    // Nobody's session and nobody's person: of what is a person's own nothing is seen, and no write of this door finds
    // the session that it asks for.
    super(env, { tenantId, clientId, timeZone, writtenAt, now, site: { slug: '' }, sessionId: '', portalUserId: '' })
    this.#staff = staffDoor
    this.entry = entry
  }

  protected override get gate(): Read<ViewRow> {
    return viewGate(this.#staff, this.who.clientId)
  }

  protected override get touch(): Write | undefined {
    return this.#staff.touch
  }

  protected override admit(row: ViewRow | undefined): ViewRow {
    if (!row) throw new SignedOut()
    if (row.clientName === null) throw new NotFound()
    return row
  }

  protected override shellOf(row: ViewRow): PortalShell {
    return { ...super.shellOf(row), view: { by: row.staffName || row.staffEmail, isOpen: row.enabled && row.portalAccess === true } }
  }
}

export const forPortalView = (env: Env, staffDoor: StaffDoor, clientId: string, entry: Write | undefined) => new PortalViewDoor(env, staffDoor, clientId, entry)

/** One row if the staff session holds; its client's columns are null unless the client is their company's. */
const viewGate = compiledOne(({ who }: StaffDoor, clientId: string) => {
  const { fields, decode } = selection({
    ...companyColumns,
    staffName: staff.name,
    staffEmail: staff.email,
    clientName: maybe(clients.name),
    clientCurrency: maybe(clients.currency),
    clientLanguage: maybe(clients.language),
    creditLimit: maybe(clients.creditLimit),
    portalAccess: maybe(clients.portalAccess),
    email: sql<string | null>`NULL`,
    personName: sql<string | null>`NULL`,
    otherClients: sql<number>`0`,
    sessionClient: sql<string | null>`NULL`,
  })
  return new Read(
    builder
      .select(fields)
      .from(staffSessions)
      .innerJoin(memberships, isMember(staffSessions.tenantId, staffSessions.staffId))
      .innerJoin(staff, eq(staff.id, staffSessions.staffId))
      .innerJoin(tenants, and(eq(tenants.id, staffSessions.tenantId), isNull(tenants.disabledAt)))
      .innerJoin(companyProfiles, eq(companyProfiles.tenantId, tenants.id))
      .innerJoin(portalSettings, eq(portalSettings.tenantId, tenants.id))
      .leftJoin(clients, and(eq(clients.tenantId, tenants.id), eq(clients.id, clientId)))
      .where(staffSessionHolds(who)),
    decode,
  )
})
type ViewRow = ReturnType<typeof viewGate>['row']
