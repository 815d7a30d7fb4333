import { isPlainDate, type PlainDate } from '#src/dates.ts'
import { Refused } from './cells.ts'

/**
 * How a file writes numbers and days. The same signs mean different things in different countries, so what they mean is
 * taken from the file where it shows, and asked about where it doesn't; nothing is guessed.
 */
/** Of each of the two, null means that nothing in the file said, or has to say: then only what can mean one thing is taken. */
export type Decimal = '.' | ','
export const DAY_ORDERS = ['dmy', 'mdy'] as const
export type DayOrder = (typeof DAY_ORDERS)[number]

/** What a number's signs mean by themselves. `either`: 1.234 may be a thousand or one. */
type Sign = Decimal | 'either' | 'none'

const parts = (text: string): { minus: boolean; body: string } => {
  const bare = text
    .replaceAll(/\p{Sc}|^\s*[A-Z]{3}(?=[\s\d-])|(?<=[\s\d])[A-Z]{3}\s*$/gu, '')
    .replaceAll(/[\s'’\u00a0\u202f]/g, '')
    .replaceAll('\u2212', '-')
  const inside = /^\((.*)\)$/.exec(bare)?.[1] ?? /^(.*\d)-$/.exec(bare)?.[1]
  const negative = inside !== undefined || bare.startsWith('-')
  return { minus: negative, body: (inside ?? bare).replace(/^[-+]/, '') }
}

const GROUPED = { '.': /^\d{1,3}(,\d{3})+(\.\d*)?$/, ',': /^\d{1,3}(\.\d{3})+(,\d*)?$/ }
const PLAIN = { '.': /^\d*\.?\d*$/, ',': /^\d*,?\d*$/ }

const signOf = (body: string): Sign => {
  const [points, commas] = [body.split('.').length - 1, body.split(',').length - 1]
  if (points + commas === 0) return 'none'
  if (points > 0 && commas > 0) return body.lastIndexOf('.') > body.lastIndexOf(',') ? '.' : ','
  const mark: Decimal = points > 0 ? '.' : ','
  const other: Decimal = mark === '.' ? ',' : '.'
  // Twice, and it can't be the decimal mark.
  if (points + commas > 1) return other
  return /^[1-9]\d{0,2}[.,]\d{3}$/.test(body) ? 'either' : mark
}

export const NUMBER_LIKE = { '.': '1,234.50', ',': '1.234,50' } as const

/**
 * A number as a row's cell takes it: digits and a point. What is no number at all is left as it is, for the cell to say so.
 */
export const plainNumber = (text: string, decimal: Decimal | null): string | Refused => {
  if (!/\d/.test(text)) return text
  const { minus, body } = parts(text)
  if (!/^[\d.,]+$/.test(body)) return text
  const sign = signOf(body)
  const meant = sign === 'none' ? '.' : sign === 'either' ? decimal : sign
  if (meant === null) return new Refused(`“${text}” can mean ${body.replace(/[.,]/, '')} or ${body.replace(',', '.')}. Say how this file writes numbers`)
  if (sign !== 'none' && decimal !== null && meant !== decimal) return new Refused(`“${text}” is not a number written like ${NUMBER_LIKE[decimal]}`)
  if (!PLAIN[meant].test(body) && !GROUPED[meant].test(body)) return text
  const plain = body.replaceAll(meant === '.' ? ',' : '.', '').replace(',', '.')
  return (minus ? '-' : '') + plain.replace(/^\./, '0.').replace(/\.$/, '')
}

/** A rate may stand within words: "20% (VAT on Income)". Words without one are no rate; none is a thousand, so 8,375 is a little more than 8. */
export const plainPercent = (text: string, decimal: Decimal | null): string | Refused => {
  const rate = /(-?[\d.,]+)\s*%/.exec(text)?.[1] ?? text
  const sign = signOf(parts(rate).body)
  return plainNumber(rate, sign === 'either' ? (rate.includes(',') ? ',' : '.') : decimal)
}

const SIGNS: Record<string, RegExp> = {
  '€': /^EUR$/,
  '£': /^(GBP|GIP|FKP|SHP|EGP)$/,
  '¥': /^(JPY|CNY)$/,
  $: /^(USD|AUD|CAD|NZD|SGD|HKD|TWD|MXN|ARS|CLP|COP|BRL|UYU|BMD|BSD|BBD|BZD|FJD|GYD|JMD|KYD|LRD|NAD|SBD|SRD|TTD|XCD)$/,
}

/** Whether an amount's own sign or code, if it has one, is that of a currency. */
export const mayBeIn = (text: string, currency: string): boolean => {
  const code = /^\s*([A-Z]{3})(?=[\s\d-])|(?<=[\s\d])([A-Z]{3})\s*$/.exec(text)
  if (code && (code[1] ?? code[2]) !== currency) return false
  const sign = /\p{Sc}/u.exec(text)?.[0]
  return sign === undefined || (SIGNS[sign] ?? /./).test(currency)
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAY_LIKE: Record<DayOrder, string> = { dmy: '31/03/2026', mdy: '03/31/2026' }

/** The three numbers of a day, in the order in which they stand. `clear`: year, month, day. */
const numbersOf = (text: string): { numbers: [string, string, string]; order: DayOrder | 'clear' | 'unclear' } | undefined => {
  // Midnight is how spreadsheets write a day without a time.
  const bare = text.trim().replace(/[T ]00:00(:00(\.0+)?)?Z?$/, '')
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(bare)
  if (iso) return { numbers: [iso[1] ?? '', iso[2] ?? '', iso[3] ?? ''], order: 'clear' }
  const [, a = '', b = '', c = ''] = /^(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{2}|\d{4})$/.exec(bare) ?? []
  if (a) return { numbers: [a, b, c], order: orderOf(bare, Number(a), Number(b)) }
  const worded = /^(?:(\d{1,2})[-/. ]*([A-Za-z]{3,9})|([A-Za-z]{3,9})[ -]*(\d{1,2}))[-/., ]+(\d{2}|\d{4})$/.exec(bare)
  const month = MONTHS.indexOf((worded?.[2] ?? worded?.[3] ?? '').slice(0, 3).toLowerCase()) + 1
  return worded && month > 0 ? { numbers: [worded[5] ?? '', String(month), worded[1] ?? worded[4] ?? ''], order: 'clear' } : undefined
}

/** Points stand between day, month and year, never between month, day and year. */
const orderOf = (text: string, first: number, second: number): DayOrder | 'unclear' =>
  text.includes('.') || (first > 12 && second <= 12) ? 'dmy' : second > 12 && first <= 12 ? 'mdy' : 'unclear'

/** A day as a row's cell takes it, `YYYY-MM-DD`. What is no day at all is left as it is, for the cell to say so. */
export const plainDay = (text: string, order: DayOrder | null): PlainDate | Refused => {
  if (isPlainDate(text)) return text
  const read = numbersOf(text)
  if (!read) return text
  const [a, b, c] = read.numbers
  if (read.order === 'clear') return asDay(a, b, c)
  const meant = read.order === 'unclear' ? order : read.order
  if (meant === null) return new Refused(`“${text}” can mean more than one day. Say how this file writes days`)
  if (order !== null && meant !== order) return new Refused(`“${text}” is not a day written like ${DAY_LIKE[order]}`)
  return meant === 'dmy' ? asDay(c, b, a) : asDay(c, a, b)
}

/** Years of two digits are of the last hundred, and a few to come. */
const asDay = (year: string, month: string, day: string) =>
  `${year.length === 2 ? (Number(year) < 70 ? `20${year}` : `19${year}`) : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`

/** What the texts of a file say of its style, and texts that can be read in two ways as long as nothing says. */
export type Evidence<T> = { says: T[]; unclear: string[] }

export const numberEvidence = (texts: string[]): Evidence<Decimal> => {
  const signs = texts.filter((text) => /\d/.test(text)).map((text) => ({ text, sign: signOf(parts(text).body) }))
  return {
    says: (['.', ','] as const).filter((mark) => signs.some(({ sign }) => sign === mark)),
    unclear: signs.filter(({ sign }) => sign === 'either').map(({ text }) => text),
  }
}

export const dayEvidence = (texts: string[]): Evidence<DayOrder> => {
  const read = texts.map((text) => ({ text, order: numbersOf(text)?.order }))
  return {
    says: DAY_ORDERS.filter((order) => read.some((each) => each.order === order)),
    unclear: read.filter(({ order }) => order === 'unclear').map(({ text }) => text),
  }
}

/** What a file says by itself: null when nothing needs to be known, `ask` when it has to be asked. */
export const decided = <T>({ says, unclear }: Evidence<T>): T | null | 'ask' => {
  const [one] = says
  if (says.length > 1 || (one === undefined && unclear.length > 0)) return 'ask'
  return one ?? null
}
