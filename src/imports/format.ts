import type { ImportKind } from '#src/db/schema/imports.ts'
import { fieldsOf } from './schema.ts'

/** What a kind is called within a sentence. */
export const KIND_NAMES: Record<ImportKind, string> = {
  clients: 'clients',
  orders: 'orders',
  order_lines: 'order lines',
  shipments: 'shipments',
  invoices: 'invoices',
  invoice_lines: 'invoice lines',
  credit_notes: 'credit notes',
  credit_note_lines: 'credit note lines',
  payments: 'payments',
}

/** The headings that make a file what it is, in the order in which they are told. Other columns may stand beside them. */
export const headingsOf = (kind: ImportKind): string[] => [...fieldsOf(kind)].flatMap(([heading, { isMore }]) => (isMore ? [] : [heading]))

/** A heading as it is compared: in small letters, without space around it. */
export const headingOf = (cell: string): string => cell.trim().toLowerCase()

/** Which heading names the document a row is, or belongs to. */
export const keyColumnOf = (kind: ImportKind): string => LINE_REFERENCES[kind] ?? 'external_id'
const LINE_REFERENCES: Partial<Record<ImportKind, string>> = {
  order_lines: 'order_external_id',
  invoice_lines: 'invoice_external_id',
  credit_note_lines: 'credit_note_external_id',
}
