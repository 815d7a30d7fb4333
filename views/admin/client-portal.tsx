import type { PortalAccess } from '#src/access/portal-access.ts'
import type { Client } from '#src/clients/client.ts'
import type { MailState } from '#src/db/schema/outbox.ts'
import { Icon } from '#views/components/icon.tsx'
import { formatInstantNear } from '#views/format.ts'
import { ClientFrame } from './client-frame.tsx'
import { InvitationWords } from './invitation-words.tsx'
import { InviteForm } from './invite-form.tsx'
import type { StaffPageProps } from './layout.tsx'
import { PortalStateWord } from './portal-state.tsx'

type PortalProps = StaffPageProps & {
  client: Client
  access: PortalAccess
  /** Whether an invitation would be accepted now. */
  canInvite: boolean
  notice?: string | undefined
}

export const ClientPortalPage = ({ shell, link, client, access, canInvite, notice }: PortalProps) => (
  <ClientFrame shell={shell} link={link} client={client} tab="portal" notice={notice}>
    <div class="split even">
      <section class="card">
        <header>
          <h2>Portal login</h2>
          <PortalStateWord state={client.portalState} />
        </header>
        <div class="body stack">
          <InvitationWords access={access} shell={shell} />
          {access.state !== 'not-invited' && <Steps access={access} shell={shell} />}
          {canInvite && access.state !== 'active' && (
            <InviteForm
              link={link}
              clientId={client.id}
              seen={access.openMailId ?? ''}
              label={access.state === 'invited' ? 'Resend Invitation' : 'Invite to Portal'}
            />
          )}
          {!canInvite && access.state !== 'active' && <WhyNot shell={shell} link={link} access={access} />}
        </div>
      </section>
      <aside class="stack">
        <HowItWorks />
      </aside>
    </div>
  </ClientFrame>
)

const UNSENT_WORDS: Record<MailState, string> = { queued: 'waiting', sending: 'on its way', sent: 'not yet', failed: 'failed', 'not-sent': 'not sent' }

/** What happened of the way from the invitation to the first login, and what is still to come. */
const Steps = ({ access: { invitation, activatedAt, firstLoginAt }, shell }: Pick<PortalProps, 'access' | 'shell'>) => {
  const steps = [
    ...(invitation ? [{ label: 'Sent', at: invitation.sentAt, otherwise: UNSENT_WORDS[invitation.mailState] }] : []),
    { label: 'Password set', at: activatedAt, otherwise: 'not yet' },
    { label: 'First login', at: firstLoginAt, otherwise: 'not yet' },
  ]
  return (
    <ol class="timeline">
      {steps.map(({ label, at, otherwise }) => (
        <li class={at === null ? undefined : 'done'}>
          <span>{label}</span>
          {at === null ? (
            <span class="soft">{otherwise}</span>
          ) : (
            <time datetime={new Date(at).toISOString()}>{formatInstantNear(at, shell.company.locale, shell.company.timeZone, shell.now)}</time>
          )}
        </li>
      ))}
    </ol>
  )
}

/** The first thing that stands in the way of an invitation, and where to mend it. */
const WhyNot = ({ shell, link, access }: Pick<PortalProps, 'shell' | 'link' | 'access'>) => (
  <div class="note hint">
    <Icon name="problem" />
    {access.email === null ? (
      <p>
        This client has no e-mail address to invite. Put one into your clients file and <a href={link('/imports')}>import it again</a>.
      </p>
    ) : !shell.portalEnabled ? (
      <p>
        The client portal is switched off, so nobody can be invited. Switch it on in <a href={link('/settings/client-portal')}>Settings → Client Portal</a>.
      </p>
    ) : !access.switchedOn ? (
      <p>Portal access is switched off for this client.</p>
    ) : (
      <p>
        Mail can’t be sent to <b class="whole">{access.email}</b>: that isn’t a complete e-mail address. Correct it in your clients file and{' '}
        <a href={link('/imports')}>import it again</a>.
      </p>
    )}
  </div>
)

const HowItWorks = () => (
  <section class="card">
    <header>
      <h2>How it works</h2>
    </header>
    <div class="body stack">
      <p class="soft">
        The invitation goes to the client’s primary e-mail address. The link in it works once, for 72 hours, and lets the client set a password.
      </p>
      <p class="soft">
        Sending it again ends the older link at once. The portal is read-only: clients see their own orders, invoices and balance, and nothing else.
      </p>
    </div>
  </section>
)
