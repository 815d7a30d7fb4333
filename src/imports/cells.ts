import * as z from 'zod/mini'
import { parseDecimal } from '#src/billing/money.ts'
import { isPlainDate } from '#src/dates.ts'
import { isEmail, trimmedEmail } from '#src/email-address.ts'
import { LOCALES } from '#src/locales.ts'
import { placesOf, QUANTITY_PLACES, RATE_PLACES } from '#views/decimal.ts'

/** What the text of one cell may be, and in plain words why it is refused. */

/** How a cell's text is understood before it is judged: as files write days and numbers differently. */
export type Reads = 'day' | 'number' | 'percent' | 'word'
export type CellMeta = {
  reads?: Reads
  /** What a cell of words may say. */
  words?: readonly string[]
}
/** What is known of a cell, or of a heading; one that was cloned has what its origin has, too. */
export const CELL_META = z.registry<CellMeta>()

/** Why a cell is refused. */
export class Refused {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

/** A cell that `read` turns into a value. Space around the text doesn't count. */
export const cell = <T>(read: (text: string) => T | Refused) =>
  z.pipe(
    z.string(),
    z.transform((text: string, { issues }): T => {
      const trimmed = text.trim()
      const value = unreadable(trimmed) ?? read(trimmed)
      if (!(value instanceof Refused)) return value
      issues.push({ code: 'custom', message: value.reason, input: text })
      return z.NEVER
    }),
  )

/** What a file in another encoding turns into, or no text at all: it must not be stored. */
const unreadable = (text: string): Refused | undefined => {
  if (text.includes('\u{fffd}')) return new Refused('This holds letters that are not UTF-8')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text) ? new Refused('This holds control characters') : undefined
}

const needed = (text: string): Refused | undefined => (text === '' ? new Refused('This is needed, but empty') : undefined)

/** Text that may be empty. */
export const text = (longest: number) => cell((text) => ([...text].length > longest ? new Refused(`This has more than ${longest} characters`) : text))
/** Text that may not. */
export const neededText = (longest: number) =>
  cell((text) => needed(text) ?? ([...text].length > longest ? new Refused(`This has more than ${longest} characters`) : text))

/** An external id, or a document's number. */
export const KEY_LENGTH = 64
export const key = neededText(KEY_LENGTH)
/** A reference that may be left out: null when empty. */
export const optionalKey = z.pipe(
  text(KEY_LENGTH),
  z.transform((text) => text || null),
)

export const oneOf = <const T extends string>(...words: T[]) =>
  cell((text) => words.find((word) => word === text.toLowerCase()) ?? needed(text) ?? new Refused(`“${text}” is none of ${words.join(', ')}`)).register(
    CELL_META,
    { reads: 'word', words },
  )

/** How dates and numbers are written for somebody, or nothing. Of a language alone the country of that name is meant, `de` being `de-DE`. */
export const language = cell((text) => {
  const tag = text.replace('_', '-').toLowerCase()
  const known = (wanted: string) => LOCALES.find((each) => each.toLowerCase() === wanted)
  if (text === '') return null
  return (
    known(tag) ??
    known(`${tag}-${tag}`) ??
    (tag === 'en' ? LOCALES[0] : new Refused(`There is no language “${text.slice(0, 20)}” here. One is written like ${LOCALES[0]}`))
  )
})

/** An address of the web that a person can be sent to; may be empty. */
export const webAddress = z.pipe(
  text(1000),
  cell((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (text === '' || (url && /^https?:$/.test(url.protocol) && url.username === '')) return url?.href ?? ''
    return new Refused(`“${text.slice(0, 60)}” is not an address that begins with https://`)
  }),
)

export const currency = cell((text) => (placesOf(text) === undefined ? (needed(text) ?? new Refused(`There is no currency “${text}”`)) : text))

export const email = cell((text) => {
  const trimmed = trimmedEmail(text)
  return trimmed === '' ? null : isEmail(trimmed) ? trimmed : new Refused(`“${trimmed}” is not an e-mail address`)
})

const readDay = (text: string) => (isPlainDate(text) && text >= '1900' ? text : new Refused(dayProblem(text)))
const DAY: CellMeta = { reads: 'day' }
export const day = cell((text) => needed(text) ?? readDay(text)).register(CELL_META, DAY)
export const optionalDay = cell((text) => (text === '' ? null : readDay(text))).register(CELL_META, DAY)

/** A day, or an instant that says its time zone: which instant is meant must not be guessed. */
export const optionalInstant = cell((text) => {
  if (text === '') return null
  const isInstant = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/.test(text)
  const at = isPlainDate(text) ? Date.parse(text) : isInstant && isPlainDate(text.slice(0, 10)) ? Date.parse(text.replace(' ', 'T')) : Number.NaN
  return Number.isFinite(at) ? at : new Refused(`“${text}” is neither a day nor an instant with its time zone, like 2026-03-31T14:05:00Z`)
})

const dayProblem = (text: string): string => {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  if (year === '') return `“${text}” is not a day written like 2026-03-31`
  if (Number(year) < 1900) return `${year} is too long ago`
  if (Number(month) < 1 || Number(month) > 12) return `${month} is no such month`
  return `${year}-${month} has no day ${day}`
}

/** Null when it is empty: then it is counted. */
export const position = cell((text) =>
  text === '' ? null : /^[1-9]\d{0,5}$/.test(text) ? Number(text) : new Refused(`“${text}” is not a position: 1, 2, 3 and so on`),
)

/** A decimal number as an integer of 10^-places. `unit` ends the sentence when there are more places. */
export const readDecimal = (text: string, places: number, unit: string): number | Refused => {
  const value = parseDecimal(text, places)
  if (value !== undefined) return value
  const [, fraction] = /^[+-]?\d+(?:\.(\d+))?$/.exec(text) ?? []
  if (fraction !== undefined && fraction.replace(/0+$/, '').length > places)
    return new Refused(`${text} has more than ${places} ${places === 1 ? 'place' : 'places'}${unit}`)
  return new Refused(/^[+-]?\d+(\.\d+)?$/.test(text) ? `${text} is too large` : `“${text}” is not a number written like 1234.50`)
}

/** The largest sum taken, in minor units: many of them can be added up exactly. */
const LARGEST = 10 ** 14

/** An amount whose currency stands in the same row. */
export const readAmount = (text: string, currency: string): number | Refused => {
  const value = readDecimal(text, placesOf(currency) ?? 0, ` for ${currency}`)
  return value instanceof Refused || Math.abs(value) <= LARGEST ? value : new Refused(`${text} is too large`)
}

const NUMBER: CellMeta = { reads: 'number' }
/** An amount whose currency stands in the same row, still as text. */
export const amountText = neededText(40).register(CELL_META, NUMBER)
export const optionalAmountText = text(40).register(CELL_META, NUMBER)

export const quantity = cell((text) => needed(text) ?? readDecimal(text, QUANTITY_PLACES, '')).register(CELL_META, NUMBER)

/** Null when it is empty. */
export const percent = cell((text) => {
  const rate = text === '' ? null : readDecimal(text, RATE_PLACES, '')
  return rate === null || rate instanceof Refused || (rate >= 0 && rate <= 100 * 10 ** RATE_PLACES) ? rate : new Refused(`${text} is not between 0 and 100`)
}).register(CELL_META, { reads: 'percent' })

/** No currency has more places: amounts of a row that doesn't say its currency are read with all of them. */
export const MOST_PLACES = 4
/** Such an amount, and as it was written, for a reason that is found later. */
const readAmountOfAny = (text: string): AmountOfAny | Refused => {
  const value = readDecimal(text, MOST_PLACES, '')
  return value instanceof Refused ? value : { value, text }
}
export type AmountOfAny = { value: number; text: string }
export const amountOfAnyCurrency = cell((text) => needed(text) ?? readAmountOfAny(text)).register(CELL_META, NUMBER)
/** Null when it is empty: then it is worked out. */
export const optionalAmountOfAny = cell((text) => (text === '' ? null : readAmountOfAny(text))).register(CELL_META, NUMBER)
