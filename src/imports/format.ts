import { IMPORT_KINDS, type ImportKind } from '#src/db/schema/imports.ts'

/** The headings that make a file what it is. Their order is free; other columns may stand beside them. */
export const HEADINGS = {
  clients: ['external_id', 'name', 'email', 'phone', 'status', 'currency', 'credit_limit', 'address1', 'address2', 'city', 'region', 'postal_code', 'country'],
  orders: ['external_id', 'client_external_id', 'number', 'order_date', 'status', 'currency', 'total'],
  order_lines: ['order_external_id', 'position', 'sku', 'description', 'quantity', 'unit_price', 'discount_percent', 'line_total'],
  shipments: ['external_id', 'order_external_id', 'carrier', 'tracking_number', 'tracking_url', 'shipped_date', 'expected_date'],
  invoices: ['external_id', 'client_external_id', 'order_external_id', 'number', 'issue_date', 'due_date', 'status', 'currency', 'total'],
  invoice_lines: ['invoice_external_id', 'position', 'sku', 'description', 'quantity', 'unit_price', 'tax_percent', 'line_total'],
  credit_notes: ['external_id', 'client_external_id', 'invoice_external_id', 'number', 'issue_date', 'status', 'currency', 'total'],
  credit_note_lines: ['credit_note_external_id', 'position', 'sku', 'description', 'quantity', 'unit_price', 'tax_percent', 'line_total'],
  payments: ['external_id', 'client_external_id', 'invoice_external_id', 'paid_on', 'amount', 'currency', 'method'],
} as const satisfies Record<ImportKind, readonly string[]>

/** Headings that may stand beside them, and say more. */
export const MORE_HEADINGS: Partial<Record<ImportKind, readonly string[]>> = {
  clients: ['updated_at'],
  orders: ['po_number', 'shipped_date', 'delivered_date', 'updated_at'],
  shipments: ['updated_at'],
  invoices: ['po_number', 'updated_at'],
  credit_notes: ['updated_at'],
  payments: ['updated_at'],
}

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

/** A heading as it is compared: in small letters, without space around it. */
export const headingOf = (cell: string): string => cell.trim().toLowerCase()

/** What a file holds, judged by its headings, or in words for the person who uploaded it why it can't be told. */
export const recognise = (columns: string[]): { kind: ImportKind } | { problem: string } => {
  const nearest = IMPORT_KINDS.map((kind) => ({ kind, missing: HEADINGS[kind].filter((heading) => !columns.includes(heading)) })).sort(
    (a, b) => shareOf(a) - shareOf(b),
  )
  const [best, second] = nearest
  if (!best || shareOf(best) > 0.5) return { problem: `has none of the known sets of headings. Its first line reads ${listed(columns.slice(0, 8))}` }
  const [missing] = best.missing
  if (missing) return { problem: `looks like ${KIND_NAMES[best.kind]}, but has no column ${listed(best.missing)}` }
  if (second?.missing.length === 0) return { problem: `has the headings of both ${KIND_NAMES[best.kind]} and ${KIND_NAMES[second.kind]}` }
  const doubled = [...HEADINGS[best.kind], ...(MORE_HEADINGS[best.kind] ?? [])].find((heading) => columns.indexOf(heading) !== columns.lastIndexOf(heading))
  return doubled ? { problem: `has the column “${doubled}” twice` } : { kind: best.kind }
}

/** How much of what a kind needs is missing, from 0 to 1. */
const shareOf = ({ kind, missing }: { kind: ImportKind; missing: readonly string[] }) => missing.length / HEADINGS[kind].length

const listed = (names: readonly string[]) => names.map((name) => `“${name.slice(0, 40)}”`).join(', ')
