import { Hono } from 'hono'
import { entryForAccesses } from '#src/activity/entries.ts'
import { forTenant, type TenantDoor } from '#src/db/door.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses } from '#src/db/schema/people.ts'
import { takeEvent } from '#src/db/webhook-events.ts'
import type { Env } from '#src/env.ts'
import { textUpTo } from '#src/guards.ts'
import { log } from '#src/log.ts'
import { isOurs, type MailNews, mailNewsWrites, NotSigned, newsText, reachedAccesses, readMailNews } from '#src/mail/webhook.ts'

/** Doors for machines: no session, no page of ours that asks; a signature lets them in. */

const BODY_LIMIT = 64 * 1024

type WebhookEnv = { Bindings: Env; Variables: { now: number; door?: TenantDoor } }

export const webhookDoors = new Hono<WebhookEnv>().post('/resend', async (c) => {
  const body = await textUpTo(c.req.raw, BODY_LIMIT)
  let news: MailNews | undefined
  try {
    news = readMailNews(c.env, (name) => c.req.header(name), body, c.var.now)
  } catch (error) {
    if (error instanceof NotSigned) return c.json({ error: 'not signed' }, 401)
    throw error
  }
  // Whatever is none of ours is taken, and comes to nothing: an error would only bring it again.
  if (!news) return c.json({ ok: true })
  const door = forTenant(c.env, news.tenantId)
  c.set('door', door)
  const { taken, ours } = await takeEvent(door, {
    id: news.eventId,
    at: c.var.now,
    where: isOurs(door, news),
    statements: {
      ...entriesOf(door, news),
      ...mailNewsWrites(door, news),
      ours: door.pick(outbox, { mailId: outbox.id }, { where: isOurs(door, news), limit: 1 }),
    },
  })
  log('mail-news', { tenant: news.tenantId, mail: news.mailId, delivery: news.delivery, taken: taken === 1 })
  return c.json({ ok: true, ...(taken === 0 && ours.length > 0 && { seen: true }) })
})

/** An entry for each client of the mail's reader, before the mail itself knows. */
const entriesOf = (door: TenantDoor, news: MailNews) => {
  if (news.delivery !== 'bounced' && news.delivery !== 'complained') return {}
  return { entries: entryForAccesses(door, accesses, { event: `mail-${news.delivery}`, at: news.at, text: newsText(door, news) }, reachedAccesses(door, news)) }
}
