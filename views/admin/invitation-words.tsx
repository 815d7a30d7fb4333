import type { PortalAccess } from '#src/access/portal-access.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import { countOf, formatInstantNear } from '#views/format.ts'

type Invitation = NonNullable<PortalAccess['invitation']>
type Told = { access: PortalAccess; shell: StaffShell }

const whenIn = ({ company: { locale, timeZone }, now }: StaffShell, at: number) => formatInstantNear(at, locale, timeZone, now)

/** How it stands with a client's login, in sentences. */
export const InvitationWords = ({ access, shell }: Told) => {
  if (access.state === 'active') return <ActiveWords access={access} shell={shell} />
  if (access.state === 'not-invited') return <NotInvitedWords access={access} />
  if (!access.invitation) return <p>Invited, but no invitation is on its way. Send it again.</p>
  return <SentWords access={access} invitation={access.invitation} shell={shell} />
}

const NotInvitedWords = ({ access: { email } }: Pick<Told, 'access'>) =>
  email === null ? (
    <p>Not invited yet.</p>
  ) : (
    <p>
      Not invited yet. The invitation goes to <b class="whole">{email}</b>.
    </p>
  )

const ActiveWords = ({ access: { email, switchedOn, activatedAt, lastLoginAt }, shell }: Told) => (
  <p>
    {switchedOn ? (
      <>
        <b class="whole">{email}</b> can sign in to the portal{activatedAt !== null && <>: active since {whenIn(shell, activatedAt)}</>}.{' '}
      </>
    ) : (
      <>
        Portal access is switched off: <b class="whole">{email}</b> can’t sign in. The password is kept.{' '}
      </>
    )}
    {lastLoginAt === null ? 'Nobody has signed in yet.' : <>Last signed in on {whenIn(shell, lastLoginAt)}.</>}
  </p>
)

const SentWords = ({ access: { email }, invitation, shell }: Told & { invitation: Invitation }) => {
  const { mailState, createdAt, sentAt, by, error } = invitation
  const when = (at: number) => whenIn(shell, at)
  const to = <b class="whole">{email}</b>
  const byWhom = by && <> by {by}</>
  if (mailState === 'failed')
    return (
      <p>
        The invitation to {to} of {when(createdAt)}
        {byWhom} could not be sent{error ? `: ${error.replace(/\.$/, '')}` : ''}. You can send it again.
      </p>
    )
  if (mailState === 'not-sent')
    return (
      <p>
        The invitation to {to} of {when(createdAt)}
        {byWhom} was not sent. Send it again when you are ready.
      </p>
    )
  if (mailState !== 'sent')
    return (
      <p>
        Waiting to be sent to {to}, asked for on {when(createdAt)}
        {byWhom}. <LinkWords invitation={invitation} shell={shell} />
      </p>
    )
  return (
    <p>
      Invitation sent to {to} on {when(sentAt ?? createdAt)}
      {byWhom}. <LinkWords invitation={invitation} shell={shell} />
    </p>
  )
}

const LinkWords = ({ invitation: { expiresAt }, shell }: { invitation: Invitation; shell: StaffShell }) => {
  const until = whenIn(shell, expiresAt)
  return expiresAt <= shell.now ? (
    <>
      The link ended on <b>{until}</b> without being used: it works for 72 hours. Send it again for a new one.
    </>
  ) : (
    <>
      The link works until <b>{until}</b> ({leftOf(expiresAt - shell.now)} left).
    </>
  )
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** In days while it is more than one and a half, then in hours, at last in minutes. */
const leftOf = (milliseconds: number): string => {
  if (milliseconds >= 1.5 * DAY) return countOf(Math.round(milliseconds / DAY), 'day')
  if (milliseconds >= HOUR) return countOf(Math.floor(milliseconds / HOUR), 'hour')
  return countOf(Math.max(1, Math.floor(milliseconds / MINUTE)), 'minute')
}
