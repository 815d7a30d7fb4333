import { and, eq, gte, inArray, ne, type SQL, sql } from 'drizzle-orm'
import { Webhook } from 'standardwebhooks'
import * as z from 'zod/mini'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { DELIVERIES, type Delivery, outbox } from '#src/db/schema/outbox.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { isNewEvent } from '#src/db/webhook-events.ts'
import { type Env, MissingSetting, required } from '#src/env.ts'
import type { NamedMail } from './links.ts'

/** What the mail provider tells of a mail after it was sent: who says so, which mail it is, and what follows for its reader. */

/** What became of one of our mails. `detail`: in the provider's words; `at`: when, never later than now. */
export type MailNews = NamedMail & { eventId: string; delivery: Delivery; at: Instant; detail: string }

/** It is not from the provider, or too old to be believed. */
export class NotSigned extends Error {}

const LONGEST_DETAIL = 300

const Tags = z.union([
  z.record(z.string(), z.string()),
  z.pipe(
    z.array(z.object({ name: z.string(), value: z.string() })),
    z.transform((tags) => Object.fromEntries(tags.map(({ name, value }) => [name, value]))),
  ),
])
const said = z.partial(z.object({ type: z.string(), subType: z.string(), message: z.string(), reason: z.string() }))
const Event = z.object({
  type: z.string(),
  created_at: z._default(z.string(), ''),
  data: z.object({ tags: z.optional(Tags), bounce: z.optional(said), failed: z.optional(said), suppressed: z.optional(said) }),
})

/** A mail that the provider took and then did not send reached nobody either: staff need to know no more than that, and why. */
const NEWS: Record<string, Delivery> = {
  'email.delivery_delayed': 'delayed',
  'email.delivered': 'delivered',
  'email.bounced': 'bounced',
  'email.failed': 'bounced',
  'email.suppressed': 'bounced',
  'email.complained': 'complained',
}

/**
 * Reads an event of the provider's. Undefined for a true one that is none of our business: another type, or a mail that
 * doesn't carry our tags.
 * @throws NotSigned when its signature is wrong, or older or newer than five minutes
 * @throws MissingSetting
 */
export const readMailNews = (env: Env, header: (name: string) => string | undefined, body: string, now: Instant): MailNews | undefined => {
  const eventId = header('svix-id') ?? ''
  const { data: event } = Event.safeParse(verified(env, eventId, header, body))
  const delivery = event && Object.hasOwn(NEWS, event.type) ? NEWS[event.type] : undefined
  const { tenant: tenantId, mail: mailId } = event?.data.tags ?? {}
  if (!event || !delivery || !tenantId || !mailId) return undefined
  const at = Date.parse(event.created_at)
  return { eventId, tenantId, mailId, delivery, at: at <= now ? at : now, detail: detailOf(event.data) }
}

const verified = (env: Env, id: string, header: (name: string) => string | undefined, body: string): unknown => {
  const webhook = webhookOf(env)
  try {
    const signed = { 'webhook-id': id, 'webhook-timestamp': header('svix-timestamp') ?? '', 'webhook-signature': header('svix-signature') ?? '' }
    return webhook.verify(body, signed)
  } catch {
    throw new NotSigned()
  }
}

const webhookOf = (env: Env): Webhook => {
  const secret = required(env, 'RESEND_WEBHOOK_SECRET')
  try {
    return new Webhook(secret)
  } catch {
    // There is a value, but no secret in it.
    throw new MissingSetting('RESEND_WEBHOOK_SECRET')
  }
}

const detailOf = ({ bounce, failed, suppressed }: z.output<typeof Event>['data']): string => {
  const { type, subType, message, reason } = bounce ?? suppressed ?? failed ?? {}
  const kind = [type, subType].filter(Boolean).join(', ')
  return [kind, message ?? reason]
    .filter(Boolean)
    .join(': ')
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, LONGEST_DETAIL)
}

/** How far up a delivery stands; 0 when nothing is known yet. */
const rankOf = (delivery: SQL | Delivery): SQL =>
  sql`CASE ${delivery} ${sql.join(
    DELIVERIES.map((each, i) => sql`WHEN ${each} THEN ${i + 1}`),
    sql` `,
  )} ELSE 0 END`

/** Whether the mail is one of this company's. */
export const isOurs = (door: TenantDoor, { mailId }: MailNews): SQL => door.exists(outbox, eq(outbox.id, mailId))

/** It is new, and outranks what is known of the mail: events come late, twice and in any order. */
const isNews = (door: TenantDoor, { eventId, mailId, delivery }: MailNews): SQL | undefined =>
  and(isNewEvent(eventId), door.exists(outbox, and(eq(outbox.id, mailId), sql`${rankOf(sql`${outbox.delivery}`)} < ${DELIVERIES.indexOf(delivery) + 1}`)))

const addressOf = (door: TenantDoor, { mailId }: MailNews): SQL => door.pluck(outbox, outbox.toEmail, { where: eq(outbox.id, mailId) })

/** For Contact History: which address, and what was said of it. */
export const newsText = (door: TenantDoor, news: MailNews): SQL => sql`${addressOf(door, news)} || ${news.detail && `: ${news.detail}`}`

/** The accesses of the mail's reader, if it went to the address that is still that person's. */
export const reachedAccesses = (door: TenantDoor, news: MailNews): SQL | undefined => {
  const reader = door.pluck(outbox, outbox.portalUserId, { where: eq(outbox.id, news.mailId) })
  const address = addressOf(door, news)
  const person = door.pluck(portalUsers, portalUsers.id, { where: and(eq(portalUsers.id, reader), sql`lower(${portalUsers.email}) = lower(${address})`) })
  return and(eq(accesses.portalUserId, person), isNews(door, news))
}

/** A mail to the same person, not older than this one, of which a condition holds. */
const laterMail = (door: TenantDoor, { mailId }: MailNews, where: SQL | undefined): SQL =>
  door.exists(
    outbox,
    and(
      eq(outbox.portalUserId, accesses.portalUserId),
      ne(outbox.id, mailId),
      gte(outbox.createdAt, sql`(SELECT this.created_at FROM ${outbox} AS this WHERE this.tenant_id = ${door.tenantId} AND this.id = ${mailId})`),
      where,
    ),
  )

/** What the news means for the clients of the mail's reader: a problem with the address, or the end of one that an older mail had. */
const problemOf = (door: TenantDoor, news: MailNews) => {
  const { delivery } = news
  if (delivery === 'delayed') return {}
  if (delivery === 'delivered') {
    const failedSince = and(eq(accesses.mailProblem, 'failed'), laterMail(door, news, eq(outbox.state, 'failed')))
    const bouncedSince = and(eq(accesses.mailProblem, 'bounced'), laterMail(door, news, eq(outbox.delivery, 'bounced')))
    const isOver = and(inArray(accesses.mailProblem, ['failed', 'bounced']), sql`NOT (${failedSince})`, sql`NOT (${bouncedSince})`)
    return { problem: door.update(accesses, { mailProblem: null }, and(reachedAccesses(door, news), isOver)) }
  }
  // Word of an old mail, and a newer one has arrived there since.
  const isPast = delivery === 'bounced' ? laterMail(door, news, eq(outbox.delivery, 'delivered')) : sql`false`
  return { problem: door.update(accesses, { mailProblem: delivery }, and(reachedAccesses(door, news), sql`NOT ${isPast}`)) }
}

/** The statements of news: on the mail, and on the clients of its reader. In this order: each asks what the last one changes. */
export const mailNewsWrites = (door: TenantDoor, news: MailNews) => {
  const { mailId, delivery, at, detail } = news
  return {
    ...problemOf(door, news),
    mail: door.update(outbox, { delivery, deliveryAt: at, deliveryDetail: detail || null }, and(eq(outbox.id, mailId), isNews(door, news))),
  }
}
