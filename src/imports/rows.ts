import * as z from 'zod'
import { divideRounded } from '#src/billing/money.ts'
import { searchWordsOf } from '#src/clients/words.ts'
import { CLIENT_STATUSES } from '#src/db/schema/clients.ts'
import type { ImportKind } from '#src/db/schema/imports.ts'
import { ORDER_STATUSES } from '#src/db/schema/orders.ts'
import { emailKeyOf } from '#src/email-address.ts'
import { fold, searchTextOf } from '#src/fold.ts'
import { QUANTITY_PLACES, RATE_PLACES } from '#views/decimal.ts'
import {
  amountOfAnyCurrency,
  currency,
  day,
  email,
  key,
  neededText,
  oneOf,
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
import type { CsvRow, Position } from './csv.ts'
import { HEADINGS, MORE_HEADINGS } from './format.ts'

/** What a row of each kind is: from the texts of its cells to values as the tables hold them. Names are the headings, then the columns. */

const clientRow = z
  .object({
    external_id: key,
    name: neededText(200),
    email,
    phone: text(60),
    status: oneOf(...CLIENT_STATUSES),
    currency,
    credit_limit: text(40),
    address1: text(200),
    address2: text(200),
    city: text(100),
    region: text(100),
    postal_code: text(40),
    country: text(100),
    updated_at: optionalInstant,
  })
  .transform((row, context) => ({
    ...row,
    credit_limit:
      row.credit_limit === '' ? null : amount(row, 'credit_limit', context, (limit) => (limit < 0 ? 'A credit limit can’t be below zero' : undefined)),
    name_key: fold(row.name),
    email_key: row.email === null ? null : emailKeyOf(row.email),
    // What is no address was refused above.
    email_valid: 1,
    words: JSON.stringify(searchWordsOf({ name: row.name, code: row.external_id, email: row.email })),
  }))

const orderRow = z
  .object({
    external_id: key,
    client_external_id: key,
    number: key,
    po_number: optionalKey,
    order_date: day,
    status: oneOf(...ORDER_STATUSES),
    currency,
    total: neededText(40),
    shipped_date: optionalDay,
    delivered_date: optionalDay,
    updated_at: optionalInstant,
  })
  .transform(({ shipped_date, delivered_date, ...row }, context) => ({
    ...row,
    search_text: searchTextOf(row.number, row.po_number ?? ''),
    total: amount(row, 'total', context),
    shipped_on: shipped_date,
    delivered_on: delivered_date,
  }))

const shipmentRow = z
  .object({
    external_id: key,
    order_external_id: key,
    carrier: text(100),
    tracking_number: text(100),
    tracking_url: webAddress,
    shipped_date: optionalDay,
    expected_date: optionalDay,
    updated_at: optionalInstant,
  })
  .transform(({ shipped_date, expected_date, ...row }) => ({ ...row, shipped_on: shipped_date, expected_on: expected_date }))

/** What the status of an invoice or a credit note is called in a file, and in the house. */
const INVOICE_STATES = { draft: 'draft', open: 'issued', void: 'void' } as const

const invoiceRow = z
  .object({
    external_id: key,
    client_external_id: key,
    order_external_id: optionalKey,
    number: key,
    po_number: optionalKey,
    issue_date: day,
    due_date: optionalDay,
    status: oneOf('draft', 'open', 'void'),
    currency,
    total: neededText(40),
    updated_at: optionalInstant,
  })
  .transform((row, context) => ({
    ...row,
    search_text: searchTextOf(row.number, row.po_number ?? ''),
    state: INVOICE_STATES[row.status],
    total: amount(row, 'total', context),
  }))

const creditNoteRow = z
  .object({
    external_id: key,
    client_external_id: key,
    invoice_external_id: optionalKey,
    number: key,
    issue_date: day,
    status: oneOf('draft', 'open', 'void'),
    currency,
    total: neededText(40),
    updated_at: optionalInstant,
  })
  .transform((row, context) => ({
    ...row,
    search_text: searchTextOf(row.number),
    state: INVOICE_STATES[row.status],
    total: amount(row, 'total', context, (total) => (total < 0 ? 'What is credited is written without a minus' : undefined)),
  }))

const paymentRow = z
  .object({
    external_id: key,
    client_external_id: key,
    invoice_external_id: optionalKey,
    paid_on: day,
    amount: neededText(40),
    currency,
    method: text(60),
    updated_at: optionalInstant,
  })
  .transform((row, context) => ({ ...row, amount: amount(row, 'amount', context) }))

const lineCells = { position, sku: text(64), description: text(1000), quantity, unit_price: amountOfAnyCurrency, line_total: amountOfAnyCurrency }

const orderLineRow = z
  .object({ order_external_id: key, ...lineCells, discount_percent: percent })
  .transform(({ order_external_id, discount_percent, ...row }, context) =>
    lineOf(row, { document: order_external_id, rate: discount_percent, discount: discount_percent }, context),
  )

const invoiceLineRow = z
  .object({ invoice_external_id: key, ...lineCells, tax_percent: percent })
  .transform(({ invoice_external_id, tax_percent, ...row }, context) => lineOf(row, { document: invoice_external_id, rate: tax_percent, discount: 0 }, context))

const creditNoteLineRow = z
  .object({ credit_note_external_id: key, ...lineCells, tax_percent: percent })
  .transform(({ credit_note_external_id, tax_percent, ...row }, context) =>
    lineOf(row, { document: credit_note_external_id, rate: tax_percent, discount: 0 }, context),
  )

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

type Context = z.core.$RefinementCtx

const refuse = (context: Context, column: string, reason: string): never => {
  context.addIssue({ code: 'custom', message: reason, path: [column] })
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

type LineCells = {
  sku: string
  description: string
  quantity: number
  unit_price: { value: number; text: string }
  line_total: { value: number; text: string }
}

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
    total: line_total.value,
    total_text: line_total.text,
    expected,
  }
}

/** A row as it goes to the database, beside the line it begins in. */
export type TypedRow = { line: number } & Record<string, unknown>
export type Refusal = { line: number; column: string; reason: string }

/** The cells of a row by their headings. */
export type Cells = Record<string, string>

/** Which column names the document a row is, or belongs to. */
export const keyColumnOf = (kind: ImportKind): string => LINE_REFERENCES[kind] ?? 'external_id'
const LINE_REFERENCES: Partial<Record<ImportKind, string>> = {
  order_lines: 'order_external_id',
  invoice_lines: 'invoice_external_id',
  credit_note_lines: 'credit_note_external_id',
}

/** A row of the file, the place after it, and what became of it. */
export type Judged = { line: number; end: Position; key: string } & ({ row: TypedRow } | { refusal: Refusal })

/** Undefined for an empty line, which is no row. */
export const judge = (kind: ImportKind, columns: string[], row: CsvRow): Judged | undefined => {
  const { line, end } = row
  if ('problem' in row) return { line, end, key: '', refusal: { line, column: '', reason: row.problem } }
  if (row.cells.every((text) => text.trim() === '')) return undefined
  const cells: Cells = Object.fromEntries(
    [...HEADINGS[kind], ...(MORE_HEADINGS[kind] ?? [])].map((heading) => [heading, row.cells[columns.indexOf(heading)] ?? '']),
  )
  const key = (cells[keyColumnOf(kind)] ?? '').trim()
  if (row.cells.length !== columns.length)
    return {
      line,
      end,
      key,
      refusal: { line, column: '', reason: `This row has ${cellsText(row.cells.length)}, the first line of the file has ${columns.length}` },
    }
  const { data, error } = ROWS[kind].safeParse(cells)
  if (data) return { line, end, key, row: { line, ...data } }
  const [issue] = error.issues
  return { line, end, key, refusal: { line, column: String(issue?.path[0] ?? ''), reason: issue?.message ?? '' } }
}

const cellsText = (count: number) => (count === 1 ? '1 cell' : `${count} cells`)

/**
 * A client as a person types it, judged as its row in a file is: what goes to the database, or what is wrong with each
 * field. Fields are named as the file's headings.
 */
export const typedClient = (cells: Cells): { row: z.infer<typeof clientRow> } | { problems: Record<string, string> } => {
  const { data, error } = clientRow.safeParse({ updated_at: '', ...cells })
  return data ? { row: data } : { problems: Object.fromEntries(error.issues.map(({ path, message }) => [String(path[0]), message]).reverse()) }
}
