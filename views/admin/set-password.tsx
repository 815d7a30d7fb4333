import type { Link } from '#src/hosts.ts'
import { Gate } from './gate.tsx'

type SetPassword = { link: Link; token: string; email: string; company: string; isReset: boolean; minimum: number; problem?: string | undefined }

/** @param minimum how many characters a password has at least */
export const StaffSetPasswordPage = ({ link, token, email, company, isReset, minimum, problem }: SetPassword) => (
  <Gate title={isReset ? 'Choose a new password' : 'Set your password'}>
    <form class="card" method="post" action={link(`/set-password/${token}`)}>
      <div>
        <h1>{isReset ? 'Choose a new password' : 'Set your password'}</h1>
        <p class="soft">{isReset ? 'Every sign-in you have ends with it.' : `For your staff login at ${company}.`}</p>
      </div>
      <div class="field">
        <label for="email">E-mail address</label>
        <input class="input" id="email" type="email" autocomplete="username" readonly value={email} />
      </div>
      <div class={problem ? 'field wrong' : 'field'}>
        <label for="password">New password</label>
        <input
          class="input"
          id="password"
          name="password"
          type="password"
          autocomplete="new-password"
          required
          minlength={minimum}
          autofocus
          aria-describedby={problem ? 'password-why password-hint' : 'password-hint'}
          aria-invalid={problem ? 'true' : undefined}
        />
        {problem && (
          <p class="why" id="password-why" role="alert">
            {problem}
          </p>
        )}
        <small id="password-hint">At least {minimum} characters. A few words that only you would put together do well.</small>
      </div>
      <button class="button main wide" type="submit">
        Set password
      </button>
    </form>
  </Gate>
)
