import { env } from 'cloudflare:workers'
import { eq, sql } from 'drizzle-orm'
import { beginRun } from '#src/access/begin-run.ts'
import { bulkPlanOf, bulkReads } from '#src/access/bulk.ts'
import { retryFailed } from '#src/access/retry-run.ts'
import { senderOf } from '#src/access/sender.ts'
import { type Selection, selectedIn } from '#src/clients/client.ts'
import type { Instant } from '#src/dates.ts'
import { forTenant } from '#src/db/door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { invitationRuns, mailBatches } from '#src/db/schema/invitation-runs.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { forStaff } from '#src/db/staff-door.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { type InvitationData, mailRow } from '#src/mail/outbox.ts'
import { type Company, clientRow, hashOfPassword, signedInStaff } from '#test/cast.ts'
import { invitationData } from '#test/mail/post.ts'

/** Clients in every state that a bulk invitation tells apart, and the staff who invite them. */

type ClientMore = Parameters<typeof clientRow>[2]
/** How its person stands before the run: a person with a password for another client, an access, a mail. */
type Person = {
  password?: true
  access?: 'invited' | 'active'
  problem?: 'failed' | 'bounced' | 'complained'
  mail?: { state?: 'queued' | 'sent' | 'failed' | 'not-sent'; expiresAt: Instant }
}
export type Made = { id: string; name: string; email: string | null }

const LONG_AGO = Date.parse('2026-11-20T00:00:00Z')

/** A client and, if `person` says something, the person behind its address, made unless there already. */
export const addClient = async (company: Company, name: string, email: string | null, more: ClientMore = {}, person?: Person): Promise<Made> => {
  const { door } = company
  const client = clientRow(name, email, more)
  await door.run({ client: door.insert(clients, client) })
  if (email && client.emailKey && person) {
    const [userId, mailId, at] = [newId(), newId(), LONG_AGO]
    const ofPerson = door.pluck(portalUsers, portalUsers.id, { where: eq(portalUsers.emailKey, client.emailKey) })
    await door.run({
      person: door.insert(
        portalUsers,
        { id: userId, email, emailKey: client.emailKey, passwordHash: person.password && (await hashOfPassword()), createdAt: at },
        { conflict: sql`DO NOTHING` },
      ),
      ...(person.access && {
        access: door.insert(accesses, {
          portalUserId: ofPerson,
          clientId: client.id,
          state: person.access,
          invitedAt: at,
          activatedAt: person.access === 'active' ? at : null,
          mailProblem: person.problem ?? null,
        }),
      }),
    })
    if (person.mail) {
      const { state = 'sent', expiresAt } = person.mail
      const data: InvitationData = { ...invitationData(company.name), clients: [name], expiresAt }
      const row = mailRow(env, { id: mailId, kind: 'invitation', toEmail: email, portalUserId: '', data, now: at, expiresAt })
      await door.run({
        mail: door.insert(outbox, { ...row, portalUserId: ofPerson, state }),
        newest: door.update(portalUsers, { invitationMailId: mailId }, eq(portalUsers.emailKey, client.emailKey)),
      })
    }
  }
  return { id: client.id, name, email }
}

/** Staff of a company as the pages know them. */
export const staffOf = async (company: Company, given: Env = env, now: Instant = Date.now()) => {
  const { sessionId } = await signedInStaff(company)
  return forStaff(given, { tenantId: company.tenantId, sessionId, staffId: company.staffId, timeZone: 'UTC', writtenAt: now, now, needs: 'member' })
}

export const ALL: Selection = { all: true, filter: {} }
export const only = (...made: Made[]): Selection => ({ all: false, ids: made.map(({ id }) => id) })

export const planOf = async ({ door }: Company, selection: Selection = ALL, now: Instant = Date.now()) =>
  bulkPlanOf(await door.run(bulkReads(door, { selected: selectedIn(door, selection), now })))

const senderIn = ({ slug, name }: Company) => ({
  ...senderOf(env, { slug, name, hostname: null }, { profiles: [], settings: [] }),
  locale: 'en-GB',
  timeZone: 'UTC',
  brandColour: '#1d6b57',
})

type Confirming = { selection?: Selection; runId?: string; given?: Env; now?: Instant; batchSize?: number }

/** Confirms a run as the page does; answers what its statements changed. */
export const confirm = async (company: Company, { selection = ALL, runId = newId(), given = env, now = Date.now(), batchSize = 100 }: Confirming = {}) => {
  const door = await staffOf(company, given, now)
  const jobs = forTenant(given, company.tenantId)
  const statements = beginRun(door, jobs, {
    env: given,
    runId,
    selection,
    selected: selectedIn(jobs, selection),
    sender: senderIn(company),
    staffId: company.staffId,
    batchSize,
    now,
  })
  return { runId, statements, ...(await door.run(statements)) }
}

/** Retries what failed in a run, as the page does. */
export const retry = async (company: Company, runId: string, { given = env, now = Date.now() }: Pick<Confirming, 'given' | 'now'> = {}) => {
  const door = await staffOf(company, given, now)
  return door.run(
    retryFailed(door, forTenant(given, company.tenantId), { env: given, runId, batchSize: 100, sender: senderIn(company), staffId: company.staffId, now }),
  )
}

export const runRow = async ({ door }: Company, runId: string) =>
  (await door.run({ rows: door.read(invitationRuns, { where: eq(invitationRuns.id, runId) }) })).rows[0]
export const mailsOf = async ({ door }: Company, runId: string) =>
  (await door.run({ rows: door.read(outbox, { where: eq(outbox.runId, runId), order: [outbox.batchId, outbox.batchPosition] }) })).rows
export const batchesOf = async ({ door }: Company, runId: string) =>
  (await door.run({ rows: door.read(mailBatches, { where: eq(mailBatches.runId, runId), order: [mailBatches.id] }) })).rows
export const accessOf = async ({ door }: Company, { id }: Made) => (await door.run({ rows: door.read(accesses, { where: eq(accesses.clientId, id) }) })).rows[0]
export const dataOf = ({ data }: { data: string }) => JSON.parse(data) as InvitationData & { clientIds?: string[]; sender: string }
