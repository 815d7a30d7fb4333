import type { Run } from '#src/access/run.ts'
import { Pager } from '#views/components/pager.tsx'
import { State } from '#views/components/state.tsx'
import { formatCount, formatInstantNear } from '#views/format.ts'
import { EmptyCard } from './empty-card.tsx'
import { many, RUN_WORDS } from './invitations-words.ts'
import { StaffPage, type StaffPageProps } from './layout.tsx'

type HistoryProps = StaffPageProps & { runs: Run[]; isFirstPage: boolean; next: string | undefined }

/** Every bulk invitation there was, newest first. */
export const InvitationsPage = ({ shell, link, runs, isFirstPage, next }: HistoryProps) => (
  <StaffPage shell={shell} link={link} title="Invitations" current="invitations">
    <div>
      <h1>Invitations</h1>
      <p class="soft">Every time many clients were invited at once.</p>
    </div>
    {runs.length === 0 ? (
      <EmptyCard icon="mail" title={isFirstPage ? 'No bulk invitation yet' : 'No more invitations'}>
        <p>Select clients in the list, then choose Bulk Actions → Invite to Portal. How far it has come shows up here.</p>
        <a class="button main" href={link('/clients')}>
          Clients
        </a>
      </EmptyCard>
    ) : (
      <RunTable shell={shell} link={link} runs={runs} />
    )}
    <Pager
      first={isFirstPage ? undefined : { href: link('/invitations'), label: 'First page' }}
      next={next === undefined ? undefined : { href: link(`/invitations?after=${next}`), label: 'Next page' }}
    />
  </StaffPage>
)

const RunTable = ({ shell, link, runs }: StaffPageProps & { runs: Run[] }) => {
  const { locale, timeZone } = shell.company
  return (
    <section class="card sheet cards placed">
      <table>
        <caption class="hide">Bulk invitations, newest first</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">State</th>
            <th scope="col">Clients</th>
            <th scope="col" class="num">
              E-mails
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr>
              <td class="name">
                <a href={link(`/invitations/${run.id}`)}>
                  <time datetime={new Date(run.createdAt).toISOString()}>{formatInstantNear(run.createdAt, locale, timeZone, shell.now)}</time>
                </a>
                <small>by {run.by}</small>
              </td>
              <td class="how">
                <State tone={RUN_WORDS[run.state].tone}>{RUN_WORDS[run.state].word}</State>
              </td>
              <td class="when">{many(run.invited + run.given, 'client', locale)}</td>
              <td class="num sum">
                {formatCount(run.mails, locale)}
                <small>{formatCount(run.sent, locale)} sent</small>
                {run.failed > 0 && <small class="bad-text">{formatCount(run.failed, locale)} failed</small>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
