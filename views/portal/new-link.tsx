import type { PortalCompany } from '#src/db/platform.ts'
import type { Link } from '#src/hosts.ts'
import { Icon } from '#views/components/icon.tsx'
import { PortalGate } from './gate.tsx'

/** @param email masked: who opens an old link may be anybody */
export const NewLinkPage = ({ company, link, email }: { company: PortalCompany; link: Link; email: string }) => (
  <PortalGate company={company} title="A new link is on its way">
    <div class="card">
      <p class="mark">
        <Icon name="mail" />
      </p>
      <h1>A new link is on its way</h1>
      <p>
        We sent it to <b>{email}</b>. It works once, for 72 hours; the old one is no longer needed.
      </p>
      <p class="soft">Nothing there after a few minutes? Look in the folder for unwanted mail, then ask {company.contactName || company.name}.</p>
      <a class="button quiet wide" href={link('/sign-in')}>
        Sign in
      </a>
    </div>
  </PortalGate>
)
