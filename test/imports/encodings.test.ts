import { env } from 'cloudflare:workers'
import { beforeAll, expect, it } from 'vitest'
import { fileKey } from '#src/imports/reading.ts'
import { makeCompany } from '#test/cast.ts'
import { books } from './books.ts'
import { booksOf, runImport, startImport } from './importing.ts'

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

it('a large UTF-16 file is kept in parts, and whole', async () => {
  const company = await makeCompany('Large')
  const row = (i: number) => `K-${i},${'Größe und Güte '.repeat(12)}${i},,,active,EUR,,,,,,,`
  const text = [
    'external_id,name,email,phone,status,currency,credit_limit,address1,address2,city,region,postal_code,country',
    ...Array.from({ length: 30_000 }, (_, i) => row(i)),
  ].join('\n')
  expect(new TextEncoder().encode(text).length).toBeGreaterThan(5 * 1024 * 1024)
  const message = await startImport(company, [['clients', utf16(text, true, true)]])
  const kept = await env.FILES.get(fileKey({ ...message, kind: 'clients' }))
  expect((await kept?.text()) === text).toBe(true)
}, 120_000)
