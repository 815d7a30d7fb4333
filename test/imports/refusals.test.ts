import { beforeAll, describe, expect, it } from 'vitest'
import { IMPORT_KINDS, type ImportKind } from '#src/db/schema/imports.ts'
import { type Company, makeCompany } from '#test/cast.ts'
import { books } from './books.ts'
import { all, booksOf, csv, runImport } from './importing.ts'

/** Bad rows, each for one reason, for a company whose books stand. */

let company: Company
beforeAll(async () => {
  company = await makeCompany('Refusals')
  await runImport(company, books())
})

const good: Record<ImportKind, Record<string, string | number>> = {
  clients: {
    external_id: 'KD-9',
    name: 'Nine',
    email: 'nine@clients.example',
    phone: '',
    status: 'active',
    currency: 'EUR',
    credit_limit: '10.00',
    address1: '',
    address2: '',
    city: '',
    region: '',
    postal_code: '',
    country: '',
  },
  orders: { external_id: 'O-9', client_external_id: 'KD-1', number: 'O-9', order_date: '2026-01-31', status: 'draft', currency: 'EUR', total: '1.00' },
  order_lines: {
    order_external_id: 'O-1',
    position: 1,
    sku: '',
    description: '',
    quantity: 1,
    unit_price: '100.00',
    discount_percent: 0,
    line_total: '100.00',
  },
  invoices: {
    external_id: 'I-9',
    client_external_id: 'KD-1',
    order_external_id: 'O-1',
    number: 'I-9',
    issue_date: '2026-01-31',
    due_date: '',
    status: 'open',
    currency: 'EUR',
    total: '1.00',
  },
  invoice_lines: {
    invoice_external_id: 'I-1',
    position: 1,
    sku: '',
    description: '',
    quantity: 1,
    unit_price: '100.00',
    tax_percent: 19,
    line_total: '100.00',
  },
  shipments: {
    external_id: 'S-9',
    order_external_id: 'O-1',
    carrier: '',
    tracking_number: '',
    tracking_url: '',
    shipped_date: '',
    expected_date: '2026-01-31',
  },
  credit_notes: {
    external_id: 'C-9',
    client_external_id: 'KD-1',
    invoice_external_id: 'I-1',
    number: 'C-9',
    issue_date: '2026-01-31',
    status: 'open',
    currency: 'EUR',
    total: '1.00',
  },
  credit_note_lines: {
    credit_note_external_id: 'C-1',
    position: 1,
    sku: '',
    description: '',
    quantity: 1,
    unit_price: '10.00',
    tax_percent: 19,
    line_total: '10.00',
  },
  payments: { external_id: 'P-9', client_external_id: 'KD-1', invoice_external_id: 'I-1', paid_on: '2026-01-31', amount: '1.00', currency: 'EUR', method: '' },
}

const EMPTY = 'This is needed, but empty'
const CASES: [ImportKind, Record<string, string | number>, string][] = [
  ['clients', { external_id: '' }, `external_id: ${EMPTY}`],
  ['clients', { external_id: 'x'.repeat(65) }, 'external_id: This has more than 64 characters'],
  ['clients', { name: ' ' }, `name: ${EMPTY}`],
  ['clients', { name: 'a\u0007b' }, 'name: This holds control characters'],
  ['clients', { email: 'nobody' }, 'email: “nobody” is not an e-mail address'],
  ['clients', { status: 'gone' }, 'status: “gone” is none of active, inactive'],
  ['clients', { status: '' }, `status: ${EMPTY}`],
  ['clients', { currency: 'EURO' }, 'currency: There is no currency “EURO”'],
  ['clients', { currency: '' }, `currency: ${EMPTY}`],
  ['clients', { credit_limit: '-1' }, 'credit_limit: A credit limit can’t be below zero'],
  ['clients', { credit_limit: '1.000,50' }, 'credit_limit: “1.000,50” is not a number written like 1,234.50'],
  ['clients', { currency: 'JPY', credit_limit: '0.5' }, 'credit_limit: 0.5 has more than 0 places for JPY'],
  ['orders', { client_external_id: 'KD-7781' }, 'client_external_id: No client “KD-7781”'],
  ['orders', { order_date: '2026-32-01' }, 'order_date: 32 is no such month'],
  ['orders', { order_date: '2026-02-30' }, 'order_date: 2026-02 has no day 30'],
  ['orders', { order_date: 'yesterday' }, 'order_date: “yesterday” is not a day written like 2026-03-31'],
  ['orders', { order_date: '0206-01-31' }, 'order_date: 0206 is too long ago'],
  ['orders', { order_date: '' }, `order_date: ${EMPTY}`],
  ['orders', { number: '' }, `number: ${EMPTY}`],
  ['orders', { status: 'open' }, 'status: “open” is none of draft, confirmed, shipped, delivered, cancelled'],
  ['orders', { currency: 'USD', total: '12.345' }, 'total: 12.345 has more than 2 places for USD'],
  ['orders', { total: '' }, `total: ${EMPTY}`],
  ['orders', { total: '99999999999999' }, 'total: 99999999999999 is too large'],
  ['order_lines', { order_external_id: 'O-77' }, 'order_external_id: No order “O-77”'],
  ['order_lines', { position: 0 }, 'position: “0” is not a position: 1, 2, 3 and so on'],
  ['order_lines', { quantity: '1.23456' }, 'quantity: 1.23456 has more than 4 places'],
  ['order_lines', { quantity: '' }, `quantity: ${EMPTY}`],
  ['order_lines', { discount_percent: '100.001' }, 'discount_percent: 100.001 is not between 0 and 100'],
  ['order_lines', { discount_percent: '1.2345' }, 'discount_percent: 1.2345 has more than 3 places'],
  ['order_lines', { unit_price: '100.005' }, 'unit_price: 100.005 has more than 2 places for EUR'],
  ['order_lines', { order_external_id: 'O-3', unit_price: '1.5', line_total: '2' }, 'unit_price: 1.5 has more than 0 places for JPY'],
  ['order_lines', { unit_price: '100.00', line_total: '100.123' }, 'line_total: 100.123 has more than 2 places for EUR'],
  ['order_lines', { line_total: '100.02' }, 'line_total: Quantity times price is 100.00, not 100.02'],
  [
    'order_lines',
    { quantity: 20, discount_percent: 10, line_total: '2000.00' },
    'line_total: Quantity times price less its discount is 1,800.00, not 2,000.00',
  ],
  ['order_lines', { quantity: '900000000', unit_price: '900000000' }, 'line_total: Quantity times price is too large'],
  ['invoices', { client_external_id: 'KD-7781' }, 'client_external_id: No client “KD-7781”'],
  ['invoices', { order_external_id: 'O-77' }, 'order_external_id: No order “O-77”'],
  ['invoices', { order_external_id: 'O-2' }, 'order_external_id: Order “O-2” is not an order of client “KD-1”'],
  ['invoices', { status: 'paid' }, 'status: “paid” is none of draft, open, void'],
  ['invoices', { due_date: '2026-04-31' }, 'due_date: 2026-04 has no day 31'],
  [
    'invoices',
    { external_id: 'I-1', client_external_id: 'KD-4', order_external_id: '' },
    'client_external_id: This invoice has payments or credit notes of another client',
  ],
  ['invoices', { external_id: 'I-1', currency: 'USD' }, 'currency: This invoice has payments or credit notes in EUR'],
  ['invoice_lines', { invoice_external_id: 'I-77' }, 'invoice_external_id: No invoice “I-77”'],
  ['invoice_lines', { tax_percent: '-1' }, 'tax_percent: -1 is not between 0 and 100'],
  ['invoice_lines', { unit_price: 'ten' }, 'unit_price: “ten” is not a number written like 1234.50'],
  ['invoice_lines', { line_total: '-100.00' }, 'line_total: Quantity times price is 100.00, not −100.00'],
  ['shipments', { order_external_id: 'O-77' }, 'order_external_id: No order “O-77”'],
  ['shipments', { order_external_id: '' }, `order_external_id: ${EMPTY}`],
  ['shipments', { tracking_url: 'javascript:alert(1)' }, 'tracking_url: “javascript:alert(1)” is not an address that begins with https://'],
  ['shipments', { tracking_url: 'https://a:b@c.example' }, 'tracking_url: “https://a:b@c.example” is not an address that begins with https://'],
  ['shipments', { expected_date: 'soon' }, 'expected_date: “soon” is not a day written like 2026-03-31'],
  ['credit_notes', { client_external_id: 'KD-7781' }, 'client_external_id: No client “KD-7781”'],
  ['credit_notes', { invoice_external_id: 'I-77' }, 'invoice_external_id: No invoice “I-77”'],
  ['credit_notes', { invoice_external_id: 'I-3' }, 'invoice_external_id: Invoice “I-3” is not an invoice of client “KD-1”'],
  ['credit_notes', { currency: 'USD' }, 'currency: Invoice “I-1” is in EUR, not in USD'],
  ['credit_notes', { total: '-1.00' }, 'total: What is credited is written without a minus'],
  ['credit_note_lines', { credit_note_external_id: 'C-77' }, 'credit_note_external_id: No credit note “C-77”'],
  ['credit_note_lines', { tax_percent: '101' }, 'tax_percent: 101 is not between 0 and 100'],
  ['payments', { client_external_id: 'KD-7781' }, 'client_external_id: No client “KD-7781”'],
  ['payments', { invoice_external_id: 'I-77' }, 'invoice_external_id: No invoice “I-77”'],
  ['payments', { invoice_external_id: 'I-3' }, 'invoice_external_id: Invoice “I-3” is not an invoice of client “KD-1”'],
  ['payments', { currency: 'USD' }, 'currency: Invoice “I-1” is in EUR, not in USD'],
  ['payments', { external_id: 'P-1', invoice_external_id: 'I-3' }, 'invoice_external_id: Invoice “I-3” is not an invoice of client “KD-1”'],
  ['payments', { amount: '1,5' }, 'amount: “1,5” is not a number written like 1,234.50'],
]

describe('a row is refused, and nothing else happens', () => {
  it.each(IMPORT_KINDS)('%s', async (kind) => {
    const before = await booksOf(company)
    const cases = CASES.filter(([of]) => of === kind)
    const rows = cases.map(([, cells]) => Object.values({ ...good[kind], ...cells }))
    const { counts, refusals } = await runImport(company, { [kind]: csv(kind, ...rows) })
    expect(refusals).toEqual(cases.map(([, , reason], i) => `${kind} ${i + 2} ${reason}`))
    expect(counts[kind]).toEqual({ state: 'done', created: 0, changed: 0, unchanged: 0, refused: cases.length })
    expect(await booksOf(company)).toEqual(before)
  })

  it('and each of these rows would have been taken but for that', async () => {
    const other = await makeCompany('Taken')
    await runImport(other, books())
    for (const kind of IMPORT_KINDS) {
      expect((await runImport(other, { [kind]: csv(kind, Object.values(good[kind])) })).refusals, kind).toEqual([])
    }
  })

  it('when it has too few cells, or too many', async () => {
    const { refusals } = await runImport(company, { payments: `${csv('payments')}\nP-9,KD-1\nP-10,KD-1,,2026-01-31,1.00,EUR,card,what\n` })
    expect(refusals).toEqual([
      'payments 2 : This row has 2 cells, the first line of the file has 7',
      'payments 3 : This row has 8 cells, the first line of the file has 7',
    ])
  })

  it('when its letters are not UTF-8', async () => {
    const { refusals } = await runImport(company, { clients: csv('clients', Object.values({ ...good.clients, name: 'M\u{fffd}ller' })) })
    expect(refusals).toEqual(['clients 2 name: This holds letters that are not UTF-8'])
  })

  it('but empty lines are no rows', async () => {
    const { counts } = await runImport(company, { payments: `${csv('payments')}\n\n,,,,,,\n\n` })
    expect(counts.payments).toEqual({ state: 'done', created: 0, changed: 0, unchanged: 0, refused: 0 })
  })
})

describe('the same key twice in a file', () => {
  it.each([1, 2, 500])('counts once, the first good row, %i rows at a time', async (rows) => {
    const other = await makeCompany('Twice')
    const row = (more: Record<string, string>) => Object.values({ ...good.clients, ...more })
    const { counts, refusals } = await runImport(
      other,
      {
        clients: csv('clients', row({ status: 'bad' }), row({ name: 'First' }), row({ external_id: 'KD-8' }), row({ name: 'Second' }), row({ name: 'Third' })),
      },
      { rows },
    )
    expect(refusals).toEqual([
      'clients 2 status: “bad” is none of active, inactive',
      'clients 5 external_id: “KD-9” appears twice in this file: also in line 3',
      'clients 6 external_id: “KD-9” appears twice in this file: also in line 3',
    ])
    expect(counts.clients).toMatchObject({ created: 2, refused: 3 })
    expect(await all('SELECT name FROM clients WHERE tenant_id = ? ORDER BY code', other.tenantId)).toEqual([{ name: 'Nine' }, { name: 'First' }])
  })
})
