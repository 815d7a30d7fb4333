import { describe, expect, it } from 'vitest'
import { divideRounded, lineTotalOf, parseDecimal, shareOf } from '#src/billing/money.ts'
import { decimalText, placesOf } from '#views/decimal.ts'

describe('an amount', () => {
  it.each([
    ['0', 2, 0],
    ['12', 2, 1200],
    ['12.5', 2, 1250],
    ['-12.05', 2, -1205],
    ['-0.00', 2, 0],
    ['1.230', 2, 123],
    ['7', 0, 7],
    ['7.0', 0, 7],
    ['0.125', 3, 125],
    ['90071992547409.91', 2, Number.MAX_SAFE_INTEGER],
  ])('%s with %i places is %i', (text, places, value) => expect(parseDecimal(text, places)).toBe(value))

  it.each(['', '1.234', '1,5', '1e3', 'NaN', '0x1', '1.', '.5', '--1', '90071992547409.92', '9'.repeat(40)])('%j is none of 2 places', (text) =>
    expect(parseDecimal(text, 2)).toBeUndefined(),
  )

  it.each([
    [1050, 2, '10.50'],
    [-5, 2, '-0.05'],
    [0, 2, '0.00'],
    [7, 0, '7'],
    [-1234, 3, '-1.234'],
  ])('%i of %i places reads %s', (value, places, text) => expect(decimalText(value, places)).toBe(text))
})

describe('rounding', () => {
  it.each([
    [5n, 2n, 3],
    [-5n, 2n, -3],
    [4n, 3n, 1],
    [-4n, 3n, -1],
    [1n, 3n, 0],
    [0n, 3n, 0],
  ])('%s / %s is %i: half away from zero', (a, b, rounded) => expect(Object.is(divideRounded(a, b), rounded)).toBe(true))

  it('a tax of 8.5 % of 1.00 is 0.09, of −1.00 is −0.09', () => {
    expect(shareOf(100, 8500)).toBe(9)
    expect(shareOf(-100, 8500)).toBe(-9)
  })

  it('a line is quantity × price less its discount, rounded once', () => {
    expect(lineTotalOf(120_000, 1400)).toBe(16_800)
    expect(lineTotalOf(375_000, 480)).toBe(18_000)
    expect(lineTotalOf(10_000, 333, 15_000)).toBe(283)
    expect(lineTotalOf(-10_000, 333, 15_000)).toBe(-283)
  })
})

it('currencies have their own places', () => expect(['EUR', 'JPY', 'KWD', 'XXX1'].map(placesOf)).toEqual([2, 0, 3, undefined]))
