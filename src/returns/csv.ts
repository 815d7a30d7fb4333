import { BYTE_ORDER_MARK, csvLines } from '#src/csv.ts'
import type { Instant } from '#src/dates.ts'
import { quantityText } from '#views/decimal.ts'
import type { ListedReturn, ReturnLine } from './request.ts'

/** Returns as a spreadsheet reads them: a row for each line. */

const HEADINGS = [
  'return_number',
  'state',
  'asked_at',
  'client_code',
  'client',
  'order_number',
  'sku',
  'description',
  'reason',
  'quantity_asked',
  'quantity_approved',
  'quantity_received',
  'condition',
  'outcome',
  'credit_note',
  'note',
] as const

export type FiledReturn = Pick<ListedReturn, 'id' | 'number' | 'state' | 'createdAt' | 'clientName' | 'clientCode' | 'outcome' | 'creditNote' | 'note'>

const quantity = (value: number | null): string => (value === null ? '' : quantityText(value))

export const csvHead = (): string => BYTE_ORDER_MARK + csvLines([[...HEADINGS]])

export const csvRows = (returns: FiledReturn[], lines: ReturnLine[], instant: (at: Instant) => string): string => {
  const byReturn = Map.groupBy(lines, ({ returnId }) => returnId)
  const rows = returns.flatMap((request) =>
    (byReturn.get(request.id) ?? []).map((line) => [
      request.number,
      request.state,
      instant(request.createdAt),
      request.clientCode,
      request.clientName,
      line.orderNumber,
      line.sku,
      line.description,
      line.reason,
      quantity(line.quantity),
      quantity(line.approved),
      quantity(line.received),
      line.condition ?? '',
      request.outcome ?? '',
      request.creditNote,
      request.note,
    ]),
  )
  return csvLines(rows)
}
