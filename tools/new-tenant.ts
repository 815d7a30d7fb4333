import { HOUR, type Instant } from '#src/dates.ts'
import { outbox } from '#src/db/schema/outbox.ts'
import { memberships, staff } from '#src/db/schema/staff.ts'
import { companyProfiles, portalSettings, tenants } from '#src/db/schema/tenants.ts'
import { emailKeyOf, isEmail, trimmedEmail } from '#src/email-address.ts'
import type { Env } from '#src/env.ts'
import { isSlug, staffAddress } from '#src/hosts.ts'
import { newId, newTenantId } from '#src/ids.ts'
import { mailRow } from '#src/mail/outbox.ts'
import { placesOf } from '#views/decimal.ts'
import { insertAll } from './bulk.ts'

export type NewTenant = { slug: string; name: string; ownerEmail: string; legalName: string; timeZone: string; currency: string; locale: string }

/** Made; there already with this owner (who got a new link if the old one is of no use any more); or somebody else's. */
export type Outcome = 'made' | 'there' | 'mailed-again' | 'taken'

const LINK_LASTS = 72 * HOUR

const holds = (check: () => unknown): boolean => {
  try {
    return Boolean(check())
  } catch {
    return false
  }
}

/** What is wrong with it, one sentence each. */
export const problemsOf = ({ slug, name, ownerEmail, timeZone, currency, locale }: NewTenant): string[] =>
  [
    isSlug(slug) ? '' : `--slug ${slug}: 2 to 40 of a–z, 0–9 and hyphens, none at either end, and not a name that StockFlow keeps for itself.`,
    name !== '' && name.length <= 120 && !/\p{Cc}/u.test(name) ? '' : '--name: 1 to 120 characters.',
    isEmail(trimmedEmail(ownerEmail)) ? '' : `--owner-email ${ownerEmail}: not an e-mail address.`,
    holds(() => new Intl.DateTimeFormat('en', { timeZone })) ? '' : `--time-zone ${timeZone}: not a time zone such as Europe/London.`,
    /^[A-Z]{3}$/.test(currency) && placesOf(currency) !== undefined ? '' : `--currency ${currency}: not a code such as EUR.`,
    holds(() => Intl.DateTimeFormat.supportedLocalesOf(locale).length) ? '' : `--locale ${locale}: not a locale such as en-GB.`,
  ].filter((problem) => problem !== '')

type Owner = { id: string; name: string; password_hash: string | null; invitation_mail_id: string | null }
const ownerOf = (env: Env, emailKey: string) =>
  env.DB.prepare('SELECT id, name, password_hash, invitation_mail_id FROM staff WHERE email_key = ?').bind(emailKey).first<Owner>()

/** The row of the mail with the link to set a password, and that this link is the one that opens. */
const invitation = (
  env: Env,
  tenantId: string,
  staffId: string,
  personName: string,
  { name, ownerEmail, locale, timeZone }: NewTenant,
  now: Instant,
): D1PreparedStatement[] => {
  const [id, expiresAt] = [newId(), now + LINK_LASTS]
  const data = { company: name, locale, timeZone, address: staffAddress(env), personName, expiresAt }
  const row = mailRow(env, { id, kind: 'staff-invitation', toEmail: trimmedEmail(ownerEmail), staffId, data, now, expiresAt })
  return [...insertAll(env.DB, outbox, [{ ...row, tenantId }]), env.DB.prepare('UPDATE staff SET invitation_mail_id = ? WHERE id = ?').bind(id, staffId)]
}

/** The tenant, its profile, its settings as they come, its owner, and the owner's mail: all of it in one batch, or nothing. */
export const createTenant = async (env: Env, tenant: NewTenant, now: Instant): Promise<Outcome> => {
  const { slug, name, legalName, timeZone, currency, locale } = tenant
  const [email, emailKey] = [trimmedEmail(tenant.ownerEmail), emailKeyOf(tenant.ownerEmail)]
  const owner = await ownerOf(env, emailKey)
  const existing = await env.DB.prepare('SELECT id FROM tenants WHERE slug = ?').bind(slug).first<{ id: string }>()
  if (existing) return owner ? remind(env, existing.id, owner, tenant, now) : 'taken'
  const [tenantId, staffId] = [newTenantId(), owner?.id ?? newId()]
  await env.DB.batch([
    ...insertAll(env.DB, tenants, [{ id: tenantId, slug, name, createdAt: now }]),
    ...insertAll(env.DB, companyProfiles, [{ tenantId, legalName, timeZone, currency, locale }]),
    ...insertAll(env.DB, portalSettings, [{ tenantId, updatedAt: now }]),
    ...insertAll(env.DB, staff, owner ? [] : [{ id: staffId, email, emailKey, createdAt: now }]),
    ...insertAll(env.DB, memberships, [{ tenantId, staffId, role: 'owner', createdAt: now }]),
    ...invitation(env, tenantId, staffId, owner?.name ?? '', tenant, now),
  ])
  return 'made'
}

/**
 * Serves a company no more, or again: portal, staff pages and mail alike, from the next click on. Its data stays. Says
 * whether there is such a company.
 */
export const switchTenant = async (env: Env, slug: string, isServed: boolean, now: Instant): Promise<boolean> => {
  const statement = 'UPDATE tenants SET disabled_at = CASE WHEN ?1 THEN NULL ELSE coalesce(disabled_at, ?2) END WHERE slug = ?3'
  const { meta } = await env.DB.prepare(statement)
    .bind(isServed ? 1 : 0, now, slug)
    .run()
  return meta.changes > 0
}

/** The same command again. Whoever still waits for a link that works gets one. */
const remind = async (env: Env, tenantId: string, owner: Owner, tenant: NewTenant, now: Instant): Promise<Outcome> => {
  const membership = await env.DB.prepare("SELECT 1 FROM memberships WHERE tenant_id = ? AND staff_id = ? AND role = 'owner' AND removed_at IS NULL")
    .bind(tenantId, owner.id)
    .first()
  if (!membership) return 'taken'
  if (owner.password_hash !== null) return 'there'
  const isUsable = await env.DB.prepare("SELECT 1 FROM outbox WHERE id = ? AND staff_id = ? AND expires_at > ? AND state IN ('queued', 'sending', 'sent')")
    .bind(owner.invitation_mail_id, owner.id, now)
    .first()
  if (isUsable) return 'there'
  await env.DB.batch(invitation(env, tenantId, owner.id, owner.name, tenant, now))
  return 'mailed-again'
}
