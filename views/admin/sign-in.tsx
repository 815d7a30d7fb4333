import type { Link } from '#src/hosts.ts'
import type { SignInNotice } from '#src/sign-in-notices.ts'
import { Gate } from './gate.tsx'

/** @param next where to go after signing in; the handler judges it */
export const StaffSignInPage = ({
  link,
  email = '',
  next,
  problem,
  notice,
}: {
  link: Link
  email?: string | undefined
  next?: string | undefined
  problem?: string | undefined
  /** What brought somebody here, in a sentence. */
  notice?: SignInNotice | undefined
}) => (
  <Gate title="Sign in">
    <form class="card" method="post" action={link('/sign-in')}>
      <div>
        <h1>Sign in</h1>
        <p class="soft">For the staff of companies that use StockFlow.</p>
      </div>
      {notice && (
        <p class={`note ${notice.tone}`} role="status">
          {notice.words}
        </p>
      )}
      {problem && (
        <p class="note bad" role="alert">
          {problem}
        </p>
      )}
      {next && <input type="hidden" name="next" value={next} />}
      <div class="field">
        <label for="email">E-mail address</label>
        <input class="input" id="email" name="email" type="email" autocomplete="username" required value={email} autofocus={email === ''} />
      </div>
      <div class="field">
        <label for="password">Password</label>
        <input class="input" id="password" name="password" type="password" autocomplete="current-password" required autofocus={email !== ''} />
      </div>
      <button class="button main wide" type="submit">
        Sign in
      </button>
      <a class="button quiet wide" href={link('/forgot-password')}>
        Forgot password?
      </a>
    </form>
  </Gate>
)
