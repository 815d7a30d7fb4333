import type { PortalCompany } from '#src/db/platform.ts'
import type { Link } from '#src/hosts.ts'
import { PortalGate } from './gate.tsx'

type SetPasswordPageProps = {
  company: PortalCompany
  link: Link
  token: string
  email: string
  /** Names of the clients that the link opens. */
  clients: string[]
  /** How many characters a password has at least. */
  minimum: number
  problem?: string | undefined
}

export const SetPasswordPage = ({ company, link, token, email, clients, minimum, problem }: SetPasswordPageProps) => (
  <PortalGate company={company} title="Set your password">
    <form class="card" method="post" action={link(`/set-password/${token}`)}>
      <div>
        <h1>Set your password</h1>
        <p class="soft">
          With it you sign in to see the orders, invoices and balance of <b>{listed(clients)}</b>.
        </p>
      </div>
      <div class="field">
        <label for="email">E-mail address</label>
        {/* Not sent: it tells password managers whose password this is. */}
        <input class="input" id="email" type="email" value={email} autocomplete="username" readonly />
      </div>
      <div class={problem ? 'field wrong' : 'field'}>
        <label for="password">New password</label>
        <input
          class="input"
          id="password"
          name="password"
          type="password"
          autocomplete="new-password"
          minlength={minimum}
          required
          aria-invalid={problem ? 'true' : undefined}
          aria-describedby={problem ? 'problem hint' : 'hint'}
        />
        {problem && (
          <p class="why" id="problem" role="alert">
            {problem}
          </p>
        )}
        <small id="hint">At least {minimum} characters. Three or four words that don’t belong together are easy to remember and hard to guess.</small>
      </div>
      <button class="button main wide" type="submit">
        Set password and sign in
      </button>
    </form>
  </PortalGate>
)

const listed = (names: string[]): string => new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(names)
