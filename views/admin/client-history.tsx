import type { HistoryEntry } from '#src/activity/history.ts'
import type { Client } from '#src/clients/client.ts'
import type { ActivityEvent } from '#src/db/schema/activity.ts'
import { Pager } from '#views/components/pager.tsx'
import { State } from '#views/components/state.tsx'
import { formatInstantNear } from '#views/format.ts'
import { ClientFrame } from './client-frame.tsx'
import { EmptyCard } from './empty-card.tsx'
import type { StaffPageProps } from './layout.tsx'

const EVENT_WORDS: Record<ActivityEvent, string> = {
  'invitation-sent': 'Invitation sent',
  'invitation-resent': 'Invitation resent',
  'invitation-cancelled': 'Invitation cancelled',
  'invitation-failed': 'Invitation could not be sent',
  'mail-bounced': 'Mail bounced',
  'mail-complained': 'Mail marked as spam',
  'access-given': 'Access given',
  'access-disabled': 'Portal access switched off',
  'access-enabled': 'Portal access switched on',
  'access-revoked': 'Access revoked',
  'access-removed': 'Address removed',
  'password-set': 'Password set',
  'password-changed': 'Password changed',
  'reset-sent': 'Password reset e-mail sent',
  'first-login': 'First login',
  'invoice-viewed': 'Invoice viewed',
  'invoice-downloaded': 'Invoice downloaded',
}

type HistoryProps = StaffPageProps & {
  client: Client
  entries: HistoryEntry[]
  /** Cursor of the next, older page. */
  next?: string | undefined
  isFirstPage: boolean
}

export const ClientHistoryPage = ({ shell, link, client, entries, next, isFirstPage }: HistoryProps) => {
  const address = link(`/clients/${client.id}/history`)
  return (
    <ClientFrame shell={shell} link={link} client={client} tab="history">
      {entries.length === 0 ? (
        <EmptyCard icon="history" title={isFirstPage ? 'Nothing has happened yet' : 'Nothing older'}>
          <p>Invitations, logins, and the invoices this client looks at or downloads are written down here by themselves.</p>
        </EmptyCard>
      ) : (
        <section class="card sheet cards placed history">
          <table>
            <caption class="hide">Contact History, newest first</caption>
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Who</th>
                <th scope="col">Type</th>
                <th scope="col" class="num">
                  When
                </th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <Entry entry={entry} shell={shell} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      <Pager
        first={isFirstPage ? undefined : { href: address, label: 'Newest' }}
        next={next === undefined ? undefined : { href: `${address}?after=${encodeURIComponent(next)}`, label: 'Older' }}
      />
    </ClientFrame>
  )
}

const Entry = ({ entry: { at, type, event, person, byStaff, document, text }, shell }: { entry: HistoryEntry } & Pick<StaffPageProps, 'shell'>) => (
  <tr>
    <td class="what">
      <b>{event === null ? 'Note' : EVENT_WORDS[event]}</b>
      {document && <span class="soft"> {document.number}</span>}
      {text !== '' && <small class="whole">{event === 'invitation-sent' || event === 'access-given' ? `to ${text}` : text}</small>}
    </td>
    <td class="who">
      {person === null ? <span class="soft">unknown</span> : <span class="whole">by {person}</span>}
      {person !== null && <small>{byStaff ? 'your team' : 'client'}</small>}
    </td>
    <td class="type">{type === 'system' ? <State>System</State> : <State tone="none">Note</State>}</td>
    <td class="num when">
      <time datetime={new Date(at).toISOString()}>{formatInstantNear(at, shell.company.locale, shell.company.timeZone, shell.now)}</time>
    </td>
  </tr>
)
