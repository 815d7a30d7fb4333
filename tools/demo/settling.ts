import { daysAfter, daysBetween, type PlainDate } from '#src/dates.ts'
import type { Habit } from './clients.ts'
import type { Random } from './random.ts'

/** How invoices get paid: in full, in part, by instalments, late, or not yet. Nobody pays tomorrow. */

export type Deal = { issueDate: PlainDate; dueDate: PlainDate; total: number; today: PlainDate }
export type Settled = { paidOn: PlainDate; amount: number; method: string }[]

const METHODS = ['Bank transfer', 'Bank transfer', 'Bank transfer', 'Card', 'Direct debit', 'Cheque'] as const

export const paymentsFor = (habit: Habit, deal: Deal, random: Random): Settled => {
  const parts = HABITS[habit](deal, random)
  const method = random.pick(METHODS)
  return parts.filter(({ paidOn, amount }) => paidOn <= deal.today && amount > 0).map((part) => ({ ...part, method }))
}

type Part = { paidOn: PlainDate; amount: number }

const inFull = ({ dueDate, issueDate, total }: Deal, daysAfterDue: number): Part[] => {
  const paidOn = daysAfter(dueDate, daysAfterDue)
  return [{ paidOn: paidOn < issueDate ? issueDate : paidOn, amount: total }]
}
const inParts = ({ issueDate, total }: Deal, parts: number, every: number): Part[] => {
  const share = Math.floor(total / parts)
  return Array.from({ length: parts }, (_, i) => ({
    paidOn: daysAfter(issueDate, every * (i + 1)),
    amount: i === parts - 1 ? total - share * (parts - 1) : share,
  }))
}
const half = ({ total }: Deal): number => Math.round(total / 2)

const usual = (deal: Deal, random: Random): Part[] => {
  if (random.chance(6))
    return [
      { paidOn: daysAfter(deal.dueDate, -random.between(0, 9)), amount: half(deal) },
      ...inFull({ ...deal, total: deal.total - half(deal) }, random.between(10, 45)),
    ]
  return inFull(deal, random.chance(15) ? random.between(1, 25) : -random.between(0, 12))
}

const late = (deal: Deal, random: Random): Part[] => inFull(deal, random.between(4, 70))

const HABITS: Record<Habit, (deal: Deal, random: Random) => Part[]> = {
  prompt: (deal, random) => inFull(deal, -random.between(3, 13)),
  usual,
  new: usual,
  late,
  instalments: (deal, random) => inParts(deal, 3, random.between(18, 26)),
  // Pays something on account now and then; the last half year stands open.
  struggling: (deal, random) => {
    if (daysBetween(deal.issueDate, deal.today) > 190) return late(deal, random)
    return random.chance(40) ? [{ paidOn: daysAfter(deal.dueDate, random.between(5, 20)), amount: Math.round(deal.total / 4) }] : []
  },
  // The portal that is shown to visitors: of the last three months some paid, some in part, some overdue, some not yet due.
  buyer: (deal, random) => {
    const overdueBy = daysBetween(deal.dueDate, deal.today)
    if (overdueBy > 50) return usual(deal, random)
    if (overdueBy < -18) return random.chance(20) ? [{ paidOn: daysAfter(deal.issueDate, 3), amount: half(deal) }] : []
    if (random.chance(22)) return []
    return random.chance(30) ? [{ paidOn: daysAfter(deal.dueDate, -6), amount: Math.round(deal.total * 0.4) }] : inFull(deal, -random.between(2, 10))
  },
}
