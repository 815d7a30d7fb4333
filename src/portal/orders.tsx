import { Hono } from 'hono'
import { invoicesOfOrder, summaryOf } from '#src/billing/invoice.ts'
import { orderList, orderOf, orderReads } from '#src/billing/order.ts'
import { cursorOf, pageOf } from '#src/db/paging.ts'
import { NotFound } from '#src/errors.ts'
import { OrderPage } from '#views/portal/order.tsx'
import { OrdersPage } from '#views/portal/orders.tsx'
import type { ReadEnv } from './app-env.ts'

const PAGE_SIZE = 25

export const orderPages = new Hono<ReadEnv>()
  .get('/', async (c) => {
    const { door, link } = c.var
    const cursor = cursorOf(c.req.query('after'))
    const { shell, orders } = await door.page(() => ({ orders: orderList(door, PAGE_SIZE, cursor) }))
    if (!shell.toggles.orderHistory) throw new NotFound()
    const { rows, next } = pageOf(orders, PAGE_SIZE, ({ orderDate, id }) => ({ key: orderDate, id }))
    return c.html(<OrdersPage shell={shell} link={link} orders={rows} next={next} isFirstPage={!cursor} />)
  })
  .get('/:id', async (c) => {
    const { door, link } = c.var
    const id = c.req.param('id')
    const { shell, invoices, ...rows } = await door.page(() => ({ ...orderReads(door, id), invoices: invoicesOfOrder(door, id) }))
    if (!shell.toggles.orderHistory) throw new NotFound()
    return c.html(<OrderPage shell={shell} link={link} order={orderOf(rows)} invoices={invoices.map((invoice) => summaryOf(invoice, shell.today))} />)
  })
