import { eq } from 'drizzle-orm'
import { audited, type SettingChange } from '#src/activity/audit.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { portalSettings, WELCOME_MAX } from '#src/db/schema/tenants.ts'
import { brandColourOf } from './hex.ts'

/** Settings → Client Portal: what staff may set, what they typed, and saving it. */

/** The specification's toggles. */
export const TOGGLES = ['downloadInvoices', 'orderHistory', 'requestReturns', 'showBalance', 'showCreditLimit'] as const
export type Toggle = (typeof TOGGLES)[number]

type Stored = typeof portalSettings.$inferSelect
export type PortalSettings = Pick<Stored, 'enabled' | 'brandColour' | 'welcomeMessage' | Toggle>
export type PortalSetting = keyof PortalSettings
/** What is wrong with a field, in a sentence. */
export type SettingProblems = Partial<Record<PortalSetting, string>>

const SETTINGS: readonly PortalSetting[] = ['enabled', 'brandColour', 'welcomeMessage', ...TOGGLES]
export const SETTINGS_FIELDS = ['form', 'version', ...SETTINGS] as const
type Fields = Record<(typeof SETTINGS_FIELDS)[number], string>

export const settingsRead = (door: TenantDoor) => door.read(portalSettings)

/**
 * What a posted form asks for. A switch that is off is not sent. A field with a problem keeps what was typed, which must
 * not be stored.
 */
export const wantedSettings = (fields: Fields): { wanted: PortalSettings; problems: SettingProblems } => {
  const colour = brandColourOf(fields.brandColour)
  // Browsers send line breaks as CR LF, whatever was typed.
  const welcomeMessage = fields.welcomeMessage.replace(/\r\n?/g, '\n').replaceAll('\0', '').trim()
  const length = [...welcomeMessage].length
  const on = (name: 'enabled' | Toggle) => fields[name] !== ''
  const toggles = Object.fromEntries(TOGGLES.map((toggle) => [toggle, on(toggle)])) as Record<Toggle, boolean>
  return {
    wanted: { enabled: on('enabled'), brandColour: colour ?? fields.brandColour, welcomeMessage, ...toggles },
    problems: {
      ...(colour === undefined && { brandColour: 'That is no colour. Type six hex digits, such as #1d6b57.' }),
      ...(length > WELCOME_MAX && { welcomeMessage: `That has ${length} characters. Use at most ${WELCOME_MAX}.` }),
    },
  }
}

/** A setting as the audit list holds it. */
const asText = (value: string | boolean): string => (typeof value === 'boolean' ? String(Number(value)) : value)

export const changesOf = (stored: PortalSettings, wanted: PortalSettings): SettingChange[] =>
  SETTINGS.filter((setting) => stored[setting] !== wanted[setting]).map((setting) => ({
    setting,
    before: asText(stored[setting]),
    after: asText(wanted[setting]),
  }))

type Saving = { stored: Stored; wanted: PortalSettings; changes: SettingChange[]; staffId: string; now: Instant }

/** Writes what was changed, with an audit entry for each setting, if nobody else changed any of them since they were read: `saved` is 1 or 0. */
export const saveSettings = (door: TenantDoor, { stored, wanted, changes, staffId, now }: Saving) => {
  const asRead = eq(portalSettings.version, stored.version)
  return {
    ...audited(door, { area: 'client-portal', staffId, now, changes }, door.exists(portalSettings, asRead)),
    saved: door.update(portalSettings, { ...wanted, version: stored.version + 1, updatedAt: now }, asRead),
  }
}
