/** The wholesaler that the demo shows. Nobody by this name is meant; addresses, numbers and accounts lead nowhere. */

export const SLUG = 'demo'
export const NAME = 'Tillwick & Rowe'

export const PROFILE = {
  legalName: 'Tillwick & Rowe Wholesale Limited',
  address: 'The Old Maltings, Unit 7\nSaltpan Lane\nNorwich NR3 4TB\nUnited Kingdom',
  taxId: 'GB 284 9170 63',
  bankDetails: 'Fenland & Coastal Bank\nIBAN GB00 FNCB 0000 0012 3456 78\nBIC FNCBGB00',
  contactName: 'Imogen Rowe',
  contactEmail: 'accounts@tillwick-rowe.example',
  contactPhone: '+44 1632 960482',
  replyTo: 'accounts@tillwick-rowe.example',
  locale: 'en-GB',
  timeZone: 'Europe/London',
  currency: 'GBP',
}

export const SETTINGS = {
  enabled: true,
  brandColour: '#7a3b1d',
  welcomeMessage: 'Welcome. **Orders placed before noon leave the same day.** For anything urgent, call [+44 1632 960482](tel:+441632960482).',
  downloadInvoices: true,
  orderHistory: true,
  requestReturns: true,
  showBalance: true,
  showCreditLimit: true,
  returnInstructions: `1. Pack the goods as they came, and put the printed slip into the parcel.
2. Send it to **Returns, The Old Maltings, Unit 7, Saltpan Lane, Norwich NR3 4TB**.
3. Keep the carrier’s receipt until we have confirmed that it arrived.

More than one pallet? Call [+44 1632 960482](tel:+441632960482), and we collect it.`,
}

export const OWNER = { name: 'Imogen Rowe', email: 'owner@demo.example', password: 'harvest-moon-lantern' }
/** Colleagues: they have the owner's password, but for the one who hasn't come yet. */
export const TEAM = [
  { name: 'Callum Reyes', email: 'sales@demo.example', role: 'member', hasCome: true },
  { name: 'Aoife Brandt', email: 'office@demo.example', role: 'viewer', hasCome: true },
  { name: '', email: 'warehouse@demo.example', role: 'member', hasCome: false },
] as const
/** Everyone of the demo's clients who may sign in has this password. */
export const BUYER = { name: 'Maya Okafor', email: 'buyer@demo.example', password: 'copper-river-ballad' }
