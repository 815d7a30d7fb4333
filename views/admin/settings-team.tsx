import type { PropsWithChildren } from 'hono/jsx'
import type { Role } from '#src/db/schema/staff.ts'
import type { MemberProblems, NewMember } from '#src/team/invite.ts'
import type { Member } from '#src/team/members.ts'
import { placeName } from '#views/components/place.ts'
import { State } from '#views/components/state.tsx'
import { Trail } from '#views/components/trail.tsx'
import { formatInstantNear } from '#views/format.ts'
import { Shut, type StaffPageProps } from './layout.tsx'
import { may } from './may.ts'
import { ROLE_WORDS } from './role-words.ts'
import { SettingsFrame } from './settings-frame.tsx'

type TeamProps = StaffPageProps & {
  members: Member[]
  /** What was typed, when it has to be mended. */
  wanted?: NewMember | undefined
  problems: MemberProblems
  notice?: string | undefined
}

/** Settings → Team: who works for the company, and what each may do. */
export const TeamPage = ({ shell, link, members, wanted, problems, notice }: TeamProps) => (
  <SettingsFrame shell={shell} link={link} tab="team" notice={notice}>
    <div>
      <h1>Team</h1>
      <p class="soft">Who signs in to StockFlow for {shell.tenant.name}.</p>
    </div>
    <div class="split">
      <section class="card">
        <div class="body">
          <ul class="people">
            {members.map((member) => (
              <MemberRow shell={shell} link={link} member={member} />
            ))}
          </ul>
        </div>
      </section>
      {may(shell.role, 'owner') ? <Invite link={link} wanted={wanted} problems={problems} /> : <p class="soft">Only owners can change the team.</p>}
    </div>
  </SettingsFrame>
)

const MemberRow = ({ shell, link, member }: StaffPageProps & { member: Member }) => {
  const { staffId, email, name, role } = member
  return (
    <li>
      <div class="about">
        <a class="whole" href={link(`/settings/team/${staffId}`)}>
          <b>{name || email}</b>
        </a>
        {name !== '' && <small class="whole">{email}</small>}
        <small>{standingOf(member, shell)}</small>
      </div>
      <div class="how">
        {staffId === shell.person.id && <State>You</State>}
        <State tone="none">{ROLE_WORDS[role].name}</State>
        <StandingWord member={member} now={shell.now} />
      </div>
    </li>
  )
}

const StandingWord = ({ member: { state, invitation }, now }: { member: Member; now: number }) => {
  if (state === 'active') return <State tone="good">Active</State>
  if (invitation?.problem) return <State tone="bad">Problem</State>
  return invitation && invitation.expiresAt <= now ? <State tone="wait">Link expired</State> : <State tone="wait">Invited</State>
}

/** One line on where a member stands. */
const standingOf = ({ state, invitation, lastSeenAt }: Member, { company: { locale, timeZone }, now }: StaffPageProps['shell']): string => {
  const when = (at: number) => formatInstantNear(at, locale, timeZone, now)
  if (state === 'active') return lastSeenAt === null ? 'Has not signed in here yet' : `Last seen ${when(lastSeenAt)}`
  if (!invitation) return 'Invited'
  if (invitation.problem) return `The invitation didn’t arrive: ${invitation.problem.replace(/[.:\s]+$/, '')}`
  return invitation.expiresAt <= now
    ? `The link ended on ${when(invitation.expiresAt)} without being used`
    : `The link works until ${when(invitation.expiresAt)}`
}

const ROLES = Object.keys(ROLE_WORDS) as Role[]

const Roles = ({ current }: { current: Role }) => (
  <div class="roles">
    {ROLES.map((role) => (
      <div class="choice">
        <input type="radio" id={`role-${role}`} name="role" value={role} checked={role === current} aria-describedby={`role-${role}-may`} />
        <label for={`role-${role}`}>{ROLE_WORDS[role].name}</label>
        <small id={`role-${role}-may`}>{ROLE_WORDS[role].may}</small>
      </div>
    ))}
  </div>
)

const Invite = ({ link, wanted, problems }: Pick<TeamProps, 'link' | 'wanted' | 'problems'>) => (
  <section class="card">
    <header>
      <h2>Invite someone</h2>
    </header>
    <form class="body stack" method="post" action={link('/settings/team/invitations')} novalidate>
      <div class={problems.email ? 'field wrong' : 'field'}>
        <label for="email">E-mail address</label>
        <input
          class="input"
          id="email"
          name="email"
          type="email"
          autocomplete="off"
          value={wanted?.email ?? ''}
          autofocus={problems.email !== undefined}
          aria-invalid={problems.email ? 'true' : undefined}
          aria-describedby={problems.email ? 'email-why' : undefined}
        />
        <Why id="email-why" problem={problems.email} />
      </div>
      <div class={problems.name ? 'field wrong' : 'field'}>
        <label for="name">
          Name <span class="soft">(optional)</span>
        </label>
        <input
          class="input"
          id="name"
          name="name"
          autocomplete="off"
          value={wanted?.name ?? ''}
          aria-invalid={problems.name ? 'true' : undefined}
          aria-describedby={problems.name ? 'name-why' : undefined}
        />
        <Why id="name-why" problem={problems.name} />
      </div>
      <fieldset class={problems.role ? 'field wrong' : 'field'} aria-describedby={problems.role ? 'role-why' : undefined}>
        <legend>Role</legend>
        <Roles current={wanted?.role ?? 'member'} />
        <Why id="role-why" problem={problems.role} />
      </fieldset>
      <div>
        <button class="button main" type="submit">
          Send invitation
        </button>
      </div>
      <small>The e-mail holds a link to set a password. It works once and for 72 hours.</small>
    </form>
  </section>
)

const Why = ({ id, problem }: { id: string; problem: string | undefined }) =>
  problem === undefined ? null : (
    <p class="why" id={id} role="alert">
      {problem}
    </p>
  )

type Session = { id: string; device: string; city: string; country: string; seenAt: number; isThisOne: boolean }
type MemberProps = StaffPageProps & { member: Member; sessions: Session[]; notice?: string | undefined; problem?: string | undefined }

/** One member: their role, where they are signed in, and leaving. */
export const MemberPage = ({ shell, link, member, sessions, notice, problem }: MemberProps) => {
  const path = link(`/settings/team/${member.staffId}`)
  const mayChange = may(shell.role, 'owner')
  return (
    <SettingsFrame shell={shell} link={link} tab="team" notice={notice}>
      {problem && (
        <p class="note bad" role="alert">
          {problem}
        </p>
      )}
      <div class="stack tight">
        <Trail href={link('/settings/team')}>Team</Trail>
        <div class="row">
          <h1 class="whole">{member.name || member.email}</h1>
          <StandingWord member={member} now={shell.now} />
        </div>
        <p class="soft whole">
          {member.name !== '' && `${member.email} · `}
          {standingOf(member, shell)}
        </p>
      </div>
      <Unless shut={!mayChange}>
        <div class="split even">
          <section class="card">
            <header>
              <h2>Role</h2>
            </header>
            <form class="body stack" method="post" action={`${path}/role`}>
              <fieldset class="field">
                <legend class="hide">Role</legend>
                <Roles current={member.role} />
              </fieldset>
              <div>
                <button class="button" type="submit">
                  Change role
                </button>
              </div>
            </form>
          </section>
          <SignedIn shell={shell} path={path} sessions={sessions} />
        </div>
        {mayChange && (
          <div class="row">
            {member.state === 'invited' && (
              <form method="post" action={`${path}/invitation`}>
                <button class="button" type="submit">
                  Resend Invitation
                </button>
              </form>
            )}
            <a class="button bad" href={`${path}/remove`}>
              {member.staffId === shell.person.id ? 'Leave the team' : 'Remove from team'}
            </a>
          </div>
        )}
      </Unless>
    </SettingsFrame>
  )
}

const Unless = ({ shut, children }: PropsWithChildren<{ shut: boolean }>) => (shut ? <Shut>{children}</Shut> : <div class="stack">{children}</div>)

const SignedIn = ({ shell, path, sessions }: Pick<MemberProps, 'shell' | 'sessions'> & { path: string }) => (
  <section class="card">
    <header>
      <h2>Signed in here</h2>
      {sessions.length > 0 && <small>{sessions.length}</small>}
    </header>
    <div class="body stack">
      {sessions.length === 0 ? (
        <p class="soft">Nowhere.</p>
      ) : (
        <ul class="people signed-in">
          {sessions.map(({ id, seenAt, isThisOne, device, ...where }) => (
            <li>
              <div class="about">
                <b>{device || 'Unknown device'}</b>
                <small>
                  {[
                    placeName(where),
                    isThisOne ? 'this one' : `last seen ${formatInstantNear(seenAt, shell.company.locale, shell.company.timeZone, shell.now)}`,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              </div>
              <form method="post" action={`${path}/sessions/end`}>
                <button class="button small" type="submit" name="session" value={id}>
                  End<span class="hide"> {device || 'unknown device'}</span>
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
      {sessions.length > 1 && (
        <form method="post" action={`${path}/sessions/end`}>
          <button class="button small" type="submit" name="all" value="yes">
            Sign out everywhere
          </button>
        </form>
      )}
    </div>
  </section>
)

/** Asks before somebody is removed, or leaves. */
export const ConfirmMemberPage = ({ shell, link, member }: StaffPageProps & { member: Member }) => {
  const path = link(`/settings/team/${member.staffId}`)
  const isSelf = member.staffId === shell.person.id
  return (
    <SettingsFrame shell={shell} link={link} tab="team">
      <section class="card ask danger">
        <div class="body stack">
          <h1>{isSelf ? 'Leave the team?' : 'Remove from the team?'}</h1>
          <p>
            <b class="whole">{member.name || member.email}</b>
            {isSelf ? ', you lose' : ' loses'} access to {shell.tenant.name} at the next click, on every device.
          </p>
          <p class="soft">What was done stays in the histories, with the name. An owner can invite this address again later.</p>
          <div class="row">
            <form method="post" action={`${path}/remove`}>
              <button class="button bad" type="submit">
                {isSelf ? 'Leave' : 'Remove'}
              </button>
            </form>
            <a class="button" href={path}>
              Cancel
            </a>
          </div>
        </div>
      </section>
    </SettingsFrame>
  )
}
