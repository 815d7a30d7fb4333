import type { PortalSetting } from '#src/branding/portal-settings.ts'

/** What each setting is called, on its page and in the audit list. */
const LABELS: Record<PortalSetting, string> = {
  enabled: 'Enable Client Portal',
  brandColour: 'Brand colour',
  welcomeMessage: 'Welcome message',
  downloadInvoices: 'Allow clients to download invoices',
  orderHistory: 'Allow clients to view order history',
  requestReturns: 'Allow clients to request returns',
  showBalance: 'Show outstanding balance',
  showCreditLimit: 'Show credit limit',
}
const IN_WORDS: ReadonlySet<string> = new Set<PortalSetting>(['brandColour', 'welcomeMessage'])

export const settingLabel = (setting: PortalSetting): string => LABELS[setting]

/** The same for a name that a row holds: an older release's setting has none, and shows as it was written. */
export const storedLabel = (setting: string): string => LABELS[setting as PortalSetting] ?? setting

/** A stored value as people read it. */
export const storedValue = (setting: string, value: string): string => {
  if (value === '') return 'empty'
  return IN_WORDS.has(setting) ? value : value === '1' ? 'On' : 'Off'
}
