import { and, asc, desc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { DAY, HOUR, type Instant, type PlainDate, todayIn } from '#src/dates.ts'
import type { Env } from '#src/env.ts'
import { NotAllowed, SignedOut } from '#src/errors.ts'
import { SEEN_EVERY } from './client-door.ts'
import { compiledOne } from './compiled.ts'
import { GatedDoor } from './door.ts'
import { isMember } from './membership.ts'
import { returnRequests } from './schema/returns.ts'
import { memberships, ROLES, type Role, staff, staffSessions } from './schema/staff.ts'
import { companyProfiles, portalSettings, tenants } from './schema/tenants.ts'
import { servedUnder } from './site.ts'
import { type Answers, builder, NO_ENV, Read, type Statements, selection, slot, Write } from './statement.ts'

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
  /** Return requests that wait for the company, counted up to MOST_COUNTED. */
  returnsToDecide: number
  person: { id: string; name: string; email: string; returnMails: boolean }
  role: Role
  /** Whether this person works for other companies, too. */
  hasOtherCompanies: boolean
  today: PlainDate
  now: Instant
}

/** A condition on staff sessions: neither ended nor too old. */
export const staffSessionLives = (now: Instant) =>
  and(isNull(staffSessions.endedAt), sql`${staffSessions.seenAt} > ${now} - ${STAFF_IDLE}`, sql`${staffSessions.createdAt} > ${now} - ${STAFF_SESSION}`)

export const staffSessionHolds = (who: StaffWho) =>
  and(eq(staffSessions.tenantId, who.tenantId), eq(staffSessions.id, who.sessionId), eq(staffSessions.staffId, who.staffId), staffSessionLives(who.now))

/** A condition on staff sessions: a person's, in whatever company; found by an index that begins with the company. */
export const ofPerson = (staffId: string): SQL =>
  sql`${staffSessions.staffId} = ${staffId} AND ${staffSessions.tenantId} IN (SELECT tenant_id FROM ${memberships} WHERE ${memberships.staffId} = ${staffId})`

export type NewStaffSession = { id: string; device: string; city: string; country: string }

/** What of a person the doors change. */
type PersonChange = Partial<{ name: string; passwordHash: string; passwordSetAt: Instant; invitationMailId: string | null; resetMailId: string | null }>
const PERSON_COLUMNS = {
  name: 'name',
  passwordHash: 'password_hash',
  passwordSetAt: 'password_set_at',
  invitationMailId: 'invitation_mail_id',
  resetMailId: 'reset_mail_id',
} satisfies Record<keyof PersonChange, string>

/** A role, and those that may more. */
const atLeast = (role: Role): readonly Role[] => ROLES.slice(0, ROLES.indexOf(role) + 1)

const gateHolds = (who: StaffWho): SQL => sql`EXISTS (
  SELECT 1 FROM ${staffSessions} JOIN ${memberships} ON ${isMember(staffSessions.tenantId, staffSessions.staffId)} AND ${inArray(memberships.role, [...atLeast(who.needs)])}
    JOIN ${tenants} ON ${tenants.id} = ${staffSessions.tenantId} AND ${tenants.disabledAt} IS NULL
  WHERE ${staffSessionHolds(who)})`

export class StaffDoor extends GatedDoor<GateRow> {
  readonly who: StaffWho
  protected readonly clock
  constructor(env: Env, who: StaffWho) {
    super(env, who.tenantId)
    this.who = who
    this.clock = who
  }

  protected override get held(): SQL {
    return gateHolds(this.who)
  }

  override get pattern(): StaffDoor {
    return PATTERNS[this.who.needs]
  }

  override get ids() {
    return { ...this.who }
  }

  protected get gate(): Read<GateRow> {
    return staffGate(this)
  }

  get touch(): Write | undefined {
    const { now, writtenAt, sessionId } = this.who
    return now - writtenAt > SEEN_EVERY ? this.update(staffSessions, { seenAt: now }, eq(staffSessions.id, sessionId)) : undefined
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
      returnsToDecide: row.returnsToDecide,
      person: { id: this.who.staffId, name: row.personName, email: row.personEmail, returnMails: row.returnMails },
      role: row.role,
      hasOtherCompanies: row.otherCompanies > 0,
      today: todayIn(row.timeZone, this.who.now),
      now: this.who.now,
    }
    return { shell, ...answers }
  }

  /** A person who may become one of the team, unless the address is known already. */
  addPerson({ id, email, emailKey, name }: { id: string; email: string; emailKey: string; name: string }, where?: SQL): Write {
    return new Write(sql`INSERT INTO ${staff} (id, email, email_key, name, created_at)
      SELECT ${id}, ${email}, ${emailKey}, ${name}, ${this.who.now} WHERE ${and(this.held, where)} ON CONFLICT (email_key) DO NOTHING`)
  }

  /** Changes what is known of a person of this door's team. */
  updatePerson(staffId: string | SQL, set: PersonChange, where?: SQL): Write {
    const list = Object.entries(set).map(([column, value]) => sql`${sql.identifier(PERSON_COLUMNS[column as keyof PersonChange])} = ${value}`)
    const inTeam = sql`EXISTS (SELECT 1 FROM ${memberships} WHERE ${isMember(this.tenantId, staff.id)})`
    return new Write(sql`UPDATE ${staff} SET ${sql.join(list, sql`, `)} WHERE ${and(sql`${staff.id} = ${staffId}`, inTeam, this.held, where)}`)
  }

  /** This person's sessions, in all of their companies, the last used first. */
  ownSessions(limit: number) {
    const { id, device, city, country, seenAt } = staffSessions
    const { fields, decode } = selection({ id, device, city, country, seenAt, company: tenants.name })
    const query = builder
      .select(fields)
      .from(memberships)
      .innerJoin(
        staffSessions,
        and(eq(staffSessions.tenantId, memberships.tenantId), eq(staffSessions.staffId, memberships.staffId), staffSessionLives(this.who.now)),
      )
      .innerJoin(tenants, eq(tenants.id, staffSessions.tenantId))
      .where(eq(memberships.staffId, this.who.staffId))
      .orderBy(desc(seenAt), desc(id))
      .limit(limit)
    return new Read(query, decode)
  }

  /** The hash of this person's password; null before one is set. */
  ownCredential() {
    const { fields, decode } = selection({ passwordHash: staff.passwordHash })
    return new Read(builder.select(fields).from(staff).where(eq(staff.id, this.who.staffId)), decode)
  }

  /** One session, as a condition for the next. */
  isSession(id: string): SQL {
    return eq(staffSessions.id, id)
  }

  /** Ends this person's sessions, in whatever company. */
  endOwnSessions(where?: SQL): Write {
    return new Write(
      sql`UPDATE ${staffSessions} SET ended_at = ${this.who.now} WHERE ${and(ofPerson(this.who.staffId), isNull(staffSessions.endedAt), this.held, where)}`,
    )
  }

  /** The companies this person works for, by name. */
  ownCompanies() {
    const { fields, decode } = selection({ tenantId: tenants.id, name: tenants.name, role: memberships.role, timeZone: companyProfiles.timeZone })
    const query = builder
      .select(fields)
      .from(memberships)
      .innerJoin(tenants, and(eq(tenants.id, memberships.tenantId), isNull(tenants.disabledAt)))
      .innerJoin(companyProfiles, eq(companyProfiles.tenantId, tenants.id))
      .where(and(eq(memberships.staffId, this.who.staffId), isNull(memberships.removedAt)))
      .orderBy(asc(tenants.name), asc(tenants.id))
    return new Read(query, decode)
  }

  /** Goes on in another of this person's companies: a new session there, and this one ends. `began` is 1 if that may be. */
  switchCompany(tenantId: string, { id, device, city, country }: NewStaffSession) {
    const { staffId, now } = this.who
    const may = sql`EXISTS (SELECT 1 FROM ${memberships} JOIN ${tenants} ON ${tenants.id} = ${memberships.tenantId} AND ${tenants.disabledAt} IS NULL WHERE ${isMember(tenantId, staffId)})`
    const began = sql`EXISTS (SELECT 1 FROM ${staffSessions} WHERE ${staffSessions.tenantId} = ${tenantId} AND ${staffSessions.id} = ${id})`
    return {
      began: new Write(sql`INSERT INTO ${staffSessions} (tenant_id, id, staff_id, created_at, seen_at, device, city, country)
        SELECT ${tenantId}, ${id}, ${staffId}, ${now}, ${now}, ${device}, ${city}, ${country} WHERE ${and(may, this.held)}`),
      ended: new Write(sql`UPDATE ${staffSessions} SET ended_at = ${now}
        WHERE ${and(eq(staffSessions.tenantId, this.tenantId), eq(staffSessions.id, this.who.sessionId), began)}`),
    }
  }

  protected admit(row: GateRow | undefined): GateRow {
    if (!row) throw new SignedOut()
    if (!atLeast(this.who.needs).includes(row.role)) throw new NotAllowed()
    return row
  }
}

const patternFor = (needs: Role) =>
  new StaffDoor(NO_ENV, {
    tenantId: slot('tenantId'),
    sessionId: slot('sessionId'),
    staffId: slot('staffId'),
    now: slot('now') as unknown as Instant,
    timeZone: '',
    writtenAt: 0,
    needs,
  })
/** What a write of theirs carries differs by the role that it needs. */
const PATTERNS = Object.fromEntries(ROLES.map((role) => [role, patternFor(role)])) as Record<Role, StaffDoor>

export const forStaff = (env: Env, who: StaffWho) => new StaffDoor(env, who)

const otherCompanies = (who: StaffWho): SQL<number> => sql<number>`(
  SELECT count(*) FROM ${memberships} AS others JOIN ${tenants} AS theirs ON theirs.id = others.tenant_id AND theirs.disabled_at IS NULL
  WHERE others.staff_id = ${who.staffId} AND others.removed_at IS NULL AND others.tenant_id <> ${who.tenantId})`

/** A badge says "99+" beyond that, and nothing has to be counted that far. */
const MOST_COUNTED = 100
const returnsToDecide = (who: StaffWho): SQL<number> => sql<number>`(
  SELECT count(*) FROM (SELECT 1 FROM ${returnRequests} AS waiting WHERE waiting.tenant_id = ${who.tenantId} AND waiting.state = 'submitted' LIMIT ${MOST_COUNTED}))`

const staffGateRead = (who: StaffWho) => {
  const { fields, decode } = selection({
    slug: tenants.slug,
    hostname: servedUnder,
    company: tenants.name,
    locale: companyProfiles.locale,
    timeZone: companyProfiles.timeZone,
    currency: companyProfiles.currency,
    portalEnabled: portalSettings.enabled,
    returnsToDecide: returnsToDecide(who),
    personName: staff.name,
    personEmail: staff.email,
    role: memberships.role,
    returnMails: memberships.returnMails,
    otherCompanies: otherCompanies(who),
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
      .where(staffSessionHolds(who)),
    decode,
  )
}
type GateRow = ReturnType<typeof staffGateRead>['row']
const staffGate: (door: StaffDoor) => Read<GateRow> = compiledOne(({ who }: StaffDoor) => staffGateRead(who))
