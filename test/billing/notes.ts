import { creditNotes } from '#src/db/schema/payments.ts'
import { newId } from '#src/ids.ts'
import type { Person } from '#test/cast.ts'

/** A credit note of a client's, for its invoice unless told otherwise. */
export const makeCreditNote = async (
  { company: { door }, clientId, clientName, invoiceId }: Person,
  more: Partial<typeof creditNotes.$inferInsert> = {},
): Promise<{ id: string; number: string }> => {
  const id = newId()
  const number = `CN-${clientName}-${id}`
  const row = {
    id,
    clientId,
    invoiceId,
    externalId: id,
    number,
    issueDate: '2026-05-10',
    state: 'issued' as const,
    currency: 'EUR',
    total: 100,
    createdAt: 0,
    updatedAt: 0,
  }
  await door.run({ note: door.insert(creditNotes, { ...row, ...more }) })
  return { id, number }
}
