import type { Standing } from '#src/billing/standing.ts'
import type { Instant, PlainDate } from '#src/dates.ts'
import { decimalText, placesOf, QUANTITY_PLACES, RATE_PLACES } from './decimal.ts'

/** How amounts, days and states read: on pages, in mails and on documents. Pure; no locale or currency makes it throw. */

const FALLBACK = 'en-GB'

// Making a formatter costs a hundred times what using it does; there are as many as locales and currencies in use.
const kept = new Map<string, unknown>()
const keep = <T>(key: string, make: () => T): T => {
  const known = kept.get(key)
  // The key begins with what kind of thing it holds, so the type is the one that was stored under it.
  if (known !== undefined) return known as T
  const made = make()
  kept.set(key, made)
  return made
}

/** The locale itself if it is one that can be written in, else British English. */
const knownLocale = (locale: string): string =>
  keep(`locale ${locale}`, () => {
    try {
      return Intl.NumberFormat.supportedLocalesOf(locale)[0] ?? FALLBACK
    } catch {
      return FALLBACK
    }
  })

/** The language of a page whose words are English: the company's own English, else plain `en`. */
export const langOf = (locale: string): string => {
  const known = knownLocale(locale)
  return known === 'en' || known.startsWith('en-') ? known : 'en'
}

const DEFAULT_PLACES = 2

const moneyFormat = (currency: string, locale: string, places: number): Intl.NumberFormat =>
  keep(`money ${locale} ${currency}`, () => {
    const digits = { minimumFractionDigits: places, maximumFractionDigits: places }
    return /^[A-Z]{3}$/.test(currency)
      ? new Intl.NumberFormat(knownLocale(locale), { style: 'currency', currency, ...digits })
      : new Intl.NumberFormat(knownLocale(locale), digits)
  })

// Intl takes decimals as text and rounds nothing that fits: no amount passes through floating point.
const asDecimal = (value: number, places: number) => decimalText(value, places) as Intl.StringNumericLiteral

// A hyphen breaks lines and is too short: a real minus sign, whatever the locale's data say.
const withMinus = ({ type, value }: Intl.NumberFormatPart): string => (type === 'minusSign' ? value.replace('-', '−') : value)

/** Amounts and days come again on every page of a client: what was written lately is kept. */
const MOST_WRITTEN = 5000
const written = new Map<string, string>()
const once = (key: string, write: () => string): string => {
  const known = written.get(key)
  if (known !== undefined) return known
  if (written.size >= MOST_WRITTEN) written.clear()
  const text = write()
  written.set(key, text)
  return text
}

const partsOfMoney = (amount: number, currency: string, locale: string): Intl.NumberFormatPart[] => {
  const places = placesOf(currency) ?? DEFAULT_PLACES
  return moneyFormat(currency, locale, places).formatToParts(asDecimal(amount, places))
}

/** Minor units as the locale writes them: 644515 and EUR make "€6,445.15". */
export const formatMoney = (amount: number, currency: string, locale: string): string =>
  once(`${amount} ${currency} ${locale}`, () => partsOfMoney(amount, currency, locale).map(withMinus).join(''))

/** The same in pieces, so that a page can set the fraction small: "€6,445" and ".15". */
export const moneyParts = (amount: number, currency: string, locale: string): { text: string; small: boolean }[] => {
  const pieces: { text: string; small: boolean }[] = []
  for (const part of partsOfMoney(amount, currency, locale)) {
    const small = part.type === 'decimal' || part.type === 'fraction'
    const last = pieces.at(-1)
    if (last?.small === small) last.text += withMinus(part)
    else pieces.push({ text: withMinus(part), small })
  }
  return pieces
}

const plainNumber = (locale: string) => keep(`number ${locale}`, () => new Intl.NumberFormat(knownLocale(locale), { maximumFractionDigits: QUANTITY_PLACES }))

/** A quantity, given in 1/10,000: 375000 is "37.5". */
export const formatQuantity = (quantity: number, locale: string): string =>
  once(`${quantity} of ${locale}`, () => plainNumber(locale).formatToParts(asDecimal(quantity, QUANTITY_PLACES)).map(withMinus).join(''))

/** How many there are, grouped as the locale does: 4812 is "4,812". */
export const formatCount = (count: number, locale: string): string => plainNumber(locale).format(count)

/** A rate, given in 1/1,000 %: 20000 is "20%". */
export const formatRate = (rate: number, locale: string): string =>
  once(`${rate} % ${locale}`, () =>
    keep(`rate ${locale}`, () => new Intl.NumberFormat(knownLocale(locale), { style: 'percent', maximumFractionDigits: RATE_PLACES }))
      // Percent is two places more.
      .formatToParts(asDecimal(rate, RATE_PLACES + 2))
      .map(withMinus)
      .join(''),
  )

// Invoices are dated by the common calendar everywhere, also where another one is the locale's first.
const dateFormat = (kind: string, locale: string, options: Intl.DateTimeFormatOptions) =>
  keep(`${kind} ${locale} ${options.timeZone}`, () => new Intl.DateTimeFormat(knownLocale(locale), { calendar: 'gregory', ...options }))

// A day is read and written in UTC, so that no time zone can move it.
const dayIn = (format: Intl.DateTimeFormat, date: PlainDate): string => format.format(Date.parse(`${date}T00:00:00Z`))

/** A day with its month by name: "27 Nov 2026". */
export const formatDay = (date: PlainDate, locale: string): string =>
  once(`${date} ${locale}`, () => dayIn(dateFormat('day', locale, { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' }), date))

/** A day written out: "27 November 2026". */
export const formatDayLong = (date: PlainDate, locale: string): string =>
  dayIn(dateFormat('long day', locale, { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' }), date)

/** An instant as a clock in the time zone showed it: "24 Nov 2026, 09:12". */
export const formatInstant = (instant: Instant, locale: string, timeZone: string): string =>
  dateFormat('instant', locale, { timeZone, day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' }).format(instant)

/** The day of an instant in the time zone: "24 Nov 2026". */
export const formatInstantDay = (instant: Instant, locale: string, timeZone: string): string =>
  dateFormat('day', locale, { timeZone, day: 'numeric', month: 'short', year: 'numeric' }).format(instant)

/** An instant written out, for a letter: "27 November 2026, 09:12". */
export const formatInstantLong = (instant: Instant, locale: string, timeZone: string): string =>
  `${dateFormat('long day', locale, { timeZone, day: 'numeric', month: 'long', year: 'numeric' }).format(instant)}, ${dateFormat('clock', locale, { timeZone, hour: '2-digit', minute: '2-digit' }).format(instant)}`

/** The same without the year while it is this year's: "24 Nov, 09:12". */
export const formatInstantNear = (instant: Instant, locale: string, timeZone: string, now: Instant): string => {
  const year = dateFormat('year', locale, { timeZone, year: 'numeric' })
  if (year.format(instant) !== year.format(now)) return formatInstant(instant, locale, timeZone)
  return dateFormat('near instant', locale, { timeZone, day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(instant)
}

/** The hour that a clock in the time zone shows, 0 to 23. */
export const hourIn = (timeZone: string, instant: Instant): number =>
  Number(keep(`hour ${timeZone}`, () => new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' })).format(instant))

/** When what is open is or was due, in days: "due in 5 days", "12 days overdue". Undefined when there is nothing to say. */
export const dueText = ({ dueIn }: Pick<Standing, 'dueIn'>): string | undefined => {
  if (dueIn === null) return undefined
  if (dueIn === 0) return 'due today'
  if (dueIn === 1) return 'due tomorrow'
  if (dueIn === -1) return '1 day overdue'
  return dueIn > 0 ? `due in ${dueIn} days` : `${-dueIn} days overdue`
}

/** The standing in a word or two. */
export const standingLabel = ({ word, partPaid }: Standing): string => {
  if (word === 'paid') return 'Paid'
  if (word === 'overdue') return partPaid ? 'Overdue, part-paid' : 'Overdue'
  return partPaid ? 'Part-paid' : 'Outstanding'
}

/** A number of things, singular right: 1 and "invoice" make "1 invoice". */
export const countOf = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`
