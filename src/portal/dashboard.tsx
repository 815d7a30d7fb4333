import { Hono } from 'hono'
import { balancesOf, creditLeftOf } from '#src/billing/balance.ts'
import { nextDueInvoices, nextDueOf, recentInvoices, summaryOf } from '#src/billing/invoice.ts'
import { lastOrder } from '#src/billing/order.ts'
import { ageingReads, lateOf } from '#src/billing/statement.ts'
import type { PlainDate } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import { compiled } from '#src/db/compiled.ts'
import { clientBalances } from '#src/db/schema/clients.ts'
import { markdownHtml } from '#src/markdown.ts'
import { DashboardPage } from '#views/portal/dashboard.tsx'
import type { ReadEnv } from './app-env.ts'

const RECENT = 5

const dashboardReads = compiled((door: ClientDoor, today: PlainDate) => ({
  balances: door.read(clientBalances),
  orders: lastOrder(door),
  invoices: recentInvoices(door, RECENT),
  welcome: door.welcome(),
  ageing: ageingReads(door, today),
  next: nextDueInvoices(door, today),
}))

export const dashboardPage = new Hono<ReadEnv>().get('/', async (c) => {
  const { door, link } = c.var
  const { shell, orders, invoices, welcome, ageing, next, balances: standing } = await door.page((today) => dashboardReads(door, today))
  const balances = balancesOf({ balances: standing, openInvoices: ageing.map((row) => lateOf(row, shell.client.id)) }, shell.client)
  return c.html(
    <DashboardPage
      shell={shell}
      link={link}
      welcome={markdownHtml(welcome[0]?.message ?? '')}
      balances={balances}
      ageing={ageing}
      next={nextDueOf(next, shell.today)}
      creditLeft={creditLeftOf(shell.client.creditLimit, balances)}
      lastOrder={orders[0] ?? null}
      invoices={invoices.map((invoice) => summaryOf(invoice, shell.today))}
    />,
  )
})
