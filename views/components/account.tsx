import type { Link } from '#src/hosts.ts'
import { formatInstantNear } from '#views/format.ts'
import { Icon } from './icon.tsx'
import { NewPassword } from './new-password.tsx'
import { placeName } from './place.ts'
import { State } from './state.tsx'

/** What clients' people and staff alike have of their own: a name, a password, and where they are signed in. */

/** What is wrong with one field; of the name, what was typed. */
export type AccountProblem = { words: string } & ({ field: 'name'; typed: string } | { field: 'current' | 'password' })

export const NameCard = ({ link, name, problem }: { link: Link; name: string; problem?: AccountProblem | undefined }) => {
  const wrong = problem?.field === 'name' ? problem : undefined
  return (
    <section class="card">
      <header>
        <h2>Your name</h2>
      </header>
      <form class="body stack" method="post" action={link('/account/name')}>
        <div class={wrong ? 'field wrong' : 'field'}>
          <label for="name">Name</label>
          <input
            class="input"
            id="name"
            name="name"
            value={wrong?.typed ?? name}
            autocomplete="name"
            maxlength={100}
            aria-invalid={wrong ? 'true' : undefined}
            aria-describedby={wrong ? 'name-why name-hint' : 'name-hint'}
          />
          {wrong && (
            <p class="why" id="name-why" role="alert">
              {wrong.words}
            </p>
          )}
          <small id="name-hint">How mails greet you, and what the menu shows.</small>
        </div>
        <div>
          <button class="button" type="submit">
            Save name
          </button>
        </div>
      </form>
    </section>
  )
}

type PasswordCardProps = {
  link: Link
  email: string
  /** How many characters a password has at least. */
  minimum: number
  suggestion?: string | undefined
  problem?: AccountProblem | undefined
}

export const PasswordCard = ({ link, email, minimum, suggestion, problem }: PasswordCardProps) => {
  const wrong = problem?.field === 'current' ? problem.words : undefined
  return (
    <section class="card">
      <header>
        <h2>Change password</h2>
      </header>
      <form class="body stack" method="post" action={link('/account/password')}>
        {/* Not sent: it tells password managers whose password this is. */}
        <input class="hide" type="email" value={email} autocomplete="username" aria-label="E-mail address" tabindex={-1} readonly />
        <div class={wrong ? 'field wrong' : 'field'}>
          <label for="current">Current password</label>
          <input
            class="input"
            id="current"
            name="current"
            type="password"
            autocomplete="current-password"
            required
            aria-invalid={wrong ? 'true' : undefined}
            aria-describedby={wrong ? 'current-why' : undefined}
          />
          {wrong && (
            <p class="why" id="current-why" role="alert">
              {wrong}
            </p>
          )}
        </div>
        <NewPassword path={link('/account')} minimum={minimum} suggestion={suggestion} problem={problem?.field === 'password' ? problem.words : undefined} />
        <small>You stay signed in here. Every other sign-in ends, and an e-mail tells you of the change.</small>
        <div>
          <button class="button main" type="submit">
            Change password
          </button>
        </div>
      </form>
    </section>
  )
}

export type OwnSession = { id: string; device: string; city: string; country: string; seenAt: number; isThisOne: boolean; company?: string }
type SessionsProps = { shell: { company: { locale: string; timeZone: string }; now: number }; link: Link; sessions: OwnSession[] }

/** Where a person is signed in: this one first. */
export const SessionsCard = ({ shell, link, sessions }: SessionsProps) => (
  <section class="card">
    <header>
      <h2>Where you are signed in</h2>
    </header>
    <ul class="sessions">
      {sessions.map((session) => (
        <SessionRow shell={shell} link={link} session={session} />
      ))}
    </ul>
    <form class="body" method="post" action={link('/account/sign-out-everywhere')}>
      <button class="button bad" type="submit">
        Sign out everywhere
      </button>
      <small>This device too.</small>
    </form>
  </section>
)

const SessionRow = ({ shell, link, session }: Omit<SessionsProps, 'sessions'> & { session: OwnSession }) => {
  const device = session.device || 'Unknown device'
  const place = placeName(session)
  return (
    <li>
      <Icon name="device" />
      <div>
        <b>{device}</b>
        {session.isThisOne && <State tone="good">This one</State>}
        <small>
          {session.company !== undefined && `${session.company} · `}
          {place && `${place} · `}
          {session.isThisOne ? (
            'in use now'
          ) : (
            <>
              last seen{' '}
              <time datetime={new Date(session.seenAt).toISOString()}>
                {formatInstantNear(session.seenAt, shell.company.locale, shell.company.timeZone, shell.now)}
              </time>
            </>
          )}
        </small>
      </div>
      <form method="post" action={link(`/account/sessions/${session.id}/end`)}>
        <button class="button small" type="submit" aria-label={`End ${device}${place && `, ${place}`}`}>
          End
        </button>
      </form>
    </li>
  )
}
