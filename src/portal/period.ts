import { isPlainDate, type PlainDate } from '#src/dates.ts'

/** The days between which something is asked for, as an address says them. */
export type AskedDays = { from: PlainDate | undefined; to: PlainDate | undefined; problem?: string }

const noDay = (which: string, typed: string) => `The ${which} day is none: “${typed.slice(0, 20)}”. Write it as 2026-01-31.`

/** Either may be left out. With a problem neither counts. */
export const askedDays = ({ from = '', to = '' }: Record<string, string | undefined>): AskedDays => {
  const refused = (problem: string): AskedDays => ({ from: undefined, to: undefined, problem })
  if (from !== '' && !isPlainDate(from)) return refused(noDay('first', from))
  if (to !== '' && !isPlainDate(to)) return refused(noDay('last', to))
  if (from !== '' && to !== '' && from > to) return refused('The first day comes after the last.')
  return { from: from || undefined, to: to || undefined }
}

/** What a date field may hold of what was typed: a day, or nothing. */
export const dayField = (typed: string | undefined): string => (typed !== undefined && isPlainDate(typed) ? typed : '')
