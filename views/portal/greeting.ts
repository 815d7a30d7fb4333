import type { Instant } from '#src/dates.ts'
import { hourIn } from '#views/format.ts'

/** By the clock in a time zone; with the person's first name if it is known. */
export const greetingOf = (name: string, now: Instant, timeZone: string): string => {
  const [first] = name.trim().split(/\s+/)
  if (!first) return 'Welcome'
  const hour = hourIn(timeZone, now)
  return `Good ${hour >= 5 && hour < 12 ? 'morning' : hour >= 12 && hour < 18 ? 'afternoon' : 'evening'}, ${first}`
}
