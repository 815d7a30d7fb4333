import type { HistoryEntry } from '#src/activity/history.ts'
import type { ActivityEvent } from '#src/db/schema/activity.ts'

const EVENT_WORDS: Record<ActivityEvent, string> = {
  'invitation-sent': 'Invitation sent',
  'invitation-resent': 'Invitation sent again',
  'invitation-cancelled': 'Invitation cancelled',
  'invitation-failed': 'Invitation could not be sent',
  'mail-bounced': 'Mail bounced',
  'mail-complained': 'Mail marked as spam',
  'access-given': 'Access given',
  'access-disabled': 'Portal access switched off',
  'access-enabled': 'Portal access switched on',
  'access-revoked': 'Access revoked',
  'access-removed': 'Address removed',
  'client-added': 'Client added',
  'client-changed': 'Client changed',
  'address-changed': 'Address corrected',
  'address-added': 'Address added',
  'password-set': 'Password set',
  'password-changed': 'Password changed',
  'reset-sent': 'Password reset e-mail sent',
  'first-login': 'First login',
  'invoice-viewed': 'Invoice viewed',
  'invoice-downloaded': 'Invoice downloaded',
  'portal-viewed': 'Portal viewed as client',
  'return-submitted': 'Return request submitted',
  'return-question': 'Return request: more information asked for',
  'return-answered': 'Return request answered',
  'return-resumed': 'Return request taken up again',
  'return-approved': 'Return request approved',
  'return-partly-approved': 'Return request approved in part',
  'return-rejected': 'Return request rejected',
  'return-withdrawn': 'Return request withdrawn',
  'return-received': 'Return received',
  'return-closed': 'Return closed',
}

/** What happened, in a few words: "Invoice downloaded INV-19877". */
export const entryTitle = ({ event, document }: Pick<HistoryEntry, 'event' | 'document'>): string => {
  if (event === null) return 'Note'
  return document ? `${EVENT_WORDS[event]} ${document.number}` : EVENT_WORDS[event]
}

const TO_ADDRESS: ReadonlySet<ActivityEvent | null> = new Set(['invitation-sent', 'invitation-resent', 'access-given', 'reset-sent'])

/** Its further detail, if it has one: the address it went to, or why it didn't arrive. */
export const entryDetail = ({ event, text }: Pick<HistoryEntry, 'event' | 'text'>): string => (text !== '' && TO_ADDRESS.has(event) ? `to ${text}` : text)
