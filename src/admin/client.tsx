import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { historyEntryOf, historyRead } from '#src/activity/history.ts'
import { balanceReads, balancesOf, creditLeftOf } from '#src/billing/balance.ts'
import { recentInvoicesOf, summaryOf } from '#src/billing/invoice.ts'
import { lastOrderOf, recentOrdersOf } from '#src/billing/order.ts'
import { clientOf, clientRead } from '#src/clients/client.ts'
import { cursorOf, pageOf } from '#src/db/paging.ts'
import { ClientHistoryPage } from '#views/admin/client-history.tsx'
import { ClientOverviewPage } from '#views/admin/client-overview.tsx'
import type { StaffEnv } from './app-env.ts'

const RECENT = 8
const HISTORY_PAGE = 50

/** The client profile: Overview and Contact History. Its Portal tab is a page of its own. */
export const clientPages = new Hono<StaffEnv>()
  .get('/:id', async (c) => {
    const { door, link } = c.var
    const id = c.req.param('id')
    const { shell, clients, lastOrder, orders, invoices, ...money } = await door.page((today) => ({
      clients: clientRead(door, id),
      lastOrder: lastOrderOf(door, id),
      orders: recentOrdersOf(door, id, RECENT),
      invoices: recentInvoicesOf(door, id, RECENT),
      ...balanceReads(door, today, (column) => eq(column, id)),
    }))
    const client = clientOf(clients)
    const balances = balancesOf(money, client)
    return c.html(
      <ClientOverviewPage
        shell={shell}
        link={link}
        client={client}
        balances={balances}
        creditLeft={creditLeftOf(client.creditLimit, balances)}
        lastOrderDate={lastOrder[0]?.orderDate ?? null}
        orders={orders}
        invoices={invoices.map((invoice) => ({ ...summaryOf(invoice, shell.today), state: invoice.state }))}
      />,
    )
  })
  .get('/:id/history', async (c) => {
    const { door, link } = c.var
    const id = c.req.param('id')
    const cursor = cursorOf(c.req.query('after'))
    const { shell, clients, history } = await door.page(() => ({ clients: clientRead(door, id), history: historyRead(door, id, HISTORY_PAGE, cursor) }))
    const client = clientOf(clients)
    const { rows, next } = pageOf(history, HISTORY_PAGE, (entry) => ({ key: String(entry.at), id: entry.id }))
    return c.html(<ClientHistoryPage shell={shell} link={link} client={client} entries={rows.map(historyEntryOf)} next={next} isFirstPage={!cursor} />)
  })
