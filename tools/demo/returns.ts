import { DAY, HOUR, type Instant, MINUTE } from '#src/dates.ts'
import type { ActivityEvent } from '#src/db/schema/activity.ts'
import type { ReturnCondition, ReturnOutcome, ReturnState, returnLines, returnRequests } from '#src/db/schema/returns.ts'
import type { Books } from './books.ts'
import { BUYER } from './company.ts'
import { type Entry, NOTHING, type People, type Setting } from './people.ts'

/** Return requests in every state, most of them of the client that the demo's buyer signs in for. */

type Returns = { requests: (typeof returnRequests.$inferInsert)[]; lines: (typeof returnLines.$inferInsert)[]; activity: People['activity'] }

/** One that is in a state now: how long ago it was asked for, and what was said. */
type Plan = {
  state: ReturnState
  daysAgo: number
  ofBuyer: boolean
  items: number
  reason: string
  note: string
  outcome?: ReturnOutcome
  condition?: ReturnCondition
}

const PLANS: Plan[] = [
  { state: 'submitted', daysAgo: 0.1, ofBuyer: true, items: 2, reason: 'Damaged', note: 'The box had been dropped: two of them are chipped at the rim.' },
  { state: 'needs-information', daysAgo: 2, ofBuyer: true, items: 1, reason: 'Not as described', note: 'The colour is not the one of the catalogue.' },
  { state: 'partly-approved', daysAgo: 5, ofBuyer: true, items: 2, reason: 'Wrong item', note: '' },
  { state: 'closed', daysAgo: 140, ofBuyer: true, items: 1, reason: 'Damaged', note: 'Cracked glaze.', outcome: 'credit', condition: 'damaged' },
  { state: 'submitted', daysAgo: 1.3, ofBuyer: false, items: 1, reason: 'No longer needed', note: 'Ordered twice by mistake, the boxes are unopened.' },
  { state: 'submitted', daysAgo: 4, ofBuyer: false, items: 1, reason: 'Wrong item', note: '' },
  { state: 'approved', daysAgo: 3, ofBuyer: false, items: 1, reason: 'Damaged', note: 'Handle came off when unpacking.' },
  { state: 'received', daysAgo: 9, ofBuyer: false, items: 2, reason: 'Not as described', note: '', condition: 'opened' },
  { state: 'rejected', daysAgo: 22, ofBuyer: false, items: 1, reason: 'No longer needed', note: 'We have changed our range.' },
  { state: 'withdrawn', daysAgo: 31, ofBuyer: false, items: 1, reason: 'Other', note: '' },
  { state: 'closed', daysAgo: 75, ofBuyer: false, items: 1, reason: 'Wrong item', note: '', outcome: 'replacement', condition: 'as-new' },
]

type Of = Pick<Setting, 'tenantId' | 'staffId' | 'random' | 'now'>
type Order = Books['orders'][number]

export const returnsOf = (setting: Of, books: Books, people: People): Returns => {
  const buyer = people.portalUsers.find(({ email }) => email === BUYER.email)?.id
  const persons = new Map(people.accesses.flatMap(({ clientId, portalUserId, state }) => (state === 'active' ? [[clientId, portalUserId] as const] : [])))
  const used = new Set<string>()
  const oldestFirst = [...PLANS].sort((a, b) => b.daysAgo - a.daysAgo)
  const made = oldestFirst.flatMap((plan, i) => {
    const at = setting.now - plan.daysAgo * DAY
    const fits = ({ id, clientId, deliveredOn }: Order) =>
      !used.has(id) && deliveredOn != null && Date.parse(deliveredOn) < at - DAY && persons.has(clientId) && (persons.get(clientId) === buyer) === plan.ofBuyer
    // The newest that fits; the others' from different clients.
    const order = books.orders.findLast((each) => fits(each) && (plan.ofBuyer || !used.has(each.clientId)))
    if (!order) return []
    used.add(order.id).add(order.clientId)
    return [requestOf(setting, plan, order, books, persons.get(order.clientId) ?? '', i + 1, at)]
  })
  return { requests: made.map(({ request }) => request), lines: made.flatMap(({ lines }) => lines), activity: made.flatMap(({ activity }) => activity) }
}

const isDecided = (state: ReturnState) => ['approved', 'partly-approved', 'received', 'closed'].includes(state)
const hasCome = (state: ReturnState) => state === 'received' || state === 'closed'

const requestOf = (setting: Of, plan: Plan, order: Order, books: Books, portalUserId: string, serial: number, at: Instant) => {
  const { tenantId, random } = setting
  const { state, reason, note, outcome = null, condition = null } = plan
  const id = random.id()
  const number = `RET-${String(serial).padStart(6, '0')}`
  const creditNote = outcome === 'credit' ? `CN-${1200 + serial}` : ''
  const goods = books.orderLines.filter(({ orderId, sku }) => orderId === order.id && sku !== 'CARRIAGE').slice(0, plan.items)
  const steps = storyOf({ ...plan, creditNote }, { ...setting, portalUserId }, at)
  return {
    request: {
      tenantId,
      id,
      clientId: order.clientId,
      serial,
      number,
      state,
      portalUserId,
      note,
      outcome,
      creditNote,
      createdAt: at,
      updatedAt: steps.at(-1)?.at ?? at,
    },
    lines: goods.map(({ orderId, position, sku = '', description }, i) => {
      const approved = isDecided(state) ? 20_000 - (state === 'partly-approved' && i === 0 ? 10_000 : 0) : null
      return {
        tenantId,
        returnId: id,
        orderId,
        position,
        sku,
        description,
        reason,
        quantity: 20_000,
        approved,
        received: hasCome(state) ? approved : null,
        condition: hasCome(state) ? condition : null,
      }
    }),
    activity: steps.map((step) => ({
      ...NOTHING,
      tenantId,
      id: random.id(),
      clientId: order.clientId,
      type: 'system' as const,
      documentId: id,
      documentNumber: number,
      ...step,
    })),
  }
}

type Step = Pick<Entry, 'at' | 'event' | 'portalUserId' | 'staffId' | 'text'>

/** How it came to be where it is; nothing later than now. */
const storyOf = (
  { state, note, outcome, creditNote }: Plan & { creditNote: string },
  { staffId, portalUserId, now }: Of & { portalUserId: string },
  at: Instant,
): Step[] => {
  const staff = (event: ActivityEvent, after: Instant, text = ''): Step => ({ at: Math.min(now, at + after), event, staffId, portalUserId: null, text })
  const asked: Step = { at, event: 'return-submitted', portalUserId, staffId: null, text: note }
  const closed = staff('return-closed', 10 * DAY, outcome === 'credit' ? `Credit, ${creditNote}` : 'Replacement')
  const approved = staff('return-approved', 5 * HOUR)
  const received = staff('return-received', 7 * DAY)
  const stories: Record<ReturnState, Step[]> = {
    submitted: [],
    'needs-information': [staff('return-question', 3 * HOUR, 'Could you send us a photo of the label on the box?')],
    approved: [approved],
    'partly-approved': [staff('return-partly-approved', 26 * HOUR)],
    received: [approved, received],
    closed: [approved, received, closed],
    rejected: [staff('return-rejected', 20 * HOUR, 'These were made to order for you, so we can’t take them back. Sorry.')],
    withdrawn: [{ ...staff('return-withdrawn', 40 * MINUTE), portalUserId, staffId: null }],
  }
  return [asked, ...stories[state]]
}
