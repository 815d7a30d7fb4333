import { type Context, Hono } from 'hono'
import { ROLES } from '#src/db/schema/staff.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import { readForm } from '#src/guards.ts'
import { announceMail } from '#src/mail/outbox.ts'
import { changeRole, removeMember } from '#src/team/change.ts'
import { inviteAgain, inviteMember, type MemberProblems, memberWith, type NewMember, wantedMember } from '#src/team/invite.ts'
import { endMemberSessions, type Member, memberOf, memberReads, membersRead, theMember } from '#src/team/members.ts'
import { ConfirmMemberPage, MemberPage, TeamPage } from '#views/admin/settings-team.tsx'
import type { StaffEnv } from './app-env.ts'
import { clearSession } from './session-cookie.ts'

const NOTICES = new Map([
  ['invited', 'The invitation is on its way.'],
  ['given', 'Added. This person has a password already, and was told by e-mail.'],
  ['removed', 'Removed. Every sign-in of that person here has ended.'],
  ['role', 'The role was changed.'],
  ['ended', 'Signed out.'],
])
const LAST_OWNER = 'Somebody has to remain who can sign in as owner. Make another member owner first.'

/** Settings → Team. */
export const teamPages = new Hono<StaffEnv>()
  .get('/', async (c) => {
    const { door } = c.var
    const { shell, members } = await door.page(() => ({ members: membersRead(door) }))
    return team(c, shell, members.map(memberOf), {})
  })
  .post('/invitations', async (c) => {
    const { door, link } = c.var
    const { wanted, problems } = wantedMember(await readForm(c, 'email', 'name', 'role'))
    const { shell, members, known } = await door.page(() => ({ members: membersRead(door), known: memberWith(door, wanted.email) }))
    const isKnown: MemberProblems = known.length > 0 ? { email: 'This person is in the team already.' } : {}
    const all = { ...problems, ...isKnown }
    if (Object.keys(all).length > 0) return team(c, shell, members.map(memberOf), { wanted, problems: all }, 422)
    const { mailIds, statements, check } = inviteMember(door, c.env, shell, wanted)
    const { counted, invitation, notice } = await door.run(statements)
    check(counted)
    if (invitation + notice > 0) {
      c.executionCtx.waitUntil(announceMail(c.env, [{ tenantId: door.tenantId, mailId: invitation === 1 ? mailIds.invitation : mailIds.notice }]))
    }
    // A second click at the same moment finds the member there.
    return c.redirect(link(`/settings/team?notice=${notice === 1 ? 'given' : 'invited'}`), 303)
  })
  .get('/:id', async (c) => {
    const { shell, member, sessions } = await read(c)
    return c.html(<MemberPage shell={shell} link={c.var.link} member={member} sessions={sessions} notice={NOTICES.get(c.req.query('notice') ?? '')} />)
  })
  .post('/:id/invitation', async (c) => {
    const { door, link } = c.var
    const { shell, member } = await read(c)
    const { mailId, statements, check } = inviteAgain(door, c.env, shell, member)
    const { counted, mail } = await door.run(statements)
    check(counted)
    if (mail === 1) c.executionCtx.waitUntil(announceMail(c.env, [{ tenantId: door.tenantId, mailId }]))
    return c.redirect(link(`/settings/team/${member.staffId}?notice=invited`), 303)
  })
  .post('/:id/role', async (c) => {
    const { door, link } = c.var
    const { role: typed } = await readForm(c, 'role')
    const { shell, member, sessions } = await read(c)
    const role = ROLES.find((known) => known === typed)
    const done = c.redirect(link(`/settings/team/${member.staffId}?notice=role`), 303)
    if (role === member.role) return done
    const problem = role === undefined ? 'Choose a role.' : (await door.run(changeRole(door, member, role))).changed === 1 ? undefined : LAST_OWNER
    if (problem === undefined) return done
    return c.html(<MemberPage shell={shell} link={link} member={member} sessions={sessions} problem={problem} />, role === undefined ? 422 : 409)
  })
  .post('/:id/sessions/end', async (c) => {
    const { door, link, now } = c.var
    const { session, all } = await readForm(c, 'session', 'all')
    const { member } = await read(c)
    await door.run({ ended: endMemberSessions(door, member.staffId, all === 'yes' ? 'all' : { id: session }, now) })
    return c.redirect(link(`/settings/team/${member.staffId}?notice=ended`), 303)
  })
  .get('/:id/remove', async (c) => {
    const { shell, member } = await read(c)
    return c.html(<ConfirmMemberPage shell={shell} link={c.var.link} member={member} />)
  })
  .post('/:id/remove', async (c) => {
    const { door, link } = c.var
    const { shell, member, sessions } = await read(c)
    await readForm(c)
    const { changed } = await door.run(removeMember(door, member))
    if (changed === 0) return c.html(<MemberPage shell={shell} link={link} member={member} sessions={sessions} problem={LAST_OWNER} />, 409)
    if (member.staffId !== shell.person.id) return c.redirect(link('/settings/team?notice=removed'), 303)
    clearSession(c)
    return c.redirect(link('/sign-in'), 303)
  })

/** @throws NotFound for whoever isn't in this team */
const read = async (c: Context<StaffEnv, '/:id'>) => {
  const { door, now } = c.var
  const { shell, members, sessions } = await door.page(() => memberReads(door, c.req.param('id'), now))
  return { shell, member: theMember(members), sessions: sessions.map((session) => ({ ...session, isThisOne: session.id === door.who.sessionId })) }
}

type Form = { wanted?: NewMember; problems?: MemberProblems }

const team = (c: Context<StaffEnv>, shell: StaffShell, members: Member[], { wanted, problems = {} }: Form, status: 200 | 422 = 200) =>
  c.html(
    <TeamPage shell={shell} link={c.var.link} members={members} wanted={wanted} problems={problems} notice={NOTICES.get(c.req.query('notice') ?? '')} />,
    status,
  )
