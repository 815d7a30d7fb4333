import { brokenRow, type CsvRow, type Delimiter, type Position, rowsOf } from './csv.ts'
import { decodedPiece } from './encoding.ts'
import type { OneFile } from './file.ts'
import type { Encoding } from './head.ts'

/** Where what was uploaded is kept: a file, or the first of its pieces. */
export const sourceKey = ({ tenantId, importId }: Pick<OneFile, 'tenantId' | 'importId'>, number: number) => `tenants/${tenantId}/imports/${importId}/${number}`
export const partKey = (key: string, part: number) => `${key}.${part}`

/** A file as it is kept. */
export type Kept = { key: string; size: number; partBytes: number; encoding: Encoding; delimiter: Delimiter }

export const keptOf = (file: OneFile & Omit<Kept, 'key'> & { source: number }): Kept => ({
  ...file,
  key: file.source === 0 ? `${sourceKey(file, 0).slice(0, -1)}${file.kind}.csv` : sourceKey(file, file.source),
})

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
export const readOn = async (files: R2Bucket, kept: Kept, from: Position, pace: Pace): Promise<Reading | Unreadable> => {
  const { size, encoding, delimiter } = kept
  if (from.bytes >= size) return { rows: [], end: from, isAtEnd: true }
  for (const length of pace.pieces) {
    const bytes = await bytesOf(files, kept, from.bytes, Math.min(length, size - from.bytes))
    if (!bytes) return { problem: 'The uploaded file is no longer there. Upload it again.' }
    const isLast = from.bytes + bytes.length >= size
    const piece = decodedPiece(bytes, encoding)
    const rows = rowsOf(piece.text, { bytes: 0, lines: from.lines }, isLast, pace.rows, delimiter, from.bytes === 0)
    const last =
      rows.at(-1) ??
      (length === pace.pieces.at(-1)
        ? brokenRow(
            piece.text,
            { bytes: 0, lines: from.lines },
            `This row is longer than ${Math.ceil(length / 1024)} KB. Perhaps a quotation mark is not closed`,
          )
        : undefined)
    if (!last) continue
    const placed = (rows.length > 0 ? rows : [last]).map((row) => ({ ...row, end: { ...row.end, bytes: from.bytes + piece.bytesOf(row.end.bytes) } }))
    const end = placed.at(-1)?.end ?? from
    return { rows: placed, end, isAtEnd: end.bytes >= size }
  }
  return { problem: `Line ${from.lines + 1} is too long: this is no table` }
}

/** Some bytes of a file, wherever its pieces are cut. Undefined when it isn't there. */
export const bytesOf = async (
  files: R2Bucket,
  { key, partBytes, size }: Omit<Kept, 'delimiter' | 'encoding'>,
  from: number,
  length: number,
): Promise<Uint8Array | undefined> => {
  const to = Math.min(size, from + length)
  if (partBytes === 0) return rangeOf(files, key, from, to - from)
  const pieces: Uint8Array[] = []
  for (let at = from; at < to; ) {
    const part = Math.floor(at / partBytes)
    const piece = await rangeOf(files, partKey(key, part), at - part * partBytes, Math.min(to, (part + 1) * partBytes) - at)
    if (!piece || piece.length === 0) return undefined
    pieces.push(piece)
    at += piece.length
  }
  return new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer())
}

const rangeOf = async (files: R2Bucket, key: string, offset: number, length: number): Promise<Uint8Array | undefined> => {
  const object = await files.get(key, { range: { offset, length } })
  return object ? new Uint8Array(await object.arrayBuffer()) : undefined
}
