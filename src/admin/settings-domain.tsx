import { type Context, Hono } from 'hono'
import { suffixes } from '#dist/manifest.ts'
import { forPlatform } from '#src/db/platform.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import { type Env, isLocal } from '#src/env.ts'
import { NotFound } from '#src/errors.ts'
import { readForm, wantsFragment } from '#src/guards.ts'
import { askForLook, claimDomain, type Domains, domainsOf, domainsRead, giveUpDomain } from '#src/hostnames/claim.ts'
import { canServeHostnames } from '#src/hostnames/cloudflare.ts'
import { examine, textName, verdictOf } from '#src/hostnames/doctor.ts'
import { hostnameOf } from '#src/hostnames/name.ts'
import { stepHostname } from '#src/hostnames/step.ts'
import { cnameTarget, customAddress, defaultPortalAddress } from '#src/hosts.ts'
import { wordList } from '#src/word-lists.ts'
import { ConfirmDomainPage, DomainPage, DomainProgress } from '#views/admin/settings-domain.tsx'
import type { StaffEnv } from './app-env.ts'

const NOTICES = new Map([
  ['added', 'Added. Put the record below into your DNS now.'],
  ['checked', 'Checked just now.'],
  ['removed', 'Removed. Without a domain of its own the portal is at its default address.'],
])

/** Settings → Client Portal → Custom URL: a domain of the company's own. */
export const domainPages = new Hono<StaffEnv>()
  .get('/', async (c) => {
    const { shell, domains } = await read(c)
    const props = propsOf(c, shell, domains)
    return c.html(wantsFragment(c) ? <DomainProgress {...props} /> : <DomainPage {...props} notice={NOTICES.get(c.req.query('notice') ?? '')} />)
  })
  .post('/', async (c) => {
    const { door, link, now } = c.var
    const { domain: typed } = await readForm(c, 'domain')
    const { shell, domains } = await read(c)
    const named = hostnameOf(typed, { baseDomain: c.env.BASE_DOMAIN, isLocal: isLocal(c.env) }, await wordList(c.env, suffixes))
    const problem = 'problem' in named ? named.problem : await unavailable(c.env, shell, domains, named.hostname)
    if ('problem' in named || problem !== undefined) return c.html(<DomainPage {...propsOf(c, shell, domains)} typed={typed} problem={problem} />, 422)
    const { id, statements } = claimDomain(door, named.hostname, domains)
    const { claimed } = await door.run(statements)
    // Behind the answer: the page that follows shows how far it has come.
    if (claimed === 1) c.executionCtx.waitUntil(stepHostname(c.env, { tenantId: door.tenantId, id }, now))
    return c.redirect(link('/settings/client-portal/domain?notice=added'), 303)
  })
  .post('/check', async (c) => {
    const { door, link, now } = c.var
    const { domains } = await read(c)
    await readForm(c)
    const domain = domains.wanted ?? domains.serving
    if (!domain) throw new NotFound()
    await door.run(askForLook(door, domain))
    await stepHostname(c.env, { tenantId: door.tenantId, id: domain.id }, now)
    return c.redirect(link('/settings/client-portal/domain?notice=checked'), 303)
  })
  .get('/remove', async (c) => {
    const { shell, domains } = await read(c)
    const domain = domains.wanted ?? domains.serving
    if (!domain) return c.redirect(c.var.link('/settings/client-portal/domain'), 303)
    return c.html(<ConfirmDomainPage shell={shell} link={c.var.link} domain={domain} defaultAddress={defaultPortalAddress(c.env, shell.tenant.slug)} />)
  })
  .post('/remove', async (c) => {
    const { door, link, now } = c.var
    const { domains } = await read(c)
    const { domain: id } = await readForm(c, 'domain')
    const domain = [domains.wanted, domains.serving].find((each) => each?.id === id)
    // A second click finds it gone.
    if (domain) {
      const { ending } = await door.run(giveUpDomain(door, domain, domain === domains.wanted ? (domains.serving?.hostname ?? '') : ''))
      if (ending === 1) c.executionCtx.waitUntil(stepHostname(c.env, { tenantId: door.tenantId, id: domain.id }, now))
    }
    return c.redirect(link('/settings/client-portal/domain?notice=removed'), 303)
  })

const read = async ({ var: { door } }: Context<StaffEnv>) => {
  const { shell, rows } = await door.page(() => ({ rows: domainsRead(door) }))
  return { shell, domains: domainsOf(rows) }
}

/** Why a good name can't be taken all the same. Whoever shows that it is theirs, takes it over. */
const unavailable = async (env: Env, { tenant }: StaffShell, { serving }: Domains, hostname: string): Promise<string | undefined> => {
  if (!canServeHostnames(env)) return 'Custom domains are not set up on this site. Ask whoever runs it.'
  if (serving?.hostname === hostname) return 'Your portal is at this domain already.'
  const holder = await forPlatform(env).hostnameHolder(hostname)
  if (holder?.state !== 'active' || holder.tenantId === tenant.id) return undefined
  const verdict = verdictOf(env, tenant.slug, await examine(env, hostname))
  if (verdict === 'cname' || verdict === 'txt') return undefined
  return `This domain is in use by another company. Is it yours? Point its CNAME record at ${cnameTarget(env, tenant.slug)} first, then add it here.`
}

const propsOf = (c: Context<StaffEnv>, shell: StaffShell, domains: Domains) => {
  const { serving, wanted } = domains
  const shown = wanted ?? serving
  return {
    shell,
    link: c.var.link,
    domains,
    isSetUp: canServeHostnames(c.env),
    target: cnameTarget(c.env, shell.tenant.slug),
    textName: shown && textName(shown.hostname),
    address: serving ? customAddress(c.env, serving.hostname) : defaultPortalAddress(c.env, shell.tenant.slug),
    isOurs: shown ? ['cname', 'txt'].includes(verdictOf(c.env, shell.tenant.slug, shown.found)) : false,
  }
}
