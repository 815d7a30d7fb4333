import type { BulkPlan, Verdict } from '#src/access/bulk.ts'
import { Pager } from '#views/components/pager.tsx'
import { Trail } from '#views/components/trail.tsx'
import { formatCount } from '#views/format.ts'
import { EmptyCard } from './empty-card.tsx'
import { many, type Pace, paceWords, planTitle, SKIP_REASONS, SKIP_WORDS, sendWords, VERDICT_WORDS } from './invitations-words.ts'
import { StaffPage, type StaffPageProps } from './layout.tsx'

type Fields = [string, string][]
type ConfirmProps = StaffPageProps & {
  plan: BulkPlan
  pace: Pace
  /** What the form holds: the run it begins, and the selection. */
  fields: Fields
  /** The selection as this page's address holds it; links to lists add to it. */
  query: Fields
  /** Where Back leads: the list, with the same clients selected. */
  back: string
  list: VerdictList | undefined
}

/** The clients that get one verdict, a page of them. */
export type VerdictList = {
  verdict: Verdict
  clients: { id: string; name: string; code: string; email: string | null }[]
  isFirstPage: boolean
  next: string | undefined
}

const addressWith = ({ link, query }: Pick<ConfirmProps, 'link' | 'query'>, more: Fields): string =>
  link(`/invitations/new?${new URLSearchParams([...query, ...more])}`)

/** Asks before many clients are invited: what will happen, to how many, and to whom not. */
export const ConfirmRunPage = (props: ConfirmProps) => {
  const { shell, link, plan, back, list } = props
  const { locale } = shell.company
  const skipped = plan.selected - plan.invited - plan.given
  return (
    <StaffPage shell={shell} link={link} title="Invite to Portal" current="clients">
      <div class="stack tight">
        <Trail href={back}>Clients</Trail>
        <h1>{planTitle(plan, locale)}</h1>
      </div>
      <div class="stack plan">
        {plan.selected === 0 ? <NothingSelected back={back} /> : <WhatWillHappen {...props} />}
        {skipped > 0 && <LeftOut {...props} skipped={skipped} />}
        {list && <ListOf {...props} list={list} />}
      </div>
    </StaffPage>
  )
}

/** With the portal off nobody could use an invitation. */
export const PortalOffPage = ({ shell, link, back }: Pick<ConfirmProps, 'shell' | 'link' | 'back'>) => (
  <StaffPage shell={shell} link={link} title="Invite to Portal" current="clients">
    <div class="stack tight">
      <Trail href={back}>Clients</Trail>
      <h1>The portal is switched off</h1>
    </div>
    <EmptyCard icon="settings" title="Nobody can be invited yet">
      <p>Clients could not use an invitation while the portal is off. Switch it on in Settings, then come back here: the selection stays.</p>
      <a class="button main" href={link('/settings/client-portal')}>
        Settings
      </a>
    </EmptyCard>
  </StaffPage>
)

const NothingSelected = ({ back }: { back: string }) => (
  <EmptyCard icon="clients" title="No client is selected">
    <p>Select clients in the list, then choose Bulk Actions → Invite to Portal.</p>
    <a class="button" href={back}>
      Back
    </a>
  </EmptyCard>
)

const WhatWillHappen = ({ shell, link, plan, pace, fields, query, back }: ConfirmProps) => {
  const { locale } = shell.company
  const mails = plan.invitations + plan.notices
  return (
    <section class="card">
      <header>
        <h2>What will happen</h2>
        {mails > 0 && <a href={`${addressWith({ link, query }, [['show', plan.invited > 0 ? 'invite' : 'gives-access']])}#list`}>See the clients</a>}
      </header>
      <div class="body stack">
        {mails === 0 ? (
          <p>Nothing to send: none of the selected clients can be invited now.</p>
        ) : (
          <p>
            <b>{many(mails, 'e-mail', locale)}</b> will be sent, {paceWords(mails, pace, locale)}.
            {plan.sharing > 0 && ` ${many(plan.sharing, 'client', locale)} share an address with another; each address gets one e-mail that names its clients.`}
          </p>
        )}
        {plan.given > 0 && (
          <p>
            <a href={`${addressWith({ link, query }, [['show', 'gives-access']])}#list`}>{many(plan.given, 'client', locale)}</a>{' '}
            {plan.given === 1 ? 'gets' : 'get'} access at once, with a notice and nothing to set up: the person there has a password already, for another
            client.
          </p>
        )}
        <div class="row">
          {mails > 0 && (
            <form method="post" action={link('/invitations')}>
              {fields.map(([name, value]) => (
                <input type="hidden" name={name} value={value} />
              ))}
              <button class="button main" type="submit">
                {sendWords(plan, locale)}
              </button>
            </form>
          )}
          <a class="button" href={back}>
            Back
          </a>
        </div>
      </div>
    </section>
  )
}

const LeftOut = ({ shell, link, plan, query, skipped }: ConfirmProps & { skipped: number }) => (
  <section class="card sheet reasons">
    <header>
      <h2>{formatCount(skipped, shell.company.locale)} will not be invited</h2>
    </header>
    <table>
      <caption class="hide">Why clients will not be invited</caption>
      <thead>
        <tr>
          <th scope="col">Why</th>
          <th scope="col" class="num">
            Clients
          </th>
        </tr>
      </thead>
      <tbody>
        {SKIP_REASONS.filter((reason) => plan.skipped[reason]).map((reason) => (
          <tr>
            <td>
              <a href={`${addressWith({ link, query }, [['show', reason]])}#list`}>{SKIP_WORDS[reason]}</a>
            </td>
            <td class="num">{formatCount(plan.skipped[reason] ?? 0, shell.company.locale)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)

const ListOf = ({ link, query, list: { verdict, clients, isFirstPage, next } }: ConfirmProps & { list: VerdictList }) => (
  <div class="stack" id="list">
    <section class="card sheet cards placed">
      <header>
        <h2>{VERDICT_WORDS[verdict]}</h2>
        <a href={addressWith({ link, query }, [])}>Close the list</a>
      </header>
      {clients.length === 0 ? (
        <p class="body soft">No client.</p>
      ) : (
        <table>
          <caption class="hide">{VERDICT_WORDS[verdict]}</caption>
          <thead>
            <tr>
              <th scope="col">Client</th>
              <th scope="col">Code</th>
              <th scope="col">Primary e-mail</th>
            </tr>
          </thead>
          <tbody>
            {clients.map(({ id, name, code, email }) => (
              <tr>
                <td class="text name">
                  <a href={link(`/clients/${id}/portal`)}>{name}</a>
                </td>
                <td class="how">{code}</td>
                <td class="when whole">{email ?? <span class="soft">none</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
    <Pager
      first={isFirstPage ? undefined : { href: `${addressWith({ link, query }, [['show', verdict]])}#list`, label: 'First page' }}
      next={
        next === undefined
          ? undefined
          : {
              href: `${addressWith({ link, query }, [
                ['show', verdict],
                ['from', next],
              ])}#list`,
              label: 'Next page',
            }
      }
    />
  </div>
)
