import { brokenRow, type CsvRow, type Delimiter, type Position, rowsOf } from './csv.ts'
import type { OneFile } from './file.ts'

/** Where an uploaded file is kept. */
export const fileKey = ({ tenantId, importId, kind }: OneFile) => `tenants/${tenantId}/imports/${importId}/${kind}.csv`

/** How much is taken at once. Memory holds one piece of a file, never the file. */
export type Pace = {
  /** Rows in one transaction. */
  rows: number
  /** Bytes read for them, and read again if they hold no whole row; a row longer than the last is refused. */
  pieces: readonly number[]
  /** Transactions, and milliseconds, before the rest is left to another message. */
  steps: number
  time: number
}
export const PACE: Pace = { rows: 500, pieces: [64 * 1024, 512 * 1024], steps: 20, time: 20_000 }

export type Reading = { rows: CsvRow[]; end: Position; isAtEnd: boolean }

/** The file can't be read on, in words for the person who uploaded it. */
export type Unreadable = { problem: string }

/** The next rows of a file. */
export const readOn = async (
  files: R2Bucket,
  key: string,
  { size, delimiter }: { size: number; delimiter: Delimiter },
  from: Position,
  pace: Pace,
): Promise<Reading | Unreadable> => {
  if (from.bytes >= size) return { rows: [], end: from, isAtEnd: true }
  for (const length of pace.pieces) {
    const object = await files.get(key, { range: { offset: from.bytes, length: Math.min(length, size - from.bytes) } })
    if (!object) return { problem: 'The uploaded file is no longer there. Upload it again.' }
    const piece = new Uint8Array(await object.arrayBuffer())
    const isLast = from.bytes + piece.length >= size
    const rows = rowsOf(piece, from, isLast, pace.rows, delimiter)
    const last =
      rows.at(-1) ??
      (length === pace.pieces.at(-1)
        ? brokenRow(piece, from, `This row is longer than ${Math.ceil(length / 1024)} KB. Perhaps a quotation mark is not closed`)
        : undefined)
    if (last) return { rows: rows.length > 0 ? rows : [last], end: last.end, isAtEnd: last.end.bytes >= size }
  }
  return { problem: `Line ${from.lines + 1} is too long: this is no table` }
}
