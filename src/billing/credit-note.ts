import { and, asc, eq } from 'drizzle-orm'
import type { ClientDoor } from '#src/db/client-door.ts'
import { invoices } from '#src/db/schema/invoices.ts'
import { creditNoteLines, creditNotes } from '#src/db/schema/payments.ts'
import { maybe } from '#src/db/statement.ts'
import { NotFound } from '#src/errors.ts'
import { SHOWN_TO_CLIENTS, type Sums, sumsOf } from './invoice.ts'

/** Drafts are the company's own, void ones no longer stand. */
const ISSUED = eq(creditNotes.state, 'issued')

/** What was credited, in minor units of its currency; for an invoice, if it names one that the client sees. */
export type CreditNote = Sums & {
  id: string
  number: string
  issueDate: string
  currency: string
  total: number
  invoice: { id: string; number: string } | null
  /** Empty when it came without: then the total alone is known. */
  lines: CreditNoteLine[]
}
export type CreditNoteLine = typeof creditNoteLines.$inferSelect

export const creditNoteReads = (door: ClientDoor, id: string) => ({
  note: door.pick(
    creditNotes,
    {
      id: creditNotes.id,
      number: creditNotes.number,
      issueDate: creditNotes.issueDate,
      currency: creditNotes.currency,
      total: creditNotes.total,
      invoiceId: maybe(invoices.id),
      invoiceNumber: maybe(invoices.number),
    },
    { left: [{ table: invoices, on: and(eq(invoices.id, creditNotes.invoiceId), SHOWN_TO_CLIENTS) }], where: and(eq(creditNotes.id, id), ISSUED) },
  ),
  lines: door.readOf(creditNotes, id, creditNoteLines, creditNoteLines.creditNoteId, creditNoteLines.position),
})
type Rows = { [K in keyof ReturnType<typeof creditNoteReads>]: ReturnType<typeof creditNoteReads>[K]['row'][] }

/** @throws NotFound when there is no such credit note for this client */
export const creditNoteOf = ({ note: [row], lines }: Rows): CreditNote => {
  if (!row) throw new NotFound()
  const { invoiceId, invoiceNumber, ...note } = row
  const invoice = invoiceId !== null && invoiceNumber !== null ? { id: invoiceId, number: invoiceNumber } : null
  return { ...note, invoice, lines, ...sumsOf(lines, note.total) }
}

/** Those that name an invoice. */
export const creditNotesFor = (door: ClientDoor, invoiceId: string) =>
  door.pick(
    creditNotes,
    { id: creditNotes.id, number: creditNotes.number, issueDate: creditNotes.issueDate, total: creditNotes.total },
    { where: and(eq(creditNotes.invoiceId, invoiceId), ISSUED), order: [asc(creditNotes.issueDate), asc(creditNotes.id)], index: 'credit_notes_invoice' },
  )
export type InvoiceCredit = ReturnType<typeof creditNotesFor>['row']
