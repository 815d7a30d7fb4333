import { type Context, Hono } from 'hono'
import { changed, changeName, changePassword, endSession, endSessions, NAME_MAX, ownSessions, ownSessionsOf, plainNameOf } from '#src/access/account.ts'
import { whereaboutsOf } from '#src/access/device.ts'
import { passwordChangedMail } from '#src/access/notice.ts'
import { suggestPassphrase } from '#src/access/passphrase.ts'
import { hashPassword, verifyPassword } from '#src/access/password.ts'
import { isOversized, passwordMinimum, passwordProblem } from '#src/access/password-rules.ts'
import { currentPasswordTries } from '#src/db/limits.ts'
import { portalUsers } from '#src/db/schema/people.ts'
import { NotFound, SignedOut } from '#src/errors.ts'
import { limitGuessing, readForm, wantsFragment } from '#src/guards.ts'
import { siteName } from '#src/hosts.ts'
import { newId } from '#src/ids.ts'
import { announceMail } from '#src/mail/outbox.ts'
import type { AccountProblem } from '#views/components/account.tsx'
import { NewPassword } from '#views/components/new-password.tsx'
import { AccountPage } from '#views/portal/account.tsx'
import type { ClientEnv } from './app-env.ts'
import { clearSession, writeSession } from './session-cookie.ts'

const NOTICES = new Map([
  ['password', 'Your password was changed. You are signed out everywhere else.'],
  ['name', 'Your name was saved.'],
  ['session', 'That sign-in was ended.'],
])

/** What a person changes of their own. */
export const accountPages = new Hono<ClientEnv>()
  .get('/', async (c) => {
    const { door, link } = c.var
    const minimum = passwordMinimum(c.env)
    const { shell, sessions } = await door.page(() => ({ sessions: ownSessions(door) }))
    const suggestion = c.req.query('suggest') === undefined ? undefined : await suggestPassphrase(c.env, minimum)
    if (wantsFragment(c)) return c.html(<NewPassword path={link('/account')} minimum={minimum} suggestion={suggestion} />)
    return c.html(
      <AccountPage
        shell={shell}
        link={link}
        sessions={ownSessionsOf(sessions, door)}
        minimum={minimum}
        suggestion={suggestion}
        notice={NOTICES.get(c.req.query('notice') ?? '')}
      />,
    )
  })
  .post('/name', async (c) => {
    const { door, link } = c.var
    const { name: typed } = await readForm(c, 'name')
    const name = plainNameOf(typed)
    const isShort = [...name].length <= NAME_MAX
    const { shell, sessions } = await door.page(() => ({ sessions: ownSessions(door), ...(isShort && { name: changeName(door, name) }) }))
    if (isShort) return c.redirect(link('/account?notice=name'), 303)
    const problem: AccountProblem = { field: 'name', typed: name, words: `That has ${[...name].length} characters. Use at most ${NAME_MAX}.` }
    return c.html(<AccountPage shell={shell} link={link} sessions={ownSessionsOf(sessions, door)} minimum={passwordMinimum(c.env)} problem={problem} />, 422)
  })
  .post('/password', (c) => newPassword(c))
  .post('/sessions/:id/end', async (c) => {
    const { door, link } = c.var
    const id = c.req.param('id')
    const { ended } = await door.page(() => ({ ended: endSession(door, id) }))
    if (ended !== 1) throw new NotFound()
    if (id !== door.who.sessionId) return c.redirect(link('/account?notice=session'), 303)
    clearSession(c)
    return c.redirect(link('/sign-in'), 303)
  })
  .post('/sign-out-everywhere', async (c) => {
    const { door, link } = c.var
    await door.page(() => ({ ended: endSessions(door) }))
    clearSession(c)
    return c.redirect(link('/sign-in?notice=signed-out-everywhere'), 303)
  })

const newPassword = async (c: Context<ClientEnv>) => {
  const { door, link, now, token } = c.var
  const { tenantId, portalUserId, clientId, site } = door.who
  const { current, password, suggested } = await readForm(c, 'current', 'password', 'suggested')
  const tries = currentPasswordTries(tenantId, portalUserId, await limitGuessing(c, siteName(site), portalUserId), now)
  const { shell, sessions, counted, people, company, clients } = await door.page(() => ({
    counted: tries.take(),
    people: door.read(portalUsers),
    company: door.company(),
    clients: door.namesOfClients(),
    sessions: ownSessions(door),
  }))
  tries.check(counted)
  const [person] = people
  const from = person?.passwordHash
  if (!person || !from) throw new SignedOut()
  const refused = (problem: AccountProblem) =>
    c.html(
      <AccountPage
        shell={shell}
        link={link}
        sessions={ownSessionsOf(sessions, door)}
        minimum={passwordMinimum(c.env)}
        suggestion={problem.field === 'current' && suggested === password && !isOversized(password) ? suggested || undefined : undefined}
        problem={problem}
      />,
      422,
    )
  if (isOversized(current) || !(await verifyPassword(current, from))) return refused({ field: 'current', words: 'That is not your current password.' })
  const known = { company: shell.company.name, address: person.email, name: person.name, clients: clients.map(({ name }) => name) }
  const words = password === current ? 'That is the password you have. Choose another.' : await passwordProblem(c.env, password, known)
  if (words !== undefined) {
    // The current one was right, so it was no guess.
    await door.run({ forgotten: tries.forget() })
    return refused({ field: 'password', words })
  }
  const whereabouts = whereaboutsOf(c.req.raw)
  const notice = passwordChangedMail({
    env: c.env,
    person,
    clients: [shell.client.name],
    rows: { profiles: company, settings: company },
    tenant: shell.tenant,
    whereabouts,
    now,
  })
  const sessionId = newId()
  const { others, ...change } = changePassword(door, { from, to: await hashPassword(password), sessionId, whereabouts, notice })
  const { notice: told } = await door.run({ ...change, forgotten: tries.forget(changed(door, notice)), others })
  // Somebody else changed it in this very moment: this session has ended with it.
  if (told !== 1 || !token) throw new SignedOut()
  c.executionCtx.waitUntil(announceMail(c.env, [{ tenantId, mailId: notice.id }]))
  await writeSession(c, { tenantId, sessionId, portalUserId, clientId, timeZone: shell.company.timeZone })
  return c.redirect(link('/account?notice=password'), 303)
}
