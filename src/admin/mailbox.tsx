import { sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { forTenant } from '#src/db/door.ts'
import { forPlatform } from '#src/db/platform.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { type Env, isLocal } from '#src/env.ts'
import { NotFound } from '#src/errors.ts'
import { renderMail } from '#src/mail/render.tsx'
import { type MailboxMail, MailboxPage } from '#views/admin/mailbox.tsx'

/** Mail as it was, or will be, sent: on a local host alone, where nobody else's is. */

const SHOWN = 100

/** @throws NotFound anywhere but locally */
const newestMails = async (env: Env): Promise<MailboxMail[]> => {
  if (!isLocal(env)) throw new NotFound()
  const newest = await forPlatform(env).newestMail(SHOWN)
  const mails = await Promise.all([...new Set(newest.map(({ tenantId }) => tenantId))].map((tenantId) => mailsOf(env, tenantId, newest)))
  const byId = new Map(mails.flat().map((mail) => [mail.id, mail]))
  return newest.flatMap(({ mailId }) => byId.get(mailId) ?? [])
}

const mailsOf = async (env: Env, tenantId: string, newest: { tenantId: string; mailId: string }[]): Promise<MailboxMail[]> => {
  const door = forTenant(env, tenantId)
  const ids = newest.flatMap((mail) => (mail.tenantId === tenantId ? [mail.mailId] : []))
  const { rows } = await door.run({ rows: door.read(outbox, { where: sql`${outbox.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))` }) })
  return Promise.all(rows.map((row) => mailOf(env, row)))
}

const mailOf = async (env: Env, row: typeof outbox.$inferSelect): Promise<MailboxMail> => {
  const about = { id: row.id, createdAt: row.createdAt, state: row.state }
  try {
    const { to, subject, text, html } = await renderMail(env, row)
    return { ...about, to, subject, text, html }
  } catch (error) {
    // A mail that can't be written is what one would look for here.
    return { ...about, to: row.toEmail, subject: '(could not be written)', text: String(error), html: '' }
  }
}

export const mailboxPages = new Hono<{ Bindings: Env }>()
  .get('/dev/mailbox', async (c) => c.html(<MailboxPage mails={await newestMails(c.env)} />))
  .get('/dev/mailbox.json', async (c) => {
    const mails = await newestMails(c.env)
    return c.json(mails.map(({ createdAt, ...mail }) => ({ ...mail, created_at: new Date(createdAt).toISOString() })))
  })
