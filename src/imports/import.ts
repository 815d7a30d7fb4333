import { asc, desc, eq, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { type IMPORT_FILE_STATES, IMPORT_KINDS, type ImportKind, importFiles, importRefusals, imports } from '#src/db/schema/imports.ts'
import { NotFound } from '#src/errors.ts'

/** One uploaded file, as the page of its import shows it. */
export type ImportFile = {
  kind: ImportKind
  name: string
  size: number
  state: (typeof IMPORT_FILE_STATES)[number]
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

/** How many refused rows a page lists; the others are counted. */
const REFUSALS_SHOWN = 200

const COLUMNS = {
  id: imports.id,
  createdAt: imports.createdAt,
  finishedAt: imports.finishedAt,
  by: sql<string | null>`(SELECT iif(name = '', email, name) FROM staff WHERE id = ${imports.staffId})`,
}
const NEWEST_FIRST = [desc(imports.createdAt), desc(imports.id)]

/** The newest imports. */
export const importListReads = (door: TenantDoor, limit: number) => ({
  jobs: door.pick(imports, COLUMNS, { order: NEWEST_FIRST, limit }),
  files: door.read(importFiles, { where: sql`${importFiles.importId} IN ${door.pluck(imports, imports.id, { order: NEWEST_FIRST, limit })}` }),
})

export const importReads = (door: TenantDoor, id: string) => ({
  jobs: door.pick(imports, COLUMNS, { where: eq(imports.id, id) }),
  files: door.read(importFiles, { where: eq(importFiles.importId, id) }),
  // Kinds in the order of work, as the files above them on the page.
  refused: door.read(importRefusals, { where: eq(importRefusals.importId, id), order: [orderOfWork, asc(importRefusals.line)], limit: REFUSALS_SHOWN }),
})

const orderOfWork = sql`CASE ${importRefusals.kind} ${sql.raw(IMPORT_KINDS.map((kind, i) => `WHEN '${kind}' THEN ${i}`).join(' '))} END`

type ListRows = { jobs: ReturnType<typeof importListReads>['jobs']['row'][]; files: (typeof importFiles.$inferSelect)[] }

export const importsOf = ({ jobs, files }: ListRows): Import[] =>
  jobs.map((job) => ({
    ...job,
    by: job.by ?? '',
    files: IMPORT_KINDS.flatMap((kind) => files.filter((file) => file.importId === job.id && file.kind === kind)),
  }))

/** @throws NotFound when the company has no such import */
export const importOf = (
  rows: ListRows & { refused: (typeof importRefusals.$inferSelect)[] },
): { job: Import; refusals: ImportRefusal[]; moreRefusals: number } => {
  const [job] = importsOf(rows)
  if (!job) throw new NotFound()
  const nameOf = (kind: ImportKind) => job.files.find((file) => file.kind === kind)?.name ?? kind
  const total = job.files.reduce((sum, { refused }) => sum + refused, 0)
  return {
    job,
    refusals: rows.refused.map(({ kind, line, column, reason }) => ({ kind, fileName: nameOf(kind), line, column, reason })),
    moreRefusals: Math.max(0, total - rows.refused.length),
  }
}
