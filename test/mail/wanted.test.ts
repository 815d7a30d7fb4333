import { env } from 'cloudflare:workers'
import { eq, sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { HOUR } from '#src/dates.ts'
import { activity } from '#src/db/schema/activity.ts'
import { clients } from '#src/db/schema/clients.ts'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import { newId } from '#src/ids.ts'
import { mailRow, queueMail } from '#src/mail/outbox.ts'
import { sendMail } from '#src/mail/sending.ts'
import { clientRow } from '#test/cast.ts'
import { accepted, invitationData, makeWaiting, NOW, refused, rowOf, type Waiting, withProvider } from './post.ts'

/** What a person with a password may be sent, and what must hold for it to leave. */

const common = (mail: Waiting) => {
  const { expiresAt: _, ...data } = invitationData(mail.company.name)
  return { about: { id: newId(), toEmail: 'lucia@casaverde.example', portalUserId: mail.portalUserId, now: NOW }, data }
}

const reset = async (mail: Waiting): Promise<string> => {
  const { about, data } = common(mail)
  const { door } = mail.company
  const expiresAt = NOW + HOUR
  await door.run({
    mail: queueMail(door, mailRow(env, { ...about, kind: 'password-reset', data: { ...data, expiresAt }, expiresAt })),
    newest: door.update(portalUsers, { resetMailId: about.id }, eq(portalUsers.id, mail.portalUserId)),
  })
  return about.id
}
const changed = async (mail: Waiting): Promise<string> => {
  const { about, data } = common(mail)
  const { door } = mail.company
  await door.run({ mail: queueMail(door, mailRow(env, { ...about, kind: 'password-changed', data: { ...data, at: NOW, device: '', place: '' } })) })
  return about.id
}
const given = async (mail: Waiting, clientIds: string[]): Promise<string> => {
  const { about, data } = common(mail)
  const { door } = mail.company
  await door.run({ mail: queueMail(door, mailRow(env, { ...about, kind: 'access-given', data: { ...data, clientIds } })) })
  return about.id
}
const stateAfter = async (mail: Waiting, mailId: string) => {
  await withProvider(accepted, () => sendMail(env, { tenantId: mail.company.tenantId, mailId }, NOW))
  return (await rowOf({ company: mail.company, mailId })).state
}

type Change = (mail: Waiting) => Promise<unknown>
const nothing: Change = () => Promise.resolve()
const portalOff: Change = ({ company: { door } }) => door.run({ off: door.update(portalSettings, { enabled: false }, sql`true`) })
const switchedOff: Change = ({ company: { door }, clientId }) => door.run({ off: door.update(clients, { portalAccess: false }, eq(clients.id, clientId)) })
const revoked: Change = ({ company: { door }, clientId }) => door.run({ gone: door.remove(accesses, eq(accesses.clientId, clientId)) })
const invitedOnly: Change = ({ company: { door }, clientId }) =>
  door.run({ back: door.update(accesses, { state: 'invited', activatedAt: null }, eq(accesses.clientId, clientId)) })
const disabled: Change = ({ company: { tenantId } }) => env.DB.prepare('UPDATE tenants SET disabled_at = 1 WHERE id = ?').bind(tenantId).run()
const newer: Change = ({ company: { door }, portalUserId }) =>
  door.run({ newer: door.update(portalUsers, { resetMailId: newId(), invitationMailId: newId() }, eq(portalUsers.id, portalUserId)) })

it.each<[string, Change, string]>([
  ['by itself', nothing, 'sent'],
  ['of a portal that is off', portalOff, 'not-sent'],
  ['of a client that is switched off', switchedOff, 'not-sent'],
  ['of an access that was revoked', revoked, 'not-sent'],
  ['of a person who is invited only', invitedOnly, 'not-sent'],
  ['of a company that is disabled', disabled, 'not-sent'],
  ['that is overtaken or used', newer, 'not-sent'],
])('a reset %s', async (_, change, state) => {
  const mail = await makeWaiting('access-given')
  const mailId = await reset(mail)
  await change(mail)
  expect(await stateAfter(mail, mailId)).toBe(state)
})

it.each<[string, Change, string]>([
  ['by itself', nothing, 'sent'],
  ['of a portal that is off', portalOff, 'sent'],
  ['of a client that is switched off', switchedOff, 'sent'],
  ['of an access that was revoked', revoked, 'sent'],
  ['beside newer links', newer, 'sent'],
  ['of a company that is disabled', disabled, 'not-sent'],
])('that a password was changed is told, it warns: %s', async (_, change, state) => {
  const mail = await makeWaiting('access-given')
  const mailId = await changed(mail)
  await change(mail)
  expect(await stateAfter(mail, mailId)).toBe(state)
})

it.each<[string, (own: string, other: string) => string[], Change, string]>([
  ['of its own client', (own) => [own], nothing, 'sent'],
  ['of its own client, which is switched off', (own) => [own], switchedOff, 'not-sent'],
  ['of its own client, revoked, while another is open', (own) => [own], revoked, 'not-sent'],
  ['of two, one of them revoked', (own, other) => [own, other], revoked, 'sent'],
  ['of the other one alone', (_, other) => [other], revoked, 'sent'],
  ['of none', () => [], nothing, 'not-sent'],
])('a notice of access %s', async (_, which, change, state) => {
  const mail = await makeWaiting('access-given')
  const { door } = mail.company
  const other = clientRow('Casa Azul', null)
  await door.run({
    client: door.insert(clients, other),
    access: door.insert(accesses, { portalUserId: mail.portalUserId, clientId: other.id, state: 'active', invitedAt: NOW }),
  })
  const mailId = await given(mail, which(mail.clientId, other.id))
  await change(mail)
  expect(await stateAfter(mail, mailId)).toBe(state)
})

it('a single invitation that fails is in its client’s history, once; one that does not is not', async () => {
  const [failed, late, sent] = [await makeWaiting(), await makeWaiting(), await makeWaiting()]
  for (const now of [NOW, NOW + HOUR]) await withProvider(refused(422, 'validation_error', {}, 'No such domain.'), () => sendMail(env, failed.message, now))
  for (const now of [NOW + 23 * HOUR, NOW + 24 * HOUR]) await sendMail(env, late.message, now)
  await withProvider(accepted, () => sendMail(env, sent.message, NOW))
  const entries = async ({ company: { door }, clientId }: Waiting) =>
    (await door.run({ rows: door.read(activity, { where: eq(activity.clientId, clientId) }) })).rows.map(({ event, text }) => [event, text])
  const address = async (mail: Waiting) => (await rowOf(mail)).toEmail
  expect(await entries(failed)).toEqual([['invitation-failed', `${await address(failed)}: The mail service refused it: No such domain.`]])
  expect(await entries(late)).toEqual([['invitation-failed', `${await address(late)}: It could not be sent within 23 hours.`]])
  expect(await entries(sent)).toEqual([])
})

it('each mail says whose it is, for what the provider tells of it later', async () => {
  const mail = await makeWaiting()
  const { calls } = await withProvider(accepted, () => sendMail(env, mail.message, NOW))
  expect(JSON.parse(calls[0]?.body ?? '').tags).toEqual([
    { name: 'tenant', value: mail.company.tenantId },
    { name: 'mail', value: mail.mailId },
  ])
})
