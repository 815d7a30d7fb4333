import { eq, sql } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ClientFilter, selectedIn } from '#src/clients/client.ts'
import { CLIENT_SORTS, type ClientSort, clientCursor, clientCursorOf, clientListRead } from '#src/clients/list.ts'
import { HOUR } from '#src/dates.ts'
import { pageOf } from '#src/db/paging.ts'
import { clients, PORTAL_STATES } from '#src/db/schema/clients.ts'
import { payments } from '#src/db/schema/payments.ts'
import { accesses } from '#src/db/schema/people.ts'
import { newId } from '#src/ids.ts'
import { addClient } from '#test/access/bulk-cast.ts'
import { askStaff } from '#test/asking.ts'
import { type Company, makeCompany, signedInStaff } from '#test/cast.ts'

/** The Clients table: every order, every filter, every selection, against what one sees by walking through the pages. */

const COUNT = 37
let company: Company
let cookie: string
beforeAll(async () => {
  company = await makeCompany('Listers')
  cookie = (await signedInStaff(company)).cookie
  const other = await makeCompany('Other listers')
  await addClient(other, 'Theirs', 'theirs@list.example')
  const { door } = company
  for (let i = 0; i < COUNT; i += 1) {
    // Names, instants and balances that tie; three currencies; balances on both sides of nought.
    const more = {
      createdAt: 1_700_000_000_000 + (i % 4),
      currency: ['EUR', 'GBP', 'JPY'][i % 3] ?? 'EUR',
      status: i % 5 === 0 ? ('inactive' as const) : ('active' as const),
    }
    const email = i % 6 === 0 ? null : `c${i}@list.example`
    const person =
      i % 7 === 1 ? { access: 'invited' as const, mail: { expiresAt: Date.now() + HOUR } } : i % 7 === 2 ? { access: 'active' as const } : undefined
    const { id } = await addClient(company, `Client ${i % 9}`, email, { ...more, portalAccess: i % 11 !== 3 }, person)
    const money = { clientId: id, paidOn: '2026-11-01', currency: more.currency, createdAt: 1, updatedAt: 1 }
    if (i % 4 !== 0) await door.run({ paid: door.insert(payments, { ...money, id: newId(), externalId: `P${i}`, amount: ((i % 5) - 2) * 1000 }) })
  }
  await door.run({ problem: door.update(accesses, { mailProblem: 'bounced' }, sql`rowid = (SELECT max(rowid) FROM accesses WHERE state = 'invited')`) })
})

type Row = ReturnType<typeof clientListRead>['row']

const walk = async (filter: ClientFilter, sort: ClientSort, size: number): Promise<Row[]> => {
  const seen: Row[] = []
  let after: string | undefined
  do {
    const { rows } = await company.door.run({ rows: clientListRead(company.door, { filter, sort, size, cursor: clientCursorOf(sort, after) }) })
    const page = pageOf(rows, size, clientCursor(sort))
    seen.push(...page.rows)
    if (seen.length > 2 * COUNT) throw new Error('it walks in circles')
    after = page.next
  } while (after !== undefined)
  return seen
}

const KEYS: Record<string, (row: Row) => (string | number)[]> = {
  name: (row) => [row.nameKey, row.id],
  code: (row) => [row.code, row.id],
  balance: (row) => [row.currency, row.owed, row.id],
  added: (row) => [row.createdAt, row.id],
}
const byKey = (sort: ClientSort) => {
  const key = KEYS[sort.replace('-', '')] ?? (() => [])
  const up = (a: Row, b: Row) => {
    const [left, right] = [key(a), key(b)]
    const at = left.findIndex((value, i) => value !== right[i])
    return at < 0 ? 0 : (left[at] ?? 0) < (right[at] ?? 0) ? -1 : 1
  }
  return sort.startsWith('-') ? (a: Row, b: Row) => up(b, a) : up
}

it('the cast has ties, currencies and balances on both sides of nought', async () => {
  const rows = await walk({}, 'balance', 50)
  expect(new Set(rows.map(({ currency }) => currency)).size).toBe(3)
  expect([rows.some(({ owed }) => owed < 0), rows.some(({ owed }) => owed > 0), rows.some(({ owed }) => owed === 0)]).toEqual([true, true, true])
  expect(new Set(rows.map(({ nameKey }) => nameKey)).size).toBe(9)
  expect(new Set(rows.map(({ portalState }) => portalState))).toEqual(new Set(PORTAL_STATES))
})

describe.each(CLIENT_SORTS)('ordered by %s', (sort) => {
  it.each([1, 2, 5, 36, 37, 50])('pages of %i show each client once, in order', async (size) => {
    const rows = await walk({}, sort, size)
    expect(new Set(rows.map(({ id }) => id)).size).toBe(COUNT)
    expect(rows).toHaveLength(COUNT)
    expect(rows).toEqual([...rows].sort(byKey(sort)))
  })

  it('a filter leaves what it lets through, in the same order', async () => {
    const all = await walk({}, sort, 50)
    const active = await walk({ status: 'active', email: 'yes' }, sort, 4)
    expect(active).toEqual(all.filter(({ status, email }) => status === 'active' && email !== null))
  })
})

it('a cursor of another order, or a forged one, is none', () => {
  const cursor = { rows: [] as Row[], text: '' }
  cursor.text =
    pageOf(
      [
        { id: 'a', nameKey: 'x', code: 'C', currency: 'EUR', owed: 1, createdAt: 2 },
        { id: 'b', nameKey: 'x', code: 'C', currency: 'EUR', owed: 1, createdAt: 2 },
      ],
      1,
      clientCursor('balance'),
    ).next ?? ''
  expect(clientCursorOf('balance', cursor.text)).toBeDefined()
  expect(clientCursorOf('-balance', cursor.text)).toBeDefined()
  for (const sort of ['name', 'code', 'added'] as const) expect(clientCursorOf(sort, cursor.text), sort).toBeUndefined()
  for (const key of ['["EUR","1"]', '["EUR",1.5]', '["EUR"]', '[1,1]', 'null', '{}', 'EUR'])
    expect(clientCursorOf('balance', btoa(JSON.stringify([key, 'a'])).replaceAll('=', '')), key).toBeUndefined()
})

const FILTERS = [
  {},
  { status: 'active' },
  { status: 'inactive', email: 'no' },
  { email: 'yes', portal: 'not-invited' },
  ...PORTAL_STATES.map((portal) => ({ portal })),
  { q: 'client' },
  { q: 'list.example', status: 'active' },
  { q: 'nobody-at-all' },
] satisfies ClientFilter[]

const queryOf = (fields: Record<string, string>) => new URLSearchParams(fields)

describe.each(FILTERS)('all that match %o', (filter) => {
  it('are those one sees by paging', async () => {
    const seen = await walk(filter, 'name', 3)
    const { door } = company
    const { chosen } = await door.run({ chosen: door.pick(clients, { id: clients.id }, { where: selectedIn(door, { all: true, filter }) }) })
    expect(chosen.map(({ id }) => id).sort()).toEqual(seen.map(({ id }) => id).sort())
    const query = queryOf({ ...filter, select: 'all' })
    const html = await (await askStaff(`/clients?${query}`, { cookie })).text()
    if (seen.length > 0) expect(html).toContain(`<b>${seen.length} selected</b>`)
    const asked = await (await askStaff(`/invitations/new?${queryOf({ ...filter, all: 'yes' })}`, { cookie })).text()
    const said = [...asked.matchAll(/Invite (\d+) client|<h2>(\d+) will not be invited/g)].reduce((sum, [, invited, left]) => sum + Number(invited ?? left), 0)
    expect(said).toBe(seen.length)
  })
})

describe('the page', () => {
  const page = async (query: string) => (await askStaff(`/clients?${query}`, { cookie })).text()
  const boxes = (html: string) => [...html.matchAll(/<input type="checkbox"[^>]*>/g)].map(([box]) => box)

  it('has a box for each row, named after its client, and unchecked', async () => {
    const html = await page('')
    expect(boxes(html)).toHaveLength(COUNT)
    expect(boxes(html).some((box) => box.includes('checked'))).toBe(false)
    expect(html).toContain('<span class="hide">Select Client 0</span>')
    expect(html).toContain(`Select all ${COUNT} that match`)
  })

  it('select=page checks them; select=all locks them and takes all along', async () => {
    const [whole, all] = [await page('select=page'), await page('select=all&status=active')]
    expect(boxes(whole).every((box) => box.includes('checked') && !box.includes('disabled'))).toBe(true)
    expect(whole).not.toContain('name="all"')
    expect(boxes(all).every((box) => box.includes('checked') && box.includes('disabled'))).toBe(true)
    expect(all).toContain('<input type="hidden" name="all" value="yes"')
    expect(all).toContain('<input type="hidden" name="status" value="active"')
  })

  it('what was picked before is checked again on the way back', async () => {
    const [first] = await walk({}, 'name', 1)
    const html = await page(`id=${first?.id}`)
    expect(boxes(html).filter((box) => box.includes('checked'))).toEqual([expect.stringContaining(`value="${first?.id}"`)])
  })

  it('says by which column it is ordered, and how to turn that round', async () => {
    expect(await page('')).toMatch(/<th scope="col" aria-sort="ascending"><a class="sorts ascending" href="\/clients\?sort=-name">Client<\/a>/)
    const html = await page('sort=-balance&status=active')
    expect(html).toMatch(
      /<th scope="col" class="num" aria-sort="descending"><a class="sorts descending" href="\/clients\?status=active&amp;sort=balance">Balance<\/a>/,
    )
    expect(html).toContain('href="/clients?status=active">Client</a>')
    expect(html.match(/aria-sort/g)).toHaveLength(1)
  })

  it('says in words how each stands', async () => {
    const { door } = company
    const [one] = await walk({ portal: 'active' }, 'name', 50)
    await door.run({ seen: door.update(accesses, { lastLoginAt: Date.parse('2026-11-03T10:20:00Z') }, eq(accesses.clientId, one?.id ?? '')) })
    expect(await page('portal=problem')).toMatch(/Problem<\/span><small>mail came back<\/small>/)
    expect(await page('portal=invited')).toMatch(/Invited<\/span><small>until \d+ \w+, \d\d:\d\d<\/small>/)
    expect(await page('portal=active')).toMatch(/Active<\/span><small>3 Nov, 10:20<\/small>/)
    for (const [problem, words] of [
      ['complained', 'marked as spam'],
      ['failed', 'could not be sent'],
    ] as const) {
      await door.run({ changed: door.update(accesses, { mailProblem: problem }, sql`${accesses.mailProblem} IS NOT NULL`) })
      expect(await page('portal=problem')).toContain(`<small>${words}</small>`)
    }
  })
})
