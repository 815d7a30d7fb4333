import { eq } from 'drizzle-orm'
import { audited, type SettingChange } from '#src/activity/audit.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { companyProfiles } from '#src/db/schema/tenants.ts'
import { isEmail, trimmedEmail } from '#src/email-address.ts'
import { LOCALES } from '#src/locales.ts'
import { placesOf } from '#views/decimal.ts'

/** Settings → Company: who the company is, on pages, in mails and on documents. */

type Stored = typeof companyProfiles.$inferSelect
export type CompanyProfile = Omit<Stored, 'tenantId' | 'version'>
export type CompanySetting = keyof CompanyProfile
/** What is wrong with a field, in a sentence. */
export type CompanyProblems = Partial<Record<CompanySetting, string>>

export const timeZones = (): string[] => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]

const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== ''
  } catch {
    return false
  }
}

const emailProblem = (text: string) => (text === '' || isEmail(text) ? undefined : 'That is no e-mail address.')

type Field = { max: number; lines?: true; problem?: (text: string, stored: Stored) => string | undefined }
/** In the order of the page; a length is in characters. */
const FIELDS: Record<CompanySetting, Field> = {
  legalName: { max: 200, problem: (text) => (text === '' ? 'Type the name that stands on your invoices.' : undefined) },
  address: { max: 500, lines: true },
  taxId: { max: 60 },
  bankDetails: { max: 500, lines: true },
  contactName: { max: 100 },
  contactEmail: { max: 254, problem: emailProblem },
  contactPhone: { max: 40 },
  replyTo: { max: 254, problem: emailProblem },
  locale: {
    max: 35,
    problem: (text, { locale }) => (text === locale || LOCALES.some((known) => known === text) ? undefined : 'Choose one of the list.'),
  },
  timeZone: { max: 60, problem: (text) => (isTimeZone(text) ? undefined : 'Choose a time zone such as Europe/London.') },
  currency: { max: 20, problem: (text) => (/^[A-Z]{3}$/.test(text) && placesOf(text) !== undefined ? undefined : 'Type three letters such as EUR.') },
}
const SETTINGS = Object.keys(FIELDS) as CompanySetting[]
export const COMPANY_FIELDS = ['form', 'version', ...SETTINGS] as const
type Typed = Record<(typeof COMPANY_FIELDS)[number], string>

export const companyRead = (door: TenantDoor) => door.read(companyProfiles)

/** What a posted form asks for. A field with a problem keeps what was typed, which must not be stored. */
export const wantedCompany = (typed: Typed, stored: Stored): { wanted: CompanyProfile; problems: CompanyProblems } => {
  const wanted = Object.fromEntries(SETTINGS.map((setting) => [setting, plain(setting, typed[setting])])) as CompanyProfile
  const problems = SETTINGS.flatMap((setting) => {
    const { max, problem } = FIELDS[setting]
    const length = [...wanted[setting]].length
    const words = length > max ? `That has ${length} characters. Use at most ${max}.` : problem?.(wanted[setting], stored)
    return words === undefined ? [] : [[setting, words] as const]
  })
  return { wanted, problems: Object.fromEntries(problems) }
}

const plain = (setting: CompanySetting, text: string): string => {
  if (setting === 'contactEmail' || setting === 'replyTo') return trimmedEmail(text)
  if (setting === 'currency') return text.trim().toUpperCase()
  const unseen = FIELDS[setting].lines ? /[^\P{Cc}\n]/gu : /\p{Cc}/gu
  return text.replace(/\r\n?/g, '\n').replace(unseen, ' ').trim()
}

export const companyChanges = (stored: CompanyProfile, wanted: CompanyProfile): SettingChange[] =>
  SETTINGS.filter((setting) => stored[setting] !== wanted[setting]).map((setting) => ({ setting, before: stored[setting], after: wanted[setting] }))

type Saving = { stored: Stored; wanted: CompanyProfile; changes: SettingChange[]; staffId: string; now: Instant }

/** Writes what was changed, with an audit entry for each field, if nobody else changed any of them since they were read: `saved` is 1 or 0. */
export const saveCompany = (door: TenantDoor, { stored, wanted, changes, staffId, now }: Saving) => {
  const asRead = eq(companyProfiles.version, stored.version)
  return {
    ...audited(door, { area: 'company', staffId, now, changes }, door.exists(companyProfiles, asRead)),
    saved: door.update(companyProfiles, { ...wanted, version: stored.version + 1 }, asRead),
  }
}
