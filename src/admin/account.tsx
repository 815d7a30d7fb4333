import { type Context, Hono } from 'hono'
import { NAME_MAX, plainNameOf } from '#src/access/account.ts'
import { whereaboutsOf } from '#src/access/device.ts'
import { suggestPassphrase } from '#src/access/passphrase.ts'
import { hashPassword, verifyPassword } from '#src/access/password.ts'
import { isOversized, passwordMinimum, passwordProblem } from '#src/access/password-rules.ts'
import { currentPasswordTries } from '#src/db/limits.ts'
import type { StaffDoor, StaffShell } from '#src/db/staff-door.ts'
import { NotFound, SignedOut } from '#src/errors.ts'
import { limitGuessing, readForm, wantsFragment } from '#src/guards.ts'
import { newId } from '#src/ids.ts'
import { announceMail } from '#src/mail/outbox.ts'
import { changeStaffPassword, chooseReturnMails, SESSIONS_SHOWN, staffPasswordChangedMail, staffTold } from '#src/team/account.ts'
import { StaffAccountPage } from '#views/admin/account.tsx'
import type { AccountProblem } from '#views/components/account.tsx'
import { NewPassword } from '#views/components/new-password.tsx'
import type { StaffEnv } from './app-env.ts'
import { clearSession, writeSession } from './session-cookie.ts'

const NOTICES = new Map([
  ['password', 'Your password was changed. You are signed out everywhere else.'],
  ['name', 'Your name was saved.'],
  ['session', 'That sign-in was ended.'],
  ['mails', 'Saved.'],
])

type Sessions = ReturnType<StaffDoor['ownSessions']>['row'][]

/** What members of the staff change of their own, whatever their role. */
export const accountPages = new Hono<StaffEnv>()
  .get('/', async (c) => {
    const { door, link } = c.var
    const minimum = passwordMinimum(c.env)
    const { shell, sessions } = await door.page(() => ({ sessions: door.ownSessions(SESSIONS_SHOWN) }))
    const suggestion = c.req.query('suggest') === undefined ? undefined : await suggestPassphrase(c.env, minimum)
    if (wantsFragment(c)) return c.html(<NewPassword path={link('/account')} minimum={minimum} suggestion={suggestion} />)
    return c.html(page(c, shell, sessions, { suggestion, notice: NOTICES.get(c.req.query('notice') ?? '') }))
  })
  .post('/name', async (c) => {
    const { door, link } = c.var
    const { name: typed } = await readForm(c, 'name')
    const name = plainNameOf(typed)
    const isShort = [...name].length <= NAME_MAX
    const { shell, sessions } = await door.page(() => ({
      sessions: door.ownSessions(SESSIONS_SHOWN),
      ...(isShort && { name: door.updatePerson(door.who.staffId, { name }) }),
    }))
    if (isShort) return c.redirect(link('/account?notice=name'), 303)
    const problem: AccountProblem = { field: 'name', typed: name, words: `That has ${[...name].length} characters. Use at most ${NAME_MAX}.` }
    return c.html(page(c, shell, sessions, { problem }), 422)
  })
  .post('/return-mails', async (c) => {
    const { door, link } = c.var
    const { wanted } = await readForm(c, 'wanted')
    await door.page(() => ({ saved: chooseReturnMails(door, wanted !== '') }))
    return c.redirect(link('/account?notice=mails'), 303)
  })
  .post('/password', (c) => newPassword(c))
  .post('/sessions/:id/end', async (c) => {
    const { door, link } = c.var
    const id = c.req.param('id')
    const { sessions } = await door.page(() => ({ sessions: door.ownSessions(SESSIONS_SHOWN) }))
    if (!sessions.some((session) => session.id === id)) throw new NotFound()
    await door.run({ ended: door.endOwnSessions(door.isSession(id)) })
    if (id !== door.who.sessionId) return c.redirect(link('/account?notice=session'), 303)
    clearSession(c)
    return c.redirect(link('/sign-in'), 303)
  })
  .post('/sign-out-everywhere', async (c) => {
    const { door, link } = c.var
    await door.page(() => ({ ended: door.endOwnSessions() }))
    clearSession(c)
    return c.redirect(link('/sign-in?notice=signed-out-everywhere'), 303)
  })

type Shown = { suggestion?: string | undefined; notice?: string | undefined; problem?: AccountProblem }

const page = (c: Context<StaffEnv>, shell: StaffShell, sessions: Sessions, shown: Shown) => {
  const all = sessions.map((session) => ({ ...session, isThisOne: session.id === c.var.door.who.sessionId }))
  const ordered = [...all.filter(({ isThisOne }) => isThisOne), ...all.filter(({ isThisOne }) => !isThisOne)]
  return <StaffAccountPage shell={shell} link={c.var.link} sessions={ordered} minimum={passwordMinimum(c.env)} {...shown} />
}

const newPassword = async (c: Context<StaffEnv>) => {
  const { door, link, now } = c.var
  const { tenantId, staffId } = door.who
  const { current, password, suggested } = await readForm(c, 'current', 'password', 'suggested')
  const tries = currentPasswordTries('staff', staffId, await limitGuessing(c, 'staff account', staffId), now)
  const { shell, sessions, counted, credential, companies } = await door.page(() => ({
    counted: tries.take(),
    credential: door.ownCredential(),
    companies: door.ownCompanies(),
    sessions: door.ownSessions(SESSIONS_SHOWN),
  }))
  tries.check(counted)
  const from = credential[0]?.passwordHash
  if (!from) throw new SignedOut()
  const { person, company } = shell
  const refused = (problem: AccountProblem) => {
    const suggestion = problem.field === 'current' && suggested === password && !isOversized(password) ? suggested || undefined : undefined
    return c.html(page(c, shell, sessions, { suggestion, problem }), 422)
  }
  if (isOversized(current) || !(await verifyPassword(current, from))) return refused({ field: 'current', words: 'That is not your current password.' })
  const known = { company: company.name, address: person.email, name: person.name, clients: companies.map(({ name }) => name) }
  const words = password === current ? 'That is the password you have. Choose another.' : await passwordProblem(c.env, password, known)
  if (words !== undefined) {
    // The current one was right, so it was no guess.
    await door.run({ forgotten: tries.forget() })
    return refused({ field: 'password', words })
  }
  const whereabouts = whereaboutsOf(c.req.raw)
  const notice = staffPasswordChangedMail(c.env, { staffId, email: person.email, name: person.name, company, whereabouts }, now)
  const session = { id: newId(), ...whereabouts }
  const { others, ...change } = changeStaffPassword(door, { from, to: await hashPassword(password), session, notice })
  const { notice: told } = await door.run({ ...change, forgotten: tries.forget(staffTold(door, notice)), others })
  // Somebody else changed it in this very moment: this session has ended with it.
  if (told !== 1) throw new SignedOut()
  c.executionCtx.waitUntil(announceMail(c.env, [{ tenantId, mailId: notice.id }]))
  await writeSession(c, { tenantId, sessionId: session.id, staffId, timeZone: company.timeZone })
  return c.redirect(link('/account?notice=password'), 303)
}
