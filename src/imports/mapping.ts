import * as z from 'zod/mini'
import { parseDecimal } from '#src/billing/money.ts'
import { IMPORT_KINDS, type ImportKind } from '#src/db/schema/imports.ts'
import { decimalText } from '#views/decimal.ts'
import { MOST_PLACES, Refused } from './cells.ts'
import type { CsvRow, Position } from './csv.ts'
import { headingOf, keyColumnOf } from './format.ts'
import { type Cells, fieldsOf, readRow } from './schema.ts'
import { DAY_ORDERS, mayBeIn, plainDay, plainNumber, plainPercent } from './style.ts'

/**
 * What the columns of a file mean: for each heading of a kind where its text comes from, and how the file writes numbers
 * and days. Columns are named by their heading, so a mapping holds whatever order they stand in.
 */

/** A column; the difference of two; or the same text for every row. */
const origin = z.union([z.object({ column: z.string(), less: z.optional(z.string()) }), z.object({ text: z.string() })])
const mapping = z.object({
  kind: z.enum(IMPORT_KINDS),
  origins: z.record(z.string(), origin),
  /** By heading: a word of the file, in small letters, and the word that it stands for. */
  words: z.record(z.string(), z.record(z.string(), z.string())),
  decimal: z.nullable(z.enum(['.', ','])),
  days: z.nullable(z.enum(DAY_ORDERS)),
  /** The file is read as several kinds: rows may say nothing of this one. */
  isPart: z.boolean(),
  /** A document may come again, with each of its lines: the same once more is no fault. */
  repeats: z.boolean(),
  /** Payments that an invoice's row speaks of, one for each invoice that its status leaves open; null for those of a file of their own. */
  standIn: z.nullable(z.object({ status: z.nullable(origin), words: z.record(z.string(), z.string()) })),
})
export type Origin = z.infer<typeof origin>
export type Mapping = z.infer<typeof mapping>

/** As it is kept in the database. */
const mappingOf = (stored: string): Mapping => mapping.parse(JSON.parse(stored))
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
  standIn: null,
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

/** What is still open is less than the total, and none of it is below zero: else it is something else than what it is called. */
const difference = (text: string, less: string, { decimal }: Mapping): string | Refused => {
  const [whole, open] = [plainNumber(text, decimal), plainNumber(less, decimal)]
  if (whole instanceof Refused) return whole
  if (open instanceof Refused) return open
  const [from, off] = [parseDecimal(whole, MOST_PLACES), parseDecimal(open, MOST_PLACES)]
  if (from === undefined || off === undefined) return new Refused(`What was paid can’t be told from “${text}” less “${less}”`)
  if (off < 0 ? off < from : off > from || (from < 0 && off > 0)) return new Refused(`“${less}” can’t be what is still open of “${text}”`)
  return decimalText(from - off, MOST_PLACES)
}

/** A row as it goes to the database, beside the line it begins in. */
export type TypedRow = { line: number } & Record<string, unknown>
export type Refusal = { line: number; column: string; reason: string }
/** A row of the file, the place after it, and what became of it. `digest` tells what its cells say of this kind. */
export type Judged = { line: number; end: Position; key: string; digest: string } & ({ row: TypedRow } | { refusal: Refusal; isBlank?: boolean })

const NEEDED = 'This is needed, but empty'
/** What a payment that stands in for those of an invoice is known by. */
export const STAND_IN = 'paid '

/** Undefined for an empty line, and where a file of several kinds says nothing of this one: that is no row. */
export const judge = (mapping: Mapping, columns: string[], row: CsvRow): Judged | undefined => {
  const { kind, origins } = mapping
  const { line, end } = row
  if ('problem' in row) return { line, end, key: '', digest: '', refusal: { line, column: '', reason: row.problem } }
  if (row.cells.every((text) => text.trim() === '')) return undefined
  const own = textOf(origins[keyColumnOf(kind)], columns, row.cells)
  const key = mapping.standIn ? STAND_IN + own : own
  const refused = (column: string, reason: string): Judged => ({ line, end, key, digest: '', refusal: { line, column, reason }, isBlank: reason === NEEDED })
  if (row.cells.length !== columns.length) return refused('', `This row has ${cellsText(row.cells.length)}, the first line of the file has ${columns.length}`)
  // A line of text alone, or a row without one.
  if (mapping.isPart && 'quantity' in origins && ['quantity', 'unit_price'].every((heading) => textOf(origins[heading], columns, row.cells) === ''))
    return undefined
  const cells: Cells = {}
  for (const [heading, { isDerived, isMore }] of fieldsOf(kind)) {
    const cell = cellOf(mapping, heading, columns, row.cells)
    if (cell instanceof Refused) return refused(heading, cell.reason)
    if (cell === '' && isDerived && !isMore && origins[heading] && !heading.endsWith('percent')) return refused(heading, NEEDED)
    cells[heading] = cell
  }
  if (mapping.standIn) Object.assign(cells, { external_id: key, amount: isOwing(mapping.standIn, columns, row.cells) ? cells.amount || '0' : '0' })
  const foreign = otherCurrency(mapping, cells, columns, row.cells)
  if (foreign) return refused(foreign.heading, foreign.reason)
  const read = readRow(kind, cells)
  if (!('values' in read)) return refused(read.column, read.reason)
  return { line, end, key, digest: digestOf(Object.values(cells)), row: { line, digest: digestOf(Object.values(cells)), ...read.values } }
}

/** Of an invoice that is void, or not sent yet, nothing was paid that a client should see. */
const isOwing = ({ status, words }: NonNullable<Mapping['standIn']>, columns: string[], cells: string[]): boolean => {
  const text = status ? textOf(status, columns, cells).toLowerCase() : 'open'
  return (words[text] ?? text) === 'open'
}

/** An amount that is written with another currency's sign or code than its row's. */
const otherCurrency = (
  { kind, origins }: Mapping,
  { currency = '' }: Cells,
  columns: string[],
  cells: string[],
): { heading: string; reason: string } | undefined => {
  if (currency === '') return undefined
  for (const [heading, { reads }] of fieldsOf(kind)) {
    if (reads !== 'number') continue
    const text = textOf(origins[heading], columns, cells)
    if (!mayBeIn(text, currency)) return { heading, reason: `“${text}” is not in ${currency}` }
  }
  return undefined
}

/** Two rows that say the same have the same. Not for anybody who means ill: only rows of one file are compared. */
const digestOf = (cells: string[]): string => {
  let [high, low] = [0x9dc5, 0x811c]
  for (const letter of cells.join('\u0001')) {
    const code = letter.codePointAt(0) ?? 0
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ (code + 0x9e37), 0x85ebca6b)
  }
  return `${(high >>> 0).toString(36)}.${(low >>> 0).toString(36)}`
}

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

/** How a stored file is read. */
export const mappingIn = ({ kind, mapping: stored, columns }: { kind: ImportKind; mapping: string | null; columns: string }): Mapping =>
  stored === null ? byName(kind, columnsOf(columns)) : mappingOf(stored)

/** A heading of ours as the file calls it. */
export const columnNamed = ({ mapping: { origins }, headings }: { mapping: Mapping; headings: string[] }, heading: string): string => {
  const from = origins[heading]
  if (!from || 'text' in from) return heading
  return headings.find((each) => headingOf(each) === from.column) ?? heading
}
