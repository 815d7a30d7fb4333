import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#src/ids.ts'
import { renderMail, type StoredMail } from '#src/mail/render.tsx'
import { askPortal, withoutQueue } from '#test/asking.ts'
import { makeCast, type Person, signedInAs, signedInStaff } from '#test/cast.ts'
import { allowReturns, day, type Field, makeGoods, makeReturn, postPortal, postStaff, requestsOf } from './returning.ts'

/** Returns on, order history off: items alone, by the day they came. No order's number, total or link anywhere. */

let ada: Person
let cookie: string
beforeEach(async () => {
  const cast = await makeCast()
  ada = cast.ada
  cookie = (await signedInAs(ada)).cookie
  await allowReturns(ada.company, { orderHistory: false })
})
const TOTAL = 987_654
const page = async (path: string) => {
  const answer = await askPortal(ada, path, { cookie })
  expect([path, answer.status]).toEqual([path, 200])
  return answer.text()
}
const hides = (text: string, numbers: string[]) => {
  for (const number of numbers) expect(text).not.toContain(number)
  expect(text).not.toMatch(/9,876\.54|\/orders\//)
}

describe('with order history off', () => {
  it('goods are chosen by the day they came, from all orders of that day, up to the mail', async () => {
    const same = { deliveredOn: day(2), total: TOTAL }
    const one = await makeGoods(ada, [{ description: 'Lamp' }], same)
    const two = await makeGoods(ada, [{ description: 'Shade' }], same)
    const other = await makeGoods(ada, [{ description: 'Cable' }], { deliveredOn: null, shippedOn: day(3), total: TOTAL })
    const late = await makeGoods(ada, [{ description: 'Ancient' }], { deliveredOn: day(31), shippedOn: day(32), total: TOTAL })
    const numbers = [one, two, other, late].map(({ number }) => number)
    const choice = await page('/returns/new')
    hides(choice, numbers)
    expect([...choice.matchAll(/href="\/portal\/returns\/new\?day=([\d-]+)"/g)].map(([, when]) => when)).toEqual([day(2), day(3)])
    expect(choice).toContain('Lamp')
    expect(choice).not.toContain('Ancient')
    const items = await page(`/returns/new?day=${day(2)}`)
    hides(items, numbers)
    expect([items.includes('Lamp'), items.includes('Shade'), items.includes('Cable')]).toEqual([true, true, false])
    // Not by an order, and not by a day on which nothing came.
    for (const path of [`/returns/new?order=${one.orderId}`, `/returns/new?day=${day(9)}`, `/returns/new?day=${day(31)}`])
      expect([path, (await askPortal(ada, path, { cookie })).status]).toEqual([path, 404])
    const id = newId()
    const fields: Field[] = [
      ['id', id],
      ['day', day(2)],
      ...[one, two].flatMap(({ orderId }): Field[] => [
        ['line', `${orderId}.1`],
        [`quantity-${orderId}.1`, '1'],
        [`reason-${orderId}.1`, 'Damaged'],
      ]),
    ]
    const review = await postPortal(ada, '/returns/new/review', cookie, fields)
    expect(review.status).toBe(200)
    hides(await review.text(), numbers)
    expect((await postPortal(ada, '/returns', cookie, fields)).status).toBe(303)
    expect(await requestsOf(ada.company)).toHaveLength(1)
    for (const path of ['/returns', `/returns/${id}?submitted`]) hides(await page(path), numbers)
    const { results } = await env.DB.prepare(
      "SELECT tenant_id AS tenantId, id, kind, to_email AS toEmail, data, template_version AS templateVersion, key_id AS keyId FROM outbox WHERE tenant_id = ? AND kind = 'return-changed'",
    )
      .bind(ada.company.tenantId)
      .all<StoredMail>()
    expect(results).toHaveLength(1)
    for (const mail of results) {
      const { subject, text, html } = await renderMail(env, mail)
      expect(text).toContain('Lamp')
      hides(subject + text + html, numbers)
    }
  })

  it('a decision’s page and mail hide them too', async () => {
    const made = await makeReturn(ada)
    const sam = (await signedInStaff(ada.company)).cookie
    await postStaff(`/returns/${made.id}/approve`, sam, { [`approve-${made.key}`]: '2' }, withoutQueue)
    hides(await page(`/returns/${made.id}`), [made.orderNumber])
    const data = await env.DB.prepare("SELECT data FROM outbox WHERE tenant_id = ? AND kind = 'return-changed'")
      .bind(ada.company.tenantId)
      .first<string>('data')
    expect(data).not.toContain(made.orderNumber)
    // Once it is on again, the number is there.
    await allowReturns(ada.company, { orderHistory: true })
    expect(await page(`/returns/${made.id}`)).toContain(made.orderNumber)
  })
})
