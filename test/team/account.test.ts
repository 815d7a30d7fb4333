import { beforeAll, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '#src/dates.ts'
import { newId } from '#src/ids.ts'
import { noting } from '#test/access/passwords.ts'
import { unhurried } from '#test/access/stage.ts'
import { askStaff, cookieOf } from '#test/asking.ts'
import { type Company, hashOfPassword, makeCompany, PASSWORD, signedInStaff } from '#test/cast.ts'
import { withBatch } from '#test/far-away.ts'
import { change, forgot, invite, join, joined, linkOf, mailsTo, NEW_PASSWORD, newAddress, setPassword, signIn } from './hands.ts'

let [company, elsewhere]: Company[] = []
beforeAll(async () => {
  await hashOfPassword()
  company = await makeCompany('Teamworks')
  elsewhere = await makeCompany('Elsewhere')
})
/** A member of both companies, of any role, with a session in each. */
const makeJo = async () => {
  if (!company || !elsewhere) throw new Error('no company')
  const jo = await joined(company, 'viewer')
  await join(elsewhere, jo.staffId, 'member')
  return { ...jo, company, abroad: await signedInStaff({ ...elsewhere, staffId: jo.staffId }) }
}
const post = (path: string, cookie: string, form: Record<string, string> = {}) => askStaff(path, { cookie, form, env: unhurried })
const isIn = async (cookie: string) => (await askStaff('/clients', { cookie })).status === 200

describe('Account', () => {
  it('changes the name, in every company', async () => {
    const jo = await makeJo()
    expect((await post('/account/name', jo.cookie, { name: '  Jo\u0000  Fern ' })).headers.get('Location')).toBe('/account?notice=name')
    expect(await (await askStaff('/account', { cookie: jo.abroad.cookie })).text()).toContain('value="Jo Fern"')
    const long = await post('/account/name', jo.cookie, { name: 'x'.repeat(101) })
    expect([long.status, (await long.text()).includes('That has 101 characters.')]).toEqual([422, true])
  })

  it('changes the password: every other sign-in ends, in every company, and a mail tells of it', async () => {
    const jo = await makeJo()
    const second = await signedInStaff({ ...jo.company, staffId: jo.staffId })
    const wrong = await post('/account/password', jo.cookie, { current: 'not it', password: NEW_PASSWORD })
    expect([wrong.status, (await wrong.text()).includes('That is not your current password.')]).toEqual([422, true])
    for (const [password, words] of [
      [PASSWORD, 'That is the password you have.'],
      ['short', 'Use at least'],
      ['teamworks elsewhere', 'Leave out'],
    ]) {
      const answer = await post('/account/password', jo.cookie, { current: PASSWORD, password: password ?? '' })
      expect([password, answer.status, (await answer.text()).includes(words ?? '')]).toEqual([password, 422, true])
    }
    expect(await mailsTo(jo.email)).toEqual([])
    const changed = await post('/account/password', jo.cookie, { current: PASSWORD, password: NEW_PASSWORD })
    expect(changed.headers.get('Location')).toBe('/account?notice=password')
    expect((await mailsTo(jo.email)).map(({ kind }) => kind)).toEqual(['staff-password-changed'])
    expect([await isIn(cookieOf(changed)), await isIn(jo.cookie), await isIn(second.cookie), await isIn(jo.abroad.cookie)]).toEqual([true, false, false, false])
    expect([(await signIn(jo.email, PASSWORD)).status, (await signIn(jo.email, NEW_PASSWORD)).status]).toEqual([422, 303])
  })

  it('lists sign-ins of every company, this one first, and ends one or all', async () => {
    const jo = await makeJo()
    const foreign = await makeJo()
    const page = await (await askStaff('/account', { cookie: jo.cookie })).text()
    expect(page.match(/Teamworks · in use now/g)?.length).toBe(1)
    expect(page).toContain('Elsewhere · ')
    expect((await post(`/account/sessions/${foreign.abroad.sessionId}/end`, jo.cookie)).status).toBe(404)
    expect(await isIn(foreign.abroad.cookie)).toBe(true)
    expect((await post(`/account/sessions/${jo.abroad.sessionId}/end`, jo.cookie)).headers.get('Location')).toBe('/account?notice=session')
    expect([await isIn(jo.abroad.cookie), await isIn(jo.cookie)]).toEqual([false, true])
    expect((await post('/account/sign-out-everywhere', jo.cookie)).headers.get('Location')).toBe('/sign-in?notice=signed-out-everywhere')
    expect(await isIn(jo.cookie)).toBe(false)
  })

  it('says where a sign-in came from', async () => {
    const jo = await makeJo()
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
    const entered = await askStaff('/sign-in', { form: { email: jo.email, password: PASSWORD }, headers: { 'User-Agent': agent }, env: unhurried })
    expect(await (await askStaff('/account', { cookie: cookieOf(entered) })).text()).toContain('Firefox on Linux')
  })
})

describe('Forgot password', () => {
  const makeKinds = async () => {
    const jo = await makeJo()
    const owner = (await signedInStaff(jo.company)).cookie
    const invited = newAddress()
    await invite(owner, invited)
    await change('UPDATE outbox SET created_at = created_at - 60000 WHERE to_email = ?', invited)
    const removed = await joined(jo.company, 'member')
    await post(`/settings/team/${removed.staffId}/remove`, owner)
    return { jo, invited, removed, unknown: newAddress() }
  }

  it('is alike for everyone: the answer, and what it asks of the database', async () => {
    const { jo, invited, removed, unknown } = await makeKinds()
    const prints: unknown[] = []
    for (const email of [jo.email, invited, removed.email, unknown]) {
      const { env: noted, trips } = noting()
      const answer = await forgot(email, { ...unhurried, DB: noted.DB })
      prints.push({ status: answer.status, headers: [...answer.headers].filter(([name]) => name !== 'x-request-id'), body: await answer.text(), trips })
    }
    for (const print of prints) expect(print).toEqual(prints[0])
    expect(prints[0]).toMatchObject({ status: 303 })
    const kinds = async (email: string) => (await mailsTo(email)).map(({ kind }) => kind)
    expect([await kinds(jo.email), await kinds(invited), await kinds(removed.email), await kinds(unknown)]).toEqual([
      ['staff-password-reset'],
      ['staff-invitation', 'staff-invitation'],
      [],
      [],
    ])
  })

  it('its link sets a new password once; then nobody is signed in any more, and a mail tells of it', async () => {
    const { jo } = await makeKinds()
    await forgot(` ${jo.email.toUpperCase()} `)
    const [mail] = await mailsTo(jo.email)
    if (!mail) throw new Error('no mail')
    const link = await linkOf(mail, 'staff-password-reset')
    for (let i = 0; i < 2; i += 1) expect(await (await askStaff(link)).text()).toContain('Choose a new password')
    expect((await setPassword(link, 'short')).status).toBe(422)
    const done = await Promise.all([1, 2, 3].map((n) => setPassword(link, `${NEW_PASSWORD} ${n}`)))
    expect(done.map(({ status }) => status).sort()).toEqual([303, 410, 410])
    expect(done.find(({ status }) => status === 303)?.headers.get('Location')).toBe('/sign-in?notice=password-changed')
    expect([await isIn(jo.cookie), await isIn(jo.abroad.cookie)]).toEqual([false, false])
    expect((await mailsTo(jo.email)).map(({ kind }) => kind)).toEqual(['staff-password-reset', 'staff-password-changed'])
    // No link of the other purpose is made of it.
    expect((await askStaff(await linkOf(mail, 'staff-invitation'))).status).toBe(410)
  })

  it('its link works for an hour, while it is the newest, and while its person is in the team', async () => {
    const { jo } = await makeKinds()
    await forgot(jo.email)
    const [older] = await mailsTo(jo.email)
    if (!older) throw new Error('no mail')
    expect((older.expires_at ?? 0) - Date.now()).toBeLessThanOrEqual(HOUR)
    // A second click sends no second one.
    await forgot(jo.email)
    expect((await mailsTo(jo.email)).length).toBe(1)
    await change('UPDATE outbox SET created_at = created_at - ? WHERE to_email = ?', MINUTE, jo.email)
    await forgot(jo.email)
    const [, newer] = await mailsTo(jo.email)
    if (!newer) throw new Error('no newer mail')
    const [first, second] = [await linkOf(older, 'staff-password-reset'), await linkOf(newer, 'staff-password-reset')]
    expect([(await askStaff(first)).status, (await askStaff(second)).status]).toEqual([410, 200])
    await change('UPDATE outbox SET expires_at = 1 WHERE id = ?', newer.id)
    expect([(await askStaff(second)).status, (await setPassword(second)).status]).toEqual([410, 410])
    await change('UPDATE outbox SET expires_at = ? WHERE id = ?', Date.now() + MINUTE, newer.id)
    await change('UPDATE memberships SET removed_at = 1 WHERE staff_id = ?', jo.staffId)
    expect([(await askStaff(second)).status, (await setPassword(second)).status]).toEqual([410, 410])
  })

  it('its link opens nothing for who was removed between the reading and the writing, though another company keeps them', async () => {
    const { jo } = await makeKinds()
    await forgot(jo.email)
    const [mail] = await mailsTo(jo.email)
    if (!mail) throw new Error('no mail')
    const { tenantId } = mail.tenant_id === jo.company.tenantId ? jo.company : (elsewhere ?? jo.company)
    let trips = 0
    const removing = withBatch(
      (batch) => async (statements) => {
        const results = await batch(statements)
        trips += 1
        if (trips === 1) await change('UPDATE memberships SET removed_at = 1 WHERE staff_id = ? AND tenant_id = ?', jo.staffId, tenantId)
        return results
      },
      unhurried,
    )
    expect((await setPassword(await linkOf(mail, 'staff-password-reset'), NEW_PASSWORD, removing)).status).toBe(410)
    expect(trips).toBe(2)
    expect((await signIn(jo.email, PASSWORD)).status).toBe(303)
  })

  it('is answered three times an hour for an address, known or not', async () => {
    const { jo, unknown } = await makeKinds()
    for (const email of [jo.email, unknown]) {
      const answers: number[] = []
      for (let i = 0; i < 4; i += 1) {
        answers.push((await forgot(email)).status)
        await change('UPDATE outbox SET created_at = created_at - ? WHERE to_email = ?', MINUTE, email)
      }
      expect(answers).toEqual([303, 303, 303, 429])
      expect((await mailsTo(email)).length).toBe(email === unknown ? 0 : 3)
    }
  })

  it('asks for an address, and is not taken from another site', async () => {
    expect((await forgot(' ')).status).toBe(422)
    const answer = await askStaff('/forgot-password', {
      form: { email: newId() },
      headers: { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://elsewhere.example' },
    })
    expect(answer.status).toBe(403)
  })
})
