import { Decimal } from 'decimal.js'
import type { Files } from '#test/imports/importing.ts'
import { csv } from '#test/imports/importing.ts'

/**
 * Books as companies have them, made from a seed: the files that would be imported, and what they come to. Figures are
 * decimals throughout, by a decimal library; nothing of the house is asked.
 */

const PLACES: Record<string, number> = { EUR: 2, USD: 2, JPY: 0, KWD: 3 }
const CURRENCIES = Object.keys(PLACES)
const RATES = ['0', '5.5', '7.125', '8.375', '19', '20'] as const

export type MadeInvoice = {
  number: string
  currency: string
  state: string
  due: string
  total: Decimal
  open: Decimal
  credit: Decimal
  rounding: Decimal
  hasLines: boolean
}
export type MadeClient = {
  code: string
  currency: string
  invoices: MadeInvoice[]
  /** By currency: what is owed, what is late, how much of it is open on invoices. */
  sums: Map<string, { balance: Decimal; overdue: Decimal; open: Decimal }>
}

const random = (seed: number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
const ZERO = new Decimal(0)
const day = (offset: number) => new Date(Date.UTC(2025, 0, 1) + offset * 86_400_000).toISOString().slice(0, 10)
const rounded = (value: Decimal, currency: string) => value.toDecimalPlaces(PLACES[currency] ?? 2, Decimal.ROUND_HALF_UP)
export const unitOf = (currency: string) => new Decimal(10).pow(-(PLACES[currency] ?? 2))
/** As a file writes an amount. */
export const written = (value: Decimal, currency: string) => value.toFixed(PLACES[currency] ?? 2)
/** As a page and a paper write it. */
export const shown = (value: Decimal, currency: string) =>
  new Intl.NumberFormat('en-GB', { style: 'currency', currency, minimumFractionDigits: PLACES[currency] ?? 2, maximumFractionDigits: PLACES[currency] ?? 2 })
    .format(written(value, currency) as Intl.StringNumericLiteral)
    .replace('-', '−')

type Rows = Record<keyof Files, (string | number)[][]>

/** @param today the day that tells what is late */
export const madeBooks = (clients: number, seed: number, today: string): { files: Files; clients: MadeClient[] } => {
  const next = random(seed)
  const upTo = (most: number) => Math.floor(next() * most)
  const pick = <T>(values: readonly T[]): T => values[upTo(values.length)] as T
  const rows: Rows = {
    clients: [],
    orders: [],
    order_lines: [],
    shipments: [],
    invoices: [],
    invoice_lines: [],
    credit_notes: [],
    credit_note_lines: [],
    payments: [],
  }
  let serial = 0
  const key = (kind: string) => `${kind}-${++serial}`

  const line = (currency: string) => {
    const quantity = new Decimal(upTo(3) === 0 ? upTo(2_000_000) : upTo(40) * 10_000).div(10_000)
    const price = unitOf(currency).mul(upTo(90_000) - (upTo(12) === 0 ? 60_000 : 0))
    return { quantity, price, rate: pick(RATES), net: rounded(quantity.mul(price), currency) }
  }
  /** Net and tax of lines, each line's tax rounded by itself. */
  const grossOf = (lines: ReturnType<typeof line>[], currency: string) =>
    lines.reduce((sum, { net, rate }) => sum.add(net).add(rounded(net.mul(rate).div(100), currency)), ZERO)
  const lineRows = (of: string, lines: ReturnType<typeof line>[], currency: string) =>
    lines.map(({ quantity, price, rate, net }, i) => [
      of,
      i + 1,
      `S-${i}`,
      `Item ${of}/${i + 1}`,
      quantity.toString(),
      written(price, currency),
      rate,
      written(net, currency),
    ])

  const made = Array.from({ length: clients }, (_, index): MadeClient => {
    const code = `K-${index}`
    const currency = CURRENCIES[index % CURRENCIES.length] as string
    const own = upTo(3) === 0 ? [currency, pick(CURRENCIES)] : [currency]
    rows.clients.push([code, `Client ${index}`, '', '', 'active', currency, '', '', '', '', '', '', ''])
    const invoices: MadeInvoice[] = []
    const sums: MadeClient['sums'] = new Map([[currency, { balance: ZERO, overdue: ZERO, open: ZERO }]])
    const add = (of: string, part: Partial<{ balance: Decimal; overdue: Decimal; open: Decimal }>) => {
      const sum = sums.get(of) ?? { balance: ZERO, overdue: ZERO, open: ZERO }
      sums.set(of, { balance: sum.balance.add(part.balance ?? 0), overdue: sum.overdue.add(part.overdue ?? 0), open: sum.open.add(part.open ?? 0) })
    }
    const pay = (invoice: string, amount: Decimal, of: string) => {
      rows.payments.push([key('P'), code, invoice, day(upTo(690)), written(amount, of), of, 'bank'])
      add(of, { balance: amount.neg() })
    }

    for (let i = upTo(40) === 0 ? 60 : upTo(9); i > 0; i--) {
      const [id, of, state] = [key('I'), pick(own), pick(['open', 'open', 'open', 'open', 'open', 'draft', 'void'])]
      const issued = upTo(690)
      const due = upTo(8) === 0 ? '' : day(upTo(12) === 0 ? (Date.parse(today) - Date.UTC(2025, 0, 1)) / 86_400_000 - 1 + upTo(3) : issued + upTo(60))
      const lines = Array.from({ length: upTo(5) }, () => line(of))
      if (lines.length > 0 && upTo(15) === 0) lines.push(...lines.map((each) => ({ ...each, price: each.price.neg(), net: each.net.neg() })))
      const explained = grossOf(lines, of)
      // What was issued stands, though its lines come to a unit more or less each.
      const off = lines.length > 0 && upTo(5) === 0 ? unitOf(of).mul(upTo(lines.length * 2 + 1) - lines.length) : ZERO
      const total = lines.length > 0 ? explained.add(off) : unitOf(of).mul(upTo(500_000))
      rows.invoices.push([id, code, '', `INV-${id}`, day(issued), due, state, of, written(total, of)])
      rows.invoice_lines.push(...lineRows(id, lines, of))
      let rest = state === 'open' ? total : ZERO
      if (state === 'open') add(of, { balance: total })
      const settle = (amount: Decimal) => {
        rest = rest.sub(amount)
        return amount
      }
      const habit = upTo(10)
      if (habit < 3) pay(id, settle(total), of)
      else if (habit < 5) pay(id, settle(rounded(total.div(3), of)), of)
      else if (habit === 5) pay(id, settle(total.add(unitOf(of).mul(1 + upTo(900)))), of)
      else if (habit === 6) {
        pay(id, settle(total), of)
        pay(id, settle(rounded(total.div(4), of).neg()), of)
      }
      if (upTo(6) === 0) {
        const noteState = pick(['open', 'open', 'draft', 'void'])
        const amount = rounded(total.abs().div(5), of)
        rows.credit_notes.push([key('C'), code, id, `CN-${serial}`, day(upTo(690)), noteState, of, written(amount, of)])
        if (noteState === 'open') add(of, { balance: settle(amount).neg() })
      }
      const open = Decimal.max(rest, 0)
      add(of, { open: state === 'open' ? open : ZERO, overdue: due !== '' && due < today ? open : ZERO })
      invoices.push({
        number: `INV-${id}`,
        currency: of,
        state,
        due,
        total,
        open,
        credit: Decimal.max(rest.neg(), 0),
        rounding: off,
        hasLines: lines.length > 0,
      })
    }
    if (upTo(4) === 0) pay('', unitOf(currency).mul(upTo(90_000)), currency)
    if (upTo(12) === 0) pay('', unitOf(currency).mul(upTo(9_000)).neg(), currency)
    if (upTo(5) === 0) {
      const id = key('C')
      const lines = [line(currency), line(currency)].map((each) => ({ ...each, price: each.price.abs(), net: each.net.abs() }))
      const total = grossOf(lines, currency)
      rows.credit_notes.push([id, code, '', `CN-${id}`, day(upTo(690)), 'open', currency, written(total, currency)])
      rows.credit_note_lines.push(...lineRows(id, lines, currency))
      add(currency, { balance: total.neg() })
    }
    return { code, currency, invoices, sums }
  })
  const { orders, order_lines, shipments, ...held } = rows
  return { files: Object.fromEntries(Object.entries(held).map(([kind, of]) => [kind, csv(kind as keyof Files, ...of)])), clients: made }
}
