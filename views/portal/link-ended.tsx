import type { PortalCompany } from '#src/db/platform.ts'
import type { Link } from '#src/hosts.ts'
import type { PortalLinkPurpose } from '#src/mail/links.ts'
import { PortalGate } from './gate.tsx'

type LinkEndedPageProps = {
  company: PortalCompany
  link: Link
  token: string
  /** Undefined for a link that was never one. */
  purpose: PortalLinkPurpose | undefined
  state: 'expired' | 'ended'
}

/** Where a link leads that opens nothing any more, with what to do about it. */
export const LinkEndedPage = ({ company, link, token, purpose, state }: LinkEndedPageProps) => {
  const { title, why } = WORDS[state]
  return (
    <PortalGate company={company} title={title}>
      <div class="card">
        <h1>{title}</h1>
        <p>{why}</p>
        <WhatNow company={company} link={link} token={token} purpose={purpose} state={state} />
      </div>
    </PortalGate>
  )
}

const WORDS = {
  expired: { title: 'This link has expired', why: 'Links work for a limited time, and this one’s is over.' },
  ended: { title: 'This link no longer works', why: 'It was used already, or a newer one has taken its place.' },
}

const WhatNow = ({ company, link, token, purpose, state }: LinkEndedPageProps) => {
  if (purpose === 'invitation' && state === 'expired') {
    return (
      <>
        <p class="soft">You are still invited. A new link goes to the address that this one was sent to, and works for 72 hours.</p>
        <form method="post" action={link(`/set-password/${token}/new-link`)}>
          <button class="button main wide" type="submit">
            Send me a new link
          </button>
        </form>
      </>
    )
  }
  if (purpose === 'password-reset') {
    return (
      <>
        <p class="soft">Your password is as it was, unless you have changed it since. If you still need a new one, ask for another link.</p>
        <a class="button main wide" href={link('/forgot-password')}>
          Send me another link
        </a>
        <SignIn link={link} quiet />
      </>
    )
  }
  return (
    <>
      <p class="soft">If you have set a password already, sign in with it. If not, ask {company.contactName || company.name} to send you a new link.</p>
      <SignIn link={link} />
    </>
  )
}

const SignIn = ({ link, quiet = false }: { link: Link; quiet?: boolean }) => (
  <a class={quiet ? 'button quiet wide' : 'button main wide'} href={link('/sign-in')}>
    Sign in
  </a>
)
