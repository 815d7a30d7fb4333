import type { PropsWithChildren } from 'hono/jsx'
import type { StaffShell } from '#src/db/staff-door.ts'
import type { Link } from '#src/hosts.ts'
import { Document } from '#views/components/document.ts'
import { Icon, type IconName } from '#views/components/icon.tsx'
import { initialsOf } from '#views/components/initials.ts'
import { langOf } from '#views/format.ts'
import { may } from './may.ts'

type Place = 'clients' | 'returns' | 'imports' | 'invitations' | 'settings' | 'account'

/** What every page of signed-in staff is given. */
export type StaffPageProps = { shell: StaffShell; link: Link }

const PLACES: { place: Place; path: `/${string}`; icon: IconName; label: string }[] = [
  { place: 'clients', path: '/clients', icon: 'clients', label: 'Clients' },
  { place: 'returns', path: '/returns', icon: 'returns', label: 'Returns' },
  { place: 'imports', path: '/imports', icon: 'import', label: 'Imports' },
  { place: 'invitations', path: '/invitations', icon: 'mail', label: 'Invitations' },
  { place: 'settings', path: '/settings/client-portal', icon: 'settings', label: 'Settings' },
]

type FrameProps = StaffPageProps & {
  /** As it reads in the tab, before the product's name. */
  title: string
  current: Place
  /** What the last form did, in one line. */
  notice?: string | undefined
  /** The page shuts by itself what a viewer can't use, and leaves open what only looks, such as a search. */
  shutsItself?: boolean
}

/** What a viewer can see and not use: each button and field in it is off. */
export const Shut = ({ children }: PropsWithChildren) => (
  <fieldset class="shut" disabled>
    {children}
  </fieldset>
)

/** The frame of signed-in staff: where they can go, for which company, and who they are. */
export const StaffPage = ({ shell, link, title, current, notice, shutsItself, children }: PropsWithChildren<FrameProps>) => {
  const isViewer = !may(shell.role, 'member')
  return (
    <Document title={`${title} · StockFlow`} lang={langOf(shell.company.locale)} forStaff body="desk">
      <header class="side">
        <div class="rail">
          <a class="brand" href={link('/clients')}>
            StockFlow <small>{shell.company.name}</small>
          </a>
          <nav class="places" aria-label="Main">
            {PLACES.map(({ place, path, icon, label }) => (
              <a href={link(path)} aria-current={place === current ? 'page' : undefined}>
                <Icon name={icon} />
                {label}
                {place === 'returns' && <ToDecide count={shell.returnsToDecide} />}
              </a>
            ))}
          </nav>
          <Person shell={shell} link={link} />
        </div>
      </header>
      <main id="main" tabindex={-1}>
        {notice && (
          <p class="note good" role="status">
            {notice}
          </p>
        )}
        {isViewer && <p class="note">You can look at everything here and change nothing: your role is viewer.</p>}
        {isViewer && !shutsItself ? <Shut>{children}</Shut> : children}
      </main>
    </Document>
  )
}

const ToDecide = ({ count }: { count: number }) =>
  count > 0 ? (
    <span class="count">
      {count > 99 ? '99+' : count}
      <span class="hide"> to decide</span>
    </span>
  ) : null

const Person = ({ shell: { person, hasOtherCompanies }, link }: StaffPageProps) => {
  const name = person.name || person.email
  return (
    <div class="foot">
      <span class="avatar" aria-hidden="true">
        {initialsOf(name)}
      </span>
      <a class="who" href={link('/account')}>
        <span class="hide">Account: </span>
        {name}
        {name !== person.email && <small>{person.email}</small>}
      </a>
      {hasOtherCompanies && (
        <a class="switch-company" href={link('/choose-company')}>
          <Icon name="switch" size={18} />
          Switch company
        </a>
      )}
      <form method="post" action={link('/sign-out')}>
        <button type="submit">
          <Icon name="sign-out" size={18} />
          Sign out
        </button>
      </form>
    </div>
  )
}
