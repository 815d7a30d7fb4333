import type { TenantDoor } from '#src/db/door.ts'
import { companyProfiles, portalSettings } from '#src/db/schema/tenants.ts'
import type { Env } from '#src/env.ts'
import { portalAddress } from '#src/hosts.ts'
import { logoOf } from '#src/logo.ts'
import type { FromCompany } from '#src/mail/outbox.ts'
import { logoPath } from '#views/logo.ts'

/** What every mail to a client's person holds of the company that sends it. */

export const senderReads = (door: TenantDoor) => ({ profiles: door.read(companyProfiles), settings: door.read(portalSettings) })

/** As `senderReads` reads it, or as a visitor's company holds it. */
export type SenderRows = {
  profiles: Pick<typeof companyProfiles.$inferSelect, 'locale' | 'timeZone' | 'contactName' | 'contactEmail' | 'contactPhone' | 'replyTo'>[]
  settings: Pick<typeof portalSettings.$inferSelect, 'brandColour' | 'logoHash' | 'logoWidth' | 'logoHeight'>[]
}

/** Whose mail it is, and where its portal is. */
export type SendingTenant = { slug: string; name: string; hostname: string | null }

/** Its links lead to the company's stored address, whatever host asked for the mail. */
export const senderOf = (
  env: Env,
  tenant: SendingTenant,
  { profiles: [profile], settings: [settings] }: SenderRows,
): Omit<FromCompany, 'personName' | 'clients'> => ({
  ...(settings && logoIn(env, tenant, settings)),
  company: tenant.name,
  brandColour: settings?.brandColour ?? '',
  locale: profile?.locale ?? '',
  timeZone: profile?.timeZone ?? '',
  address: portalAddress(env, tenant),
  contact: { name: profile?.contactName ?? '', email: profile?.contactEmail ?? '', phone: profile?.contactPhone ?? '' },
  replyTo: profile?.replyTo ?? '',
})

/** The logo by its whole address, if there is one. */
const logoIn = (env: Env, tenant: SendingTenant, settings: SenderRows['settings'][number]): Pick<FromCompany, 'logo'> => {
  const logo = logoOf(settings)
  if (!logo) return {}
  const { width, height } = logo
  return { logo: { address: new URL(logoPath(logo), portalAddress(env, tenant)).href, width, height } }
}
