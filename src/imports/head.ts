import type { ImportKind } from '#src/db/schema/imports.ts'
import { DELIMITERS, type Delimiter, type Position, rowsOf } from './csv.ts'
import { headingOf, recognise } from './format.ts'

/** How its letters are written. What isn't UTF-8 is kept as UTF-8. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** What the first bytes of an uploaded file say it is. Where its rows begin counts in UTF-8. */
export type Head = { kind: ImportKind; columns: string[]; end: Position; delimiter: Delimiter; encoding: Encoding }

/** How many bytes are looked at. */
export const HEAD_BYTES = 64 * 1024

/**
 * @param isAll whether the file has no more bytes than these
 * @returns the kind, the headings and where the rows begin; or why it can't be taken, as the end of a sentence that begins with the file's name
 */
export const headOf = (bytes: Uint8Array, isAll: boolean): Head | { problem: string } => {
  if (bytes.length === 0) return { problem: 'is empty' }
  const encoding = encodingOf(bytes)
  const head = encoding === 'utf-8' ? bytes : new TextEncoder().encode(new TextDecoder(encoding).decode(bytes, { stream: !isAll }))
  if (head.includes(0)) return { problem: 'is not a CSV file' }
  if (!isUtf8(head)) return { problem: 'is neither UTF-8 nor UTF-16. Save it as “CSV UTF-8” and try again' }
  const tries = DELIMITERS.map((delimiter) => readAs(head, delimiter, isAll))
  const known = tries.find((each) => 'kind' in each)
  if (known && 'kind' in known) return { ...known, encoding }
  // What separates most headings is what was meant.
  const [best] = tries.flatMap((each) => ('problem' in each ? each : [])).sort((a, b) => b.cells - a.cells)
  return { problem: best?.problem ?? 'is not a CSV file' }
}

const readAs = (head: Uint8Array, delimiter: Delimiter, isAll: boolean): Omit<Head, 'encoding'> | { problem: string; cells: number } => {
  const [row] = rowsOf(head, { bytes: 0, lines: 0 }, isAll, 1, delimiter)
  if (!row || 'problem' in row) return { problem: 'is not a CSV file', cells: 0 }
  const columns = row.cells.map(headingOf)
  if (columns.every((column) => column === '')) return { problem: 'has an empty first line, where the headings should be', cells: columns.length }
  const known = recognise(columns)
  return 'problem' in known ? { ...known, cells: columns.length } : { kind: known.kind, columns, end: row.end, delimiter }
}

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
