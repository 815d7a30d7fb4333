import type { Balance } from '#src/billing/balance.ts'
import type { Client } from '#src/clients/client.ts'
import type { ReturnRequest, ReturnSummary } from '#src/returns/request.ts'
import type { ReturnAction } from '#src/returns/states.ts'
import type { StaffPageProps } from './layout.tsx'

/** A form that came back, with what was typed and what is wrong with it. */
export type ReturnForm = {
  action: ReturnAction
  typed: Record<string, string>
  problems: Record<string, string>
  /** Somebody else was faster. */
  isTooLate?: boolean
}

/** What else there is of its client. */
type Besides = { others: ReturnSummary[]; returnsInYear: number; ordersInYear: number; balances: Balance[] }
export type ReturnProps = StaffPageProps & { request: ReturnRequest; client: Client; besides: Besides; form?: ReturnForm | undefined }
