import { env } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { HOUR } from '#src/dates.ts'
import type { MailMessage } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { announceMail, mailRow, queueMail } from '#src/mail/outbox.ts'
import { sweepMail } from '#src/mail/sweep.ts'
import { invitationData, makeWaiting, NOW, rowOf } from './post.ts'

const withQueue = (takes: (messages: MailMessage[]) => void): typeof env => {
  const sendBatch = async (messages: Iterable<{ body: MailMessage }>) => takes([...messages].map(({ body }) => body))
  return { ...env, MAIL_QUEUE: new Proxy(env.MAIL_QUEUE, { get: (target, name) => (name === 'sendBatch' ? sendBatch : Reflect.get(target, name)) }) }
}

it('a row holds all that its mail is made of, and no secret', async () => {
  const mail = await makeWaiting()
  const row = await rowOf(mail)
  expect(row).toMatchObject({
    state: 'queued',
    kind: 'invitation',
    keyId: 'local',
    templateVersion: 1,
    dueAt: NOW,
    createdAt: NOW,
    expiresAt: NOW + 72 * HOUR,
    attempts: 0,
    staffId: null,
  })
  expect(JSON.parse(row.data)).toEqual({ ...invitationData('Northlight Supply'), sender: 'portal@mail.stockflow.localhost' })
})

it('mail is queued only if its condition holds', async () => {
  const {
    company: { door },
    portalUserId,
  } = await makeWaiting()
  const row = (id: string) =>
    mailRow(env, { id, kind: 'invitation', toEmail: 'a@b.example', portalUserId, data: invitationData('Northlight'), now: NOW, expiresAt: NOW })
  expect(await door.run({ yes: queueMail(door, row(newId()), sql`1 = 1`), no: queueMail(door, row(newId()), sql`1 = 2`) })).toEqual({ yes: 1, no: 0 })
})

it('the queue is told in hundreds, and a queue that fails stops nobody', async () => {
  const messages = Array.from({ length: 250 }, (_, i) => ({ tenantId: 'aaaaaa', mailId: String(i) }))
  const parts: MailMessage[][] = []
  await announceMail(
    withQueue((part) => parts.push(part)),
    messages,
  )
  expect(parts.map((part) => part.length)).toEqual([100, 100, 50])
  expect(parts.flat()).toEqual(messages)
  await announceMail(
    withQueue(() => {
      throw new Error('down')
    }),
    messages,
  )
})

it('the sweep tells the queue of all that is due, and of nothing else', async () => {
  const [due, later, sent, lapsed] = await Promise.all([makeWaiting(), makeWaiting(), makeWaiting(), makeWaiting()])
  const set = (mail: typeof due, change: string) =>
    env.DB.prepare(`UPDATE outbox SET ${change} WHERE tenant_id = ? AND id = ?`).bind(mail.company.tenantId, mail.mailId).run()
  await set(later, `due_at = ${NOW + 1}`)
  await set(sent, `state = 'sent'`)
  await set(lapsed, `state = 'sending'`)
  const told: MailMessage[] = []
  await sweepMail(
    withQueue((part) => told.push(...part)),
    NOW,
  )
  const named = (mail: typeof due) => told.filter(({ mailId }) => mailId === mail.mailId).length
  expect([due, later, sent, lapsed].map(named)).toEqual([1, 0, 0, 1])
})
