import { daysBetween, type PlainDate } from '#src/dates.ts'

/** How an invoice stands, derived from what is open and the day it is; never stored. */
export type Standing = {
  word: 'paid' | 'outstanding' | 'overdue'
  /** Something is paid or credited, and something is open. */
  partPaid: boolean
  /** Days until it is due, below zero when it is overdue; null when nothing is open or there is no due date. */
  dueIn: number | null
}

/**
 * Paid when nothing is open (a total of 0.00 too), else overdue when due before today, else outstanding.
 * Due today is not overdue; without a due date it never is.
 */
export const standingOf = (invoice: { total: number; open: number; dueDate: PlainDate | null }, today: PlainDate): Standing => {
  if (invoice.open === 0) return { word: 'paid', partPaid: false, dueIn: null }
  const dueIn = invoice.dueDate === null ? null : daysBetween(today, invoice.dueDate)
  return { word: dueIn !== null && dueIn < 0 ? 'overdue' : 'outstanding', partPaid: invoice.open < invoice.total, dueIn }
}
