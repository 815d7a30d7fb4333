import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { headOf } from '#src/imports/head.ts'
import { seenIn, styled, suggested } from '#src/imports/suggest.ts'
import { askStaff } from '#test/asking.ts'
import { type Company, makeCompany, signedInStaff } from '#test/cast.ts'
import { books } from './books.ts'
import { all, booksOf, countsOf, csv, formOf, planOf, refusalsOf, runImport, workOff } from './importing.ts'

/** Files of other programs: what their columns mean is suggested, shown, changed and remembered. */

const SAMPLES = import.meta.glob<string>('./samples/*.csv', { eager: true, query: '?raw', import: 'default' })
const sample = (name: string): string => SAMPLES[`./samples/${name}.csv`] ?? ''

const onPage = async (company: Company) => {
  const { cookie } = await signedInStaff(company)
  const told: { tenantId: string; importId: string }[] = []
  const given = {
    ...env,
    IMPORT_QUEUE: { send: (message: { tenantId: string; importId: string }) => Promise.resolve(told.push(message)) } as unknown as typeof env.IMPORT_QUEUE,
  }
  const post = async (path: string, form: Record<string, string>) => askStaff(path, { cookie, form, env: given })
  const page = async (path: string) => (await askStaff(path, { cookie })).text()
  /** Sends files, and says where that leads. */
  const upload = async (files: [string, string][]) => {
    const encoded = new Response(formOf(files))
    const answer = await askStaff('/imports', {
      cookie,
      env: given,
      method: 'POST',
      body: await encoded.arrayBuffer(),
      headers: { 'Content-Type': encoded.headers.get('Content-Type') ?? '' },
    })
    return answer.headers.get('Location') ?? `${answer.status}`
  }
  /** The form of the Columns page as a browser would send it. */
  const formOn = (html: string): Record<string, string> => {
    const fields: Record<string, string> = {}
    const plain = (text: string) => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'")
    for (const [tag] of html.matchAll(/<input[^>]*>/g)) {
      const name = /\sname="([^"]*)"/.exec(tag)?.[1]
      if (name === undefined || (tag.includes('type="radio"') && !tag.includes('checked'))) continue
      fields[plain(name)] = plain(/\svalue="([^"]*)"/.exec(tag)?.[1] ?? '')
    }
    for (const [, attributes = '', options = ''] of html.matchAll(/<select([^>]*)>(.*?)<\/select>/gs)) {
      const name = /\sname="([^"]*)"/.exec(attributes)?.[1]
      const chosen = [...options.matchAll(/<option([^>]*)>/g)].map(([, own = '']) => ({
        value: /value="([^"]*)"/.exec(own)?.[1] ?? '',
        isChosen: own.includes('selected'),
      }))
      if (name !== undefined) fields[plain(name)] = plain((chosen.find(({ isChosen }) => isChosen) ?? chosen[0])?.value ?? '')
    }
    return fields
  }
  const importId = (path: string) => path.split('/')[2] ?? ''
  const message = (path: string) => ({ tenantId: company.tenantId, importId: importId(path) })
  const start = async (columns: string) => post(columns.replace('columns', 'start'), { plan: String(await planOf(message(columns))) })
  return { post, page, upload, formOn, importId, message, told, start }
}

const money = (company: Company) =>
  all(
    'SELECT c.code, b.currency, b.open, b.credit FROM client_balances b JOIN clients c ON c.id = b.client_id WHERE b.tenant_id = ? ORDER BY 1',
    company.tenantId,
  )
const kindsOf = (text: string) => {
  const head = headOf(new TextEncoder().encode(text), true)
  if ('problem' in head) throw new Error(head.problem)
  const { mappings, from } = suggested(head, undefined, 'GBP')
  return { from, kinds: mappings.map(({ kind }) => kind), ...styled(mappings, seenIn(head, mappings)) }
}

describe('exports of other programs map without help', () => {
  it.each([
    ['xero-contacts', ['clients']],
    ['xero-invoices', ['invoices', 'invoice_lines', 'payments']],
    ['quickbooks-customers', ['clients']],
    ['quickbooks-invoices', ['invoices', 'payments']],
    ['zoho-contacts', ['clients']],
    ['zoho-invoices', ['invoices', 'invoice_lines', 'payments']],
    ['zoho-payments', ['payments']],
  ])('%s', (name, kinds) => expect(kindsOf(sample(name))).toMatchObject({ from: 'names', kinds, isSure: true }))

  it('Xero: clients, invoices, lines with their tax, and what was paid', async () => {
    const company = await makeCompany('With Xero')
    const { refusals, counts } = await runImport(company, [
      ['contacts', sample('xero-contacts')],
      ['invoices', sample('xero-invoices')],
    ])
    expect(refusals).toEqual([])
    expect(Object.fromEntries(Object.entries(counts).map(([kind, { created }]) => [kind, created]))).toEqual({
      clients: 2,
      invoices: 3,
      invoice_lines: 4,
      payments: 2,
    })
    expect(await money(company)).toEqual([
      { code: 'Fen Boats', currency: 'GBP', open: 0, credit: 0 },
      { code: 'Marsh & Reed Ltd', currency: 'GBP', open: 100_000, credit: 0 },
    ])
    const { invoices, invoiceLines, clients } = await booksOf(company)
    expect(invoices[0]).toMatchObject({
      number: 'INV-0101',
      po_number: 'PO 77',
      issue_date: '2026-03-14',
      due_date: '2026-04-13',
      state: 'issued',
      total: 144_000,
    })
    expect(invoices[2]).toMatchObject({ number: 'INV-0103', state: 'void' })
    expect(invoiceLines.map(({ external_id, position, tax_rate, line_total }) => [external_id, position, tax_rate, line_total])).toEqual([
      ['INV-0101', 1, 20_000, 100_000],
      ['INV-0101', 2, 20_000, 20_000],
      ['INV-0102', 1, 0, 8_000],
      ['INV-0103', 1, 20_000, 1_000],
    ])
    expect(clients[1]).toMatchObject({ name: 'Marsh & Reed Ltd', email: 'accounts@marshreed.example', city: 'Ely', postal_code: 'CB7 4AA', currency: 'EUR' })
  })

  it('QuickBooks: days with the month first, what is still open', async () => {
    const company = await makeCompany('With QuickBooks')
    const { refusals } = await runImport(company, [
      ['customers', sample('quickbooks-customers')],
      ['invoices', sample('quickbooks-invoices')],
    ])
    expect(refusals).toEqual([])
    expect(await money(company)).toEqual([
      { code: "Amy's Bird Sanctuary", currency: 'EUR', open: 136_207, credit: 0 },
      { code: "Bill's Windsurf Shop", currency: 'EUR', open: 6_000, credit: 0 },
    ])
    expect((await booksOf(company)).invoices.map(({ issue_date, due_date }) => [issue_date, due_date])).toEqual([
      ['2026-01-15', '2026-02-14'],
      ['2026-02-03', '2026-03-05'],
      ['2026-03-20', '2026-04-19'],
    ])
  })

  it('Zoho: payments of their own file, and not those that its invoices speak of', async () => {
    const company = await makeCompany('With Zoho')
    const { refusals, counts } = await runImport(company, [
      ['payments', sample('zoho-payments')],
      ['invoices', sample('zoho-invoices')],
      ['contacts', sample('zoho-contacts')],
    ])
    expect(refusals).toEqual([])
    expect(counts.payments).toMatchObject({ created: 1 })
    expect(await money(company)).toEqual([
      { code: '4600000011', currency: 'USD', open: 12_700, credit: 0 },
      { code: '4600000012', currency: 'USD', open: 4_000, credit: 0 },
    ])
    expect((await booksOf(company)).clients[1]).toMatchObject({ status: 'inactive', credit_limit: null })
    expect((await booksOf(company)).payments).toEqual([
      { code: '4600000011', external_id: '4600000401', invoice: 'INV-000201', paid_on: '2026-01-28', amount: 20_000, currency: 'USD', method: 'Bank Transfer' },
    ])
  })

  it('rows of one invoice may stand anywhere, and what is wrong with it is said once', async () => {
    const company = await makeCompany('Scattered')
    const [head = '', ...rows] = sample('xero-invoices').trim().split('\n')
    const [first = '', second = '', third = '', fourth = ''] = rows
    const nobody = [first, second].map((row) => row.replace('Marsh & Reed Ltd', 'Nobody').replace('INV-0101', 'INV-0999'))
    const files: [string, string][] = [
      ['contacts', sample('xero-contacts')],
      ['invoices', [head, first, third, second, ...nobody, fourth].join('\n')],
    ]
    for (const pace of [{}, { rows: 1 }, { rows: 2 }]) {
      const { refusals, counts } = await runImport(company, files, pace)
      expect(refusals.filter((refusal) => refusal.startsWith('invoices'))).toEqual(
        pace.rows !== undefined ? expect.any(Array) : ['invoices 5 client_external_id: No client “Nobody”'],
      )
      expect(counts.invoices).toMatchObject({ unchanged: (counts.invoices?.created ?? 0) > 0 ? 0 : 3 })
      expect((await booksOf(company)).invoices).toHaveLength(3)
      expect((await booksOf(company)).invoiceLines).toHaveLength(4)
    }
  })

  it('the same files again change nothing', async () => {
    const company = await makeCompany('Again with Xero')
    const files: [string, string][] = [
      ['contacts', sample('xero-contacts')],
      ['invoices', sample('xero-invoices')],
    ]
    await runImport(company, files)
    const before = await booksOf(company)
    const { counts } = await runImport(company, files)
    expect(Object.values(counts).map(({ created, changed, refused }) => [created, changed, refused])).toEqual(Array(4).fill([0, 0, 0]))
    expect(await booksOf(company)).toEqual(before)
  })
})

const GERMAN = `Kundennr.;Beleg-Nr.;Rechnungsdatum;Fällig am;Betrag;Währung;Status
KD-1;RE-1;05.03.2026;04.04.2026;1.234,56;EUR;offen
KD-1;RE-2;06.03.2026;05.04.2026;99,90;EUR;storniert
KD-9;RE-3;07.03.2026;06.04.2026;1,00;EUR;gemahnt
`

describe('a file with foreign headings', () => {
  it('is shown as understood, changed, looked at, run, and remembered', async () => {
    const company = await makeCompany('German')
    await runImport(company, { clients: books().clients })
    const { upload, page, formOn, post, message, told, start } = await onPage(company)
    const columns = await upload([['rechnungen', GERMAN]])
    expect(columns).toMatch(/\/columns$/)
    const html = await page(columns)
    // What it makes of the first row.
    for (const words of ['1.234,56<span class="soft"> is 1234.56', '05.03.2026<span class="soft"> is 5 March 2026', 'Beleg-Nr.']) expect(html).toContain(words)
    const form = formOn(html)
    expect(form).toMatchObject({
      '1.decimal': ',',
      '1.days': 'dmy',
      '1.0.kind': 'invoices',
      '1.0.number': 'c:1',
      '1.0.total': 'c:4',
      '1.0.due_date': 'c:3',
      '1.0.status.is.gemahnt': '',
    })
    const answer = await post(columns, { ...form, '1.0.status.is.gemahnt': 'open', do: 'look' })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, columns.replace('/columns', '')])
    expect(told).toEqual([message(columns)])
    await workOff(message(columns))
    const plan = await page(columns.replace('/columns', ''))
    for (const words of ['Import 2 rows', 'No client “KD-9”', '1.234,50 is one thousand', 'RE-1']) expect(plan).toContain(words)
    // The column as the file calls it.
    expect(plan).toContain('<code>Kundennr.</code>')
    expect((await booksOf(company)).invoices).toEqual([])
    await start(columns)
    await workOff(message(columns))
    expect((await booksOf(company)).invoices.map(({ number, total, state, due_date }) => [number, total, state, due_date])).toEqual([
      ['RE-1', 123_456, 'issued', '2026-04-04'],
      ['RE-2', 9_990, 'void', '2026-04-05'],
    ])
    // A file with these headings, in another order, is now read without a question.
    const [heads = '', ...rows] = GERMAN.replace('KD-9', 'KD-2').trim().split('\n')
    const turned = [heads, ...rows].map((row) => row.split(';').reverse().join(';')).join('\n')
    const next = await upload([['rechnungen', turned]])
    expect(next).toMatch(/^\/imports\/\w{16}$/)
    await workOff(message(next))
    expect(await refusalsOf(message(next))).toEqual([])
    expect((await countsOf(message(next))).invoices).toMatchObject({ created: 1, changed: 0, unchanged: 2 })
  })

  it('is asked about where it can be read in two ways, and nothing is read before', async () => {
    const company = await makeCompany('Unclear')
    await runImport(company, { clients: books().clients })
    const { upload, page, formOn, post, message, told, start } = await onPage(company)
    const columns = await upload([['list', 'Customer ID;Invoice No;Invoice Date;Total\nKD-1;A-1;03/04/2026;1.234\nKD-1;A-2;05/06/2026;5.678\n']])
    const html = await page(columns)
    expect(html).toContain('In this file “1.234”, “5.678” can be read in two ways.')
    expect(html).toContain('In this file “03/04/2026”, “05/06/2026” can be read in two ways.')
    const form = formOn(html)
    const refused = await post(columns, { ...form, do: 'look' })
    expect(refused.status).toBe(422)
    const text = await refused.text()
    for (const words of ['Say how this file writes numbers.', 'Say how this file writes days.']) expect(text).toContain(words)
    expect(told).toEqual([])
    // What was chosen is kept, and what wasn't is asked again.
    const half = await post(columns, { ...form, '1.days': 'mdy', do: 'look' })
    expect(formOn(await half.text())).toMatchObject({ '1.days': 'mdy' })
    await post(columns, { ...form, '1.decimal': ',', '1.days': 'mdy', do: 'look' })
    await workOff(message(columns))
    await start(columns)
    await workOff(message(columns))
    expect((await booksOf(company)).invoices.map(({ issue_date, total }) => [issue_date, total])).toEqual([
      ['2026-03-04', 123_400],
      ['2026-05-06', 567_800],
    ])
  })

  it('may be read as another kind, or as one more, or left out', async () => {
    const { upload, page, formOn, post } = await onPage(await makeCompany('Kinds'))
    const columns = await upload([['things', 'ref,what\n1,2\n']])
    const html = await page(columns)
    expect(formOn(html)).toMatchObject({ '1.0.kind': '' })
    const asked = await post(columns, { ...formOn(html), '1.0.kind': 'clients', do: 'again' })
    const shown = formOn(await asked.text())
    expect(shown).toMatchObject({
      '1.0.kind': 'clients',
      '1.0.was': 'clients',
      '1.0.name': '',
      '1.0.currency': 't',
      '1.0.currency.text': 'EUR',
      '1.1.kind': '',
    })
    const wrong = await post(columns, {
      ...shown,
      '1.0.name': 'c:1',
      '1.0.external_id': 'c:0',
      '1.0.currency.text': 'EURO',
      '1.1.kind': 'clients',
      '1.1.was': 'clients',
      do: 'look',
    })
    const text = await wrong.text()
    expect(wrong.status).toBe(422)
    for (const words of ['Type three letters such as EUR.', '“things.csv” is read as clients already.', 'Choose its column.']) expect(text).toContain(words)
    const none = await post(columns, { ...shown, '1.0.kind': '', do: 'look' })
    expect(await none.text()).toContain('Say what at least one of the files holds.')
  })

  it('leaves what it doesn’t speak of as it is', async () => {
    const company = await makeCompany('Silent')
    await runImport(company, { clients: books().clients })
    const before = (await booksOf(company)).clients
    const { upload, page, formOn, post, message, start } = await onPage(company)
    const columns = await upload([['names', 'Customer Number,Customer Name,City\nKD-1,KD-1 & Söhne,Rome\nKD-9,New One,Oslo\n']])
    await post(columns, { ...formOn(await page(columns)), do: 'look' })
    await workOff(message(columns))
    const changes = await all<{ key: string; outcome: string; what: string }>(
      'SELECT key, outcome, what FROM import_changes WHERE import_id = ? ORDER BY key',
      message(columns).importId,
    )
    expect(changes.map(({ key, outcome, what }) => [key, outcome, (JSON.parse(what) as { fields: unknown[] }).fields.filter(Boolean)])).toEqual([
      ['KD-1', 'changed', [['city', 'Łódź', 'Rome']]],
      ['KD-9', 'created', []],
    ])
    await start(columns)
    await workOff(message(columns))
    const [one, two, three, four, nine] = (await booksOf(company)).clients
    expect(one).toEqual({ ...before[0], city: 'Rome' })
    expect([two, three, four]).toEqual(before.slice(1))
    expect(nine).toMatchObject({ code: 'KD-9', email: null, credit_limit: null, phone: '', status: 'active', currency: 'EUR' })
  })
})

describe('what an invoice’s row says to be paid', () => {
  const HEAD = 'Customer ID,Invoice No,Invoice Date,Total,Open Balance,Status'
  const list = (...rows: string[]): [string, string][] => [['list', [HEAD, ...rows].join('\n')]]
  const stage = async () => {
    const company = await makeCompany('Paid')
    await runImport(company, { clients: books().clients })
    const paid = async () => (await booksOf(company)).payments.map(({ external_id, invoice, amount }) => [external_id, invoice, amount])
    return { company, paid }
  }

  it('stands in for its payments, follows it, and goes when nothing is paid any more', async () => {
    const { company, paid } = await stage()
    await runImport(company, list('KD-1,A-1,2026-01-05,100.00,40.00,open', 'KD-1,A-2,2026-01-06,50.00,50.00,open', 'KD-1,A-3,2026-01-07,70.00,0.00,void'))
    expect(await paid()).toEqual([['paid A-1', 'A-1', 6_000]])
    await runImport(company, list('KD-1,A-1,2026-01-05,100.00,0.00,paid', 'KD-1,A-2,2026-01-06,50.00,20.00,open', 'KD-1,A-3,2026-01-07,70.00,0.00,void'))
    expect(await paid()).toEqual([
      ['paid A-1', 'A-1', 10_000],
      ['paid A-2', 'A-2', 3_000],
    ])
    const { changes } = await runImport(company, list('KD-1,A-1,2026-01-05,100.00,100.00,open', 'KD-1,A-2,2026-01-06,50.00,20.00,voided'))
    expect(changes.filter(({ outcome }) => outcome === 'removed').map(({ key }) => key)).toEqual(['paid A-1', 'paid A-2'])
    expect(await paid()).toEqual([])
    expect((await money(company)).map(({ open, credit }) => [open, credit])).toEqual([[10_000, 0]])
  })

  it('gives way to payments of a file of their own, and doesn’t come back', async () => {
    const { company, paid } = await stage()
    const invoices = list('KD-1,A-1,2026-01-05,100.00,40.00,open')
    await runImport(company, invoices)
    // A payment may have an invoice's number.
    const payments = {
      payments: csv('payments', ['A-1', 'KD-1', 'A-1', '2026-01-09', '25.00', 'EUR', 'card'], ['Z-2', 'KD-1', 'A-1', '2026-01-10', '35.00', 'EUR', 'card']),
    }
    const { changes } = await runImport(company, payments)
    expect(changes.filter(({ outcome }) => outcome === 'removed').map(({ key }) => key)).toEqual(['paid A-1'])
    expect(await paid()).toEqual([
      ['A-1', 'A-1', 2_500],
      ['Z-2', 'A-1', 3_500],
    ])
    expect((await runImport(company, invoices)).counts.payments).toMatchObject({ created: 0, changed: 0, refused: 0 })
    expect(await paid()).toHaveLength(2)
    expect((await money(company))[0]).toMatchObject({ open: 4_000, credit: 0 })
  })

  it.each([
    ['', 'What was paid can’t be told from “100.00” less “”'],
    ['n/a', 'What was paid can’t be told from “100.00” less “n/a”'],
    ['140.00', '“140.00” can’t be what is still open of “100.00”'],
    ['-5.00', '“-5.00” can’t be what is still open of “100.00”'],
  ])('is refused when what is open is “%s”', async (open, reason) => {
    const { company, paid } = await stage()
    const { refusals } = await runImport(company, list(`KD-1,A-1,2026-01-05,100.00,${open},open`))
    expect(refusals).toEqual([`payments 2 amount: ${reason}`])
    expect(await paid()).toEqual([])
  })
})

it('an amount in another currency than its row’s is refused', async () => {
  const company = await makeCompany('Signs')
  await runImport(company, { clients: books().clients })
  const { refusals } = await runImport(company, [
    ['list', 'Customer ID,Invoice No,Invoice Date,Total\nKD-1,A-1,2026-01-05,"$1,000.00"\nKD-1,A-2,2026-01-05,"€1,000.00"\nKD-1,A-3,2026-01-05,USD 5.00\n'],
  ])
  expect(refusals).toEqual(['invoices 2 total: “$1,000.00” is not in EUR', 'invoices 4 total: “USD 5.00” is not in EUR'])
})

it('what one text says for all rows is for new ones: it reopens nothing, and moves nobody to another currency', async () => {
  const company = await makeCompany('Same')
  await runImport(company, books())
  const before = await booksOf(company)
  const { refusals } = await runImport(company, [
    ['clients', 'Customer ID,Customer Name\nKD-2,"Ζεύς, ""Ltd""\nAthens"\nKD-3,KD-3 & Söhne\n'],
    ['list', 'Customer ID,Invoice No,Invoice Date,Total\nKD-1,I-2,2026-01-07,50.00\nKD-3,I-4,2026-01-09,1650\n'],
  ])
  expect(refusals).toEqual(['invoices 3 currency: This stands in JPY, and no column of the file says its currency'])
  expect((await booksOf(company)).clients).toEqual(before.clients)
  expect((await booksOf(company)).invoices.map(({ state, currency, total }) => [state, currency, total])).toEqual(
    before.invoices.map(({ state, currency, total }) => [state, currency, total]),
  )
})

it('another invoice of the same number in one file is refused, and not passed over', async () => {
  const company = await makeCompany('Twice')
  await runImport(company, { clients: books().clients })
  const head = 'Customer ID,Invoice No,Invoice Date,Total,Quantity,Unit Price'
  const rows = ['KD-1,A-1,2026-01-05,20.00,1,10.00', 'KD-1,A-1,2026-01-05,20.00,1,10.00', 'KD-4,A-1,2026-01-05,20.00,1,10.00', ',A-1,,,1,0.00']
  for (const pace of [{}, { rows: 1 }]) {
    const { refusals } = await runImport(company, [['list', [head, ...rows].join('\n')]], pace)
    expect(refusals.filter((refusal) => refusal.startsWith('invoices '))).toEqual([
      'invoices 4 external_id: “A-1” appears twice in this file, and not the same: also in line 2',
    ])
  }
})

describe('files that were left out, and ways of reading that don’t go together', () => {
  it('a file that was left out is asked about again', async () => {
    const { upload, page, formOn, post } = await onPage(await makeCompany('Left out'))
    const files: [string, string][] = [
      ['things', 'ref,what\n1,2\n'],
      ['names', 'Customer Number,Customer Name\nKD-1,One\n'],
    ]
    const columns = await upload(files)
    expect((await post(columns, { ...formOn(await page(columns)), do: 'look' })).status).toBe(303)
    expect(await upload(files.slice(0, 1))).toMatch(/\/columns$/)
  })

  it('two files that both hold the same by the way are asked about', async () => {
    const { upload, page, formOn, post } = await onPage(await makeCompany('Both'))
    const invoices: [string, string] = ['a', 'Customer ID,Customer Name,Invoice No,Invoice Date,Total\nKD-1,One,A-1,2026-01-05,1.00\n']
    const orders: [string, string] = ['b', 'Customer ID,Customer Name,Order No,Order Date,Total\nKD-1,One,O-1,2026-01-05,1.00\n']
    for (const file of [invoices, orders]) {
      const columns = await upload([file])
      const asked = await post(columns, { ...formOn(await page(columns)), '1.1.kind': 'clients', do: 'again' })
      expect((await post(columns, { ...formOn(await asked.text()), do: 'look' })).status).toBe(303)
    }
    const columns = await upload([invoices, orders])
    expect(columns).toMatch(/\/columns$/)
    const answer = await post(columns, { ...formOn(await page(columns)), do: 'look' })
    expect([answer.status, (await answer.text()).includes('“a.csv” holds clients already.')]).toEqual([422, true])
  })
})
