import type { Invoice, TaxAtRate } from '#src/billing/invoice.ts'
import type { PlainDate } from '#src/dates.ts'
import type { clients } from '#src/db/schema/clients.ts'
import type { companyProfiles } from '#src/db/schema/tenants.ts'
import { hashOf } from '#src/hash.ts'
import { type Logo, logoOf } from '#src/logo.ts'

/** Raised with every change of the drawing: files that were drawn the old way are then drawn anew. */
const DRAWING = 3

export type ContentLine = { position: number; sku: string; description: string; quantity: number; unitPrice: number; taxRate: number; lineTotal: number }

/** What a paper says line by line, and how that comes to its total. Sums in minor units of its currency. */
export type Itemised = {
  currency: string
  /** Empty when the document came without lines: then the total alone is known. */
  lines: ContentLine[]
  net: number
  taxes: TaxAtRate[]
  rounding: number
  total: number
}

/** Who sends a paper, as its head and foot say it. */
export type DocumentSender = {
  name: string
  legalName: string
  address: string
  taxId: string
  contactEmail: string
  contactPhone: string
  locale: string
  brandColour: string
  /** Without one, the name stands in its place. */
  logo: Logo | null
}

/** All that an invoice on paper says, as plain data: equal content makes equal bytes. Sums in minor units of its currency. */
export type InvoiceContent = Itemised & {
  number: string
  issueDate: PlainDate
  dueDate: PlainDate | null
  orderNumber: string | null
  /** The client's own number for what it ordered; may be empty. */
  poNumber: string
  company: DocumentSender & { bankDetails: string }
  client: { name: string; address: string[] }
  payments: { paidOn: PlainDate; amount: number }[]
  credited: number
  open: number
  credit: number
}

export type DocumentCompany = Pick<
  typeof companyProfiles.$inferSelect,
  'legalName' | 'address' | 'taxId' | 'bankDetails' | 'contactEmail' | 'contactPhone' | 'locale'
> & {
  /** The name it goes by, and the colour of its portal as `#rrggbb`. */
  name: string
  brandColour: string
  logoHash: string | null
  logoWidth: number | null
  logoHeight: number | null
}

export type DocumentClient = Pick<typeof clients.$inferSelect, 'name' | 'address1' | 'address2' | 'city' | 'region' | 'postalCode' | 'country'>

/**
 * What the invoice's paper says. No "today" comes in: the same books make the same paper.
 * @param orderNumber null when there is no order, or the company doesn't show orders
 */
export const invoiceContentOf = (invoice: Invoice, company: DocumentCompany, client: DocumentClient, orderNumber: string | null): InvoiceContent => ({
  number: invoice.number,
  issueDate: invoice.issueDate,
  dueDate: invoice.dueDate,
  currency: invoice.currency,
  orderNumber,
  poNumber: invoice.poNumber,
  company: { ...documentSenderOf(company), bankDetails: company.bankDetails },
  client: { name: client.name, address: addressOf(client) },
  lines: invoice.lines.map(contentLineOf),
  net: invoice.net,
  taxes: invoice.taxes,
  rounding: invoice.rounding,
  total: invoice.total,
  payments: invoice.payments.map(({ paidOn, amount }) => ({ paidOn, amount })),
  credited: invoice.credited,
  open: invoice.open,
  credit: invoice.credit,
})

/** A line of an invoice or a credit note, without what only its table needs. */
export const contentLineOf = ({ position, sku, description, quantity, unitPrice, taxRate, lineTotal }: ContentLine): ContentLine => ({
  position,
  sku,
  description,
  quantity,
  unitPrice,
  taxRate,
  lineTotal,
})

export const documentSenderOf = (company: DocumentCompany): DocumentSender => ({
  name: company.name,
  legalName: company.legalName,
  address: company.address,
  taxId: company.taxId,
  contactEmail: company.contactEmail,
  contactPhone: company.contactPhone,
  locale: company.locale,
  brandColour: company.brandColour,
  logo: logoOf(company),
})

/** Town and code stand in one order for every country: an import says which they are, not how a country writes them. */
export const addressOf = ({ address1, address2, city, region, postalCode, country }: DocumentClient): string[] =>
  [address1, address2, [city, region, postalCode].filter(Boolean).join(' '), country].filter(Boolean)

/** The name of a paper's content, 32 hex digits, made without a font or pdf-lib: a stored file costs no drawing. */
export const contentHash = (content: object): Promise<string> => hashOf(`${DRAWING}\n${canonical(content)}`)

/** JSON with every object's keys in one order, whatever order they were written in. */
const canonical = (value: unknown): string => JSON.stringify(ordered(value))
const ordered = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(ordered)
  const inner = value as Record<string, unknown>
  return Object.fromEntries(
    Object.keys(inner)
      .sort()
      .map((key) => [key, ordered(inner[key])]),
  )
}
