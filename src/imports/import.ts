import type { Instant } from '#src/dates.ts'
import type { ImportKind } from '#src/db/schema/imports.ts'

/** One uploaded file, as the page of its import shows it. */
export type ImportFile = {
  kind: ImportKind
  name: string
  size: number
  state: 'waiting' | 'reading' | 'checking' | 'done' | 'refused'
  bytesRead: number
  created: number
  changed: number
  unchanged: number
  refused: number
  /** Why the file as a whole was refused. */
  problem: string | null
}

export type ImportRefusal = { kind: ImportKind; fileName: string; line: number; column: string; reason: string }

/** One upload: its files in the order they are worked through. */
export type Import = { id: string; createdAt: Instant; finishedAt: Instant | null; by: string; files: ImportFile[] }
