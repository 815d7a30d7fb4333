import type { Run, RunFailure } from '#src/access/run.ts'
import { Icon } from '#views/components/icon.tsx'
import { Pager } from '#views/components/pager.tsx'
import { State } from '#views/components/state.tsx'
import { Trail } from '#views/components/trail.tsx'
import { formatCount, formatInstantNear } from '#views/format.ts'
import { many, RUN_WORDS, SKIP_REASONS, SKIP_WORDS, selectionWords } from './invitations-words.ts'
import { StaffPage, type StaffPageProps } from './layout.tsx'

type RunProps = StaffPageProps & {
  run: Run
  /** A page of the mails that could not be sent. */
  failures: RunFailure[]
  /** Where this page of them starts, and the next. */
  after: string | undefined
  next: string | undefined
  notice?: string | undefined
}

const whenIn = ({ company: { locale, timeZone }, now }: StaffPageProps['shell'], at: number) => formatInstantNear(at, locale, timeZone, now)

/** One bulk invitation: how far it has come, and what came of it. */
export const RunPage = (props: RunProps) => {
  const { shell, link, run, notice } = props
  return (
    <StaffPage shell={shell} link={link} title="Invitation" current="invitations" notice={notice}>
      <div class="stack tight">
        <Trail href={link('/invitations')}>Invitations</Trail>
        <div>
          <h1>Invitation of {many(run.invited + run.given, 'client', shell.company.locale)}</h1>
          <p class="soft">
            {whenIn(shell, run.createdAt)}, by {run.by} · {selectionWords(run.selection, run.selected, shell.company.locale)}
          </p>
        </div>
      </div>
      <p class="hide" role="status" id="run-said" />
      <Progress {...props} />
      <SkippedClients shell={shell} run={run} />
    </StaffPage>
  )
}

/** What the page asks for again and again while mail waits; when none does, it also says so to those who don't see it. */
export const RunProgress = (props: RunProps) => {
  const { run, shell } = props
  return (
    <>
      <Progress {...props} />
      {run.waiting === 0 && (
        <hx-partial hx-target="#run-said" hx-swap="textContent">
          {RUN_WORDS[run.state].word}. {formatCount(run.sent, shell.company.locale)} sent, {formatCount(run.failed, shell.company.locale)} failed.
        </hx-partial>
      )}
    </>
  )
}

const Progress = (props: RunProps) => {
  const { shell, link, run, after } = props
  const address = link(`/invitations/${run.id}${after === undefined ? '' : `?after=${after}`}`)
  const polling = run.waiting > 0 ? { 'hx-get': address, 'hx-trigger': 'every 2s', 'hx-swap': 'outerMorph' } : {}
  const { word, tone } = RUN_WORDS[run.state]
  const { locale } = shell.company
  // Of a run that was stopped, what never left is not done.
  const left = run.mails - run.waiting - run.unsent
  return (
    <div id="progress" class="stack" data-state={run.state} {...polling}>
      <section class="card run-card">
        <header>
          <h2>{run.state === 'sending' ? 'Sending' : run.state === 'stopped' ? 'Stopped' : 'Sent mail'}</h2>
          <State tone={tone}>{word}</State>
        </header>
        <div class="body stack">
          <progress max={Math.max(1, run.mails)} value={left} aria-label={`${formatCount(left, locale)} of ${many(run.mails, 'e-mail', locale)} done`}>
            {formatCount(left, locale)} of {formatCount(run.mails, locale)}
          </progress>
          <Tiles run={run} locale={locale} />
          <StateWords run={run} shell={shell} />
          {run.waiting > 0 && (
            <div class="row">
              {run.cancelledAt === null && (
                <a class="button" href={link(`/invitations/${run.id}/cancel`)}>
                  Stop sending
                </a>
              )}
              <a class="button quiet" id="refresh" href={address}>
                Refresh
              </a>
            </div>
          )}
        </div>
      </section>
      {run.failed + run.bounced > 0 && <Failures {...props} />}
    </div>
  )
}

const TILES = [
  { key: 'sent', label: 'Sent' },
  { key: 'waiting', label: 'Waiting' },
  { key: 'failed', label: 'Failed' },
  { key: 'bounced', label: 'Came back' },
  { key: 'opened', label: 'Signed in' },
  { key: 'unsent', label: 'Not sent' },
] as const

const Tiles = ({ run, locale }: { run: Run; locale: string }) => (
  <dl class="tiles run-tiles">
    {TILES.filter(({ key }) => run[key] > 0 || key !== 'bounced').map(({ key, label }) => (
      <div class={(key === 'failed' || key === 'bounced') && run[key] > 0 ? 'bad' : undefined} data-count={key}>
        <dt>{label}</dt>
        <dd>{formatCount(run[key], locale)}</dd>
      </div>
    ))}
  </dl>
)

const StateWords = ({ run, shell }: { run: Run; shell: StaffPageProps['shell'] }) => {
  const { locale } = shell.company
  return (
    <div class="stack run-words">
      {run.cancelledAt !== null && (
        <p>
          Stopped {whenIn(shell, run.cancelledAt)}: {many(run.unsent, 'e-mail', locale)} {run.unsent === 1 ? 'was' : 'were'} not sent. The clients they were for
          are as they were before.
        </p>
      )}
      {run.given > 0 && (
        <p class="soft">
          {many(run.given, 'client', locale)} {run.given === 1 ? 'was' : 'were'} given access at once and got a notice: the person there has a password already.
        </p>
      )}
    </div>
  )
}

const Failures = ({ shell, link, run, failures, after, next }: RunProps) => (
  <>
    <section class="card sheet cards placed failures">
      <header>
        <h2>{many(run.failed + run.bounced, 'e-mail', shell.company.locale)} reached nobody</h2>
        {run.failed > 0 && run.cancelledAt === null && (
          <form method="post" action={link(`/invitations/${run.id}/retry`)}>
            <button class="button small" type="submit">
              <Icon name="refresh" size={18} />
              Retry
            </button>
          </form>
        )}
      </header>
      <table>
        <caption class="hide">E-mails that could not be sent, came back or were marked as spam</caption>
        <thead>
          <tr>
            <th scope="col">Client</th>
            <th scope="col">Address</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {failures.map(({ id, email, reason, delivery, clients, moreClients }) => (
            <tr id={`failed-${id}`}>
              <td class="client">
                {clients.map((client, index) => (
                  <>
                    {index > 0 && ', '}
                    <a href={link(`/clients/${client.id}/portal`)}>{client.name}</a>
                  </>
                ))}
                {moreClients && ' and more'}
              </td>
              <td class="address whole">{email}</td>
              <td class="reason">
                {DELIVERY_WORDS[delivery ?? 'none']}
                {reason}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
    <Pager
      first={after === undefined ? undefined : { href: link(`/invitations/${run.id}`), label: 'First page' }}
      next={next === undefined ? undefined : { href: link(`/invitations/${run.id}?after=${next}`), label: 'Next page' }}
    />
  </>
)

/** What stands before the reason of a mail that was sent and still reached nobody. */
const DELIVERY_WORDS: Record<NonNullable<RunFailure['delivery']> | 'none', string> = {
  none: '',
  delayed: '',
  delivered: '',
  bounced: 'Came back. ',
  complained: 'Marked as spam. ',
}

const SkippedClients = ({ shell, run }: { shell: StaffPageProps['shell']; run: Run }) => {
  const reasons = SKIP_REASONS.filter((reason) => run.skipped[reason])
  const { locale } = shell.company
  return (
    reasons.length > 0 && (
      <section class="card sheet reasons">
        <header>
          <h2>{many(run.selected - run.invited - run.given, 'client', locale)} not invited</h2>
        </header>
        <table>
          <caption class="hide">Why clients were not invited</caption>
          <thead>
            <tr>
              <th scope="col">Why</th>
              <th scope="col" class="num">
                Clients
              </th>
            </tr>
          </thead>
          <tbody>
            {reasons.map((reason) => (
              <tr>
                <td>{SKIP_WORDS[reason]}</td>
                <td class="num">{formatCount(run.skipped[reason] ?? 0, locale)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    )
  )
}
