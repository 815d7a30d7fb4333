import type { Domain, Domains } from '#src/hostnames/claim.ts'
import { State } from '#views/components/state.tsx'
import { Trail } from '#views/components/trail.tsx'
import { formatInstantNear } from '#views/format.ts'
import { problemWords } from './domain-words.ts'
import type { StaffPageProps } from './layout.tsx'
import { may } from './may.ts'
import { SettingsFrame } from './settings-frame.tsx'

type DomainProps = StaffPageProps & {
  domains: Domains
  /** Whether whoever runs this site has set custom domains up. */
  isSetUp: boolean
  /** What the CNAME record holds. */
  target: string
  /** Where the text record stands, for the domain that is shown. */
  textName: string | undefined
  /** Of the portal, as it is now. */
  address: string
  /** Whether DNS shows that the domain is this company's. */
  isOurs: boolean
}
type PageProps = DomainProps & { typed?: string; problem?: string | undefined; notice?: string | undefined }

/** Custom URL: the domain, its record, how far it has come, and what is in its way. */
export const DomainPage = ({ typed, problem, notice, ...props }: PageProps) => {
  const { shell, link, domains, address, isSetUp } = props
  const { serving, wanted } = domains
  const mayChange = may(shell.role, 'owner') && isSetUp
  return (
    <SettingsFrame shell={shell} link={link} tab="client-portal" notice={notice}>
      <div class="stack tight">
        <Trail href={link('/settings/client-portal')}>Client Portal</Trail>
        <h1>Custom URL</h1>
        <p class="soft whole">
          Clients find the portal at <a href={address}>{address}</a>.
        </p>
      </div>
      {!isSetUp && <p class="note">Custom domains are not set up on this site. Ask whoever runs it.</p>}
      {(wanted || serving) && <DomainProgress {...props} />}
      {mayChange && (
        <section class="card">
          <header>
            <h2>{wanted || serving ? 'Another domain' : 'Your own domain'}</h2>
          </header>
          <form class="body stack" method="post" action={link('/settings/client-portal/domain')} novalidate>
            <div class={problem ? 'field wrong' : 'field'}>
              <label for="domain">Domain</label>
              <input
                class="input"
                id="domain"
                name="domain"
                value={typed ?? ''}
                placeholder="portal.yourcompany.com"
                autocomplete="off"
                autocapitalize="none"
                spellcheck={false}
                inputmode="url"
                aria-invalid={problem ? 'true' : undefined}
                aria-describedby={problem ? 'domain-why domain-hint' : 'domain-hint'}
              />
              {problem && (
                <p class="why" id="domain-why" role="alert">
                  {problem}
                </p>
              )}
              <small id="domain-hint">
                {serving
                  ? `${serving.hostname} goes on until the new one is ready.`
                  : 'A name under a domain of your company’s. We show you the record to add.'}
              </small>
            </div>
            <div>
              <button class="button main" type="submit">
                {wanted || serving ? 'Change domain' : 'Add domain'}
              </button>
            </div>
          </form>
        </section>
      )}
    </SettingsFrame>
  )
}

/** What changes while one waits: htmx asks for it again until there is nothing to wait for. */
export const DomainProgress = (props: DomainProps) => {
  const { shell, link, domains } = props
  const { wanted, serving } = domains
  const shown = wanted ?? serving
  const path = link('/settings/client-portal/domain')
  const isMoving = wanted !== undefined && wanted.state !== 'failed'
  return (
    <div class="stack" id="domain-progress" {...(isMoving && { 'hx-get': path, 'hx-trigger': 'every 5s', 'hx-swap': 'outerHTML', 'hx-push-url': 'false' })}>
      {shown && (
        <>
          <section class="card">
            <header>
              <h2 class="whole">{shown.hostname}</h2>
              <Standing domain={shown} />
            </header>
            <div class="body stack">
              <Steps domain={shown} />
              <Obstacle {...props} domain={shown} />
              {may(shell.role, 'owner') && (
                <div class="row">
                  <form method="post" action={`${path}/check`}>
                    <button class="button" type="submit">
                      Check now
                    </button>
                  </form>
                  <a class="button bad" href={`${path}/remove`}>
                    Remove
                  </a>
                </div>
              )}
            </div>
          </section>
          <DnsRecord {...props} domain={shown} />
        </>
      )}
    </div>
  )
}

const STEPS: { state: Domain['state']; label: string }[] = [
  { state: 'waiting', label: 'Waiting for DNS' },
  { state: 'checking', label: 'Checking' },
  { state: 'issuing', label: 'Issuing certificate' },
  { state: 'active', label: 'Active' },
]

const Standing = ({ domain: { state, problem } }: { domain: Domain }) => {
  if (state === 'active') return <State tone="good">Active</State>
  if (state === 'failed') return <State tone="bad">Failed</State>
  return <State tone={problem === '' ? 'none' : 'wait'}>{STEPS.find((step) => step.state === state)?.label ?? state}</State>
}

const Steps = ({ domain: { state } }: { domain: Domain }) => (
  <ol class="steps">
    {STEPS.map((step) => (
      <li aria-current={step.state === state ? 'step' : undefined}>{step.label}</li>
    ))}
  </ol>
)

/** What is in its way, and what to do about it. */
const Obstacle = ({ shell, domain, target }: DomainProps & { domain: Domain }) => {
  const { locale, timeZone } = shell.company
  const words = problemWords(domain, target)
  return (
    <div role="status">
      {words && (
        <p class={domain.state === 'failed' ? 'note bad' : 'note wait'}>
          <b>{words.what}</b> {words.todo}
          {domain.detail !== '' && <small class="whole"> ({domain.detail})</small>}
        </p>
      )}
      <small>
        {domain.checkedAt === null ? 'Not checked yet.' : `Checked ${formatInstantNear(domain.checkedAt, locale, timeZone, shell.now)}.`}
        {domain.state !== 'failed' && domain.state !== 'active' && ' It is checked by itself, for seven days. DNS propagation takes 5–30 minutes.'}
      </small>
    </div>
  )
}

const Copied = ({ label, value }: { label: string; value: string }) => (
  <div>
    <dt>{label}</dt>
    <dd class="row copy">
      <code class="whole">{value}</code>
      <button class="button small" type="button" data-copy={value} hidden aria-label={`Copy ${label.toLowerCase()}`}>
        Copy
      </button>
      <span class="soft" role="status"></span>
    </dd>
  </div>
)

/** The record to add, and what the domain doctor found in its place. */
const DnsRecord = ({ domain, target, textName, isOurs }: DomainProps & { domain: Domain }) => {
  const { hostname, found } = domain
  return (
    <section class="card">
      <header>
        <h2>DNS record</h2>
        {found.answered && (isOurs ? <State tone="good">Found</State> : <State tone="wait">Not found yet</State>)}
      </header>
      <div class="body stack">
        <p class="whole">
          <code>
            CNAME {hostname} → {target}
          </code>
        </p>
        <dl class="facts column records">
          <Copied label="Name" value={hostname} />
          <Copied label="Value" value={target} />
        </dl>
        <Found domain={domain} target={target} />
        <details class="unfold">
          <summary>Where do I add it?</summary>
          <div class="stack tight">
            <p>
              Where your company’s DNS is kept: at the registrar, or the host of your website. Add a record of the type CNAME. Many ask only for the first part
              of the name, <b>{hostname.split('.')[0]}</b>, and add the rest themselves.
            </p>
            <p>GoDaddy, Namecheap and IONOS call it Host or Hostname; Cloudflare, Name (set it to “DNS only”); AWS Route 53, Record name.</p>
          </div>
        </details>
        <details class="unfold">
          <summary>Behind a proxy, or a CNAME can’t be seen?</summary>
          <div class="stack tight">
            <p>Add a text record too. It shows that the domain is yours where the CNAME itself is hidden or flattened.</p>
            <dl class="facts column records">
              <Copied label="TXT name" value={textName ?? ''} />
              <Copied label="TXT value" value={target} />
            </dl>
          </div>
        </details>
        <details class="unfold">
          <summary>Do you have CAA records?</summary>
          <p>
            The certificate comes from Let’s Encrypt. Where CAA records name who may make one, add this one beside them: <code>0 issue "letsencrypt.org"</code>
          </p>
        </details>
      </div>
    </section>
  )
}

const Found = ({ domain: { found, hostname }, target }: { domain: Domain; target: string }) => {
  if (!found.answered) return <p class="soft">Not looked up yet.</p>
  const is =
    found.cnames.length > 0
      ? `CNAME ${found.cnames.join(' → ')}`
      : found.addresses.length > 0
        ? `No CNAME, but addresses: ${found.addresses.join(', ')}`
        : 'No record at all'
  return (
    <dl class="facts column records">
      <div>
        <dt>Found at {hostname}</dt>
        <dd class="whole">{is}</dd>
      </div>
      <div>
        <dt>Expected</dt>
        <dd class="whole">CNAME {target}</dd>
      </div>
      {found.texts.length > 0 && (
        <div>
          <dt>Text record</dt>
          <dd class="whole">{found.texts.join(', ')}</dd>
        </div>
      )}
      {found.caa && (
        <div>
          <dt>CAA at {found.caa.at}</dt>
          <dd class="whole">allows only {found.caa.allows.join(', ') || 'nobody'}</dd>
        </div>
      )}
    </dl>
  )
}

/** Asks before a domain is given up. */
export const ConfirmDomainPage = ({ shell, link, domain, defaultAddress }: StaffPageProps & { domain: Domain; defaultAddress: string }) => {
  const path = link('/settings/client-portal/domain')
  return (
    <SettingsFrame shell={shell} link={link} tab="client-portal">
      <section class="card ask danger">
        <div class="body stack">
          <h1>Remove this domain?</h1>
          {domain.state === 'active' ? (
            <p>
              <b class="whole">{domain.hostname}</b> stops serving the portal at once, and links in mails that lead there open nothing. Clients find it at{' '}
              <span class="whole">{defaultAddress}</span>.
            </p>
          ) : (
            <p>
              <b class="whole">{domain.hostname}</b> is not tried any further.
            </p>
          )}
          <div class="row">
            <form method="post" action={`${path}/remove`}>
              <input type="hidden" name="domain" value={domain.id} />
              <button class="button bad" type="submit">
                Remove
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
