import type { CompanySetting } from '#src/branding/company.ts'
import type { PortalSetting, Toggle } from '#src/branding/portal-settings.ts'
import type { ReturnSetting } from '#src/returns/settings.ts'

/** What each setting is called, on its page and in the audit list. */
type Setting = PortalSetting | CompanySetting | ReturnSetting | 'logo' | 'customDomain' | 'member' | 'role'

const LABELS: Record<Setting, string> = {
  enabled: 'Enable Client Portal',
  brandColour: 'Brand colour',
  welcomeMessage: 'Welcome message',
  downloadInvoices: 'Allow clients to download invoices',
  orderHistory: 'Allow clients to view order history',
  requestReturns: 'Allow clients to request returns',
  showBalance: 'Show outstanding balance',
  showCreditLimit: 'Show credit limit',
  logo: 'Logo',
  customDomain: 'Custom URL',
  returnWindow: 'Days to return',
  returnReasons: 'Reasons',
  notReturnable: 'Can’t be returned',
  returnInstructions: 'Return instructions',
  member: 'Team member',
  role: 'Role',
  legalName: 'Legal name',
  address: 'Address',
  taxId: 'Tax id',
  bankDetails: 'Bank details',
  contactName: 'Contact’s name',
  contactEmail: 'Contact’s e-mail address',
  contactPhone: 'Contact’s phone',
  replyTo: 'Reply-to address',
  locale: 'Locale',
  timeZone: 'Time zone',
  currency: 'Currency',
}
const SWITCHES: Record<'enabled' | Toggle, true> = {
  enabled: true,
  downloadInvoices: true,
  orderHistory: true,
  requestReturns: true,
  showBalance: true,
  showCreditLimit: true,
}

const EMPTY: Record<string, string> = { logo: 'none', customDomain: 'the default address', member: 'not in the team' }

export const settingLabel = (setting: Setting): string => LABELS[setting]

/** The same for a name that a row holds: an older release's setting has none, and shows as it was written. */
export const storedLabel = (setting: string): string => LABELS[setting as Setting] ?? setting

/** A stored value as people read it. */
export const storedValue = (setting: string, value: string): string => {
  if (value === '') return EMPTY[setting] ?? 'empty'
  if (!(setting in SWITCHES)) return value
  return value === '1' ? 'On' : 'Off'
}
