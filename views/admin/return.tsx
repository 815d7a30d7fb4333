import type { ReturnRequest, ReturnStep } from '#src/returns/request.ts'
import { PhotoGrid } from '#views/components/photo-grid.tsx'
import { ReturnStateMark } from '#views/components/return-state.tsx'
import { Trail } from '#views/components/trail.tsx'
import { countOf, formatInstantNear, formatMoney } from '#views/format.ts'
import { StaffPage, type StaffPageProps } from './layout.tsx'
import { ReturnDecision } from './return-decision.tsx'
import { ReturnItems } from './return-items.tsx'
import type { ReturnProps } from './return-props.ts'

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
          <ReturnItems shell={shell} request={request} form={form} />
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
          <ReturnDecision {...props} />
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
