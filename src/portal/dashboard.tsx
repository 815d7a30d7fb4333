import { Hono } from 'hono'
import { balanceReads, balancesOf } from '#src/billing/balance.ts'
import { invoiceList, summaryOf } from '#src/billing/invoice.ts'
import { lastOrder } from '#src/billing/order.ts'
import { DashboardPage } from '#views/portal/dashboard.tsx'
import type { ClientEnv } from './app-env.ts'

const RECENT = 5

export const dashboardPage = new Hono<ClientEnv>().get('/', async (c) => {
  const { door, link } = c.var
  const { shell, orders, invoices, ...rows } = await door.page((today) => ({
    ...balanceReads(door, today),
    orders: lastOrder(door),
    invoices: invoiceList(door, today, RECENT),
  }))
  return c.html(
    <DashboardPage
      shell={shell}
      link={link}
      balances={balancesOf(rows, shell.client)}
      lastOrder={orders[0] ?? null}
      invoices={invoices.slice(0, RECENT).map((invoice) => summaryOf(invoice, shell.today))}
    />,
  )
})
