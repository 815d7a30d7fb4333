import type { PersonAccess, PortalAccess } from '#src/access/portal-access.ts'
import type { Client } from '#src/clients/client.ts'
import { Icon } from '#views/components/icon.tsx'
import { ChangeEmail } from './change-email.tsx'
import { Notice } from './client-frame.tsx'
import { FormerWords, LoginWords, ResetWords } from './invitation-words.tsx'
import { InviteForm } from './invite-form.tsx'
import type { StaffPageProps } from './layout.tsx'
import { LoginSteps } from './login-steps.tsx'
import { PortalStateWord } from './portal-state.tsx'
import { refusalWords } from './refusal-words.tsx'
import { ResetForm } from './reset-form.tsx'

type LoginProps = StaffPageProps & {
  client: Client
  access: PortalAccess
  /** The address that is asked anew while a mail is on its way. */
  again: string
}

/** The login of the client's primary address: how it stands, and what can be done. */
export const LoginCard = ({ form, ...props }: LoginProps & { form: { typed: string; problem: string } | undefined }) => {
  const { client, link, access } = props
  const primary = primaryOf(access)
  return (
    <section class="card">
      <header>
        <h2>Portal login</h2>
        <span id="login-state">
          <PortalStateWord state={client.portalState} />
        </span>
      </header>
      <div class="body stack">
        <Login {...props} />
        <ChangeEmail link={link} client={client} form={form} open={primary === undefined || isInTrouble(primary)} />
      </div>
    </section>
  )
}

/** What is asked for again and again while a mail is on its way, and what else of the page it changes. */
export const LoginAgain = ({ notice, ...props }: LoginProps & { notice: string | undefined }) => (
  <>
    <Login {...props} />
    <hx-partial hx-target="#login-state" hx-swap="innerHTML">
      <PortalStateWord state={props.client.portalState} />
    </hx-partial>
    <hx-partial hx-target="#notice" hx-swap="outerHTML">
      <Notice>{notice}</Notice>
    </hx-partial>
  </>
)

const Login = ({ shell, link, client, access, again }: LoginProps) => {
  const primary = primaryOf(access)
  const polling = primary && isOnItsWay(primary, shell.now) ? { 'hx-get': again, 'hx-trigger': 'every 3s', 'hx-swap': 'outerHTML' } : {}
  const inTheWay = access.refusals[NEXT[primary?.state ?? 'not-invited']]
  return (
    <div class="stack" id="login" {...polling}>
      {primary ? <LoginWords person={primary} switchedOn={client.portalAccess} shell={shell} /> : <p>Not invited yet.</p>}
      {primary && primary.state !== 'not-invited' && <LoginSteps person={primary} shell={shell} />}
      {access.people
        .filter(({ role }) => role === 'former')
        .map((former) => (
          <FormerWords former={former} />
        ))}
      {primary?.reset && <ResetWords email={primary.email} reset={primary.reset} shell={shell} />}
      {primary && inTheWay === null && (
        <div class="row">
          {primary.state === 'active' ? (
            <ResetForm link={link} clientId={client.id} person={primary} />
          ) : (
            <InviteForm link={link} clientId={client.id} person={primary} main />
          )}
        </div>
      )}
      {inTheWay !== null && (
        <div class="note hint">
          <Icon name="problem" />
          <p>{refusalWords(inTheWay, { link, email: client.email })}</p>
        </div>
      )}
    </div>
  )
}

/** What there is to do in each state. */
const NEXT = { 'not-invited': 'invite', invited: 'resend', active: 'send-reset' } as const

const primaryOf = ({ people }: PortalAccess) => people.find(({ role }) => role === 'primary')

/** Its address should be looked at: mail to it failed, or can't go there at all. */
const isInTrouble = ({ problem, refusals }: PersonAccess) => problem !== null || refusals.invite === 'invalid-email'

const MINUTE = 60_000

/** A mail has not left yet, or has just left and word of it may still come. */
const isOnItsWay = ({ invitation, reset, state }: PersonAccess, now: number): boolean =>
  [state === 'invited' ? invitation : null, reset].some(
    (mail) =>
      mail &&
      (mail.mailState === 'queued' ||
        mail.mailState === 'sending' ||
        (mail.mailState === 'sent' && mail.delivery === null && now - (mail.sentAt ?? 0) < MINUTE)),
  )
