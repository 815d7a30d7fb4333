import { stringify } from 'csv-stringify/sync'

/** A cell: somebody's words, or a number as decimal text. */
export type CsvCell = string | { decimal: string }

/** Before a file's first line: without it some programs read its letters wrongly. */
export const BYTE_ORDER_MARK = '\ufeff'

/** Rows as a spreadsheet reads them. Words that it would take for a formula get an apostrophe; a number below zero is none. */
export const csvLines = (rows: CsvCell[][]): string =>
  stringify(rows, {
    record_delimiter: '\r\n',
    escape_formulas: true,
    // Read by the library, though its types don't know that it may be turned off for a cell.
    cast: { object: (cell) => ({ value: (cell as { decimal: string }).decimal, escape_formulas: false }) as unknown as string },
  })

/** Rows as they were in a file that somebody uploaded, for them to upload again: nothing is added to a cell. */
export const csvPlain = (rows: string[][]): string => stringify(rows, { record_delimiter: '\r\n' })
