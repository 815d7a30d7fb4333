import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { portalAccessOf, portalAccessReads } from '#src/access/portal-access.ts'
import { balanceReads, balancesOf, creditLeftOf } from '#src/billing/balance.ts'
import { recentInvoicesOf, summaryOf } from '#src/billing/invoice.ts'
import { lastOrderOf, recentOrdersOf } from '#src/billing/order.ts'
import { clientOf, clientRead } from '#src/clients/client.ts'
import type { PlainDate } from '#src/dates.ts'
import { compiled } from '#src/db/compiled.ts'
import type { StaffDoor } from '#src/db/staff-door.ts'
import { ClientOverviewPage } from '#views/admin/client-overview.tsx'
import type { StaffEnv } from './app-env.ts'

const RECENT = 8
const NOTICES: Record<string, string> = { added: 'Client added.', saved: 'Saved.' }

const pageReads = compiled((door: StaffDoor, today: PlainDate, id: string) => ({
  clients: clientRead(door, id),
  lastOrder: lastOrderOf(door, id),
  orders: recentOrdersOf(door, id, RECENT),
  invoices: recentInvoicesOf(door, id, RECENT),
  ...balanceReads(door, today, (column) => eq(column, id)),
  ...portalAccessReads(door, id),
}))

/** The client profile's Overview. Its other tabs are pages of their own. */
export const clientPages = new Hono<StaffEnv>().get('/:id', async (c) => {
  const { door, link } = c.var
  const id = c.req.param('id')
  const { shell, clients, lastOrder, orders, invoices, ...rows } = await door.page((today) => pageReads(door, today, id))
  const client = clientOf(clients)
  const balances = balancesOf(rows, client)
  const primary = portalAccessOf(rows, client, shell.portalEnabled).people.find(({ role }) => role === 'primary')
  return c.html(
    <ClientOverviewPage
      shell={shell}
      link={link}
      client={client}
      invitee={primary?.inviteRefusal === null ? primary : undefined}
      notice={NOTICES[c.req.query('notice') ?? '']}
      balances={balances}
      creditLeft={creditLeftOf(client.creditLimit, balances)}
      lastOrderDate={lastOrder[0]?.orderDate ?? null}
      orders={orders}
      invoices={invoices.map((invoice) => ({ ...summaryOf(invoice, shell.today), state: invoice.state }))}
    />,
  )
})
