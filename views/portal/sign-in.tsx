import type { PortalCompany } from '#src/db/platform.ts'
import type { Link } from '#src/hosts.ts'
import type { SignInNotice } from '#src/sign-in-notices.ts'
import { PortalGate } from './gate.tsx'

type SignInPageProps = {
  company: PortalCompany
  link: Link
  /** As it was typed. */
  email?: string | undefined
  /** Where to go afterwards. */
  next?: string | undefined
  problem?: string | undefined
  notice?: SignInNotice | undefined
}

export const SignInPage = ({ company, link, email, next, problem, notice }: SignInPageProps) => {
  const wrong = problem ? ({ 'aria-invalid': 'true', 'aria-describedby': 'problem' } as const) : {}
  return (
    <PortalGate company={company} title="Sign in">
      <form class="card" method="post" action={link('/sign-in')}>
        <div>
          <h1>Sign in</h1>
          <p class="soft">Your orders, invoices and balance with {company.name}.</p>
        </div>
        {notice && (
          <p class={`note ${notice.tone}`} role="status">
            {notice.words}
          </p>
        )}
        {problem && (
          <p class="note bad" id="problem" role="alert">
            {problem} Forgotten it? <a href={link('/forgot-password')}>Choose a new one</a>.
          </p>
        )}
        {next && <input type="hidden" name="next" value={next} />}
        <div class="field">
          <label for="email">E-mail address</label>
          <input
            class="input"
            id="email"
            name="email"
            type="email"
            value={email}
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            required
            {...wrong}
          />
        </div>
        <div class="field">
          <div class="row">
            <label for="password">Password</label>
            <a class="beside" href={link('/forgot-password')}>
              Forgot password?
            </a>
          </div>
          <input class="input" id="password" name="password" type="password" autocomplete="current-password" required {...wrong} />
        </div>
        <button class="button main wide" type="submit">
          Sign in
        </button>
      </form>
    </PortalGate>
  )
}
