import * as z from 'zod'
import { IMPORT_KINDS, type ImportKind } from '#src/db/schema/imports.ts'
import { Refused } from './cells.ts'
import type { CsvRow, Position } from './csv.ts'
import { headingOf, keyColumnOf } from './format.ts'
import { type Cells, fieldsOf, readRow } from './schema.ts'
import { DAY_ORDERS, plainDay, plainNumber, plainPercent } from './style.ts'

/**
 * What the columns of a file mean: for each heading of a kind where its text comes from, and how the file writes numbers
 * and days. Columns are named by their heading, so a mapping holds whatever order they stand in.
 */

/** A column; the difference of two; or the same text for every row. */
const origin = z.union([z.object({ column: z.string(), less: z.string().optional() }), z.object({ text: z.string() })])
const mapping = z.object({
  kind: z.enum(IMPORT_KINDS),
  origins: z.record(z.string(), origin),
  /** By heading: a word of the file, in small letters, and the word that it stands for. */
  words: z.record(z.string(), z.record(z.string(), z.string())),
  decimal: z.enum(['.', ',']).nullable(),
  days: z.enum(DAY_ORDERS).nullable(),
  /** The file is read as several kinds: rows may say nothing of this one. */
  isPart: z.boolean(),
  /** It also holds lines: a document's row comes again with each of them. */
  repeats: z.boolean(),
})
export type Origin = z.infer<typeof origin>
export type Mapping = z.infer<typeof mapping>

/** As it is kept in the database. */
export const mappingOf = (stored: string): Mapping => mapping.parse(JSON.parse(stored))
export const mappingsOf = (stored: string): Mapping[] => z.array(mapping).parse(JSON.parse(stored))

/** Columns that are called as their headings are. */
export const byName = (kind: ImportKind, columns: string[]): Mapping => ({
  kind,
  origins: Object.fromEntries([...fieldsOf(kind).keys()].flatMap((heading) => (columns.includes(heading) ? [[heading, { column: heading }]] : []))),
  words: {},
  decimal: null,
  days: null,
  isPart: false,
  repeats: false,
})

/** The headings that no column speaks of: what is known of them stays. */
export const silentOf = ({ kind, origins }: Mapping): string[] => [...fieldsOf(kind).keys()].filter((heading) => !origins[heading])

/** What a heading's cell says in a row, as the file has it. */
export const textOf = (from: Origin | undefined, columns: string[], cells: string[]): string => {
  if (!from) return ''
  if ('text' in from) return from.text
  return (cells[columns.indexOf(from.column)] ?? '').trim()
}

/** The same as a row's cell takes it: its number and its day in our way, its word as ours. */
export const cellOf = (mapping: Mapping, heading: string, columns: string[], cells: string[]): string | Refused => {
  const from = mapping.origins[heading]
  const text = textOf(from, columns, cells)
  // What a person typed for all rows is in our way already.
  if (!from || 'text' in from || text === '') return text
  const { reads } = fieldsOf(mapping.kind).get(heading) ?? {}
  if (reads === 'number' && from.less !== undefined) return difference(text, textOf({ column: from.less }, columns, cells), mapping)
  if (reads === 'number') return plainNumber(text, mapping.decimal)
  if (reads === 'percent') return plainPercent(text, mapping.decimal)
  if (reads === 'day') return plainDay(text, mapping.days)
  if (reads === 'word') return mapping.words[heading]?.[text.toLowerCase()] ?? text
  return text
}

/** In whole ten-thousandths, as no currency has more places. */
const difference = (text: string, less: string, { decimal }: Mapping): string | Refused => {
  const [from, off] = [plainNumber(text, decimal), plainNumber(less || '0', decimal)]
  if (from instanceof Refused) return from
  if (off instanceof Refused) return off
  const value = Math.round(Number(from) * 10_000) - Math.round(Number(off) * 10_000)
  return Number.isFinite(value) ? String(value / 10_000) : text
}

/** A row as it goes to the database, beside the line it begins in. */
export type TypedRow = { line: number } & Record<string, unknown>
export type Refusal = { line: number; column: string; reason: string }
/** A row of the file, the place after it, and what became of it. */
export type Judged = { line: number; end: Position; key: string } & ({ row: TypedRow } | { refusal: Refusal })

/** Undefined for an empty line, and where a file of several kinds says nothing of this one: that is no row. */
export const judge = (mapping: Mapping, columns: string[], row: CsvRow): Judged | undefined => {
  const { kind } = mapping
  const { line, end } = row
  if ('problem' in row) return { line, end, key: '', refusal: { line, column: '', reason: row.problem } }
  if (row.cells.every((text) => text.trim() === '')) return undefined
  const key = textOf(mapping.origins[keyColumnOf(kind)], columns, row.cells)
  const refused = (column: string, reason: string): Judged => ({ line, end, key, refusal: { line, column, reason } })
  if (row.cells.length !== columns.length) return refused('', `This row has ${cellsText(row.cells.length)}, the first line of the file has ${columns.length}`)
  const cells: Cells = {}
  for (const [heading, { isDerived, isMore }] of fieldsOf(kind)) {
    const cell = cellOf(mapping, heading, columns, row.cells)
    if (cell instanceof Refused) return refused(heading, cell.reason)
    if (cell === '' && isDerived && !isMore && mapping.origins[heading] && !heading.endsWith('percent')) return refused(heading, 'This is needed, but empty')
    cells[heading] = cell
  }
  if (mapping.isPart && saysNothing(kind, cells)) return undefined
  const read = readRow(kind, cells)
  return 'values' in read ? { line, end, key, row: { line, ...read.values } } : refused(read.column, read.reason)
}

/** An invoice that nothing was paid of has no payment; one without lines has none. */
const saysNothing = (kind: ImportKind, cells: Cells): boolean =>
  kind === 'payments' ? /^-?0*\.?0*$/.test(cells.amount ?? '') : 'quantity' in cells && cells.quantity === '' && cells.unit_price === ''

const cellsText = (count: number) => (count === 1 ? '1 cell' : `${count} cells`)

/** What is missing before a file can be read with a mapping, by heading. */
export const lacking = ({ kind, origins }: Mapping): string[] =>
  [...fieldsOf(kind)].flatMap(([heading, { isNeeded }]) => (isNeeded && !origins[heading] ? [heading] : []))

/** The column that stands twice in the file, of those that a mapping reads. */
export const doubled = ({ origins }: Mapping, columns: string[]): string | undefined =>
  Object.values(origins)
    .flatMap((from) => ('column' in from ? [from.column, ...(from.less ? [from.less] : [])] : []))
    .find((column) => columns.indexOf(column) !== columns.lastIndexOf(column))

/** A file's headings as they are compared, and as they stand. */
export const columnsOf = (stored: string): string[] => headingsIn(stored).map(headingOf)
export const headingsIn = (stored: string): string[] => JSON.parse(stored) as string[]
