import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { HOUR } from '#src/dates.ts'
import { clients } from '#src/db/schema/clients.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { type InvitationData, mailRow, queueMail } from '#src/mail/outbox.ts'
import { type Company, clientRow, makeCompany } from '#test/cast.ts'
import { withBatch } from '#test/far-away.ts'

/** Mail that waits to be sent, and a provider that answers as it is told. */

export const NOW = Date.parse('2026-11-24T09:12:00Z')

export const invitationData = (company: string, more: Partial<InvitationData> = {}): InvitationData => ({
  company,
  brandColour: '#1d6b57',
  locale: 'en-GB',
  timeZone: 'Europe/London',
  address: 'http://northlight.stockflow.localhost:8787/portal',
  contact: { name: '', email: 'ines@northlight.example', phone: '020 7946 0018' },
  replyTo: '',
  personName: 'Lucía',
  clients: ['Casa Verde S.L.'],
  expiresAt: NOW + 72 * HOUR,
  ...more,
})

export type Waiting = { company: Company; clientId: string; portalUserId: string; mailId: string; message: { tenantId: string; mailId: string } }

/** A client whose person was just invited, or, with a password, just given access. */
export const makeWaiting = async (kind: 'invitation' | 'access-given' = 'invitation', name = 'Northlight Supply', now = NOW): Promise<Waiting> => {
  const company = await makeCompany(name)
  const { door, tenantId } = company
  const [portalUserId, mailId] = [newId(), newId()]
  const email = `lucia-${portalUserId.toLowerCase()}@casaverde.example`
  const client = clientRow('Casa Verde S.L.', email)
  const data = invitationData(name, { expiresAt: now + 72 * HOUR })
  const about = { id: mailId, toEmail: email, portalUserId, now }
  const row = kind === 'invitation' ? mailRow(env, { ...about, kind, data, expiresAt: data.expiresAt }) : mailRow(env, { ...about, kind, data })
  await door.run({
    client: door.insert(clients, client),
    person: door.insert(portalUsers, { id: portalUserId, email, emailKey: email, invitationMailId: kind === 'invitation' ? mailId : null, createdAt: now }),
    access: door.insert(accesses, { portalUserId, clientId: client.id, state: kind === 'invitation' ? 'invited' : 'active', invitedAt: now }),
    mail: queueMail(door, row),
  })
  return { company, clientId: client.id, portalUserId, mailId, message: { tenantId, mailId } }
}

export const rowOf = async ({ company: { door }, mailId }: Pick<Waiting, 'company' | 'mailId'>) => {
  const { rows } = await door.run({ rows: door.read(outbox, { where: eq(outbox.id, mailId) }) })
  if (!rows[0]) throw new Error('no such mail')
  return rows[0]
}

export const problemOf = async ({ company: { door }, clientId }: Waiting) => {
  const { accesses: found, clients: listed } = await door.run({
    accesses: door.read(accesses, { where: eq(accesses.clientId, clientId) }),
    clients: door.read(clients, { where: eq(clients.id, clientId) }),
  })
  return { access: found[0]?.mailProblem, listed: listed[0]?.portalState }
}

/** One whose caller dies after so many round trips: nothing of a later one arrives. */
export const dyingAfter = (trips: number): Env => {
  let left = trips
  return withBatch((batch) => (statements) => {
    left -= 1
    return left < 0 ? Promise.reject(new Error('killed')) : batch(statements)
  })
}

export type Call = { key: string | null; body: string }
type Reply = (call: Call, nth: number) => Response | Promise<Response>

export const accepted: Reply = ({ key }) => Response.json({ id: `provider of ${key}` })
export const refused =
  (statusCode: number, name: string, headers: Record<string, string> = {}, message = `${name}, says the provider`): Reply =>
  () =>
    Response.json({ statusCode, name, message }, { status: statusCode, headers })

/** Answers calls to the provider's address while `work` runs, and no others; says what was asked. */
export const withProvider = async <T>(reply: Reply, work: () => Promise<T>): Promise<{ calls: Call[]; result: T }> => {
  const calls: Call[] = []
  const real = globalThis.fetch
  globalThis.fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    if (!request.url.startsWith(`${env.RESEND_BASE_URL}/`)) return real(request)
    const call = { key: request.headers.get('Idempotency-Key'), body: await request.text() }
    calls.push(call)
    const answer = reply(call, calls.length)
    return await Promise.race([answer, new Promise<never>((_, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason)))])
  }
  try {
    return { result: await work(), calls }
  } finally {
    globalThis.fetch = real
  }
}
