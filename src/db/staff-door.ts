import { and, eq, gt, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { DAY, HOUR, type Instant, type PlainDate, todayIn } from '#src/dates.ts'
import type { Env } from '#src/env.ts'
import { NotAllowed, SignedOut } from '#src/errors.ts'
import { SEEN_EVERY } from './client-door.ts'
import { GatedDoor } from './door.ts'
import { memberships, ROLES, type Role, staff, staffSessions } from './schema/staff.ts'
import { companyProfiles, portalSettings, tenants } from './schema/tenants.ts'
import { servedUnder } from './site.ts'
import { type Answers, builder, Read, type Statements, selection, type Write } from './statement.ts'

export const STAFF_IDLE = 12 * HOUR
export const STAFF_SESSION = 7 * DAY

export type StaffWho = {
  tenantId: string
  sessionId: string
  staffId: string
  timeZone: string
  writtenAt: Instant
  now: Instant
  /** The least role that may do what this door is opened for. */
  needs: Role
}

/** What every staff page knows, from the gate. */
export type StaffShell = {
  tenant: { id: string; slug: string; name: string; hostname: string | null }
  company: { name: string; locale: string; timeZone: string; currency: string }
  portalEnabled: boolean
  person: { id: string; name: string; email: string }
  role: Role
  today: PlainDate
  now: Instant
}

export const staffSessionHolds = (who: StaffWho) =>
  and(
    eq(staffSessions.tenantId, who.tenantId),
    eq(staffSessions.id, who.sessionId),
    eq(staffSessions.staffId, who.staffId),
    isNull(staffSessions.endedAt),
    gt(staffSessions.seenAt, who.now - STAFF_IDLE),
    gt(staffSessions.createdAt, who.now - STAFF_SESSION),
  )

/** A role, and those that may more. */
const atLeast = (role: Role): readonly Role[] => ROLES.slice(0, ROLES.indexOf(role) + 1)

const gateHolds = (who: StaffWho): SQL => sql`EXISTS (
  SELECT 1 FROM ${staffSessions} JOIN ${memberships} ON ${memberships.tenantId} = ${staffSessions.tenantId} AND ${memberships.staffId} = ${staffSessions.staffId} AND ${inArray(memberships.role, [...atLeast(who.needs)])}
    JOIN ${tenants} ON ${tenants.id} = ${staffSessions.tenantId} AND ${tenants.disabledAt} IS NULL
  WHERE ${staffSessionHolds(who)})`

export class StaffDoor extends GatedDoor<GateRow> {
  readonly who: StaffWho
  protected readonly clock
  protected readonly gate
  readonly touch: Write | undefined
  constructor(env: Env, who: StaffWho) {
    super(env, who.tenantId, gateHolds(who))
    this.who = who
    this.clock = who
    this.gate = staffGate(who)
    this.touch = who.now - who.writtenAt > SEEN_EVERY ? this.update(staffSessions, { seenAt: who.now }, eq(staffSessions.id, who.sessionId)) : undefined
  }

  /**
   * A page view, in one round trip.
   * @param statements made for the day it is in the company's time zone
   * @throws SignedOut, NotAllowed before a row is looked at
   */
  async page<S extends Statements>(statements: (today: PlainDate) => S): Promise<{ shell: StaffShell } & Answers<S>> {
    const { row, answers } = await this.gated(statements)
    const shell = {
      tenant: { id: this.who.tenantId, slug: row.slug, name: row.company, hostname: row.hostname },
      company: { name: row.company, locale: row.locale, timeZone: row.timeZone, currency: row.currency },
      portalEnabled: row.portalEnabled,
      person: { id: this.who.staffId, name: row.personName, email: row.personEmail },
      role: row.role,
      today: todayIn(row.timeZone, this.who.now),
      now: this.who.now,
    }
    return { shell, ...answers }
  }

  protected admit(row: GateRow | undefined): GateRow {
    if (!row) throw new SignedOut()
    if (!atLeast(this.who.needs).includes(row.role)) throw new NotAllowed()
    return row
  }
}

export const forStaff = (env: Env, who: StaffWho) => new StaffDoor(env, who)

const staffGate = (who: StaffWho) => {
  const { fields, decode } = selection({
    slug: tenants.slug,
    hostname: servedUnder,
    company: tenants.name,
    locale: companyProfiles.locale,
    timeZone: companyProfiles.timeZone,
    currency: companyProfiles.currency,
    portalEnabled: portalSettings.enabled,
    personName: staff.name,
    personEmail: staff.email,
    role: memberships.role,
  })
  return new Read(
    builder
      .select(fields)
      .from(staffSessions)
      .innerJoin(memberships, and(eq(memberships.tenantId, staffSessions.tenantId), eq(memberships.staffId, staffSessions.staffId)))
      .innerJoin(staff, eq(staff.id, staffSessions.staffId))
      .innerJoin(tenants, and(eq(tenants.id, staffSessions.tenantId), isNull(tenants.disabledAt)))
      .innerJoin(companyProfiles, eq(companyProfiles.tenantId, tenants.id))
      .innerJoin(portalSettings, eq(portalSettings.tenantId, tenants.id))
      .where(staffSessionHolds(who)),
    decode,
  )
}
type GateRow = ReturnType<typeof staffGate>['row']
