import { MissingSetting } from '#src/env.ts'
import { UnknownLinkKey } from './links.ts'

/** What an attempt came to, and what follows from it. */
export type Outcome =
  | { kind: 'sent'; providerId: string }
  /** Not the mail's fault: again later. `after`: not before so many seconds. */
  | { kind: 'again'; reason: string; code: string; after?: number | undefined }
  /** Never, as it is. The reason is for staff to read, the code for the log. */
  | { kind: 'refused'; reason: string; code: string }

/** As Resend's SDK answers; `statusCode` is null when no answer came. */
export type Answer = {
  data: { id: string } | null
  error: { name: string; message: string; statusCode: number | null } | null
  headers: Record<string, string> | null
}

// With a wrong key no mail goes, whatever stands in it: the operator mends that, and then they leave.
const OUR_FAULT = new Set(['missing_api_key', 'invalid_api_key', 'restricted_api_key'])
const PASSING = new Set([408, 409, 425, 429])

export const outcomeOf = ({ data, error, headers }: Answer): Outcome => {
  if (data) return { kind: 'sent', providerId: data.id }
  const status = error?.statusCode ?? null
  const name = error?.name ?? ''
  const code = `${status ?? 'no answer'} ${name}`
  const again = (reason: string): Outcome => ({ kind: 'again', reason, code, after: waitIn(headers ?? {}) })
  if (status === null) return again('The mail service did not answer.')
  if (status >= 500) return again('The mail service has a fault.')
  if (OUR_FAULT.has(name)) return again('The mail service does not accept the key it was given.')
  if (status === 429) return again(name.endsWith('_quota_exceeded') ? 'The quota of the mail service is used up.' : 'The mail service asks to go slower.')
  if (PASSING.has(status) && name !== 'invalid_idempotent_request') return again('The mail service is still at work on it.')
  return { kind: 'refused', reason: `The mail service refused it: ${(error?.message ?? name).slice(0, 300)}`, code }
}

/** What a failure on our own side comes to, before anything left. */
export const outcomeOfError = (error: unknown): Outcome => {
  if (error instanceof MissingSetting) return { kind: 'again', reason: `${error.setting} is not set.`, code: 'no setting' }
  if (error instanceof UnknownLinkKey) return { kind: 'refused', reason: 'The key that signs its link was taken away. Send it anew.', code: 'no key' }
  return { kind: 'refused', reason: 'It could not be written.', code: 'unwritable' }
}

/** Seconds. */
const FIRST_WAIT = 5
const LONGEST_WAIT = 30 * 60
/** A queue holds a message back for at most half a day. */
const LONGEST_ASKED = 12 * 60 * 60

/**
 * Seconds until the next try: doubling, and never less than was asked for; spread, so that mail that was put off together
 * does not come back together.
 * @param attempts how many there were
 */
export const waitAfter = (attempts: number, asked = 0): number => {
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(attempts - 1, 20))
  const chance = Math.random()
  return Math.min(LONGEST_ASKED, Math.ceil(Math.max(wait * (0.5 + chance / 2), asked * (1 + chance / 4))))
}

/** `Retry-After`, in seconds or as a date. */
const waitIn = (headers: Record<string, string>): number | undefined => {
  const value = headers['retry-after'] ?? headers['ratelimit-reset']
  if (!value) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return seconds > 0 ? seconds : undefined
}
