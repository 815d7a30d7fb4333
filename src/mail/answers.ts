import { MissingSetting } from '#src/env.ts'
import { UnknownLinkKey } from './links.ts'

/** What an attempt came to, and what follows from it. */
export type Outcome =
  | { kind: 'sent'; providerId: string }
  /** Not the mail's fault: again later. `after`: not before so many seconds; `slower`: that is meant for all mail. */
  | { kind: 'again'; reason: string; code: string; after?: number | undefined; slower?: boolean }
  /** Never, as it is. The reason is for staff to read, the code for the log. */
  | { kind: 'refused'; reason: string; code: string }

/** As Resend's SDK answers; `statusCode` is null when no answer came. */
export type Answer<T = { id: string }> = {
  data: T | null
  error: { name: string; message: string; statusCode: number | null } | null
  headers: Record<string, string> | null
}

// With a wrong key no mail goes, whatever stands in it: the operator mends that, and then they leave.
const OUR_FAULT = new Set(['missing_api_key', 'invalid_api_key', 'restricted_api_key'])
const PASSING = new Set([408, 409, 425, 429])

const NO_ANSWER = 'The mail service did not answer.'
const FAULT = 'The mail service has a fault.'
const BAD_KEY = 'The mail service does not accept the key it was given.'
const AT_WORK = 'The mail service is still at work on it.'
const slowerOf = (name: string) => (isQuota(name) ? 'The quota of the mail service is used up.' : 'The mail service asks to go slower.')
const isQuota = (name: string) => name.endsWith('_quota_exceeded')
const refusalOf = (message: string) => `The mail service refused it: ${message.slice(0, 300)}`

export const outcomeOf = ({ data, error, headers }: Answer): Outcome => {
  if (data) return { kind: 'sent', providerId: data.id }
  const status = error?.statusCode ?? null
  const name = error?.name ?? ''
  const code = `${status ?? 'no answer'} ${name}`
  const again = (reason: string) => ({ kind: 'again', reason, code, after: waitIn(headers ?? {}) }) as const
  if (status === null) return again(NO_ANSWER)
  if (status >= 500) return again(FAULT)
  if (OUR_FAULT.has(name)) return again(BAD_KEY)
  if (status === 429) return { ...again(slowerOf(name)), slower: !isQuota(name) }
  if (PASSING.has(status) && name !== 'invalid_idempotent_request') return again(AT_WORK)
  return { kind: 'refused', reason: refusalOf(error?.message ?? name), code }
}

/** What one call with many mails came to. */
export type BatchOutcome =
  /** Each mail by its place in the call: taken, or refused alone. */
  | { kind: 'answered'; sent: { index: number; providerId: string }[]; refused: { index: number; reason: string }[] }
  /** Later. Whether the mails were taken is known to be not so, or can only be learned by the same call again. */
  | { kind: 'again'; taken: 'no' | 'maybe'; reason: string; code: string; after?: number | undefined; slower: boolean }
  /** All of it, for what stands in it. */
  | { kind: 'refused'; reason: string; code: string }
  /** Neither again nor otherwise without the risk of a second mail. */
  | { kind: 'lost'; reason: string; code: string }

/** Resend's answer in permissive mode: `data` holds the mails that were taken, in order, `errors` the others by their index. */
type BatchData = { data: { id: string }[]; errors?: { index: number; message: string }[] }

const ABOUT_CONTENT = new Set([400, 413, 422, 451])

/** @param count how many mails the call held */
export const batchOutcomeOf = ({ data, error, headers }: Answer<BatchData>, count: number): BatchOutcome => {
  if (data)
    return (
      resultsOf(data, count) ?? { kind: 'again', taken: 'maybe', reason: 'The answer of the mail service does not add up.', code: 'odd answer', slower: false }
    )
  const status = error?.statusCode ?? null
  const name = error?.name ?? ''
  const code = `${status ?? 'no answer'} ${name}`
  const later = { kind: 'again', code, after: waitIn(headers ?? {}), slower: false } as const
  if (status === null) return { ...later, taken: 'maybe', reason: NO_ANSWER }
  if (status >= 500) return { ...later, taken: 'maybe', reason: FAULT }
  if (status === 429) return { ...later, taken: 'no', reason: slowerOf(name), slower: !isQuota(name) }
  if (name === 'invalid_idempotent_request') return { kind: 'lost', reason: 'It may have been sent: the mail service knows another mail under its key.', code }
  if (PASSING.has(status)) return { ...later, taken: 'maybe', reason: AT_WORK }
  if (ABOUT_CONTENT.has(status)) return { kind: 'refused', reason: refusalOf(error?.message ?? name), code }
  // The key, the domain, the address of the service: all mails alike, and nothing that cutting them up would tell.
  return { ...later, taken: 'no', reason: OUR_FAULT.has(name) ? BAD_KEY : refusalOf(error?.message ?? name) }
}

/** Undefined unless every mail of the call is accounted for exactly once. */
const resultsOf = ({ data, errors = [] }: BatchData, count: number): BatchOutcome | undefined => {
  if (!Array.isArray(data) || !Array.isArray(errors) || data.length + errors.length !== count) return undefined
  const messages = new Map(errors.map((error) => [error?.index, error?.message]))
  const taken = Array.from({ length: count }, (_, index) => index).filter((index) => !messages.has(index))
  if (messages.size !== errors.length || taken.length !== data.length || data.some((one) => typeof one?.id !== 'string' || one.id === '')) return undefined
  return {
    kind: 'answered',
    sent: data.map(({ id }, nth) => ({ index: taken[nth] ?? 0, providerId: id })),
    refused: errors.map(({ index, message }) => ({ index, reason: refusalOf(String(message)) })),
  }
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
