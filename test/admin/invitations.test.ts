import { env } from 'cloudflare:workers'
import { eq, sql } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { HOUR } from '#src/dates.ts'
import { invitationRuns } from '#src/db/schema/invitation-runs.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { accesses } from '#src/db/schema/people.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { accessOf, addClient, batchesOf, confirm, dataOf, type Made, mailsOf, retry, runRow } from '#test/access/bulk-cast.ts'
import { askStaff, countingD1, withoutQueue } from '#test/asking.ts'
import { type Company, makeCompany, setSettings, signedInStaff } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'

/** A queue that is told nothing of runs either. */
const quiet: Env = { ...withoutQueue, BULK_QUEUE: { send: async () => {}, sendBatch: async () => {} } as unknown as Env['BULK_QUEUE'] }

const fieldsIn = (html: string, action: string): Record<string, string> => {
  const form = html.split(`action="${action}"`)[1]?.split('</form>')[0] ?? ''
  return Object.fromEntries([...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name ?? '', value ?? '']))
}
const textOf = (html: string) =>
  html
    .split('<main')[1]
    ?.replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ') ?? ''

let company: Company
let cookie: string
const fresh = async () => {
  company = await makeCompany(`Runs ${newId(4)}`)
  cookie = (await signedInStaff(company)).cookie
}
const ask = (path: string, more: Parameters<typeof askStaff>[1] = {}) => askStaff(path, { cookie, env: quiet, ...more })
const page = async (path: string) => (await ask(path)).text()
const add = (
  name: string,
  email: string | null = `${name.toLowerCase()}@runs.example`,
  ...more: [Parameters<typeof addClient>[3]?, Parameters<typeof addClient>[4]?]
) => addClient(company, name, email, ...more)

describe('from the list to the run', () => {
  let [ant, bee]: Made[] = []
  beforeAll(async () => {
    await fresh()
    ;[ant, bee] = [await add('Ant'), await add('Bee')]
    await add('Nomail', null)
    await add('Asleep', undefined, { status: 'inactive' })
  })

  it('says what will happen, and to whom not', async () => {
    const text = textOf(await page('/invitations/new?all=yes'))
    expect(text).toContain('Invite 2 clients to the portal')
    expect(text).toContain('2 e-mails will be sent, at once.')
    expect(text).toContain('2 will not be invited')
    expect(text).toMatch(/No e-mail address 1 Inactive client 1/)
    expect(text).toContain('Send 2 invitations')
  })

  it('asking changes nothing, however often', async () => {
    const before = await env.DB.prepare('SELECT count(*) AS n FROM invitation_runs WHERE tenant_id = ?').bind(company.tenantId).all()
    const forms = await Promise.all([1, 2].map(async () => fieldsIn(await page('/invitations/new?all=yes'), '/invitations')))
    expect(forms[0]?.run).not.toBe(forms[1]?.run)
    expect((await env.DB.prepare('SELECT count(*) AS n FROM invitation_runs WHERE tenant_id = ?').bind(company.tenantId).all()).results).toEqual(before.results)
  })

  it('lists the clients of a reason, with links to them', async () => {
    const html = await page('/invitations/new?all=yes&show=no-email')
    expect(html).toMatch(/<h2>No e-mail address<\/h2>/)
    expect(textOf(html)).toContain('Nomail')
    expect(textOf(html)).not.toContain('Asleep')
    expect(textOf(await page('/invitations/new?all=yes&show=invite'))).toMatch(/Ant .*Bee/)
  })

  it('what is picked in the list is what is asked about', async () => {
    const html = await page(`/invitations/new?id=${ant?.id}&id=${ant?.id}&id=nobody&id=${encodeURIComponent("'; --")}`)
    expect(textOf(html)).toContain('Invite 1 client to the portal')
    expect(html).toContain(`href="/clients?id=${ant?.id}&amp;id=nobody"`)
    expect(textOf(await page('/invitations/new'))).toContain('No client is selected')
  })

  it('confirming leads to the run; again, and after Back, to the same', async () => {
    const form = fieldsIn(await page(`/invitations/new?id=${ant?.id}&id=${bee?.id}`), '/invitations')
    const first = await ask('/invitations', { form })
    expect([first.status, first.headers.get('Location')]).toEqual([303, `/invitations/${form.run}`])
    const again = await ask('/invitations', { form })
    expect(again.headers.get('Location')).toBe(`/invitations/${form.run}`)
    expect(await mailsOf(company, form.run ?? '')).toHaveLength(2)
    const text = textOf(await page(`/invitations/${form.run}`))
    expect(text).toContain('Invitation of 2 clients')
    expect(text).toContain('2 clients picked one by one')
    expect(text).toMatch(/Sent 0 Waiting 2 Failed 0 Signed in 0 Not sent 0/)
    expect(await batchesOf(company, form.run ?? '')).toHaveLength(1)
    const [mail] = await mailsOf(company, form.run ?? '')
    expect(mail && dataOf(mail)).toMatchObject({
      company: company.name,
      contact: { email: `help@${company.slug}.example` },
      replyTo: `help@${company.slug}.example`,
    })
  })

  it('then there is nothing to send, and no button', async () => {
    const html = await page('/invitations/new?all=yes')
    expect(textOf(html)).toContain('Nothing to send')
    expect(html).not.toContain('action="/invitations"')
    const answer = await ask('/invitations', { form: { run: newId(), all: 'yes' } })
    expect(answer.headers.get('Location')).toBe('/invitations/new?all=yes')
  })

  it('the history lists it', async () => {
    const text = textOf(await page('/invitations'))
    expect(text).toMatch(/by Staff of Runs \w+ Sending 2 clients 2 0 sent/)
  })
})

it('tells the queue once, of the run that began', async () => {
  await fresh()
  await add('Ant')
  const told: unknown[] = []
  const listening: Env = {
    ...quiet,
    BULK_QUEUE: { ...quiet.BULK_QUEUE, send: async (message: unknown) => void told.push(message) } as unknown as Env['BULK_QUEUE'],
  }
  const form = fieldsIn(await page('/invitations/new?all=yes'), '/invitations')
  const answers = await Promise.all([1, 2, 3].map(() => ask('/invitations', { form, env: farAway(listening) })))
  expect(answers.map(({ headers }) => headers.get('Location'))).toEqual(Array(3).fill(`/invitations/${form.run}`))
  expect(told).toEqual([{ tenantId: company.tenantId, runId: form.run }])
  expect(await mailsOf(company, form.run ?? '')).toHaveLength(1)
})

it('with the portal off nobody is invited, and the page says where to switch it on', async () => {
  await fresh()
  await add('Ant')
  const form = fieldsIn(await page('/invitations/new?all=yes&status=active&email=yes'), '/invitations')
  expect(form).toMatchObject({ all: 'yes', status: 'active', email: 'yes' })
  await setSettings(company, { enabled: false })
  const answer = await ask('/invitations', { form })
  const asked = answer.headers.get('Location') ?? ''
  expect(asked).toBe('/invitations/new?all=yes&status=active&email=yes')
  expect(await runRow(company, form.run ?? '')).toBeUndefined()
  const html = await page(asked)
  expect(textOf(html)).toContain('The portal is switched off')
  expect(html).toContain('href="/settings/client-portal"')
  expect(html).not.toContain('action="/invitations"')
})

it('each page is one round trip, each post two', async () => {
  await fresh()
  await add('Ant')
  const asking = async (path: string, more: Parameters<typeof askStaff>[1] = {}) => {
    const { d1, calls } = countingD1(env.DB)
    const answer = await ask(path, { env: { ...quiet, DB: d1 }, ...more })
    return { status: answer.status, calls: calls(), location: answer.headers.get('Location') }
  }
  expect(await asking('/invitations')).toMatchObject({ status: 200, calls: 1 })
  for (const query of ['all=yes', 'all=yes&q=ant', 'id=nobody', 'all=yes&show=invite'])
    expect(await asking(`/invitations/new?${query}`), query).toMatchObject({ status: 200, calls: 1 })
  for (const query of ['', '?select=all', '?select=page&sort=-balance', '?select=all&q=ant', '?portal=problem'])
    expect(await asking(`/clients${query}`), query).toMatchObject({ status: 200, calls: 1 })
  const run = newId()
  expect(await asking('/invitations', { form: { run, all: 'yes' } })).toEqual({ status: 303, calls: 2, location: `/invitations/${run}` })
  expect(await asking(`/invitations/${run}`)).toMatchObject({ status: 200, calls: 1 })
  expect(await asking(`/invitations/${run}/cancel`)).toMatchObject({ status: 200, calls: 1 })
  expect(await asking(`/invitations/${run}/retry`, { form: {} })).toMatchObject({ status: 303, calls: 2 })
  expect(await asking(`/invitations/${run}/cancel`, { form: {} })).toMatchObject({ status: 303, calls: 2 })
})

describe('the run’s page', () => {
  let runId: string
  const made: Made[] = []
  const set = async (name: string, change: Parameters<Company['door']['update']>[1]) => {
    await company.door.run({ mail: company.door.update(outbox, change, eq(outbox.toEmail, `${name.toLowerCase()}@runs.example`)) })
  }
  beforeAll(async () => {
    await fresh()
    made.length = 0
    for (const name of ['Ant', 'Bee', 'Cat', 'Dog', 'Elk']) made.push(await add(name))
    ;({ runId } = await confirm(company))
    await set('Ant', { state: 'sent', sentAt: Date.now(), usedAt: Date.now() })
    await set('Bee', { state: 'sent', sentAt: Date.now() })
    await set('Cat', { state: 'failed', error: 'The mail service refused it: no such domain' })
  })

  it('counts its mails by what became of them', async () => {
    const html = await page(`/invitations/${runId}`)
    expect(textOf(html)).toMatch(/Sent 2 Waiting 2 Failed 1 Signed in 1 Not sent 0/)
    expect(html).toContain('<progress max="5" value="3"')
    expect(textOf(html)).toMatch(/1 e-mail reached nobody Retry .* Cat cat@runs.example The mail service refused it: no such domain/)
    expect(html).toContain('hx-trigger="every 2s"')
  })

  it('a fragment is what polls, and stops when nothing waits', async () => {
    const fragment = await (await ask(`/invitations/${runId}`, { headers: { 'HX-Request-Type': 'partial' } })).text()
    expect(fragment).toMatch(/^<div id="progress"/)
    expect(fragment).toContain('hx-get="/invitations/')
  })

  it('asks before it stops, and says how many were stopped', async () => {
    expect(textOf(await page(`/invitations/${runId}/cancel`))).toContain('2 e-mails have not left yet.')
    const answer = await ask(`/invitations/${runId}/cancel`, { form: {} })
    expect(answer.headers.get('Location')).toBe(`/invitations/${runId}`)
    const html = await page(`/invitations/${runId}`)
    expect(textOf(html)).toMatch(/Stopped \d.*: 2 e-mails were not sent/)
    expect(textOf(html)).toMatch(/Sent 2 Waiting 0 Failed 1 Signed in 1 Not sent 2/)
    expect(html).not.toContain('hx-trigger')
    expect(html).not.toContain('/retry"')
    expect((await retry(company, runId)).retried).toBe(0)
    // What the provider told of a mail that had left.
    await company.door.run({ bounced: company.door.update(outbox, { delivery: 'bounced', deliveryDetail: 'no such mailbox' }, eq(outbox.state, 'sent')) })
    const told = textOf(await page(`/invitations/${runId}`))
    expect(told).toMatch(/Sent 2 Waiting 0 Failed 1 Came back 2 Signed in 1 Not sent 2/)
    expect(told).toMatch(/3 e-mails reached nobody .*Came back\. no such mailbox/)
    expect(await accessOf(company, made[3] ?? { id: '', name: '', email: null })).toBeUndefined()
  })
})

it('a filter that is none invites nobody: left out, it would be everybody', async () => {
  await fresh()
  await add('Ant')
  for (const narrowed of [{ status: 'Inactive' }, { email: 'maybe' }, { portal: 'none' }]) {
    const answer = await ask('/invitations', { form: { run: newId(), all: 'yes', ...narrowed } })
    expect(answer.headers.get('Location')).toBe('/invitations/new?all=yes')
  }
  const { runs } = await company.door.run({ runs: company.door.read(invitationRuns) })
  expect(runs).toEqual([])
})

it('the history goes on by keys, and begins with the newest', async () => {
  await fresh()
  const { door } = company
  for (let i = 0; i < 53; i += 1) {
    const run = {
      id: `run${String(i).padStart(13, '0')}`,
      staffId: company.staffId,
      createdAt: 1000 + (i % 7),
      begunAt: 1,
      selection: '{"all":true,"filter":{}}',
    }
    await door.run({ run: door.insert(invitationRuns, run) })
  }
  const seen: string[] = []
  let path: string | undefined = '/invitations'
  while (path) {
    const html: string = await page(path)
    seen.push(...[...html.matchAll(/href="\/invitations\/(run\d+)"/g)].map(([, id]) => id ?? ''))
    path = /href="(\/invitations\?after=[^"]*)"/.exec(html)?.[1]
  }
  expect(seen).toHaveLength(53)
  expect(new Set(seen).size).toBe(53)
  expect(seen[0]).toBe('run0000000000048')
})

it('without any, the history says how to begin', async () => {
  await fresh()
  expect(textOf(await page('/invitations'))).toContain('No bulk invitation yet')
})

describe('Retry', () => {
  let runId: string
  let shared: Made[]
  let revoked: Made
  let known: Made
  beforeAll(async () => {
    await fresh()
    shared = [await add('Ant', 'shared@runs.example'), await add('Bee', 'shared@runs.example')]
    revoked = await add('Revoked')
    known = await add('Known', undefined, {}, { password: true })
    await add('Sent')
    ;({ runId } = await confirm(company, { now: Date.now() - HOUR }))
    const { door } = company
    await door.run({
      failed: door.update(outbox, { state: 'failed', error: 'refused' }, sql`${outbox.toEmail} <> 'sent@runs.example'`),
      sent: door.update(outbox, { state: 'sent' }, eq(outbox.toEmail, 'sent@runs.example')),
      problem: door.update(accesses, { mailProblem: 'failed' }, sql`${accesses.state} = 'invited'`),
      revoked: door.remove(accesses, eq(accesses.clientId, revoked.id)),
    })
  })

  it('makes each failed mail anew, once, for whoever may still be invited', async () => {
    const before = await mailsOf(company, runId)
    expect(await runRow(company, runId)).toMatchObject({ mails: 4, failed: 3, sent: 1 })
    const answers = await Promise.all([1, 2, 3].map(() => ask(`/invitations/${runId}/retry`, { form: {}, env: farAway(quiet) })))
    expect(answers.map(({ headers }) => headers.get('Location')?.split('notice=')[1]).sort()).toEqual(['nothing-to-retry', 'nothing-to-retry', 'retried'])
    expect(await runRow(company, runId)).toMatchObject({ mails: 4, failed: 1, waiting: 2, sent: 1 })
    const mails = await mailsOf(company, runId)
    const anew = mails.filter(({ state }) => state === 'queued')
    expect(anew.map(({ toEmail, kind }) => [toEmail, kind])).toEqual([
      ['known@runs.example', 'access-given'],
      ['shared@runs.example', 'invitation'],
    ])
    expect(before.map(({ id }) => id)).not.toContain(anew[0]?.id)
    expect(anew[1] && dataOf(anew[1]).clients).toEqual(['Ant', 'Bee'])
    expect(anew[0] && dataOf(anew[0])).toMatchObject({ clients: ['Known'], clientIds: [known.id] })
    expect((anew[1]?.expiresAt ?? 0) - Date.now()).toBeGreaterThan(71.9 * HOUR)
    expect(anew[1]?.previousMailId).toBeNull()
    expect(anew.map(({ batchPosition, batchId }) => [batchPosition, batchId === anew[0]?.batchId])).toEqual([
      [0, true],
      [1, true],
    ])
    expect(await accessOf(company, shared[0] ?? known)).toMatchObject({ state: 'invited', mailProblem: null })
    const text = textOf(await page(`/invitations/${runId}`))
    expect(text).toMatch(/1 e-mail reached nobody .* Revoked revoked@runs.example refused/)
    expect(textOf(await page(`/clients/${shared[0]?.id}/history`))).toContain('shared@runs.example')
  })
})

it('another company’s run is not there', async () => {
  await fresh()
  await add('Ant')
  const { runId } = await confirm(company)
  const stranger = (await signedInStaff(await makeCompany('Strangers'))).cookie
  const none = await ask('/invitations/nothing', { cookie: stranger })
  const bytes = await none.text()
  for (const [path, form] of [[''], ['/cancel'], ['/cancel', {}], ['/retry', {}]] as const) {
    const answer = await ask(`/invitations/${runId}${path}`, { cookie: stranger, ...(form && { form }) })
    expect([answer.status, await answer.text()], path).toEqual([404, bytes])
  }
  expect(await runRow(company, runId)).toMatchObject({ waiting: 1, cancelledAt: null })
  // Its id, posted by another company, is a run of that company's own.
  const answer = await ask('/invitations', { cookie: stranger, form: { run: runId, all: 'yes' } })
  expect(answer.headers.get('Location')).toBe('/invitations/new?all=yes')
})
