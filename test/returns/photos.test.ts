import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { askPortal, askStaff, withoutQueue } from '#test/asking.ts'
import { makeCast, type Person, signedInAs, signedInStaff } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import { chunk, FOREIGN, joined, png } from '#test/pictures/make.ts'
import { pictureAs, textOf } from '#test/pictures/other-kinds.ts'
import { allowReturns, type Field, makeGoods, makePhoto, makeReturn, postPortal, requestsOf, wish } from './returning.ts'

let ada: Person
let ben: Person
let cleo: Person
const cookies = { ada: '', ben: '', cleo: '', sam: '', sue: '' }
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
})

/** Pictures that differ, so that each is one of its own. */
const picture = (n: number) => ({ name: `p${n}.png`, bytes: png({ width: 10 + n, height: 10 }) })
const photosOf = async (returnId: string) =>
  (
    await env.DB.prepare('SELECT id, sent_at FROM return_photos WHERE return_id = ? ORDER BY created_at, id')
      .bind(returnId)
      .all<{ id: string; sent_at: number | null }>()
  ).results
const filesOf = async (returnId: string) =>
  (await env.FILES.list({ prefix: `tenants/${ada.company.tenantId}/returns/${returnId}/` })).objects.map(({ key }) => key)
const review = (fields: Field[], given: Env = withoutQueue) => postPortal(ada, '/returns/new/review', cookies.ada, fields, given)
const photo = (person: Person, cookie: string, returnId: string, id: string) => askPortal(person, `/returns/${returnId}/photos/${id}`, { cookie })

describe('a photo', () => {
  it('is put by with the form, shown on its review, sent with the request, and a JPEG with nothing beside it', async () => {
    const { orderId } = await makeGoods(ada, [{}])
    const id = newId()
    const noted = png({ width: 30, height: 20 }, chunk('tEXt', joined('Comment', [0], 'taken at the canary wharf')))
    const answer = await review([...wish(orderId, [[1, '1']], id), ['photos', { name: 'a.png', bytes: noted }]])
    expect(answer.status).toBe(200)
    const [put] = await photosOf(id)
    expect(put?.sent_at).toBeNull()
    expect(await answer.text()).toContain(`/portal/returns/${id}/photos/${put?.id}`)
    // Staff see none before it is sent.
    expect((await askStaff(`/returns/${id}/photos/${put?.id}`, { cookie: cookies.sam })).status).toBe(404)
    await postPortal(ada, '/returns', cookies.ada, wish(orderId, [[1, '1']], id))
    expect((await photosOf(id))[0]?.sent_at).not.toBeNull()
    const seen = await askStaff(`/returns/${id}/photos/${put?.id}`, { cookie: cookies.sam })
    expect([seen.status, seen.headers.get('Content-Type'), seen.headers.get('Cache-Control')]).toEqual([200, 'image/jpeg', 'private, no-store'])
    expect(seen.headers.get('Content-Security-Policy')).toContain('sandbox')
    const text = textOf(new Uint8Array(await seen.arrayBuffer()))
    expect([text.startsWith('ÿØÿ'), text.includes('canary')]).toEqual([true, false])
    expect(await (await askStaff(`/returns/${id}`, { cookie: cookies.sam })).text()).toContain(`/returns/${id}/photos/${put?.id}`)
  })

  it('that was put by for an answer and not sent is not for staff', async () => {
    const { id } = await makeReturn(ada, 'needs-information')
    const photoId = await makePhoto(ada, id, picture(1).bytes, false)
    expect((await askStaff(`/returns/${id}/photos/${photoId}`, { cookie: cookies.sam })).status).toBe(404)
    expect((await photo(ada, cookies.ada, id, photoId)).status).toBe(200)
  })

  it('answers 404 to another client, another company, their staff and whoever is signed out', async () => {
    const { id } = await makeReturn(ada)
    const photoId = await makePhoto(ada, id, await pictureAs('image/jpeg', png({ width: 10, height: 10 })))
    expect((await photo(ada, cookies.ada, id, photoId)).status).toBe(200)
    expect((await askStaff(`/returns/${id}/photos/${photoId}`, { cookie: cookies.sam })).status).toBe(200)
    const own = { ben: (await makeReturn(ben)).id, cleo: (await makeReturn(cleo)).id }
    for (const returnId of [id, own.ben]) expect((await photo(ben, cookies.ben, returnId, photoId)).status).toBe(404)
    for (const returnId of [id, own.cleo]) expect((await photo(cleo, cookies.cleo, returnId, photoId)).status).toBe(404)
    expect((await askStaff(`/returns/${id}/photos/${photoId}`, { cookie: cookies.sue })).status).toBe(404)
    // Under another request of its own, too.
    const other = await makeReturn(ada)
    expect((await photo(ada, cookies.ada, other.id, photoId)).status).toBe(404)
    expect((await askStaff(`/returns/${other.id}/photos/${photoId}`, { cookie: cookies.sam })).status).toBe(404)
    for (const visitor of [await photo(ada, '', id, photoId), await askStaff(`/returns/${id}/photos/${photoId}`)]) {
      expect(visitor.status).toBe(303)
      expect(visitor.headers.get('Location')).toContain('/sign-in')
    }
    await allowReturns(ada.company, { requestReturns: false })
    expect((await photo(ada, cookies.ada, id, photoId)).status).toBe(404)
  })

  it('the same one twice is one; five is the most, however they come; one can be taken away', async () => {
    const { orderId } = await makeGoods(ada, [{}])
    const id = newId()
    const form = (...photos: Field[]) => review([...wish(orderId, [[1, '1']], id), ...photos])
    await Promise.all([form(['photos', picture(1)]), form(['photos', picture(1)])])
    expect(await photosOf(id)).toHaveLength(1)
    const far = farAway(withoutQueue)
    await Promise.all([2, 3, 4, 5, 6, 7, 8].map((n) => review([...wish(orderId, [[1, '1']], id), ['photos', picture(n)]], far)))
    expect(await photosOf(id)).toHaveLength(5)
    expect(await filesOf(id)).toHaveLength(5)
    const tooMany = await form(['photos', picture(9)])
    expect([tooMany.status, (await tooMany.text()).includes('a request has at most 5')]).toEqual([422, true])
    const [first] = await photosOf(id)
    expect((await form(['remove-photo', first?.id ?? ''], ['photos', picture(9)])).status).toBe(200)
    expect(await photosOf(id)).toHaveLength(5)
    expect((await photosOf(id)).some((each) => each.id === first?.id)).toBe(false)
    expect(await filesOf(id)).toHaveLength(5)
  })

  it('that is none is refused with a sentence, and what was typed stays', async () => {
    const { orderId } = await makeGoods(ada, [{}])
    for (const [name, [bytes]] of Object.entries(FOREIGN)) {
      const answer = await review([...wish(orderId, [[1, '2', 'Wrong item']], newId(), [['note', 'kept as typed']]), ['photos', { name: 'x', bytes }]])
      // A browser sends an empty file when none was chosen.
      expect([name, answer.status]).toEqual([name, bytes.length === 0 ? 200 : 422])
      const page = await answer.text()
      expect(page).toContain('kept as typed')
      if (bytes.length > 0) expect(page).toMatch(/id="photos-why">[^<]+/)
    }
    const large = await review([...wish(orderId, [[1, '1']]), ['photos', { name: 'x.png', bytes: new Uint8Array(8 * 1024 * 1024 + 1) }]])
    expect([large.status, (await large.text()).includes('larger than 8 MB')]).toEqual([422, true])
    expect(await requestsOf(ada.company)).toEqual([])
  })

  it('comes with an answer, up to five of the request in all', async () => {
    const { id } = await makeReturn(ada, 'needs-information')
    for (let n = 0; n < 4; n++) await makePhoto(ada, id, picture(n).bytes)
    const send = (...photos: Field[]) => postPortal(ada, `/returns/${id}/answer`, cookies.ada, [['answer', 'Here they are.'], ...photos])
    const tooMany = await send(['photos', picture(21)], ['photos', picture(22)])
    expect(tooMany.status).toBe(422)
    expect(await tooMany.text()).toContain('Here they are.')
    // The one that had room is put by, and goes with the next answer.
    expect((await send()).status).toBe(303)
    expect((await photosOf(id)).filter(({ sent_at }) => sent_at !== null)).toHaveLength(5)
  })

  it('of a form that was never sent is forgotten after a day, its file included', async () => {
    const { orderId } = await makeGoods(ada, [{}])
    const [stale, sent] = [newId(), (await makeReturn(ada)).id]
    await makePhoto(ada, stale, picture(1).bytes, false)
    await makePhoto(ada, sent, picture(2).bytes)
    await env.DB.prepare('UPDATE return_photos SET created_at = ? WHERE client_id = ?')
      .bind(Date.now() - 25 * 3_600_000, ada.clientId)
      .run()
    await review(wish(orderId, [[1, '1']]))
    expect([await photosOf(stale), await filesOf(stale)]).toEqual([[], []])
    expect([(await photosOf(sent)).length, (await filesOf(sent)).length]).toEqual([1, 1])
  })
})
