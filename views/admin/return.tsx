import type { Balance } from '#src/billing/balance.ts'
import type { Client } from '#src/clients/client.ts'
import type { ReturnLine, ReturnRequest, ReturnStep, ReturnSummary } from '#src/returns/request.ts'
import type { ReturnAction } from '#src/returns/states.ts'
import { PhotoGrid } from '#views/components/photo-grid.tsx'
import { ReturnStateMark } from '#views/components/return-state.tsx'
import { CONDITION_WORDS, OUTCOME_WORDS } from '#views/components/return-words.ts'
import { Stepper } from '#views/components/stepper.tsx'
import { Trail } from '#views/components/trail.tsx'
import { decimalText, QUANTITY_PLACES } from '#views/decimal.ts'
import { countOf, formatInstantNear, formatMoney, formatQuantity } from '#views/format.ts'
import { StaffPage, type StaffPageProps } from './layout.tsx'

/** A form that came back, with what was typed and what is wrong with it. */
export type ReturnForm = {
  action: ReturnAction
  typed: Record<string, string>
  problems: Record<string, string>
  /** Somebody else was faster. */
  isTooLate?: boolean
}

type Besides = { others: ReturnSummary[]; returnsInYear: number; ordersInYear: number; balances: Balance[] }
type ReturnProps = StaffPageProps & { request: ReturnRequest; client: Client; besides: Besides; form?: ReturnForm | undefined }

export const ReturnPage = (props: ReturnProps) => {
  const { shell, link, request, client, form } = props
  const { locale, timeZone } = shell.company
  const orders = [...new Set(request.lines.map(({ orderNumber }) => orderNumber))]
  return (
    <StaffPage shell={shell} link={link} title={`${request.number} · Returns`} current="returns">
      <div class="stack tight">
        <Trail href={link('/returns')}>Returns</Trail>
        <div>
          <div class="row">
            <h1>{request.number}</h1>
            <ReturnStateMark state={request.state} />
          </div>
          <p class="soft whole">
            <a href={link(`/clients/${client.id}`)}>{client.name}</a> · {orders.length === 1 ? 'order' : 'orders'} {orders.join(', ')} · asked{' '}
            {formatInstantNear(request.createdAt, locale, timeZone, shell.now)} by {request.asker.name || request.asker.email}
          </p>
        </div>
      </div>
      {form?.isTooLate && (
        <p class="note wait" role="alert">
          {tooLateText(request, shell)} Nothing of yours was saved; this is how it stands now.
        </p>
      )}
      <div class="split even">
        <div class="stack">
          <Items shell={shell} request={request} form={form} />
          {request.photos.length > 0 && (
            <section class="card" aria-labelledby="photos">
              <header>
                <h2 id="photos">Photos</h2>
              </header>
              <div class="body">
                <PhotoGrid photos={request.photos} addressOf={({ id }) => link(`/returns/${request.id}/photos/${id}`)} each="opens" />
              </div>
            </section>
          )}
          <Conversation {...props} />
        </div>
        <aside class="stack">
          <Decision {...props} />
          <ThisClient {...props} />
          <Story shell={shell} request={request} />
        </aside>
      </div>
    </StaffPage>
  )
}

const DID: Partial<Record<NonNullable<ReturnStep['event']>, string>> = {
  'return-question': 'asked the client for more information',
  'return-answered': 'answered',
  'return-resumed': 'went on without an answer',
  'return-approved': 'approved it',
  'return-partly-approved': 'approved a part of it',
  'return-rejected': 'rejected it',
  'return-withdrawn': 'withdrew it',
  'return-received': 'marked it received',
  'return-closed': 'closed it',
  'return-submitted': 'asked for it',
}

const byOf = ({ staffName, userName, userEmail }: ReturnStep): string => staffName || userName || userEmail || 'Somebody'

/** Who decided it, when another form came a moment later. */
const tooLateText = ({ story }: ReturnRequest, { company, now }: StaffPageProps['shell']): string => {
  const last = story.at(-1)
  if (!last) return 'It has moved on.'
  return `${byOf(last)} ${(last.event && DID[last.event]) ?? 'moved it on'} (${formatInstantNear(last.at, company.locale, company.timeZone, now)}).`
}

const plain = (quantity: number): string => decimalText(quantity, QUANTITY_PLACES).replace(/\.?0+$/, '')
const keyOf = ({ orderId, position }: ReturnLine) => `${orderId}.${position}`

const Items = ({ shell, request, form }: Pick<ReturnProps, 'shell' | 'request' | 'form'>) => {
  const { locale } = shell.company
  const { state, lines } = request
  const isOpen = state === 'submitted'
  const isComing = state === 'approved' || state === 'partly-approved'
  const isDecided = lines.some(({ approved }) => approved !== null)
  const hasCome = state === 'received' || state === 'closed'
  return (
    <section class="card sheet cards goes-back" aria-label="Items">
      <table>
        <caption class="hide">What the client wants to return</caption>
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col" class="num">
              Asked
            </th>
            {isOpen && <th scope="col">Approve</th>}
            {isDecided && (
              <th scope="col" class="num">
                Approved
              </th>
            )}
            {isComing && <th scope="col">Received</th>}
            {hasCome && (
              <th scope="col" class="num">
                Received
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr>
              <td class="name">
                {line.description}
                <small class="soft">{[line.sku, line.reason, line.orderNumber].filter(Boolean).join(' · ')}</small>
              </td>
              <td class="many num" data-label="Asked">
                {formatQuantity(line.quantity, locale)}
              </td>
              {isOpen && (
                <td class="asked">
                  <Figure
                    form="approve"
                    name={`approve-${keyOf(line)}`}
                    value={plain(line.quantity)}
                    label={`Approve how many: ${line.description}`}
                    came={form?.action === 'approve' ? form : undefined}
                  />
                </td>
              )}
              {isDecided && (
                <td class="many num" data-label="Approved">
                  {formatQuantity(line.approved ?? 0, locale)}
                </td>
              )}
              {isComing && (
                <td class="asked">
                  {(line.approved ?? 0) > 0 && <Received line={line} form={form?.action === 'receive' && !form.isTooLate ? form : undefined} />}
                </td>
              )}
              {hasCome && (
                <td class="many num" data-label="Received">
                  {formatQuantity(line.received ?? 0, locale)}
                  {line.condition && <small class="soft">{CONDITION_WORDS[line.condition]}</small>}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

type FigureProps = { form: 'approve' | 'receive'; name: string; value: string; label: string; came: ReturnForm | undefined }

/** A number that belongs to the form beside the table. */
const Figure = ({ form, name, value, label, came }: FigureProps) => {
  const problem = came?.problems[name]
  return (
    <>
      <Stepper form={form} name={name} value={came?.typed[name] ?? value} label={label} problem={problem && `why-${name}`} />
      {problem && (
        <small class="why" id={`why-${name}`}>
          {problem}
        </small>
      )}
    </>
  )
}

const Received = ({ line, form }: { line: ReturnLine; form: ReturnForm | undefined }) => {
  const chosen = form?.typed[`condition-${keyOf(line)}`]
  return (
    <div class="stack tight">
      <Figure form="receive" name={`receive-${keyOf(line)}`} value={plain(line.approved ?? 0)} label={`Received: ${line.description}`} came={form} />
      <select class="input" form="receive" name={`condition-${keyOf(line)}`} aria-label={`Condition of ${line.description}`}>
        <option value="">Condition …</option>
        {Object.entries(CONDITION_WORDS).map(([value, words]) => (
          <option value={value} selected={value === chosen}>
            {words}
          </option>
        ))}
      </select>
    </div>
  )
}

const TALK = new Set(['return-submitted', 'return-question', 'return-answered', 'return-rejected'])

const Conversation = ({ shell, link, request, form }: ReturnProps) => {
  const { locale, timeZone } = shell.company
  const talk = request.story.filter(({ event, text }) => event !== null && TALK.has(event) && text !== '')
  const mayAsk = request.state === 'submitted'
  if (talk.length === 0 && !mayAsk) return null
  const came = form?.action === 'ask' && !form.isTooLate ? form : undefined
  return (
    <section class="card" aria-labelledby="conversation">
      <header>
        <h2 id="conversation">Conversation</h2>
      </header>
      <div class="body stack">
        {talk.length > 0 && (
          <ul class="thread">
            {talk.map((step) => (
              <li class={step.staffId === null ? undefined : 'ours'}>
                <span class="words">{step.text}</span>
                <small class="soft">
                  {byOf(step)}, {formatInstantNear(step.at, locale, timeZone, shell.now)}
                </small>
              </li>
            ))}
          </ul>
        )}
        {mayAsk && (
          <form class="stack" method="post" action={link(`/returns/${request.id}/ask`)}>
            <div class={came ? 'field wrong' : 'field'}>
              <label for="question">Message to the client</label>
              <textarea
                class="input"
                id="question"
                name="question"
                rows={3}
                required
                aria-describedby={came && 'question-why'}
                aria-invalid={came ? 'true' : undefined}
              >
                {came?.typed.question}
              </textarea>
              {came && (
                <p class="why" id="question-why" role="alert">
                  {came.problems.question}
                </p>
              )}
            </div>
            <div>
              <button class="button" type="submit">
                Ask for more information
              </button>
            </div>
          </form>
        )}
      </div>
    </section>
  )
}

/** What can be done with it now. */
const Decision = (props: ReturnProps) => {
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

const ThisClient = ({ shell, link, client, besides: { others, returnsInYear, ordersInYear, balances } }: ReturnProps) => (
  <section class="card" aria-labelledby="this-client">
    <header>
      <h2 id="this-client">This client</h2>
    </header>
    <div class="body stack">
      <dl class="facts">
        <div>
          <dt>Returns in 12 months</dt>
          <dd>
            {returnsInYear} <small>on {countOf(ordersInYear, 'order')}</small>
          </dd>
        </div>
        <div>
          <dt>Outstanding</dt>
          {balances.map(({ currency, outstanding }) => (
            <dd>{formatMoney(outstanding, currency, shell.company.locale)}</dd>
          ))}
        </div>
      </dl>
      {others.length > 0 && (
        <ul class="other-returns">
          {others.map(({ id, number, state }) => (
            <li>
              <a href={link(`/returns/${id}`)}>{number}</a> <ReturnStateMark state={state} />
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && <a href={link(`/returns?client=${client.id}`)}>All returns of this client</a>}
    </div>
  </section>
)

const Story = ({ shell, request: { story } }: Pick<ReturnProps, 'shell' | 'request'>) => (
  <section class="card" aria-labelledby="story">
    <header>
      <h2 id="story">What happened</h2>
    </header>
    <div class="body">
      <ol class="timeline">
        {story.map((step) => (
          <li class="done">
            <span>
              {byOf(step)} {step.event && DID[step.event]}
            </span>
            <time datetime={new Date(step.at).toISOString()}>{formatInstantNear(step.at, shell.company.locale, shell.company.timeZone, shell.now)}</time>
          </li>
        ))}
      </ol>
    </div>
  </section>
)
