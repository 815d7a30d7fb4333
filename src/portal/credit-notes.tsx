import { Hono } from 'hono'
import { creditNoteOf, creditNoteReads } from '#src/billing/credit-note.ts'
import { clients } from '#src/db/schema/clients.ts'
import { addressOf, contentLineOf, documentSenderOf } from '#src/documents/content.ts'
import { creditNoteFile } from '#src/documents/credit-note-pdf.ts'
import { pdfResponse } from '#src/documents/response.ts'
import { NotFound } from '#src/errors.ts'
import { CreditNotePage } from '#views/portal/credit-note.tsx'
import type { ReadEnv } from './app-env.ts'

export const creditNotePages = new Hono<ReadEnv>()
  .get('/:id', async (c) => {
    const { door, link } = c.var
    const { shell, ...rows } = await door.page(() => creditNoteReads(door, c.req.param('id')))
    return c.html(<CreditNotePage shell={shell} link={link} note={creditNoteOf(rows)} />)
  })
  .get('/:id/pdf', async (c) => {
    const { door } = c.var
    const { shell, company, owner, ...rows } = await door.page(() => ({
      ...creditNoteReads(door, c.req.param('id')),
      company: door.company(),
      owner: door.read(clients),
    }))
    const [[from], [to]] = [company, owner]
    if (!shell.toggles.downloadInvoices || !from || !to) throw new NotFound()
    const { number, issueDate, currency, total, invoice, lines, net, taxes, rounding } = creditNoteOf(rows)
    const content = {
      number,
      issueDate,
      currency,
      lines: lines.map(contentLineOf),
      net,
      taxes,
      rounding,
      total,
      invoiceNumber: invoice?.number ?? null,
      company: documentSenderOf(from),
      client: { name: to.name, address: addressOf(to) },
    }
    return pdfResponse(c.req.raw, await creditNoteFile(c.env, door.tenantId, content), `${number}.pdf`)
  })
