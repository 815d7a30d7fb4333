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
  try {
    const bytes = Uint8Array.from(atob((text ?? '').replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
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
