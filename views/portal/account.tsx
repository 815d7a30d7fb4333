import type { OwnSession } from '#src/access/account.ts'
import { type AccountProblem, NameCard, PasswordCard, SessionsCard } from '#views/components/account.tsx'
import { PortalPage, type PortalPageProps } from './layout.tsx'

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
        <PasswordCard link={link} email={shell.person.email} minimum={minimum} suggestion={suggestion} problem={problem} />
        <SessionsCard shell={shell} link={link} sessions={sessions} />
      </div>
      <NameCard link={link} name={shell.person.name} problem={problem} />
    </div>
  </PortalPage>
)
