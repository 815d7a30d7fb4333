import { describe, expect, test } from 'vitest'
import type { Standing } from '#src/billing/standing.ts'
import {
  countOf,
  dueText,
  formatDay,
  formatDayLong,
  formatInstant,
  formatMoney,
  formatQuantity,
  formatRate,
  langOf,
  moneyParts,
  standingLabel,
} from '#views/format.ts'

describe('an amount', () => {
  test.each([
    [644515, 'EUR', 'en-GB', '€6,445.15'],
    [0, 'EUR', 'en-GB', '€0.00'],
    [5, 'EUR', 'en-GB', '€0.05'],
    [-150000, 'EUR', 'en-GB', '−€1,500.00'],
    [250000, 'JPY', 'en-GB', 'JP¥250,000'],
    [1234567, 'KWD', 'en-GB', 'KWD\u00a01,234.567'],
    [644515, 'USD', 'en-GB', 'US$6,445.15'],
    [644515, 'EUR', 'de-DE', '6.445,15\u00a0€'],
    [-644515, 'EUR', 'sv-SE', '−6\u00a0445,15\u00a0€'],
  ])('of %i %s reads in %s as %s', (amount, currency, locale, text) => {
    expect(formatMoney(amount, currency, locale)).toBe(text)
  })

  test('is exact where floating point is not', () => {
    expect(formatMoney(Number.MAX_SAFE_INTEGER, 'EUR', 'en-GB')).toBe('€90,071,992,547,409.91')
    expect(formatMoney(Number.MAX_SAFE_INTEGER - 1, 'KWD', 'en-GB')).toBe('KWD\u00a09,007,199,254,740.990')
  })

  test('in a currency nobody knows is still an amount', () => {
    expect(formatMoney(1050, 'ZZZ', 'en-GB')).toBe('ZZZ\u00a010.50')
    expect(formatMoney(1050, '', 'en-GB')).toBe('10.50')
  })

  test('comes in a large piece and a small one, wherever the sign stands', () => {
    expect(moneyParts(644515, 'EUR', 'en-GB')).toEqual([
      { text: '€6,445', small: false },
      { text: '.15', small: true },
    ])
    expect(moneyParts(-644515, 'EUR', 'de-DE')).toEqual([
      { text: '−6.445', small: false },
      { text: ',15', small: true },
      { text: '\u00a0€', small: false },
    ])
    expect(moneyParts(644515, 'JPY', 'en-GB')).toEqual([{ text: 'JP¥644,515', small: false }])
  })
})

describe('a quantity and a rate', () => {
  test.each([
    [120000, 'en-GB', '12'],
    [375000, 'en-GB', '37.5'],
    [1, 'en-GB', '0.0001'],
    [-10000, 'en-GB', '−1'],
    [12345678, 'de-DE', '1.234,5678'],
  ])('%i in %s is %s', (quantity, locale, text) => expect(formatQuantity(quantity, locale)).toBe(text))

  test.each([
    [20000, 'en-GB', '20%'],
    [0, 'en-GB', '0%'],
    [5500, 'en-GB', '5.5%'],
    [8125, 'en-GB', '8.125%'],
    [7000, 'de-DE', '7\u00a0%'],
  ])('%i in %s is %s', (rate, locale, text) => expect(formatRate(rate, locale)).toBe(text))
})

describe('a day', () => {
  test('has its month by name and never shifts', () => {
    expect(formatDay('2026-11-27', 'en-GB')).toBe('27 Nov 2026')
    expect(formatDay('2026-01-01', 'en-US')).toBe('Jan 1, 2026')
    expect(formatDay('2024-02-29', 'en-GB')).toBe('29 Feb 2024')
    expect(formatDay('2026-12-31', 'ja-JP')).toBe('2026年12月31日')
    expect(formatDayLong('2026-11-27', 'en-GB')).toBe('27 November 2026')
  })

  test('is of the common calendar everywhere', () => {
    expect(formatDay('2026-11-27', 'th-TH')).toContain('2026')
    expect(formatDay('2026-11-27', 'fa-IR-u-nu-latn')).toContain('2026')
  })
})

test('an instant reads as the clock in its time zone', () => {
  const instant = Date.parse('2026-11-24T23:12:00Z')
  expect(formatInstant(instant, 'en-GB', 'Europe/London')).toBe('24 Nov 2026, 23:12')
  expect(formatInstant(instant, 'en-GB', 'Pacific/Auckland')).toBe('25 Nov 2026, 12:12')
  expect(formatInstant(Date.parse('2026-07-01T00:05:00Z'), 'en-GB', 'UTC')).toBe('1 Jul 2026, 00:05')
})

test.each(['', 'xx-nonsense', 'not a locale', 'en_GB', 'tlh'])('the unknown locale %j reads as British English', (locale) => {
  expect(formatMoney(644515, 'EUR', locale)).toBe('€6,445.15')
  expect(formatDay('2026-11-27', locale)).toBe('27 Nov 2026')
  expect(formatInstant(0, locale, 'UTC')).toBe('1 Jan 1970, 00:00')
  expect(formatQuantity(375000, locale)).toBe('37.5')
  expect(formatRate(20000, locale)).toBe('20%')
})

test.each([
  ['en-GB', 'en-GB'],
  ['en-US', 'en-US'],
  ['de-DE', 'en'],
  ['enx', 'en-GB'],
  ['nonsense!', 'en-GB'],
])('a page of a company in %s is marked %s', (locale, lang) => expect(langOf(locale)).toBe(lang))

const standing = (word: Standing['word'], dueIn: number | null = null, partPaid = false): Standing => ({ word, dueIn, partPaid })

test.each([
  [standing('paid'), 'Paid', undefined],
  [standing('outstanding'), 'Outstanding', undefined],
  [standing('outstanding', 5), 'Outstanding', 'due in 5 days'],
  [standing('outstanding', 1, true), 'Part-paid', 'due tomorrow'],
  [standing('outstanding', 0), 'Outstanding', 'due today'],
  [standing('overdue', -1), 'Overdue', '1 day overdue'],
  [standing('overdue', -12, true), 'Overdue, part-paid', '12 days overdue'],
])('%j is "%s", %s', (of, label, due) => {
  expect(standingLabel(of)).toBe(label)
  expect(dueText(of)).toBe(due)
})

test('one thing is not many', () => {
  expect([countOf(0, 'invoice'), countOf(1, 'invoice'), countOf(2, 'invoice'), countOf(2, 'entry', 'entries')]).toEqual([
    '0 invoices',
    '1 invoice',
    '2 invoices',
    '2 entries',
  ])
})
