import type { ClientSession } from '#src/access/client-sessions.ts'
import type { Client } from '#src/clients/client.ts'
import { placeName } from '#views/components/place.ts'
import { formatInstantNear } from '#views/format.ts'
import type { StaffPageProps } from './layout.tsx'

type SessionsProps = StaffPageProps & { client: Client; sessions: ClientSession[] }

/** Who is signed in now, on which device and where. */
export const SessionsCard = ({ shell, link, client, sessions }: SessionsProps) => (
  <section class="card">
    <header>
      <h2>Active sessions</h2>
      {sessions.length > 0 && <small>{sessions.length}</small>}
    </header>
    <div class="body stack">
      {sessions.length === 0 ? (
        <p class="soft">Nobody is signed in.</p>
      ) : (
        <>
          <ul class="people signed-in">
            {sessions.map((session) => (
              <Session session={session} client={client} shell={shell} link={link} />
            ))}
          </ul>
          {sessions.length > 1 && (
            <form method="post" action={link(`/clients/${client.id}/sessions/end`)}>
              <button class="button small" type="submit" name="all" value="yes">
                Sign out everywhere
              </button>
            </form>
          )}
        </>
      )}
    </div>
  </section>
)

const Session = ({ session, client, shell, link }: StaffPageProps & { session: ClientSession; client: Client }) => {
  const { company, now } = shell
  const when = (at: number) => formatInstantNear(at, company.locale, company.timeZone, now)
  const device = session.device || 'Unknown device'
  return (
    <li>
      <div class="about">
        <b>{device}</b>
        <small class="whole">{[session.person, placeName(session)].filter(Boolean).join(' · ')}</small>
        <small>
          Last seen {when(session.seenAt)}, since {when(session.startedAt)}
          {session.undecided && '. Has several clients, and has not chosen one yet.'}
        </small>
      </div>
      <form method="post" action={link(`/clients/${client.id}/sessions/end`)}>
        <input type="hidden" name="session" value={session.id} />
        <button class="button small" type="submit">
          End session
          <span class="hide">
            {' '}
            on {device} of {session.person}
          </span>
        </button>
      </form>
    </li>
  )
}
