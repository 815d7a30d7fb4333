import { expect, it } from 'vitest'
import { brandColourOf } from '#src/branding/hex.ts'

it.each([
  ['#1d6b57', '#1d6b57'],
  ['1D6B57', '#1d6b57'],
  [' #C36 ', '#cc3366'],
  ['c36', '#cc3366'],
  ['#c36f', '#cc3366'],
  ['#cc3366ff', '#cc3366'],
  ['#0000', '#ffffff'],
  ['#00000080', '#7f7f7f'],
  ['#ff000080', '#ff7f7f'],
])('%s is %s', (typed, colour) => expect(brandColourOf(typed)).toBe(colour))

it.each([
  '',
  '#',
  '#12',
  '#12345',
  '#1234567',
  '#123456789',
  'red',
  'rgb(1,2,3)',
  '##123456',
  '#fff}*{color:red',
  'red;background:url(//evil.example)',
  'var(--x)',
  '#１２３',
  '#fff\n#000',
  '#fff;',
  '#ggg',
  '#fff/**/',
  '<b>',
])('“%s” is no colour', (typed) => expect(brandColourOf(typed)).toBeUndefined())
