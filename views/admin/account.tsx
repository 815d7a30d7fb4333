import { type AccountProblem, NameCard, type OwnSession, PasswordCard, SessionsCard } from '#views/components/account.tsx'
import { StaffPage, type StaffPageProps } from './layout.tsx'
import { may } from './may.ts'

type AccountPageProps = StaffPageProps & {
  /** This one first. */
  sessions: OwnSession[]
  /** How many characters a password has at least. */
  minimum: number
  suggestion?: string | undefined
  problem?: AccountProblem | undefined
  notice?: string | undefined
}

/** A member of the staff's own account: the same in each of their companies. */
export const StaffAccountPage = ({ shell, link, sessions, minimum, suggestion, problem, notice }: AccountPageProps) => (
  <StaffPage shell={shell} link={link} title="Account" current="account" notice={notice} shutsItself>
    <div class="head">
      <div>
        <h1>Account</h1>
        <p class="soft whole">
          You are signed in as <b>{shell.person.email}</b>. For another address, have an owner invite it.
        </p>
      </div>
    </div>
    <div class="split">
      <div class="stack">
        <PasswordCard link={link} email={shell.person.email} minimum={minimum} suggestion={suggestion} problem={problem} />
        <SessionsCard shell={shell} link={link} sessions={sessions} />
      </div>
      <div class="stack">
        <NameCard link={link} name={shell.person.name} problem={problem} />
        {may(shell.role, 'member') && <ReturnMails shell={shell} link={link} />}
      </div>
    </div>
  </StaffPage>
)

/** Of this company alone: another one's are chosen there. */
const ReturnMails = ({ shell, link }: StaffPageProps) => (
  <section class="card">
    <header>
      <h2>Mails</h2>
    </header>
    <form class="body stack" method="post" action={link('/account/return-mails')}>
      <div class="switch">
        <label for="wanted">Mail me about returns</label>
        <input id="wanted" name="wanted" type="checkbox" role="switch" value="on" checked={shell.person.returnMails} aria-describedby="wanted-hint" />
        <small class="soft" id="wanted-hint">
          When a client of {shell.company.name} asks for a return, answers or withdraws.
        </small>
      </div>
      <div>
        <button class="button" type="submit">
          Save
        </button>
      </div>
    </form>
  </section>
)
