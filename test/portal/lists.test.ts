import { env } from 'cloudflare:workers'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { LOOKED_THROUGH } from '#src/billing/search.ts'
import { newId } from '#src/ids.ts'
import { askPortal } from '#test/asking.ts'
import { makeCreditNote } from '#test/billing/notes.ts'
import { makeCast, makeClient, makeCompany, type Person, signedInAs } from '#test/cast.ts'
import { csv, runImport } from '#test/imports/importing.ts'

/** The lists of orders and invoices: found by what is typed, narrowed, walked page by page. */

const run = (statement: string, ...values: unknown[]) =>
  env.DB.prepare(statement)
    .bind(...values)
    .run()

const invoice = (
  person: Person,
  { number, day = '2026-03-01', total = 1000, currency = 'EUR', po = '' }: Record<string, string | number | undefined> & { number: string },
) => {
  const id = newId()
  return run(
    'INSERT INTO invoices (tenant_id, id, client_id, external_id, number, po_number, issue_date, state, currency, total, created_at, updated_at) VALUES (?1, ?2, ?3, ?2, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0)',
    person.company.tenantId,
    id,
    person.clientId,
    number,
    po,
    day,
    'issued',
    currency,
    total,
  ).then(() => id)
}

const asked = async (person: Person, cookie: string, path: string): Promise<string> => {
  const answer = await askPortal(person, path, { cookie })
  expect(answer.status).toBe(200)
  return answer.text()
}
const rowsOf = (page: string) =>
  [...page.matchAll(/<tr data-entry="([a-z-]+)" data-currency="([A-Z]{3})" data-open="(-?\d+)">([\s\S]*?)<\/tr>/g)].map(
    ([, kind, currency, open, html = '']) => ({
      kind,
      currency,
      open: Number(open),
      name: (/<td class="name text">([\s\S]*?)<\/td>/.exec(html)?.[1] ?? '').replaceAll(/<small>[\s\S]*?<\/small>|<[^>]+>/g, '').trim(),
    }),
  )
const namesIn = (page: string) => rowsOf(page).map(({ name }) => name)
const nextOf = (page: string) => /href="\/portal([^"]+)" rel="next"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
/** Every page of a list, one after the other. */
const walked = async (person: Person, cookie: string, path: string): Promise<string[]> => {
  const pages: string[] = []
  for (let next: string | undefined = path; next !== undefined; next = nextOf(pages.at(-1) ?? '')) pages.push(await asked(person, cookie, next))
  return pages
}

describe('searching', () => {
  let ada: Person
  let cookie: string
  const found = async (q: string, list = '/invoices') => namesIn(await asked(ada, cookie, `${list}?${new URLSearchParams({ q })}`)).sort()
  const foundOrders = async (q: string) =>
    [...(await asked(ada, cookie, `/orders?${new URLSearchParams({ q })}`)).matchAll(/<td class="name text"><a[^>]*>([^<]+)</g)].map(([, name]) => name)

  beforeAll(async () => {
    const company = await makeCompany('Searched')
    ada = await makeClient(company, 'Adaworks')
    cookie = (await signedInAs(ada)).cookie
    const code = (await env.DB.prepare('SELECT code FROM clients WHERE id = ?').bind(ada.clientId).first<string>('code')) ?? ''
    const orders = `${csv('orders', ['O-9', code, 'SO-9', '2026-01-05', 'confirmed', 'EUR', '5.00']).replace('\n', ',po_number\n')},4500/ÄÖ`
    const { refusals } = await runImport(company, {
      orders,
      order_lines: csv('order_lines', ['O-9', 1, 'KRK-1', 'Flaschen ÖL', '1', '5.00', '', '5.00']),
      invoices: csv(
        'invoices',
        ['I-1', code, 'O-9', 'RE-2026-17', '2026-01-06', '', 'open', 'EUR', '100.00'],
        ['I-2', code, '', 'RE-2026-18', '2026-01-07', '', 'open', 'EUR', '50.00'],
        ['I-3', code, '', 'RE-2026-19', '2026-01-08', '', 'draft', 'EUR', '50.00'],
      ),
      invoice_lines: csv(
        'invoice_lines',
        ['I-1', 1, 'KRK-1', 'Flaschen ÖL', '1', '60.00', '', '60.00'],
        ['I-1', 2, 'X', '100% Wolle_fein', '1', '40.00', '', '40.00'],
        ['I-2', 1, 'A', 'Κρασί ΚΌΚΚΙΝΟ', '1', '50.00', '', '50.00'],
        ['I-3', 1, 'A', 'Κρασί λευκό', '1', '50.00', '', '50.00'],
      ),
      credit_notes: csv('credit_notes', ['C-1', code, 'I-1', 'GS-1', '2026-01-25', 'open', 'EUR', '11.90']),
      credit_note_lines: csv('credit_note_lines', ['C-1', 1, 'A', 'Bruch bei Flaschen', '1', '11.90', '', '11.90']),
    })
    expect(refusals).toEqual([])
  })

  it.each([
    ['2026-17', ['RE-2026-17']],
    ['re-2026', ['RE-2026-17', 'RE-2026-18']],
    ['RE-2026 öl', ['RE-2026-17']],
    ['flaschen', ['GS-1', 'RE-2026-17']],
    ['flaschen öl', ['RE-2026-17']],
    ['ÖL', ['RE-2026-17']],
    ['krk-1', ['RE-2026-17']],
    ['κόκκινο', ['RE-2026-18']],
    ['ΚΡΑΣΊ', ['RE-2026-18']],
    ['so-9', ['RE-2026-17']],
    ['4500/äö', ['RE-2026-17']],
    ['100%', ['RE-2026-17']],
    ['%', ['RE-2026-17']],
    ['wolle_', ['RE-2026-17']],
    ['gs-1', ['GS-1']],
    ["'; DROP TABLE invoices; --", []],
    ['a b c d e f', []],
  ])('finds by “%s”', async (q, names) => expect(await found(q)).toEqual(names))

  it.each([
    ['so-9', ['SO-9']],
    ['4500', ['SO-9']],
    ['4500/ÄÖ', ['SO-9']],
    ['öl', ['SO-9']],
    ['goods of', ['SO-Adaworks']],
    ['nothing of that', []],
  ])('finds orders by “%s”', async (q, names) => expect(await foundOrders(q)).toEqual(names))

  it('an order’s own number is shown beside it, and on what was invoiced for it', async () => {
    expect(await asked(ada, cookie, '/orders?q=4500')).toContain('PO 4500/ÄÖ')
    // A later file that doesn't say it takes nothing away.
    const code = (await env.DB.prepare('SELECT code FROM clients WHERE id = ?').bind(ada.clientId).first<string>('code')) ?? ''
    const again = await runImport(ada.company, { orders: csv('orders', ['O-9', code, 'SO-9', '2026-01-05', 'confirmed', 'EUR', '5.00']) })
    expect(again.counts.orders).toMatchObject({ unchanged: 1, changed: 0 })
    expect(await foundOrders('4500/äö')).toEqual(['SO-9'])
  })

  it('says so when nothing was found, and keeps what was typed', async () => {
    const page = await asked(ada, cookie, '/invoices?q=%22%3E%3Cscript%3E')
    expect(page).toContain('Nothing found')
    expect(page).toContain('value="&quot;&gt;&lt;script&gt;"')
  })

  it('looks through so many documents and goes on from there when asked to', async () => {
    const company = await makeCompany('Long')
    const person = await makeClient(company, 'Longlist')
    const own = (await signedInAs(person)).cookie
    await run(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${LOOKED_THROUGH + 400})
       INSERT INTO invoices (tenant_id, id, client_id, external_id, number, issue_date, state, currency, total, created_at, updated_at)
       SELECT ?, 'long' || i, ?, 'L' || i, 'L-' || i, date('2020-01-01', i || ' days'), 'issued', 'EUR', 100, 0, 0 FROM n`,
      company.tenantId,
      person.clientId,
    )
    // The oldest of them is beyond what one search looks through.
    expect(namesIn(await asked(person, own, '/invoices?q=l-701'))).toEqual(['L-701'])
    const pages = await walked(person, own, '/invoices?q=l-17')
    expect(pages.flatMap(namesIn).sort()).toEqual(['L-17', ...Array.from({ length: 10 }, (_, i) => `L-17${i}`)].sort())
    expect(pages.length).toBeGreaterThan(1)
    expect(pages[0]).toContain('were not looked through yet')
    expect(pages.at(-1)).not.toContain('were not looked through yet')
    const file = parse(await asked(person, own, '/invoices.csv?q=l-17'), { bom: true, columns: true }) as Record<string, string>[]
    expect(file).toHaveLength(11)
  })

  it('reads no more for a client with twice as many', async () => {
    const company = await makeCompany('Deep')
    const person = await makeClient(company, 'Deeplist')
    const own = (await signedInAs(person)).cookie
    const grow = (from: number) =>
      run(
        `WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ${LOOKED_THROUGH * 2} + ?1 - 1)
         INSERT INTO invoices (tenant_id, id, client_id, external_id, number, issue_date, state, currency, total, created_at, updated_at)
         SELECT ?, 'deep' || i, ?, 'D' || i, 'D-' || i, date('2030-01-01', -i || ' days'), 'issued', 'EUR', 100, 0, 0 FROM n`,
        from,
        company.tenantId,
        person.clientId,
      )
    const rowsRead = async (path: string) => {
      let rows = 0
      const d1 = new Proxy(env.DB, {
        get: (target, name) =>
          name === 'batch'
            ? async (statements: D1PreparedStatement[]) => {
                const results = await target.batch(statements)
                rows += results.reduce((sum, { meta }) => sum + meta.rows_read, 0)
                return results
              }
            : Reflect.get(target, name).bind(target),
      })
      expect((await askPortal(person, path, { cookie: own, env: { ...env, DB: d1 } })).status).toBe(200)
      return rows
    }
    await grow(1)
    const searched = '/invoices?state=paid&q=nothing'
    await run('UPDATE invoices SET total = 0 WHERE client_id = ?', person.clientId)
    const [before, listed] = [await rowsRead(searched), await rowsRead('/invoices?state=paid')]
    await grow(LOOKED_THROUGH * 2 + 1)
    await run('UPDATE invoices SET total = 0 WHERE client_id = ?', person.clientId)
    expect([await rowsRead(searched), await rowsRead('/invoices?state=paid')]).toEqual([before, listed])
    expect(listed).toBeLessThan(120)
    expect(before).toBeLessThan(7 * LOOKED_THROUGH)
  })
})

describe('a list that adds up', () => {
  let ada: Person
  let cookie: string
  beforeAll(async () => {
    ada = (await makeCast()).ada
    cookie = (await signedInAs(ada)).cookie
    const { tenantId } = ada.company
    // 111.11 less 1.00 are open; then one that is overpaid, one that is void and was paid, money on account and a refund of it.
    const over = await invoice(ada, { number: 'OVER-1', total: 500 })
    const gone = await invoice(ada, { number: 'GONE-1', total: 700 })
    await run(`UPDATE invoices SET state = 'void' WHERE id = ?`, gone)
    const pay = (of: string | null, amount: number, day: string) =>
      run(
        'INSERT INTO payments (tenant_id, id, client_id, invoice_id, external_id, paid_on, amount, currency, method, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?2, ?5, ?6, ?7, ?8, 0, 0)',
        tenantId,
        newId(),
        ada.clientId,
        of,
        day,
        amount,
        'EUR',
        'bank',
      )
    await pay(over, 800, '2026-03-02')
    await pay(gone, 700, '2026-03-03')
    await pay(null, 2500, '2026-03-04')
    await pay(null, -400, '2026-03-05')
    await makeCreditNote(ada, { invoiceId: null, total: 900 })
    await makeCreditNote(ada, { total: 200 })
  })

  it('what is outstanding is made of what is open, and of all that takes off', async () => {
    const page = await asked(ada, cookie, '/invoices?state=outstanding')
    const rows = rowsOf(page).map(({ kind, name, open }) => [kind, name.replace(/-\w{16}$/, ''), open])
    expect(rows).toEqual([
      ['credit-note', 'CN-Adaworks', -900],
      ['invoice', 'INV-Adaworks', 10_811],
      ['payment', 'Refund', 400],
      ['payment', 'Payment on account', -2500],
      ...[
        ['overpaid', 'Payment', -700],
        ['overpaid', 'Overpaid on OVER-1', -300],
      ].sort(([, a], [, b]) => rows.findIndex(([, name]) => name === a) - rows.findIndex(([, name]) => name === b)),
    ])
    expect(page).not.toContain('GONE-1')
    const balance = rows.reduce((sum, [, , open]) => sum + Number(open), 0)
    expect(page).toContain(`data-figure="outstanding" data-currency="EUR" data-amount="${balance}"`)
  })

  it('so is the list of all, where an overpaid invoice says so itself', async () => {
    const page = await asked(ada, cookie, '/invoices')
    const rows = rowsOf(page)
    expect(rows.filter(({ kind }) => kind === 'overpaid').map(({ name }) => name)).toEqual(['Payment'])
    expect(rows.find(({ name }) => name === 'OVER-1')?.open).toBe(-300)
    expect(
      rows
        .filter(({ kind }) => kind === 'credit-note')
        .map(({ open }) => open)
        .sort(),
    ).toEqual([-900, 0])
    expect(rows.reduce((sum, { open }) => sum + open, 0)).toBe(10_811 + 400 - 2500 - 700 - 300 - 900)
    expect(page).not.toContain('GONE-1')
  })

  it.each(['overdue', 'paid'])('of what is %s there are invoices alone', async (state) =>
    expect(new Set(rowsOf(await asked(ada, cookie, `/invoices?state=${state}`)).map(({ kind }) => kind))).toEqual(new Set(['invoice'])),
  )

  it('says above the list what is open, in each currency, and how much of it late', async () => {
    await invoice(ada, { number: 'YEN-1', total: 12_345, currency: 'JPY' })
    expect(
      (/<p class="soft" id="summary">([\s\S]*?)<\/p>/.exec(await asked(ada, cookie, '/invoices'))?.[1] ?? '')
        .replaceAll(/<[^>]+>|\s+/g, ' ')
        .replaceAll(/ +/g, ' ')
        .trim(),
    ).toBe('2 open · €108.11 and JP¥12,345 · 1 overdue')
  })

  it('is walked without losing or doubling a row, though all are of one day and of four kinds', async () => {
    const company = await makeCompany('Walked')
    const person = await makeClient(company, 'Walker')
    const own = (await signedInAs(person)).cookie
    for (let i = 0; i < 40; i++) await invoice(person, { number: `W-${i}` })
    for (let i = 0; i < 30; i++) await makeCreditNote(person, { invoiceId: null, issueDate: '2026-03-01', total: 1 })
    await run(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
       INSERT INTO payments (tenant_id, id, client_id, external_id, paid_on, amount, currency, method, created_at, updated_at)
       SELECT ?, 'walk' || i || 'x', ?, 'WP' || i, '2026-03-01', 1, 'EUR', 'w' || i, 0, 0 FROM n`,
      company.tenantId,
      person.clientId,
    )
    for (const path of ['/invoices', '/invoices?state=outstanding']) {
      const pages = await walked(person, own, path)
      const rows = pages.flatMap(rowsOf)
      expect(pages.map((page) => rowsOf(page).length)).toEqual([25, 25, 25, 25, 1])
      expect(new Set(rows.filter(({ kind }) => kind !== 'payment').map(({ name }) => name)).size).toBe(71)
      expect(rows.filter(({ kind }) => kind === 'payment')).toHaveLength(30)
      expect(rows.reduce((sum, { open }) => sum + open, 0)).toBe(40 * 1000 + 12_245 - 60)
    }
  })
})

describe('the list of orders', () => {
  it('is narrowed by state and days, and says when that leaves nothing', async () => {
    const { ada } = await makeCast()
    const { cookie } = await signedInAs(ada)
    const has = async (query: string) => (await asked(ada, cookie, `/orders${query}`)).includes('>SO-Adaworks<')
    expect(await has('?status=delivered&from=2026-05-01&to=2026-05-01')).toBe(true)
    for (const query of ['?status=shipped', '?from=2026-05-02', '?to=2026-04-30']) expect(await has(query)).toBe(false)
    expect(await asked(ada, cookie, '/orders?status=shipped')).toContain('No such orders')
    // A state that clients don't see is none to ask for.
    expect(await has('?status=draft')).toBe(true)
    await run(`UPDATE orders SET status = 'draft' WHERE id = ?`, ada.orderId)
    for (const query of ['', '?status=draft', '?q=so-ada']) expect(await has(query)).toBe(false)
    const refused = await askPortal(ada, '/orders?from=2026-02-30', { cookie })
    expect([refused.status, (await refused.text()).includes('The first day is none')]).toEqual([422, true])
  })
})

it('an order says where its goods are, and what its discounts took off', async () => {
  const { ada, ben } = await makeCast()
  const { cookie } = await signedInAs(ada)
  const ship = (orderId: string, carrier: string, day: string | null) =>
    run(
      'INSERT INTO shipments (tenant_id, id, order_id, external_id, carrier, tracking_number, tracking_url, shipped_on, expected_on, created_at, updated_at) VALUES (?1, ?2, ?3, ?2, ?4, ?5, ?6, ?7, ?8, 0, 0)',
      ada.company.tenantId,
      newId(),
      orderId,
      carrier,
      'T 1',
      'https://carrier.example/?a=1&b=2',
      day,
      '2026-05-09',
    )
  await ship(ada.orderId, 'Second', '2026-05-04')
  await ship(ada.orderId, 'First', '2026-05-03')
  await ship(ben.orderId, 'Elsewhere', '2026-05-03')
  await run('UPDATE order_lines SET discount = 10000, line_total = 10000 WHERE order_id = ?', ada.orderId)
  const page = await asked(ada, cookie, `/orders/${ada.orderId}`)
  expect(page.indexOf('<b>First</b>')).toBeGreaterThan(0)
  expect(page.indexOf('<b>First</b>')).toBeLessThan(page.indexOf('<b>Second</b>'))
  expect(page).toContain('href="https://carrier.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer"')
  expect(page).not.toContain('Elsewhere')
  // 111.11 before; the line says 100.00; what is left unexplained of the order's total is shown as that.
  for (const words of ['Before discounts', '€111.11', '−€11.11', 'Rounding', '€11.11']) expect(page).toContain(words)
})
