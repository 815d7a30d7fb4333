import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '#src/dates.ts'
import { activity } from '#src/db/schema/activity.ts'
import { clients } from '#src/db/schema/clients.ts'
import { invitationRunClients, invitationRuns, mailBatches } from '#src/db/schema/invitation-runs.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import type { Env, RunMessage } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { sendRun } from '#src/mail/bulk.ts'
import { mailRow } from '#src/mail/outbox.ts'
import { sweepRuns } from '#src/mail/sweep.ts'
import { type Company, clientRow, makeCompany } from '#test/cast.ts'
import { insertAll } from '#tools/bulk.ts'
import type { TestClock } from './clock.ts'
import { invitationData, NOW } from './post.ts'

/** Bulk runs as staff begin them, a clock of their own, and a queue that is read by hand. */

export type RunMail = { id: string; email: string; clientId: string; portalUserId: string; previousMailId: string | null }
export type Run = { company: Company; runId: string; message: RunMessage; mails: RunMail[] }
type Making = {
  company?: Company
  kind?: 'invitation' | 'access-given'
  /** How many mails a batch holds. */
  size?: number
  /** Each was invited before: an expired invitation that left, or failed. */
  previous?: 'sent' | 'failed'
}
export const INVITED_BEFORE = NOW - 5 * DAY

export const makeRun = async (count: number, { company: given, kind = 'invitation', size = 100, previous }: Making = {}): Promise<Run> => {
  const company = given ?? (await makeCompany('Northlight Supply'))
  const runId = newId()
  const mails = Array.from({ length: count }, (_, nth) => ({
    id: newId(),
    email: `p${nth}-${runId.toLowerCase()}@casaverde.example`,
    clientId: newId(),
    portalUserId: newId(),
    previousMailId: previous ? newId() : null,
  }))
  const batchOf = (nth: number) => `${runId}-${Math.floor(nth / size) + 1}`
  const each = <T>(make: (mail: RunMail, nth: number) => T): T[] => mails.map(make)
  const data = invitationData(company.name)
  const row = ({ id, email, portalUserId, clientId }: RunMail) => {
    const about = { id, toEmail: email, portalUserId, now: NOW }
    return kind === 'invitation'
      ? mailRow(env, { ...about, kind, data, expiresAt: data.expiresAt })
      : mailRow(env, { ...about, kind, data: { ...data, clientIds: [clientId] } })
  }
  const { tenantId, staffId } = company
  const isInvitation = kind === 'invitation'
  const batchIds = [...new Set(mails.map((_, nth) => batchOf(nth)))]
  const older = each((mail) => ({
    tenantId,
    ...row(mail),
    id: mail.previousMailId ?? '',
    state: previous ?? 'sent',
    dueAt: INVITED_BEFORE,
    createdAt: INVITED_BEFORE,
    expiresAt: INVITED_BEFORE + 72 * HOUR,
  }))
  await env.DB.batch([
    ...insertAll(
      env.DB,
      clients,
      each(({ clientId, email }, nth) => ({ tenantId, ...clientRow(`Client ${nth}`, email, { id: clientId }) })),
    ),
    ...insertAll(
      env.DB,
      portalUsers,
      each(({ id, portalUserId, email }) => ({
        tenantId,
        id: portalUserId,
        email,
        emailKey: email,
        invitationMailId: isInvitation ? id : null,
        createdAt: NOW,
      })),
    ),
    ...insertAll(
      env.DB,
      accesses,
      each(({ clientId, portalUserId }) => ({
        tenantId,
        portalUserId,
        clientId,
        state: isInvitation ? ('invited' as const) : ('active' as const),
        invitedAt: previous ? INVITED_BEFORE : NOW,
        activatedAt: isInvitation ? null : NOW,
      })),
    ),
    ...insertAll(env.DB, invitationRuns, [{ tenantId, id: runId, staffId, createdAt: NOW, begunAt: NOW, selection: '{}' }]),
    ...insertAll(
      env.DB,
      invitationRunClients,
      each(({ clientId, email }) => ({
        tenantId,
        runId,
        emailKey: email,
        clientId,
        email,
        outcome: isInvitation ? ('invited' as const) : ('access-given' as const),
        previousInvitedAt: previous ? INVITED_BEFORE : null,
      })),
    ),
    ...insertAll(
      env.DB,
      mailBatches,
      batchIds.map((id) => ({ tenantId, id, runId, dueAt: NOW, createdAt: NOW })),
    ),
    ...(previous ? insertAll(env.DB, outbox, older) : []),
    ...insertAll(
      env.DB,
      outbox,
      each((mail, nth) => ({ tenantId, ...row(mail), runId, batchId: batchOf(nth), batchPosition: nth % size, previousMailId: mail.previousMailId })),
    ),
  ])
  return { company, runId, message: { tenantId: company.tenantId, runId }, mails }
}

export const mailsOf = async ({ company: { door }, runId }: Run) =>
  (await door.run({ rows: door.read(outbox, { where: eq(outbox.runId, runId), order: [outbox.batchId, outbox.batchPosition] }) })).rows
export const batchesOf = async ({ company: { door }, runId }: Run) =>
  (await door.run({ rows: door.read(mailBatches, { where: eq(mailBatches.runId, runId), order: [mailBatches.createdAt, mailBatches.id] }) })).rows
/** How many mails stand in each state, counted by the rows. */
export const statesOf = async (run: Run): Promise<Record<string, number>> => {
  const rows = await mailsOf(run)
  return Object.fromEntries([...new Set(rows.map(({ state }) => state))].sort().map((state) => [state, rows.filter((row) => row.state === state).length]))
}
/** The same as the run's own counts have it. */
export const countsOf = async ({ company: { door }, runId }: Run) => {
  const { rows } = await door.run({ rows: door.read(invitationRuns, { where: eq(invitationRuns.id, runId) }) })
  if (!rows[0]) throw new Error('no such run')
  const { mails, waiting, sent, failed, unsent, cancelledAt } = rows[0]
  return { mails, waiting, sent, failed, unsent, cancelledAt }
}
export const entriesOf = async ({ company: { door } }: Run, clientId: string) =>
  (await door.run({ rows: door.read(activity, { where: eq(activity.clientId, clientId) }) })).rows.map(({ event, text, staffId }) => ({ event, text, staffId }))
export const loginOf = async ({ company: { door } }: Run, { clientId, portalUserId }: RunMail) => {
  const found = await door.run({
    accesses: door.read(accesses, { where: eq(accesses.clientId, clientId) }),
    people: door.read(portalUsers, { where: eq(portalUsers.id, portalUserId) }),
    clients: door.read(clients, { where: eq(clients.id, clientId) }),
  })
  return { access: found.accesses[0], invitationMailId: found.people[0]?.invitationMailId, portalState: found.clients[0]?.portalState }
}

export const paceFreeAt = async (): Promise<Instant> => (await env.DB.prepare('SELECT free_at FROM mail_pace').first<number>('free_at')) ?? Number.NaN
export const resetPace = async () => {
  await env.DB.batch([env.DB.prepare('UPDATE mail_pace SET free_at = 0'), env.DB.prepare(`UPDATE mail_batches SET state = 'done'`)])
}

export type Told = RunMessage & { delaySeconds: number }
/** The same bindings with a queue for runs that keeps what it is told. */
export const withRunQueue = (given: Env = env): { env: Env; told: Told[] } => {
  const told: Told[] = []
  const send = (message: RunMessage, { delaySeconds = 0 }: QueueSendOptions = {}) => {
    told.push({ ...message, delaySeconds })
    return Promise.resolve()
  }
  return { env: { ...given, BULK_QUEUE: new Proxy(given.BULK_QUEUE, { get: (target, name) => (name === 'send' ? send : Reflect.get(target, name)) }) }, told }
}

type Driving = { env?: Env; copies?: number }
/** Delivers the messages of runs, each as often as told, until nothing of them waits; a minute after the last one comes the sweep. */
export const driveToEnd = async (runs: Run[], time: TestClock, { env: given = time.env, copies = 1 }: Driving = {}): Promise<number> => {
  const queue = withRunQueue(given)
  queue.told.push(...runs.map(({ message }) => ({ ...message, delaySeconds: 0 })))
  for (let rounds = 1; rounds < 200; rounds++) {
    const messages = queue.told.splice(0)
    const delay = Math.min(...messages.map(({ delaySeconds }) => delaySeconds))
    await time.wait(messages.length > 0 ? delay * SECOND : MINUTE)
    if (messages.length === 0) await sweepRuns(queue.env, time.now())
    const deliver = async (message: Told) => {
      const done = await Promise.allSettled(Array.from({ length: copies }, () => sendRun(queue.env, message, time)))
      if (done.some(({ status }) => status === 'rejected')) queue.told.push({ ...message, delaySeconds: 30 })
    }
    await Promise.all(messages.map(deliver))
    const counts = await Promise.all(runs.map(countsOf))
    if (counts.every(({ waiting }) => waiting === 0)) return rounds
  }
  throw new Error('the runs came to no end')
}

/** A change to some rows of a run's company. */
export const change = ({ company: { tenantId } }: Run, statement: string, ...values: unknown[]) =>
  env.DB.prepare(statement)
    .bind(tenantId, ...values)
    .run()
