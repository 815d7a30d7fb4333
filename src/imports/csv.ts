import { CsvError, parse } from 'csv-parse/sync'

/**
 * CSV, a piece at a time. A piece is cut anywhere: in a letter, a quotation or a line end. What touches its end is left
 * for the next piece, so a row never depends on where the cut was, and work can begin again at the end of any row.
 */

/** What separates the cells of a row. */
export const DELIMITERS = [',', ';', '\t', '|'] as const
export type Delimiter = (typeof DELIMITERS)[number]

/** A place between two rows: bytes from the start of the file, and lines before it. */
export type Position = { bytes: number; lines: number }

/** A row of the file, or what stands where one can't be read. `line` is the one it begins in; `end` is where the next begins. */
export type CsvRow = { line: number; end: Position; cells: string[] } | { line: number; end: Position; problem: string }

const LINE_ENDS = ['\r\n', '\n', '\r']
const BAD_QUOTES = 'A quotation mark is not closed, or stands where none can be'

/**
 * The rows of a piece.
 * @param piece bytes from `from` on
 * @param isLast whether it reaches the end of the file
 * @param isFirst whether it begins with the file, where a byte order mark may stand
 * @returns at most `limit` rows; none when the piece is too short to hold a whole one
 */
export const rowsOf = (piece: Uint8Array, from: Position, isLast: boolean, limit: number, delimiter: Delimiter = ',', isFirst = from.bytes === 0): CsvRow[] => {
  const rows: CsvRow[] = []
  let at = 0
  let lines = from.lines
  const end = (bytes: number): Position => {
    lines += lineEndsIn(piece.subarray(at, bytes))
    at = bytes
    return { bytes: from.bytes + bytes, lines }
  }
  while (at < piece.length && rows.length < limit) {
    const start = at
    const { records, isBroken } = recordsOf(piece.subarray(start), {
      hasMark: isFirst && start === 0,
      isLast,
      limit: limit - rows.length,
      delimiter,
    })
    for (const { cells, bytes } of records) rows.push({ line: lines + 1, cells, end: end(start + bytes) })
    if (!isBroken) break
    // Go on with the next line: a quotation that was never closed must not swallow the rows after it.
    const next = nextLine(piece, at, isLast)
    if (next === undefined) break
    const cells = isBroken === 'within a cell' && withMarksInCells(piece.subarray(at, next), delimiter)
    rows.push(cells ? { line: lines + 1, cells, end: end(next) } : { line: lines + 1, problem: BAD_QUOTES, end: end(next) })
  }
  return rows
}

/** A row that is too long to be one, up to the end of its first line. Undefined when that is not in the piece. */
export const brokenRow = (piece: Uint8Array, from: Position, problem: string): CsvRow | undefined => {
  const bytes = nextLine(piece, 0, false)
  return bytes === undefined ? undefined : { line: from.lines + 1, problem, end: { bytes: from.bytes + bytes, lines: from.lines + 1 } }
}

type Reading = { hasMark: boolean; isLast: boolean; limit: number; delimiter: Delimiter }

/** One line in which quotation marks stand within cells, as inches do: there they are letters like others. */
const withMarksInCells = (line: Uint8Array, delimiter: Delimiter): string[] | undefined => {
  try {
    const [cells, further] = parse(line, { delimiter, record_delimiter: LINE_ENDS, relax_column_count: true, relax_quotes: true })
    return further ? undefined : cells
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return undefined
  }
}

/** Whole records from the beginning of a piece, each with the byte after it, and whether a record that can't be read follows. */
const recordsOf = (
  piece: Uint8Array,
  { hasMark, isLast, limit, delimiter }: Reading,
): {
  records: { cells: string[]; bytes: number }[]
  isBroken: false | 'within a cell' | 'elsewhere'
} => {
  const records: { cells: string[]; bytes: number }[] = []
  const isWhole = (bytes: number) => isLast || bytes < piece.length
  try {
    parse(piece, {
      bom: hasMark,
      delimiter,
      record_delimiter: LINE_ENDS,
      relax_column_count: true,
      to: limit,
      // Kept here and not by the parser, which forgets all when it throws.
      on_record: (cells: string[], { bytes }) => {
        if (isWhole(bytes)) records.push({ cells, bytes })
        return null
      },
    })
    return { records, isBroken: false }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    // The end of a piece may stand within a quotation; a longer piece will tell.
    if (!isLast && error.code === 'CSV_QUOTE_NOT_CLOSED') return { records, isBroken: false }
    return { records, isBroken: error.code === 'INVALID_OPENING_QUOTE' ? 'within a cell' : 'elsewhere' }
  }
}

const CR = 13
const LF = 10

/** Lines counted by the file's own bytes: the parser counts a CRLF within quotes twice. */
const lineEndsIn = (bytes: Uint8Array): number => {
  let count = 0
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === LF || (bytes[i] === CR && bytes[i + 1] !== LF)) count += 1
  return count
}

/** Where the line after the one at `start` begins. Undefined when that is beyond this piece. */
const nextLine = (bytes: Uint8Array, start: number, isLast: boolean): number | undefined => {
  for (let i = start; i < bytes.length; i++) {
    if (bytes[i] === LF) return i + 1
    if (bytes[i] === CR && (isLast || i + 1 < bytes.length)) return bytes[i + 1] === LF ? i + 2 : i + 1
  }
  return isLast ? bytes.length : undefined
}
