import type { ENCODINGS } from '#src/db/schema/imports.ts'
import { type CsvRow, DELIMITERS, type Delimiter, type Position, rowsOf } from './csv.ts'
import { decodedPiece } from './encoding.ts'
import { headingOf } from './format.ts'

export type Encoding = (typeof ENCODINGS)[number]

/** What the first bytes of a file say: its headings, as they stand and as they are compared, where its rows begin, and the first of them. */
export type Head = { headings: string[]; columns: string[]; end: Position; delimiter: Delimiter; encoding: Encoding; rows: string[][] }

/** How many bytes are looked at. */
export const HEAD_BYTES = 64 * 1024
/** How many rows of it are looked at. */
const SAMPLE_ROWS = 500
const MOST_COLUMNS = 300
/** Reports have a title above their headings. */
const TITLE_LINES = 10

/**
 * @param isAll whether the file has no more bytes than these
 * @returns or why it can't be taken, as the end of a sentence that begins with the file's name
 */
export const headOf = (bytes: Uint8Array, isAll: boolean): Head | { problem: string } => {
  if (bytes.length === 0) return { problem: 'is empty' }
  const encoding = encodingOf(bytes)
  const piece = decodedPiece(bytes, encoding)
  if (piece.text.includes(0)) return { problem: 'is not a CSV file' }
  if (!isUtf8(piece.text)) return { problem: 'is neither UTF-8 nor UTF-16. Save it as “CSV UTF-8” and try again' }
  const tries = DELIMITERS.map((delimiter) => ({ delimiter, rows: rowsOf(piece.text, START, isAll, SAMPLE_ROWS, delimiter) }))
  // What separates most headings is what was meant.
  const best = tries.map((each) => ({ ...each, at: headingsAt(each.rows) })).sort((a, b) => cellsAt(b) - cellsAt(a))[0]
  const first = best?.rows[0]
  if (!best || !first || 'problem' in first) return { problem: 'is not a CSV file' }
  const headings = best.rows[best.at]
  if (!headings || !('cells' in headings)) return { problem: `has no line of headings. Its first line reads ${listed(first.cells)}` }
  if (headings.cells.length > MOST_COLUMNS) return { problem: `has more than ${MOST_COLUMNS} columns` }
  return {
    headings: headings.cells.map((text) => text.trim()),
    columns: headings.cells.map(headingOf),
    // In the bytes of the file itself.
    end: { bytes: piece.bytesOf(headings.end.bytes), lines: headings.end.lines },
    delimiter: best.delimiter,
    encoding,
    rows: best.rows.slice(best.at + 1).flatMap((row) => ('cells' in row && row.cells.length === headings.cells.length ? [row.cells] : [])),
  }
}

const START = { bytes: 0, lines: 0 }

/** The first line with more than one heading. */
const headingsAt = (rows: CsvRow[]): number =>
  rows.slice(0, TITLE_LINES).findIndex((row) => 'cells' in row && row.cells.filter((text) => text.trim() !== '').length > 1)

const cellsAt = ({ rows, at }: { rows: CsvRow[]; at: number }): number => {
  const row = rows[at]
  return row && 'cells' in row ? row.cells.length : 0
}

const listed = (texts: string[]) =>
  texts
    .slice(0, 8)
    .map((text) => `“${text.trim().slice(0, 40)}”`)
    .join(', ')

/** By its mark; without one by the zeros that UTF-16 writes beside plain letters. */
const encodingOf = (bytes: Uint8Array): Encoding => {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  const pairs = Math.min(256, Math.floor(bytes.length / 2))
  const zeros = [0, 0]
  for (let i = 0; i < pairs * 2; i++) if (bytes[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  if (pairs > 8 && odd > pairs / 2 && even === 0) return 'utf-16le'
  return pairs > 8 && even > pairs / 2 && odd === 0 ? 'utf-16be' : 'utf-8'
}

/** A letter that is cut at the end of what is looked at is no fault. */
const isUtf8 = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
