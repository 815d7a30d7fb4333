import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { RETURN_STATES, type ReturnState } from '#src/db/schema/returns.ts'
import type { Env } from '#src/env.ts'
import { RETURN_ACTIONS, type ReturnAction } from '#src/returns/states.ts'
import { askPortal, askStaff, withoutQueue } from '#test/asking.ts'
import { makeCast, makeClient, type Person, signedInAs, signedInStaff } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import { allowReturns, type Field, linesOf, mailsOf, makeColleague, makeReturn, postPortal, postStaff, requestsOf, storyOf } from './returning.ts'

/** What each action makes of each state, by hand: what is not here can't be done. */
const COMES: Record<ReturnAction, Partial<Record<ReturnState, ReturnState>>> = {
  answer: { 'needs-information': 'submitted' },
  withdraw: { submitted: 'withdrawn', 'needs-information': 'withdrawn' },
  ask: { submitted: 'needs-information' },
  resume: { 'needs-information': 'submitted' },
  approve: { submitted: 'approved' },
  'approve-in-part': { submitted: 'partly-approved' },
  reject: { submitted: 'rejected' },
  receive: { approved: 'received', 'partly-approved': 'received' },
  close: { received: 'closed' },
}
const BY: Record<ReturnAction, 'client' | 'staff'> = {
  answer: 'client',
  withdraw: 'client',
  ask: 'staff',
  resume: 'staff',
  approve: 'staff',
  'approve-in-part': 'staff',
  reject: 'staff',
  receive: 'staff',
  close: 'staff',
}
type Made = Awaited<ReturnType<typeof makeReturn>>
const FORMS: Record<ReturnAction, (made: Made) => Record<string, string>> = {
  answer: () => ({ answer: 'Here it is.' }),
  withdraw: () => ({ x: '' }),
  ask: () => ({ question: 'Which label?' }),
  resume: () => ({ x: '' }),
  approve: ({ key }) => ({ [`approve-${key}`]: '2' }),
  'approve-in-part': ({ key }) => ({ [`approve-${key}`]: '1' }),
  reject: () => ({ reason: 'Made to order.' }),
  receive: ({ key }) => ({ [`receive-${key}`]: '1', [`condition-${key}`]: 'opened' }),
  close: () => ({ outcome: 'credit', creditNote: 'CN-7' }),
}
const EVENTS: Record<ReturnAction, string> = {
  answer: 'return-answered',
  withdraw: 'return-withdrawn',
  ask: 'return-question',
  resume: 'return-resumed',
  approve: 'return-approved',
  'approve-in-part': 'return-partly-approved',
  reject: 'return-rejected',
  receive: 'return-received',
  close: 'return-closed',
}
/** Whom each tells by mail. */
const TELLS: Record<ReturnAction, string[]> = {
  answer: ['staff-return'],
  withdraw: ['staff-return'],
  ask: ['return-changed'],
  resume: [],
  approve: ['return-changed'],
  'approve-in-part': ['return-changed'],
  reject: ['return-changed'],
  receive: ['return-changed'],
  close: ['return-changed'],
}

let ada: Person
let ben: Person
let cleo: Person
const cookies = { ada: '', ben: '', cleo: '', sam: '', sue: '', viewer: '' }
beforeEach(async () => {
  const cast = await makeCast()
  ada = cast.ada
  ben = cast.ben
  cleo = cast.cleo
  for (const company of [cast.ours, cast.theirs]) await allowReturns(company)
  cookies.ada = (await signedInAs(ada)).cookie
  cookies.ben = (await signedInAs(ben)).cookie
  cookies.cleo = (await signedInAs(cleo)).cookie
  cookies.sam = (await signedInStaff(cast.ours)).cookie
  cookies.sue = (await signedInStaff(cast.theirs)).cookie
  cookies.viewer = (await makeColleague(cast.ours, 'Vi Viewer', 'viewer')).cookie
})

const pathOf = (action: ReturnAction, { id }: Made) => `/returns/${id}/${action === 'approve-in-part' ? 'approve' : action}`
const asClient = (action: ReturnAction, made: Made, person: Person, cookie: string, given: Env = withoutQueue) => {
  const form = FORMS[action](made)
  return action === 'withdraw'
    ? askPortal(person, pathOf(action, made), { cookie, form, env: given })
    : postPortal(person, pathOf(action, made), cookie, Object.entries(form) as Field[], given)
}
const asStaff = (action: ReturnAction, made: Made, cookie: string, given: Env = withoutQueue) =>
  postStaff(pathOf(action, made), cookie, FORMS[action](made), given)
const everything = async ({ id }: Made) => JSON.stringify([await requestsOf(ada.company), await linesOf(id), await storyOf(id), await mailsOf(ada.company)])

it('the table has every state and every action', () => {
  expect(Object.keys(COMES).sort()).toEqual([...RETURN_ACTIONS].sort())
  expect(new Set(Object.values(COMES).flatMap((row) => [...Object.keys(row), ...Object.values(row)]))).toEqual(new Set(RETURN_STATES))
})

describe.each(RETURN_STATES)('in the state %s', (state) => {
  it.each(RETURN_ACTIONS)('%s', async (action) => {
    const made = await makeReturn(ada, state)
    const before = await everything(made)
    // By everyone whose it is not: nothing there, or not theirs to do; and nothing is changed.
    const others: [string, Promise<Response>, number][] =
      BY[action] === 'client'
        ? [
            ['another client', asClient(action, made, ben, cookies.ben), 404],
            ['another company’s client', asClient(action, made, cleo, cookies.cleo), 404],
            ['staff', asStaff(action, made, cookies.sam), 404],
            ['nobody', asClient(action, made, ada, ''), 303],
          ]
        : [
            ['the client', asClient(action, made, ada, cookies.ada), 404],
            ['another company’s staff', asStaff(action, made, cookies.sue), 404],
            ['a viewer', asStaff(action, made, cookies.viewer), 403],
            ['nobody', asStaff(action, made, ''), 303],
          ]
    for (const [who, answer, status] of others) {
      expect([who, (await answer).status]).toEqual([who, status])
      expect([who, await everything(made)]).toEqual([who, before])
    }
    const answer = BY[action] === 'client' ? await asClient(action, made, ada, cookies.ada) : await asStaff(action, made, cookies.sam)
    const to = COMES[action][state]
    if (to === undefined) {
      // Withdrawn again is withdrawn.
      expect(answer.status).toBe(action === 'withdraw' && state === 'withdrawn' ? 303 : 409)
      expect(await everything(made)).toBe(before)
      return
    }
    expect(answer.status).toBe(303)
    expect((await requestsOf(ada.company))[0]?.state).toBe(to)
    expect((await storyOf(made.id)).map(({ event }) => event)).toEqual([EVENTS[action]])
    expect((await mailsOf(ada.company)).map(({ kind }) => kind)).toEqual(TELLS[action])
  })
})

describe('a decision', () => {
  it('says how much of each line, and the mail and the page say it too', async () => {
    await allowReturns(ada.company, { returnInstructions: '1. Pack it\n2. Send it to **us**' })
    const made = await makeReturn(ada)
    await asStaff('approve-in-part', made, cookies.sam)
    expect(await linesOf(made.id)).toMatchObject([{ quantity: 20_000, approved: 10_000 }])
    const [mail] = await mailsOf(ada.company)
    expect(JSON.parse(mail?.data ?? '')).toMatchObject({
      what: 'partly-approved',
      number: made.number,
      items: [{ quantity: 20_000, approved: 10_000 }],
      instructions: ['1. Pack it', '2. Send it to us'],
    })
    const page = await (await askPortal(ada, `/returns/${made.id}`, { cookie: cookies.ada })).text()
    expect(page).toContain('How to send it back')
    expect(page).toContain('<strong>us</strong>')
    expect(page).toContain('Approved in part')
    expect(page).toContain(`/portal/returns/${made.id}/slip.pdf`)
    await asStaff('receive', made, cookies.sam)
    expect(await linesOf(made.id)).toMatchObject([{ received: 10_000, condition: 'opened' }])
    // It has been sent: how to is said no more.
    expect(await (await askPortal(ada, `/returns/${made.id}`, { cookie: cookies.ada })).text()).not.toContain('How to send it back')
    await asStaff('close', made, cookies.sam)
    expect(await requestsOf(ada.company)).toMatchObject([{ state: 'closed', outcome: 'credit', credit_note: 'CN-7' }])
    expect((await storyOf(made.id)).at(-1)).toEqual({ event: 'return-closed', text: 'Credit, CN-7' })
  })

  it('a reason is needed, and shown to the client', async () => {
    const made = await makeReturn(ada)
    const empty = await postStaff(`/returns/${made.id}/reject`, cookies.sam, { reason: '  ' }, withoutQueue)
    expect(empty.status).toBe(422)
    expect(await empty.text()).toContain('Write why; the client sees it.')
    await asStaff('reject', made, cookies.sam)
    expect(await (await askPortal(ada, `/returns/${made.id}`, { cookie: cookies.ada })).text()).toContain('Made to order.')
  })

  it.each([
    ['approve', { value: '3' }, 'More than was asked for.'],
    ['approve', { value: 'x' }, 'Type how many; 0 for none.'],
    ['approve', { value: '0' }, 'Approve at least one item'],
  ] as const)('%s of %j is refused, with what was typed', async (action, { value }, words) => {
    const made = await makeReturn(ada)
    const before = await everything(made)
    const answer = await postStaff(pathOf(action, made), cookies.sam, { [`approve-${made.key}`]: value }, withoutQueue)
    expect(answer.status).toBe(422)
    const page = await answer.text()
    expect(page).toContain(words)
    expect(page).toContain(`value="${value}"`)
    expect(await everything(made)).toBe(before)
  })

  it('what came needs a condition, an end needs an outcome', async () => {
    const coming = await makeReturn(ada, 'approved')
    const uncertain = await postStaff(pathOf('receive', coming), cookies.sam, { [`receive-${coming.key}`]: '1' }, withoutQueue)
    expect([uncertain.status, (await uncertain.text()).includes('Choose in which condition.')]).toEqual([422, true])
    const none = await postStaff(pathOf('receive', coming), cookies.sam, { [`receive-${coming.key}`]: '0' }, withoutQueue)
    expect(none.status).toBe(303)
    const open = await postStaff(pathOf('close', coming), cookies.sam, { outcome: 'gift' }, withoutQueue)
    expect([open.status, (await open.text()).includes('Choose what came of it.')]).toEqual([422, true])
  })

  it('of two at once one wins, and the other is told by whom it was decided', async () => {
    const mo = await makeColleague(ada.company, 'Mo Member')
    for (let round = 0; round < 4; round++) {
      const made = await makeReturn(ada)
      const far = farAway(withoutQueue)
      const answers = await Promise.all([
        asStaff('approve', made, cookies.sam, far),
        asStaff('reject', made, mo.cookie, far),
        asClient('withdraw', made, ada, cookies.ada, far),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409])
      const story = await storyOf(made.id)
      expect(story).toHaveLength(1)
      const said = {
        'return-approved': 'Staff of Oursupply approved it',
        'return-rejected': 'Mo Member rejected it',
        'return-withdrawn': 'Person of Adaworks withdrew it',
      }
      for (const [i, answer] of answers.entries())
        if (answer.status === 409)
          expect(await answer.text()).toContain(i === 2 ? 'It has moved on in the meantime' : said[story[0]?.event as keyof typeof said])
    }
  })

  it('a second click finds it done', async () => {
    const made = await makeReturn(ada)
    const answers = await Promise.all([1, 2, 3].map(() => asStaff('approve', made, cookies.sam, farAway(withoutQueue))))
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    expect(await storyOf(made.id)).toHaveLength(1)
    expect(await mailsOf(ada.company)).toHaveLength(1)
  })

  it('of staff whose role ended is none', async () => {
    const made = await makeReturn(ada)
    const mo = await makeColleague(ada.company, 'Mo Member')
    const answer = asStaff('approve', made, mo.cookie, farAway(withoutQueue, 100))
    await scheduler.wait(150)
    await env.DB.prepare("UPDATE memberships SET role = 'viewer' WHERE staff_id = ?").bind(mo.staffId).run()
    expect((await answer).status).toBe(403)
    expect((await requestsOf(ada.company))[0]?.state).toBe('submitted')
  })
})

describe('with returns switched off', () => {
  it('nothing can be done by the client, and all is there when they are on again', async () => {
    const made = await makeReturn(ada, 'needs-information')
    const before = await everything(made)
    await allowReturns(ada.company, { requestReturns: false })
    for (const action of ['answer', 'withdraw'] as const) expect((await asClient(action, made, ada, cookies.ada)).status).toBe(404)
    for (const path of ['/returns', '/returns/new', `/returns/${made.id}`, `/returns/${made.id}/slip.pdf`])
      expect((await askPortal(ada, path, { cookie: cookies.ada })).status).toBe(404)
    expect(await everything(made)).toBe(before)
    // Staff go on with what there is.
    expect((await askStaff(`/returns/${made.id}`, { cookie: cookies.sam })).status).toBe(200)
    await allowReturns(ada.company)
    expect((await asClient('answer', made, ada, cookies.ada)).status).toBe(303)
  })

  it('switched off in the very moment, an answer is not taken', async () => {
    const made = await makeReturn(ada, 'needs-information')
    const answer = asClient('withdraw', made, ada, cookies.ada, farAway(withoutQueue, 100))
    await scheduler.wait(150)
    await allowReturns(ada.company, { requestReturns: false })
    expect((await answer).status).toBe(404)
    expect((await requestsOf(ada.company))[0]?.state).toBe('needs-information')
  })
})

describe('what staff see', () => {
  it('the badge, the filters, the client’s other returns and what stands around', async () => {
    const first = await makeReturn(ada)
    const second = await makeReturn(ben, 'rejected')
    const old = await makeReturn(ada, 'closed')
    await env.DB.prepare('UPDATE return_requests SET created_at = ? WHERE id = ?')
      .bind(Date.now() - 8 * 86_400_000, old.id)
      .run()
    const numbers = async (query: string) => {
      const page = await (await askStaff(`/returns${query}`, { cookie: cookies.sam })).text()
      return [...page.matchAll(/<td class="name"><a href="[^"]*">(RET-\d+)/g)].map(([, number]) => number)
    }
    expect(await numbers('')).toEqual([second.number, first.number, old.number])
    expect(await numbers('?state=submitted')).toEqual([first.number])
    expect(await numbers('?age=7')).toEqual([old.number])
    expect(await numbers(`?client=${ada.clientId}`)).toEqual([first.number, old.number])
    expect(await numbers('?q=benb')).toEqual([second.number])
    expect(await numbers(`?q=${first.number}`)).toEqual([first.number])
    expect(await numbers('?q=1')).toEqual([first.number])
    expect(await numbers('?q=nobody')).toEqual([])
    const page = await (await askStaff('/clients', { cookie: cookies.sam })).text()
    expect(page).toMatch(/class="count">1<span class="hide"> to decide/)
    const shown = await (await askStaff(`/returns/${first.id}`, { cookie: cookies.sam })).text()
    expect(shown).toContain(old.number)
    expect(shown).not.toContain(second.number)
    expect(shown).toContain('110.11')
  })

  it('lists by pages, newest first, each once', async () => {
    const other = await makeClient(ada.company, 'Manyworks')
    for (let i = 0; i < 52; i++) await makeReturn(other)
    // All in one millisecond, so that ties are cut too.
    await env.DB.prepare('UPDATE return_requests SET created_at = 1 WHERE client_id = ?').bind(other.clientId).run()
    const seen: string[] = []
    for (let path: string | undefined = '/returns'; path; ) {
      const page: string = await (await askStaff(path, { cookie: cookies.sam })).text()
      seen.push(...[...page.matchAll(/<td class="name"><a href="[^"]*">(RET-\d+)/g)].map(([, number]) => number ?? ''))
      path = /href="([^"]*)"[^>]*rel="next"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(seen).toHaveLength(52)
    expect(new Set(seen).size).toBe(52)
  })
})
