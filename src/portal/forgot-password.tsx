import { Hono } from 'hono'
import { sendReset } from '#src/access/reset.ts'
import { forTenant } from '#src/db/door.ts'
import { forPlatform } from '#src/db/platform.ts'
import { emailKeyOf } from '#src/email-address.ts'
import { NotFound } from '#src/errors.ts'
import { limitGuessing, readForm } from '#src/guards.ts'
import { siteName } from '#src/hosts.ts'
import { newId } from '#src/ids.ts'
import { announceMail } from '#src/mail/outbox.ts'
import { ForgotPasswordPage } from '#views/portal/forgot-password.tsx'
import type { PortalEnv } from './app-env.ts'
import { openPortal, served } from './signed-in.ts'

export const forgotPasswordPages = new Hono<PortalEnv>()
  .get('/', async (c) => {
    const company = await openPortal(c)
    return c.html(<ForgotPasswordPage company={company} link={c.var.link} isSent={c.req.query('sent') !== undefined} />)
  })
  .post('/', async (c) => {
    const { site, link, now } = c.var
    const { email } = await readForm(c, 'email')
    const emailKey = emailKeyOf(email)
    await limitGuessing(c, siteName(site), emailKey)
    const { company, person } = await forPlatform(c.env).portalPerson(site, emailKey)
    if (!company) throw new NotFound()
    served(site, company)
    if (emailKey === '') return c.html(<ForgotPasswordPage company={company} link={link} problem="Type your e-mail address." />, 422)
    const door = forTenant(c.env, company.tenantId)
    // Whoever is not there is asked for by the same statements, which then change nothing: nothing tells one from the other.
    const { portalUserId: id, clients: usable, ...asked } = person ?? { portalUserId: newId(), email: emailKey, name: '', clients: [] }
    const { mailId, statements, check } = sendReset(door, {
      env: c.env,
      person: { id, email: asked.email, name: asked.name },
      rows: { profiles: [company], settings: [company], usable },
      tenant: company,
      by: { portalUserId: id },
      now,
    })
    const { counted, mail } = await door.run(statements)
    check(counted)
    // Behind the answer, which comes no later to those who get a mail.
    if (mail === 1) c.executionCtx.waitUntil(announceMail(c.env, [{ tenantId: company.tenantId, mailId }]))
    return c.redirect(link('/forgot-password?sent'), 303)
  })
