import type { RecordField } from '#src/clients/record.ts'

/** What the fields of a client's record are called. */
export const RECORD_LABELS: Record<RecordField, string> = {
  name: 'Name',
  code: 'Code',
  status: 'Status',
  email: 'Primary e-mail address',
  phone: 'Phone',
  language: 'Dates and amounts',
  address1: 'Address',
  address2: 'Address, second line',
  city: 'City',
  region: 'Region',
  postalCode: 'Postal code',
  country: 'Country',
  currency: 'Currency',
  creditLimit: 'Credit limit',
}
