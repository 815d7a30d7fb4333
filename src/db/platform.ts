import { and, asc, desc, eq, gt, inArray, isNull, lte, type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { Env } from '#src/env.ts'
import type { Site } from '#src/hosts.ts'
import { type Logo, logoOf } from '#src/logo.ts'
import type { TenantDoor } from './door.ts'
import type { Try } from './limits.ts'
import { isMember } from './membership.ts'
import { clients } from './schema/clients.ts'
import { customHostnames, type HostnameState } from './schema/hostnames.ts'
import { imports } from './schema/imports.ts'
import { mailBatches } from './schema/invitation-runs.ts'
import { outbox } from './schema/outbox.ts'
import { accesses, portalUsers } from './schema/people.ts'
import { memberships, staff, staffSessions } from './schema/staff.ts'
import { companyProfiles, portalSettings, tenants } from './schema/tenants.ts'
import { isAt, servedUnder } from './site.ts'
import { type NewStaffSession, ofPerson } from './staff-door.ts'
import { type Answers, builder, type Counted, Read, runBatch, type Statements, selection, Write } from './statement.ts'

/**
 * The platform door: the closed list of statements that must cross tenants. Each answers ids and tenants, what a visitor
 * may see of a company before signing in, or the credential of staff; never business rows.
 */
export const forPlatform = (env: Env) => {
  const run = <S extends Statements>(statements: S) => runBatch(env.DB, statements)
  return {
    /** The company whose portal a host is; undefined for a name nobody has, or that doesn't serve yet, and for a disabled tenant. And whether anybody wants that name. */
    companyAt: async (site: Site): Promise<{ company: PortalCompany | undefined; isClaimed: boolean }> => {
      const { companies, claims } = await run({ companies: companyRead(site), claims: claimRead(site) })
      return { company: companies[0], isClaimed: claims.length > 0 }
    },

    /** A visitor with a link or a cookie that names a tenant: the host's company, and that tenant's rows if they are one and the same. */
    visit: async <S extends Statements>(site: Site, door: TenantDoor, statements: S): Promise<{ company: PortalCompany; answers: Answers<S> } | undefined> => {
      const [{ companies }, answers] = await door.runBoth({ companies: companyRead(site) }, statements)
      const [company] = companies
      return company?.tenantId === door.tenantId ? { company, answers } : undefined
    },

    /** Who wants to sign in at a host: its company, and the person with that address, if there is one. The try is counted in the same batch. */
    portalCredential: async (site: Site, emailKey: string, take: Counted<Try>): Promise<PortalVisitor & { tries: Try[] }> => {
      const { tries, ...rows } = await run({ tries: take, companies: companyRead(site), people: personRead(site, emailKey) })
      return { tries, ...visitorOf(rows) }
    },

    /** The same for somebody who forgot the password. */
    portalPerson: async (site: Site, emailKey: string): Promise<PortalVisitor> =>
      visitorOf(await run({ companies: companyRead(site), people: personRead(site, emailKey) })),

    /** The staff member who forgot the password, with one of the companies that person works for. */
    staffPerson: async (emailKey: string): Promise<StaffCredential | undefined> => (await run({ people: staffRead(eq(staff.emailKey, emailKey)) })).people[0],

    /** The staff member an address belongs to, with one of the companies that person works for. The try is counted in the same batch. */
    staffByEmail: async (emailKey: string, take: Counted<Try>): Promise<{ tries: Try[]; person: StaffCredential | undefined }> => {
      const { tries, people } = await run({ tries: take, people: staffRead(eq(staff.emailKey, emailKey)) })
      return { tries, person: people[0] }
    },

    /** Whom a link of staff's opens for: its mail is that person's newest of its purpose, and in time. */
    staffByLink: async (link: StaffLink, now: Instant): Promise<StaffCredential | undefined> =>
      (await run({ people: staffRead(and(eq(memberships.tenantId, link.tenantId), linkHolds(link, now))) })).people[0],

    /** Uses an invitation's link up: sets the password and begins a session, in one batch. Says whether this call was the one that did. */
    setStaffPassword: async (link: StaffLink & { staffId: string }, passwordHash: string, session: NewStaffSession, now: Instant): Promise<boolean> => {
      const { id, device, city, country } = session
      const { used } = await run({
        session: new Write(sql`INSERT INTO ${staffSessions} (tenant_id, id, staff_id, created_at, seen_at, device, city, country)
          SELECT ${link.tenantId}, ${id}, ${link.staffId}, ${now}, ${now}, ${device}, ${city}, ${country} WHERE ${opens(link, now)}`),
        used: newPassword(link, passwordHash, now),
      })
      return used === 1
    },

    /**
     * Uses a reset's link up: sets the password, ends every session and tells the person, in one batch. Says whether this
     * call was the one that did.
     * @param notice the mail, to be written if a condition holds
     */
    resetStaffPassword: async (link: StaffLink & { staffId: string }, passwordHash: string, notice: (holds: SQL) => Write, now: Instant): Promise<boolean> => {
      const { used } = await run({
        notice: notice(opens(link, now)),
        sessions: new Write(
          sql`UPDATE ${staffSessions} SET ended_at = ${now} WHERE ${and(ofPerson(link.staffId), isNull(staffSessions.endedAt), opens(link, now))}`,
        ),
        used: newPassword(link, passwordHash, now),
      })
      return used === 1
    },

    /** Mail that leaves alone and whose time has come, oldest first. Its condition is word for word that of the index. */
    dueMail: async (now: Instant, limit: number): Promise<{ tenantId: string; mailId: string }[]> => {
      const due = selection({ tenantId: outbox.tenantId, mailId: outbox.id })
      const query = builder
        .select(due.fields)
        .from(outbox)
        .where(and(sql`state IN ('queued', 'sending') AND batch_id IS NULL`, lte(outbox.dueAt, now)))
        .orderBy(asc(outbox.dueAt))
        .limit(limit)
      return (await run({ mails: new Read(query, due.decode) })).mails
    },

    /** Bulk runs with batches whose time has come, the longest overdue first. */
    dueRuns: async (now: Instant, limit: number): Promise<{ tenantId: string; runId: string }[]> => {
      const due = selection({ tenantId: mailBatches.tenantId, runId: mailBatches.runId })
      const query = builder
        .select(due.fields)
        .from(mailBatches)
        .where(and(sql`state <> 'done'`, lte(mailBatches.dueAt, now)))
        .groupBy(mailBatches.tenantId, mailBatches.runId)
        .orderBy(sql`min(${mailBatches.dueAt})`)
        .limit(limit)
      return (await run({ runs: new Read(query, due.decode) })).runs
    },

    /** Imports on which nobody has worked since an instant, though there is work to do: those that wait for a person wait. */
    stalledImports: async (before: Instant, limit: number): Promise<{ tenantId: string; importId: string }[]> => {
      const stalled = selection({ tenantId: imports.tenantId, importId: imports.id })
      const query = builder
        .select(stalled.fields)
        .from(imports)
        .where(and(isNull(imports.finishedAt), lte(imports.movedAt, before), inArray(imports.phase, ['planning', 'running'])))
        .limit(limit)
      return (await run({ jobs: new Read(query, stalled.decode) })).jobs
    },

    /** Names of companies whose time to be looked at has come, the longest overdue first. Its condition is word for word that of the index. */
    dueHostnames: async (now: Instant, limit: number): Promise<{ tenantId: string; id: string }[]> => {
      const due = selection({ tenantId: customHostnames.tenantId, id: customHostnames.id })
      const query = builder
        .select(due.fields)
        .from(customHostnames)
        .where(and(sql`state <> 'failed'`, lte(customHostnames.dueAt, now)))
        .orderBy(asc(customHostnames.dueAt))
        .limit(limit)
      return (await run({ hostnames: new Read(query, due.decode) })).hostnames
    },

    /** Which company has a name, or is letting it go. */
    hostnameHolder: async (hostname: string): Promise<{ tenantId: string; id: string; state: HostnameState } | undefined> => {
      const holder = selection({ tenantId: customHostnames.tenantId, id: customHostnames.id, state: customHostnames.state })
      const had = and(eq(customHostnames.hostname, hostname), sql`state IN ('checking', 'issuing', 'active', 'ending')`)
      return (await run({ holders: new Read(builder.select(holder.fields).from(customHostnames).where(had), holder.decode) })).holders[0]
    },

    /** Which mails there are, newest first. For the local mailbox alone. */
    newestMail: async (limit: number): Promise<{ tenantId: string; mailId: string }[]> => {
      const newest = selection({ tenantId: outbox.tenantId, mailId: outbox.id })
      const query = builder.select(newest.fields).from(outbox).orderBy(desc(outbox.createdAt), desc(outbox.id)).limit(limit)
      return (await run({ mails: new Read(query, newest.decode) })).mails
    },

    /** Whether the database answers. */
    isUp: async (): Promise<boolean> => (await run({ one: new Read(sql`SELECT 1 AS one`, (row) => row.one === 1) })).one[0] === true,
  }
}

type StaffLink = { purpose: 'staff-invitation' | 'staff-password-reset'; tenantId: string; mailId: string }

const NEWEST = { 'staff-invitation': staff.invitationMailId, 'staff-password-reset': staff.resetMailId }

/** A condition on staff: this mail is their newest of its purpose, it is in time, and they still work where it came from. */
const linkHolds = ({ purpose, tenantId, mailId }: StaffLink, now: Instant): SQL =>
  sql`${NEWEST[purpose]} = ${mailId} AND EXISTS (SELECT 1 FROM ${outbox}
    WHERE ${and(eq(outbox.tenantId, tenantId), eq(outbox.id, mailId), eq(outbox.staffId, staff.id), gt(outbox.expiresAt, now))})
    AND EXISTS (SELECT 1 FROM ${memberships} WHERE ${isMember(tenantId, staff.id)})`

const opens = (link: StaffLink & { staffId: string }, now: Instant): SQL =>
  sql`EXISTS (SELECT 1 FROM ${staff} WHERE ${staff.id} = ${link.staffId} AND ${linkHolds(link, now)})`

/** Whatever set it: links of either kind that are still about end. */
const newPassword = (link: StaffLink & { staffId: string }, passwordHash: string, now: Instant): Write =>
  new Write(sql`UPDATE ${staff} SET password_hash = ${passwordHash}, password_set_at = ${now}, invitation_mail_id = NULL, reset_mail_id = NULL
    WHERE ${staff.id} = ${link.staffId} AND ${linkHolds(link, now)}`)

/** Which mail of its purpose opens from now on for a member of the staff, if a condition holds: for the batch that writes that mail. */
export const newestStaffLink = (purpose: StaffLink['purpose'], staffId: string, mailId: string, where: SQL): Write =>
  new Write(sql`UPDATE ${staff} SET ${sql.identifier(NEWEST[purpose].name)} = ${mailId} WHERE ${staff.id} = ${staffId} AND ${where}`)

/** The same password of a staff member's, under a stronger hash: for the batch of the sign-in that it was right for. */
export const raiseStaffHash = (staffId: string, from: string, to: string): Write =>
  new Write(sql`UPDATE ${staff} SET password_hash = ${to} WHERE ${staff.id} = ${staffId} AND ${staff.passwordHash} = ${from}`)

const company = selection({
  tenantId: tenants.id,
  slug: tenants.slug,
  hostname: servedUnder,
  name: tenants.name,
  locale: companyProfiles.locale,
  timeZone: companyProfiles.timeZone,
  contactName: companyProfiles.contactName,
  contactEmail: companyProfiles.contactEmail,
  contactPhone: companyProfiles.contactPhone,
  replyTo: companyProfiles.replyTo,
  enabled: portalSettings.enabled,
  brandColour: portalSettings.brandColour,
  logoHash: portalSettings.logoHash,
  logoWidth: portalSettings.logoWidth,
  logoHeight: portalSettings.logoHeight,
})
/** What a visitor of a portal may know of the company before signing in. */
export type PortalCompany = ReturnType<typeof company.decode> & { logo: Logo | null }

const companyRead = (site: Site) =>
  new Read(
    builder
      .select(company.fields)
      .from(tenants)
      .innerJoin(companyProfiles, eq(companyProfiles.tenantId, tenants.id))
      .innerJoin(portalSettings, eq(portalSettings.tenantId, tenants.id))
      .where(and(isAt(site), isNull(tenants.disabledAt))),
    (row): PortalCompany => {
      const decoded = company.decode(row)
      return { ...decoded, logo: logoOf(decoded) }
    },
  )

/** Whether anybody wants a name. */
const claimRead = (site: Site) =>
  new Read(sql`SELECT 1 AS one FROM ${customHostnames} WHERE ${customHostnames.hostname} = ${'hostname' in site ? site.hostname : ''} LIMIT 1`, () => true)

const person = selection({
  portalUserId: portalUsers.id,
  email: portalUsers.email,
  name: portalUsers.name,
  passwordHash: portalUsers.passwordHash,
  /** JSON array of the clients this person may see now. */
  clients: sql<string>`(SELECT json_group_array(json_object('id', ${clients.id}, 'name', ${clients.name})) FROM ${accesses}
    JOIN ${clients} ON ${clients.tenantId} = ${accesses.tenantId} AND ${clients.id} = ${accesses.clientId} AND ${clients.portalAccess} = 1
    WHERE ${accesses.tenantId} = ${portalUsers.tenantId} AND ${accesses.portalUserId} = ${portalUsers.id} AND ${accesses.state} = 'active')`,
})
export type PortalCredential = Omit<ReturnType<typeof person.decode>, 'clients'> & { clients: { id: string; name: string }[] }
type PortalVisitor = { company: PortalCompany | undefined; person: PortalCredential | undefined }

type VisitorRows = { companies: PortalCompany[]; people: ReturnType<typeof person.decode>[] }
const visitorOf = ({ companies: [company], people: [person] }: VisitorRows): PortalVisitor => ({
  company,
  person: person && { ...person, clients: JSON.parse(person.clients) as PortalCredential['clients'] },
})

const personRead = (site: Site, emailKey: string) =>
  new Read(
    builder
      .select(person.fields)
      .from(portalUsers)
      .innerJoin(tenants, eq(tenants.id, portalUsers.tenantId))
      .where(and(isAt(site), eq(portalUsers.emailKey, emailKey))),
    person.decode,
  )

const credential = selection({
  staffId: staff.id,
  email: staff.email,
  name: staff.name,
  passwordHash: staff.passwordHash,
  tenantId: memberships.tenantId,
  company: tenants.name,
  locale: companyProfiles.locale,
  timeZone: companyProfiles.timeZone,
  /** How many companies they work for. */
  companies: sql<number>`(SELECT count(*) FROM ${memberships} AS m JOIN ${tenants} AS t ON t.id = m.tenant_id AND t.disabled_at IS NULL
    WHERE m.staff_id = ${staff.id} AND m.removed_at IS NULL)`,
})
export type StaffCredential = ReturnType<typeof credential.decode>

/** With several companies, the one they joined first. */
const staffRead = (where: SQL | undefined) =>
  new Read(
    builder
      .select(credential.fields)
      .from(staff)
      .innerJoin(memberships, and(eq(memberships.staffId, staff.id), isNull(memberships.removedAt)))
      .innerJoin(tenants, and(eq(tenants.id, memberships.tenantId), isNull(tenants.disabledAt)))
      .innerJoin(companyProfiles, eq(companyProfiles.tenantId, tenants.id))
      .where(where)
      .orderBy(asc(memberships.createdAt), asc(memberships.tenantId))
      .limit(1),
    credential.decode,
  )
