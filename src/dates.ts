/** A day without a time, `YYYY-MM-DD`. Compares as text. */
export type PlainDate = string
/** Milliseconds since 1970, UTC. */
export type Instant = number

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Which day it is somewhere. */
export const todayIn = (timeZone: string, now: Instant): PlainDate => {
  const part = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  )
  return `${part.year}-${part.month}-${part.day}`
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
