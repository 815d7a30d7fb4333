import { type Context, Hono } from 'hono'
import { invoiceDownloaded } from '#src/activity/entries.ts'
import { type Invoice, invoiceOf, invoiceReads, invoicesNamed } from '#src/billing/invoice.ts'
import { invoiceCsvHead, invoiceCsvRows } from '#src/billing/invoice-csv.ts'
import { invoiceListOf, invoiceListReads } from '#src/billing/invoice-list.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import { compiled, compiledOne } from '#src/db/compiled.ts'
import { type Cursor, cursorOf } from '#src/db/paging.ts'
import { clients } from '#src/db/schema/clients.ts'
import { invoiceContentOf } from '#src/documents/content.ts'
import { csvResponse, isDownload, pdfResponse, zipResponse } from '#src/documents/response.ts'
import { type DocumentFile, invoicePdf } from '#src/documents/stored.ts'
import { NotFound } from '#src/errors.ts'
import type { ReadEnv } from './app-env.ts'
import { askedInvoices, askedOfInvoices } from './asked.ts'

/** Invoices as files: one as a PDF, several as a ZIP of theirs, the list as a CSV. */

type C = Context<ReadEnv>

const fileReads = compiled((door: ClientDoor, id: string) => ({ ...invoiceReads(door, id), clients: door.read(clients), company: door.company() }))
const downloadedWrite = compiledOne((door: ClientDoor, id: string) => invoiceDownloaded(door, id))

/**
 * An invoice's PDF, and nothing drawn of it yet.
 * @param isWhole whether it will be sent from its first byte: then it is logged with what is read for it
 * @throws NotFound when it isn't this client's, or the company doesn't let its clients download
 */
const invoiceFile = async (c: C, id: string, isWhole: boolean): Promise<{ invoice: Invoice; file: DocumentFile }> => {
  const { door } = c.var
  const {
    shell,
    clients: owner,
    company,
    ...rows
  } = await door.page(() => ({
    ...fileReads(door, id),
    ...(isWhole && { downloaded: downloadedWrite(door, id) }),
  }))
  const [from] = company
  const [to] = owner
  if (!shell.toggles.downloadInvoices || !from || !to) throw new NotFound()
  const invoice = invoiceOf(rows, shell.today)
  const content = invoiceContentOf(invoice, from, to, shell.toggles.orderHistory ? (invoice.order?.number ?? null) : null)
  const place = { tenantId: door.tenantId, invoiceId: id, uploaded: invoice.pdfHash }
  return { invoice, file: await invoicePdf(c.env, place, content, (work) => c.executionCtx.waitUntil(work)) }
}

export const invoiceFiles = new Hono<ReadEnv>().get('/:id/pdf', async (c) => {
  const { door } = c.var
  const id = c.req.param('id')
  // Whether a download that is conditional or in parts begins at the first byte shows only in its answer; any other
  // one does, and once these rows are read nothing is left that could fail but the drawing.
  const isWhole = c.req.method === 'GET' && !['If-None-Match', 'Range'].some((name) => c.req.header(name) !== undefined)
  const { invoice, file } = await invoiceFile(c, id, isWhole)
  const response = await pdfResponse(c.req.raw, file, `${invoice.number}.pdf`)
  if (!isWhole && isDownload(c.req.raw, response)) await door.run({ downloaded: downloadedWrite(door, id) })
  return response
})

/** The PDFs of those that were picked in the list, each read and logged when its turn comes. */
export const invoicesZip = new Hono<ReadEnv>().get('/', async (c) => {
  const { door } = c.var
  const picked = askedInvoices(c.req.queries('id'))
  // All are looked up before anything is answered: somebody else's among them, and there is no file.
  const { shell, found } = await door.page(() => ({ found: invoicesNamed(door, picked) }))
  if (!shell.toggles.downloadInvoices || picked.length === 0 || found.length < picked.length) throw new NotFound()
  async function* files() {
    for (const { id } of found) {
      const { invoice, file } = await invoiceFile(c, id, true)
      yield { name: `${invoice.number}.pdf`, day: invoice.issueDate, body: (await file.whole()).body }
    }
  }
  return zipResponse(`invoices-${shell.today}.zip`, c.req.method === 'HEAD' ? undefined : files())
})

const ROWS_AT_ONCE = 500

/** What the list shows, all of its pages, as a file. */
export const invoicesCsv = new Hono<ReadEnv>().get('/', async (c) => {
  const { door } = c.var
  const { problem, ...filter } = askedOfInvoices(c.req.query())
  const read = async (after: Cursor | undefined) => {
    const { shell, ...rows } = await door.page((today) => invoiceListReads(door, today, ROWS_AT_ONCE, filter, after))
    return { today: shell.today, ...invoiceListOf(rows, shell.today, ROWS_AT_ONCE) }
  }
  // The first page before anything is answered: the gate is in it.
  let page = await read(undefined)
  if (problem !== undefined) throw new NotFound()
  async function* parts() {
    yield invoiceCsvHead()
    while (true) {
      yield invoiceCsvRows(page.rows)
      if (page.next === undefined) return
      page = await read(cursorOf(page.next))
    }
  }
  return csvResponse(`invoices-${page.today}.csv`, parts())
})
