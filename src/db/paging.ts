import { type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'

/** Lists are walked by keys: a page starts after the last row of the one before, whatever came or went meanwhile. */

/** Where a page starts: the sort key and the id of the row before it. */
export type Cursor = { key: string; id: string }

export const cursorText = ({ key, id }: Cursor): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify([key, id]))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** A cursor that was tampered with is no cursor: the list starts at its beginning. */
export const cursorOf = (text: string | undefined): Cursor | undefined => {
  if (!text) return undefined
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
    const [key, id] = JSON.parse(new TextDecoder().decode(bytes)) as unknown[]
    return typeof key === 'string' && typeof id === 'string' ? { key, id } : undefined
  } catch {
    return undefined
  }
}

/** The rows after a cursor, in an order that goes down by both columns. */
export const before = (key: SQLiteColumn, id: SQLiteColumn, cursor: Cursor | undefined): SQL | undefined =>
  cursor && sql`(${key}, ${id}) < (${cursor.key}, ${cursor.id})`

/** Cuts what was read with one row too many into a page and the cursor of the next. */
export const pageOf = <T>(rows: T[], size: number, cursor: (row: T) => Cursor): { rows: T[]; next: string | undefined } => {
  const last = rows.length > size ? rows[size - 1] : undefined
  return { rows: rows.slice(0, size), next: last && cursorText(cursor(last)) }
}

/** Rows of several tables, each read in this order with one row too many, as one list: newest first, ties by id. */
export const newestOf = <T extends { day: string; id: string }>(
  rows: T[],
  size: number,
  ends: Cursor[] = [],
): { rows: T[]; next: string | undefined; isCut: boolean } => {
  const key = ({ day, id }: T): Cursor => ({ key: day, id })
  // Beyond where the first search of a table ended nothing is known of that table yet.
  const end = [...ends].sort(byCursor)[0]
  const known = rows.filter((row) => !end || byCursor(key(row), end) <= 0).sort((a, b) => byCursor(key(a), key(b)))
  const page = pageOf(known, size, key)
  return page.next === undefined && end ? { rows: page.rows, next: cursorText(end), isCut: true } : { ...page, isCut: false }
}

/** Newest first. */
const byCursor = (a: Cursor, b: Cursor): number => (a.key === b.key ? (a.id < b.id ? 1 : a.id > b.id ? -1 : 0) : a.key < b.key ? 1 : -1)
