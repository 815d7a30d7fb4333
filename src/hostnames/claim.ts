import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import { audited } from '#src/activity/audit.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { customHostnames, type HostnameState } from '#src/db/schema/hostnames.ts'
import type { StaffDoor } from '#src/db/staff-door.ts'
import { newId } from '#src/ids.ts'
import { type Finding, NOTHING } from './doctor.ts'
import type { Problem } from './states.ts'

/** What staff do with their company's domain: claim one, have it looked at, give it up. */

type Row = typeof customHostnames.$inferSelect
export type Domain = Pick<Row, 'id' | 'hostname' | 'state' | 'proof' | 'since' | 'checkedAt' | 'dueAt' | 'createdAt'> & {
  problem: Problem
  detail: string
  found: Finding
}
/** The one that serves, and the one that is on its way. */
export type Domains = { serving: Domain | undefined; wanted: Domain | undefined }

/** On its way, or given up on it. */
const WANTED = ['waiting', 'checking', 'issuing', 'failed'] as const satisfies HostnameState[]
const wanted = inArray(customHostnames.state, [...WANTED])

export const domainsRead = (door: TenantDoor) => door.read(customHostnames, { where: ne(customHostnames.state, 'ending') })

export const domainsOf = (rows: Row[]): Domains => {
  const domain = (row: Row | undefined): Domain | undefined =>
    row && { ...row, problem: row.problem as Problem, detail: row.problemDetail, found: { ...NOTHING, ...JSON.parse(row.found) } }
  return { serving: domain(rows.find(({ state }) => state === 'active')), wanted: domain(rows.find(({ state }) => state !== 'active')) }
}

/** What is at Cloudflare, or may be, is ended there first; a claim that never got that far is just forgotten. */
const letGo = (door: StaffDoor, which: ReturnType<typeof and>) => ({
  ending: door.update(
    customHostnames,
    { state: 'ending', dueAt: door.who.now, checks: 0, since: door.who.now },
    and(which, inArray(customHostnames.state, ['checking', 'issuing', 'active'])),
  ),
  forgotten: door.remove(customHostnames, and(which, inArray(customHostnames.state, ['waiting', 'failed']))),
})

/** Claims a name, in place of another one that is on its way. The one that serves goes on until this one does. */
export const claimDomain = (door: StaffDoor, hostname: string, { serving, wanted: before }: Domains) => {
  const { now, staffId } = door.who
  const id = newId()
  const row = { id, hostname, state: 'waiting' as const, heldUntil: 0, dueAt: now, since: now, createdAt: now, staffId }
  const changes = [{ setting: 'customDomain', before: before?.hostname ?? serving?.hostname ?? '', after: hostname }]
  return {
    id,
    statements: {
      ...letGo(door, and(wanted, ne(customHostnames.hostname, hostname))),
      claimed: door.insert(customHostnames, row, {
        where: sql`NOT ${door.exists(customHostnames, and(eq(customHostnames.hostname, hostname), ne(customHostnames.state, 'ending')))}`,
      }),
      ...audited(door, { area: 'client-portal', staffId, now, changes }, door.exists(customHostnames, eq(customHostnames.id, id))),
    },
  }
}

/** Gives one up: the one on its way if there is one, else the one that serves. */
export const giveUpDomain = (door: StaffDoor, { id, hostname, state }: Domain, next: string) => {
  const { now, staffId } = door.who
  const which = and(eq(customHostnames.id, id), eq(customHostnames.state, state))
  return {
    ...audited(
      door,
      { area: 'client-portal', staffId, now, changes: [{ setting: 'customDomain', before: hostname, after: next }] },
      door.exists(customHostnames, which),
    ),
    ...letGo(door, which),
  }
}

/** Has it looked at now, and often again from here on; one that was given up begins anew. */
export const askForLook = (door: StaffDoor, { id }: Domain) => {
  const { now } = door.who
  return {
    again: door.update(
      customHostnames,
      { state: 'waiting', since: now, problem: '', problemDetail: '' },
      and(eq(customHostnames.id, id), eq(customHostnames.state, 'failed')),
    ),
    look: door.update(customHostnames, { dueAt: now, checks: 0 }, and(eq(customHostnames.id, id), ne(customHostnames.state, 'failed'))),
  }
}
