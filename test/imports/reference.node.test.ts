import { promisify } from 'node:util'
import spectrum from 'csv-spectrum'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { type CsvRow, DELIMITERS, type Delimiter, type Position, rowsOf } from '#src/imports/csv.ts'

/** Our reading of a file in pieces, against the cases of csv-spectrum and against another reader of the whole. */

/** The cells of a file that is read in pieces of a size, going on from the end of the last row each time. */
const readInPieces = (bytes: Uint8Array, size: number, delimiter: Delimiter = ','): string[][] => {
  const rows: CsvRow[] = []
  let from: Position = { bytes: 0, lines: 0 }
  let length = size
  while (from.bytes < bytes.length) {
    const piece = bytes.subarray(from.bytes, from.bytes + length)
    const read = rowsOf(piece, from, from.bytes + piece.length >= bytes.length, 500, delimiter)
    const last = read.at(-1)
    length = last ? size : length + 1
    from = last?.end ?? from
    rows.push(...read)
  }
  return rows.map((row) => ('cells' in row ? row.cells : [row.problem]))
}

const cases = await promisify(spectrum)()

describe('csv-spectrum', () => {
  it('has its cases', () => expect(cases.length).toBeGreaterThanOrEqual(12))
  it.each(cases.map(({ name, csv, json }) => [name, csv, json] as const))('%s', (name, bytes, text) => {
    const json: Record<string, string>[] = [JSON.parse(text.toString())].flat()
    // One case says another telephone number than its file.
    const expected = name === 'location_coordinates' ? json.map((row) => ({ ...row, 'Contact Phone Number': '2095257564' })) : json
    for (let size = 1; size <= bytes.length + 1; size++) {
      const [heads = [], ...rows] = readInPieces(bytes, size)
      expect(
        rows.map((cells) => Object.fromEntries(heads.map((head, i) => [head, cells[i]]))),
        `pieces of ${size}`,
      ).toEqual(expected)
    }
  })
})

const random = (seed: number) => {
  let state = seed
  return (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * most)
  }
}

describe.each(DELIMITERS.map((delimiter) => [JSON.stringify(delimiter), delimiter] as const))('generated files, separated by %s', (_, delimiter) => {
  it.each([1, 2, 3, 4, 5, 6])('read in pieces of every size as the other reader reads them whole (%i)', (seed) => {
    const upTo = random(seed * 7919)
    const letters = ['a', 'Ł', '€', '𝄞', 'é', '"', '\n', '\r\n', ' ', ',', ';', '\t', '|', '0', '台', '👩‍👩‍👧']
    const cell = () => Array.from({ length: upTo(7) }, () => letters[upTo(letters.length)]).join('')
    const rows = Array.from({ length: 2 + upTo(12) }, () => Array.from({ length: 3 }, cell))
    const lineEnd = upTo(2) === 0 ? '\n' : '\r\n'
    const quoted = (text: string) => (upTo(3) === 0 || /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text)
    const text = (upTo(2) === 0 ? '\ufeff' : '') + rows.map((row) => row.map(quoted).join(delimiter)).join(lineEnd) + (upTo(2) === 0 ? lineEnd : '')
    const { data, errors } = Papa.parse<string[]>(text.replace(/^\ufeff/, ''), { delimiter, newline: lineEnd, skipEmptyLines: false })
    expect(errors).toEqual([])
    // The other reader takes the end of the last line for the beginning of an empty one.
    const expected = data.at(-1)?.length === 1 && data.at(-1)?.[0] === '' ? data.slice(0, -1) : data
    expect(expected).toEqual(rows)
    const bytes = new TextEncoder().encode(text)
    for (let size = 1; size <= bytes.length + 1; size++) expect(readInPieces(bytes, size, delimiter), `pieces of ${size}`).toEqual(rows)
  })
})
