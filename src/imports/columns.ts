import { IMPORT_KINDS, type ImportKind } from '#src/db/schema/imports.ts'
import type { Env } from '#src/env.ts'
import { placesOf } from '#views/decimal.ts'
import { Refused } from './cells.ts'
import { KIND_NAMES } from './format.ts'
import { HEAD_BYTES, headOf } from './head.ts'
import { cellOf, columnsOf, doubled, headingsIn, lacking, type Mapping, type Origin, textOf } from './mapping.ts'
import type { StoredSource } from './plan.ts'
import { bytesOf, sourceKey } from './reading.ts'
import { fieldsOf } from './schema.ts'
import { DAY_ORDERS, type DayOrder, type Decimal } from './style.ts'
import { asParts, mappingBy, type Sample, type Seen, seenIn } from './suggest.ts'

/** The Columns page: what each column of an uploaded file means, to be looked at and changed. */

/** One heading of ours: which column it is, and what that makes of the file's first row that says something. */
export type FieldChoice = {
  heading: string
  isNeeded: boolean
  isSame: boolean
  /** What it may say, if it is one of a few words. */
  options: readonly string[]
  origin: Origin | undefined
  example: { text: string; meant: string; problem?: string } | undefined
  /** Words of the file that are none of ours, and what they stand for. */
  words: { word: string; meaning: string }[]
}
export type PartChoice = { kind: ImportKind; fields: FieldChoice[] }
export type SourceChoice = {
  number: number
  name: string
  headings: string[]
  parts: PartChoice[]
  /** Whether it has numbers and days at all; and those that can be read in two ways. */
  decimal: { isThere: boolean; chosen: Decimal | null; unclear: string[] }
  days: { isThere: boolean; chosen: DayOrder | null; unclear: string[] }
}
/** By the name of the field. */
export type ColumnProblems = Record<string, string>

/** Beyond what a file is read as already, one more may be chosen. */
export const MOST_PARTS = 5

/** The first rows of a file as it is kept. */
export const sampleOf = async (env: Env, source: StoredSource): Promise<Sample> => {
  const kept = { key: sourceKey(source, source.number), size: source.size, partBytes: source.partBytes }
  const bytes = await bytesOf(env.FILES, kept, 0, HEAD_BYTES)
  const head = bytes && headOf(bytes, source.size <= HEAD_BYTES)
  return { columns: columnsOf(source.columns), rows: head && 'rows' in head ? head.rows : [] }
}

export const sourceChoice = ({ number, name, columns }: StoredSource, sample: Sample, mappings: Mapping[]): SourceChoice => {
  const seen = seenIn(sample, mappings)
  const [first] = mappings
  return {
    number,
    name,
    headings: headingsIn(columns),
    parts: mappings.map((mapping) => ({ kind: mapping.kind, fields: fieldChoices(mapping, sample) })),
    decimal: {
      isThere: seen.numbers.says.length + seen.numbers.unclear.length > 0,
      chosen: first?.decimal ?? null,
      unclear: asked(seen.decimal, seen.numbers.unclear),
    },
    days: { isThere: readsAny(mappings, ['day']), chosen: first?.days ?? null, unclear: asked(seen.days, seen.dates.unclear) },
  }
}

/** Whether some column holds such texts: later rows may, even if the first ones don't show how they are written. */
const readsAny = (mappings: Mapping[], wanted: (string | undefined)[]) =>
  mappings.some(({ kind, origins }) => [...fieldsOf(kind)].some(([heading, { reads }]) => wanted.includes(reads) && 'column' in (origins[heading] ?? {})))

const asked = (seen: Seen['decimal'] | Seen['days'], unclear: string[]) => (seen === 'ask' ? [...new Set(unclear)].slice(0, 3) : [])

const fieldChoices = (mapping: Mapping, { columns, rows }: Sample): FieldChoice[] =>
  [...fieldsOf(mapping.kind)].map(([heading, { isNeeded = false, isSame = false, words: options = [] }]) => {
    const origin = mapping.origins[heading]
    const cells = origin && 'column' in origin ? rows.find((row) => textOf(origin, columns, row) !== '') : undefined
    const meant = cells && cellOf(mapping, heading, columns, cells)
    return {
      ...{ heading, isNeeded, isSame, options, origin },
      example: cells && {
        text: textOf(origin, columns, cells),
        ...(meant instanceof Refused ? { meant: '', problem: meant.reason } : { meant: meant ?? '' }),
      },
      words: options.length > 0 ? wordsMet(mapping, heading, { columns, rows }, options) : [],
    }
  })

/** What is longer is no word for a status; a column of such is the wrong one. */
const LONGEST_WORD = 40

const wordsMet = ({ origins, words }: Mapping, heading: string, { columns, rows }: Sample, options: readonly string[]) => {
  const from = origins[heading]
  if (!from || 'text' in from) return []
  const met = [...new Set(rows.map((cells) => textOf(from, columns, cells).toLowerCase()))].filter(
    (word) => word !== '' && word.length <= LONGEST_WORD && !options.includes(word),
  )
  return met.slice(0, 12).map((word) => ({ word, meaning: words[heading]?.[word] ?? '' }))
}

/** What has to be said of a file before it can be read: what no column could be found for. */
export const openQuestions = ({ number }: StoredSource, mappings: Mapping[]): ColumnProblems => ({
  ...(mappings.length === 0 && { [number]: 'What this file holds can’t be told from its headings. Choose it below, or leave the file out.' }),
  ...Object.fromEntries(
    mappings.flatMap((mapping, i) => lacking(mapping).map((heading) => [`${number}.${i}.${heading}`, 'No column looks like this. Choose it.'])),
  ),
})

/** What a form says of one file. `isChanged`: it asks for a kind whose columns it didn't show, so nothing was said of them yet. */
export const typedSource = (
  form: URLSearchParams,
  stored: StoredSource,
  sample: Sample,
  known: Mapping[],
  currency: string,
): { mappings: Mapping[]; problems: ColumnProblems; isChanged: boolean } => {
  const problems: ColumnProblems = {}
  const mappings: Mapping[] = []
  let isChanged = false
  for (let i = 0; i <= MOST_PARTS; i++) {
    const name = `${stored.number}.${i}`
    const kind = IMPORT_KINDS.find((each) => each === form.get(`${name}.kind`))
    if (!kind) continue
    if (form.get(`${name}.was`) === kind) {
      mappings.push(
        typedMapping(
          form,
          `${stored.number}.${mappings.length}`,
          name,
          kind,
          sample,
          known.find((each) => each.kind === kind),
          problems,
        ),
      )
    } else {
      isChanged = true
      mappings.push(mappingBy(kind, sample, currency))
    }
  }
  const decimal = (['.', ','] as const).find((each) => each === form.get(`${stored.number}.decimal`)) ?? null
  const days = DAY_ORDERS.find((each) => each === form.get(`${stored.number}.days`)) ?? null
  const seen = seenIn(sample, mappings)
  if (seen.decimal === 'ask' && decimal === null) problems[`${stored.number}.decimal`] = 'Say how this file writes numbers.'
  if (seen.days === 'ask' && days === null) problems[`${stored.number}.days`] = 'Say how this file writes days.'
  const twice = mappings.map((mapping) => doubled(mapping, sample.columns)).find((column) => column !== undefined)
  if (twice !== undefined) problems[`${stored.number}`] = `This file has the column “${twice}” twice.`
  const styled = mappings.map((mapping) => ({ ...mapping, decimal: decimal ?? ownOf(seen.decimal), days: days ?? ownOf(seen.days) }))
  return { mappings: asParts(styled), problems, isChanged }
}

const ownOf = <T>(seen: T | null | 'ask'): T | null => (seen === 'ask' ? null : seen)

/** @param shownAs how the fields will be called when the form is shown again: kinds that were left out leave no gap */
const typedMapping = (
  form: URLSearchParams,
  shownAs: string,
  name: string,
  kind: ImportKind,
  sample: Sample,
  known: Mapping | undefined,
  problems: ColumnProblems,
): Mapping => {
  const { columns } = sample
  const origins: Record<string, Origin> = {}
  const words: Mapping['words'] = { ...(known ?? mappingBy(kind, sample, '')).words }
  for (const [heading, { isSame, words: options }] of fieldsOf(kind)) {
    const field = `${name}.${heading}`
    const [how, first = '', second = ''] = (form.get(field) ?? '').split(':')
    const [column, less] = [columns[Number(first)], columns[Number(second)]]
    if (how === 'c' && column !== undefined) origins[heading] = { column }
    else if (how === 'd' && column !== undefined && less !== undefined) origins[heading] = { column, less }
    else if (how === 't' && isSame) {
      const text = (form.get(`${field}.text`) ?? '').trim()
      const fits = options ? options.includes(text) : placesOf(text.toUpperCase()) !== undefined
      origins[heading] = { text: options ? text : text.toUpperCase() }
      if (!fits) problems[`${shownAs}.${heading}`] = options ? 'Choose one.' : 'Type three letters such as EUR.'
    }
    for (const [name, meaning] of form) {
      if (!options || !name.startsWith(`${field}.is.`)) continue
      const { [name.slice(`${field}.is.`.length)]: _, ...others } = words[heading] ?? {}
      words[heading] = options.includes(meaning) ? { ...others, [name.slice(`${field}.is.`.length)]: meaning } : others
    }
  }
  const mapping: Mapping = { kind, origins, words, decimal: null, days: null, isPart: false, repeats: true, standIn: null }
  for (const heading of lacking(mapping)) problems[`${shownAs}.${heading}`] ??= 'Choose its column.'
  return mapping
}

/** What speaks against all files together. */
export const togetherProblems = (sources: { stored: StoredSource; mappings: Mapping[] }[]): ColumnProblems => {
  const problems: ColumnProblems = {}
  const seen = new Map<ImportKind, StoredSource>()
  for (const { stored, mappings } of sources) {
    mappings.forEach(({ kind }, i) => {
      const other = seen.get(kind)
      if (other) problems[`${stored.number}.${i}.kind`] = `“${other.name}” ${other === stored ? 'is read as' : 'holds'} ${KIND_NAMES[kind]} already.`
      else seen.set(kind, stored)
    })
  }
  const [first] = sources
  if (first && seen.size === 0) problems[`${first.stored.number}`] = 'Say what at least one of the files holds.'
  return problems
}
