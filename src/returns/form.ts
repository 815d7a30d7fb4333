import { isPlainDate } from '#src/dates.ts'
import { isId, newId } from '#src/ids.ts'
import { lineKey } from '#views/components/return-words.ts'
import type { Chosen, Goods } from './returnable.ts'
import type { ReturnRules } from './rules.ts'

/** What a client typed into the form of a request, and what is wrong with it. */

export const NOTE_MAX = 2000
const QUANTITY_UNIT = 10_000

/** A line that was ticked, as it was typed. */
export type TypedLine = { orderId: string; position: number; quantity: string; reason: string }
export type TypedReturn = {
  /** The request's future id: the form made it, so that sending it twice makes one. */
  id: string
  chosen: Chosen
  lines: TypedLine[]
  note: string
}
/** A line as it can be asked for: in 1/10,000. */
export type AskedLine = { orderId: string; position: number; sku: string; description: string; quantity: number; reason: string }
/** By the line's key; `form` and `note` for the whole. */
export type ReturnProblems = Record<string, string>

/** Undefined when it names neither an order nor a day. */
export const chosenOf = (order: string | undefined, day: string | undefined): Chosen | undefined => {
  if (order) return { order }
  return day && isPlainDate(day) ? { day } : undefined
}

/** A whole form is no longer than this. */
const MOST_LINES = 500

/** Undefined when it is no such form at all. */
export const typedReturn = (form: FormData): TypedReturn | undefined => {
  const text = (name: string) => String(form.get(name) ?? '')
  const chosen = chosenOf(text('order'), text('day'))
  const keys = form.getAll('line').map(String).slice(0, MOST_LINES)
  if (!chosen || !isId(text('id'))) return undefined
  const lines = [...new Set(keys)].flatMap((key) => {
    const [, orderId = '', position = ''] = /^(?<order>[0-9A-Za-z]{1,32})\.(?<position>\d{1,9})$/.exec(key) ?? []
    if (orderId === '') return []
    // The same line twice is one line, of both quantities.
    const quantities = form.getAll(`quantity-${key}`).map((typed) => String(typed).trim())
    const sum = quantities.length > 1 ? sumOf(quantities) : undefined
    return [{ orderId, position: Number(position), quantity: sum ?? quantities[0] ?? '', reason: text(`reason-${key}`) }]
  })
  return { id: text('id'), chosen, lines, note: text('note').replace(/\r\n?/g, '\n').trim() }
}

const sumOf = (quantities: string[]): string | undefined => {
  const parsed = quantities.map(quantityOf)
  return parsed.every((quantity) => quantity !== undefined) ? String(parsed.reduce((sum, each) => sum + each, 0) / QUANTITY_UNIT) : undefined
}

/** A quantity as people type it, in 1/10,000; undefined when it is none. */
export const quantityOf = (typed: string): number | undefined => {
  const parts = /^(?<whole>\d{1,9})(?:[.,](?<part>\d{1,4}))?$/.exec(typed.trim())?.groups
  return parts && Number(parts.whole) * QUANTITY_UNIT + Number((parts.part ?? '').padEnd(4, '0'))
}

/** A form for what was chosen, with nothing chosen of it yet. */
export const emptyReturn = (chosen: Chosen): TypedReturn => ({ id: newId(), chosen, lines: [], note: '' })

/** What a form asks for, or what is wrong with it, in sentences. Nothing may be asked for while there are problems. */
export const askedOf = ({ lines, note }: TypedReturn, goods: Goods[], { reasons }: ReturnRules): { asked: AskedLine[]; problems: ReturnProblems } => {
  const problems: ReturnProblems = {}
  const asked = lines.flatMap((typed): AskedLine[] => {
    const key = lineKey(typed)
    const line = goods.find((each) => lineKey(each) === key)
    const quantity = quantityOf(typed.quantity)
    const problem = problemOf(line, quantity, typed.reason, reasons)
    // What is not among the goods has no field to say it beside.
    if (problem !== undefined) problems[line ? key : 'form'] = problem
    if (problem !== undefined || !line || quantity === undefined) return []
    return [{ orderId: line.orderId, position: line.position, sku: line.sku, description: line.description, quantity, reason: typed.reason }]
  })
  if (lines.length === 0) problems.form = 'Choose at least one item.'
  if ([...note].length > NOTE_MAX) problems.note = `That has ${[...note].length} characters. Use at most ${NOTE_MAX}.`
  return { asked, problems }
}

const problemOf = (line: Goods | undefined, quantity: number | undefined, reason: string, reasons: string[]): string | undefined => {
  if (!line || line.whyNot !== null) return 'This can’t be returned any more.'
  if (quantity === undefined || quantity === 0) return 'Type how many: 1 or more.'
  if (quantity % QUANTITY_UNIT !== 0 && line.quantity % QUANTITY_UNIT === 0) return 'Type a whole number.'
  if (quantity > line.left) return `Only ${line.left / QUANTITY_UNIT} of it can be returned.`
  return reasons.includes(reason) ? undefined : 'Choose a reason.'
}
