import { env } from 'cloudflare:workers'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#src/ids.ts'
import { askPortal } from '#test/asking.ts'
import { type Company, makeClient, makeCompany, type Person, setSettings, signedInAs } from '#test/cast.ts'

/**
 * The statement's figures, held against sums that are made here from the bare rows: whole numbers, no code of the house.
 * Page, CSV and dashboard must say the same.
 */

/** A small generator with a seed, so that a failure can be run again. */
const random = (seed: number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
const PLACES: Record<string, number> = { EUR: 2, USD: 2, JPY: 0, KWD: 3 }
const day = (offset: number): string => new Date(Date.UTC(2025, 0, 1) + offset * 86_400_000).toISOString().slice(0, 10)

type Row = { kind: 'invoice' | 'credit note' | 'payment' | 'refund'; day: string; currency: string; amount: number; name: string }

const CLIENTS = 24
let company: Company
const people: { person: Person; cookie: string; rows: Row[]; open: { currency: string; due: string | null; open: number }[] }[] = []

/** Books as they come: in any order, with drafts and void ones, refunds, on account, overpaid, credit notes with and without an invoice. */
const fill = async (person: Person, next: () => number): Promise<void> => {
  const { tenantId } = company
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T
  const statements: D1PreparedStatement[] = []
  const currencies = next() < 0.5 ? ['EUR'] : ['EUR', pick(['USD', 'JPY', 'KWD'])]
  const invoices: { id: string; currency: string }[] = []
  for (let i = 0; i < 30; i++) {
    const [id, currency, when] = [newId(), pick(currencies), day(Math.floor(next() * 700))]
    const amount = Math.floor(next() * 100_000) - (next() < 0.1 ? 50_000 : 0)
    const of = next() < 0.6 ? (pick(invoices.filter((each) => each.currency === currency))?.id ?? null) : null
    const action = next()
    if (action < 0.45) {
      const state = pick(['issued', 'issued', 'issued', 'draft', 'void'])
      invoices.push({ id, currency })
      statements.push(
        env.DB.prepare(
          'INSERT INTO invoices (tenant_id, id, client_id, external_id, number, issue_date, due_date, state, currency, total, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)',
        ).bind(
          tenantId,
          id,
          person.clientId,
          id,
          `INV-${id}`,
          when,
          next() < 0.1 ? null : day(Math.floor(next() * 900)),
          state,
          currency,
          next() < 0.05 ? 0 : amount,
        ),
      )
    } else if (action < 0.85)
      statements.push(
        env.DB.prepare(
          'INSERT INTO payments (tenant_id, id, client_id, invoice_id, external_id, paid_on, amount, currency, method, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)',
        ).bind(tenantId, id, person.clientId, of, id, when, amount, currency, `way ${id}`),
      )
    else
      statements.push(
        env.DB.prepare(
          'INSERT INTO credit_notes (tenant_id, id, client_id, invoice_id, external_id, number, issue_date, state, currency, total, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)',
        ).bind(tenantId, id, person.clientId, of, id, `CN-${id}`, when, pick(['issued', 'issued', 'draft', 'void']), currency, Math.abs(amount)),
      )
  }
  await env.DB.batch(statements)
}

/** The bare rows of a client. */
const rowsOf = async ({ clientId }: Person): Promise<Row[]> => {
  const all = async <T>(statement: string) => (await env.DB.prepare(statement).bind(clientId).all<T>()).results
  const invoices = await all<Row>(
    "SELECT 'invoice' AS kind, issue_date AS day, currency, total AS amount, number AS name FROM invoices WHERE client_id = ? AND state = 'issued'",
  )
  const notes = await all<Row>(
    "SELECT 'credit note' AS kind, issue_date AS day, currency, -total AS amount, number AS name FROM credit_notes WHERE client_id = ? AND state = 'issued'",
  )
  const payments = await all<Row>(
    "SELECT iif(amount < 0, 'refund', 'payment') AS kind, paid_on AS day, currency, -amount AS amount, method AS name FROM payments WHERE client_id = ?",
  )
  return [...invoices, ...notes, ...payments]
}
/** What is open on each issued invoice: its total less the payments and the issued credit notes that name it. */
const openOf = async ({ clientId }: Person) =>
  (
    await env.DB.prepare(
      `SELECT currency, due_date AS due, total - coalesce((SELECT sum(amount) FROM payments p WHERE p.invoice_id = i.id), 0)
         - coalesce((SELECT sum(total) FROM credit_notes n WHERE n.invoice_id = i.id AND n.state = 'issued'), 0) AS open
       FROM invoices i WHERE client_id = ? AND state = 'issued'`,
    )
      .bind(clientId)
      .all<{ currency: string; due: string | null; open: number }>()
  ).results.filter(({ open }) => open > 0)

beforeAll(async () => {
  company = await makeCompany('Oursupply')
  await setSettings(company, { downloadInvoices: true })
  const next = random(7)
  for (let i = 0; i < CLIENTS; i++) {
    const person = await makeClient(company, `Client ${i}`)
    await fill(person, next)
    people.push({ person, cookie: (await signedInAs(person)).cookie, rows: await rowsOf(person), open: await openOf(person) })
  }
})

const sum = (rows: Row[]) => rows.reduce((total, { amount }) => total + amount, 0)
const figures = (page: string, figure: string) =>
  [...page.matchAll(new RegExp(`data-figure="${figure}" data-currency="([A-Z]{3})" data-amount="(-?\\d+)"`, 'g'))].map(
    ([, currency, amount]) => [currency, Number(amount)] as const,
  )
/** Minor units as a file writes them. */
const written = (amount: number, currency: string): string => {
  const places = PLACES[currency] ?? 2
  const digits = String(Math.abs(amount)).padStart(places + 1, '0')
  return `${amount < 0 ? '-' : ''}${places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`}`
}
/** And back. */
const inMinor = (text: string | undefined, currency: string): number => {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)\.?(\d*)$/.exec(text ?? '') ?? []
  return Number(sign + whole + fraction.padEnd(PLACES[currency] ?? 2, '0'))
}
const get = async (index: number, path: string): Promise<string> => {
  const { person, cookie } = people[index] ?? {}
  if (!person || !cookie) throw new Error('nobody')
  const answer = await askPortal(person, path, { cookie })
  expect(answer.status).toBe(200)
  return answer.text()
}

const PERIODS = [
  ['2025-03-01', '2025-09-30'],
  ['2020-01-01', '2030-12-31'],
  ['2026-06-01', '2026-06-01'],
] as const

describe.each(Array.from({ length: CLIENTS }, (_, i) => i))('client %i', (index) => {
  it.each(PERIODS)('from %s to %s: opening, each balance, closing; the same on the page and in the file', async (from, to) => {
    const { rows } = people[index] ?? { rows: [] }
    const page = await get(index, `/statement?from=${from}&to=${to}`)
    const file = parse(await get(index, `/statement.csv?from=${from}&to=${to}`), { bom: true, columns: true }) as Record<string, string>[]
    const currencies = [...new Set(['EUR', ...rows.map(({ currency }) => currency)])]
    for (const currency of currencies) {
      const own = rows.filter((row) => row.currency === currency)
      const opening = sum(own.filter((row) => row.day < from))
      const within = own.filter((row) => row.day >= from && row.day <= to)
      const closing = opening + sum(within)
      expect([currency, ...figures(page, 'opening').filter(([each]) => each === currency)]).toEqual([currency, [currency, opening]])
      expect([currency, ...figures(page, 'closing').filter(([each]) => each === currency)]).toEqual([currency, [currency, closing]])
      const balances = figures(page, 'balance').flatMap(([each, amount]) => (each === currency ? [amount] : []))
      expect(balances).toHaveLength(within.length)
      expect(balances.at(-1) ?? closing).toBe(closing)
      const filed = file.filter((row) => row.currency === currency)
      expect([filed.at(0)?.balance, filed.at(-1)?.balance]).toEqual([written(opening, currency), written(closing, currency)])
      const entries = filed.slice(1, -1)
      expect(entries.map(({ balance }) => balance)).toEqual(balances.map((amount) => written(amount, currency)))
      // Each of them once, by its day, and each step is its amount.
      expect(entries.map(({ type, date, number, amount }) => [type, date, number, amount].join()).sort()).toEqual(
        within.map((row) => [row.kind, row.day, row.name, written(row.amount, currency)].join()).sort(),
      )
      expect(entries.map(({ date }) => date)).toEqual([...entries.map(({ date }) => date)].sort())
    }
  })

  it('what it closes with is what the dashboard says, and what is open is there by its age', async () => {
    const { rows, open } = people[index] ?? { rows: [], open: [] }
    const page = await get(index, '/statement?from=2020-01-01&to=2030-12-31')
    expect(figures(page, 'closing').find(([currency]) => currency === 'EUR')?.[1]).toBe(sum(rows.filter(({ currency }) => currency === 'EUR')))
    const dashboard = await get(index, '/')
    const today = new Date().toISOString().slice(0, 10)
    const late = (due: string | null) => (due === null ? 0 : Math.round((Date.parse(today) - Date.parse(due)) / 86_400_000))
    const bucket = (due: string | null) =>
      late(due) <= 0 ? 'notDue' : late(due) <= 30 ? 'to30' : late(due) <= 60 ? 'to60' : late(due) <= 90 ? 'to90' : 'over90'
    for (const age of ['notDue', 'to30', 'to60', 'to90', 'over90']) {
      const expected = open.filter(({ currency, due }) => currency === 'EUR' && bucket(due) === age).reduce((total, each) => total + each.open, 0)
      const shown = figures(dashboard, `age-${age}`).find(([currency]) => currency === 'EUR')?.[1] ?? 0
      expect([age, shown]).toEqual([age, expected])
    }
  })
})

describe.each(Array.from({ length: CLIENTS }, (_, i) => i))('the invoices of client %i', (index) => {
  it('what is open adds up to the balance, on the page and in the file', async () => {
    const { person, rows, open } = people[index] ?? {}
    if (!person || !rows || !open) throw new Error('nobody')
    const page = await get(index, '/invoices?state=outstanding')
    const file = parse(await get(index, '/invoices.csv?state=outstanding'), { bom: true, columns: true }) as Record<string, string>[]
    for (const currency of new Set(rows.map((row) => row.currency))) {
      const own = open.filter((each) => each.currency === currency)
      const openSum = own.reduce((total, each) => total + each.open, 0)
      const balance = sum(rows.filter((row) => row.currency === currency))
      const part = (name: string) => figures(page, name).find(([each]) => each === currency)?.[1]
      // Where nothing comes off there is nothing to explain.
      if (part('open') === undefined) expect([currency, openSum]).toEqual([currency, balance])
      else {
        expect([currency, part('open'), part('outstanding')]).toEqual([currency, openSum, balance])
        expect((part('open') ?? 0) + (part('overpaid') ?? 0) + (part('on-account') ?? 0) + (part('credited') ?? 0)).toBe(balance)
      }
      const filed = file.filter((row) => row.currency === currency)
      expect(filed.flatMap((row) => (row.type === 'invoice' ? [row.open] : [])).sort()).toEqual(own.map((each) => written(each.open, currency)).sort())
      expect([currency, filed.reduce((total, row) => total + inMinor(row.open, currency), 0)]).toEqual([currency, balance])
      const whole = parse(await get(index, '/invoices.csv'), { bom: true, columns: true }) as Record<string, string>[]
      expect([currency, whole.reduce((total, row) => total + (row.currency === currency ? inMinor(row.open, currency) : 0), 0)]).toEqual([currency, balance])
    }
  })

  it('on some days are those that were issued then', async () => {
    const { rows } = people[index] ?? { rows: [] }
    const [from, to] = ['2025-06-01', '2026-02-28']
    const filed = parse(await get(index, `/invoices.csv?from=${from}&to=${to}`), { bom: true, columns: true }) as Record<string, string>[]
    const file = filed.filter((row) => row.type === 'invoice')
    const expected = rows.filter((row) => row.kind === 'invoice' && row.day >= from && row.day <= to)
    expect(file.map((row) => [row.number, row.date, row.total].join()).sort()).toEqual(
      expected.map((row) => [row.name, row.day, written(row.amount, row.currency)].join()).sort(),
    )
    const page = await get(index, `/invoices?from=${from}&to=${to}`)
    for (const { kind, name } of rows)
      if (kind === 'invoice') expect([name, page.includes(`>${name}<`)]).toEqual([name, expected.some((each) => each.name === name)])
  })
})

describe('a period', () => {
  it.each([
    ['from=2026-02-30', 'The first day is none'],
    ['to=yesterday', 'The last day is none'],
    ['from=2026-03-02&to=2026-03-01', 'The first day comes after the last.'],
  ])('%s is refused with a sentence, and no file is made of it', async (query, words) => {
    const { person, cookie } = people[0] ?? {}
    if (!person || !cookie) throw new Error('nobody')
    const answer = await askPortal(person, `/statement?${query}`, { cookie })
    expect([answer.status, (await answer.text()).includes(words)]).toEqual([422, true])
    for (const kind of ['csv', 'pdf']) expect((await askPortal(person, `/statement.${kind}?${query}`, { cookie })).status).toBe(404)
  })

  it('of a draft or void invoice the payment is shown, and not the number', async () => {
    const person = await makeClient(company, 'Hidden')
    const { cookie } = await signedInAs(person)
    await env.DB.prepare("UPDATE invoices SET state = 'void' WHERE id = ?").bind(person.invoiceId).run()
    const page = await (await askPortal(person, '/statement?from=2026-01-01', { cookie })).text()
    expect(page).toContain('cheque of Hidden')
    expect(page).not.toContain(person.invoiceNumber)
    expect(await (await askPortal(person, '/statement.csv?from=2026-01-01', { cookie })).text()).not.toContain(person.invoiceNumber)
  })
})

it('how late is counted in days, to the day', async () => {
  const person = await makeClient(company, 'Edges')
  const { cookie } = await signedInAs(person)
  await env.DB.prepare("UPDATE invoices SET state = 'void' WHERE id = ?").bind(person.invoiceId).run()
  const today = Date.now()
  const due = (late: number) => new Date(today - late * 86_400_000).toISOString().slice(0, 10)
  const LATE = [-1, 0, 1, 30, 31, 60, 61, 90, 91]
  for (const [i, late] of LATE.entries())
    await env.DB.prepare(
      "INSERT INTO invoices (tenant_id, id, client_id, external_id, number, issue_date, due_date, state, currency, total, created_at, updated_at) VALUES (?, ?, ?, ?1 || ?2, ?, '2026-01-01', ?, 'issued', 'EUR', ?, 0, 0)",
    )
      .bind(company.tenantId, newId(), person.clientId, `E-${late}`, due(late), 10 ** i)
      .run()
  const page = await (await askPortal(person, '/', { cookie })).text()
  const shown = Object.fromEntries(['notDue', 'to30', 'to60', 'to90', 'over90'].map((age) => [age, figures(page, `age-${age}`)[0]?.[1]]))
  expect(shown).toEqual({ notDue: 11, to30: 1_100, to60: 110_000, to90: 11_000_000, over90: 100_000_000 })

  const said = async () => /Open on invoices on [^<:]*/.exec(await (await askPortal(person, '/statement?from=2025-01-01', { cookie })).text())?.[0]
  // What was paid of the void invoice.
  await env.DB.prepare('DELETE FROM payments WHERE tenant_id = ? AND client_id = ?').bind(company.tenantId, person.clientId).run()
  expect(await said()).toMatch(/^Open on invoices on \d+ \S+ \d{4}$/)
  await env.DB.prepare(
    "INSERT INTO payments (tenant_id, id, client_id, external_id, paid_on, amount, currency, created_at, updated_at) VALUES (?, ?1 || 'Account', ?, 'P-1', '2026-01-02', 7, 'EUR', 0, 0)",
  )
    .bind(company.tenantId, person.clientId)
    .run()
  expect(await said()).toMatch(/ \d{4}, before payments on account and other credit$/)
})
