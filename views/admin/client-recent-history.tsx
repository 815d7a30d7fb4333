import type { HistoryEntry } from '#src/activity/history.ts'
import type { Client } from '#src/clients/client.ts'
import { State } from '#views/components/state.tsx'
import { formatInstantNear } from '#views/format.ts'
import { entryTitle } from './history-words.ts'
import type { StaffPageProps } from './layout.tsx'

/** The newest System entries of Contact History, beside what can be done. */
export const RecentHistory = ({ shell, link, client, entries }: StaffPageProps & { client: Client; entries: HistoryEntry[] }) => (
  <section class="card">
    <header>
      <h2>Contact History</h2>
      <State>System</State>
    </header>
    <div class="body stack">
      {entries.length === 0 ? (
        <p class="soft">Nothing has happened yet.</p>
      ) : (
        <>
          <ol class="timeline recent">
            {entries.map((entry) => (
              <li class="done">
                <span>
                  {entryTitle(entry)} {entry.person !== null && <small>by {entry.person}</small>}
                </span>
                <time datetime={new Date(entry.at).toISOString()}>{formatInstantNear(entry.at, shell.company.locale, shell.company.timeZone, shell.now)}</time>
              </li>
            ))}
          </ol>
          <p>
            <a href={link(`/clients/${client.id}/history`)}>All of Contact History</a>
          </p>
        </>
      )}
    </div>
  </section>
)
