import { describe, expect, it } from 'vitest'
import { makeCompany } from '#test/cast.ts'
import { books, changed, withRows } from './books.ts'
import { booksOf, csv, done, runImport } from './importing.ts'

describe('the lines of a document', () => {
  const line = (...cells: (string | number)[]) => csv('invoice_lines', ['I-1', ...cells]).split('\n')[1] ?? ''
  const make = async (name: string) => {
    const company = await makeCompany(name)
    await runImport(company, books())
    return { company, stored: (await booksOf(company)).invoiceLines }
  }
  const head = csv('invoice_lines')

  it('replace those that stand: new, changed, unchanged, and gone', async () => {
    const { company, stored } = await make('Replaced')
    const { counts, refusals } = await runImport(company, {
      invoice_lines: withRows(
        head,
        line(1, 'A', 'Käse', '4', '20.00', '19', '80.00'),
        line(3, 'C', 'Wein', '1', '15.00', '19', '15.00'),
        line(4, '', 'Pfand', '5', '1.00', '19', '5.00'),
      ),
    })
    expect(refusals).toEqual([])
    expect(counts.invoice_lines).toEqual(done(2, { unchanged: 1 }))
    const after = (await booksOf(company)).invoiceLines
    expect(after.filter(({ external_id }) => external_id === 'I-1').map(({ position, description }) => [position, description])).toEqual([
      [1, 'Käse'],
      [3, 'Wein'],
      [4, 'Pfand'],
    ])
    expect(after.filter(({ external_id }) => external_id !== 'I-1')).toEqual(stored.filter(({ external_id }) => external_id !== 'I-1'))
    expect((await runImport(company, { invoice_lines: withRows(head, line(1, 'A', 'Cheese', '5', '20.00', '19', '100.00')) })).counts.invoice_lines).toEqual(
      done(0, { changed: 1 }),
    )
  })

  it.each([1, 500])('are refused together, with both figures, when their sum is not the total (%i rows at a time)', async (rows) => {
    const { company, stored } = await make('Sums')
    const { counts, refusals } = await runImport(
      company,
      {
        invoices: changed(books().invoices, 'I-1', '119.00', '1190.00'),
        invoice_lines: withRows(books().invoice_lines, line(3, '', 'Extra', '1', '1050.42', '7', '1050.42')),
      },
      { rows },
    )
    // 80.00 + 20.00 + 1,050.42 with 15.20 + 3.80 + 73.53 (73.5294) of tax.
    const reason = 'line_total: The invoice’s total is 1,190.00, but its lines and their tax come to 1,242.95'
    expect(refusals).toEqual([2, 3, 7].map((at) => `invoice_lines ${at} ${reason}`))
    expect(counts.invoice_lines).toEqual(done(0, { unchanged: 3, refused: 3 }))
    expect((await booksOf(company)).invoiceLines).toEqual(stored)
  })

  it('may miss the total by one minor unit a line, and no more', async () => {
    const { company } = await make('Rounding')
    const lines = withRows(head, line(1, '', 'a', '1', '50.01', '19', '50.01'), line(2, '', 'b', '1', '50.01', '19', '50.01'))
    // 100.02 + 2 × 9.50 (9.5019) = 119.02: two lines, two cents.
    expect((await runImport(company, { invoice_lines: lines })).counts.invoice_lines).toEqual(done(0, { changed: 2 }))
    expect((await runImport(company, { invoice_lines: lines.replaceAll('b,1,50.01,19,50.01', 'b,1,50.02,19,50.02') })).refusals).toEqual([
      'invoice_lines 2 line_total: The invoice’s total is 119.00, but its lines and their tax come to 119.03',
      'invoice_lines 3 line_total: The invoice’s total is 119.00, but its lines and their tax come to 119.03',
    ])
  })

  it('round each line’s tax half away from zero, on both sides of zero, however large it is', async () => {
    const company = await makeCompany('Halves')
    const invoice = (id: string) => [id, 'KD-1', '', id, '2026-01-06', '', 'open', 'EUR', '9.00']
    const of = (id: string, amount: string, tax: string) => [1, 2, 3].map((at) => [id, at, '', 'x', '1', amount, tax, amount])
    const { refusals } = await runImport(company, {
      clients: books().clients,
      invoices: csv('invoices', invoice('UP'), invoice('DOWN'), invoice('BIG')),
      invoice_lines: csv('invoice_lines', ...of('UP', '0.10', '5'), ...of('DOWN', '-0.10', '5'), ...of('BIG', '199999999999.99', '12.345')),
    })
    const comesTo = (sum: string) => Array(3).fill(expect.stringContaining(`come to ${sum}`)) as string[]
    // 0.005 of tax a line is a cent each. 199,999,999,999.99 × 12.345 % = 24,689,999,999.998…
    expect(refusals).toEqual([...comesTo('0.33'), ...comesTo('−0.33'), ...comesTo('674,069,999,999.97')])
  })

  it('are all refused when one of them is: nobody wants an invoice without its third line', async () => {
    const { company, stored } = await make('Spoilt')
    const text = withRows(books().invoice_lines, line(3, '', 'free', '1', 'zero', '19', '0.00'), line(2, '', 'again', '1', '0.00', '19', '0.00'))
    for (const rows of [1, 500]) {
      const { counts, refusals, left } = await runImport(company, { invoice_lines: text }, { rows })
      expect(refusals).toEqual([
        'invoice_lines 2 line_total: Line 7 was refused, and the lines of “I-1” are taken together or not at all',
        'invoice_lines 3 line_total: Line 7 was refused, and the lines of “I-1” are taken together or not at all',
        'invoice_lines 7 unit_price: “zero” is not a number written like 1234.50',
        'invoice_lines 8 position: Position 2 of “I-1” appears twice in this file: also in line 3',
      ])
      expect(counts.invoice_lines).toEqual(done(0, { unchanged: 3, refused: 4 }))
      expect(left).toBe(0)
    }
    expect((await booksOf(company)).invoiceLines).toEqual(stored)
  })

  it('of orders have to come to its total too', async () => {
    const { company } = await make('Orders')
    expect((await runImport(company, { orders: changed(books().orders, 'O-3', '1500', '1502'), order_lines: books().order_lines })).refusals).toEqual([
      'order_lines 5 line_total: The order’s total is 1,502, but its lines come to 1,500',
    ])
  })
})
