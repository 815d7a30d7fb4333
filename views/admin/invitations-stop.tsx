import type { Run } from '#src/access/run.ts'
import { Trail } from '#views/components/trail.tsx'
import { many } from './invitations-words.ts'
import { StaffPage, type StaffPageProps } from './layout.tsx'

/** Asks before a run is stopped. */
export const StopRunPage = ({ shell, link, run }: StaffPageProps & { run: Run }) => (
  <StaffPage shell={shell} link={link} title="Stop sending" current="invitations">
    <Trail href={link(`/invitations/${run.id}`)}>Invitation</Trail>
    <section class="card ask">
      <div class="body stack">
        <h1>Stop sending?</h1>
        <p>
          {many(run.waiting, 'e-mail', shell.company.locale)} {run.waiting === 1 ? 'has' : 'have'} not left yet. Stopping keeps{' '}
          {run.waiting === 1 ? 'it' : 'them'} from leaving, and {run.waiting === 1 ? 'its client is' : 'their clients are'} as before. What has left stays as it
          is.
        </p>
        <div class="row">
          <form method="post" action={link(`/invitations/${run.id}/cancel`)}>
            <button class="button bad" type="submit">
              Stop sending
            </button>
          </form>
          <a class="button" href={link(`/invitations/${run.id}`)}>
            Keep sending
          </a>
        </div>
      </div>
    </section>
  </StaffPage>
)
