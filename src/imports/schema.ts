import * as z from 'zod/mini'
import { divideRounded } from '#src/billing/money.ts'
import { searchWordsOf } from '#src/clients/words.ts'
import { CLIENT_STATUSES } from '#src/db/schema/clients.ts'
import type { ImportKind } from '#src/db/schema/imports.ts'
import { ORDER_STATUSES } from '#src/db/schema/orders.ts'
import { emailKeyOf } from '#src/email-address.ts'
import { fold, searchTextOf } from '#src/fold.ts'
import { QUANTITY_PLACES, RATE_PLACES } from '#views/decimal.ts'
import {
  type AmountOfAny,
  amountOfAnyCurrency,
  amountText,
  CELL_META,
  type CellMeta,
  currency,
  day,
  email,
  key,
  language,
  MOST_PLACES,
  neededText,
  oneOf,
  optionalAmountOfAny,
  optionalAmountText,
  optionalDay,
  optionalInstant,
  optionalKey,
  percent,
  position,
  quantity,
  Refused,
  readAmount,
  text,
  webAddress,
} from './cells.ts'

/**
 * What a row of each kind is: from the texts of its cells to values as the tables hold them. Names are the headings, then
 * the columns. Pages, the documentation and the judgement of every row are made from what stands here.
 */

type FieldMeta = CellMeta & {
  /** What the heading means, as docs/import-format.md says it. */
  about: string
  /** Without it there is no row: a column, or for some a text that is the same for all rows. */
  isNeeded?: true
  /** The same text may stand for every row. */
  isSame?: true
  /** What stands there when no column says it: it is counted or worked out, and not left as it is. */
  isDerived?: true
  /** May stand beside the others; a file without it is whole. */
  isMore?: true
}

const FIELD_META = z.registry<FieldMeta>()
/** A cell under its heading. */
const field = <T extends z.ZodMiniType>(cell: T, about: string, more: Omit<FieldMeta, 'about'> = {}): T => {
  const own = cell.clone()
  FIELD_META.add(own, { ...CELL_META.get(cell), about, ...more })
  return own
}
const needed = { isNeeded: true } as const
const same = { isNeeded: true, isSame: true } as const
const more = { isMore: true } as const
const derived = { isDerived: true } as const

type Context = z.core.ParsePayload

/** A row's values, from those of its cells. */
const rowOf = <S extends z.ZodMiniObject, T>(cells: S, read: (row: z.output<S>, context: Context) => T) =>
  z.pipe(
    cells,
    z.transform((row: z.output<S>, context) => read(row, context)),
  )

const KEY = 'key'
const updated_at = field(optionalInstant, 'when the row was last changed where it comes from', more)
const po_number = field(optionalKey, 'the client’s own number for it, up to 64 characters', more)
const client_external_id = field(key, 'a client', needed)
const currencyField = field(currency, '', same)

const clientCells = z.object({
  external_id: field(key, KEY, needed),
  name: field(neededText(200), 'up to 200 characters', needed),
  email: field(email, 'the primary address, or empty. When it changes, an invitation to the old one that was not used ends; an active login stays where it is'),
  phone: field(text(60), 'up to 60 characters'),
  status: field(oneOf(...CLIENT_STATUSES), '', same),
  currency: currencyField,
  credit_limit: field(optionalAmountText, 'an amount, not below zero; empty means no limit'),
  address1: field(text(200), 'text, may be empty, like the rest of the address'),
  address2: field(text(200), ''),
  city: field(text(100), ''),
  region: field(text(100), ''),
  postal_code: field(text(40), ''),
  country: field(text(100), ''),
  language: field(language, 'how dates and amounts are written for it, such as `de-DE`', more),
  updated_at,
})
const clientRow = rowOf(clientCells, (row, context) => ({
  ...row,
  credit_limit:
    row.credit_limit === '' ? null : amount(row, 'credit_limit', context, (limit) => (limit < 0 ? 'A credit limit can’t be below zero' : undefined)),
  name_key: fold(row.name),
  email_key: row.email === null ? null : emailKeyOf(row.email),
  // What is no address was refused above.
  email_valid: 1,
  words: JSON.stringify(searchWordsOf({ name: row.name, code: row.external_id, email: row.email })),
}))

const orderCells = z.object({
  external_id: field(key, KEY, needed),
  client_external_id,
  number: field(key, '', needed),
  order_date: field(day, 'day', needed),
  status: field(oneOf(...ORDER_STATUSES), '', same),
  currency: currencyField,
  total: field(amountText, 'without tax', needed),
  po_number,
  shipped_date: field(optionalDay, 'day. With the next, it says from when the time to return its goods counts', more),
  delivered_date: field(optionalDay, 'day', more),
  updated_at,
})
const orderRow = rowOf(orderCells, ({ shipped_date, delivered_date, ...row }, context) => ({
  ...row,
  search_text: searchTextOf(row.number, row.po_number ?? ''),
  total: amount(row, 'total', context),
  shipped_on: shipped_date,
  delivered_on: delivered_date,
}))

const shipmentCells = z.object({
  external_id: field(key, KEY, needed),
  order_external_id: field(key, 'an order', needed),
  carrier: field(text(100), 'up to 100 characters, may be empty'),
  tracking_number: field(text(100), 'the same'),
  tracking_url: field(webAddress, 'where the carrier tells how far it is, beginning with `https://`, or empty'),
  shipped_date: field(optionalDay, 'day it left, or empty'),
  expected_date: field(optionalDay, 'day it should arrive, or empty'),
  updated_at,
})
const shipmentRow = rowOf(shipmentCells, ({ shipped_date, expected_date, ...row }) => ({ ...row, shipped_on: shipped_date, expected_on: expected_date }))

/** What the status of an invoice or a credit note is called in a file, and in the house. */
const INVOICE_STATES = { draft: 'draft', open: 'issued', void: 'void' } as const

const invoiceCells = z.object({
  external_id: field(key, KEY, needed),
  client_external_id,
  order_external_id: field(optionalKey, 'an order of that client, or empty'),
  number: field(key, '', needed),
  issue_date: field(day, 'day', needed),
  due_date: field(optionalDay, 'day, or empty'),
  status: field(oneOf('draft', 'open', 'void'), 'clients see open ones. Whether an invoice is paid follows from the payments', same),
  currency: currencyField,
  total: field(amountText, 'with tax', needed),
  po_number,
  updated_at,
})
const invoiceRow = rowOf(invoiceCells, (row, context) => ({
  ...row,
  search_text: searchTextOf(row.number, row.po_number ?? ''),
  state: INVOICE_STATES[row.status],
  total: amount(row, 'total', context),
}))

const OF_INVOICE = 'an invoice of that client in the same currency; empty means'
const creditNoteCells = z.object({
  external_id: field(key, KEY, needed),
  client_external_id,
  invoice_external_id: field(optionalKey, `${OF_INVOICE} that it names none`),
  number: field(key, '', needed),
  issue_date: field(day, 'day', needed),
  status: field(oneOf('draft', 'open', 'void'), 'clients see open ones, and only they count', same),
  currency: currencyField,
  total: field(amountText, 'with tax; what is credited is written without a minus', needed),
  updated_at,
})
const creditNoteRow = rowOf(creditNoteCells, (row, context) => ({
  ...row,
  search_text: searchTextOf(row.number),
  state: INVOICE_STATES[row.status],
  total: amount(row, 'total', context, (total) => (total < 0 ? 'What is credited is written without a minus' : undefined)),
}))

const paymentCells = z.object({
  external_id: field(key, KEY, needed),
  client_external_id,
  invoice_external_id: field(optionalKey, `${OF_INVOICE} a payment on account`),
  paid_on: field(day, 'day', needed),
  amount: field(amountText, 'below zero it is a refund', needed),
  currency: currencyField,
  method: field(text(60), 'up to 60 characters, may be empty'),
  updated_at,
})
const paymentRow = rowOf(paymentCells, (row, context) => ({ ...row, amount: amount(row, 'amount', context) }))

const lineCells = {
  position: field(position, '1, 2, 3 and so on; once in each document. Where no column says it, it is counted', derived),
  sku: field(text(64), 'up to 64 characters, may be empty'),
  description: field(text(1000), 'up to 1,000 characters'),
  quantity: field(quantity, '', needed),
  unit_price: field(amountOfAnyCurrency, '', needed),
}
const tax_percent = field(percent, 'empty means 0', derived)
const tax_amount = field(optionalAmountOfAny, 'the line’s tax. Where no column says the rate, it is worked out from this', { ...derived, ...more })
const line_total = field(
  optionalAmountOfAny,
  'quantity × price, without tax, to within one minor unit (a cent). Where no column says it, it is worked out',
  derived,
)

const orderLineCells = z.object({
  order_external_id: field(key, 'an order', needed),
  ...lineCells,
  discount_percent: field(percent, 'empty means 0', derived),
  line_total: field(
    optionalAmountOfAny,
    'quantity × price less the discount, to within one minor unit (a cent). Where no column says it, it is worked out',
    derived,
  ),
})
const orderLineRow = rowOf(orderLineCells, ({ order_external_id, discount_percent, ...row }, context) =>
  lineOf(row, { document: order_external_id, rate: discount_percent ?? 0, discount: discount_percent ?? 0 }, context),
)

const invoiceLineCells = z.object({ invoice_external_id: field(key, 'an invoice', needed), ...lineCells, tax_percent, line_total, tax_amount })
const invoiceLineRow = rowOf(invoiceLineCells, ({ invoice_external_id, tax_percent, tax_amount, ...row }, context) =>
  lineOf(row, { document: invoice_external_id, rate: tax_percent ?? rateOf(row, tax_amount), discount: 0 }, context),
)

const creditNoteLineCells = z.object({ credit_note_external_id: field(key, 'a credit note', needed), ...lineCells, tax_percent, line_total, tax_amount })
const creditNoteLineRow = rowOf(creditNoteLineCells, ({ credit_note_external_id, tax_percent, tax_amount, ...row }, context) =>
  lineOf(row, { document: credit_note_external_id, rate: tax_percent ?? rateOf(row, tax_amount), discount: 0 }, context),
)

const CELLS: Record<ImportKind, z.ZodMiniObject> = {
  clients: clientCells,
  orders: orderCells,
  order_lines: orderLineCells,
  shipments: shipmentCells,
  invoices: invoiceCells,
  invoice_lines: invoiceLineCells,
  credit_notes: creditNoteCells,
  credit_note_lines: creditNoteLineCells,
  payments: paymentCells,
}

/** The headings of a kind, in the order in which they are told, each with what it means. */
export const fieldsOf = (kind: ImportKind): Map<string, FieldMeta> => FIELDS[kind]
const FIELDS = Object.fromEntries(
  Object.entries(CELLS).map(([kind, cells]) => [
    kind,
    new Map(Object.entries(cells.shape).map(([heading, cell]) => [heading, FIELD_META.get(cell as z.ZodMiniType)])),
  ]),
) as Record<ImportKind, Map<string, FieldMeta>>

const ROWS = {
  clients: clientRow,
  orders: orderRow,
  order_lines: orderLineRow,
  shipments: shipmentRow,
  invoices: invoiceRow,
  invoice_lines: invoiceLineRow,
  credit_notes: creditNoteRow,
  credit_note_lines: creditNoteLineRow,
  payments: paymentRow,
}

/** The cells of a row by their headings. */
export type Cells = Record<string, string>

/** A row's values, or the first thing that is wrong with it. Every heading of the kind has to be there. */
export const readRow = (kind: ImportKind, cells: Cells): { values: Record<string, unknown> } | { column: string; reason: string } => {
  const { data, error } = ROWS[kind].safeParse(cells)
  if (data) return { values: data }
  const [issue] = error.issues
  return { column: String(issue?.path[0] ?? ''), reason: issue?.message ?? '' }
}

const refuse = ({ issues, value }: Context, column: string, reason: string): never => {
  issues.push({ code: 'custom', message: reason, path: [column], input: value })
  return z.NEVER
}

/** An amount in the currency of its row, in minor units. */
const amount = <C extends string>(
  row: Record<C | 'currency', string>,
  column: C,
  context: Context,
  problem: (value: number) => string | undefined = () => undefined,
): number => {
  const value = readAmount(row[column], row.currency)
  const reason = value instanceof Refused ? value.reason : problem(value)
  return reason !== undefined || value instanceof Refused ? refuse(context, column, reason ?? '') : value
}

type LineCells = { quantity: number; unit_price: AmountOfAny; line_total: AmountOfAny | null; sku: string; description: string }

/** A line doesn't say its currency, its document does: prices are in 1/10,000 here, and what the total should be is too. */
const lineOf = <R extends LineCells>(
  { unit_price, line_total, ...row }: R,
  { document, rate, discount }: { document: string; rate: number; discount: number },
  context: Context,
) => {
  const whole = 100 * 10 ** RATE_PLACES
  const expected = divideRounded(BigInt(row.quantity) * BigInt(unit_price.value) * BigInt(whole - discount), BigInt(10 ** QUANTITY_PLACES) * BigInt(whole))
  if (!Number.isSafeInteger(expected)) return refuse(context, 'line_total', 'Quantity times price is too large')
  const search_text = searchTextOf(row.sku, row.description)
  return {
    ...row,
    search_text,
    document,
    rate,
    price: unit_price.value,
    price_text: unit_price.text,
    // Null: what is expected, rounded as the document's currency has it.
    total: line_total?.value ?? null,
    total_text: line_total?.text ?? '',
    expected,
  }
}

/** The rate that a line's tax speaks of: the one with the fewest places that comes to it, as its own text is rounded. */
const rateOf = ({ line_total, quantity, unit_price }: LineCells, tax: AmountOfAny | null): number => {
  const net = line_total?.value ?? (quantity * unit_price.value) / 10 ** QUANTITY_PLACES
  if (!tax || net === 0) return 0
  const exact = (tax.value / net) * 100
  const places = tax.text.split('.')[1]?.length ?? 0
  const near = Array.from({ length: RATE_PLACES }, (_, i) => Math.round(exact * 10 ** i) / 10 ** i).find(
    (rate) => Math.abs((net * rate) / 100 - tax.value) <= 10 ** (MOST_PLACES - places) / 2,
  )
  return Math.max(0, Math.round((near ?? exact) * 10 ** RATE_PLACES))
}

/**
 * A client as a person types it, judged as its row in a file is: what goes to the database, or what is wrong with each
 * field. Fields are named as the file's headings.
 */
export const typedClient = (cells: Cells): { row: z.infer<typeof clientRow> } | { problems: Record<string, string> } => {
  const { data, error } = clientRow.safeParse({ updated_at: '', language: '', ...cells })
  return data ? { row: data } : { problems: Object.fromEntries(error.issues.map(({ path, message }) => [String(path[0]), message]).reverse()) }
}
