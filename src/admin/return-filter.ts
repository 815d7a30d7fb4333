import { RETURN_STATES } from '#src/db/schema/returns.ts'
import type { ReturnFilter } from '#src/returns/request.ts'

/** What an address says of the list of returns. */

export type ReturnQuery = { q?: string | undefined; state?: ReturnFilter['state']; client?: string | undefined; age?: number | undefined }

const AGES = [3, 7, 30]

export const returnQueryOf = ({ q, state, client, age }: Record<string, string | undefined>): ReturnQuery => ({
  q: q?.trim().slice(0, 200) || undefined,
  state: RETURN_STATES.find((known) => known === state),
  client: client && /^[0-9A-Za-z]{1,32}$/.test(client) ? client : undefined,
  age: AGES.find((known) => String(known) === age),
})

/** What was typed as a return's number: "RET-000123", or its figures alone. */
export const serialOf = (q: string | undefined): number | undefined => {
  const digits = /^(?:RET-?)?0*(?<digits>\d{1,9})$/i.exec(q ?? '')?.groups?.digits
  return digits === undefined ? undefined : Number(digits)
}
