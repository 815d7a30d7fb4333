import { Hono } from 'hono'
import { invoiceDownloaded, invoiceViewed } from '#src/activity/entries.ts'
import { balancePartsOf } from '#src/billing/balance.ts'
import { creditNotesFor } from '#src/billing/credit-note.ts'
import { type InvoiceFilter, invoiceList, invoiceOf, invoiceReads, openCountReads, summaryOf } from '#src/billing/invoice.ts'
import { invoiceCsvHead, invoiceCsvRows } from '#src/billing/invoice-csv.ts'
import { cursorOf, pageOf } from '#src/db/paging.ts'
import { clientBalances, clients } from '#src/db/schema/clients.ts'
import { invoiceContentOf } from '#src/documents/content.ts'
import { csvResponse, isDownload, pdfResponse } from '#src/documents/response.ts'
import { invoicePdf } from '#src/documents/stored.ts'
import { NotFound } from '#src/errors.ts'
import { isView, wantsFragment } from '#src/guards.ts'
import { InvoicePage } from '#views/portal/invoice.tsx'
import { InvoiceResults, InvoicesPage } from '#views/portal/invoices.tsx'
import type { ReadEnv } from './app-env.ts'
import { askedDays, dayField } from './period.ts'

const PAGE_SIZE = 25
const STATES = ['outstanding', 'overdue', 'paid'] as const

const filterOf = (query: Record<string, string>): InvoiceFilter & { problem: string | undefined } => {
  const { from, to, problem } = askedDays(query)
  return { state: STATES.find((known) => known === query.state), from, to, problem }
}

export const invoicePages = new Hono<ReadEnv>()
  .get('/', async (c) => {
    const { door, link } = c.var
    const { problem, ...filter } = filterOf(c.req.query())
    const cursor = cursorOf(c.req.query('after'))
    const { shell, invoices, open, balances } = await door.page((today) => ({
      invoices: invoiceList(door, today, PAGE_SIZE, filter, cursor),
      open: openCountReads(door, today),
      balances: door.read(clientBalances),
    }))
    const { rows, next } = pageOf(invoices, PAGE_SIZE, ({ issueDate, id }) => ({ key: issueDate, id }))
    const props = {
      shell,
      link,
      invoices: rows.map((invoice) => summaryOf(invoice, shell.today)),
      filter,
      problem,
      typed: { from: dayField(c.req.query('from')), to: dayField(c.req.query('to')) },
      parts: balancePartsOf(balances, shell.client.currency),
      next,
      isFirstPage: !cursor,
      openCounts: open[0] ?? { outstanding: 0, overdue: 0 },
    }
    return c.html(wantsFragment(c) ? <InvoiceResults {...props} /> : <InvoicesPage {...props} />, problem === undefined ? 200 : 422)
  })
  .get('/:id', async (c) => {
    const { door, link } = c.var
    const id = c.req.param('id')
    const { shell, company, credits, ...rows } = await door.page(() => ({
      ...invoiceReads(door, id),
      company: door.company(),
      credits: creditNotesFor(door, id),
      ...(isView(c) && { viewed: invoiceViewed(door, id) }),
    }))
    return c.html(
      <InvoicePage shell={shell} link={link} invoice={invoiceOf(rows, shell.today)} bankDetails={company[0]?.bankDetails ?? ''} credits={credits} />,
    )
  })
  .get('/:id/pdf', async (c) => {
    const { door } = c.var
    const id = c.req.param('id')
    // Whether a download that is conditional or in parts begins at the first byte shows only in its answer; any other
    // one does, and once these rows are read nothing is left that could fail but the drawing.
    const isWhole = c.req.method === 'GET' && !['If-None-Match', 'Range'].some((name) => c.req.header(name) !== undefined)
    const {
      shell,
      clients: owner,
      company,
      ...rows
    } = await door.page(() => ({
      ...invoiceReads(door, id),
      clients: door.read(clients),
      company: door.company(),
      ...(isWhole && { downloaded: invoiceDownloaded(door, id) }),
    }))
    const [from] = company
    const [to] = owner
    if (!shell.toggles.downloadInvoices || !from || !to) throw new NotFound()
    const invoice = invoiceOf(rows, shell.today)
    const content = invoiceContentOf(invoice, from, to, shell.toggles.orderHistory ? (invoice.order?.number ?? null) : null)
    const file = await invoicePdf(c.env, { tenantId: door.tenantId, invoiceId: id }, content, (work) => c.executionCtx.waitUntil(work))
    const response = await pdfResponse(c.req.raw, file, `${invoice.number}.pdf`)
    if (!isWhole && isDownload(c.req.raw, response)) await door.run({ downloaded: invoiceDownloaded(door, id) })
    return response
  })

const ROWS_AT_ONCE = 500

/** What the list shows, all of its pages, as a file. */
export const invoicesFile = new Hono<ReadEnv>().get('/', async (c) => {
  const { door } = c.var
  const { problem, ...filter } = filterOf(c.req.query())
  const read = (after: ReturnType<typeof cursorOf>) => door.page((today) => ({ invoices: invoiceList(door, today, ROWS_AT_ONCE, filter, after) }))
  // The first page before anything is answered: the gate is in it.
  let page = await read(undefined)
  if (problem !== undefined) throw new NotFound()
  async function* parts() {
    yield invoiceCsvHead()
    while (true) {
      const { rows, next } = pageOf(page.invoices, ROWS_AT_ONCE, ({ issueDate, id }) => ({ key: issueDate, id }))
      yield invoiceCsvRows(rows.map((row) => summaryOf(row, page.shell.today)))
      if (next === undefined) return
      page = await read(cursorOf(next))
    }
  }
  return csvResponse(`invoices-${page.shell.today}.csv`, parts())
})
