import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { MINUTE, SECOND } from '#src/dates.ts'
import { clients } from '#src/db/schema/clients.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { renderMail } from '#src/mail/render.tsx'
import { askPortal } from '#test/asking.ts'
import { clientRow, makeCast, makeClient, PASSWORD, setSettings, signedInAs } from '#test/cast.ts'
import { asked, at, change, choose, entriesOf, forgot, mailsOf, NEW_PASSWORD, noting, open, resetPath, rowOf, sessionsOf, signIn } from './passwords.ts'

let cast: Awaited<ReturnType<typeof makeCast>>
beforeAll(async () => {
  cast = await makeCast()
})

describe('Forgot password', () => {
  it('is alike for everyone: the answer, and what it asks of the database', async () => {
    const { door, tenantId } = cast.ours
    const invited = { row: clientRow('Notyet', 'notyet@x.example'), id: newId() }
    await door.run({
      client: door.insert(clients, invited.row),
      person: door.insert(portalUsers, { id: invited.id, email: 'notyet@x.example', emailKey: 'notyet@x.example', createdAt: 0 }),
      access: door.insert(accesses, { portalUserId: invited.id, clientId: invited.row.id, state: 'invited', invitedAt: 0 }),
    })
    const [active, disabled, revoked] = [
      await makeClient(cast.ours, 'Actives'),
      await makeClient(cast.ours, 'Disables'),
      await makeClient(cast.ours, 'Revokes'),
    ]
    await change('UPDATE clients SET portal_access = 0 WHERE tenant_id = ? AND id = ?', tenantId, disabled.clientId)
    await change('DELETE FROM accesses WHERE tenant_id = ? AND client_id = ?', tenantId, revoked.clientId)
    await change('UPDATE portal_users SET password_hash = NULL WHERE tenant_id = ? AND id = ?', tenantId, revoked.portalUserId)
    const passwordless = await makeClient(cast.ours, 'Passwordless')
    await change('UPDATE portal_users SET password_hash = NULL WHERE tenant_id = ? AND id = ?', tenantId, passwordless.portalUserId)
    const before = (await env.DB.prepare('SELECT count(*) AS n FROM outbox').first<{ n: number }>())?.n ?? 0
    const classes = [active.email, 'nobody@x.example', 'notyet@x.example', disabled.email, revoked.email, passwordless.email, cast.cleo.email]
    const prints: Record<string, unknown>[] = []
    for (const email of classes) {
      const { env: noted, trips } = noting()
      const response = await forgot(cast.ours, email, { env: noted })
      const headers = [...response.headers].filter(([name]) => name !== 'x-request-id')
      const page = await open(cast.ours, response.headers.get('Location') ?? '')
      prints.push({ status: response.status, headers, body: await response.text(), page: await page.text(), trips })
    }
    for (const print of prints) expect(print).toEqual(prints[0])
    expect(prints[0]).toMatchObject({ status: 303, trips: [2, 5] })
    expect(prints[0]?.page).toContain('can sign in here, an e-mail is on its way')
    const mails = await env.DB.prepare('SELECT to_email FROM outbox ORDER BY rowid DESC LIMIT ?').bind(10).all<{ to_email: string }>()
    const after = (await env.DB.prepare('SELECT count(*) AS n FROM outbox').first<{ n: number }>())?.n ?? 0
    expect(after - before).toBe(1)
    expect(mails.results[0]?.to_email).toBe(active.email)
    expect(await entriesOf(active)).toEqual(['reset-sent'])
    expect(await entriesOf(disabled)).toEqual([])
  })

  it('takes the address as people type it, and says what is missing', async () => {
    const person = await makeClient(cast.ours, 'Typist')
    await forgot(cast.ours, `  ${person.email.toUpperCase()}\u00a0`)
    expect(await mailsOf(person)).toMatchObject([{ kind: 'password-reset', to_email: person.email }])
    const empty = await forgot(cast.ours, '  ')
    expect(empty.status).toBe(422)
    expect(await empty.text()).toContain('Type your e-mail address.')
  })

  it('sends one mail for a double click, and at most three an hour, whoever asks', async () => {
    const person = await makeClient(cast.ours, 'Asker')
    const start = Date.now()
    await Promise.all([forgot(cast.ours, person.email), forgot(cast.ours, person.email)])
    expect(await mailsOf(person)).toHaveLength(1)
    expect((await at(start + 10 * SECOND, () => forgot(cast.ours, person.email))).status).toBe(303)
    const known = await at(start + 20 * SECOND, () => forgot(cast.ours, person.email))
    expect(known.status).toBe(429)
    expect(Number(known.headers.get('Retry-After'))).toBeGreaterThan(3500)
    expect(await mailsOf(person)).toHaveLength(2)
    for (const n of [0, 1, 2]) expect((await at(start + n * SECOND, () => forgot(cast.ours, 'noone@x.example'))).status).toBe(303)
    const unknown = await at(start + 20 * SECOND, () => forgot(cast.ours, 'noone@x.example'))
    expect([unknown.status, await unknown.text()]).toEqual([429, await known.text()])
    expect((await at(start + 61 * MINUTE, () => forgot(cast.ours, person.email))).status).toBe(303)
    expect(await mailsOf(person)).toHaveLength(3)
  })

  it('works while the queue is down', async () => {
    const person = await makeClient(cast.ours, 'Queueless')
    const down = { sendBatch: async () => Promise.reject(new Error('down')) } as unknown as Env['MAIL_QUEUE']
    expect((await forgot(cast.ours, person.email, { env: { ...env, MAIL_QUEUE: down } })).status).toBe(303)
    expect(await mailsOf(person)).toMatchObject([{ state: 'queued' }])
  })

  it('is not offered where the portal is off', async () => {
    const person = await makeClient(cast.theirs, 'Closed')
    await setSettings(cast.theirs, { enabled: false })
    expect((await open(cast.theirs, '/portal/forgot-password')).status).toBe(503)
    expect((await forgot(cast.theirs, person.email)).status).toBe(503)
    await setSettings(cast.theirs, { enabled: true })
    expect(await mailsOf(person)).toEqual([])
  })

  it('mails the company’s stored address, whatever the request says of its host', async () => {
    const person = await makeClient(cast.ours, 'Hosted')
    const { mail } = await asked(person)
    expect(JSON.parse(mail.data).address).toBe(`http://${cast.ours.slug}.stockflow.localhost:8787/portal`)
    const row = await env.DB.prepare('SELECT template_version, key_id FROM outbox WHERE id = ?')
      .bind(mail.id)
      .first<{ template_version: number; key_id: string }>()
    const { text } = await renderMail(env, {
      tenantId: cast.ours.tenantId,
      id: mail.id,
      kind: 'password-reset',
      toEmail: mail.to_email,
      data: mail.data,
      templateVersion: row?.template_version ?? 0,
      keyId: row?.key_id ?? '',
    })
    expect(text).toContain(`http://${cast.ours.slug}.stockflow.localhost:8787${await resetPath(cast.ours, mail.id)}`)
  })
})

describe('the reset link', () => {
  it('is good until it is posted, changes the password, ends every session, and says so', async () => {
    const person = await makeClient(cast.ours, 'Resetter')
    const [laptop, phone] = [await signedInAs(person), await signedInAs(person)]
    const { mail, path } = await asked(person)
    expect(mail.expires_at - mail.created_at).toBe(60 * MINUTE)
    for (const method of ['HEAD', 'GET', 'HEAD', 'GET']) {
      const { env: noted, trips } = noting()
      expect((await open(cast.ours, path, { env: noted, ...(method === 'HEAD' && { method }) })).status).toBe(200)
      expect(trips).toHaveLength(1)
    }
    expect((await askPortal(person, '/', { cookie: laptop.cookie })).status).toBe(200)
    expect((await signIn(person, PASSWORD)).status).toBe(303)
    const { env: noted, trips } = noting()
    const done = await choose(cast.ours, path, NEW_PASSWORD, { env: noted, cookie: phone.cookie })
    expect([done.status, done.headers.get('Location')]).toEqual([303, '/portal/sign-in?notice=password-changed'])
    expect(done.headers.get('Set-Cookie')).toMatch(/^__Host-portal=;/)
    expect(trips).toHaveLength(2)
    expect(await (await open(cast.ours, '/portal/sign-in?notice=password-changed')).text()).toContain('Your password was changed. Sign in with it.')
    for (const { cookie } of [laptop, phone]) expect((await askPortal(person, '/', { cookie })).status).toBe(303)
    expect((await sessionsOf(person)).filter(({ ended_at }) => ended_at === null)).toEqual([])
    expect((await signIn(person, PASSWORD)).status).toBe(422)
    expect((await signIn(person, NEW_PASSWORD)).status).toBe(303)
    expect(await entriesOf(person)).toEqual(['reset-sent', 'first-login', 'password-changed'])
    const mails = await mailsOf(person)
    expect(mails.map(({ kind }) => kind)).toEqual(['password-reset', 'password-changed'])
    expect(mails[0]?.used_at).toBeTypeOf('number')
    expect((await open(cast.ours, path)).status).toBe(410)
    expect((await choose(cast.ours, path, `${NEW_PASSWORD}-again`)).status).toBe(410)
  })

  it('takes no password that its person’s names make up', async () => {
    const person = await makeClient(cast.ours, 'Namesake')
    const { path } = await asked(person)
    const refused = await choose(cast.ours, path, 'Oursupply Namesake 2026')
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('Leave out “Oursupply”')
    expect((await choose(cast.ours, path, NEW_PASSWORD)).status).toBe(303)
  })

  it('ends with the next one, whose mail takes the place of an older one that has not left', async () => {
    const person = await makeClient(cast.ours, 'Again')
    const first = await asked(person)
    await change('UPDATE outbox SET created_at = created_at - 60000 WHERE tenant_id = ? AND id = ?', cast.ours.tenantId, first.mail.id)
    const second = await asked(person)
    expect(second.path).not.toBe(first.path)
    expect(await mailsOf(person)).toMatchObject([{ state: 'not-sent' }, { state: 'queued' }])
    const ended = await open(cast.ours, first.path)
    expect(ended.status).toBe(410)
    expect(await ended.text()).toContain('href="/portal/forgot-password"')
    expect((await choose(cast.ours, first.path, NEW_PASSWORD)).status).toBe(410)
    expect((await choose(cast.ours, second.path, NEW_PASSWORD)).status).toBe(303)
  })

  it.each([
    ['59:59', 60 * MINUTE - SECOND, 200, 303],
    ['60:01', 60 * MINUTE + SECOND, 410, 410],
  ])('after %s', async (time, age, opens, sets) => {
    const person = await makeClient(cast.ours, `Clocked ${time}`)
    const { mail, path } = await asked(person)
    await at(mail.created_at + age, async () => {
      const page = await open(cast.ours, path)
      expect(page.status).toBe(opens)
      if (opens === 410) expect(await page.text()).toMatch(/has expired.*href="\/portal\/forgot-password"/s)
      expect((await choose(cast.ours, path, NEW_PASSWORD)).status).toBe(sets)
    })
  })

  it('is no invitation, nor an invitation a reset', async () => {
    const person = await makeClient(cast.ours, 'Purposeful')
    const { mail } = await asked(person)
    const asInvitation = await resetPath(cast.ours, mail.id, 'invitation')
    expect((await open(cast.ours, asInvitation)).status).toBe(410)
    expect((await choose(cast.ours, asInvitation, NEW_PASSWORD)).status).toBe(410)
    await change(
      'UPDATE portal_users SET invitation_mail_id = ?, reset_mail_id = NULL WHERE tenant_id = ? AND id = ?',
      mail.id,
      cast.ours.tenantId,
      person.portalUserId,
    )
    expect((await choose(cast.ours, asInvitation, NEW_PASSWORD)).status).toBe(410)
    expect((await choose(cast.ours, await resetPath(cast.ours, mail.id), NEW_PASSWORD)).status).toBe(410)
    expect((await signIn(person, PASSWORD)).status).toBe(303)
  })

  const closed: [string, string, string, number][] = [
    [
      'while the portal is off',
      'UPDATE portal_settings SET enabled = 0 WHERE tenant_id = ?1',
      'UPDATE portal_settings SET enabled = 1 WHERE tenant_id = ?1',
      503,
    ],
    [
      'while its client is switched off',
      'UPDATE clients SET portal_access = 0 WHERE tenant_id = ?1 AND id = ?2',
      'UPDATE clients SET portal_access = 1 WHERE tenant_id = ?1 AND id = ?2',
      410,
    ],
    ['once its access is gone', 'DELETE FROM accesses WHERE tenant_id = ?1 AND client_id = ?2', '', 410],
  ]
  it.each(closed)('does not work %s', async (when, close, reopen, status) => {
    const person = await makeClient(cast.ours, `Closable ${when}`)
    const { path } = await asked(person)
    const on = (statement: string) => change(statement, cast.ours.tenantId, ...(statement.includes('?2') ? [person.clientId] : []))
    await on(close)
    expect((await open(cast.ours, path)).status).toBe(status)
    expect((await choose(cast.ours, path, NEW_PASSWORD)).status).toBe(status)
    if (!reopen) return
    await on(reopen)
    expect((await signIn(person, PASSWORD)).status).toBe(303)
    expect((await choose(cast.ours, path, NEW_PASSWORD)).status).toBe(303)
  })

  it('opens nothing on another company’s host, in the bytes of any forged one', async () => {
    const person = await makeClient(cast.ours, 'Homely')
    const { path } = await asked(person)
    const text = async (asked: string) => (await open(cast.theirs, asked)).text()
    expect(await text(path)).toBe(await text(path.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))))
    expect((await choose(cast.theirs, path, NEW_PASSWORD)).status).toBe(410)
    expect((await rowOf(person))?.password_hash).toBe((await rowOf(cast.ada))?.password_hash)
  })
})
