import type { Legibility } from '#src/branding/legibility.ts'
import type { PortalSettings } from '#src/branding/portal-settings.ts'
import type { PortalShell } from '#src/db/client-door.ts'
import type { Logo } from '#src/logo.ts'
import { Written } from '#views/components/written.tsx'
import { placesOf } from '#views/decimal.ts'
import { BalanceCard } from '#views/portal/balance.tsx'
import { Masthead } from '#views/portal/layout.tsx'
import type { StaffPageProps } from './layout.tsx'

export type PortalPreviewProps = StaffPageProps & {
  settings: PortalSettings & { logo: Logo | null }
  /** The message as HTML. */
  welcome: string
  legibility: Legibility
}

/** The head of the portal and of its dashboard with these settings, drawn by the portal's own views for a client that doesn't exist. */
export const PortalPreview = ({ shell, link, settings, welcome }: PortalPreviewProps) => {
  const { showBalance, showCreditLimit } = settings
  const portal = sampleShell(shell, settings)
  return (
    <div id="preview">
      <link rel="stylesheet" href={link(`/settings/client-portal/preview/${settings.brandColour.slice(1)}.css`)} />
      <div class="preview" inert>
        <Masthead shell={portal} link={link} current="overview" />
        <div class="stack">
          <Written html={welcome} boxed />
          {(showBalance || showCreditLimit) && (
            <BalanceCard
              shell={portal}
              link={link}
              balances={[sampleBalance(portal)]}
              ageing={[sampleAgeing(portal)]}
              next={null}
              creditLeft={sample(portal, 3750)}
            />
          )}
        </div>
      </div>
    </div>
  )
}

/** The same in answer to what was typed, with what becomes of the colour. */
export const PortalPreviewPart = (props: PortalPreviewProps) => (
  <>
    <PortalPreview {...props} />
    <hx-partial hx-target="#colour-said" hx-swap="innerHTML">
      <ColourSaid {...props.legibility} />
    </hx-partial>
  </>
)

/** What becomes of the colour so that everything stays legible. */
export const ColourSaid = ({ ink, contrast, adaptedLight, adaptedDark }: Legibility) => {
  const shades = [...(adaptedLight ? ['darker on light pages'] : []), ...(adaptedDark ? ['lighter in dark mode'] : [])]
  return (
    <>
      Text on it is {ink} ({(Math.floor(contrast * 10) / 10).toFixed(1)} : 1).
      {shades.length > 0 && ` Links take a shade of it that is ${shades.join(' and ')}, so that they stay legible.`}
    </>
  )
}

/** So many whole units of the company's currency, in its minor units. */
const sample = ({ client: { currency } }: PortalShell, units: number): number => units * 10 ** (placesOf(currency) ?? 2)

const sampleBalance = (shell: PortalShell) => ({
  currency: shell.client.currency,
  outstanding: sample(shell, 6250),
  overdue: sample(shell, 1480),
  overdueCount: 2,
  credit: 0,
})

const sampleAgeing = (shell: PortalShell) => ({
  currency: shell.client.currency,
  notDue: sample(shell, 4770),
  overdueCount: 2,
  to30: sample(shell, 1130),
  to60: sample(shell, 350),
  to90: 0,
  over90: 0,
})

const sampleShell = ({ company, tenant, today, now }: StaffPageProps['shell'], settings: PortalPreviewProps['settings']): PortalShell => {
  const { brandColour, logo, downloadInvoices, orderHistory, requestReturns, showBalance, showCreditLimit } = settings
  const client = { id: '', name: 'A client of yours', currency: company.currency, creditLimit: null as number | null }
  const shell: PortalShell = {
    tenant,
    company: { name: tenant.name, locale: company.locale, timeZone: company.timeZone, contactName: '', contactEmail: '', contactPhone: '' },
    brandColour,
    logo,
    toggles: { downloadInvoices, orderHistory, requestReturns, showBalance, showCreditLimit },
    client,
    person: { id: '', name: client.name, email: '' },
    hasOtherClients: false,
    view: null,
    today,
    now,
  }
  return { ...shell, client: { ...client, creditLimit: sample(shell, 10_000) } }
}
