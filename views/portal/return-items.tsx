import type { PropsWithChildren } from 'hono/jsx'
import type { ReturnProblems, TypedReturn } from '#src/returns/form.ts'
import type { ReturnPhoto } from '#src/returns/request.ts'
import type { Goods, GoodsToReturn } from '#src/returns/returnable.ts'
import { PhotoGrid } from '#views/components/photo-grid.tsx'
import { lineKey, whyNotText } from '#views/components/return-words.ts'
import { Stepper } from '#views/components/stepper.tsx'
import { Trail } from '#views/components/trail.tsx'
import { quantityText } from '#views/decimal.ts'
import { formatQuantity } from '#views/format.ts'
import { PortalPage, type PortalPageProps } from './layout.tsx'
import { originOf, ReturnSteps } from './return-steps.tsx'

type ItemsProps = PortalPageProps & {
  /** As it was typed so far. */
  typed: TypedReturn
  goods: GoodsToReturn
  reasons: string[]
  /** Put by already, with an earlier try. */
  photos: ReturnPhoto[]
  problems?: ReturnProblems
}

/** The second step: which items, how many of each, and why. */
export const ReturnItemsPage = ({ shell, link, typed, goods, reasons, photos, problems = {} }: ItemsProps) => {
  const { locale } = shell.company
  const origin = originOf(goods, shell.toggles.orderHistory, locale)
  const isRefused = Object.keys(problems).length > 0
  return (
    <PortalPage shell={shell} link={link} title="Request a return" current="returns">
      <Trail href={link('/returns/new')}>Request a return</Trail>
      <div class="stack">
        <h1>Request a return</h1>
        <ReturnSteps step="items" first={origin} />
      </div>
      {isRefused && (
        <p class="note bad" role="alert">
          {problems.form ?? 'Nothing was sent yet. See below what has to be mended.'}
        </p>
      )}
      {goods.whyNot && (
        <p class="note">
          {origin}: {whyNotText(goods.whyNot, locale)}.
        </p>
      )}
      <Frame action={link('/returns/new/review')} isView={shell.view !== null}>
        <ReturnKeys typed={typed} />
        <div class="stack">
          <fieldset class="card">
            <legend class="hide">Items</legend>
            {goods.lines.map((line) => (
              <Choice line={line} typed={typed} reasons={reasons} problems={problems} locale={locale} />
            ))}
          </fieldset>
          <section class="card">
            <div class="body stack">
              <div class={problems.note === undefined ? 'field' : 'field wrong'}>
                <label for="note">
                  Anything we should know? <span class="soft">(optional)</span>
                </label>
                <textarea
                  class="input"
                  id="note"
                  name="note"
                  rows={3}
                  aria-describedby={problems.note && 'note-why'}
                  aria-invalid={problems.note ? 'true' : undefined}
                >
                  {typed.note}
                </textarea>
                {problems.note && (
                  <p class="why" id="note-why">
                    {problems.note}
                  </p>
                )}
              </div>
              <Photos link={link} returnId={typed.id} photos={photos} problem={problems.photos} />
            </div>
          </section>
        </div>
        <aside class="stack">
          <section class="card">
            <header>
              <h2>Your request</h2>
            </header>
            <div class="body stack">
              <p class="soft">Nothing is sent before you have seen it all once more. {shell.company.name} looks at every request and answers by e-mail.</p>
              {!shell.view && (
                <button class="button main wide" type="submit">
                  Review
                </button>
              )}
            </div>
          </section>
        </aside>
      </Frame>
    </PortalPage>
  )
}

/** Staff who look at it as the client sees it have nothing to send. */
const Frame = ({ action, isView, children }: PropsWithChildren<{ action: string; isView: boolean }>) =>
  isView ? (
    <div class="split">{children}</div>
  ) : (
    <form class="split" method="post" action={action} enctype="multipart/form-data" novalidate>
      {children}
    </form>
  )

/** Which form it is, and of what: sent along from step to step. */
export const ReturnKeys = ({ typed: { id, chosen } }: { typed: TypedReturn }) => (
  <>
    <input type="hidden" name="id" value={id} />
    {'order' in chosen ? <input type="hidden" name="order" value={chosen.order} /> : <input type="hidden" name="day" value={chosen.day} />}
  </>
)

/** A whole thing, as it is counted; the rest of what was cut to length. */
const ONE = 10_000

const Choice = ({
  line,
  typed,
  reasons,
  problems,
  locale,
}: { line: Goods; locale: string } & Pick<ItemsProps, 'typed' | 'reasons'> & { problems: ReturnProblems }) => {
  const key = lineKey(line)
  const chosen = typed.lines.find((each) => lineKey(each) === key)
  const problem = problems[key]
  const left = quantityText(Math.min(line.left, ONE))
  return (
    <div class="choice">
      <input
        type="checkbox"
        id={`line-${key}`}
        name="line"
        value={key}
        checked={chosen !== undefined}
        disabled={line.whyNot !== null && chosen === undefined}
      />
      <label for={`line-${key}`}>{line.description}</label>
      <span></span>
      <small class="soft">
        {[
          line.sku,
          line.whyNot
            ? whyNotText(line.whyNot, locale)
            : `${formatQuantity(line.quantity, locale)} shipped · ${line.left === line.quantity ? 'all' : formatQuantity(line.left, locale)} can be returned`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </small>
      {(line.whyNot === null || chosen) && (
        <div class={problem === undefined ? 'more' : 'more wrong'}>
          <Stepper name={`quantity-${key}`} value={chosen?.quantity ?? left} label={`Quantity of ${line.description}`} problem={problem && `why-${key}`} />
          <select class="input" name={`reason-${key}`} aria-label={`Reason for ${line.description}`} aria-describedby={problem && `why-${key}`}>
            {!chosen?.reason && <option value="">Reason …</option>}
            {reasons.map((reason) => (
              <option value={reason} selected={reason === chosen?.reason}>
                {reason}
              </option>
            ))}
          </select>
          {problem && (
            <p class="why" id={`why-${key}`}>
              {problem}
            </p>
          )}
        </div>
      )}
    </div>
  )
}

type PhotosProps = Pick<PortalPageProps, 'link'> & { returnId: string; photos: ReturnPhoto[]; problem?: string | undefined }

/** Those that were put by, each to be taken away again, and room for more. */
const Photos = ({ link, returnId, photos, problem }: PhotosProps) => (
  <div class={problem === undefined ? 'field' : 'field wrong'}>
    <label for="photos">
      Photos <span class="soft">(optional)</span>
    </label>
    <PhotoGrid photos={photos} addressOf={({ id }) => link(`/returns/${returnId}/photos/${id}`)} each="can be removed" />
    <input
      class="input file"
      type="file"
      id="photos"
      name="photos"
      multiple
      accept="image/jpeg,image/png,image/webp"
      aria-describedby={problem ? 'photos-why photos-hint' : 'photos-hint'}
      aria-invalid={problem ? 'true' : undefined}
    />
    {problem && (
      <p class="why" id="photos-why">
        {problem}
      </p>
    )}
    <small id="photos-hint">Up to 5, JPEG, PNG or WebP, 8 MB each. Places and other notes in them are left out.</small>
  </div>
)
