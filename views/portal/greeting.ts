import type { Instant } from '#src/dates.ts'

/** By the clock in a time zone; with the person's first name if it is known. */
export const greetingOf = (name: string, now: Instant, timeZone: string): string => {
  const [first] = name.trim().split(/\s+/)
  if (!first) return 'Welcome'
  const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(now))
  return `Good ${hour >= 5 && hour < 12 ? 'morning' : hour >= 12 && hour < 18 ? 'afternoon' : 'evening'}, ${first}`
}
