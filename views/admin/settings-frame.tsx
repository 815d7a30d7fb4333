import type { PropsWithChildren } from 'hono/jsx'
import { StaffPage, type StaffPageProps } from './layout.tsx'

type Tab = 'client-portal' | 'returns' | 'company' | 'team' | 'audit'

const TABS: { tab: Tab; label: string; path: `/${string}` }[] = [
  { tab: 'client-portal', label: 'Client Portal', path: '/settings/client-portal' },
  { tab: 'returns', label: 'Returns', path: '/settings/returns' },
  { tab: 'company', label: 'Company', path: '/settings/company' },
  { tab: 'team', label: 'Team', path: '/settings/team' },
  { tab: 'audit', label: 'Audit', path: '/settings/audit' },
]

type FrameProps = StaffPageProps & { tab: Tab; notice?: string | undefined }

/** The pages of Settings, and the way from one to the next. */
export const SettingsFrame = ({ shell, link, tab, notice, children }: PropsWithChildren<FrameProps>) => (
  <StaffPage shell={shell} link={link} title={`${TABS.find((each) => each.tab === tab)?.label} · Settings`} current="settings" notice={notice}>
    <nav class="tabs line" aria-label="Settings">
      {TABS.map(({ tab: each, label, path }) => (
        <a href={link(path)} aria-current={each === tab ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
    {children}
  </StaffPage>
)
