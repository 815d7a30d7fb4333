import { describe, expect, it } from 'vitest'
import { Refused } from '#src/imports/cells.ts'
import { type Decimal, dayEvidence, decided, mayBeIn, numberEvidence, plainDay, plainNumber, plainPercent } from '#src/imports/style.ts'

/** How files write numbers and days. */

const said = (value: string | Refused) => (value instanceof Refused ? `refused: ${value.reason}` : value)

describe('a number', () => {
  it.each<[string, Decimal | null, string]>([
    ['1234.50', null, '1234.50'],
    ['1234,50', null, '1234.50'],
    ['1,234.50', null, '1234.50'],
    ['1.234,50', null, '1234.50'],
    ['1.234.567', null, '1234567'],
    ['1,234,567', null, '1234567'],
    ['0.500', null, '0.500'],
    ['1234.567', null, '1234.567'],
    ['1.234', '.', '1.234'],
    ['1.234', ',', '1234'],
    ['1,234', ',', '1.234'],
    ['1,234', '.', '1234'],
    ['-5', null, '-5'],
    ['−5,5', ',', '-5.5'],
    ['(1,234.50)', '.', '-1234.50'],
    ['100,00-', ',', '-100.00'],
    ['+7', null, '7'],
    ['€ 1.234,56', ',', '1234.56'],
    ['$1,234.56', '.', '1234.56'],
    ['EUR 12,30', ',', '12.30'],
    ['12,30 EUR', ',', '12.30'],
    ["1'234.50", '.', '1234.50'],
    ['1 234,50', ',', '1234.50'],
    ['1\u00a0234,50', ',', '1234.50'],
    ['.5', '.', '0.5'],
    ['5.', '.', '5'],
    // No number: the cell says so.
    ['many', null, 'many'],
    ['12 pieces', '.', '12 pieces'],
    ['1,23,4', ',', 'refused: “1,23,4” is not a number written like 1.234,50'],
    ['1.23.4', null, '1.23.4'],
    ['12,34,567.00', '.', '12,34,567.00'],
    ['1.234', null, 'refused: “1.234” can mean 1234 or 1.234. Say how this file writes numbers'],
    ['1,234', null, 'refused: “1,234” can mean 1234 or 1.234. Say how this file writes numbers'],
    ['12,5', '.', 'refused: “12,5” is not a number written like 1,234.50'],
    ['12.5', ',', 'refused: “12.5” is not a number written like 1.234,50'],
  ])('%s, decimal mark %s', (text, decimal, value) => expect(said(plainNumber(text, decimal))).toBe(value))

  it.each<[string, string]>([
    ['19', '19'],
    ['19 %', '19'],
    ['8,375%', '8.375'],
    ['8.375', '8.375'],
    ['20% (VAT on Income)', '20'],
    ['GST 12.5%', '12.5'],
    ['Zero Rated', 'Zero Rated'],
  ])('a rate %s', (text, value) => expect(said(plainPercent(text, null))).toBe(value))
})

describe('a day', () => {
  it.each<[string, 'dmy' | 'mdy' | null, string]>([
    ['2026-03-31', null, '2026-03-31'],
    ['2026/3/1', null, '2026-03-01'],
    ['2026-03-31 00:00:00', null, '2026-03-31'],
    ['2026-03-31T00:00:00Z', null, '2026-03-31'],
    ['31/03/2026', null, '2026-03-31'],
    ['03/31/2026', null, '2026-03-31'],
    ['01.02.2026', null, '2026-02-01'],
    ['1.2.26', 'dmy', '2026-02-01'],
    ['03/04/2026', 'dmy', '2026-04-03'],
    ['03/04/2026', 'mdy', '2026-03-04'],
    ['3-4-2026', 'mdy', '2026-03-04'],
    ['31/12/98', null, '1998-12-31'],
    ['31 Mar 2026', null, '2026-03-31'],
    ['31-Mar-26', null, '2026-03-31'],
    ['March 5, 2026', null, '2026-03-05'],
    // No such day: the cell says so.
    ['31/02/2026', 'dmy', '2026-02-31'],
    ['2026-03-31 14:00', null, '2026-03-31 14:00'],
    ['soon', null, 'soon'],
    ['5 Foo 2026', null, '5 Foo 2026'],
    ['03/04/2026', null, 'refused: “03/04/2026” can mean more than one day. Say how this file writes days'],
    ['31/03/2026', 'mdy', 'refused: “31/03/2026” is not a day written like 03/31/2026'],
    ['03/31/2026', 'dmy', 'refused: “03/31/2026” is not a day written like 31/03/2026'],
  ])('%s, %s', (text, order, value) => expect(said(plainDay(text, order))).toBe(value))
})

describe('a file says by itself how it writes them, or has to be asked', () => {
  it.each<[string[], string | null]>([
    [['1.234', '1,5'], ','],
    [['1.234', '1.5'], '.'],
    [['1.234', '17'], 'ask'],
    [['1,5', '1.5'], 'ask'],
    [['12', '', 'x'], null],
  ])('numbers %j', (texts, mark) => expect(decided(numberEvidence(texts))).toBe(mark))
  it.each<[string[], string | null]>([
    [['01/02/2026', '13/02/2026'], 'dmy'],
    [['01/02/2026', '02/13/2026'], 'mdy'],
    [['13/02/2026', '02/13/2026'], 'ask'],
    [['2026-01-02', '01/02/2026'], 'ask'],
    [['2026-01-02', '5 May 2026', ''], null],
  ])('days %j', (texts, order) => expect(decided(dayEvidence(texts))).toBe(order))
})

it.each([
  ['€ 5,00', 'EUR', true],
  ['€ 5,00', 'USD', false],
  ['$5.00', 'USD', true],
  ['$5.00', 'CAD', true],
  ['$5.00', 'EUR', false],
  ['USD 5.00', 'USD', true],
  ['5.00 USD', 'EUR', false],
  ['5.00', 'EUR', true],
])('%s may be %s: %s', (text, currency, may) => expect(mayBeIn(text, currency)).toBe(may))
