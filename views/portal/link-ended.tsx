import type { PortalCompany } from '#src/db/platform.ts'
import type { Link } from '#src/hosts.ts'
import { PortalGate } from './gate.tsx'

type LinkEndedPageProps = { company: PortalCompany; link: Link; reason: 'expired' | 'ended' }

/** Where a link leads that opens nothing any more, with what to do about it. */
export const LinkEndedPage = ({ company, link, reason }: LinkEndedPageProps) => {
  const { title, why } = WORDS[reason]
  return (
    <PortalGate company={company} title={title}>
      <div class="card">
        <h1>{title}</h1>
        <p>{why}</p>
        <p class="soft">If you have set a password already, sign in with it. If not, ask {company.contactName || company.name} to send you a new link.</p>
        <a class="button main wide" href={link('/sign-in')}>
          Sign in
        </a>
      </div>
    </PortalGate>
  )
}

const WORDS = {
  expired: { title: 'This link has expired', why: 'Links work for a limited time, and this one’s is over.' },
  ended: { title: 'This link no longer works', why: 'It was used already, or a newer one has taken its place.' },
}
