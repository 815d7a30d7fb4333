import { Hono } from 'hono'
import { forTenant } from '#src/db/door.ts'
import { forPlatform } from '#src/db/platform.ts'
import { emailKeyOf } from '#src/email-address.ts'
import { limitGuessing, readForm } from '#src/guards.ts'
import { announceMail } from '#src/mail/outbox.ts'
import { nobody, sendStaffReset } from '#src/team/reset.ts'
import { StaffForgotPasswordPage } from '#views/admin/forgot-password.tsx'
import type { StaffVisitorEnv } from './sign-in.tsx'

export const forgotPasswordPages = new Hono<StaffVisitorEnv>()
  .get('/', (c) => c.html(<StaffForgotPasswordPage link={c.var.link} isSent={c.req.query('sent') !== undefined} />))
  .post('/', async (c) => {
    const { link, now } = c.var
    const { email } = await readForm(c, 'email')
    const emailKey = emailKeyOf(email)
    await limitGuessing(c, 'staff', emailKey)
    if (emailKey === '') return c.html(<StaffForgotPasswordPage link={link} problem="Type your e-mail address." />, 422)
    const person = (await forPlatform(c.env).staffPerson(emailKey)) ?? nobody(emailKey)
    const door = forTenant(c.env, person.tenantId)
    const { mailIds, statements, check } = sendStaffReset(door, c.env, person, emailKey, now)
    const { counted, reset, invitation } = await door.run(statements)
    check(counted)
    const mailId = reset === 1 ? mailIds.reset : invitation === 1 ? mailIds.invitation : undefined
    // Behind the answer, which comes no later to those who get a mail.
    if (mailId !== undefined) c.executionCtx.waitUntil(announceMail(c.env, [{ tenantId: person.tenantId, mailId }]))
    return c.redirect(link('/forgot-password?sent'), 303)
  })
