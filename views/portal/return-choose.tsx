import type { PlainDate } from '#src/dates.ts'
import type { OrderStatus } from '#src/db/schema/orders.ts'
import type { WhyNot } from '#src/returns/returnable.ts'
import { Empty } from '#views/components/empty.tsx'
import { Icon } from '#views/components/icon.tsx'
import { Pager } from '#views/components/pager.tsx'
import { whyNotText } from '#views/components/return-words.ts'
import { Trail } from '#views/components/trail.tsx'
import { formatDay } from '#views/format.ts'
import { PortalPage, type PortalPageProps } from './layout.tsx'
import { ReturnSteps } from './return-steps.tsx'

type OrderChoice = { id: string; number: string; orderDate: PlainDate; status: OrderStatus; whyNot: WhyNot | null }
type ChooseOrderProps = PortalPageProps & { orders: OrderChoice[]; next?: string | undefined; isFirstPage: boolean }

const NOTHING = { title: 'Nothing to return', text: 'What was shipped to you lately will be here.' }

/** The first step: which order. What can't be returned says why. */
export const ChooseOrderPage = ({ shell, link, orders, next, isFirstPage }: ChooseOrderProps) => (
  <PortalPage shell={shell} link={link} title="Request a return" current="returns">
    <Trail href={link('/returns')}>Returns</Trail>
    <div class="stack">
      <h1>Request a return</h1>
      <ReturnSteps step="choose" first="Order" />
    </div>
    <section class="card" aria-label="Orders">
      {orders.length === 0 ? (
        <Empty icon="orders" title={NOTHING.title} text={NOTHING.text} />
      ) : (
        <ul class="pick-list">
          {orders.map(({ id, number, orderDate, whyNot }) => (
            <li>
              {whyNot ? (
                <span class="pick off">
                  <b>{number}</b>
                  <small>
                    {formatDay(orderDate, shell.company.locale)} · {whyNotText(whyNot, shell.company.locale)}
                  </small>
                </span>
              ) : (
                <a class="pick" href={link(`/returns/new?order=${id}`)}>
                  <b>{number}</b>
                  <small>{formatDay(orderDate, shell.company.locale)}</small>
                  <Icon name="onward" />
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
    <Pager
      first={isFirstPage ? undefined : { href: link('/returns/new'), label: 'Newest orders' }}
      next={next ? { href: link(`/returns/new?${new URLSearchParams({ after: next })}`), label: 'Older orders' } : undefined}
    />
  </PortalPage>
)

const NAMES_SHOWN = 2

/** The same where the company doesn't show orders: by the day on which the goods came. */
export const ChooseDayPage = ({ shell, link, days }: PortalPageProps & { days: { day: PlainDate; items: string[] }[] }) => (
  <PortalPage shell={shell} link={link} title="Request a return" current="returns">
    <Trail href={link('/returns')}>Returns</Trail>
    <div class="stack">
      <h1>Request a return</h1>
      <ReturnSteps step="choose" first="Delivery" />
    </div>
    <section class="card" aria-label="Deliveries">
      {days.length === 0 ? (
        <Empty icon="orders" title={NOTHING.title} text={NOTHING.text} />
      ) : (
        <ul class="pick-list">
          {days.map(({ day, items }) => (
            <li>
              <a class="pick" href={link(`/returns/new?day=${day}`)}>
                <b>{formatDay(day, shell.company.locale)}</b>
                <small>
                  {items.slice(0, NAMES_SHOWN).join(', ')}
                  {items.length > NAMES_SHOWN && ` and ${items.length - NAMES_SHOWN} more`}
                </small>
                <Icon name="onward" />
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  </PortalPage>
)
