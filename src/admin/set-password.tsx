import { Hono } from 'hono'
import { hashPassword } from '#src/access/password.ts'
import { passwordMinimum, passwordProblem } from '#src/access/password-rules.ts'
import { forPlatform } from '#src/db/platform.ts'
import { limitGuessing, readForm } from '#src/guards.ts'
import { newId } from '#src/ids.ts'
import { readLinkToken } from '#src/mail/links.ts'
import { StaffLinkEndedPage } from '#views/admin/link-ended.tsx'
import { StaffSetPasswordPage } from '#views/admin/set-password.tsx'
import { writeSession } from './session-cookie.ts'
import type { StaffVisitorEnv } from './sign-in.tsx'

export const setPasswordPages = new Hono<StaffVisitorEnv>()
  .get('/:token', async (c) => {
    const { link, now } = c.var
    const token = c.req.param('token')
    const named = await readLinkToken(c.env, 'staff-invitation', token)
    const person = named && (await forPlatform(c.env).staffByLink(named, now))
    if (!person) return c.html(<StaffLinkEndedPage link={link} reason="ended" />, 410)
    return c.html(<StaffSetPasswordPage link={link} token={token} email={person.email} company={person.company} minimum={passwordMinimum(c.env)} />)
  })
  .post('/:token', async (c) => {
    const { link, now } = c.var
    const token = c.req.param('token')
    await limitGuessing(c, 'staff link', token)
    const { password } = await readForm(c, 'password')
    const platform = forPlatform(c.env)
    const named = await readLinkToken(c.env, 'staff-invitation', token)
    const person = named && (await platform.staffByLink(named, now))
    if (!named || !person) return c.html(<StaffLinkEndedPage link={link} reason="ended" />, 410)
    const problem = await passwordProblem(c.env, password, { company: person.company, address: person.email, name: '', clients: [] })
    if (problem) {
      return c.html(
        <StaffSetPasswordPage link={link} token={token} email={person.email} company={person.company} minimum={passwordMinimum(c.env)} problem={problem} />,
        422,
      )
    }
    const sessionId = newId()
    const { tenantId, staffId, timeZone } = person
    const used = await platform.setStaffPassword({ tenantId, mailId: named.mailId, staffId }, await hashPassword(password), sessionId, now)
    if (!used) return c.html(<StaffLinkEndedPage link={link} reason="ended" />, 410)
    await writeSession(c, { tenantId, sessionId, staffId, timeZone })
    return c.redirect(link('/clients'), 303)
  })
