import type { LinkMail, PersonAccess } from '#src/access/portal-access.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import { countOf, formatInstantNear } from '#views/format.ts'

type Told = { person: PersonAccess; shell: StaffShell }

const whenIn = ({ company: { locale, timeZone }, now }: StaffShell, at: number) => formatInstantNear(at, locale, timeZone, now)

/** How it stands with a client's login, in sentences. */
export const LoginWords = ({ person, switchedOn, shell }: Told & { switchedOn: boolean }) => {
  if (person.state === 'active') return <ActiveWords person={person} switchedOn={switchedOn} shell={shell} />
  if (person.state === 'not-invited')
    return (
      <p>
        Not invited yet. The invitation goes to <b class="whole">{person.email}</b>.
      </p>
    )
  if (!person.invitation) return <p>Invited, but no invitation is on its way. Send it again.</p>
  return <InvitedWords person={person} invitation={person.invitation} shell={shell} />
}

/** A login that stays, though the client's address is another one by now. */
export const FormerWords = ({ former: { email } }: { former: PersonAccess }) => (
  <p class="note wait">
    <b class="whole">{email}</b>, this client’s address before, can still sign in. Remove it under People if it shouldn’t.
  </p>
)

const ActiveWords = ({ person: { email, activatedAt, lastLoginAt, problem }, switchedOn, shell }: Told & { switchedOn: boolean }) => (
  <>
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
    {problem === 'bounced' && <p class="note bad">The last mail to this address came back. If it has changed, correct it.</p>}
    {problem === 'complained' && <p class="note bad">Mail to this address was marked as spam there, so later mail may not arrive either.</p>}
  </>
)

const InvitedWords = ({ person: { email, problem }, invitation, shell }: Told & { invitation: LinkMail }) => {
  const { mailState, createdAt, sentAt, by, error, delivery, deliveryDetail } = invitation
  const when = (at: number) => whenIn(shell, at)
  const to = <b class="whole">{email}</b>
  const byWhom = by && <> by {by}</>
  if (mailState === 'failed')
    return (
      <p class="note bad">
        The invitation to {to} of {when(createdAt)}
        {byWhom} could not be sent{reasonOf(error)}. Correct the address if it is wrong, then send it again.
      </p>
    )
  if (delivery === 'bounced' || problem === 'bounced')
    return (
      <p class="note bad">
        The invitation to {to} of {when(sentAt ?? createdAt)}
        {byWhom} bounced{reasonOf(deliveryDetail)}. Correct the address, then send it again.
      </p>
    )
  if (delivery === 'complained' || problem === 'complained')
    return (
      <p class="note bad">
        The invitation to {to} of {when(sentAt ?? createdAt)}
        {byWhom} was marked as spam. Ask there before you send another one, or correct the address.
      </p>
    )
  if (mailState === 'not-sent')
    return (
      <p>
        The invitation to {to} of {when(createdAt)}
        {byWhom} was not sent{reasonOf(error)}. Send it again when you are ready.
      </p>
    )
  if (mailState !== 'sent')
    return (
      <p>
        Waiting to be sent to {to}, asked for on {when(createdAt)}
        {byWhom}.{error && <> The last try did not succeed{reasonOf(error)}; the next one follows by itself.</>} <LinkUntil mail={invitation} shell={shell} />
      </p>
    )
  return (
    <p>
      Invitation sent to {to} on {when(sentAt ?? createdAt)}
      {byWhom}.{delivery === 'delayed' && ' It has not been taken there yet; it is tried again by itself.'} <LinkUntil mail={invitation} shell={shell} />
    </p>
  )
}

/** How it stands with the password reset whose link opens now. */
export const ResetWords = ({ email, reset, shell }: { email: string; reset: LinkMail; shell: StaffShell }) => {
  const { mailState, createdAt, sentAt, expiresAt, by, error, delivery, deliveryDetail } = reset
  if (expiresAt <= shell.now && mailState !== 'failed') return null
  const when = whenIn(shell, sentAt ?? createdAt)
  const whose = (
    <>
      password reset e-mail of {when}
      {by && <> by {by}</>} to <b class="whole">{email}</b>
    </>
  )
  if (mailState === 'failed' || mailState === 'not-sent')
    return (
      <p class="note bad">
        The {whose} could not be sent{reasonOf(error)}.
      </p>
    )
  if (delivery === 'bounced')
    return (
      <p class="note bad">
        The {whose} bounced{reasonOf(deliveryDetail)}.
      </p>
    )
  return (
    <p>
      The {whose} {mailState === 'sent' ? 'was sent' : 'is on its way'}. Its link works until <b>{whenIn(shell, expiresAt)}</b>.
    </p>
  )
}

const reasonOf = (reason: string | null): string => (reason ? `: ${reason.replace(/[.:\s]+$/, '')}` : '')

const LinkUntil = ({ mail: { expiresAt }, shell }: { mail: LinkMail; shell: StaffShell }) => {
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
