import { expect, it } from 'vitest'
import { standingOf } from '#src/billing/standing.ts'
import { todayIn } from '#src/dates.ts'

it.each([
  ['nothing open', { total: 100, open: 0, dueDate: '2026-01-01' }, { word: 'paid', partPaid: false, dueIn: null }],
  ['a total of nothing', { total: 0, open: 0, dueDate: '2026-01-01' }, { word: 'paid', partPaid: false, dueIn: null }],
  ['due tomorrow', { total: 100, open: 100, dueDate: '2026-03-02' }, { word: 'outstanding', partPaid: false, dueIn: 1 }],
  ['due today', { total: 100, open: 100, dueDate: '2026-03-01' }, { word: 'outstanding', partPaid: false, dueIn: 0 }],
  ['due yesterday', { total: 100, open: 100, dueDate: '2026-02-28' }, { word: 'overdue', partPaid: false, dueIn: -1 }],
  ['part-paid and late', { total: 100, open: 40, dueDate: '2026-02-01' }, { word: 'overdue', partPaid: true, dueIn: -28 }],
  ['no due date', { total: 100, open: 40, dueDate: null }, { word: 'outstanding', partPaid: true, dueIn: null }],
] as const)('%s', (_, invoice, standing) => expect(standingOf(invoice, '2026-03-01')).toEqual(standing))

it('it is another day elsewhere, across both changes of the clocks', () => {
  const at = (iso: string) => Date.parse(iso)
  expect(todayIn('Pacific/Auckland', at('2026-11-25T10:59:59Z'))).toBe('2026-11-25')
  expect(todayIn('Pacific/Auckland', at('2026-11-25T11:00:00Z'))).toBe('2026-11-26')
  expect(todayIn('America/Los_Angeles', at('2026-11-25T07:59:59Z'))).toBe('2026-11-24')
  expect(todayIn('Europe/Berlin', at('2026-03-28T22:59:59Z'))).toBe('2026-03-28')
  expect(todayIn('Europe/Berlin', at('2026-03-29T21:59:59Z'))).toBe('2026-03-29')
  expect(todayIn('Europe/Berlin', at('2026-03-29T22:00:00Z'))).toBe('2026-03-30')
  expect(todayIn('Europe/Berlin', at('2026-10-25T22:59:59Z'))).toBe('2026-10-25')
})
