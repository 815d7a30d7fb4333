import type { ReturnRequest } from '#src/returns/request.ts'
import { OUTCOME_WORDS } from '#views/components/return-words.ts'
import type { ReturnProps } from './return-props.ts'

/** What can be done with it now. */
export const ReturnDecision = (props: ReturnProps) => {
  switch (props.request.state) {
    case 'submitted':
      return <Decide {...props} />
    case 'needs-information':
      return <Waiting {...props} />
    case 'approved':
    case 'partly-approved':
      return <Receive {...props} />
    case 'received':
      return <Close {...props} />
    default:
      return <Done {...props} />
  }
}

const Decide = ({ link, request, form }: ReturnProps) => {
  const rejected = form?.action === 'reject' && !form.isTooLate ? form : undefined
  const approved = form?.action === 'approve' && !form.isTooLate ? form : undefined
  return (
    <section class="card" aria-labelledby="decide">
      <header>
        <h2 id="decide">Decide</h2>
      </header>
      <div class="body stack">
        {approved && (
          <p class="note bad" role="alert">
            {approved.problems.form ?? 'Nothing was decided. See the quantities.'}
          </p>
        )}
        <form id="approve" method="post" action={link(`/returns/${request.id}/approve`)}>
          <button class="button main wide" type="submit">
            Approve
          </button>
        </form>
        <p class="soft">All that was asked for, or a part: change the quantities beside the items. The client gets a mail with your instructions.</p>
        <details class="asks bare" open={rejected !== undefined}>
          <summary class="button bad wide">Reject …</summary>
          <form class="stack" method="post" action={link(`/returns/${request.id}/reject`)}>
            <div class={rejected ? 'field wrong' : 'field'}>
              <label for="reason">Reason, which the client sees</label>
              <textarea
                class="input"
                id="reason"
                name="reason"
                rows={3}
                required
                aria-describedby={rejected && 'reason-why'}
                aria-invalid={rejected ? 'true' : undefined}
              >
                {rejected?.typed.reason}
              </textarea>
              {rejected && (
                <p class="why" id="reason-why" role="alert">
                  {rejected.problems.reason}
                </p>
              )}
            </div>
            <button class="button bad wide" type="submit">
              Reject
            </button>
          </form>
        </details>
      </div>
    </section>
  )
}

const Waiting = ({ link, request }: ReturnProps) => (
  <section class="card" aria-labelledby="waiting">
    <header>
      <h2 id="waiting">Waiting for the client</h2>
    </header>
    <form class="body stack" method="post" action={link(`/returns/${request.id}/resume`)}>
      <p class="soft">It comes back to be decided as soon as the client answers.</p>
      <button class="button wide" type="submit">
        Go on without an answer
      </button>
    </form>
  </section>
)

const Receive = ({ link, request, form }: ReturnProps) => {
  const came = form?.action === 'receive' && !form.isTooLate ? form : undefined
  return (
    <section class="card" aria-labelledby="receive-title">
      <header>
        <h2 id="receive-title">When the goods come</h2>
      </header>
      <form class="body stack" id="receive" method="post" action={link(`/returns/${request.id}/receive`)}>
        {came && (
          <p class="note bad" role="alert">
            Nothing was saved. See the quantities.
          </p>
        )}
        <p class="soft">Write beside the items how many came, and in which condition.</p>
        <button class="button main wide" type="submit">
          Mark received
        </button>
      </form>
    </section>
  )
}

const Close = ({ link, request, form }: ReturnProps) => {
  const came = form?.action === 'close' && !form.isTooLate ? form : undefined
  return (
    <section class="card" aria-labelledby="close-title">
      <header>
        <h2 id="close-title">Close</h2>
      </header>
      <form class="body stack" method="post" action={link(`/returns/${request.id}/close`)}>
        <div class={came?.problems.outcome ? 'field wrong' : 'field'}>
          <label for="outcome">Outcome</label>
          <select class="input" id="outcome" name="outcome" aria-describedby={came?.problems.outcome && 'outcome-why'}>
            <option value="">What came of it …</option>
            {Object.entries(OUTCOME_WORDS).map(([value, words]) => (
              <option value={value} selected={value === came?.typed.outcome}>
                {words}
              </option>
            ))}
          </select>
          {came?.problems.outcome && (
            <p class="why" id="outcome-why" role="alert">
              {came.problems.outcome}
            </p>
          )}
        </div>
        <div class={came?.problems.creditNote ? 'field wrong' : 'field'}>
          <label for="creditNote">
            Credit note’s number <span class="soft">(if any)</span>
          </label>
          <input
            class="input"
            id="creditNote"
            name="creditNote"
            autocomplete="off"
            value={came?.typed.creditNote ?? ''}
            aria-describedby={came?.problems.creditNote && 'credit-why'}
          />
          {came?.problems.creditNote && (
            <p class="why" id="credit-why" role="alert">
              {came.problems.creditNote}
            </p>
          )}
        </div>
        <button class="button main wide" type="submit">
          Close the return
        </button>
      </form>
    </section>
  )
}

const DONE: Partial<Record<ReturnRequest['state'], string>> = {
  closed: 'It is closed.',
  rejected: 'It was rejected, and the client was told why.',
  withdrawn: 'The client withdrew it.',
}

const Done = ({ request: { state, outcome, creditNote } }: ReturnProps) => (
  <section class="card" aria-labelledby="done">
    <header>
      <h2 id="done">Done</h2>
    </header>
    <div class="body stack">
      <p>{DONE[state]}</p>
      {outcome && (
        <dl class="facts">
          <div>
            <dt>Outcome</dt>
            <dd>{OUTCOME_WORDS[outcome]}</dd>
          </div>
          {creditNote && (
            <div>
              <dt>Credit note</dt>
              <dd>{creditNote}</dd>
            </div>
          )}
        </dl>
      )}
    </div>
  </section>
)
