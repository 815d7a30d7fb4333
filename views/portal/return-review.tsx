import type { AskedLine, TypedReturn } from '#src/returns/form.ts'
import type { ReturnPhoto } from '#src/returns/request.ts'
import type { GoodsToReturn } from '#src/returns/returnable.ts'
import { PhotoGrid } from '#views/components/photo-grid.tsx'
import { Trail } from '#views/components/trail.tsx'
import { formatQuantity } from '#views/format.ts'
import { PortalPage, type PortalPageProps } from './layout.tsx'
import { ReturnKeys } from './return-items.tsx'
import { originOf, ReturnSteps } from './return-steps.tsx'

type ReviewProps = PortalPageProps & { typed: TypedReturn; asked: AskedLine[]; goods: GoodsToReturn; photos: ReturnPhoto[] }

/** The last step: all of it once more, and then it is sent. */
export const ReturnReviewPage = ({ shell, link, typed, asked, goods, photos }: ReviewProps) => {
  const { locale } = shell.company
  const origin = originOf(goods, shell.toggles.orderHistory, locale)
  return (
    <PortalPage shell={shell} link={link} title="Review your return" current="returns">
      <Trail href={link('/returns/new')}>Request a return</Trail>
      <div class="stack">
        <h1>Review your return</h1>
        <ReturnSteps step="review" first={origin} />
      </div>
      <form class="split" method="post" action={link('/returns')} enctype="multipart/form-data">
        <ReturnKeys typed={typed} />
        {typed.lines.map(({ orderId, position, quantity, reason }) => (
          <>
            <input type="hidden" name="line" value={`${orderId}.${position}`} />
            <input type="hidden" name={`quantity-${orderId}.${position}`} value={quantity} />
            <input type="hidden" name={`reason-${orderId}.${position}`} value={reason} />
          </>
        ))}
        <input type="hidden" name="note" value={typed.note} />
        <div class="stack">
          <section class="card sheet cards goes-back" aria-label="Items">
            <table>
              <caption class="hide">What you want to return</caption>
              <thead>
                <tr>
                  <th scope="col">Item</th>
                  <th scope="col" class="num">
                    Quantity
                  </th>
                  <th scope="col">Reason</th>
                </tr>
              </thead>
              <tbody>
                {asked.map((line) => (
                  <tr>
                    <td class="name">
                      {line.description}
                      {line.sku && <small>{line.sku}</small>}
                    </td>
                    <td class="many num">{formatQuantity(line.quantity, locale)}</td>
                    <td class="why-back">{line.reason}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          {(typed.note || photos.length > 0) && (
            <section class="card">
              <div class="body stack">
                {typed.note && <p class="words">{typed.note}</p>}
                <PhotoGrid photos={photos} addressOf={({ id }) => link(`/returns/${typed.id}/photos/${id}`)} />
              </div>
            </section>
          )}
        </div>
        <aside class="stack">
          <section class="card">
            <header>
              <h2>Your request</h2>
            </header>
            <div class="body stack">
              <p class="soft">{shell.company.name} looks at every request and answers by e-mail. Please keep the goods until then.</p>
              <button class="button main wide" type="submit">
                Submit request
              </button>
              <button class="button wide" type="submit" formaction={link('/returns/new/items')}>
                Change something
              </button>
            </div>
          </section>
        </aside>
      </form>
    </PortalPage>
  )
}
