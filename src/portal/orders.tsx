import { Hono } from 'hono'
import { invoicesOfOrder, summaryOf } from '#src/billing/invoice.ts'
import { orderListOf, orderListReads, orderOf, orderReads } from '#src/billing/order.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import { compiled } from '#src/db/compiled.ts'
import { cursorOf } from '#src/db/paging.ts'
import { NotFound } from '#src/errors.ts'
import { wantsFragment } from '#src/guards.ts'
import { OrderPage } from '#views/portal/order.tsx'
import { OrderResults, OrdersPage } from '#views/portal/orders.tsx'
import type { ReadEnv } from './app-env.ts'
import { askedOfOrders, dayField, isNarrowed } from './asked.ts'

const PAGE_SIZE = 25

/** As most look at it: from the top, and all of it. */
const wholeListReads = compiled((door: ClientDoor) => orderListReads(door, PAGE_SIZE, {}))
const pageReads = compiled((door: ClientDoor, id: string) => ({ ...orderReads(door, id), invoices: invoicesOfOrder(door, id) }))

export const orderPages = new Hono<ReadEnv>()
  .get('/', async (c) => {
    const { door, link } = c.var
    const { problem, ...filter } = askedOfOrders(c.req.query())
    const cursor = cursorOf(c.req.query('after'))
    const { shell, ...rows } = await door.page(() => (cursor || isNarrowed(filter) ? orderListReads(door, PAGE_SIZE, filter, cursor) : wholeListReads(door)))
    if (!shell.toggles.orderHistory) throw new NotFound()
    const props = {
      shell,
      link,
      ...orderListOf(rows, PAGE_SIZE),
      filter,
      problem,
      typed: { from: dayField(c.req.query('from')), to: dayField(c.req.query('to')) },
      isFirstPage: !cursor,
    }
    return c.html(wantsFragment(c) ? <OrderResults {...props} /> : <OrdersPage {...props} />, problem === undefined ? 200 : 422)
  })
  .get('/:id', async (c) => {
    const { door, link } = c.var
    const id = c.req.param('id')
    const { shell, invoices, ...rows } = await door.page(() => pageReads(door, id))
    if (!shell.toggles.orderHistory) throw new NotFound()
    return c.html(<OrderPage shell={shell} link={link} order={orderOf(rows)} invoices={invoices.map((invoice) => summaryOf(invoice, shell.today))} />)
  })
