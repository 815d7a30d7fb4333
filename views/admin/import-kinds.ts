import type { ImportKind } from '#src/db/schema/imports.ts'

/** What the six files are called on pages, what one row of each is, and the headings that make it known. */
export const IMPORT_KIND_WORDS: Record<ImportKind, { title: string; row: string; headings: string[] }> = {
  clients: {
    title: 'Clients',
    row: 'One client a row. The file to begin with: the others name clients by their external_id.',
    headings: [
      'external_id',
      'name',
      'email',
      'phone',
      'status',
      'currency',
      'credit_limit',
      'address1',
      'address2',
      'city',
      'region',
      'postal_code',
      'country',
    ],
  },
  orders: {
    title: 'Orders',
    row: 'One order a row: draft, confirmed, shipped, delivered or cancelled.',
    headings: ['external_id', 'client_external_id', 'number', 'order_date', 'status', 'currency', 'total'],
  },
  order_lines: {
    title: 'Order lines',
    row: 'What an order consists of, without tax. They replace the lines it had.',
    headings: ['external_id', 'order_external_id', 'position', 'sku', 'description', 'quantity', 'unit_price', 'discount_percent', 'line_total'],
  },
  invoices: {
    title: 'Invoices',
    row: 'One invoice a row: draft, open or void. Whether it is paid follows from the payments.',
    headings: ['external_id', 'client_external_id', 'order_external_id', 'number', 'issue_date', 'due_date', 'status', 'currency', 'total'],
  },
  invoice_lines: {
    title: 'Invoice lines',
    row: 'What an invoice consists of. Lines and their tax have to come to the invoice’s total.',
    headings: ['external_id', 'invoice_external_id', 'position', 'sku', 'description', 'quantity', 'unit_price', 'tax_percent', 'line_total'],
  },
  payments: {
    title: 'Payments',
    row: 'One payment a row. Without an invoice it is a payment on account.',
    headings: ['external_id', 'client_external_id', 'invoice_external_id', 'paid_on', 'amount', 'currency', 'method'],
  },
}
