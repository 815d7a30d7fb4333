import type { ReturnRequest, ReturnStep } from '#src/returns/request.ts'
import { Icon } from '#views/components/icon.tsx'
import { PhotoGrid } from '#views/components/photo-grid.tsx'
import { ReturnStateMark } from '#views/components/return-state.tsx'
import { OUTCOME_WORDS } from '#views/components/return-words.ts'
import { Trail } from '#views/components/trail.tsx'
import { Written } from '#views/components/written.tsx'
import { formatInstantDay, formatInstantNear, formatQuantity } from '#views/format.ts'
import { PortalPage, type PortalPageProps } from './layout.tsx'

type ReturnPageProps = PortalPageProps & {
  request: ReturnRequest
  /** How to send the goods back, as HTML; empty until they are approved. */
  instructions: string
  mostPhotos: number
  /** It was sent just now. */
  isNew?: boolean
  /** It was decided while this person did something else with it. */
  isOvertaken?: boolean
  /** An answer that came back. */
  answer?: { text: string; problem: string } | undefined
}

export const ReturnPage = ({ shell, link, request, instructions, mostPhotos, isNew, isOvertaken, answer }: ReturnPageProps) => {
  const { locale, timeZone, name } = shell.company
  const isApproved = ['approved', 'partly-approved'].includes(request.state)
  const hasSlip = shell.toggles.downloadInvoices && (isApproved || ['received', 'closed'].includes(request.state))
  const orders = [...new Map(request.lines.map(({ orderId, orderNumber }) => [orderId, orderNumber]))]
  return (
    <PortalPage shell={shell} link={link} title={`Return ${request.number}`} current="returns">
      <Trail href={link('/returns')}>Returns</Trail>
      <div class="head">
        <div>
          <div class="row loose">
            <h1>Return {request.number}</h1>
            <ReturnStateMark state={request.state} />
          </div>
          <p class="soft">
            Asked for on {formatInstantDay(request.createdAt, locale, timeZone)}
            {shell.toggles.orderHistory &&
              orders.map(([id, number], i) => (
                <>
                  {i === 0 ? ' · order ' : ', '}
                  <a href={link(`/orders/${id}`)}>{number}</a>
                </>
              ))}
          </p>
        </div>
        {hasSlip && (
          <a class={isApproved ? 'button main' : 'button'} href={link(`/returns/${request.id}/slip.pdf`)}>
            <Icon name="download" size={18} />
            Return slip
          </a>
        )}
      </div>
      {isOvertaken && (
        <p class="note wait" role="alert">
          It has moved on in the meantime, so nothing was changed. This is how it stands now.
        </p>
      )}
      {isNew && request.state === 'submitted' && (
        <p class="note good" role="status">
          Your request {request.number} was sent. {shell.view ? '' : `A mail to ${shell.person.email} confirms it. `}
          {name} answers by e-mail.
        </p>
      )}
      <div class="split">
        <div class="stack">
          <NextStep shell={shell} request={request} />
          {instructions && (
            <section class="card" aria-labelledby="how-to">
              <header>
                <h2 id="how-to">How to send it back</h2>
              </header>
              <div class="body">
                <Written html={instructions} />
              </div>
            </section>
          )}
          <Items request={request} locale={locale} />
          <Photos link={link} request={request} />
          {request.state === 'needs-information' && !shell.view && <Answer link={link} request={request} mostPhotos={mostPhotos} answer={answer} />}
        </div>
        <aside class="stack">
          <Story shell={shell} request={request} />
          {['submitted', 'needs-information'].includes(request.state) && !shell.view && <Withdraw link={link} request={request} />}
        </aside>
      </div>
    </PortalPage>
  )
}

const NEXT: Record<ReturnRequest['state'], (company: string) => string> = {
  submitted: (company) => `${company} looks at it and answers by e-mail. Please keep the goods until then.`,
  'needs-information': (company) => `${company} has a question. It goes on as soon as you answer.`,
  approved: (company) => `${company} takes it back. Please send it now.`,
  'partly-approved': (company) => `${company} takes a part of it back: see below how many. Please send these now.`,
  received: (company) => `Your goods have arrived. ${company} looks at them now.`,
  closed: () => 'It is done.',
  rejected: (company) => `${company} can’t take it back.`,
  withdrawn: () => 'You withdrew this request. You can ask again for what is in it.',
}

/** What happens next, or what came of it, in a sentence. */
const NextStep = ({ shell, request }: Pick<ReturnPageProps, 'shell' | 'request'>) => {
  const said = request.story.findLast(({ event }) => event === (request.state === 'rejected' ? 'return-rejected' : 'return-question'))
  return (
    <section class="card">
      <div class="body stack">
        <p>{NEXT[request.state](shell.company.name)}</p>
        {(request.state === 'rejected' || request.state === 'needs-information') && said?.text && <blockquote class="words said">{said.text}</blockquote>}
        {request.outcome && (
          <dl class="facts">
            <div>
              <dt>Outcome</dt>
              <dd>{OUTCOME_WORDS[request.outcome]}</dd>
            </div>
            {request.creditNote && (
              <div>
                <dt>Credit note</dt>
                <dd>{request.creditNote}</dd>
              </div>
            )}
          </dl>
        )}
      </div>
    </section>
  )
}

const Items = ({ request: { lines, state }, locale }: { request: ReturnRequest; locale: string }) => {
  const isDecided = lines.some(({ approved }) => approved !== null)
  const hasCome = state === 'received' || state === 'closed'
  return (
    <section class="card sheet cards goes-back" aria-label="Items">
      <table>
        <caption class="hide">What you asked to return</caption>
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col" class="num">
              Asked
            </th>
            {isDecided && (
              <th scope="col" class="num">
                Approved
              </th>
            )}
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
                <small>{[line.sku, line.reason].filter(Boolean).join(' · ')}</small>
              </td>
              <td class="many num" data-label="Asked">
                {formatQuantity(line.quantity, locale)}
              </td>
              {isDecided && (
                <td class="many num" data-label="Approved">
                  {formatQuantity(line.approved ?? 0, locale)}
                </td>
              )}
              {hasCome && (
                <td class="many num" data-label="Received">
                  {formatQuantity(line.received ?? 0, locale)}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const Photos = ({ link, request: { id, photos } }: Pick<ReturnPageProps, 'link' | 'request'>) =>
  photos.length === 0 ? null : (
    <section class="card" aria-labelledby="photos">
      <header>
        <h2 id="photos">Photos</h2>
      </header>
      <div class="body">
        <PhotoGrid photos={photos} addressOf={(photo) => link(`/returns/${id}/photos/${photo.id}`)} each="opens" />
      </div>
    </section>
  )

const STEPS: Partial<Record<NonNullable<ReturnStep['event']>, string>> = {
  'return-submitted': 'Request submitted',
  'return-question': 'More information asked for',
  'return-answered': 'Answered',
  'return-resumed': 'Looked at again',
  'return-approved': 'Approved',
  'return-partly-approved': 'Approved in part',
  'return-rejected': 'Rejected',
  'return-withdrawn': 'Withdrawn',
  'return-received': 'Goods received',
  'return-closed': 'Closed',
}

/** What was done and said, the first thing first. Staff are the company here; their names are its own. */
const Story = ({ shell, request: { story } }: Pick<ReturnPageProps, 'shell' | 'request'>) => {
  const { locale, timeZone, name } = shell.company
  return (
    <section class="card" aria-labelledby="story">
      <header>
        <h2 id="story">What happened</h2>
      </header>
      <div class="body">
        <ol class="timeline">
          {story.map(({ event, at, text, staffId, userName, userEmail }) => (
            <li class="done">
              <span>
                {(event && STEPS[event]) ?? event}
                <small class="soft">{staffId === null ? userName || userEmail || shell.client.name : name}</small>
                {text && event !== 'return-closed' && <small class="words">{text}</small>}
              </span>
              <time datetime={new Date(at).toISOString()}>{formatInstantNear(at, locale, timeZone, shell.now)}</time>
            </li>
          ))}
        </ol>
      </div>
    </section>
  )
}

const Answer = ({ link, request, mostPhotos, answer }: Pick<ReturnPageProps, 'link' | 'request' | 'mostPhotos' | 'answer'>) => (
  <section class="card" aria-labelledby="answer-title">
    <header>
      <h2 id="answer-title">Your answer</h2>
    </header>
    <form class="body stack" method="post" action={link(`/returns/${request.id}/answer`)} enctype="multipart/form-data">
      <div class={answer ? 'field wrong' : 'field'}>
        <label for="answer">Answer</label>
        <textarea
          class="input"
          id="answer"
          name="answer"
          rows={4}
          required
          aria-describedby={answer && 'answer-why'}
          aria-invalid={answer ? 'true' : undefined}
          autofocus={answer !== undefined}
        >
          {answer?.text}
        </textarea>
        {answer && (
          <p class="why" id="answer-why" role="alert">
            {answer.problem}
          </p>
        )}
      </div>
      {request.photos.length < mostPhotos && (
        <div class="field">
          <label for="photos-more">
            Photos <span class="soft">(optional)</span>
          </label>
          <input
            class="input file"
            type="file"
            id="photos-more"
            name="photos"
            multiple
            accept="image/jpeg,image/png,image/webp"
            aria-describedby="photos-hint"
          />
          <small id="photos-hint">{`Up to ${mostPhotos - request.photos.length} more, JPEG, PNG or WebP, 8 MB each.`}</small>
        </div>
      )}
      <div>
        <button class="button main" type="submit">
          Send answer
        </button>
      </div>
    </form>
  </section>
)

const Withdraw = ({ link, request }: Pick<ReturnPageProps, 'link' | 'request'>) => (
  <details class="card asks">
    <summary>Withdraw this request</summary>
    <form class="body stack" method="post" action={link(`/returns/${request.id}/withdraw`)}>
      <p class="soft">It won’t be looked at any more. You can ask for the same goods again.</p>
      <button class="button bad wide" type="submit">
        Withdraw {request.number}
      </button>
    </form>
  </details>
)
