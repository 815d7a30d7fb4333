import type { BulkPlan, SkipReason, StoredSelection, Verdict } from '#src/access/bulk.ts'
import type { Run } from '#src/access/run.ts'
import type { Tone } from '#views/components/state.tsx'
import { formatCount } from '#views/format.ts'
import { PORTAL_WORDS } from './portal-state.tsx'

/** How a bulk invitation and its runs are said. */

export const SKIP_WORDS: Record<SkipReason, string> = {
  'no-email': 'No e-mail address',
  'invalid-email': 'Invalid e-mail address',
  'switched-off': 'Access switched off',
  inactive: 'Inactive client',
  'already-active': 'Already active',
  undeliverable: 'Mail came back or was marked as spam',
  'still-valid': 'Invited, link still good',
}

/** In the order in which they are asked. */
export const SKIP_REASONS = Object.keys(SKIP_WORDS) as SkipReason[]

export const VERDICT_WORDS: Record<Verdict, string> = { ...SKIP_WORDS, invite: 'Will be invited', 'gives-access': 'Get access at once' }

export const many = (count: number, one: string, locale: string, more = `${one}s`): string => `${formatCount(count, locale)} ${count === 1 ? one : more}`

/** "Invite 3,411 clients to the portal". */
export const planTitle = ({ invited, given }: BulkPlan, locale: string): string =>
  invited + given === 0 ? 'Nobody to invite' : `Invite ${many(invited + given, 'client', locale)} to the portal`

export type Pace = { mails: number; seconds: number }

/** How long so many mails take: "in batches of 100 every 2 seconds: about 70 seconds in all". */
export const paceWords = (mails: number, { mails: each, seconds }: Pace, locale: string): string => {
  if (mails <= each) return 'at once'
  const whole = Math.ceil(mails / each) * seconds
  const time = whole < 120 ? many(Math.ceil(whole / 10) * 10, 'second', locale) : many(Math.ceil(whole / 60), 'minute', locale)
  return `in batches of ${formatCount(each, locale)} every ${seconds === 1 ? 'second' : many(seconds, 'second', locale)}: about ${time} in all`
}

/** On the button: "Send 3,398 invitations". */
export const sendWords = ({ invitations, notices }: BulkPlan, locale: string): string =>
  `Send ${[invitations > 0 && many(invitations, 'invitation', locale), notices > 0 && many(notices, 'notice', locale)].filter(Boolean).join(' and ')}`

/** What was selected: "all 4,812 clients", narrowed how, or so many picked one by one. */
export const selectionWords = (selection: StoredSelection, count: number, locale: string): string => {
  if (!selection.all) return `${many(count, 'client', locale)} picked one by one`
  const { q, status, email, portal } = selection.filter
  const narrowings = [
    status && (status === 'active' ? 'Active' : 'Inactive'),
    email && (email === 'yes' ? 'has an e-mail address' : 'no e-mail address'),
    portal && `portal: ${PORTAL_WORDS[portal].word.toLowerCase()}`,
    q && `found by “${q}”`,
  ].filter(Boolean)
  const all = count === 1 ? 'the one client' : `all ${formatCount(count, locale)} clients`
  return narrowings.length === 0 ? all : `${all} that match: ${narrowings.join(', ')}`
}

export const RUN_WORDS: Record<Run['state'], { word: string; tone: Tone }> = {
  sending: { word: 'Sending', tone: 'wait' },
  stopped: { word: 'Stopped', tone: 'none' },
  failures: { word: 'With failures', tone: 'bad' },
  finished: { word: 'Finished', tone: 'good' },
}
