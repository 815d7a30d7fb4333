import type { Link } from '#src/hosts.ts'
import { Icon } from '#views/components/icon.tsx'
import { Gate } from './gate.tsx'

type ForgotPasswordProps = { link: Link; isSent?: boolean; problem?: string | undefined }

export const StaffForgotPasswordPage = ({ link, isSent = false, problem }: ForgotPasswordProps) =>
  isSent ? <SentPage link={link} /> : <AskPage link={link} problem={problem} />

const AskPage = ({ link, problem }: ForgotPasswordProps) => (
  <Gate title="Forgot password">
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
          required
          autofocus
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
  </Gate>
)

/** The same for everyone: it doesn't tell who may sign in here. */
const SentPage = ({ link }: ForgotPasswordProps) => (
  <Gate title="Look into your mail">
    <div class="card">
      <p class="mark">
        <Icon name="mail" />
      </p>
      <h1>Look into your mail</h1>
      <p role="status">If the address you gave can sign in here, an e-mail is on its way. The link in it works once.</p>
      <p class="soft">Nothing there after a few minutes? Look in the folder for unwanted mail, or ask an owner of your company which address they invited.</p>
      <a class="button main wide" href={link('/sign-in')}>
        Back to sign in
      </a>
      <a class="button quiet wide" href={link('/forgot-password')}>
        Try another address
      </a>
    </div>
  </Gate>
)
