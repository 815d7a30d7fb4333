import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { askPortal, countingD1, withoutQueue } from '#test/asking.ts'
import { makeCast, type Person, signedInAs } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import { naiveSubmit } from './naive-submit.ts'
import { allowReturns, day, type Field, linesOf, mailsOf, makeColleague, makeGoods, makeReturn, postPortal, requestsOf, storyOf, wish } from './returning.ts'

let ada: Person
let ben: Person
let cleo: Person
let cookie: string
beforeEach(async () => {
  const cast = await makeCast()
  ada = cast.ada
  ben = cast.ben
  cleo = cast.cleo
  cookie = (await signedInAs(ada)).cookie
  await allowReturns(ada.company)
})
const submit = (fields: Field[], given: Env = withoutQueue) => postPortal(ada, '/returns', cookie, fields, given)
const page = async (path: string) => (await askPortal(ada, path, { cookie })).text()

describe('a request', () => {
  it('is made with its lines, its entry, a mail to its person and one to each of the staff who want it', async () => {
    await makeColleague(ada.company, 'Mo Member')
    await makeColleague(ada.company, 'Vi Viewer', 'viewer')
    const silent = await makeColleague(ada.company, 'Si Silent')
    await env.DB.prepare('UPDATE memberships SET return_mails = 0 WHERE staff_id = ?').bind(silent.staffId).run()
    const { orderId, number } = await makeGoods(ada, [{}, { description: 'Cable', quantity: 375_000 }])
    const id = newId()
    const answer = await submit(
      wish(
        orderId,
        [
          [1, '2'],
          [2, '12,5', 'Wrong item'],
        ],
        id,
        [['note', ' Two are cracked.\r\n\r\nSorry. ']],
      ),
    )
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, `/portal/returns/${id}?submitted`])
    expect(await requestsOf(ada.company)).toMatchObject([{ id, number: 'RET-000001', state: 'submitted', note: 'Two are cracked.\n\nSorry.' }])
    expect(await linesOf(id)).toMatchObject([
      { position: 1, quantity: 20_000, approved: null, reason: 'Damaged' },
      { position: 2, quantity: 125_000, approved: null, reason: 'Wrong item' },
    ])
    expect(await storyOf(id)).toEqual([{ event: 'return-submitted', text: 'Two are cracked.\n\nSorry.' }])
    const mails = await mailsOf(ada.company)
    expect(mails.map(({ kind }) => kind).sort()).toEqual(['return-changed', 'staff-return', 'staff-return'])
    expect(mails.find(({ kind }) => kind === 'return-changed')?.to_email).toBe(ada.email)
    for (const { data } of mails) expect(JSON.parse(data)).toMatchObject({ number: 'RET-000001', returnId: id, orders: [number], what: 'submitted' })
    const shown = await page(`/returns/${id}?submitted`)
    expect(shown).toContain('Return RET-000001')
    expect(shown).toContain('was sent')
    expect(shown).toContain(number)
    expect(await page('/returns')).toContain('RET-000001')
  })

  it('that is sent twice, at once or again, is one', async () => {
    const { orderId } = await makeGoods(ada, [{}])
    const form = wish(orderId, [[1, '2']])
    const at = await Promise.all([1, 2, 3].map(() => submit(form, farAway(withoutQueue))))
    const again = await submit(form)
    // Changed after Back: the number is taken, and what was sent stands.
    const changed = await submit(wish(orderId, [[1, '3']], String(form[0]?.[1])))
    const location = `/portal/returns/${form[0]?.[1]}?submitted`
    expect([...at, again, changed].map((answer) => [answer.status, answer.headers.get('Location')])).toEqual(Array(5).fill([303, location]))
    expect(await requestsOf(ada.company)).toHaveLength(1)
    expect(await linesOf(String(form[0]?.[1]))).toMatchObject([{ quantity: 20_000 }])
    expect(await storyOf(String(form[0]?.[1]))).toHaveLength(1)
    expect(await mailsOf(ada.company)).toHaveLength(2)
  })

  it('counts up in its own company, and costs two trips', async () => {
    await allowReturns(cleo.company)
    const goods = await makeGoods(ada, [{}])
    const theirs = await makeGoods(cleo, [{}])
    await submit(wish(goods.orderId, [[1, '1']]))
    const counted = countingD1(env.DB)
    await submit(wish(goods.orderId, [[1, '1']]), { ...withoutQueue, DB: counted.d1 })
    expect(counted.calls()).toBe(2)
    await postPortal(cleo, '/returns', (await signedInAs(cleo)).cookie, wish(theirs.orderId, [[1, '1']]))
    expect((await requestsOf(ada.company)).map(({ number }) => number)).toEqual(['RET-000001', 'RET-000002'])
    expect((await requestsOf(cleo.company)).map(({ number }) => number)).toEqual(['RET-000001'])
  })
})

describe('what can’t be asked for', () => {
  const REASONS: Record<string, [fields: (orderId: string) => Field[], words: string]> = {
    nothing: [(orderId) => wish(orderId, []), 'Choose at least one item.'],
    'none of it': [(orderId) => wish(orderId, [[1, '0']]), 'Type how many: 1 or more.'],
    'less than none': [(orderId) => wish(orderId, [[1, '-1']]), 'Type how many: 1 or more.'],
    'a half of what is whole': [(orderId) => wish(orderId, [[1, '1.5']]), 'Type a whole number.'],
    'too many': [(orderId) => wish(orderId, [[1, '6']]), 'Only 5 of it can be returned.'],
    'far too many': [(orderId) => wish(orderId, [[1, '1000000000']]), 'Type how many: 1 or more.'],
    words: [(orderId) => wish(orderId, [[1, 'two']]), 'Type how many: 1 or more.'],
    'without a reason': [(orderId) => wish(orderId, [[1, '1', '']]), 'Choose a reason.'],
    'for a reason of one’s own': [(orderId) => wish(orderId, [[1, '1', 'Because']]), 'Choose a reason.'],
    freight: [(orderId) => wish(orderId, [[2, '1']]), 'This can’t be returned any more.'],
    'a discount': [(orderId) => wish(orderId, [[3, '1']]), 'This can’t be returned any more.'],
    'a line that is not there': [(orderId) => wish(orderId, [[9, '1']]), 'This can’t be returned any more.'],
    // Added up first: three and three of five.
    'the same line twice': [
      (orderId) => [...wish(orderId, [[1, '3']]), ['line', `${orderId}.1`], [`quantity-${orderId}.1`, '3']],
      'Only 5 of it can be returned.',
    ],
    'a note too long': [(orderId) => wish(orderId, [[1, '1']], newId(), [['note', 'x'.repeat(2001)]]), 'That has 2001 characters.'],
  }
  it.each(Object.entries(REASONS))('%s: 422, said beside the field, and nothing is made', async (_, [fields, words]) => {
    const { orderId } = await makeGoods(ada, [
      {},
      { description: 'Freight to door' },
      { description: 'Rebate', quantity: 10_000, unitPrice: -5, lineTotal: -5 },
    ])
    for (const path of ['/returns', '/returns/new/review']) {
      const answer = await postPortal(ada, path, cookie, fields(orderId))
      expect([path, answer.status]).toEqual([path, 422])
      expect(await answer.text()).toContain(words)
    }
    expect(await requestsOf(ada.company)).toEqual([])
    expect(await mailsOf(ada.company)).toEqual([])
  })

  it('what is somebody else’s answers as if it were not there', async () => {
    await allowReturns(cleo.company)
    const own = await makeGoods(ada, [{}])
    for (const other of [ben, cleo]) {
      const { orderId } = await makeGoods(other, [{}])
      expect((await submit(wish(orderId, [[1, '1']]))).status).toBe(404)
      expect((await askPortal(ada, `/returns/new?order=${orderId}`, { cookie })).status).toBe(404)
      // Another's line in a form about one's own order.
      const mixed: Field[] = [...wish(own.orderId, []), ['line', `${orderId}.1`], [`quantity-${orderId}.1`, '1'], [`reason-${orderId}.1`, 'Damaged']]
      expect((await submit(mixed)).status).toBe(422)
    }
    expect(await requestsOf(ada.company)).toEqual([])
  })

  it('no form at all is none', async () => {
    expect((await submit([['x', '1']])).status).toBe(415)
    expect((await askPortal(ada, '/returns', { cookie, form: { id: newId() } })).status).toBe(415)
  })

  it('an order says why: not shipped, cancelled, too late, all of it asked for', async () => {
    const open = await makeGoods(ada, [{}])
    const cases: [Awaited<ReturnType<typeof makeGoods>>, string][] = [
      [await makeGoods(ada, [{}], { status: 'confirmed', shippedOn: null, deliveredOn: null }), 'Not shipped yet'],
      [await makeGoods(ada, [{}], { status: 'cancelled' }), 'Cancelled'],
      [await makeGoods(ada, [{}], { shippedOn: day(31) }), 'Could be returned until'],
      [await makeGoods(ada, [{}], { shippedOn: null, orderDate: day(31) }), 'Could be returned until'],
    ]
    const all = await makeGoods(ada, [{}])
    await submit(wish(all.orderId, [[1, '5']]))
    cases.push([all, 'All of it was asked for already'])
    const choice = await page('/returns/new')
    expect(choice).toContain(`href="/portal/returns/new?order=${open.orderId}"`)
    for (const [{ orderId, number }, words] of cases) {
      expect(choice).not.toContain(`order=${orderId}`)
      expect(choice.slice(choice.indexOf(number))).toMatch(new RegExp(`^${number}</b>\\s*<small>[^<]*${words}`))
      const answer = await submit(wish(orderId, [[1, '1']]))
      expect([number, answer.status]).toEqual([number, 422])
    }
    expect(await requestsOf(ada.company)).toHaveLength(1)
  })

  it('the window is the company’s, to its last day', async () => {
    const [last, over] = [await makeGoods(ada, [{}], { shippedOn: day(10) }), await makeGoods(ada, [{}], { shippedOn: day(11) })]
    await allowReturns(ada.company, { returnWindow: 10 })
    expect((await submit(wish(over.orderId, [[1, '1']]))).status).toBe(422)
    expect((await submit(wish(last.orderId, [[1, '1']]))).status).toBe(303)
  })

  it('what the company takes back of nobody, by SKU or by the beginning of its name', async () => {
    await allowReturns(ada.company, { notReturnable: '["cbl-010","Cut to *"]' })
    const { orderId } = await makeGoods(ada, [{ sku: 'CBL-010' }, { description: 'cut to length cable' }, { description: 'Uncut to length' }])
    for (const position of [1, 2]) expect((await submit(wish(orderId, [[position, '1']]))).status).toBe(422)
    expect((await submit(wish(orderId, [[3, '1']]))).status).toBe(303)
  })
})

describe('what is held', () => {
  it('by each state: what was asked for, what was approved, or nothing', async () => {
    const HELD = { submitted: 2, 'needs-information': 2, approved: 2, 'partly-approved': 1, received: 2, closed: 2, rejected: 0, withdrawn: 0 } as const
    for (const [state, held] of Object.entries(HELD)) {
      const { orderId } = await makeReturn(ada, state as keyof typeof HELD)
      const tooMany = await submit(wish(orderId, [[1, String(6 - held)]]))
      expect([state, tooMany.status]).toEqual([state, 422])
      const rest = await submit(wish(orderId, [[1, String(5 - held)]]))
      expect([state, rest.status]).toEqual([state, 303])
    }
  })
})

/** How many of an order's first line the requests hold that stand. */
const heldOf = async (orderId: string) =>
  await env.DB.prepare(
    "SELECT count(*) AS requests, coalesce(sum(l.quantity), 0) AS held FROM return_lines l JOIN return_requests r ON r.id = l.return_id WHERE l.order_id = ? AND r.state NOT IN ('rejected', 'withdrawn')",
  )
    .bind(orderId)
    .first<{ requests: number; held: number }>()

describe('forty at once', () => {
  it('for the last one: exactly one request holds it, and the others are told', async () => {
    const { orderId } = await makeGoods(ada, [{ quantity: 10_000 }])
    const answers = await Promise.all(Array.from({ length: 40 }, () => submit(wish(orderId, [[1, '1']]), farAway(withoutQueue))))
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303, 409]))
    expect(await heldOf(orderId)).toEqual({ requests: 1, held: 10_000 })
    const requests = await requestsOf(ada.company)
    expect(requests).toHaveLength(1)
    expect(await linesOf(requests[0]?.id ?? '')).toHaveLength(1)
    expect(await mailsOf(ada.company)).toHaveLength(2)
  })

  it('for three of five: one', async () => {
    const { orderId } = await makeGoods(ada, [{}])
    const answers = await Promise.all(Array.from({ length: 40 }, () => submit(wish(orderId, [[1, '3']]), farAway(withoutQueue))))
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(await heldOf(orderId)).toEqual({ requests: 1, held: 30_000 })
    // What is rejected is free again.
    await env.DB.prepare("UPDATE return_requests SET state = 'rejected' WHERE tenant_id = ?").bind(ada.company.tenantId).run()
    expect((await submit(wish(orderId, [[1, '3']]))).status).toBe(303)
  })

  it('the naive version gives the last one away many times, and is right one after another', async () => {
    const one = await makeGoods(ada, [{ quantity: 10_000 }])
    const results = await Promise.all(Array.from({ length: 40 }, (_, i) => naiveSubmit(farAway(), ada, one.orderId, 10_000, i + 1)))
    expect(results.filter(Boolean).length).toBeGreaterThan(1)
    expect((await heldOf(one.orderId))?.held).toBeGreaterThan(10_000)
    const another = await makeGoods(ada, [{ quantity: 10_000 }])
    expect([await naiveSubmit(env, ada, another.orderId, 10_000, 101), await naiveSubmit(env, ada, another.orderId, 10_000, 102)]).toEqual([true, false])
  })

  it('a rule that changes in the very moment is asked once more', async () => {
    const { orderId } = await makeGoods(ada, [{}])
    const answer = submit(wish(orderId, [[1, '1']]), farAway(withoutQueue, 100))
    await scheduler.wait(120)
    await allowReturns(ada.company, { returnsVersion: 2 })
    expect((await answer).status).toBe(409)
    expect(await requestsOf(ada.company)).toEqual([])
  })
})
