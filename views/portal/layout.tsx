import type { PropsWithChildren } from 'hono/jsx'
import type { PortalShell } from '#src/db/client-door.ts'
import type { Link } from '#src/hosts.ts'
import { Document } from '#views/components/document.ts'
import { Icon, type IconName } from '#views/components/icon.tsx'
import { initialsOf } from '#views/components/initials.ts'
import { langOf } from '#views/format.ts'
import { CompanyMark } from './company-mark.tsx'
import { EmailLink, hasContact, PhoneLink } from './contact.tsx'

type Tab = 'overview' | 'orders' | 'invoices' | 'returns'
type Place = Tab | 'account'

/** What every page of a signed-in client is given. */
export type PortalPageProps = { shell: PortalShell; link: Link }

const TABS: { place: Tab; path: `/${string}`; icon: IconName; label: string }[] = [
  { place: 'overview', path: '/', icon: 'home', label: 'Overview' },
  { place: 'orders', path: '/orders', icon: 'orders', label: 'Orders' },
  { place: 'invoices', path: '/invoices', icon: 'invoices', label: 'Invoices' },
  { place: 'returns', path: '/returns', icon: 'returns', label: 'Returns' },
]

const isOffered = ({ orderHistory, requestReturns }: PortalShell['toggles'], place: Tab): boolean =>
  (place !== 'orders' || orderHistory) && (place !== 'returns' || requestReturns)

/** The frame of a signed-in client: the company's own, in its colour. */
export const PortalPage = ({ shell, link, title, current, children }: PropsWithChildren<PortalPageProps & { title: string; current: Place }>) => (
  <Document title={`${title} · ${shell.company.name}`} lang={langOf(shell.company.locale)} brandColour={shell.brandColour}>
    {shell.view && <StaffViewBanner shell={shell} view={shell.view} />}
    <Masthead shell={shell} link={link} current={current} />
    <main class="wrap page" id="main" tabindex={-1}>
      {children}
    </main>
    <Colophon shell={shell} />
  </Document>
)

/** The company's sign, where a client can go, and who they are. */
export const Masthead = ({ shell, link, current }: PortalPageProps & { current: Place }) => (
  <header class="masthead">
    <div class="wrap">
      <a class="company" href={link('/')}>
        <CompanyMark name={shell.company.name} logo={shell.logo} />
      </a>
      <nav class="tabs" aria-label="Main">
        {TABS.filter(({ place }) => isOffered(shell.toggles, place)).map(({ place, path, icon, label }) => (
          <a href={link(path)} aria-current={place === current ? 'page' : undefined}>
            <Icon name={icon} />
            {label}
          </a>
        ))}
      </nav>
      {!shell.view && <Account shell={shell} link={link} current={current} />}
    </div>
  </header>
)

/** For staff who look: whose page this is, and the way back. */
const StaffViewBanner = ({ shell: { client }, view: { isOpen } }: { shell: PortalShell; view: NonNullable<PortalShell['view']> }) => (
  <aside class="staff-view" aria-label="Staff view">
    <div class="wrap">
      <p>
        <b>You see the portal as {client.name} sees it.</b> Only to look at: nothing here counts as theirs.
        {!isOpen && ' They can’t see it now: the portal or their access is switched off.'}
      </p>
      <a class="button small" href={`/clients/${client.id}`}>
        Back to the client
      </a>
    </div>
  </aside>
)

const Account = ({ shell: { client, person, hasOtherClients }, link, current }: PortalPageProps & { current: Place }) => (
  <details class="account menu">
    <summary>
      <span class="hide">Account:</span>
      <b class="who">{client.name}</b>
      <span class="avatar" aria-hidden="true">
        {initialsOf(person.name || person.email)}
      </span>
      <Icon name="unfold" size={16} />
    </summary>
    <div class="panel">
      <p>
        <b>{client.name}</b>
        {person.name && <small>{person.name}</small>}
        <small>{person.email}</small>
      </p>
      {hasOtherClients && (
        <a href={link('/choose-client')}>
          <Icon name="switch" size={18} />
          Switch client
        </a>
      )}
      <a href={link('/account')} aria-current={current === 'account' ? 'page' : undefined}>
        <Icon name="person" size={18} />
        Account
      </a>
      <form method="post" action={link('/sign-out')}>
        <button type="submit">
          <Icon name="sign-out" size={18} />
          Sign out
        </button>
      </form>
    </div>
  </details>
)

const Colophon = ({ shell: { company } }: Pick<PortalPageProps, 'shell'>) =>
  hasContact(company) ? (
    <footer class="colophon">
      <div class="wrap">
        <span>Questions? {company.contactName ? `${company.contactName} at ${company.name}` : company.name}</span>
        {company.contactEmail && <EmailLink email={company.contactEmail} />}
        {company.contactPhone && <PhoneLink phone={company.contactPhone} />}
      </div>
    </footer>
  ) : null
