import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import { HOUR } from '#src/dates.ts'
import { withBatch } from '#test/far-away.ts'
import { addressesOf, makeDesk, wholeRefusal } from './desk.ts'
import { accepted, type Call, NOW, refused, withProvider } from './post.ts'
import { batchesOf, change, countsOf, entriesOf, loginOf, mailsOf, makeRun, resetPace, statesOf } from './runs.ts'
import { keyOf, keysOf, never, tryNext, tryToEnd } from './tries.ts'

beforeEach(resetPace)

it('a batch is one call, under a key of its own, and each of its mails is recorded', async () => {
  const run = await makeRun(30)
  const { calls } = await withProvider(makeDesk().reply, () => tryNext(run))
  expect(keysOf(calls)).toEqual([keyOf(run)])
  expect(addressesOf(calls[0] as Call)).toEqual(run.mails.map(({ email }) => email))
  const [first] = JSON.parse(calls[0]?.body ?? '') as unknown[]
  expect(first).toMatchObject({
    subject: 'Your invitation to Northlight Supply’s client portal',
    tags: [
      { name: 'tenant', value: run.company.tenantId },
      { name: 'mail', value: run.mails[0]?.id },
    ],
  })
  for (const row of await mailsOf(run))
    expect(row).toMatchObject({ state: 'sent', attempts: 1, sentAt: NOW, providerId: `provider of ${row.toEmail}`, error: null })
  expect(await batchesOf(run)).toMatchObject([{ state: 'done', claim: null, attempts: 1, generation: 0, uncertain: false, error: null }])
  expect(await countsOf(run)).toMatchObject({ mails: 30, waiting: 0, sent: 30, failed: 0, unsent: 0 })
  expect(await tryNext(run, NOW + 25 * HOUR)).toBe(false)
})

it('the call asks for each mail to be judged by itself', async () => {
  const run = await makeRun(1)
  let asked: string | null = null
  const real = globalThis.fetch
  globalThis.fetch = (input, init) => {
    asked = new Request(input as RequestInfo, init).headers.get('x-batch-validation')
    return Promise.resolve(Response.json({ data: [{ id: 'x' }], errors: [] }))
  }
  await tryNext(run).finally(() => {
    globalThis.fetch = real
  })
  expect(asked).toBe('permissive')
})

it('mails that are refused alone have failed with their reason, and the ids go to the others', async () => {
  const run = await makeRun(10)
  const bad = [0, 3, 4, 9]
  for (const nth of bad) await change(run, `UPDATE outbox SET to_email = 'bad-' || to_email WHERE tenant_id = ?1 AND id = ?2`, run.mails[nth]?.id)
  await withProvider(makeDesk().reply, () => tryNext(run))
  const rows = await mailsOf(run)
  for (const [nth, row] of rows.entries()) {
    if (bad.includes(nth)) expect(row).toMatchObject({ state: 'failed', providerId: null, error: 'The mail service refused it: Invalid `to` field.' })
    else expect(row).toMatchObject({ state: 'sent', providerId: `provider of ${row.toEmail}` })
  }
  const [refusedMail, sentMail] = [run.mails[3], run.mails[5]]
  if (!refusedMail || !sentMail) throw new Error('ten were made')
  expect(await entriesOf(run, refusedMail.clientId)).toEqual([
    { event: 'invitation-failed', text: `bad-${refusedMail.email}: The mail service refused it: Invalid \`to\` field.`, staffId: null },
  ])
  expect((await loginOf(run, refusedMail)).portalState).toBe('problem')
  expect(await entriesOf(run, sentMail.clientId)).toEqual([])
  expect((await loginOf(run, sentMail)).portalState).toBe('invited')
  expect(await countsOf(run)).toMatchObject({ waiting: 0, sent: 6, failed: 4 })
})

it('what is not wanted before the first try never leaves', async () => {
  const run = await makeRun(4)
  const [overtaken, off] = run.mails
  await change(run, `UPDATE portal_users SET invitation_mail_id = 'anotheranother01' WHERE tenant_id = ?1 AND id = ?2`, overtaken?.portalUserId)
  await change(run, `UPDATE clients SET portal_access = 0 WHERE tenant_id = ?1 AND id = ?2`, off?.clientId)
  const { calls } = await withProvider(makeDesk().reply, () => tryNext(run))
  expect(addressesOf(calls[0] as Call)).toEqual(run.mails.slice(2).map(({ email }) => email))
  expect((await mailsOf(run)).map(({ state, attempts, error }) => [state, attempts, error])).toEqual([
    ['not-sent', 0, 'It was overtaken before it left.'],
    ['not-sent', 0, 'The access was taken away before it left.'],
    ['sent', 1, null],
    ['sent', 1, null],
  ])
})

it('nothing of a run that was stopped leaves, even if its mails were left waiting', async () => {
  const run = await makeRun(2)
  await change(run, 'UPDATE invitation_runs SET cancelled_at = 1 WHERE tenant_id = ?')
  const { calls } = await withProvider(makeDesk().reply, () => tryNext(run))
  expect(calls).toEqual([])
  for (const row of await mailsOf(run)) expect(row).toMatchObject({ state: 'not-sent', error: 'The run was stopped before it left.' })
})

it('one bad mail of a hundred is found by cutting up, and fails alone', async () => {
  const run = await makeRun(100)
  const bad = run.mails[37]
  const desk = makeDesk((call) => (addressesOf(call).includes(bad?.email ?? '') ? wholeRefusal(422, 'validation_error') : undefined))
  const { calls } = await withProvider(desk.reply, () => tryToEnd(run))
  expect(await statesOf(run)).toEqual({ failed: 1, sent: 99 })
  expect((await mailsOf(run)).find(({ state }) => state === 'failed')).toMatchObject({
    id: bad?.id,
    error: 'The mail service refused it: validation_error, says the provider',
  })
  expect(desk.twice()).toEqual([])
  expect(desk.taken.size).toBe(99)
  // 100, 50, 25, 13, 7, 4, 2, 1: the bad one's halves, and the good ones beside them.
  expect(calls.length).toBeLessThanOrEqual(15)
  expect(new Set(keysOf(calls)).size).toBe(calls.length)
  expect(await countsOf(run)).toMatchObject({ waiting: 0, sent: 99, failed: 1 })
  expect((await loginOf(run, bad ?? run.mails[0] ?? never())).portalState).toBe('problem')
})

it('a mail that can’t be written fails alone, before anything is sent', async () => {
  const run = await makeRun(4)
  await change(run, `UPDATE outbox SET key_id = 'gone' WHERE tenant_id = ?1 AND id = ?2`, run.mails[1]?.id)
  const { calls } = await withProvider(makeDesk().reply, () => tryToEnd(run))
  expect(keysOf(calls)).toEqual([keyOf(run, 1, 1)])
  expect(await statesOf(run)).toEqual({ failed: 1, sent: 3 })
  expect((await mailsOf(run))[1]).toMatchObject({ error: expect.stringContaining('Send it anew') })
})

it('a setting that is missing is waited for', async () => {
  const run = await makeRun(2)
  for (const missing of [{ RESEND_API_KEY: '' }, { LINK_SECRETS: '' }]) {
    const { calls } = await withProvider(accepted, () => tryNext(run, NOW + HOUR, { ...env, BASE_DOMAIN: 'stockflow.example', ...missing }))
    expect(calls).toEqual([])
    expect(await statesOf(run)).toEqual({ queued: 2 })
    await change(run, 'UPDATE mail_batches SET due_at = 0 WHERE tenant_id = ?')
  }
  expect(await batchesOf(run)).toMatchObject([{ uncertain: false, error: expect.stringMatching(/ is not set\.$/) }])
})

it('what has not left within 23 hours has failed; where it may have, that is said', async () => {
  const [late, uncertain, inTime] = [await makeRun(2), await makeRun(2), await makeRun(2)]
  await withProvider(refused(500, 'internal_server_error'), () => tryNext(uncertain))
  const { calls } = await withProvider(makeDesk().reply, async () => {
    expect(await tryNext(late, NOW + 23 * HOUR)).toBe(false)
    expect(await tryNext(uncertain, NOW + 23 * HOUR)).toBe(false)
    expect(await tryNext(inTime, NOW + 23 * HOUR - 1)).toBe(true)
  })
  expect(calls).toHaveLength(1)
  for (const row of await mailsOf(late)) expect(row).toMatchObject({ state: 'failed', error: 'It could not be sent within 23 hours.' })
  for (const row of await mailsOf(uncertain)) expect(row).toMatchObject({ state: 'failed', error: expect.stringMatching(/^It may have been sent/) })
  expect(await entriesOf(late, late.mails[0]?.clientId ?? '')).toMatchObject([{ event: 'invitation-failed' }])
  expect((await batchesOf(late))[0]?.state).toBe('done')
})

it('an invitation that left clears the failure of the one before it, but not what was reported of itself', async () => {
  const run = await makeRun(2, { previous: 'failed' })
  const [cleared, bounced] = run.mails
  if (!cleared || !bounced) throw new Error('two were made')
  await change(run, `UPDATE accesses SET mail_problem = 'failed' WHERE tenant_id = ?`)
  await change(run, `UPDATE outbox SET delivery = 'bounced' WHERE tenant_id = ?1 AND id = ?2`, bounced.id)
  await change(run, `UPDATE accesses SET mail_problem = 'bounced' WHERE tenant_id = ?1 AND client_id = ?2`, bounced.clientId)
  await withProvider(makeDesk().reply, () => tryNext(run))
  expect((await loginOf(run, cleared)).access?.mailProblem).toBe(null)
  expect((await loginOf(run, bounced)).access?.mailProblem).toBe('bounced')
})

it('a notice of access leaves in a batch as well, and fails for its own client', async () => {
  const run = await makeRun(3, { kind: 'access-given' })
  await change(run, `UPDATE outbox SET to_email = 'bad-' || to_email WHERE tenant_id = ?1 AND id = ?2`, run.mails[0]?.id)
  await change(run, `DELETE FROM accesses WHERE tenant_id = ?1 AND client_id = ?2`, run.mails[1]?.clientId)
  await withProvider(makeDesk().reply, () => tryNext(run))
  expect((await mailsOf(run)).map(({ state }) => state)).toEqual(['failed', 'not-sent', 'sent'])
  expect(await entriesOf(run, run.mails[0]?.clientId ?? '')).toMatchObject([{ event: 'invitation-failed' }])
})

it('what a batch costs does not grow with its run', async () => {
  const costs: number[] = []
  const counting = withBatch((batch) => async (statements) => {
    const results = await batch(statements)
    costs.push(results.reduce((sum, { meta }) => sum + meta.rows_read, 0))
    return results
  })
  for (const count of [60, 900]) {
    const run = await makeRun(count, { size: 20 })
    await change(run, `UPDATE outbox SET to_email = 'bad-' || to_email WHERE tenant_id = ?1 AND id = ?2`, run.mails[3]?.id)
    for (const reply of [refused(429, 'rate_limit_exceeded'), makeDesk().reply, refused(422, 'validation_error')])
      await withProvider(reply, () => tryNext(run, NOW, counting))
  }
  // Claim and record of three tries each; the open batches of a run, 42 more, are looked through a few times.
  expect(costs).toHaveLength(12)
  for (const [nth, cost] of costs.slice(0, 6).entries()) expect((costs[nth + 6] ?? 0) - cost).toBeLessThan(42 * 20)
})

it('its line in the log holds no address, no link and not the provider’s words', async () => {
  const run = await makeRun(2)
  const lines: string[] = []
  const real = console.log
  console.log = (line: string) => lines.push(line)
  try {
    await withProvider(refused(422, 'validation_error', {}, 'no such address: lucia@casaverde.example'), () => tryNext(run))
  } finally {
    console.log = real
  }
  const [line, ...others] = lines.filter((text) => text.includes(run.runId))
  expect(others).toEqual([])
  expect(JSON.parse(line ?? '')).toMatchObject({
    event: 'mail-batch',
    tenant: run.company.tenantId,
    run: run.runId,
    mails: 2,
    outcome: 'refused',
    reason: '422 validation_error',
  })
  expect(line).not.toMatch(/@|set-password|no such/)
})
