import { taxesOf } from '#src/billing/invoice.ts'
import type { ContentLine, InvoiceContent } from '#src/documents/content.ts'

/** A line of an invoice; what isn't given is the first lamp of the sample. */
export const lineWith = (given: Partial<ContentLine>): ContentLine => ({
  position: 1,
  sku: 'LMP-220',
  description: 'Pendant lamp “Skagen”, brushed brass, 3 m textile cable',
  quantity: 120_000,
  unitPrice: 9_600,
  taxRate: 20_000,
  lineTotal: 115_200,
  ...given,
})

const LINES: ContentLine[] = [
  lineWith({}),
  lineWith({ position: 2, sku: 'LMP-118', description: 'Wall lamp “Ribe”, matt black', quantity: 200_000, unitPrice: 5_450, lineTotal: 109_000 }),
  lineWith({ position: 3, sku: 'CBL-010', description: 'Textile cable, sand, per metre', quantity: 375_000, unitPrice: 480, lineTotal: 18_000 }),
  lineWith({ position: 4, sku: '', description: 'Freight, pallet', quantity: 10_000, unitPrice: 833, lineTotal: 833 }),
]

/** What an invoice on paper says, with sums that follow from its lines unless they are given. */
export const contentWith = ({
  company = {},
  ...given
}: Partial<Omit<InvoiceContent, 'company'>> & { company?: Partial<InvoiceContent['company']> } = {}): InvoiceContent => {
  const lines = given.lines ?? LINES
  const taxes = given.taxes ?? taxesOf(lines)
  const net = given.net ?? lines.reduce((sum, line) => sum + line.lineTotal, 0)
  const rounding = given.rounding ?? 0
  const total = given.total ?? net + taxes.reduce((sum, at) => sum + at.tax, 0) + rounding
  const payments = given.payments ?? []
  const credited = given.credited ?? 0
  const rest = total - credited - payments.reduce((sum, { amount }) => sum + amount, 0)
  return {
    number: 'INV-20377',
    issueDate: '2026-10-14',
    dueDate: '2026-11-13',
    currency: 'EUR',
    orderNumber: 'SO-11790',
    poNumber: '',
    client: { name: 'Harbour & Pine Ltd', address: ['14 Quay Street', 'Bristol BS1 4DJ', 'United Kingdom'] },
    lines,
    net,
    taxes,
    rounding,
    total,
    payments,
    credited,
    open: Math.max(0, rest),
    credit: Math.max(0, -rest),
    ...given,
    company: {
      name: 'Northlight Supply',
      legalName: 'Northlight Supply Ltd',
      address: '3 Foundry Lane\nLeeds LS1 4AB',
      taxId: 'VAT GB 123 4567 89\nCompany 01234567',
      bankDetails: 'IBAN GB29 NWBK 6016 1331 9268 19\nBIC NWBKGB2L',
      contactEmail: 'ines@northlight.example',
      contactPhone: '020 7946 0018',
      locale: 'en-GB',
      logo: null,
      brandColour: '#1d6b57',
      ...company,
    },
  }
}
