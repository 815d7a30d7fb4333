import { type Context, Hono } from 'hono'
import { whereaboutsOf } from '#src/access/device.ts'
import { hashPassword } from '#src/access/password.ts'
import { passwordMinimum, passwordProblem } from '#src/access/password-rules.ts'
import { forTenant } from '#src/db/door.ts'
import { forPlatform, type StaffCredential } from '#src/db/platform.ts'
import { limitGuessing, readForm } from '#src/guards.ts'
import { newId } from '#src/ids.ts'
import { readStaffLink } from '#src/mail/links.ts'
import { announceMail, queueMail } from '#src/mail/outbox.ts'
import { staffPasswordChangedMail } from '#src/team/account.ts'
import { StaffLinkEndedPage } from '#views/admin/link-ended.tsx'
import { StaffSetPasswordPage } from '#views/admin/set-password.tsx'
import { clearSession, writeSession } from './session-cookie.ts'
import type { StaffVisitorEnv } from './sign-in.tsx'

type Opened = { link: NonNullable<Awaited<ReturnType<typeof readStaffLink>>>; person: StaffCredential }

/** Whom a link opens for. GET and POST ask alike; only a POST uses it up. */
const openLink = async (c: Context<StaffVisitorEnv>, token: string): Promise<Opened | undefined> => {
  const link = await readStaffLink(c.env, token)
  const person = link && (await forPlatform(c.env).staffByLink(link, c.var.now))
  return person && { link, person }
}

const ended = (c: Context<StaffVisitorEnv>) => c.html(<StaffLinkEndedPage link={c.var.link} reason="ended" />, 410)

const page = (c: Context<StaffVisitorEnv>, token: string, { link, person }: Opened, problem?: string) => (
  <StaffSetPasswordPage
    link={c.var.link}
    token={token}
    email={person.email}
    company={person.company}
    isReset={link.purpose === 'staff-password-reset'}
    minimum={passwordMinimum(c.env)}
    problem={problem}
  />
)

/** An invitation's link, or a reset's. */
export const setPasswordPages = new Hono<StaffVisitorEnv>()
  .get('/:token', async (c) => {
    const token = c.req.param('token')
    const opened = await openLink(c, token)
    return opened ? c.html(page(c, token, opened)) : ended(c)
  })
  .post('/:token', async (c) => {
    const token = c.req.param('token')
    await limitGuessing(c, 'staff link', token)
    const { password } = await readForm(c, 'password')
    const opened = await openLink(c, token)
    if (!opened) return ended(c)
    const { company, email, name } = opened.person
    const problem = await passwordProblem(c.env, password, { company, address: email, name, clients: [] })
    if (problem) return c.html(page(c, token, opened, problem), 422)
    const passwordHash = await hashPassword(password)
    return opened.link.purpose === 'staff-invitation' ? await comeIn(c, opened, passwordHash) : await reset(c, opened, passwordHash)
  })

/** An invitation: the person is signed in. */
const comeIn = async (c: Context<StaffVisitorEnv>, { link, person }: Opened, passwordHash: string) => {
  const { tenantId, staffId, timeZone } = person
  const session = { id: newId(), ...whereaboutsOf(c.req.raw) }
  if (!(await forPlatform(c.env).setStaffPassword({ ...link, staffId }, passwordHash, session, c.var.now))) return ended(c)
  await writeSession(c, { tenantId, sessionId: session.id, staffId, timeZone })
  return c.redirect(c.var.link(person.companies > 1 ? '/choose-company' : '/clients'), 303)
}

/** A reset: nobody is signed in any more, on whatever device and in whatever company. */
const reset = async (c: Context<StaffVisitorEnv>, { link, person }: Opened, passwordHash: string) => {
  const { tenantId, staffId, email, name, company, locale, timeZone } = person
  const told = { staffId, email, name, company: { name: company, locale, timeZone }, whereabouts: whereaboutsOf(c.req.raw) }
  const notice = staffPasswordChangedMail(c.env, told, c.var.now)
  const door = forTenant(c.env, tenantId)
  const isDone = await forPlatform(c.env).resetStaffPassword({ ...link, staffId }, passwordHash, (holds) => queueMail(door, notice, holds), c.var.now)
  if (!isDone) return ended(c)
  c.executionCtx.waitUntil(announceMail(c.env, [{ tenantId, mailId: notice.id }]))
  if (c.var.token?.staffId === staffId) clearSession(c)
  return c.redirect(c.var.link('/sign-in?notice=password-changed'), 303)
}
