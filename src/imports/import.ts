import { and, asc, desc, eq, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import {
  type IMPORT_FILE_STATES,
  IMPORT_KINDS,
  type IMPORT_OUTCOMES,
  type ImportKind,
  type ImportPhase,
  importChanges,
  importFiles,
  importRefusals,
  importSources,
  imports,
} from '#src/db/schema/imports.ts'
import { NotFound } from '#src/errors.ts'
import { columnNamed, headingsIn, type Mapping, mappingIn } from './mapping.ts'

/** One uploaded file as one kind, as the page of its import shows it. */
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
  removed: number
  /** Why the file as a whole was refused. */
  problem: string | null
  /** As what it is read, and the headings as they stand in it. */
  mapping: Mapping
  headings: string[]
  /** Which of the uploaded files; 0: one of its own. */
  source: number
}

/** `column` as the file calls it. */
export type ImportRefusal = { kind: ImportKind; fileName: string; line: number; column: string; reason: string }

/** A row that is new, changed or gone; amounts and quantities in the integers of the database. */
export type ImportChange = {
  kind: ImportKind
  outcome: (typeof IMPORT_OUTCOMES)[number]
  key: string
  label: string
  currency: string | null
  /** What it was in before. */
  currencyWas: string | null
  fields: { heading: string; was: string | number | null; is: string | number | null }[]
}

/** One upload: its files in the order they are worked through, and all that were sent. */
export type Import = {
  id: string
  createdAt: Instant
  finishedAt: Instant | null
  /** When work last moved on; of a plan, which one it is. */
  movedAt: Instant
  phase: ImportPhase
  by: string
  files: ImportFile[]
  names: string[]
}

/** How many refused rows a page lists; the others are counted. */
const REFUSALS_SHOWN = 200
/** How many rows that change it lists of each kind, before the page of their own that has all that are kept. */
export const CHANGES_SHOWN = 10

const COLUMNS = {
  id: imports.id,
  createdAt: imports.createdAt,
  finishedAt: imports.finishedAt,
  movedAt: imports.movedAt,
  phase: imports.phase,
  by: sql<string | null>`(SELECT iif(name = '', email, name) FROM staff WHERE id = ${imports.staffId})`,
}
const NEWEST_FIRST = [desc(imports.createdAt), desc(imports.id)]

/** The newest imports. */
export const importListReads = (door: TenantDoor, limit: number) => {
  const listed = door.pluck(imports, imports.id, { order: NEWEST_FIRST, limit })
  return {
    jobs: door.pick(imports, COLUMNS, { order: NEWEST_FIRST, limit }),
    files: door.read(importFiles, { where: sql`${importFiles.importId} IN ${listed}` }),
    sources: door.pick(importSources, SOURCE, { where: sql`${importSources.importId} IN ${listed}`, order: [asc(importSources.number)] }),
  }
}
const SOURCE = { importId: importSources.importId, name: importSources.name }

export const importReads = (door: TenantDoor, id: string) => ({
  jobs: door.pick(imports, COLUMNS, { where: eq(imports.id, id) }),
  files: door.read(importFiles, { where: eq(importFiles.importId, id) }),
  sources: door.pick(importSources, SOURCE, { where: eq(importSources.importId, id), order: [asc(importSources.number)] }),
  // Kinds in the order of work, as the files above them on the page.
  refused: door.read(importRefusals, {
    where: eq(importRefusals.importId, id),
    order: [orderOfWork(importRefusals.kind), asc(importRefusals.line)],
    limit: REFUSALS_SHOWN,
  }),
})

/** The first rows of each kind that are new, that change, and that are gone. */
export const changesRead = (door: TenantDoor, id: string) =>
  door.read(importChanges, {
    where: and(eq(importChanges.importId, id), sql`${importChanges.key} IN (${FIRST_OF_KIND})`),
    order: [orderOfWork(importChanges.kind), asc(importChanges.line), asc(importChanges.key)],
    limit: IMPORT_KINDS.length * CHANGES_SHOWN * 3,
  })
const FIRST_OF_KIND = sql`SELECT first.key FROM import_changes AS first WHERE first.tenant_id = ${importChanges.tenantId} AND first.import_id = ${importChanges.importId}
  AND first.kind = ${importChanges.kind} AND first.outcome = ${importChanges.outcome} ORDER BY first.line, first.key LIMIT ${CHANGES_SHOWN}`

/** All that are kept of one kind. */
export const changesOfKindRead = (door: TenantDoor, id: string, kind: ImportKind) =>
  door.read(importChanges, {
    where: and(eq(importChanges.importId, id), eq(importChanges.kind, kind)),
    order: [asc(importChanges.outcome), asc(importChanges.line), asc(importChanges.key)],
  })

const orderOfWork = (kind: typeof importRefusals.kind | typeof importChanges.kind) =>
  sql`CASE ${kind} ${sql.raw(IMPORT_KINDS.map((each, i) => `WHEN '${each}' THEN ${i}`).join(' '))} END`

type ListRows = {
  jobs: ReturnType<typeof importListReads>['jobs']['row'][]
  files: (typeof importFiles.$inferSelect)[]
  sources: { importId: string; name: string }[]
}

export const importsOf = ({ jobs, files, sources }: ListRows): Import[] =>
  jobs.map((job) => {
    const own = IMPORT_KINDS.flatMap((kind) => files.filter((file) => file.importId === job.id && file.kind === kind))
    const sent = sources.filter(({ importId }) => importId === job.id).map(({ name }) => name)
    return { ...job, by: job.by ?? '', files: own.map(fileOf), names: sent.length > 0 ? sent : own.map(({ name }) => name) }
  })

const fileOf = (file: typeof importFiles.$inferSelect): ImportFile => ({
  ...file,
  mapping: mappingIn(file),
  headings: headingsIn(file.columns),
})

/** @throws NotFound when the company has no such import */
export const importOf = (
  rows: ListRows & { refused: (typeof importRefusals.$inferSelect)[] },
): { job: Import; refusals: ImportRefusal[]; moreRefusals: number } => {
  const [job] = importsOf(rows)
  if (!job) throw new NotFound()
  const fileFor = (kind: ImportKind) => job.files.find((file) => file.kind === kind)
  const total = job.files.reduce((sum, { refused }) => sum + refused, 0)
  return {
    job,
    refusals: rows.refused.map(({ kind, line, column, reason }) => {
      const file = fileFor(kind)
      return { kind, fileName: file?.name ?? kind, line, column: file ? columnNamed(file, column) : column, reason }
    }),
    moreRefusals: Math.max(0, total - rows.refused.length),
  }
}

export const changesOf = (rows: (typeof importChanges.$inferSelect)[]): ImportChange[] =>
  rows.map(({ kind, outcome, key, what }) => {
    const { label, currency, fields } = JSON.parse(what) as { label: string; currency: string | null; fields: ([string, string, string] | null)[] }
    const told = fields.flatMap((field) => (field ? [{ heading: field[0], was: field[1], is: field[2] }] : []))
    return { kind, outcome, key, label, currency, currencyWas: told.find(({ heading }) => heading === 'currency')?.was ?? currency, fields: told }
  })
