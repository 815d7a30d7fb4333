import { DAY, HOUR, type Instant, MINUTE } from '#src/dates.ts'
import type { HostnameState } from '#src/db/schema/hostnames.ts'
import type { CustomHostname } from './cloudflare.ts'

/** What Cloudflare's words mean for us, and when to look again. */

/** What stands in a name's way. Empty: nothing. */
export type Problem =
  | ''
  /** DNS, or Cloudflare, could not be asked: nothing is known, nothing is changed. */
  | 'dns-unanswered'
  | 'cloudflare-unanswered'
  /** The operator's matter. */
  | 'permission'
  | 'quota'
  | 'refused'
  /** What DNS shows. */
  | 'elsewhere'
  | 'another'
  | 'held'
  | 'caa'
  /** What Cloudflare says. */
  | 'blocked'
  | 'certificate'
  /** It served, and was switched off. */
  | 'lost'
  /** Seven days were not enough. */
  | 'given-up'

export const GIVEN_UP_AFTER = 7 * DAY

/** `lost`: Cloudflare has given it up. `isStuck`: it waits for nothing any more, until it is told to try again. */
type Standing = { state: 'checking' | 'issuing' | 'active' | 'lost' | 'blocked'; problem: Problem; detail: string; isStuck: boolean }

const FAILED = /timed_out|expired|deleted|deactivat/

/** How far a name has come, by Cloudflare's two states: the name's own, and its certificate's. Only both make it served. */
export const standingOf = ({ status, verification_errors: unverified, ssl }: CustomHostname): Standing => {
  const isStuck = FAILED.test(ssl.status)
  const named = { problem: '' as Problem, detail: unverified.join(' '), isStuck }
  if (status === 'blocked') return { state: 'blocked', ...named }
  if (status === 'moved' || status === 'deleted') return { state: 'lost', ...named }
  if (!status.startsWith('active')) return { state: 'checking', ...named }
  if (ssl.status === 'active') return { state: 'active', problem: '', detail: '', isStuck: false }
  const detail = ssl.validation_errors.join(' ')
  const problem = detail !== '' || isStuck ? (/caa/i.test(detail) ? 'caa' : 'certificate') : ''
  return { state: 'issuing', problem, detail, isStuck }
}

/** Minutes to the next look, by how many there were: soon at first, hourly in the end. */
const PAUSES = [0, 1, 1, 1, 2, 2, 3, 5, 5, 10, 15, 30]
const CALM = { active: 6 * HOUR, longest: HOUR }

export const nextLook = (state: HostnameState, checks: number, now: Instant): Instant => {
  if (state === 'active') return now + CALM.active
  const minutes = PAUSES[checks]
  return now + (minutes === undefined ? CALM.longest : minutes * MINUTE)
}
