import { Hono } from 'hono'
import { maskedEmail, newerLinkRead, sendNewLink } from '#src/access/new-link.ts'
import { forTenant } from '#src/db/door.ts'
import { forPlatform } from '#src/db/platform.ts'
import { limitGuessing } from '#src/guards.ts'
import { siteName } from '#src/hosts.ts'
import { readLinkToken } from '#src/mail/links.ts'
import { announceMail } from '#src/mail/outbox.ts'
import { NewLinkPage } from '#views/portal/new-link.tsx'
import type { PortalEnv } from './app-env.ts'
import { openLink } from './set-password.tsx'
import { openPortal, served } from './signed-in.ts'

/** "Send me a new link", in place of an invitation's that has expired; and the page that says it was sent. */
export const newLinkPages = new Hono<PortalEnv>()
  .get('/:token/new-link', async (c) => {
    const { site, link, now } = c.var
    const token = c.req.param('token')
    const named = await readLinkToken(c.env, 'invitation', token)
    const door = named && forTenant(c.env, named.tenantId)
    const visit = named && door && (await forPlatform(c.env).visit(site, door, { newer: newerLinkRead(door, named.mailId, now) }))
    const company = visit ? served(site, visit.company) : await openPortal(c)
    const newer = visit?.answers.newer[0]
    if (!newer) return c.redirect(link(`/set-password/${encodeURIComponent(token)}`), 303)
    return c.html(<NewLinkPage company={company} link={link} email={maskedEmail(newer.toEmail)} />)
  })
  .post('/:token/new-link', async (c) => {
    const { site, link, now } = c.var
    const token = c.req.param('token')
    await limitGuessing(c, siteName(site), token)
    const opened = await openLink(c, token)
    const { company } = opened
    if ('door' in opened && opened.purpose === 'invitation' && opened.link.state === 'expired') {
      const { door, mailId: old } = opened
      const rows = { profiles: [company], settings: [company] }
      const { mailId, statements, check } = sendNewLink(door, { env: c.env, mailId: old, link: opened.link, rows, tenant: company, now })
      const { counted, mail } = await door.run(statements)
      check(counted)
      if (mail === 1) c.executionCtx.waitUntil(announceMail(c.env, [{ tenantId: company.tenantId, mailId }]))
    }
    // The page there looks for itself: a second click finds what the first one sent.
    return c.redirect(link(`/set-password/${encodeURIComponent(token)}/new-link`), 303)
  })
