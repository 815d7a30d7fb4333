import type { Balance } from '#src/billing/balance.ts'
import type { InvoiceSummary } from '#src/billing/invoice.ts'
import type { OrderSummary } from '#src/billing/order.ts'
import type { Client } from '#src/clients/client.ts'
import { ClientFigures } from './client-figures.tsx'
import { ClientFrame } from './client-frame.tsx'
import { RecentInvoices, RecentOrders } from './client-recent.tsx'
import { type Invitee, InviteForm } from './invite-form.tsx'
import type { StaffPageProps } from './layout.tsx'
import { PortalStateWord } from './portal-state.tsx'

type OverviewProps = StaffPageProps & {
  client: Client
  /** Whom an invitation would go to; undefined when none would be taken now. */
  invitee: Invitee | undefined
  /** In minor units; the client's own currency first and always. */
  balances: Balance[]
  /** What is left of the credit limit in the client's currency; null without a limit. */
  creditLeft: number | null
  lastOrderDate: string | null
  orders: OrderSummary[]
  invoices: (InvoiceSummary & { state: 'draft' | 'issued' | 'void' })[]
  /** What the last form did, in one line. */
  notice?: string | undefined
}

export const ClientOverviewPage = ({ shell, link, client, invitee, balances, creditLeft, lastOrderDate, orders, invoices, notice }: OverviewProps) => (
  <ClientFrame shell={shell} link={link} client={client} tab="overview" notice={notice}>
    <ClientFigures shell={shell} client={client} balances={balances} creditLeft={creditLeft} lastOrderDate={lastOrderDate} />
    <div class="split">
      <div class="stack">
        <RecentInvoices shell={shell} invoices={invoices} total={client.invoiceCount} />
        <RecentOrders shell={shell} orders={orders} total={client.orderCount} />
      </div>
      <aside class="stack">
        <PortalCard client={client} link={link} invitee={invitee} />
        <ContactCard client={client} />
      </aside>
    </div>
  </ClientFrame>
)

const PORTAL_LINES: Record<Client['portalState'], string> = {
  'not-invited': 'Nobody has been invited yet.',
  invited: 'Invited, but no password has been set yet.',
  active: 'Can sign in and see orders, invoices and balance.',
  disabled: 'Switched off for this client.',
  problem: 'Mail to this client could not be delivered.',
}

const PortalCard = ({ client, link, invitee }: Pick<OverviewProps, 'client' | 'link' | 'invitee'>) => (
  <section class="card">
    <header>
      <h2>Portal login</h2>
      <PortalStateWord state={client.portalState} />
    </header>
    <div class="body stack">
      <p class="soft">{client.email === null ? 'There is no e-mail address to invite.' : PORTAL_LINES[client.portalState]}</p>
      <div class="row">
        {invitee && <InviteForm link={link} clientId={client.id} person={invitee} />}
        <a class="button small" href={link(`/clients/${client.id}/portal`)}>
          See Portal tab
        </a>
      </div>
    </div>
  </section>
)

const ContactCard = ({ client }: Pick<OverviewProps, 'client'>) => {
  const lines = [client.address1, client.address2, [client.city, client.region, client.postalCode].filter(Boolean).join(' '), client.country].filter(Boolean)
  return (
    <section class="card">
      <header>
        <h2>Contact</h2>
      </header>
      <div class="body">
        <dl class="facts single">
          <div>
            <dt>Address</dt>
            <dd>
              {lines.length === 0 ? (
                <span class="soft">none</span>
              ) : (
                <address>
                  {lines.map((line) => (
                    <span class="line">{line}</span>
                  ))}
                </address>
              )}
            </dd>
          </div>
          <div>
            <dt>Phone</dt>
            <dd>{client.phone === '' ? <span class="soft">none</span> : <a href={`tel:${client.phone.replace(/[^\d+]/g, '')}`}>{client.phone}</a>}</dd>
          </div>
          <div>
            <dt>Primary e-mail</dt>
            <dd class="whole">{client.email === null ? <span class="soft">none</span> : <a href={`mailto:${client.email}`}>{client.email}</a>}</dd>
          </div>
        </dl>
      </div>
    </section>
  )
}
