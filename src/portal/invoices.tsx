import { Hono } from 'hono'
import { invoiceViewed } from '#src/activity/entries.ts'
import { balancePartsOf } from '#src/billing/balance.ts'
import { creditNotesFor } from '#src/billing/credit-note.ts'
import { invoiceOf, invoiceReads } from '#src/billing/invoice.ts'
import { type InvoiceFilter, invoiceListOf, invoiceListReads, openReads } from '#src/billing/invoice-list.ts'
import type { PlainDate } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import { compiled, compiledOne } from '#src/db/compiled.ts'
import { type Cursor, cursorOf } from '#src/db/paging.ts'
import { clientBalances } from '#src/db/schema/clients.ts'
import { isView, wantsFragment } from '#src/guards.ts'
import { InvoicePage } from '#views/portal/invoice.tsx'
import { InvoiceResults, InvoicesPage } from '#views/portal/invoices.tsx'
import type { ReadEnv } from './app-env.ts'
import { askedOfInvoices, dayField, isNarrowed } from './asked.ts'

const PAGE_SIZE = 25

const listReads = (door: ClientDoor, today: PlainDate, filter: InvoiceFilter, cursor?: Cursor) => ({
  ...invoiceListReads(door, today, PAGE_SIZE, filter, cursor),
  open: openReads(door, today),
  balances: door.read(clientBalances),
})
/** As most look at it: from the top, and all of it. */
const wholeListReads = compiled((door: ClientDoor, today: PlainDate) => listReads(door, today, {}))

const pageReads = compiled((door: ClientDoor, id: string) => ({
  ...invoiceReads(door, id),
  company: door.company(),
  credits: creditNotesFor(door, id),
}))
const viewedWrite = compiledOne((door: ClientDoor, id: string) => invoiceViewed(door, id))

export const invoicePages = new Hono<ReadEnv>()
  .get('/', async (c) => {
    const { door, link } = c.var
    const { problem, ...filter } = askedOfInvoices(c.req.query())
    const cursor = cursorOf(c.req.query('after'))
    const { shell, open, balances, ...rows } = await door.page((today) =>
      cursor || isNarrowed(filter) ? listReads(door, today, filter, cursor) : wholeListReads(door, today),
    )
    const { rows: entries, ...page } = invoiceListOf(rows, shell.today, PAGE_SIZE)
    const props = {
      shell,
      link,
      entries,
      ...page,
      filter,
      problem,
      typed: { from: dayField(c.req.query('from')), to: dayField(c.req.query('to')) },
      parts: balancePartsOf(balances, shell.client.currency),
      isFirstPage: !cursor,
      open,
    }
    return c.html(wantsFragment(c) ? <InvoiceResults {...props} /> : <InvoicesPage {...props} />, problem === undefined ? 200 : 422)
  })
  .get('/:id', async (c) => {
    const { door, link } = c.var
    const id = c.req.param('id')
    const { shell, company, credits, ...rows } = await door.page(() => ({
      ...pageReads(door, id),
      ...(isView(c) && { viewed: viewedWrite(door, id) }),
    }))
    return c.html(
      <InvoicePage shell={shell} link={link} invoice={invoiceOf(rows, shell.today)} bankDetails={company[0]?.bankDetails ?? ''} credits={credits} />,
    )
  })
