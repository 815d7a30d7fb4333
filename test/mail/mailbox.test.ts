import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { mailboxPages } from '#src/admin/mailbox.tsx'
import { NotFound } from '#src/errors.ts'
import { makeWaiting, rowOf } from './post.ts'

type Listed = { id: string; to: string; subject: string; text: string; html: string; created_at: string; state: string }
const listed = async () => (await mailboxPages.request('/dev/mailbox.json', {}, env)).json<Listed[]>()

it('lists every mail of every company, newest first, whatever its state', async () => {
  const [older, newer] = [await makeWaiting(), await makeWaiting('access-given')]
  const set = (mail: typeof older, change: string) =>
    env.DB.prepare(`UPDATE outbox SET ${change} WHERE tenant_id = ? AND id = ?`).bind(mail.company.tenantId, mail.mailId).run()
  await set(older, `state = 'failed', created_at = created_at - 1`)
  const mails = (await listed()).filter(({ id }) => [older.mailId, newer.mailId].includes(id))
  expect(mails.map(({ id, state, created_at }) => [id, state, created_at])).toEqual([
    [newer.mailId, 'queued', '2026-11-24T09:12:00.000Z'],
    [older.mailId, 'failed', '2026-11-24T09:11:59.999Z'],
  ])
  expect(mails[1]).toMatchObject({
    to: (await rowOf(older)).toEmail,
    subject: 'Your invitation to Northlight Supply’s client portal',
    text: expect.stringContaining('/set-password/'),
    html: expect.stringContaining('<!DOCTYPE html>'),
  })
})

it('shows a mail that can’t be written, and the others beside it', async () => {
  const [good, bad] = [await makeWaiting(), await makeWaiting()]
  await env.DB.prepare('UPDATE outbox SET template_version = 99 WHERE id = ?').bind(bad.mailId).run()
  const mails = await listed()
  expect(mails.find(({ id }) => id === bad.mailId)?.subject).toBe('(could not be written)')
  expect(mails.find(({ id }) => id === good.mailId)?.text).toContain('Hello Lucía')
})

it('as a page, too', async () => {
  const { mailId } = await makeWaiting()
  expect(mailId).toBeTruthy()
  const answer = await mailboxPages.request('/dev/mailbox', {}, env)
  expect(answer.status).toBe(200)
  expect(await answer.text()).toContain('Your invitation to Northlight Supply’s client portal')
})

it.each(['/dev/mailbox', '/dev/mailbox.json'])('%s is not there anywhere but locally', async (path) => {
  const errors: unknown[] = []
  const pages = mailboxPages.onError((error, c) => {
    errors.push(error)
    return c.text('', 404)
  })
  await pages.request(path, {}, { ...env, BASE_DOMAIN: 'stockflow.example' })
  expect(errors).toEqual([expect.any(NotFound)])
})
