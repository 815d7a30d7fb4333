import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '#tools/local-state.ts'

/** What was measured: printed as it comes, and written down at the end. */

export type Result = { name: string; value: number; unit: string; floor: number | null; goal: string; met: boolean | null }
const results: Result[] = []

const DIGITS: Record<string, number> = { count: 0, bytes: 0, rows: 0 }

export const record = (name: string, value: number, unit: string, more: Partial<Result> = {}): void => {
  // A figure that can't be measured is a failure, not a blank.
  const isMeasured = Number.isFinite(value)
  const result = { name, value: isMeasured ? value : -1, unit, floor: null, goal: '', met: null, ...more, ...(!isMeasured && { met: false }) }
  results.push(result)
  const mark = result.met === null ? ' ' : result.met ? '✓' : '✗'
  const floor = result.floor === null ? '' : `floor ${result.floor.toFixed(2)}  `
  console.log(`${mark} ${name.padEnd(56)} ${result.value.toFixed(DIGITS[unit] ?? 2).padStart(10)} ${unit.padEnd(7)} ${floor}${result.goal}`)
}

export const atMost =
  (most: number, words = `at most ${most}`) =>
  (value: number) => ({ goal: words, met: value <= most })
export const atLeast =
  (least: number, words = `at least ${least}`) =>
  (value: number) => ({ goal: words, met: value >= least })

/** With a goal. */
export const hold = (name: string, value: number, unit: string, goal: (value: number) => Pick<Result, 'goal' | 'met'>, more: Partial<Result> = {}): void =>
  record(name, value, unit, { ...goal(value), ...more })

export const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
export const spreadOf = (numbers: number[]): string => `${Math.min(...numbers).toFixed(2)} to ${Math.max(...numbers).toFixed(2)}`

export const all = (): readonly Result[] => results

export const RESULTS = join(ROOT, 'bench/results.json')

/** @returns how many goals were missed */
export const writeResults = (): number => {
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`)
  const missed = results.filter(({ met }) => met === false)
  console.log(`\n${results.filter(({ met }) => met === true).length} goals met, ${missed.length} missed`)
  for (const { name, value, unit, goal } of missed) console.log(`✗ ${name}: ${value.toFixed(2)} ${unit}, ${goal}`)
  return missed.length
}
