import type { TenantDoor } from './door.ts'
import { Slot, type Statements } from './statement.ts'

/**
 * Statements that pages send again and again are made once an isolate, with slots for what differs, and then only filled
 * in: making them is much of what a page costs.
 * @param make is called once for each kind of door. It may pass its values on to statements, and nothing else: no
 *   arithmetic, no text around them, no choice by them, and nothing random. Where the statements themselves differ, there
 *   are several.
 */
export const compiled = <D extends TenantDoor, V extends (string | number)[], S extends Statements>(
  make: (door: D, ...values: V) => S,
): ((door: D, ...values: V) => S) => {
  const made = new Map<TenantDoor, [string, Statements[string]][]>()
  return (door, ...values) => {
    const { pattern, ids } = door
    let statements = made.get(pattern)
    if (!statements) {
      const slots = values.map((_, at) => new Slot(String(at)))
      statements = Object.entries(make(pattern as D, ...(slots as unknown as V)))
      made.set(pattern, statements)
    }
    const given = { ...ids, ...values }
    return Object.fromEntries(statements.map(([name, statement]) => [name, statement.with(given)])) as S
  }
}

/** The same of one statement. */
export const compiledOne = <D extends TenantDoor, V extends (string | number)[], T extends Statements[string]>(
  make: (door: D, ...values: V) => T,
): ((door: D, ...values: V) => T) => {
  const all = compiled((door: D, ...values: V) => ({ one: make(door, ...values) }))
  return (door, ...values) => all(door, ...values).one as T
}
