import { eq } from 'drizzle-orm'
import { audited, type SettingChange } from '#src/activity/audit.ts'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { INSTRUCTIONS_MAX, portalSettings, RETURN_WINDOW_MAX } from '#src/db/schema/tenants.ts'
import { fold } from '#src/fold.ts'
import { type ReturnRules, rulesOf } from './rules.ts'

/** Settings → Returns: what staff may set, what they typed, and saving it. */

export const RETURN_SETTINGS = ['returnWindow', 'returnReasons', 'notReturnable', 'returnInstructions'] as const
export type ReturnSetting = (typeof RETURN_SETTINGS)[number]
export const RETURN_FIELDS = ['form', 'version', ...RETURN_SETTINGS] as const
/** As it stands in the form's fields: lists have a line for each entry. */
export type TypedRules = Record<ReturnSetting, string>
/** What is wrong with a field, in a sentence. */
export type RuleProblems = Partial<Record<ReturnSetting, string>>

const MOST_ENTRIES = 100
const LONGEST = { returnReasons: 60, notReturnable: 200 }

type Stored = typeof portalSettings.$inferSelect

export const typedOf = (stored: Stored): TypedRules => {
  const { window, reasons, notReturnable, instructions } = rulesOf(stored)
  return { returnWindow: String(window), returnReasons: reasons.join('\n'), notReturnable: notReturnable.join('\n'), returnInstructions: instructions }
}

/** What a posted form asks for; with problems it must not be stored. */
export const wantedRules = (typed: TypedRules): { rules: Omit<ReturnRules, 'version'>; problems: RuleProblems } => {
  const window = /^\d{1,4}$/.test(typed.returnWindow.trim()) ? Number(typed.returnWindow) : 0
  const reasons = entriesOf(typed.returnReasons)
  const notReturnable = entriesOf(typed.notReturnable)
  const instructions = typed.returnInstructions.replace(/\r\n?/g, '\n').replaceAll('\0', '').trim()
  const length = [...instructions].length
  const tooLong = (name: keyof typeof LONGEST, entries: string[]) => {
    const long = entries.find((entry) => [...entry].length > LONGEST[name])
    if (long !== undefined) return `“${[...long].slice(0, 30).join('')}…” is too long. Use at most ${LONGEST[name]} characters.`
    return entries.length > MOST_ENTRIES ? `Use at most ${MOST_ENTRIES} lines.` : undefined
  }
  const reasonProblem = reasons.length === 0 ? 'Type at least one reason.' : tooLong('returnReasons', reasons)
  const excludedProblem = tooLong('notReturnable', notReturnable)
  return {
    rules: { window, reasons, notReturnable, instructions },
    problems: {
      ...((window < 1 || window > RETURN_WINDOW_MAX) && { returnWindow: `Type a whole number of days, from 1 to ${RETURN_WINDOW_MAX}.` }),
      ...(reasonProblem !== undefined && { returnReasons: reasonProblem }),
      ...(excludedProblem !== undefined && { notReturnable: excludedProblem }),
      ...(length > INSTRUCTIONS_MAX && { returnInstructions: `That has ${length} characters. Use at most ${INSTRUCTIONS_MAX}.` }),
    },
  }
}

/** A line each; the same twice is once. */
const entriesOf = (text: string): string[] => {
  const lines = text
    .split(/\r\n?|\n/)
    .map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim())
    .filter(Boolean)
  return [...new Map(lines.map((line) => [fold(line), line])).values()]
}

type Columns = Pick<Stored, ReturnSetting>
const columnsOf = ({ window, reasons, notReturnable, instructions }: Omit<ReturnRules, 'version'>): Columns => ({
  returnWindow: window,
  returnReasons: JSON.stringify(reasons),
  notReturnable: JSON.stringify(notReturnable),
  returnInstructions: instructions,
})

export const ruleChanges = (stored: Stored, rules: Omit<ReturnRules, 'version'>): SettingChange[] => {
  const wanted = columnsOf(rules)
  const asText = (setting: ReturnSetting, columns: Columns) => {
    const value = String(columns[setting])
    return setting === 'returnReasons' || setting === 'notReturnable' ? (JSON.parse(value) as string[]).join(', ') : value
  }
  return RETURN_SETTINGS.filter((setting) => stored[setting] !== wanted[setting]).map((setting) => ({
    setting,
    before: asText(setting, stored),
    after: asText(setting, wanted),
  }))
}

type Saving = { stored: Stored; rules: Omit<ReturnRules, 'version'>; changes: SettingChange[]; staffId: string; now: Instant }

/** Writes what was changed, with an audit entry for each setting, if nobody else changed any of them since they were read: `saved` is 1 or 0. */
export const saveRules = (door: TenantDoor, { stored, rules, changes, staffId, now }: Saving) => {
  const asRead = eq(portalSettings.returnsVersion, stored.returnsVersion)
  return {
    ...audited(door, { area: 'returns', staffId, now, changes }, door.exists(portalSettings, asRead)),
    saved: door.update(portalSettings, { ...columnsOf(rules), returnsVersion: stored.returnsVersion + 1, updatedAt: now }, asRead),
  }
}
