import type { PortalCompany } from '#src/db/platform.ts'
import type { Link } from '#src/hosts.ts'
import type { PortalLinkPurpose } from '#src/mail/links.ts'
import { NewPassword } from '#views/components/new-password.tsx'
import { PortalGate } from './gate.tsx'

type SetPasswordPageProps = {
  company: PortalCompany
  link: Link
  token: string
  purpose: PortalLinkPurpose
  email: string
  /** Names of the clients that the link opens. */
  clients: string[]
  /** How many characters a password has at least. */
  minimum: number
  suggestion?: string | undefined
  problem?: string | undefined
}

const WORDS = {
  invitation: { title: 'Set your password', button: 'Set password and sign in' },
  'password-reset': { title: 'Choose a new password', button: 'Change password' },
} as const

/** Where an invitation's link leads, and a reset's. */
export const SetPasswordPage = ({ company, link, token, purpose, email, clients, minimum, suggestion, problem }: SetPasswordPageProps) => {
  const { title, button } = WORDS[purpose]
  const path = link(`/set-password/${token}`)
  return (
    <PortalGate company={company} title={title}>
      <form class="card" method="post" action={path}>
        <div>
          <h1>{title}</h1>
          {purpose === 'invitation' ? (
            <p class="soft">
              With it you sign in to see the orders, invoices and balance of <b>{listed(clients)}</b>.
            </p>
          ) : (
            <p class="soft">It takes the place of the old one, and ends every sign-in on other devices. Then you sign in with it.</p>
          )}
        </div>
        <div class="field">
          <label for="email">E-mail address</label>
          {/* Not sent: it tells password managers whose password this is. */}
          <input class="input" id="email" type="email" value={email} autocomplete="username" readonly />
        </div>
        <NewPassword path={path} minimum={minimum} suggestion={suggestion} problem={problem} />
        <button class="button main wide" type="submit">
          {button}
        </button>
      </form>
    </PortalGate>
  )
}

const listed = (names: string[]): string => new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(names)
