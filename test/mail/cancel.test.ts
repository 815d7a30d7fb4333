import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import { MINUTE, SECOND } from '#src/dates.ts'
import { clients } from '#src/db/schema/clients.ts'
import { invitationRunClients } from '#src/db/schema/invitation-runs.ts'
import { accesses } from '#src/db/schema/people.ts'
import { forStaff } from '#src/db/staff-door.ts'
import type { Env } from '#src/env.ts'
import { sendRun } from '#src/mail/bulk.ts'
import { cancelRun } from '#src/mail/cancel.ts'
import { clientRow, makeCompany, signedInStaff } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import { makeClock } from './clock.ts'
import { makeDesk, wholeRefusal } from './desk.ts'
import { NOW, refused, withProvider } from './post.ts'
import {
  batchesOf,
  change,
  countsOf,
  driveToEnd,
  entriesOf,
  INVITED_BEFORE,
  loginOf,
  mailsOf,
  makeRun,
  type Run,
  type RunMail,
  resetPace,
  statesOf,
  withRunQueue,
} from './runs.ts'

beforeEach(resetPace)

const stop = async (run: Run, given: Env = env) => {
  const { company, runId } = run
  const { sessionId } = await signedInStaff(company)
  const who = {
    tenantId: company.tenantId,
    sessionId,
    staffId: company.staffId,
    timeZone: 'UTC',
    writtenAt: Date.now(),
    now: Date.now(),
    needs: 'member' as const,
  }
  const door = forStaff(given, who)
  return await door.run(cancelRun(door, { runId, staffId: company.staffId, now: NOW + MINUTE }))
}
const first = ({ mails: [mail] }: Run): RunMail => {
  if (!mail) throw new Error('the run has no mail')
  return mail
}

it('a run that is stopped sends nothing more, and its clients are as they were', async () => {
  const run = await makeRun(30, { size: 10 })
  expect(await stop(run)).toMatchObject({ cancelled: 1 })
  for (const row of await mailsOf(run)) expect(row).toMatchObject({ state: 'not-sent', error: 'The run was stopped before it left.' })
  for (const mail of run.mails) {
    expect(await loginOf(run, mail)).toEqual({ access: undefined, invitationMailId: null, portalState: 'not-invited' })
    expect(await entriesOf(run, mail.clientId)).toEqual([{ event: 'invitation-cancelled', text: mail.email, staffId: run.company.staffId }])
  }
  expect(await countsOf(run)).toEqual({ mails: 30, waiting: 0, sent: 0, failed: 0, unsent: 30, cancelledAt: NOW + MINUTE })
  expect((await batchesOf(run)).map(({ state }) => state)).toEqual(['done', 'done', 'done'])
  const queue = withRunQueue()
  const { calls } = await withProvider(makeDesk().reply, () => sendRun(queue.env, run.message, makeClock()))
  expect(calls).toEqual([])
  expect(queue.told).toEqual([])
})

it.each(['sent', 'failed'] as const)('a client that had been invited before is invited as before: its older mail had %s', async (previous) => {
  const run = await makeRun(2, { previous })
  await stop(run)
  for (const mail of run.mails) {
    const { access, ...login } = await loginOf(run, mail)
    expect(login).toEqual({ invitationMailId: mail.previousMailId, portalState: previous === 'failed' ? 'problem' : 'invited' })
    expect(access).toMatchObject({ state: 'invited', invitedAt: INVITED_BEFORE, mailProblem: previous === 'failed' ? 'failed' : null })
    expect(await entriesOf(run, mail.clientId)).toHaveLength(1)
  }
})

it('what bounced before shows so again', async () => {
  const run = await makeRun(1, { previous: 'sent' })
  await change(run, `UPDATE outbox SET delivery = 'bounced' WHERE tenant_id = ?1 AND id = ?2`, first(run).previousMailId)
  await stop(run)
  expect((await loginOf(run, first(run))).access?.mailProblem).toBe('bounced')
})

it('what has left stays, what is under way is let finish, the rest is put back', async () => {
  const run = await makeRun(30, { size: 10 })
  const desk = makeDesk()
  await withProvider(
    async (call, nth) => {
      // Stopped while the second call is under way.
      if (nth === 2) expect(await stop(run)).toMatchObject({ cancelled: 1 })
      return desk.reply(call, nth)
    },
    () => sendRun(withRunQueue().env, run.message, makeClock()),
  )
  expect((await mailsOf(run)).map(({ state }) => state)).toEqual([...Array(20).fill('sent'), ...Array(10).fill('not-sent')])
  const states = await Promise.all(run.mails.map(async (mail) => (await loginOf(run, mail)).portalState))
  expect(states).toEqual([...Array(20).fill('invited'), ...Array(10).fill('not-invited')])
  expect(await countsOf(run)).toMatchObject({ waiting: 0, sent: 20, unsent: 10 })
})

it('what was under way and turns out not to have left is put back too', async () => {
  const run = await makeRun(10)
  const { calls } = await withProvider(
    async (call, nth) => {
      await stop(run)
      return refused(429, 'rate_limit_exceeded')(call, nth)
    },
    () => sendRun(withRunQueue().env, run.message, makeClock()),
  )
  expect(calls).toHaveLength(1)
  expect(await statesOf(run)).toEqual({ 'not-sent': 10 })
  expect(await loginOf(run, first(run))).toEqual({ access: undefined, invitationMailId: null, portalState: 'not-invited' })
  expect(await entriesOf(run, first(run).clientId)).toEqual([{ event: 'invitation-cancelled', text: first(run).email, staffId: null }])
  expect((await batchesOf(run))[0]?.state).toBe('done')
})

it('halves of a batch that was refused as a whole are put back too', async () => {
  const run = await makeRun(10)
  const { calls } = await withProvider(
    async () => {
      await stop(run)
      return wholeRefusal(422, 'validation_error')
    },
    () => sendRun(withRunQueue().env, run.message, makeClock()),
  )
  expect(calls).toHaveLength(1)
  expect(await statesOf(run)).toEqual({ 'not-sent': 10 })
  expect((await batchesOf(run)).map(({ state }) => state)).toEqual(['done', 'done', 'done'])
  expect((await loginOf(run, first(run))).portalState).toBe('not-invited')
})

it('what may have left is tried until there is an answer', async () => {
  const run = await makeRun(10)
  const desk = makeDesk((_call, nth) => (nth === 1 ? 'broken' : undefined))
  const { calls } = await withProvider(desk.reply, async () => {
    const time = makeClock()
    await sendRun({ ...withRunQueue(time.env).env, MAIL_PACE: '1/60' }, run.message, time)
    expect(await stop(run)).toMatchObject({ cancelled: 1, stoppedMails: 0 })
    await driveToEnd([run], time)
  })
  expect(calls).toHaveLength(2)
  expect(calls[1]).toEqual(calls[0])
  expect(await statesOf(run)).toEqual({ sent: 10 })
  expect((await loginOf(run, first(run))).portalState).toBe('invited')
})

it('stopping twice, or at once, is stopping once', async () => {
  const run = await makeRun(3)
  const answers = await Promise.all([1, 2, 3].map(() => stop(run, farAway())))
  expect(answers.map(({ cancelled }) => cancelled).sort()).toEqual([0, 0, 1])
  expect(await entriesOf(run, first(run).clientId)).toHaveLength(1)
  expect(await stop(run)).toMatchObject({ cancelled: 0, stoppedEntries: 0, accessesRemoved: 0, linksRestored: 0, stoppedMails: 0 })
})

it('a run of which nothing waits can’t be stopped; another company’s neither', async () => {
  const [run, other] = [await makeRun(3), await makeRun(3)]
  await withProvider(makeDesk().reply, () => sendRun(withRunQueue().env, run.message, makeClock()))
  expect(await stop(run)).toMatchObject({ cancelled: 0 })
  expect(await countsOf(run)).toMatchObject({ sent: 3, cancelledAt: null })
  expect(await stop({ ...other, company: await makeCompany('Theirtrade') })).toMatchObject({ cancelled: 0, stoppedMails: 0, accessesRemoved: 0 })
  expect(await statesOf(other)).toEqual({ queued: 3 })
})

it('staff whose session has ended stop nothing', async () => {
  const run = await makeRun(2)
  const { company, runId } = run
  const who = {
    tenantId: company.tenantId,
    sessionId: 'none',
    staffId: company.staffId,
    timeZone: 'UTC',
    writtenAt: Date.now(),
    now: Date.now(),
    needs: 'member' as const,
  }
  const door = forStaff(env, who)
  const answer = await door.run(cancelRun(door, { runId, staffId: company.staffId, now: NOW }))
  expect(new Set(Object.values(answer))).toEqual(new Set([0]))
  await change(run, 'UPDATE invitation_runs SET cancelled_at = 1 WHERE tenant_id = ?')
  expect(new Set(Object.values(await door.run(cancelRun(door, { runId, staffId: company.staffId, now: NOW }))))).toEqual(new Set([0]))
  expect(await statesOf(run)).toEqual({ queued: 2 })
})

it('clients that share an address are all put back', async () => {
  const run = await makeRun(1)
  const { company, runId } = run
  const { door } = company
  const mail = first(run)
  const other = clientRow('Casa Azul', mail.email)
  await door.run({
    client: door.insert(clients, other),
    access: door.insert(accesses, { portalUserId: mail.portalUserId, clientId: other.id, state: 'invited', invitedAt: INVITED_BEFORE }),
    chosen: door.insert(invitationRunClients, {
      runId,
      emailKey: mail.email,
      clientId: other.id,
      email: mail.email,
      outcome: 'invited',
      previousInvitedAt: INVITED_BEFORE,
    }),
  })
  await stop(run)
  expect(await loginOf(run, mail)).toMatchObject({ access: undefined, portalState: 'not-invited' })
  expect(await loginOf(run, { ...mail, clientId: other.id })).toMatchObject({ access: { state: 'invited', invitedAt: INVITED_BEFORE }, portalState: 'invited' })
  expect(await entriesOf(run, other.id)).toHaveLength(1)
})

it('access that was given is taken back unless its person has come in by it', async () => {
  const run = await makeRun(4, { kind: 'access-given' })
  const [unused, used, revoked, again] = run.mails as [RunMail, RunMail, RunMail, RunMail]
  await change(run, 'UPDATE accesses SET first_login_at = ?2 WHERE tenant_id = ?1 AND client_id = ?3', NOW + SECOND, used.clientId)
  await change(run, 'DELETE FROM accesses WHERE tenant_id = ?1 AND client_id = ?2', revoked.clientId)
  await change(run, 'UPDATE accesses SET activated_at = ?2 WHERE tenant_id = ?1 AND client_id = ?3', NOW + SECOND, again.clientId)
  await stop(run)
  const logins = await Promise.all(run.mails.map(async (mail) => (await loginOf(run, mail)).portalState))
  expect(logins).toEqual(['not-invited', 'active', 'not-invited', 'active'])
  const entries = await Promise.all(run.mails.map(async (mail) => (await entriesOf(run, mail.clientId)).length))
  expect(entries).toEqual([1, 0, 0, 0])
  expect(await statesOf(run)).toEqual({ 'not-sent': 4 })
  expect((await loginOf(run, unused)).access).toBeUndefined()
})

it('what somebody did since stays as it is', async () => {
  const run = await makeRun(3)
  const [overtaken, revoked, plain] = run.mails as [RunMail, RunMail, RunMail]
  await change(run, `UPDATE portal_users SET invitation_mail_id = 'anotheranother01' WHERE tenant_id = ?1 AND id = ?2`, overtaken.portalUserId)
  await change(run, 'DELETE FROM accesses WHERE tenant_id = ?1 AND client_id = ?2', revoked.clientId)
  await stop(run)
  expect(await loginOf(run, overtaken)).toMatchObject({ access: { state: 'invited' }, invitationMailId: 'anotheranother01', portalState: 'invited' })
  expect(await entriesOf(run, overtaken.clientId)).toEqual([])
  expect(await entriesOf(run, revoked.clientId)).toEqual([])
  expect(await entriesOf(run, plain.clientId)).toHaveLength(1)
})

it('stopped while two are sending, each mail has either left or its client is as before', async () => {
  const run = await makeRun(60, { size: 5 })
  const desk = makeDesk((_call, nth) => (nth % 4 === 0 ? 'slower' : nth % 7 === 0 ? 'broken' : undefined))
  await withProvider(desk.reply, async () => {
    const time = makeClock(NOW, farAway(env, 5))
    const stopping = async () => {
      await time.wait(700)
      expect(await stop(run)).toMatchObject({ cancelled: 1 })
    }
    await Promise.all([driveToEnd([run], time, { copies: 2 }), stopping()])
  })
  expect(desk.twice()).toEqual([])
  const { sent, unsent, waiting } = await countsOf(run)
  expect([sent + unsent, waiting]).toEqual([60, 0])
  expect(sent).toBe(desk.taken.size)
  expect(sent).toBeGreaterThan(0)
  expect(unsent).toBeGreaterThan(0)
  for (const mail of run.mails) expect((await loginOf(run, mail)).portalState).toBe(desk.taken.has(mail.email) ? 'invited' : 'not-invited')
})
