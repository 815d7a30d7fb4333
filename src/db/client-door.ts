import { and, eq, getTableColumns, getTableName, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { type Instant, MINUTE, type PlainDate, todayIn } from '#src/dates.ts'
import type { Env } from '#src/env.ts'
import { Moved, OtherClient, PortalOff, SignedOut } from '#src/errors.ts'
import { type Logo, logoOf } from '#src/logo.ts'
import { brandColumns, type ClientWho, type GateRow, gateHolds, portalGateRead } from './client-gate.ts'
import { compiledOne } from './compiled.ts'
import { GatedDoor, type Reading, type TenantTable } from './door.ts'
import { clients } from './schema/clients.ts'
import { outbox } from './schema/outbox.ts'
import { accesses, portalSessions, portalUsers } from './schema/people.ts'
import { memberships, staff } from './schema/staff.ts'
import { companyProfiles, portalSettings, tenants } from './schema/tenants.ts'
import { type Answers, builder, NO_ENV, Read, type RowOf, type Selected, type Statements, selection, slot, type Write } from './statement.ts'

/** Last use is written at most this often. */
export const SEEN_EVERY = 5 * MINUTE
/** Of one news, so many of the staff are told at most. */
const STAFF_TOLD = 40

/** What every page of a portal knows, from the gate. */
export type PortalShell = {
  tenant: { slug: string; name: string; hostname: string | null }
  company: { name: string; locale: string; timeZone: string; contactName: string; contactEmail: string; contactPhone: string }
  brandColour: string
  logo: Logo | null
  toggles: { downloadInvoices: boolean; orderHistory: boolean; requestReturns: boolean; showBalance: boolean; showCreditLimit: boolean }
  client: { id: string; name: string; currency: string; creditLimit: number | null }
  person: { id: string; name: string; email: string }
  /** Whether this person may switch to another client. */
  hasOtherClients: boolean
  /** Set when it is staff who look, and not a person of the client's. */
  view: StaffView | null
  today: PlainDate
  now: Instant
}

export type StaffView = {
  /** The name or the address of who looks. */
  by: string
  /** Whether the client itself could see this now: its portal is on, and so is its access. */
  isOpen: boolean
}

export class ClientDoor extends GatedDoor<GateRow> {
  readonly who: ClientWho
  protected readonly clock
  constructor(env: Env, who: ClientWho) {
    super(env, who.tenantId)
    this.who = who
    this.clock = who
  }

  protected override get held(): SQL {
    return gateHolds(this.who)
  }

  override get pattern(): ClientDoor {
    return 'slug' in this.who.site ? PATTERNS.slug : PATTERNS.hostname
  }

  override get ids() {
    return { ...this.who, ...this.who.site }
  }

  protected get gate(): Read<GateRow> {
    return portalGate(this)
  }

  protected get touch(): Write | undefined {
    const { now, writtenAt, sessionId } = this.who
    return now - writtenAt > SEEN_EVERY ? this.update(portalSessions, { seenAt: now }, eq(portalSessions.id, sessionId)) : undefined
  }

  protected override scope(table: TenantTable): SQL {
    const narrowed = this.#ownColumn(table)
    if (!narrowed) throw new Error(`${getTableName(table)} is not a client's table`)
    return sql`${super.scope(table)} AND ${narrowed}`
  }

  #ownColumn(table: TenantTable): SQL | undefined {
    if ((table as TenantTable) === clients) return eq(clients.id, this.who.clientId)
    if ((table as TenantTable) === portalUsers) return eq(portalUsers.id, this.who.portalUserId)
    // What is the person's own, whichever of their clients it came by; never another person's of the same client.
    const own = [accesses, portalSessions, outbox].find((each) => (each as TenantTable) === table)
    if (own) return eq(own.portalUserId, this.who.portalUserId)
    return 'clientId' in table ? eq(table.clientId as SQLiteColumn, this.who.clientId) : undefined
  }

  /** Lines, reached only through a document that is this client's. `of` is the child's column that names the document. */
  readOf<T extends TenantTable>(
    parent: TenantTable & { id: SQLiteColumn },
    id: string,
    child: T,
    of: SQLiteColumn,
    ...order: SQLiteColumn[]
  ): Read<T['$inferSelect']> {
    const { fields, decode } = selection(getTableColumns(child))
    const query = builder
      .select(fields)
      .from(child as TenantTable)
      .where(and(super.scope(child), eq(of, id), this.exists(parent, eq(parent.id, id))))
      .orderBy(...order)
    return new Read(query, decode as (row: Record<string, unknown>) => T['$inferSelect'])
  }

  /** Some columns of lines, reached only through those documents of this client's that `documents` picks. */
  pickOf<C extends Selected>(
    child: TenantTable,
    of: SQLiteColumn,
    columns: C,
    { parent, where, order, limit, lines }: { parent: TenantTable & { id: SQLiteColumn }; lines: SQLiteColumn[] } & Pick<Reading, 'where' | 'order' | 'limit'>,
  ): Read<RowOf<C>> {
    const { fields, decode } = selection(columns)
    const documents = this.pluck(parent, parent.id, { where, ...(order && { order }), ...(limit !== undefined && { limit }) })
    const query = builder
      .select(fields)
      .from(child as TenantTable)
      .where(and(super.scope(child), sql`${of} IN ${documents}`))
      .orderBy(...lines)
    return new Read(query, decode)
  }

  /** That one of its lines is like that: a condition of a statement over documents, which are this client's. */
  hasLine(child: TenantTable, of: SQLiteColumn, document: SQLiteColumn, where: SQL): SQL {
    return sql`EXISTS (SELECT 1 FROM ${child} WHERE ${super.scope(child)} AND ${of} = ${document} AND ${where})`
  }

  /** A toggle of the company's, as a condition of a write. */
  companyAllows(toggle: SQLiteColumn): SQL {
    return sql`EXISTS (SELECT 1 FROM ${portalSettings} WHERE ${super.scope(portalSettings)} AND ${toggle} = 1)`
  }

  /** The names of all clients that this person has an access to, the open one among them. */
  namesOfClients() {
    const { fields, decode } = selection({ name: clients.name })
    const query = builder
      .select(fields)
      .from(accesses)
      .innerJoin(clients, and(eq(clients.tenantId, accesses.tenantId), eq(clients.id, accesses.clientId)))
      .where(super.scope(accesses))
    return new Read(query, decode)
  }

  /** The company that a client's documents come from: no client's row, and open to all of its clients. Written as this one is written to. */
  company() {
    const language = this.pluck(clients, clients.language)
    const locale = sql<string>`coalesce(${language}, ${companyProfiles.locale})`
    const { fields, decode } = selection({ ...getTableColumns(companyProfiles), locale, ...brandColumns, name: tenants.name })
    const query = builder
      .select(fields)
      .from(companyProfiles)
      .innerJoin(tenants, eq(tenants.id, companyProfiles.tenantId))
      .innerJoin(portalSettings, eq(portalSettings.tenantId, companyProfiles.tenantId))
      .where(super.scope(companyProfiles))
    return new Read(query, decode)
  }

  /** What the company says to all of its clients, as Markdown. */
  welcome() {
    const { fields, decode } = selection({ message: portalSettings.welcomeMessage })
    return new Read(builder.select(fields).from(portalSettings).where(super.scope(portalSettings)), decode)
  }

  /** What the company says of returns: to all of its clients. */
  returnRules() {
    const { returnWindow, returnReasons, notReturnable, returnInstructions, returnsVersion } = portalSettings
    const { fields, decode } = selection({ returnWindow, returnReasons, notReturnable, returnInstructions, returnsVersion })
    return new Read(builder.select(fields).from(portalSettings).where(super.scope(portalSettings)), decode)
  }

  /** The rules of returns are those that were read, as a condition of a write. */
  returnRulesAre(version: number): SQL {
    return sql`EXISTS (SELECT 1 FROM ${portalSettings} WHERE ${super.scope(portalSettings)} AND ${portalSettings.returnsVersion} = ${version})`
  }

  /** The day from which on goods that left can be returned today. */
  returnsReachBackTo(today: PlainDate): SQL {
    return sql`(SELECT date(${today}, '-' || ${portalSettings.returnWindow} || ' days') FROM ${portalSettings} WHERE ${super.scope(portalSettings)})`
  }

  /** The staff who want a mail when a client asks for a return or goes on with one: of those who can decide about it. */
  staffToTell() {
    const { fields, decode } = selection({ id: staff.id, email: staff.email, name: staff.name })
    const query = builder
      .select(fields)
      .from(memberships)
      .innerJoin(staff, eq(staff.id, memberships.staffId))
      .where(
        and(
          super.scope(memberships),
          isNull(memberships.removedAt),
          eq(memberships.returnMails, true),
          ne(memberships.role, 'viewer'),
          isNotNull(staff.passwordHash),
        ),
      )
      .orderBy(staff.emailKey)
      .limit(STAFF_TOLD)
    return new Read(query, decode)
  }

  /**
   * A page view, in one round trip.
   * @param statements made for the day it is in the company's time zone
   * @throws SignedOut, PortalOff, Moved, OtherClient before a row is looked at
   */
  async page<S extends Statements>(statements: (today: PlainDate) => S): Promise<{ shell: PortalShell } & Answers<S>> {
    const { row, answers } = await this.gated(statements)
    return { shell: this.shellOf(row), ...answers }
  }

  protected admit(row: GateRow | undefined): GateRow {
    // No row: the cookie belongs to another company than the host.
    if (!row) throw new SignedOut()
    if (!row.enabled) throw new PortalOff()
    if (row.hostname !== null && 'slug' in this.who.site) throw new Moved(row.hostname)
    if (row.clientName !== null) return row
    // The session goes on as another client: a page that was left open, or an answer that came late.
    if (row.sessionClient !== null && row.sessionClient !== this.who.clientId) throw new OtherClient(row.sessionClient)
    if (row.sessionClient !== null && row.otherClients > 0) throw new OtherClient(null)
    throw new SignedOut()
  }

  protected shellOf(row: GateRow): PortalShell {
    return {
      tenant: { slug: row.slug, name: row.company, hostname: row.hostname },
      company: {
        name: row.company,
        // As the client is written to; the words are English for all.
        locale: row.clientLanguage ?? row.locale,
        timeZone: row.timeZone,
        contactName: row.contactName,
        contactEmail: row.contactEmail,
        contactPhone: row.contactPhone,
      },
      brandColour: row.brandColour,
      logo: logoOf(row),
      toggles: {
        downloadInvoices: row.downloadInvoices,
        orderHistory: row.orderHistory,
        requestReturns: row.requestReturns,
        showBalance: row.showBalance,
        showCreditLimit: row.showCreditLimit,
      },
      client: { id: this.who.clientId, name: row.clientName ?? '', currency: row.clientCurrency ?? '', creditLimit: row.creditLimit },
      person: { id: this.who.portalUserId, name: row.personName ?? '', email: row.email ?? '' },
      hasOtherClients: row.otherClients > 0,
      view: null,
      today: todayIn(row.timeZone, this.who.now),
      now: this.who.now,
    }
  }
}

const WHO_SLOTS = {
  tenantId: slot('tenantId'),
  sessionId: slot('sessionId'),
  portalUserId: slot('portalUserId'),
  clientId: slot('clientId'),
  now: slot('now') as unknown as Instant,
  timeZone: '',
  writtenAt: 0,
}
const PATTERNS = {
  slug: new ClientDoor(NO_ENV, { ...WHO_SLOTS, site: { slug: slot('slug') } }),
  hostname: new ClientDoor(NO_ENV, { ...WHO_SLOTS, site: { hostname: slot('hostname') } }),
}

export const forClient = (env: Env, who: ClientWho) => new ClientDoor(env, who)

const portalGate: (door: ClientDoor) => Read<GateRow> = compiledOne(({ who }: ClientDoor) => portalGateRead(who))
