import { env } from 'cloudflare:workers'
import { beforeAll, expect, it } from 'vitest'
import type { ClientFilter } from '#src/clients/client.ts'
import { clientCursor, clientCursorOf, clientListRead } from '#src/clients/list.ts'
import { searchWordsOf } from '#src/clients/words.ts'
import { pageOf } from '#src/db/paging.ts'
import { clients } from '#src/db/schema/clients.ts'
import { emailKeyOf, isEmail, trimmedEmail } from '#src/email-address.ts'
import { fold, searchTermsOf } from '#src/fold.ts'
import { askStaff } from '#test/asking.ts'
import { type Company, clientRow, makeCompany, signedInStaff } from '#test/cast.ts'

let company: Company
beforeAll(async () => {
  company = await makeCompany('Searchers')
  const other = await makeCompany('Other searchers')
  const names: [string, string | null, object?][] = [
    ['Łódź Meble Sp. z o.o.', 'biuro@lodz-meble.example'],
    ['Straße & Söhne', 'kontakt@strasse.example', { status: 'inactive' }],
    ['ΟΔΟΣ Ελλάδα', null],
    ['100% Cotton_Mill', 'cotton@mill.example'],
    ['İstanbul Tekstil', 'info@istanbul.example'],
    ['Plain Goods', 'JO.Smith@Plain.example'],
  ]
  await company.door.run(Object.fromEntries(names.map(([name, email, more]) => [name, company.door.insert(clients, clientRow(name, email, more))])))
  await other.door.run({ client: other.door.insert(clients, clientRow('Plain Goods', 'jo@plain.example')) })
})

const found = async (filter: ClientFilter) =>
  (await company.door.run({ clients: clientListRead(company.door, { filter, size: 50 }) })).clients.map(({ name }) => name)

it.each([
  ['meb', ['Łódź Meble Sp. z o.o.']],
  ['łódź', ['Łódź Meble Sp. z o.o.']],
  ['ŁÓDŹ meble', ['Łódź Meble Sp. z o.o.']],
  ['strasse', ['Straße & Söhne']],
  ['STRASSE söhne', ['Straße & Söhne']],
  ['οδοσ', ['ΟΔΟΣ Ελλάδα']],
  ['οδός', []],
  ['100%', ['100% Cotton_Mill']],
  ['%', []],
  ['cotton_', ['100% Cotton_Mill']],
  ['cottonx', []],
  ['plain.example', ['Plain Goods']],
  ['jo.smith@plain.example', ['Plain Goods']],
  ['smith', ['Plain Goods']],
  ["' OR 1=1 --", []],
  ['x'.repeat(5000), []],
  ['"', []],
])('%s finds what begins so, literally', async (q, names) => expect(await found({ q })).toEqual(names))

it('filters combine', async () => {
  expect(await found({ status: 'inactive' })).toEqual(['Straße & Söhne'])
  expect(await found({ email: 'no' })).toEqual(['ΟΔΟΣ Ελλάδα'])
  expect(await found({ status: 'active', email: 'yes', portal: 'not-invited', q: 'plain' })).toEqual(['Plain Goods'])
  expect(await found({ portal: 'active' })).toEqual([])
})

it('walks every client once, by name, whatever the page size', async () => {
  for (const size of [1, 2, 5, 50]) {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const { clients: rows } = await company.door.run({
        clients: clientListRead(company.door, { filter: {}, size, cursor: clientCursorOf('name', cursor) }),
      })
      const page = pageOf(rows, size, clientCursor('name'))
      seen.push(...page.rows.map(({ name }) => name))
      cursor = page.next
    } while (cursor !== undefined)
    expect(seen).toEqual([...seen].sort((a, b) => (fold(a) < fold(b) ? -1 : 1)))
    expect(new Set(seen).size).toBe(6)
  }
})

it('the page takes anything as a parameter', async () => {
  const { cookie } = await signedInStaff(company)
  for (const value of ["'", '"', '--', ')', '%00', 'x'.repeat(10_000), '1e309', '-1', 'NaN', '%F0%9F%98%80']) {
    for (const name of ['q', 'status', 'email', 'portal', 'after', 'sort', 'select', 'id'])
      expect((await askStaff(`/clients?${name}=${value}&${name}=again`, { cookie })).status, `${name}=${value.slice(0, 20)}`).toBe(200)
  }
  const { results } = await env.DB.prepare('SELECT count(*) AS n FROM clients WHERE tenant_id = ?').bind(company.tenantId).all<{ n: number }>()
  expect(results[0]?.n).toBe(6)
})

it('an address is trimmed, no-break spaces too, and compared without regard to case', () => {
  expect(trimmedEmail('\u00a0 Jo+Tag@Example.COM\u200b ')).toBe('Jo+Tag@Example.COM')
  expect(emailKeyOf(' Jo+Tag@Example.COM ')).toBe('jo+tag@example.com')
  expect(['a@b.example', 'a+b@b-c.example.org', 'ü@bücher.example'].map(isEmail)).toEqual([true, true, true])
  expect(
    ['', 'a', 'a@b', '@b.example', 'a b@c.example', 'a@b..example', 'a@b.example, c@d.example', '<a@b.example>', `${'a'.repeat(300)}@b.example`]
      .map(isEmail)
      .some(Boolean),
  ).toBe(false)
})

it.each([
  ['Corrigan’s of Clonakilty', "corrigan's"],
  ['Corrigan’s of Clonakilty', 'Corrigan’s'],
  ["Corrigan's of Clonakilty", 'corrigan’s clon'],
  ['L’Épicerie', "l'épi"],
  ['The Pargeters’ pantry', "pargeters' pan"],
])('%s is found by %s', (name, typed) => {
  const words = searchWordsOf({ name, code: 'C-1', email: null })
  expect(searchTermsOf(typed).filter((term) => !words.some((word) => word.startsWith(term)))).toEqual([])
})

it('searches for at most five words', () => expect(searchTermsOf('a b c d e f g')).toHaveLength(5))
