import type { ReturnSummary } from '#src/returns/request.ts'
import { Empty } from '#views/components/empty.tsx'
import { Pager } from '#views/components/pager.tsx'
import { ReturnStateMark } from '#views/components/return-state.tsx'
import { formatInstantDay } from '#views/format.ts'
import { PortalPage, type PortalPageProps } from './layout.tsx'

type ReturnsPageProps = PortalPageProps & {
  returns: ReturnSummary[]
  /** Where the next page starts; undefined on the last. */
  next?: string | undefined
  isFirstPage: boolean
}

export const ReturnsPage = ({ shell, link, returns, next, isFirstPage }: ReturnsPageProps) => (
  <PortalPage shell={shell} link={link} title="Returns" current="returns">
    <div class="head">
      <h1>Returns</h1>
      <a class="button main" href={link('/returns/new')}>
        Request a return
      </a>
    </div>
    <section class="card sheet cards returned" aria-label="All returns">
      {returns.length > 0 ? (
        <table>
          <caption class="hide">Returns, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Return</th>
              <th scope="col">Asked for</th>
              <th scope="col">Status</th>
              <th scope="col">Items</th>
            </tr>
          </thead>
          <tbody>
            {returns.map((request) => (
              <ReturnRow shell={shell} link={link} request={request} />
            ))}
          </tbody>
        </table>
      ) : (
        <Empty icon="returns" title="No returns yet" text="Something arrived damaged, or is not what you ordered? Ask for a return here." />
      )}
    </section>
    <Pager
      first={isFirstPage ? undefined : { href: link('/returns'), label: 'Newest returns' }}
      next={next ? { href: link(`/returns?${new URLSearchParams({ after: next })}`), label: 'Older returns' } : undefined}
    />
  </PortalPage>
)

const ReturnRow = ({ shell, link, request }: PortalPageProps & { request: ReturnSummary }) => (
  <tr>
    <td class="name text">
      <a href={link(`/returns/${request.id}`)}>{request.number}</a>
    </td>
    <td class="when day">{formatInstantDay(request.createdAt, shell.company.locale, shell.company.timeZone)}</td>
    <td class="how">
      <ReturnStateMark state={request.state} />
    </td>
    <td class="goods">
      {request.first}
      {request.items > 1 && ` and ${request.items - 1} more`}
      {shell.toggles.orderHistory && <small class="soft">{request.orders.replaceAll(',', ', ')}</small>}
    </td>
  </tr>
)
