import { env } from 'cloudflare:workers'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { type CsvRow, type Position, rowsOf } from '#src/imports/csv.ts'
import { type Kept, PACE, readOn } from '#src/imports/reading.ts'

const encoder = new TextEncoder()
const START: Position = { bytes: 0, lines: 0 }

/** Reads a text through pieces of a size, a number of rows at a time, going on from the end of each row that was read last. */
const readInPieces = (text: string, size: number, limit: number): CsvRow[] => {
  const bytes = encoder.encode(text)
  const rows: CsvRow[] = []
  let from = START
  let length = size
  while (from.bytes < bytes.length) {
    const piece = bytes.subarray(from.bytes, from.bytes + length)
    const read = rowsOf(piece, from, from.bytes + piece.length >= bytes.length, limit)
    const last = read.at(-1)
    length = last ? size : length + 1
    from = last?.end ?? from
    rows.push(...read)
  }
  return rows
}

const cellsOf = (rows: CsvRow[]) => rows.map((row) => ('cells' in row ? row.cells : row.problem))
const whole = (text: string): string[][] => parse(encoder.encode(text), { bom: true, relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] })

const TRICKY = {
  'letters of two, three and four bytes': 'a,b\nä,€\n𝄞𝄞,Łódź\nチーズ,"Ζεύς"',
  'quotes, commas and line ends within quotes': 'a,b\n"x ""y"" z","1,2"\n"one\ntwo","three\r\nfour"\n"""",""\nlast,row\n',
  CRLF: 'a,b\r\n1,2\r\n"q\r\nr",3\r\n\r\n4,5\r\n',
  'CR alone': 'a,b\r1,2\r"q\rr",3\r',
  'a byte order mark': '\ufeffa,b\n1,2\n',
  'mixed line ends and empty lines': '\n\na,b\r\n\r\n1,2\n\r3,4\r\r5,6',
  'no line end after the last row, which ends in a quote': 'a,b\n1,"2"',
  'one cell': 'a\nb\n""\n',
}

describe('a file that is cut anywhere', () => {
  it.each(Object.entries(TRICKY))('reads the same: %s', (_, text) => {
    const expected = whole(text)
    const bytes = encoder.encode(text).length
    for (let size = 1; size <= bytes + 1; size++) {
      for (const limit of [1, 2, 3, 500]) expect(cellsOf(readInPieces(text, size, limit)), `pieces of ${size}, ${limit} rows`).toEqual(expected)
    }
  })

  it('says the line in which each row begins, whatever ended the lines before it', () => {
    const text = 'a,b\r\n"one\r\ntwo\nthree",x\n\n4,5\r6,"7\r8"\n9,10'
    const lines = [1, 2, 5, 6, 7, 9]
    for (let size = 1; size <= text.length; size++)
      expect(
        readInPieces(text, size, 2).map(({ line }) => line),
        `pieces of ${size}`,
      ).toEqual(lines)
  })

  it('reads generated files as the parser reads them whole', () => {
    let seed = 7
    const next = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return (seed >>> 8) % below
    }
    const parts = ['ä', '€', '𝄞', 'x', ' ', '""', ',', '\n', '\r\n', '0']
    for (let round = 0; round < 60; round++) {
      const cell = () => (next(2) ? `"${Array.from({ length: next(6) }, () => parts[next(parts.length)]).join('')}"` : `w${next(99)}`)
      const end = ['\n', '\r\n'][next(2)] ?? '\n'
      const text = Array.from({ length: 1 + next(8) }, () => Array.from({ length: 3 }, cell).join(',')).join(end)
      const size = 1 + next(40)
      expect(cellsOf(readInPieces(text, size, 1 + next(4))), JSON.stringify(text)).toEqual(whole(text))
    }
  })
})

describe('a quotation that is never closed, or stands where none can be', () => {
  const BAD = 'A quotation mark is not closed, or stands where none can be'
  it.each([
    ['not closed', 'a,b\n1,"2\n3,4\n5,6\n', [['a', 'b'], BAD, ['3', '4'], ['5', '6']]],
    ['closed by the next one, rows later', 'a,b\n1,"2\n3,"4"\n5,6\n', [['a', 'b'], BAD, ['3', '4'], ['5', '6']]],
    ['after one within a cell', 'a,b\n5" pipe,"2\n3,4', [['a', 'b'], BAD, ['3', '4']]],
    ['with letters behind it', 'a,b\n"5" pipe,2\n3,4', [['a', 'b'], BAD, ['3', '4']]],
    ['in the last row', 'a,b\n1,2\n3,"4', [['a', 'b'], ['1', '2'], BAD]],
  ])('costs one row: %s', (_, text, expected) => {
    for (let size = 1; size <= text.length; size++) expect(cellsOf(readInPieces(text, size, 2)), `pieces of ${size}`).toEqual(expected)
  })
})

it('a quotation mark within a cell, as inches are written, is a letter like others', () => {
  const text = 'a,b\n5" pipe,2\n3,4" x "y"\r\n"q",5"'
  for (let size = 1; size <= text.length; size++)
    expect(cellsOf(readInPieces(text, size, 2)), `pieces of ${size}`).toEqual([
      ['a', 'b'],
      ['5" pipe', '2'],
      ['3', '4" x "y"'],
      ['q', '5"'],
    ])
})

describe('reading on from a place in a stored file', () => {
  const kept = (key: string, size: number): Kept => ({ key, size, partBytes: 0, encoding: 'utf-8', delimiter: ',' })
  const store = async (text: string) => {
    await env.FILES.put('a', text)
    return encoder.encode(text).length
  }

  it('takes a larger piece when the first holds no whole row', async () => {
    const size = await store(`${'x'.repeat(50)},1\n2,3\n`)
    expect(await readOn(env.FILES, kept('a', size), START, { ...PACE, pieces: [10, 100] })).toMatchObject({
      rows: [{ line: 1 }, { line: 2 }],
      isAtEnd: true,
    })
  })

  it('refuses a row that is longer than any piece, and goes on after its line', async () => {
    const size = await store(`"${'x'.repeat(50)}\n${'y'.repeat(200)}",1\n2,3\n`)
    const reading = await readOn(env.FILES, kept('a', size), START, { ...PACE, pieces: [10, 100] })
    expect(reading).toMatchObject({
      rows: [{ line: 1, problem: 'This row is longer than 1 KB. Perhaps a quotation mark is not closed' }],
      end: { bytes: 52, lines: 1 },
      isAtEnd: false,
    })
  })

  it('gives up on a file whose line is longer than any piece', async () => {
    const size = await store(`${'x'.repeat(500)}\n`)
    expect(await readOn(env.FILES, kept('a', size), START, { ...PACE, pieces: [10, 100] })).toEqual({
      problem: 'Line 1 is too long: this is no table',
    })
  })

  it('says so when the file is gone', async () => {
    expect(await readOn(env.FILES, kept('nowhere', 5), START, PACE)).toEqual({
      problem: 'The uploaded file is no longer there. Upload it again.',
    })
  })
})
