import { beforeAll, expect, it } from 'vitest'
import { makeCompany } from '#test/cast.ts'
import { books } from './books.ts'
import { booksOf, runImport } from './importing.ts'

/** The same books, as spreadsheets save them in other lands: the same rows. */

const utf16 = (text: string, isLittle: boolean, hasMark: boolean) => {
  const units = hasMark ? `\ufeff${text}` : text
  const bytes = new Uint8Array(units.length * 2)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < units.length; i++) view.setUint16(i * 2, units.charCodeAt(i), isLittle)
  return bytes
}
/** Cells between other marks. The books hold none of these within a cell, but in quotes. */
const separated = (text: string, by: string) => {
  let isQuoted = false
  return [...text]
    .map((letter) => {
      if (letter === '"') isQuoted = !isQuoted
      return letter === ',' && !isQuoted ? by : letter
    })
    .join('')
}

let expected: Awaited<ReturnType<typeof booksOf>>
beforeAll(async () => {
  const company = await makeCompany('Plain')
  await runImport(company, books())
  expected = await booksOf(company)
})

it.each<[string, (text: string) => string | Uint8Array<ArrayBuffer>]>([
  ['semicolons', (text) => separated(text, ';')],
  ['tabs', (text) => separated(text, '\t')],
  ['bars', (text) => separated(text, '|')],
  ['a mark and semicolons', (text) => `\ufeff${separated(text, ';')}`],
  ['UTF-16, little end first', (text) => utf16(text, true, true)],
  ['UTF-16, big end first', (text) => utf16(text, false, true)],
  ['UTF-16 without a mark', (text) => utf16(text, true, false)],
  ['UTF-16 without a mark, big end first', (text) => utf16(text, false, false)],
  ['UTF-16 with tabs, as Excel’s Unicode text', (text) => utf16(separated(text, '\t').replaceAll('\n', '\r\n'), true, true)],
])('%s', async (_, written) => {
  const company = await makeCompany('Otherwise')
  const files = Object.entries(books()).map(([name, text]): [string, string | Uint8Array<ArrayBuffer>] => [name, written(text)])
  const { refusals } = await runImport(company, files)
  expect(refusals).toEqual([])
  const seen = await booksOf(company)
  // A line end within a cell is as the file writes it.
  expect(JSON.parse(JSON.stringify(seen).replaceAll('\\r\\n', '\\n'))).toEqual(expected)
})
