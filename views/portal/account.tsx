import type { OwnSession } from '#src/access/account.ts'
import { Icon } from '#views/components/icon.tsx'
import { placeName } from '#views/components/place.ts'
import { State } from '#views/components/state.tsx'
import { formatInstantNear } from '#views/format.ts'
import { PortalPage, type PortalPageProps } from './layout.tsx'
import { NewPassword } from './new-password.tsx'

/** What is wrong with one field; of the name, what was typed. */
export type AccountProblem = { words: string } & ({ field: 'name'; typed: string } | { field: 'current' | 'password' })

type AccountPageProps = PortalPageProps & {
  /** This one first. */
  sessions: OwnSession[]
  /** How many characters a password has at least. */
  minimum: number
  suggestion?: string | undefined
  problem?: AccountProblem | undefined
  notice?: string | undefined
}

export const AccountPage = ({ shell, link, sessions, minimum, suggestion, problem, notice }: AccountPageProps) => (
  <PortalPage shell={shell} link={link} title="Account" current="account">
    <div class="head">
      <div>
        <h1>Account</h1>
        <p class="soft">
          You are signed in as <b>{shell.person.email}</b>.
        </p>
      </div>
    </div>
    {notice && (
      <p class="note good" role="status">
        {notice}
      </p>
    )}
    <div class="split">
      <div class="stack">
        <Password link={link} email={shell.person.email} minimum={minimum} suggestion={suggestion} problem={problem} />
        <Sessions shell={shell} link={link} sessions={sessions} />
      </div>
      <Name link={link} name={shell.person.name} problem={problem} />
    </div>
  </PortalPage>
)

type Section<K extends keyof AccountPageProps> = Pick<AccountPageProps, 'link' | 'problem' | K>

const Name = ({ link, name, problem }: Section<never> & { name: string }) => {
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

const Password = ({ link, email, minimum, suggestion, problem }: Section<'minimum' | 'suggestion'> & { email: string }) => {
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

const Sessions = ({ shell, link, sessions }: Pick<AccountPageProps, 'shell' | 'link' | 'sessions'>) => (
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

const SessionRow = ({ shell, link, session }: Pick<AccountPageProps, 'shell' | 'link'> & { session: OwnSession }) => {
  const device = session.device || 'Unknown device'
  const place = placeName(session)
  return (
    <li>
      <Icon name="device" />
      <div>
        <b>{device}</b>
        {session.isThisOne && <State tone="good">This one</State>}
        <small>
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
