import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { accesses, portalUsers } from '#src/db/schema/people.ts'
import { newId } from '#src/ids.ts'
import { importStep } from '#src/imports/work.ts'
import { makeCompany } from '#test/cast.ts'
import { books, changed, withRows } from './books.ts'
import { all, booksOf, countsOf, csv, done, leftovers, refusalsOf, runImport, startImport, workOff } from './importing.ts'

it('an order’s days of shipping and delivery may come beside the rest, and stay when a file doesn’t say them', async () => {
  const company = await makeCompany('Days')
  const { orders, clients } = books()
  const withDays = (days: string[]) =>
    (orders ?? '')
      .split('\n')
      .map((line, i) => `${line},${i === 0 ? 'delivered_date,shipped_date' : days.join(',')}`)
      .join('\n')
  const daysOf = () => all('SELECT shipped_on, delivered_on, returnable_from FROM orders WHERE tenant_id = ? AND external_id = ?', company.tenantId, 'O-1')
  await runImport(company, { clients: clients ?? '', orders: orders ?? '' })
  expect(await daysOf()).toMatchObject([{ shipped_on: null, delivered_on: null }])
  const first = await runImport(company, { orders: withDays(['2026-03-09', '2026-03-07']) })
  expect(first.counts.orders).toEqual(done(0, { changed: 3 }))
  const known = [{ shipped_on: '2026-03-07', delivered_on: '2026-03-09', returnable_from: '2026-03-07' }]
  expect(await daysOf()).toEqual(known)
  for (const file of [orders ?? '', withDays(['', ''])]) {
    expect((await runImport(company, { orders: file })).counts.orders).toEqual(done(0, { unchanged: 3 }))
    expect(await daysOf()).toEqual(known)
  }
  const bad = await runImport(company, { orders: withDays(['2026-02-30', '']) })
  expect(bad.refusals[0]).toContain('delivered_date')
})

describe('the files of all kinds', () => {
  it('make the books they hold, and again change nothing', async () => {
    const company = await makeCompany('Books')
    const first = await runImport(company, books(), { rows: 2 })
    expect(first.refusals).toEqual([])
    expect(first.counts).toEqual({
      clients: done(4),
      orders: done(3),
      order_lines: done(4),
      shipments: done(2),
      invoices: done(5),
      invoice_lines: done(5),
      credit_notes: done(3),
      credit_note_lines: done(2),
      payments: done(5),
    })
    const made = await booksOf(company)
    expect(made.clients[1]).toMatchObject({
      code: 'KD-2',
      name: 'Ζεύς, "Ltd"\nAthens',
      name_key: 'ζεύσ, "ltd"\nathens',
      email_key: 'kd-2@clients.example',
      credit_limit: null,
      city: 'Łódź',
      order_count: 1,
      invoice_count: 1,
      payment_count: 1,
    })
    expect(made.clients[3]).toMatchObject({ code: 'KD-4', email: null, email_key: null })
    expect(made.orders[2]).toEqual({
      code: 'KD-3',
      external_id: 'O-3',
      number: 'O-3',
      po_number: '',
      search_text: null,
      order_date: '2026-03-05',
      status: 'draft',
      currency: 'JPY',
      total: 1500,
    })
    expect(made.orderLines[1]).toEqual({
      external_id: 'O-1',
      position: 2,
      sku: 'B',
      description: 'Brot, "frisch"',
      quantity: 25_000,
      unit_price: 800,
      discount: 0,
      line_total: 2000,
      search_text: null,
    })
    expect(made.orderLines[3]).toMatchObject({ description: 'チーズ', search_text: null })
    expect(made.shipments).toEqual([
      {
        ordered: 'O-1',
        external_id: 'S-1',
        carrier: 'DHL',
        tracking_number: '00340 43',
        tracking_url: 'https://carrier.example/track?n=1&l=de',
        shipped_on: '2026-01-06',
        expected_on: '2026-01-08',
      },
      { ordered: 'O-1', external_id: 'S-2', carrier: 'Ταχυδρομείο', tracking_number: '', tracking_url: '', shipped_on: null, expected_on: null },
    ])
    expect(made.creditNotes.map(({ number, invoice, state, total, search_text }) => [number, invoice, state, total, search_text])).toEqual([
      ['GS 1', 'I-1', 'issued', 1190, null],
      ['GS 2', null, 'void', 500, null],
      ['GÜ 3', null, 'issued', 300, 'gü 3'],
    ])
    expect(made.creditNoteLines[0]).toEqual({
      external_id: 'C-1',
      position: 1,
      sku: 'A',
      description: 'Käse, verdorben',
      quantity: 5000,
      unit_price: 2000,
      tax_rate: 19_000,
      line_total: 1000,
      search_text: null,
    })
    expect(made.orderLines[2]).toMatchObject({ external_id: 'O-2', discount: 5000, line_total: 1900 })
    expect(
      made.invoices.map(({ external_id, state, ordered, due_date, paid, open, credit }) => [external_id, state, ordered, due_date, paid, open, credit]),
    ).toEqual([
      ['I-1', 'issued', 'O-1', '2026-02-05', 13_900, 0, 3190],
      ['I-2', 'issued', null, null, -500, 5500, 0],
      ['I-3', 'void', 'O-2', '2026-02-08', 1900, 0, 1900],
      ['I-4', 'draft', 'O-3', '2026-02-09', 0, 0, 0],
      ['I-5', 'issued', null, '2026-02-10', 0, 0, 0],
    ])
    expect(made.balances).toContainEqual({ code: 'KD-1', currency: 'EUR', open: 5500, credit: 3190, on_account: 750, unapplied: 0 })
    expect(made.balances).toContainEqual({ code: 'KD-3', currency: 'JPY', open: 0, credit: 0, on_account: 0, unapplied: 300 })

    const rows = () =>
      all(
        'SELECT id, created_at, updated_at FROM clients WHERE tenant_id = ?1 UNION ALL SELECT id, created_at, updated_at FROM invoices WHERE tenant_id = ?1 ORDER BY 1',
        company.tenantId,
      )
    const untouched = await rows()
    const second = await runImport(company, books())
    expect(second.counts).toEqual({
      clients: done(0, { unchanged: 4 }),
      orders: done(0, { unchanged: 3 }),
      order_lines: done(0, { unchanged: 4 }),
      shipments: done(0, { unchanged: 2 }),
      invoices: done(0, { unchanged: 5 }),
      invoice_lines: done(0, { unchanged: 5 }),
      credit_notes: done(0, { unchanged: 3 }),
      credit_note_lines: done(0, { unchanged: 2 }),
      payments: done(0, { unchanged: 5 }),
    })
    expect(await booksOf(company)).toEqual(made)
    expect(await rows()).toEqual(untouched)
  })

  it('may have their columns in any order, others beside them, headings in capitals, CRLF and a byte order mark', async () => {
    const company = await makeCompany('Otherwise')
    const text =
      '\ufeffNote,Currency,External_ID ,total,status,order_date,number,client_external_id\r\n"two\r\nlines",EUR,O-1,100.00,Delivered,2026-01-05, O-1 ,KD-1\r\n'
    await runImport(company, { clients: books().clients, orders: books().orders })
    expect((await runImport(company, { orders: text })).counts.orders).toEqual(done(0, { unchanged: 1 }))
  })
})

describe('a row that changed', () => {
  it('updates what stands, and only that', async () => {
    const company = await makeCompany('Changes')
    const files = books()
    await runImport(company, files)
    const before = await booksOf(company)
    const { counts, refusals } = await runImport(company, {
      clients: changed(files.clients, 'KD-1', '1000.00', ''),
      invoices: changed(files.invoices, 'I-5', 'KD-4', 'KD-1'),
      payments: changed(changed(files.payments, 'P-2', '120.00', '100.00'), 'P-4', 'KD-1,,', 'KD-1,I-2,'),
    })
    expect(refusals).toEqual([])
    expect(counts).toEqual({
      clients: done(0, { changed: 1, unchanged: 3 }),
      invoices: done(0, { changed: 1, unchanged: 4 }),
      payments: done(0, { changed: 2, unchanged: 3 }),
    })
    const after = await booksOf(company)
    expect(after.clients[0]).toEqual({ ...before.clients[0], credit_limit: null, invoice_count: 3 })
    expect(after.invoices.slice(0, 2)).toMatchObject([
      { paid: 11_900, open: 0, credit: 1190 },
      { paid: 250, open: 4750 },
    ])
    expect(after.invoices[4]).toEqual({ ...before.invoices[4], code: 'KD-1' })
    expect(after.balances).toContainEqual({ code: 'KD-1', currency: 'EUR', open: 4750, credit: 1190, on_account: 0, unapplied: 0 })
  })

  it('of a client may take its address away: an invitation to the old one ends, an active login stays', async () => {
    const company = await makeCompany('Moved')
    const { clients } = books()
    await runImport(company, { clients })
    for (const [code, state] of [
      ['KD-1', 'invited'],
      ['KD-2', 'active'],
    ] as const) {
      const portalUserId = newId()
      const email = `${code.toLowerCase()}@clients.example`
      const [client] = await all<{ id: string }>('SELECT id FROM clients WHERE tenant_id = ? AND code = ?', company.tenantId, code)
      await company.door.run({
        person: company.door.insert(portalUsers, { id: portalUserId, email, emailKey: email, createdAt: 1 }),
        access: company.door.insert(accesses, { portalUserId, clientId: client?.id ?? '', state, invitedAt: 1 }),
      })
    }
    const states = () =>
      all(
        'SELECT c.code, c.access_state, a.state FROM clients c LEFT JOIN accesses a ON a.client_id = c.id WHERE c.tenant_id = ? ORDER BY c.code LIMIT 2',
        company.tenantId,
      )
    expect((await runImport(company, { clients: changed(clients, 'KD-1', 'Łódź', 'Berlin') })).counts.clients).toMatchObject({ changed: 1 })
    expect(await states()).toEqual([
      { code: 'KD-1', access_state: 'invited', state: 'invited' },
      { code: 'KD-2', access_state: 'active', state: 'active' },
    ])
    await runImport(company, { clients: clients.replace('kd-1@', 'new-1@').replace('kd-2@', 'new-2@') })
    expect(await states()).toEqual([
      { code: 'KD-1', access_state: 'not-invited', state: null },
      { code: 'KD-2', access_state: 'not-invited', state: 'active' },
    ])
  })
})

describe('what nobody thought of', () => {
  it('is refused alone when the database itself refuses a row', async () => {
    const company = await makeCompany('Halved')
    await env.DB.exec(`CREATE TRIGGER no_such_name BEFORE INSERT ON clients WHEN NEW.name LIKE 'Bad%' BEGIN SELECT RAISE(ABORT, 'no'); END`)
    const row = (code: string, name: string) => csv('clients', [code, name, '', '', 'active', 'EUR', '', '', '', '', '', '', '']).split('\n')[1] ?? ''
    const names = ['a', 'b', 'Bad 1', 'c', 'd', 'Bad 2', 'Bad 3', 'e', 'f']
    // It can't be foreseen.
    const message = await startImport(company, { clients: withRows(csv('clients'), ...names.map((name, i) => row(`K-${i}`, name))) })
    await workOff(message)
    await env.DB.exec('DROP TRIGGER no_such_name')
    const counts = await countsOf(message)
    expect(await refusalsOf(message)).toEqual([4, 7, 8].map((line) => `clients ${line} : The database does not take this row`))
    expect(counts.clients).toEqual(done(6, { refused: 3 }))
  })

  it('is told when the uploaded file is gone: the other files are worked through', async () => {
    const company = await makeCompany('Gone')
    const message = await startImport(company, { clients: books().clients, orders: books().orders })
    await env.FILES.delete(`tenants/${message.tenantId}/imports/${message.importId}/1`)
    await workOff(message)
    expect(await countsOf(message)).toMatchObject({ clients: { state: 'refused', created: 0 }, orders: { state: 'done', refused: 3 } })
    expect(await all('SELECT problem FROM import_files WHERE import_id = ? AND problem IS NOT NULL', message.importId)).toEqual([
      { problem: 'The uploaded file is no longer there. Upload it again.' },
    ])
    expect(await all('SELECT finished_at IS NOT NULL AS finished FROM imports WHERE id = ?', message.importId)).toEqual([{ finished: 1 }])
  })

  it('is nothing to worry about when the import is unknown, or finished', async () => {
    const company = await makeCompany('Unknown')
    expect(await importStep(env, { tenantId: company.tenantId, importId: 'none' }, Date.now())).toBe('gone')
    const message = await startImport(company, books())
    await workOff(message)
    const [before, moved] = [await countsOf(message), await all('SELECT * FROM imports WHERE id = ?', message.importId)]
    expect(await importStep(env, message, Date.now() + 5)).toBe('finished')
    expect([await countsOf(message), await all('SELECT * FROM imports WHERE id = ?', message.importId)]).toEqual([before, moved])
    expect(await leftovers(message)).toBe(0)
    const other = await makeCompany('Other')
    expect(await importStep(env, { ...message, tenantId: other.tenantId }, Date.now())).toBe('gone')
    expect(await refusalsOf(message)).toEqual([])
  })
})

describe('a row that says when it was last changed', () => {
  const dated = (text: string, at: string) =>
    text
      .split('\n')
      .map((line, i) => `${line},${i === 0 ? 'updated_at' : at}`)
      .join('\n')
  // One line a row: the second client's name holds a line end.
  const oneClient = (name: string) => csv('clients', ['KD-9', name, '', '', 'active', 'EUR', '', '', '', '', '', '', ''])
  const nameOf = async (tenantId: string) =>
    (await all<{ name: string }>('SELECT name FROM clients WHERE tenant_id = ? AND code = ?', tenantId, 'KD-9'))[0]?.name

  it('doesn’t overwrite a newer one, whichever comes first, and one without a date is taken as it comes', async () => {
    const company = await makeCompany('Dated')
    const take = async (name: string, at: string) => {
      const { counts, refusals } = await runImport(company, { clients: dated(oneClient(name), at) })
      expect(refusals).toEqual([])
      return [counts.clients?.changed, counts.clients?.unchanged, await nameOf(company.tenantId)]
    }
    await take('March', '2026-03-10T12:00:00Z')
    expect(await take('Older', '2026-03-10T12:59:59+01:00')).toEqual([0, 1, 'March'])
    expect(await take('A day before', '2026-03-09')).toEqual([0, 1, 'March'])
    expect(await take('Same instant', '2026-03-10T13:00:00+01:00')).toEqual([1, 0, 'Same instant'])
    expect(await take('Later', '2026-03-11 00:00+00:00')).toEqual([1, 0, 'Later'])
    // What was seen of it last counts, though nothing else of the row was new.
    expect(await take('Later', '2026-03-20')).toEqual([1, 0, 'Later'])
    expect(await take('In between', '2026-03-15')).toEqual([0, 1, 'Later'])
    expect(await take('Undated', '')).toEqual([1, 0, 'Undated'])
    expect(await take('Still older', '2026-03-15')).toEqual([0, 1, 'Undated'])
  })

  it.each(['yesterday', '2026-02-30', '2026-03-10T12:00:00', '2026-02-30T12:00:00Z'])('“%s” is refused', async (at) => {
    const { refusals } = await runImport(await makeCompany('Undated'), { clients: dated(oneClient('x'), at) })
    expect(refusals).toEqual([`clients 2 updated_at: “${at}” is neither a day nor an instant with its time zone, like 2026-03-31T14:05:00Z`])
  })

  it('of every kind that may say so', async () => {
    const company = await makeCompany('Kinds')
    await runImport(company, books())
    for (const kind of ['orders', 'shipments', 'invoices', 'credit_notes', 'payments'] as const) {
      const file = books()[kind] ?? ''
      expect((await runImport(company, { [kind]: dated(file, '2026-05-02') })).counts[kind], kind).toMatchObject({ refused: 0, unchanged: 0 })
      const before = await booksOf(company)
      const older = dated(file.replaceAll('2026-01', '2025-12'), '2026-05-01')
      expect((await runImport(company, { [kind]: older })).counts[kind], kind).toMatchObject({ refused: 0, changed: 0 })
      expect(await booksOf(company)).toEqual(before)
    }
  })
})
