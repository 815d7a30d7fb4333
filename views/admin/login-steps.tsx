import type { LinkMail, PersonAccess } from '#src/access/portal-access.ts'
import type { MailState } from '#src/db/schema/outbox.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import { formatInstantNear } from '#views/format.ts'

type Step = { label: string; at: number | null; otherwise: string; bad?: boolean }

/** What happened of the way from the invitation to the first login, and what is still to come. */
export const LoginSteps = ({ person: { invitation, activatedAt, firstLoginAt, state }, shell }: { person: PersonAccess; shell: StaffShell }) => (
  <ol class="timeline">
    {[
      ...(invitation ? mailSteps(invitation, state === 'active') : []),
      { label: state === 'active' && !invitation ? 'Access given' : 'Password set', at: activatedAt, otherwise: 'not yet' },
      { label: 'First login', at: firstLoginAt, otherwise: 'not yet' },
    ].map(({ label, at, otherwise, bad }: Step) => (
      <li class={bad ? 'bad' : at === null ? undefined : 'done'}>
        <span>{label}</span>
        {at === null ? (
          <span class="soft">{otherwise}</span>
        ) : (
          <time datetime={new Date(at).toISOString()}>{formatInstantNear(at, shell.company.locale, shell.company.timeZone, shell.now)}</time>
        )}
      </li>
    ))}
  </ol>
)

const UNSENT_WORDS: Record<MailState, string> = { queued: 'waiting', sending: 'on its way', sent: '', failed: 'failed', 'not-sent': 'not sent' }

const mailSteps = ({ mailState, sentAt, delivery, deliveryAt }: LinkMail, isOver: boolean): Step[] => {
  const sent: Step = { label: 'Sent', at: sentAt, otherwise: UNSENT_WORDS[mailState], bad: mailState === 'failed' }
  if (mailState === 'failed' || mailState === 'not-sent') return [sent]
  switch (delivery) {
    case 'bounced':
      return [sent, { label: 'Bounced', at: deliveryAt, otherwise: '', bad: true }]
    case 'complained':
      return [sent, { label: 'Marked as spam', at: deliveryAt, otherwise: '', bad: true }]
    case 'delivered':
      return [sent, { label: 'Delivered', at: deliveryAt, otherwise: '' }]
    default:
      // Nobody told, and its link was used: it has arrived.
      return isOver ? [sent] : [sent, { label: 'Delivered', at: null, otherwise: delivery === 'delayed' ? 'delayed' : 'not yet' }]
  }
}
