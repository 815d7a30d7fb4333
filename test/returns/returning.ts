import { env } from 'cloudflare:workers'
import { signStaffToken } from '#src/access/session-token.ts'
import { orderLines, orders } from '#src/db/schema/orders.ts'
import { type ReturnState, returnLines, returnPhotos, returnRequests } from '#src/db/schema/returns.ts'
import { memberships, staffSessions } from '#src/db/schema/staff.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { ask, portalHost, STAFF_HOST, withoutQueue } from '#test/asking.ts'
import { type Company, type Person, setSettings } from '#test/cast.ts'
import { joined } from '#test/pictures/make.ts'

/** Goods that came, requests to send them back, and both sides' forms as browsers send them. */

export const allowReturns = (company: Company, more: Parameters<typeof setSettings>[1] = {}) => setSettings(company, { requestReturns: true, ...more })

export const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)

type Line = Partial<Omit<typeof orderLines.$inferInsert, 'tenantId' | 'orderId' | 'position'>>
/** An order of a client's that was delivered just now; quantities are in whole pieces unless a line says otherwise. */
export const makeGoods = async (
  { company: { door }, clientId }: Person,
  lines: Line[],
  more: Partial<typeof orders.$inferInsert> = {},
): Promise<{ orderId: string; number: string }> => {
  const orderId = newId()
  const number = `SO-${orderId}`
  const at = Date.now()
  await door.run({
    order: door.insert(orders, {
      id: orderId,
      clientId,
      externalId: number,
      number,
      orderDate: day(5),
      shippedOn: day(4),
      deliveredOn: day(2),
      status: 'delivered',
      currency: 'EUR',
      total: 0,
      createdAt: at,
      updatedAt: at,
      ...more,
    }),
    lines: door.insertEach(
      orderLines,
      lines.map((line, i) => ({
        tenantId: door.tenantId,
        orderId,
        position: i + 1,
        sku: `SKU-${i + 1}`,
        description: `Thing ${i + 1}`,
        quantity: 50_000,
        unitPrice: 100,
        discount: 0,
        lineTotal: 500,
        ...line,
      })),
    ),
  })
  return { orderId, number }
}

/** A request in a state, as if it had come there: with a line of five, of which its state's part is approved. */
export const makeReturn = async (person: Person, state: ReturnState = 'submitted', quantity = 20_000) => {
  const { company, clientId, portalUserId } = person
  const { door } = company
  const { orderId, number: orderNumber } = await makeGoods(person, [{ description: `Goods of ${person.clientName}` }])
  const id = newId()
  const serial =
    ((await env.DB.prepare('SELECT max(serial) AS last FROM return_requests WHERE tenant_id = ?').bind(door.tenantId).first<number>('last')) ?? 0) + 1
  const number = `RET-${String(serial).padStart(6, '0')}`
  const isApproved = ['approved', 'partly-approved', 'received', 'closed'].includes(state)
  const at = Date.now()
  await door.run({
    request: door.insert(returnRequests, {
      id,
      clientId,
      serial,
      number,
      state,
      portalUserId,
      note: `Note of ${person.clientName}`,
      outcome: state === 'closed' ? 'nothing' : null,
      createdAt: at,
      updatedAt: at,
    }),
    line: door.insert(returnLines, {
      returnId: id,
      orderId,
      position: 1,
      sku: 'SKU-1',
      description: `Goods of ${person.clientName}`,
      reason: 'Damaged',
      quantity,
      approved: isApproved ? quantity - (state === 'partly-approved' ? 10_000 : 0) : null,
    }),
  })
  return { id, number, orderId, orderNumber, key: `${orderId}.1` }
}

/** A photo that was sent with a request, its file included. */
export const makePhoto = async ({ company: { door, tenantId }, clientId, portalUserId }: Person, returnId: string, bytes: Uint8Array, isSent = true) => {
  const id = newId(32)
  const at = Date.now()
  await env.FILES.put(`tenants/${tenantId}/returns/${returnId}/${id}.jpg`, bytes)
  await door.run({
    photo: door.insert(returnPhotos, { id, clientId, returnId, portalUserId, width: 1, height: 1, createdAt: at, sentAt: isSent ? at : null }),
  })
  return id
}

/** Another member of the staff, with a session. */
export const makeColleague = async ({ door, tenantId }: Company, name: string, role: 'owner' | 'member' | 'viewer' = 'member') => {
  const [staffId, sessionId] = [newId(), newId()]
  const email = `${staffId.toLowerCase()}@staff.example`
  const at = Date.now()
  await env.DB.prepare("INSERT INTO staff (id, email, email_key, name, password_hash, created_at) VALUES (?1, ?2, ?2, ?3, 'x', 0)")
    .bind(staffId, email, name)
    .run()
  await door.run({
    member: door.insert(memberships, { staffId, role, createdAt: at }),
    session: door.insert(staffSessions, { id: sessionId, staffId, createdAt: at, seenAt: at }),
  })
  return { staffId, email, cookie: `__Host-staff=${await signStaffToken(env, { tenantId, sessionId, staffId, timeZone: 'UTC' }, at)}` }
}

export type Field = [name: string, value: string | { name: string; bytes: Uint8Array }]

/** As a browser posts a form that may hold files. */
const multipart = (fields: Field[]): { body: string; headers: Record<string, string> } => {
  const edge = 'edge-of-the-parts'
  const parts = fields.flatMap(([name, value]) =>
    typeof value === 'string'
      ? [`--${edge}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`]
      : [
          `--${edge}\r\nContent-Disposition: form-data; name="${name}"; filename="${value.name}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
          value.bytes,
          '\r\n',
        ],
  )
  const body = joined(...parts.map((part) => (typeof part === 'string' ? new TextEncoder().encode(part) : part)), `--${edge}--\r\n`)
  return { body: body as unknown as string, headers: { 'Content-Type': `multipart/form-data; boundary=${edge}` } }
}

export const postPortal = ({ company }: Person, path: string, cookie: string, fields: Field[], given: Env = withoutQueue) =>
  ask({ host: portalHost(company), path: `/portal${path}`, method: 'POST', cookie, ...multipart(fields), env: given })

export const postStaff = (path: string, cookie: string, form: Record<string, string>, given: Env = withoutQueue) =>
  ask({ host: STAFF_HOST, path, method: 'POST', cookie, form, env: given })

/** The fields of a request for so many of an order's lines, each as [position, quantity, reason]. */
export const wish = (orderId: string, lines: [position: number, quantity: string, reason?: string][], id = newId(), more: Field[] = []): Field[] => [
  ['id', id],
  ['order', orderId],
  ...lines.flatMap(([position, quantity, reason = 'Damaged']): Field[] => [
    ['line', `${orderId}.${position}`],
    [`quantity-${orderId}.${position}`, quantity],
    [`reason-${orderId}.${position}`, reason],
  ]),
  ...more,
]

const rows = async <T>(statement: string, ...values: string[]) =>
  (
    await env.DB.prepare(statement)
      .bind(...values)
      .all<T>()
  ).results

export const requestsOf = ({ tenantId }: Company) =>
  rows<{ id: string; number: string; state: ReturnState; note: string; outcome: string | null; credit_note: string }>(
    'SELECT id, number, state, note, outcome, credit_note FROM return_requests WHERE tenant_id = ? ORDER BY serial',
    tenantId,
  )
export const linesOf = (id: string) =>
  rows<{ position: number; quantity: number; approved: number | null; received: number | null; condition: string | null; reason: string }>(
    'SELECT position, quantity, approved, received, condition, reason FROM return_lines WHERE return_id = ? ORDER BY order_id, position',
    id,
  )
export const storyOf = (id: string) => rows<{ event: string; text: string }>('SELECT event, text FROM activity WHERE document_id = ? ORDER BY at, rowid', id)
export const mailsOf = ({ tenantId }: Company) =>
  rows<{ kind: string; to_email: string; data: string }>(
    "SELECT kind, to_email, data FROM outbox WHERE tenant_id = ? AND kind IN ('return-changed', 'staff-return') ORDER BY rowid",
    tenantId,
  )
