import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DAY, HOUR, MINUTE } from '#src/dates.ts'
import { ask, askPortal, cookieOf, portalHost } from '#test/asking.ts'
import { type Company, makeCast, makeCompany, PASSWORD, type Person, setSettings, signedInAs } from '#test/cast.ts'
import type { Fault, Operation } from '#test/standins/domains/cloudflare.ts'
import { desk, type Internet, makeInternet, newDomain, newsTo, rowsOf, statesOf, target } from './internet.ts'

/** A name, from the claim to the portal under it, and out again, whatever fails on the way. */

let internet: Internet
let company: Company
let other: Company
let ada: Person
beforeEach(async () => {
  await env.DB.prepare('DELETE FROM custom_hostnames').run()
  internet = makeInternet()
  const cast = await makeCast()
  company = cast.ours
  other = cast.theirs
  ada = cast.ada
})
afterEach(() => {
  vi.restoreAllMocks()
})

const point = (name: string, at: Company) => internet.dns.set(name, 'CNAME', target(at))
/** Claimed, pointed, and served. */
const serving = async (at = company, name = newDomain()) => {
  point(name, at)
  await (await desk(at, internet)).claim(name)
  await internet.minutes(15)
  expect(await statesOf(at)).toEqual([`${name} active`])
  return name
}
const served = async (host: string, path = '/sign-in') => (await ask({ host, path, env: internet.env })).text()

describe('the way of a name', () => {
  it('from the claim over DNS to the portal at its root, and mails that lead there', async () => {
    const name = newDomain()
    const staff = await desk(company, internet)
    expect((await staff.claim(`https://${name.toUpperCase()}/`)).headers.get('Location')).toBe('/settings/client-portal/domain?notice=added')
    expect(await statesOf(company)).toEqual([`${name} waiting`])
    const page = await staff.page()
    expect(page).toContain(`CNAME ${name} → ${target(company)}`)
    expect(page).toContain('DNS propagation takes 5–30 minutes')
    expect(page).toContain(`There is no record for ${name} yet.`)
    // Claimed, it shows nothing of anybody, and neither does a name that nobody claimed.
    expect((await ask({ host: name, path: '/', env: internet.env })).status).toBe(503)
    expect(await served(name)).toContain('This address is being set up.')
    expect((await ask({ host: newDomain(), path: '/', env: internet.env })).status).toBe(404)
    await internet.minutes(5)
    expect([await statesOf(company), internet.cloudflare.calls]).toEqual([[`${name} waiting`], []])

    point(name, company)
    const seen = new Set<string>()
    for (let i = 0; i < 12; i += 1) {
      await staff.check()
      seen.add((await rowsOf(company))[0]?.state ?? '')
      expect((await ask({ host: name, path: '/sign-in', env: internet.env })).status).toBe((await rowsOf(company))[0]?.state === 'active' ? 200 : 503)
    }
    expect([...seen]).toEqual(['checking', 'issuing', 'active'])
    expect(internet.cloudflare.of(name)).toHaveLength(1)
    expect(await newsTo(company)).toEqual([`${name} active`])

    // Signed in there, everything is at the root.
    const signedIn = await ask({ host: name, path: '/sign-in', form: { email: ada.email, password: PASSWORD }, env: internet.env })
    expect([signedIn.status, signedIn.headers.get('Location')]).toEqual([303, '/'])
    const cookie = cookieOf(signedIn)
    const invoices = await ask({ host: name, path: '/invoices', cookie, env: internet.env })
    expect(await invoices.text()).toContain(`href="/invoices/${ada.invoiceId}"`)
    expect((await ask({ host: name, path: `/invoices/${ada.invoiceId}/pdf`, cookie, env: internet.env })).headers.get('Content-Type')).toBe('application/pdf')
    expect((await ask({ host: name, path: '/portal/invoices', cookie, env: internet.env })).status).toBe(404)
    expect((await ask({ host: name, path: '/clients', cookie, env: internet.env })).status).toBe(404)
    // The old address leads there, deep links included; who was signed in there signs in anew.
    const old = (await signedInAs(ada)).cookie
    const at = async (path: string, more = {}) => (await askPortal(ada, path, { env: internet.env, ...more })).headers.get('Location')
    expect(await at('/')).toBe(`http://${name}:8787/`)
    expect(await at('/invoices?state=paid', { cookie: old })).toBe(`http://${name}:8787/invoices?state=paid`)
    expect(await at('/sign-in')).toBe(`http://${name}:8787/sign-in`)
    expect(await at('/set-password/abc')).toBe(`http://${name}:8787/set-password/abc`)
    expect((await ask({ host: portalHost(company), path: '/', env: internet.env })).headers.get('Location')).toBe(`http://${name}:8787/`)
    const posted = await askPortal(ada, '/sign-in', { form: { email: ada.email, password: PASSWORD }, env: internet.env })
    expect([posted.status, posted.headers.get('Set-Cookie'), (await posted.text()).includes(`http://${name}:8787`)]).toEqual([409, null, true])
    // Mail names the new address.
    await ask({ host: name, path: '/forgot-password', form: { email: ada.email }, env: internet.env })
    const mail = await env.DB.prepare("SELECT data FROM outbox WHERE to_email = ? AND kind = 'password-reset'").bind(ada.email).first<string>('data')
    expect(JSON.parse(mail ?? '{}').address).toBe(`http://${name}:8787`)
    // Off is off under every name.
    await setSettings(company, { enabled: false })
    expect((await ask({ host: name, path: '/invoices', cookie, env: internet.env })).status).toBe(503)
    expect((await askPortal(ada, '/sign-in', { env: internet.env })).status).toBe(503)
  })

  it('by a text record, where the CNAME can’t be seen', async () => {
    const name = newDomain()
    internet.dns.set(name, 'A', '203.0.113.7')
    internet.dns.set(`_stockflow.${name}`, 'TXT', `"${target(other)}"`, `"${target(company)}"`)
    internet.cloudflare.proxied.add(name)
    await (await desk(company, internet)).claim(name)
    await internet.minutes(15)
    expect((await rowsOf(company))[0]).toMatchObject({ state: 'active', proof: 'txt' })
  })

  it('replaced: the old one serves until the new one does', async () => {
    const first = await serving()
    const second = newDomain()
    const staff = await desk(company, internet)
    await staff.claim(second)
    await internet.minutes(3)
    expect(await statesOf(company)).toEqual([`${first} active`, `${second} waiting`])
    expect(await served(first)).toContain('Oursupply')
    point(second, company)
    for (let i = 0; i < 30; i += 1) {
      await internet.minutes(1)
      const pages = [await served(first), await served(second)]
      expect(pages.some((html) => html.includes('Oursupply'))).toBe(true)
    }
    expect(await statesOf(company)).toEqual([`${second} active`])
    expect([internet.cloudflare.of(first).length, internet.cloudflare.of(second).length]).toEqual([0, 1])
    expect((await ask({ host: first, path: '/', env: internet.env })).status).toBe(404)
  })

  it('removed, it is gone everywhere, and the default address serves again', async () => {
    const name = await serving()
    const staff = await desk(company, internet)
    const id = (await rowsOf(company))[0]?.id ?? ''
    await staff.remove(id)
    expect((await ask({ host: name, path: '/sign-in', env: internet.env })).status).not.toBe(200)
    expect((await askPortal(ada, '/sign-in', { env: internet.env })).status).toBe(200)
    await internet.minutes(3)
    expect([await rowsOf(company), internet.cloudflare.hostnames.size]).toEqual([[], 0])
    // Added again, it comes back.
    await serving(company, name)
  })

  it('is given up after seven days, told to the owners, and begins anew when asked', async () => {
    const name = newDomain()
    const staff = await desk(company, internet)
    await staff.claim(name)
    await env.DB.prepare('UPDATE custom_hostnames SET due_at = 0, since = since - ?')
      .bind(8 * DAY)
      .run()
    await internet.minutes(2)
    expect([await statesOf(company), await newsTo(company)]).toEqual([[`${name} failed`], [`${name} failed given-up`]])
    point(name, company)
    await staff.check()
    await internet.minutes(15)
    expect(await statesOf(company)).toEqual([`${name} active`])
  })

  it('is seldom looked at once it is long about', async () => {
    await (await desk(company, internet)).claim(newDomain())
    await internet.minutes(24 * 60)
    const { checks } = (await env.DB.prepare('SELECT checks FROM custom_hostnames').first<{ checks: number }>()) ?? { checks: 0 }
    expect(checks).toBeGreaterThan(20)
    expect(checks).toBeLessThan(45)
  })
})

describe('what can’t be', () => {
  it.each([
    ['acme.com', 'A domain itself can’t point to the portal'],
    ['app.stockflow.localhost', 'are ours'],
    ['portal.acme.nosuchending', 'There is no ending .nosuchending'],
  ])('%s is refused beside the field', async (typed, words) => {
    const answer = await (await desk(company, internet)).claim(typed)
    const html = await answer.text()
    expect([answer.status, html.includes(words), html.includes(`value="${typed}"`)]).toEqual([422, true, true])
    expect(await rowsOf(company)).toEqual([])
  })
  it('an unknown ending is let through where the list of them can’t be read', async () => {
    const ASSETS = { fetch: async () => new Response('', { status: 500 }) } as unknown as Fetcher
    const answer = await (await desk(company, { ...internet, env: { ...internet.env, ASSETS } })).claim('portal.acme.nosuchending')
    expect(answer.status).toBe(303)
    expect(await statesOf(company)).toEqual(['portal.acme.nosuchending waiting'])
  })
  it('one that is there already is refused, and asking twice claims once', async () => {
    const name = await serving()
    const staff = await desk(company, internet)
    expect((await staff.claim(name)).status).toBe(422)
    const next = newDomain()
    await Promise.all([staff.claim(next), staff.claim(next), staff.claim(next)])
    expect(await statesOf(company)).toEqual([`${name} active`, `${next} waiting`])
  })
  it('CAA records that forbid it are named before anything is made', async () => {
    const name = newDomain()
    point(name, company)
    internet.dns.set(name.split('.').slice(1).join('.'), 'CAA', '0 issue "digicert.com"')
    const staff = await desk(company, internet)
    await staff.claim(name)
    expect(await staff.page()).toContain('don’t let Let’s Encrypt make a certificate')
    expect(internet.cloudflare.calls).toEqual([])
    internet.dns.set(name.split('.').slice(1).join('.'), 'CAA', '0 issue "digicert.com"', '0 issue "letsencrypt.org"')
    await internet.minutes(15)
    expect(await statesOf(company)).toEqual([`${name} active`])
  })
  it('without Cloudflare’s settings it is not offered', async () => {
    const { CLOUDFLARE_API_TOKEN: _, ...without } = internet.env
    const bare = { ...internet, env: without }
    const staff = await desk(company, bare)
    expect(await staff.page()).toContain('Custom domains are not set up on this site.')
    expect((await staff.claim(newDomain())).status).toBe(422)
  })
})

describe('whatever fails', () => {
  const OPERATIONS: Operation[] = ['create', 'list', 'read', 'patch']
  const FAULTS: Fault[] = ['too-many', 'broken', 'dropped', 'done-dropped', 'no-permission', 'quota', 'garbage']
  it.each(OPERATIONS.flatMap((operation) => FAULTS.map((fault) => [operation, fault] as const)))(
    'at %s, %s: it comes to be active in the end, and there is one of it',
    async (operation, fault) => {
      const name = newDomain()
      point(name, company)
      internet.cloudflare.faults.set(operation, [fault, fault, fault])
      await (await desk(company, internet)).claim(name)
      for (let i = 0; i < 40; i += 1) {
        await internet.minutes(5)
        expect(internet.cloudflare.of(name).length).toBeLessThanOrEqual(1)
      }
      expect([await statesOf(company), internet.cloudflare.of(name).length]).toEqual([[`${name} active`], 1])
    },
    60_000,
  )

  it.each(['too-many', 'broken', 'dropped', 'done-dropped', 'no-permission', 'garbage'] as Fault[])(
    'at its end, %s: nothing is left at Cloudflare',
    async (fault) => {
      for (const operation of ['delete', 'list'] as Operation[]) {
        const name = await serving()
        internet.cloudflare.faults.set(operation, [fault, fault])
        await (await desk(company, internet)).remove((await rowsOf(company))[0]?.id ?? '')
        await internet.minutes(90)
        expect([await rowsOf(company), internet.cloudflare.of(name)]).toEqual([[], []])
      }
    },
    60_000,
  )

  it('removed while its making was never answered, nothing is left of it', async () => {
    const name = newDomain()
    point(name, company)
    internet.cloudflare.faults.set('create', ['done-dropped'])
    const staff = await desk(company, internet)
    await staff.claim(name)
    const id = (await rowsOf(company))[0]?.id ?? ''
    internet.cloudflare.faults.set('list', ['dropped'])
    await staff.remove(id)
    internet.wait(MINUTE)
    await internet.minutes(20)
    expect([await rowsOf(company), internet.cloudflare.of(name)]).toEqual([[], []])
  })

  it('one that comes to be there after it was removed is deleted all the same', async () => {
    const name = newDomain()
    point(name, company)
    internet.cloudflare.faults.set('create', ['dropped'])
    const staff = await desk(company, internet)
    await staff.claim(name)
    await staff.remove((await rowsOf(company))[0]?.id ?? '')
    internet.wait(MINUTE)
    await internet.minutes(2)
    // What was asked for and never answered is carried out now.
    const late = { id: 'late', hostname: name, status: 'pending', sslStatus: 'initializing', looks: 0, createdAt: '', blocked: false, frozen: false }
    internet.cloudflare.hostnames.set('late', late)
    await internet.minutes(20)
    expect([await rowsOf(company), internet.cloudflare.of(name)]).toEqual([[], []])
  })

  it('is not served while DNS can’t say whose it is, whatever Cloudflare says', async () => {
    const name = newDomain()
    point(name, company)
    await (await desk(company, internet)).claim(name)
    internet.dns.failing.add(name)
    await internet.minutes(60)
    expect(internet.cloudflare.of(name)[0]?.sslStatus).toBe('active')
    expect(await statesOf(company)).toEqual([`${name} issuing`])
    internet.dns.failing.clear()
    await internet.minutes(60)
    expect(await statesOf(company)).toEqual([`${name} active`])
  })

  it('a working domain is not switched off because nobody can be asked', async () => {
    const name = await serving()
    internet.dns.failing.add('*')
    internet.cloudflare.faults.set('read', Array<Fault>(50).fill('broken'))
    for (let i = 0; i < 10; i += 1) {
      internet.wait(6 * HOUR)
      await internet.minutes(1)
    }
    expect(await statesOf(company)).toEqual([`${name} active`])
  })

  it('one that leads elsewhere is switched off at the second look, told to the owners, and comes back by itself', async () => {
    const name = await serving()
    internet.dns.clear(name)
    internet.wait(6 * HOUR)
    await internet.minutes(1)
    expect(await statesOf(company)).toEqual([`${name} active`])
    await internet.minutes(15)
    expect(await statesOf(company)).toEqual([`${name} waiting`])
    expect((await ask({ host: name, path: '/sign-in', env: internet.env })).status).toBe(503)
    expect((await askPortal(ada, '/sign-in', { env: internet.env })).status).toBe(200)
    expect(await newsTo(company)).toEqual([`${name} active`, `${name} off lost`])
    point(name, company)
    await internet.minutes(120)
    expect(await statesOf(company)).toEqual([`${name} active`])
  })

  it.each(['moved', 'deleted', 'gone'])('one that Cloudflare reports as %s is switched off, and set up anew', async (how) => {
    const name = await serving()
    for (const one of internet.cloudflare.of(name)) {
      if (how === 'gone') internet.cloudflare.hostnames.delete(one.id)
      else one.status = how
      // As long as its own looks don't find otherwise.
      one.frozen = how !== 'gone'
    }
    internet.wait(7 * HOUR)
    await internet.minutes(1)
    expect((await newsTo(company)).at(-1)).toBe(`${name} off lost`)
    await internet.minutes(30)
    expect([await statesOf(company), internet.cloudflare.of(name).length]).toEqual([[`${name} active`], 1])
  })

  it('one that Cloudflare blocks has failed, with its reason', async () => {
    const name = newDomain()
    point(name, company)
    await (await desk(company, internet)).claim(name)
    for (const one of internet.cloudflare.of(name)) one.blocked = true
    await internet.minutes(10)
    expect([await statesOf(company), internet.cloudflare.of(name)]).toEqual([[`${name} failed`], []])
    expect(await (await desk(company, internet)).page()).toContain('Cloudflare has blocked this domain.')
  })
})

describe('two companies and one name', () => {
  type Event = 'our claim' | 'their claim' | 'points to us' | 'points to them' | 'time'
  const play = async (name: string, event: Event) => {
    if (event === 'our claim') await (await desk(company, internet)).claim(name)
    if (event === 'their claim') await (await desk(other, internet)).claim(name)
    if (event === 'points to us') point(name, company)
    if (event === 'points to them') point(name, other)
    if (event === 'time') await internet.minutes(10)
  }
  /** Never anybody's page but that of the company to which the name leads, or did until a moment ago. */
  const whose = async (name: string) => {
    const html = await served(name)
    return html.includes('Oursupply') ? 'ours' : html.includes('Theirtrade') ? 'theirs' : 'nobody'
  }
  const permuted = <T>(items: T[]): T[][] =>
    items.length < 2 ? [items] : items.flatMap((item, i) => permuted(items.toSpliced(i, 1)).map((rest) => [item, ...rest]))
  const ORDERS = permuted<Event>(['our claim', 'their claim', 'points to us', 'time', 'time']).filter(
    (order, i, all) => all.findIndex((each) => each.join() === order.join()) === i,
  )

  it('in every order of events, the one that it leads to gets it, and the other never shows', async () => {
    expect(ORDERS.length).toBe(60)
    for (const order of ORDERS) {
      const name = newDomain()
      await env.DB.prepare('DELETE FROM custom_hostnames').run()
      for (const event of order) {
        await play(name, event)
        expect([order, await whose(name)]).not.toEqual([order, 'theirs'])
      }
      await internet.minutes(30)
      expect([order, await whose(name), internet.cloudflare.of(name).length]).toEqual([order, 'ours', 1])
    }
  }, 120_000)

  it('one that changes hands goes over by itself, with nobody’s page in between but the one it led to', async () => {
    const name = await serving()
    await (await desk(other, internet)).claim(name)
    // It still leads to us: the other is told so, and claims nothing.
    expect(await rowsOf(other)).toEqual([])
    point(name, other)
    await (await desk(other, internet)).claim(name)
    const seen: string[] = []
    for (let i = 0; i < 40; i += 1) {
      await internet.minutes(1)
      const now = await whose(name)
      if (now !== seen.at(-1)) seen.push(now)
    }
    expect(seen).toEqual(['nobody', 'theirs'])
    expect([await statesOf(company), await statesOf(other)]).toEqual([[`${name} waiting`], [`${name} active`]])
    expect((await newsTo(company)).at(-1)).toBe(`${name} off another`)
    expect(internet.cloudflare.of(name)).toHaveLength(1)
  })

  it('a text record of one company is worth nothing where the name leads to another', async () => {
    const name = newDomain()
    point(name, other)
    internet.dns.set(`_stockflow.${name}`, 'TXT', `"${target(company)}"`)
    await (await desk(company, internet)).claim(name)
    await internet.minutes(20)
    expect(await statesOf(company)).toEqual([`${name} waiting`])
    expect(await (await desk(company, internet)).page()).toContain('leads to another company’s portal')
  })

  it('a hundred looks at once make one', async () => {
    const name = newDomain()
    point(name, company)
    const staff = await desk(company, internet)
    // Proved and not made yet: that is where all of them begin.
    internet.cloudflare.faults.set('create', ['broken'])
    await staff.claim(name)
    internet.cloudflare.calls.length = 0
    await Promise.all(Array.from({ length: 20 }, () => staff.check()))
    expect(internet.cloudflare.calls.filter((call) => call === 'create')).toHaveLength(1)
    await internet.minutes(15)
    expect([await statesOf(company), internet.cloudflare.of(name).length]).toEqual([[`${name} active`], 1])
  })

  it('nothing that a request says of its host counts but its address', async () => {
    const name = await serving()
    const third = await makeCompany('Thirdhand')
    const headers = { 'X-Forwarded-Host': name, Forwarded: `host=${name}`, 'X-Original-Host': name }
    const html = await (await ask({ host: portalHost(third), path: '/portal/sign-in', headers, env: internet.env })).text()
    expect([html.includes('Thirdhand'), html.includes(name)]).toEqual([true, false])
    const cookie = (await signedInAs(ada)).cookie
    const foreign = await ask({ host: portalHost(third), path: '/portal/invoices', cookie, headers, env: internet.env })
    expect(foreign.headers.get('Location')).toMatch(/^\/portal\/sign-in/)
  })
})
