import { and, eq, inArray, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { type Instant, SECOND } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { customHostnames, type HostnameState } from '#src/db/schema/hostnames.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { memberships, staff } from '#src/db/schema/staff.ts'
import { companyProfiles, tenants } from '#src/db/schema/tenants.ts'
import { rowId, type Write } from '#src/db/statement.ts'
import type { Env } from '#src/env.ts'
import { staffAddress } from '#src/hosts.ts'
import { newId } from '#src/ids.ts'
import { type DomainNews, mailRow } from '#src/mail/outbox.ts'
import { nextLook, type Problem } from './states.ts'

/** The moves of a name, each a batch under one condition: that it still is as it was taken, by whoever took it. */

/** Longer than a step can take: its calls have ends of their own. */
export const HELD_FOR = 60 * SECOND
/** From the proof until it is gone from Cloudflare: then one company alone has the name. */
const HAD: HostnameState[] = ['checking', 'issuing', 'active', 'ending']

export type Taken = typeof customHostnames.$inferSelect & { slug: string; company: string; locale: string; timeZone: string }
export type Work = { env: Env; door: TenantDoor; row: Taken; now: Instant }

const ofTenant = (column: SQL) =>
  sql<string>`(SELECT ${column} FROM ${tenants} AS t JOIN ${companyProfiles} AS p ON p.tenant_id = t.id WHERE t.id = ${customHostnames}.tenant_id)`

/** Takes it, if nobody else has it. */
export const take = async (door: TenantDoor, id: string, now: Instant): Promise<Taken | undefined> => {
  const { taken, rows } = await door.run({
    taken: door.update(customHostnames, { heldUntil: now + HELD_FOR, checks: sql`checks + 1` }, and(eq(customHostnames.id, id), sql`held_until <= ${now}`)),
    rows: door.pick(
      customHostnames,
      {
        tenantId: customHostnames.tenantId,
        id: customHostnames.id,
        hostname: customHostnames.hostname,
        state: customHostnames.state,
        proof: customHostnames.proof,
        cloudflareId: customHostnames.cloudflareId,
        problem: customHostnames.problem,
        problemDetail: customHostnames.problemDetail,
        found: customHostnames.found,
        misses: customHostnames.misses,
        checks: customHostnames.checks,
        askedAt: customHostnames.askedAt,
        heldUntil: customHostnames.heldUntil,
        dueAt: customHostnames.dueAt,
        checkedAt: customHostnames.checkedAt,
        since: customHostnames.since,
        createdAt: customHostnames.createdAt,
        staffId: customHostnames.staffId,
        slug: ofTenant(sql`t.slug`),
        company: ofTenant(sql`t.name`),
        locale: ofTenant(sql`p.locale`),
        timeZone: ofTenant(sql`p.time_zone`),
      },
      { where: eq(customHostnames.id, id) },
    ),
  })
  return taken === 1 ? rows[0] : undefined
}

/** That it is still as it was taken, and ours. */
const asTaken = ({ row }: Work) => and(eq(customHostnames.id, row.id), eq(customHostnames.state, row.state), eq(customHostnames.heldUntil, row.heldUntil))

type Seen = Partial<Pick<Taken, 'cloudflareId' | 'askedAt' | 'misses' | 'proof' | 'found'>> & { problem?: Problem; detail?: string; dueAt?: Instant }

const columns = ({ problem, detail, ...rest }: Seen) => ({
  ...rest,
  ...(problem !== undefined && { problem, problemDetail: (detail ?? '').slice(0, 500) }),
})

/** What was seen, with no move: due again later and later. */
export const recordSeen = (work: Work, seen: Seen = {}): Promise<{ seen: number }> => {
  const { door, row, now } = work
  return door.run({
    seen: door.update(customHostnames, { dueAt: nextLook(row.state, row.checks, now), ...columns(seen), heldUntil: 0, checkedAt: now }, asTaken(work)),
  })
}

/** What must not be lost, whatever became of the row meanwhile: which one at Cloudflare it is, or that it may be there. */
export const recordAsked = ({ door, row }: Work, asked: Pick<Seen, 'cloudflareId' | 'askedAt'>) =>
  door.run({ asked: door.update(customHostnames, asked, eq(customHostnames.id, row.id)) })

/** On to another state, and looked at again at once. The work on it goes on: it stays taken. Says whether that was so. */
export const moveTo = async (work: Work, state: 'checking' | 'issuing', seen: Seen = {}): Promise<boolean> => {
  const { door, row, now } = work
  // Of all companies: whoever has the name, has it alone.
  const free = sql`NOT EXISTS (SELECT 1 FROM ${customHostnames} AS other WHERE other.hostname = ${row.hostname} AND ${inHad} AND other.id <> ${row.id})`
  const { moved } = await door.run({
    moved: door.update(customHostnames, { state, since: now, checks: 0, dueAt: now, ...columns(seen) }, and(asTaken(work), free)),
  })
  return moved === 1
}
const inHad = sql`other.state IN (${sql.join(
  HAD.map((state) => sql`${state}`),
  sql`, `,
)})`

/** It serves from now on, and the one that served before is ended. */
export const activate = (work: Work, seen: Seen) => {
  const { door, row, now } = work
  return door.run({
    ...tell(work, { what: 'active', why: '' }, door.exists(customHostnames, asTaken(work))),
    before: door.update(
      customHostnames,
      { state: 'ending', dueAt: now, checks: 0, since: now },
      and(eq(customHostnames.state, 'active'), ne(customHostnames.id, row.id), door.exists(customHostnames, asTaken(work))),
    ),
    active: door.update(
      customHostnames,
      { state: 'active', since: now, checks: 0, misses: 0, ...columns(seen), heldUntil: 0, checkedAt: now, dueAt: nextLook('active', 0, now) },
      asTaken(work),
    ),
  })
}

/**
 * Lets the name go: what is at Cloudflare is ended, and the claim begins anew, or is given up, unless another one has taken
 * its place by then.
 */
export const letGo = (work: Work, next: 'waiting' | 'failed', problem: Problem, detail = '') => {
  const { door, row, now } = work
  const { hostname, staffId, found, createdAt } = row
  const claim = {
    id: newId(),
    hostname,
    staffId,
    found,
    state: next,
    problem,
    problemDetail: detail.slice(0, 500),
    heldUntil: 0,
    dueAt: now,
    since: now,
    createdAt,
    checkedAt: now,
  }
  const wanted = inArray(customHostnames.state, ['waiting', 'checking', 'issuing', 'failed'])
  const isEnded = and(eq(customHostnames.id, row.id), eq(customHostnames.state, 'ending'), eq(customHostnames.since, now), eq(customHostnames.heldUntil, 0))
  const wasServing = row.state === 'active'
  const news = wasServing ? 'off' : 'failed'
  return door.run({
    ...((wasServing || next === 'failed') && tell(work, { what: news, why: problem }, door.exists(customHostnames, asTaken(work)))),
    ended: door.update(customHostnames, { state: 'ending', dueAt: now, checks: 0, since: now, heldUntil: 0 }, asTaken(work)),
    claim: door.insert(customHostnames, claim, { where: and(door.exists(customHostnames, isEnded), sql`NOT ${door.exists(customHostnames, wanted)}`) }),
  })
}

/** A claim that never got as far as Cloudflare is given up. */
export const fail = (work: Work, problem: Problem) => {
  const { door, now } = work
  return door.run({
    ...tell(work, { what: 'failed', why: problem }, door.exists(customHostnames, asTaken(work))),
    failed: door.update(customHostnames, { state: 'failed', problem, problemDetail: '', since: now, heldUntil: 0, checkedAt: now }, asTaken(work)),
  })
}

/** It is gone from Cloudflare, and from here. */
export const forget = (work: Work) => work.door.run({ gone: work.door.remove(customHostnames, asTaken(work)) })

/** A mail to each owner. */
const tell = ({ env, door, row, now }: Work, news: Pick<DomainNews, 'what' | 'why'>, where: SQL): Record<string, Write> => {
  const { company, locale, timeZone, hostname } = row
  const data = { company, locale, timeZone, address: staffAddress(env), personName: '', hostname, ...news }
  const mail = mailRow(env, { id: '', kind: 'domain-changed', toEmail: '', staffId: '', data, now })
  const toEmail = sql`(SELECT person.email FROM ${staff} AS person WHERE person.id = ${memberships}.staff_id)`
  const owners = and(eq(memberships.role, 'owner'), isNull(memberships.removedAt))
  return { told: door.insert(outbox, { ...mail, id: rowId, staffId: memberships.staffId, toEmail }, { from: memberships, where: and(owners, where) }) }
}
