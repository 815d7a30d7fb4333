/** A day without a time, `YYYY-MM-DD`. Compares as text. */
export type PlainDate = string
/** Milliseconds since 1970, UTC. */
export type Instant = number

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

// Making a clock costs a hundred times what reading it does; and wherever it is, a day begins with a quarter of an hour.
const clocks = new Map<string, { format: Intl.DateTimeFormat; quarter: number; day: PlainDate }>()
const QUARTER = 15 * MINUTE

/** Which day it is somewhere. In our time: a hundred years ago some clocks were seconds off. */
export const todayIn = (timeZone: string, now: Instant): PlainDate => {
  const quarter = Math.floor(now / QUARTER)
  const known = clocks.get(timeZone)
  if (known?.quarter === quarter) return known.day
  const format = known?.format ?? new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const day = format.format(now)
  clocks.set(timeZone, { format, quarter, day })
  return day
}

/** Whole days from one day to another; below zero when the second is earlier. */
export const daysBetween = (from: PlainDate, to: PlainDate): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY)

/** A day so many days after another. */
export const daysAfter = (day: PlainDate, days: number): PlainDate => new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10)

/** A day that exists, written as one. */
export const isPlainDate = (text: string): boolean => {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text)
}
