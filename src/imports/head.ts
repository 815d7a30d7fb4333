import type { ImportKind } from '#src/db/schema/imports.ts'
import { type Position, rowsOf } from './csv.ts'
import { headingOf, recognise } from './format.ts'

/** What the first bytes of an uploaded file say it is. */
export type Head = { kind: ImportKind; columns: string[]; end: Position }

/** How many bytes are looked at. */
export const HEAD_BYTES = 64 * 1024

/**
 * @param isAll whether the file has no more bytes than these
 * @returns the kind, the headings and where the rows begin; or why it can't be taken, as the end of a sentence that begins with the file's name
 */
export const headOf = (bytes: Uint8Array, isAll: boolean): Head | { problem: string } => {
  if (bytes.length === 0) return { problem: 'is empty' }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return { problem: 'is UTF-16. Save it as “CSV UTF-8” and try again' }
  if (bytes.includes(0)) return { problem: 'is not a CSV file' }
  if (!isUtf8(bytes)) return { problem: 'is not UTF-8. Save it as “CSV UTF-8” and try again' }
  const [row] = rowsOf(bytes, { bytes: 0, lines: 0 }, isAll, 1)
  if (!row || 'problem' in row) return { problem: 'is not a CSV file' }
  const columns = row.cells.map(headingOf)
  const [only = ''] = columns
  if (columns.every((column) => column === '')) return { problem: 'has an empty first line, where the headings should be' }
  const other = columns.length === 1 && [';', '\t', '|'].find((mark) => only.includes(mark))
  if (other) return { problem: `has its columns separated by ${{ ';': 'semicolons', '\t': 'tabs', '|': 'bars' }[other]}. Use commas instead` }
  const known = recognise(columns)
  return 'problem' in known ? known : { kind: known.kind, columns, end: row.end }
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
