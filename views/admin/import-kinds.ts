import type { ImportKind } from '#src/db/schema/imports.ts'

/** What the files are called on pages, and what one row of each is. */
export const IMPORT_KIND_WORDS: Record<ImportKind, { title: string; row: string }> = {
  clients: {
    title: 'Clients',
    row: 'One client a row. The file to begin with: the others name clients by their external_id.',
  },
  orders: {
    title: 'Orders',
    row: 'One order a row: draft, confirmed, shipped, delivered or cancelled.',
  },
  order_lines: {
    title: 'Order lines',
    row: 'What an order consists of, without tax. They replace the lines it had.',
  },
  shipments: {
    title: 'Shipments',
    row: 'One parcel or pallet a row: its carrier, where to follow it, and when it left.',
  },
  invoices: {
    title: 'Invoices',
    row: 'One invoice a row: draft, open or void. Whether it is paid follows from the payments.',
  },
  invoice_lines: {
    title: 'Invoice lines',
    row: 'What an invoice consists of. Lines and their tax have to come to the invoice’s total.',
  },
  credit_notes: {
    title: 'Credit notes',
    row: 'One credit note a row. Without an invoice it counts for the whole account.',
  },
  credit_note_lines: {
    title: 'Credit note lines',
    row: 'What a credit note consists of. Lines and their tax have to come to its total.',
  },
  payments: {
    title: 'Payments',
    row: 'One payment a row. Without an invoice it is a payment on account.',
  },
}
