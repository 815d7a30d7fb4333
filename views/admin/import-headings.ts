import { formatDay, formatMoney, formatQuantity, formatRate } from '#views/format.ts'

/** What the headings of import files are called where people read them. */

const LABELS: Record<string, string> = {
  external_id: 'Key',
  client_external_id: 'Client',
  order_external_id: 'Order',
  invoice_external_id: 'Invoice',
  credit_note_external_id: 'Credit note',
  email: 'E-mail address',
  address1: 'Address',
  address2: 'Address, second line',
  sku: 'SKU',
  po_number: 'PO number',
  tracking_url: 'Tracking link',
  tax_percent: 'Tax rate',
  tax_amount: 'Tax',
  discount_percent: 'Discount',
  paid_on: 'Paid on',
  updated_at: 'Last changed',
}

export const headingLabel = (heading: string): string => LABELS[heading] ?? heading.charAt(0).toUpperCase() + heading.slice(1).replaceAll('_', ' ')

const MONEY = new Set(['total', 'amount', 'credit_limit', 'unit_price', 'line_total'])

/** A value of the database as people read it; undefined where there is none. */
export const changeText = (value: string | number | null, heading: string, currency: string | null, locale: string): string | undefined => {
  if (value === null || value === '') return undefined
  if (MONEY.has(heading) && currency) return formatMoney(Number(value), currency, locale)
  if (heading === 'quantity') return formatQuantity(Number(value), locale)
  if (heading.endsWith('_percent')) return formatRate(Number(value), locale)
  return /_date$|_on$/.test(heading) ? formatDay(String(value), locale) : String(value)
}
