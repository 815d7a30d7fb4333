import type { HistoryEntry, HistoryType } from '#src/activity/history.ts'
import type { Client } from '#src/clients/client.ts'
import { Pager } from '#views/components/pager.tsx'
import { State } from '#views/components/state.tsx'
import { formatCount, formatInstantNear } from '#views/format.ts'
import { ClientFrame } from './client-frame.tsx'
import { EmptyCard } from './empty-card.tsx'
import { entryDetail, entryTitle } from './history-words.ts'
import type { StaffPageProps } from './layout.tsx'

/** A note that is being written, or that came back. */
export type NoteForm = {
  /** Sent along, so that sending it twice writes one note. */
  id: string
  text: string
  longest: number
  problem?: string | undefined
}

type HistoryProps = StaffPageProps & {
  client: Client
  /** What the list is narrowed to. */
  type: HistoryType | undefined
  entries: HistoryEntry[]
  /** Cursor of the next, older page. */
  next?: string | undefined
  isFirstPage: boolean
  form: NoteForm
}

const TYPES: { type: HistoryType | undefined; label: string }[] = [
  { type: undefined, label: 'Everything' },
  { type: 'system', label: 'System' },
  { type: 'note', label: 'Notes' },
]

export const ClientHistoryPage = ({ shell, link, client, type, entries, next, isFirstPage, form }: HistoryProps) => {
  const address = (query: Record<string, string | undefined>) => {
    const given = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
    return link(`/clients/${client.id}/history${given.size === 0 ? '' : `?${given}`}`)
  }
  return (
    <ClientFrame shell={shell} link={link} client={client} tab="history">
      <div class="split even turned">
        <aside class="stack">
          <AddNote link={link} client={client} form={form} locale={shell.company.locale} />
        </aside>
        <div class="stack">
          <nav class="chips" aria-label="Type">
            {TYPES.map((each) => (
              <a class="chip" href={address({ type: each.type })} aria-current={each.type === type ? 'true' : undefined}>
                {each.label}
              </a>
            ))}
          </nav>
          {entries.length === 0 ? (
            <EmptyCard icon="history" title={isFirstPage ? NOTHING[type ?? 'all'].title : 'Nothing older'}>
              <p>{NOTHING[type ?? 'all'].text}</p>
            </EmptyCard>
          ) : (
            <Entries entries={entries} shell={shell} />
          )}
          <Pager
            first={isFirstPage ? undefined : { href: address({ type }), label: 'Newest' }}
            next={next === undefined ? undefined : { href: address({ type, after: next }), label: 'Older' }}
          />
        </div>
      </div>
    </ClientFrame>
  )
}

const NOTHING = {
  all: {
    title: 'Nothing has happened yet',
    text: 'Invitations, logins, and the invoices this client looks at or downloads are written down here by themselves; your notes stand between them.',
  },
  system: {
    title: 'Nothing has happened yet',
    text: 'Invitations, logins, and the invoices this client looks at or downloads are written down here by themselves.',
  },
  note: { title: 'No notes yet', text: 'What you and your colleagues write about this client stands here.' },
}

const Entries = ({ entries, shell }: Pick<HistoryProps, 'entries' | 'shell'>) => (
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
)

/** What the mail service told. */
const BY_ITSELF: ReadonlySet<HistoryEntry['event']> = new Set(['mail-bounced', 'mail-complained', 'invitation-failed'])

const Entry = ({ entry, shell }: { entry: HistoryEntry } & Pick<StaffPageProps, 'shell'>) => {
  const { at, type, person, byStaff } = entry
  const detail = entryDetail(entry)
  return (
    <tr>
      <td class="what">
        {type === 'note' ? (
          <p class="words">{entry.text}</p>
        ) : (
          <>
            <b>{entryTitle(entry)}</b>
            {detail !== '' && <small class="whole">{detail}</small>}
          </>
        )}
      </td>
      <td class="who">
        {person === null ? <span class="soft">{BY_ITSELF.has(entry.event) ? 'mail service' : 'unknown'}</span> : <span class="whole">by {person}</span>}
        {person !== null && <small>{byStaff ? 'your team' : 'client'}</small>}
      </td>
      <td class="type">{type === 'system' ? <State>System</State> : <State tone="none">Note</State>}</td>
      <td class="num when">
        <time datetime={new Date(at).toISOString()}>{formatInstantNear(at, shell.company.locale, shell.company.timeZone, shell.now)}</time>
      </td>
    </tr>
  )
}

const AddNote = ({ link, client, form, locale }: Pick<StaffPageProps, 'link'> & { client: Client; form: NoteForm; locale: string }) => (
  <section class="card">
    <header>
      <h2>Add a note</h2>
    </header>
    <form class="body stack" method="post" action={link(`/clients/${client.id}/notes`)}>
      <input type="hidden" name="id" value={form.id} />
      <div class={form.problem ? 'field wrong' : 'field'}>
        <label for="note">Note</label>
        <textarea
          class="input"
          id="note"
          name="note"
          rows={4}
          required
          autofocus={form.problem !== undefined}
          aria-describedby={form.problem ? 'note-why note-hint' : 'note-hint'}
          aria-invalid={form.problem ? 'true' : undefined}
        >
          {form.text}
        </textarea>
        {form.problem && (
          <p class="why" id="note-why" role="alert">
            {form.problem}
          </p>
        )}
        <small id="note-hint">
          Up to {formatCount(form.longest, locale)} characters. Your team sees it, the client doesn’t. Once added, it can’t be changed or deleted.
        </small>
      </div>
      <div>
        <button class="button main" type="submit">
          Add note
        </button>
      </div>
    </form>
  </section>
)
