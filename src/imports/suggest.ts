import { IMPORT_KINDS, type ImportKind } from '#src/db/schema/imports.ts'
import { headingsOf } from './format.ts'
import { byName, lacking, type Mapping, type Origin, textOf } from './mapping.ts'
import { fieldsOf } from './schema.ts'
import { type DayOrder, type Decimal, dayEvidence, decided, type Evidence, numberEvidence } from './style.ts'
import { LAST_PAID, MARKS, nameOf, PAID, STILL_OPEN, SYNONYMS, WORDS } from './synonyms.ts'

/** What a file probably is, from its headings and its first rows, for a person to look at. */

/** A file's headings, as they are compared, and its first rows. */
export type Sample = { columns: string[]; rows: string[][] }
/** `own`: every heading is one of ours. `habit`: as a file with these headings was read last time. */
export type Suggestion = { mappings: Mapping[]; from: 'own' | 'habit' | 'names' | 'nothing' }

export const suggested = (sample: Sample, habit: Mapping[] | undefined, currency: string): Suggestion => {
  const own = ownKind(sample.columns)
  if (own) return { mappings: [{ ...byName(own, sample.columns), ...styleOf(habit) }], from: 'own' }
  if (habit?.length) return { mappings: habit, from: 'habit' }
  const mappings = byNames(sample, currency)
  return { mappings, from: mappings.length > 0 ? 'names' : 'nothing' }
}

const styleOf = (habit: Mapping[] | undefined) => ({ decimal: habit?.[0]?.decimal ?? null, days: habit?.[0]?.days ?? null })

/** The kind all of whose headings are there; null when they are those of two. */
const ownKind = (columns: string[]): ImportKind | undefined => {
  const whole = IMPORT_KINDS.filter((kind) => headingsOf(kind).every((heading) => columns.includes(heading)))
  return whole.length === 1 ? whole[0] : undefined
}

const byNames = (sample: Sample, currency: string): Mapping[] => {
  const { columns } = sample
  const names = columns.map(nameOf)
  const mapped = (kind: ImportKind) => mappingBy(kind, sample, currency)
  const documents = MARKS.filter(([, marks]) => marks.some((mark) => names.includes(mark)))
    .map(([kind]) => mapped(kind))
    .find((mapping) => lacking(mapping).length === 0)
  if (documents) return asParts([documents, ...linesOf(documents, mapped), ...paidOf(documents, sample)])
  const lines = (['order_lines', 'invoice_lines', 'credit_note_lines'] as const).map(mapped).find((mapping) => lacking(mapping).length === 0)
  if (lines) return asParts([lines])
  const clients = mapped('clients')
  if (lacking(clients).length === 0) return asParts([clients])
  // Something is missing: what it is nearest to by our own headings, for a person to say the rest.
  const [nearest] = IMPORT_KINDS.map((kind) => ({
    kind,
    share: headingsOf(kind).filter((heading) => columns.includes(heading)).length / headingsOf(kind).length,
  }))
    .filter(({ share }) => share >= 0.5)
    .sort((a, b) => b.share - a.share)
  return nearest ? asParts([mapped(nearest.kind)]) : []
}

/** The column that has the first of some names. */
const columnCalled = (columns: string[], known: string[]): string | undefined => {
  const names = columns.map(nameOf)
  const name = known.find((each) => names.includes(each))
  return name === undefined ? undefined : columns[names.indexOf(name)]
}

/** Each heading's first known name among the file's; what may be the same for all rows is, where no column says it. */
export const mappingBy = (kind: ImportKind, { columns, rows }: Sample, currency: string): Mapping => {
  const origins: Record<string, Origin> = {}
  for (const [heading, { isSame, words }] of fieldsOf(kind)) {
    const column = columns.includes(heading) ? heading : columnCalled(columns, SYNONYMS[kind][heading] ?? [])
    if (column !== undefined) origins[heading] = { column }
    else if (isSame) origins[heading] = { text: words ? usual(words) : currency }
  }
  const mapping = { ...byName(kind, []), origins }
  return { ...mapping, words: wordsFor(mapping, { columns, rows }) }
}

/** What a document or a client is when nothing says otherwise. */
const usual = (words: readonly string[]): string => ['open', 'active', 'confirmed'].find((word) => words.includes(word)) ?? ''

/** Words of other programs that the file's first rows hold, and all that are known beside them: later rows may hold those. */
const wordsFor = ({ kind, origins }: Mapping, { columns, rows }: Sample): Mapping['words'] =>
  Object.fromEntries(
    Object.entries(WORDS[kind] ?? {}).map(([heading, meanings]) => {
      const known = Object.entries(meanings).flatMap(([ours, theirs]) => theirs.filter((word) => word !== ours).map((word) => [word, ours] as const))
      const met = new Set(rows.map((cells) => textOf(origins[heading], columns, cells).toLowerCase()))
      // Those that are there come first, to be shown.
      return [heading, Object.fromEntries([...known.filter(([word]) => met.has(word)), ...known.filter(([word]) => !met.has(word))])]
    }),
  )

const LINE_KINDS: Partial<Record<ImportKind, ImportKind>> = { orders: 'order_lines', invoices: 'invoice_lines', credit_notes: 'credit_note_lines' }

/** The file may hold a row for each line. */
const linesOf = ({ kind }: Mapping, mapped: (kind: ImportKind) => Mapping): Mapping[] => {
  const lines = LINE_KINDS[kind]
  const mapping = lines && mapped(lines)
  return mapping && lacking(mapping).length === 0 ? [mapping] : []
}

/** What its rows say of money that came in: one payment for each invoice. */
const paidOf = ({ kind, origins }: Mapping, { columns }: Sample): Mapping[] => {
  if (kind !== 'invoices') return []
  const [paid, open, paidOn] = [PAID, STILL_OPEN, LAST_PAID].map((known) => columnCalled(columns, known))
  const { total, external_id, client_external_id, currency } = origins
  const amount = paid !== undefined ? { column: paid } : open !== undefined && total && 'column' in total ? { column: total.column, less: open } : undefined
  if (!amount || paidOn === undefined || !external_id || !client_external_id || !currency) return []
  return [
    {
      ...byName('payments', []),
      origins: { external_id, client_external_id, invoice_external_id: external_id, paid_on: { column: paidOn }, amount, currency },
    },
  ]
}

/** Several kinds of one file know of each other. Payments beside invoices are what the invoices' rows say of them. */
export const asParts = (mappings: Mapping[]): Mapping[] => {
  const invoices = mappings.find(({ kind }) => kind === 'invoices')
  const standIn = invoices ? { status: invoices.origins.status ?? null, words: invoices.words.status ?? {} } : null
  return mappings.map((mapping) => ({ ...mapping, isPart: mappings.length > 1, repeats: true, standIn: mapping.kind === 'payments' ? standIn : null }))
}

/** How the file writes numbers and days, as far as its first rows say; `ask` where they can be read in two ways. */
export type Seen = { decimal: Decimal | null | 'ask'; days: DayOrder | null | 'ask'; numbers: Evidence<Decimal>; dates: Evidence<DayOrder> }

export const seenIn = ({ columns, rows }: Sample, mappings: Mapping[]): Seen => {
  const texts = (wanted: string[]) =>
    mappings.flatMap(({ kind, origins }) =>
      [...fieldsOf(kind)].flatMap(([heading, { reads }]) => {
        const from = origins[heading]
        return wanted.includes(reads ?? '') && from && 'column' in from ? rows.map((cells) => textOf(from, columns, cells)) : []
      }),
    )
  const [numbers, dates] = [numberEvidence(texts(['number'])), dayEvidence(texts(['day']))]
  return { decimal: decided(numbers), days: decided(dates), numbers, dates }
}

/** The mappings with the style that the file shows; where it shows none, the one it was read with before. */
export const styled = (mappings: Mapping[], seen: Seen): { mappings: Mapping[]; isSure: boolean } => {
  const known = mappings[0]
  const decimal = seen.decimal === 'ask' ? (seen.numbers.says.length > 1 ? null : (known?.decimal ?? null)) : (seen.decimal ?? known?.decimal ?? null)
  const days = seen.days === 'ask' ? (seen.dates.says.length > 1 ? null : (known?.days ?? null)) : (seen.days ?? known?.days ?? null)
  const isSure = (seen.decimal !== 'ask' || decimal !== null) && (seen.days !== 'ask' || days !== null)
  return { mappings: mappings.map((mapping) => ({ ...mapping, decimal, days })), isSure }
}
