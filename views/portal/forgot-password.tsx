import type { PortalCompany } from '#src/db/platform.ts'
import type { Link } from '#src/hosts.ts'
import { Icon } from '#views/components/icon.tsx'
import { PortalGate } from './gate.tsx'

type ForgotPasswordPageProps = { company: PortalCompany; link: Link; isSent?: boolean; problem?: string | undefined }

export const ForgotPasswordPage = ({ company, link, isSent = false, problem }: ForgotPasswordPageProps) =>
  isSent ? <SentPage company={company} link={link} /> : <AskPage company={company} link={link} problem={problem} />

const AskPage = ({ company, link, problem }: ForgotPasswordPageProps) => (
  <PortalGate company={company} title="Forgot password">
    <form class="card" method="post" action={link('/forgot-password')}>
      <div>
        <h1>Forgot password</h1>
        <p class="soft">Give the e-mail address you sign in with. We’ll send a link to choose a new password.</p>
      </div>
      <div class={problem ? 'field wrong' : 'field'}>
        <label for="email">E-mail address</label>
        <input
          class="input"
          id="email"
          name="email"
          type="email"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
          aria-invalid={problem ? 'true' : undefined}
          aria-describedby={problem ? 'email-why' : undefined}
        />
        {problem && (
          <p class="why" id="email-why" role="alert">
            {problem}
          </p>
        )}
      </div>
      <button class="button main wide" type="submit">
        Send link
      </button>
      <a class="button quiet wide" href={link('/sign-in')}>
        Back to sign in
      </a>
    </form>
  </PortalGate>
)

/** The same for everyone: it doesn't tell who may sign in here. */
const SentPage = ({ company, link }: ForgotPasswordPageProps) => (
  <PortalGate company={company} title="Look into your mail">
    <div class="card">
      <p class="mark">
        <Icon name="mail" />
      </p>
      <h1>Look into your mail</h1>
      <p role="status">If the address you gave can sign in here, an e-mail is on its way. The link in it works once, for an hour.</p>
      <p class="soft">
        Nothing there after a few minutes? Look in the folder for unwanted mail, and check that the address is the one that {company.name} knows.
      </p>
      <a class="button main wide" href={link('/sign-in')}>
        Back to sign in
      </a>
      <a class="button quiet wide" href={link('/forgot-password')}>
        Try another address
      </a>
    </div>
  </PortalGate>
)
