import { expect, test } from 'vitest'
import { printable, runsOf, wrap } from '#src/documents/text.ts'

const latin = (codePoint: number) => codePoint < 0x250
/** Every letter is ten wide. */
const measure = (text: string) => [...text].length * 10

test.each([
  ['plain', 'plain'],
  ['Łódź', 'Łódź'],
  ['e\u0301', 'é'],
  ['a\tb\u0007c\u00a0d\u202fe\u3000f', 'a b c d e f'],
  ['one\r\ntwo\rthree\u2028four\u0085five', 'one\ntwo\nthree\nfour\nfive'],
  ['soft\u00adhyphen, zero\u200bwidth, \u202etrojan', 'softhyphen, zerowidth, trojan'],
  ['漢字', '□□'],
  ['👩‍👩‍👧', '□'],
  ['x\ud800y', 'x□y'],
  ['a\u0488', 'a□'],
])('%j prints as %j', (text, expected) => {
  expect(printable(text, latin)).toBe(expected)
})

test.each([
  ['', 100, []],
  ['   ', 100, []],
  ['one two', 100, ['one two']],
  ['one two three', 70, ['one two', 'three']],
  ['one   two', 70, ['one two']],
  ['abcdefgh', 30, ['abc', 'def', 'gh']],
  ['x abcdefgh y', 30, ['x', 'abc', 'def', 'gh', 'y']],
  ['one\ntwo', 100, ['one', 'two']],
  ['\n\none\n\n\n\ntwo\n', 100, ['one', '', 'two']],
  ['ab', 5, ['a', 'b']],
])('%j in %i points is %j', (text, width, lines) => {
  expect(wrap(text, width, measure)).toEqual(lines)
})

test.each([
  ['Łódź 42', ['Łódź 42']],
  ['שלום עולם 42 x', ['שלום עולם', ' 42 x']],
  ['العربية ٤٢', ['العربية', ' ', '٤', '٢']],
])('%j is set in the pieces %j', (line, runs) => {
  expect(runsOf(line)).toEqual(runs)
})
