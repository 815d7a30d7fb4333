import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { importFiles, importKeys, imports } from '#src/db/schema/imports.ts'
import type { Position } from './csv.ts'
import { type DocumentKind, documentStatements, TAKEN } from './documents.ts'
import { given, type OneFile, ofFile } from './file.ts'
import { checkStatements, type LineKind, lineStatements } from './lines.ts'
import type { Judged, Mapping, TypedRow } from './mapping.ts'

type Write = ReturnType<TenantDoor['write']>
/** What one step writes, in this order, in one transaction. */
export type Statements = Record<string, Write>
export type StoredFile = typeof importFiles.$inferSelect
export type Taken = { rows: Judged[]; end: Position; isAtEnd: boolean }
/** A file that is worked through. `isPlan`: all is judged, and nothing of it written. */
export type Work = { file: StoredFile; mapping: Mapping; isPlan: boolean }

/** How many rows that change, and that are new, are kept to be looked at. */
export const TOLD = { changed: 1000, created: 20, removed: 200 } as const

/** Rows that were read: what is good is written or put by, what isn't becomes a refusal. */
export const taken = (door: TenantDoor, { file, mapping, isPlan }: Work, { rows, end, isAtEnd }: Taken, now: Instant): Statements => {
  const state = isAtEnd ? (isOfLines(file.kind) ? 'checking' : 'done') : 'reading'
  const good = rows.flatMap((each) => ('row' in each ? each.row : []))
  const bad = badOf(file, mapping, rows)
  return {
    file: moved(door, file, {
      state,
      bytes_read: end.bytes,
      lines_read: end.lines,
      refused: bad ? sql`refused + (SELECT count(*) FROM (${bad}))` : sql`refused`,
    }),
    ...(bad && { refusals: refusalsFrom(door, file, bad) }),
    ...(good.length > 0 &&
      (isOfLines(file.kind) ? linesTaken(door, { ...file, kind: file.kind }, file, good) : documentsTaken(door, { file, mapping, isPlan }, good, now))),
    ...((isOfLines(file.kind) || !isPlan) && rows.length > 0 && { keys: keysMet(door, file, rows) }),
    // While it is planned, other files of the import look there for what this one would have written.
    ...(state === 'done' && !isPlan && { cleared: cleared(door, file, 'import_keys') }),
    ...jobMoved(door, file, now),
  }
}

/**
 * Rows that can't be read. Where a document comes again with each of its lines, its further rows may leave out what the
 * first one said: they are none of them.
 */
const badOf = (file: StoredFile, mapping: Mapping, rows: Judged[]): SQL | undefined => {
  const known = new Set(rows.flatMap((each) => ('row' in each ? each.key : [])))
  const mayRepeat = mapping.repeats && !isOfLines(file.kind)
  const bad = rows.flatMap((each) => ('refusal' in each ? { ...each.refusal, key: mayRepeat && each.isBlank ? each.key : null } : []))
  const told = bad.filter(({ key }) => key === null || !known.has(key))
  if (told.length === 0) return undefined
  return sql`SELECT line, "column", reason FROM (${given(['line', 'column', 'reason', 'key'], JSON.stringify(told))}) AS bad
    WHERE bad.key IS NULL OR NOT EXISTS (SELECT 1 FROM import_keys AS met WHERE ${ofFile(file, 'met')} AND met.key = bad.key)`
}

const linesTaken = (door: TenantDoor, of: OneFile & { kind: LineKind }, file: StoredFile, rows: TypedRow[]): Statements => {
  const { judged, write } = lineStatements(of, rows)
  return { counts: counted(door, file, refusedOf(judged)), found: refusalsOf(door, file, judged), rows: door.write(write) }
}

const documentsTaken = (door: TenantDoor, { file, mapping, isPlan }: Work, rows: TypedRow[], now: Instant): Statements => {
  const { judged, changes, known, write, gone } = documentStatements({ ...file, kind: file.kind as DocumentKind }, mapping, rows, now)
  return {
    counts: counted(door, file, countsOf(judged)),
    found: refusalsOf(door, file, judged),
    ...told(door, file, changes),
    ...(isPlan
      ? {
          known: door.write(sql`INSERT INTO import_keys (tenant_id, import_id, kind, key, line, digest, row_id, client_id, currency, total)
            SELECT ${door.tenantId}, ${file.importId}, ${file.kind}, key, line, digest, row_id, known_client, known_currency, known_total FROM (${known}) WHERE true ON CONFLICT DO NOTHING`),
        }
      : { rows: door.write(write), ...(gone && { gone: door.write(gone) }) }),
  }
}

/** The next documents whose lines were put by: checked, and their lines replaced or refused. */
export const checked = (door: TenantDoor, { file, isPlan }: Work, limit: number, now: Instant): Statements => {
  if (!isOfLines(file.kind)) throw new Error(`${file.kind} have no lines to check`)
  const { changes, counts, writes } = checkStatements({ ...file, kind: file.kind }, limit)
  const { refusals, left, lines, staged } = writes
  const isDone = sql`NOT EXISTS (SELECT 1 FROM import_lines WHERE ${ofFile(file)})`
  return {
    file: moved(door, file, {}),
    ...told(door, file, changes),
    counts: counted(door, file, counts),
    refusals: door.write(refusals),
    ...(!isPlan && { left: door.write(left), lines: door.write(lines) }),
    staged: door.write(staged),
    done: door.write(sql`UPDATE import_files SET state = 'done' WHERE tenant_id = ${door.tenantId} AND ${ofFile(file)} AND ${isDone}`),
    cleared: cleared(door, file, 'import_keys', isDone),
    ...jobMoved(door, file, now),
  }
}

/** The file can't be read on. What was taken of it stands; lines that wait are dropped, and the stored ones stay. */
export const brokenOff = (door: TenantDoor, file: StoredFile, problem: string, now: Instant): Statements => ({
  file: moved(door, file, { state: 'refused', problem }),
  lines: cleared(door, file, 'import_lines'),
  keys: cleared(door, file, 'import_keys'),
  ...jobMoved(door, file, now),
})

export const isOfLines = (kind: OneFile['kind']): kind is LineKind => kind === 'order_lines' || kind === 'invoice_lines' || kind === 'credit_note_lines'

/** First of all: a trigger ends the whole transaction if somebody else has taken this step. */
const moved = (door: TenantDoor, file: StoredFile, set: Record<string, SQL | string | number>): Write => {
  const changes = Object.entries({ steps: file.steps + 1, ...set }).map(([column, value]) => sql`${sql.identifier(column)} = ${value}`)
  return door.write(sql`UPDATE import_files SET ${sql.join(changes, sql`, `)} WHERE tenant_id = ${door.tenantId} AND ${ofFile(file)}`)
}

const countsOf = (judged: SQL) => sql`${judged} SELECT count(*) FILTER (WHERE ${TAKEN} AND was_id IS NULL) AS created,
  count(*) FILTER (WHERE ${TAKEN} AND was_id IS NOT NULL AND differs) AS changed,
  count(*) FILTER (WHERE ${TAKEN} AND was_id IS NOT NULL AND NOT differs) AS unchanged,
  count(*) FILTER (WHERE refusal IS NOT NULL) AS refused, count(DISTINCT gone_id) FILTER (WHERE refusal IS NULL) AS removed FROM judged`

/** Lines are counted when their document was checked. */
const refusedOf = (judged: SQL) =>
  sql`${judged} SELECT 0 AS created, 0 AS changed, 0 AS unchanged, count(*) AS refused, 0 AS removed FROM judged WHERE refusal IS NOT NULL`

/** Before the rows are written: afterwards every row would be as it is in the file. */
const counted = (door: TenantDoor, file: StoredFile, counts: SQL): Write =>
  door.write(sql`UPDATE import_files SET created = import_files.created + n.created, changed = import_files.changed + n.changed,
    unchanged = import_files.unchanged + n.unchanged, refused = import_files.refused + n.refused, removed = import_files.removed + n.removed
    FROM (${counts}) AS n WHERE import_files.tenant_id = ${door.tenantId} AND ${ofFile(file, 'import_files')}`)

const refusalsFrom = (door: TenantDoor, file: StoredFile, refusals: SQL): Write =>
  door.write(sql`INSERT INTO import_refusals (tenant_id, import_id, kind, line, "column", reason)
    SELECT ${door.tenantId}, ${file.importId}, ${file.kind}, line, "column", reason FROM (${refusals}) WHERE true`)

const refusalsOf = (door: TenantDoor, file: StoredFile, judged: SQL): Write =>
  refusalsFrom(door, file, sql`${judged} SELECT line, refusal ->> 0 AS "column", refusal ->> 1 AS reason FROM judged WHERE refusal IS NOT NULL`)

/** The first of them; also before the rows are written. */
const told = (door: TenantDoor, file: StoredFile, changes: Partial<Record<keyof typeof TOLD, SQL>>): Statements =>
  Object.fromEntries(
    Object.entries(changes).flatMap(([name, rows]) => {
      const outcome = name as keyof typeof TOLD
      const room = TOLD[outcome] - file[outcome]
      if (room <= 0) return []
      return [
        [
          outcome,
          door.write(sql`INSERT INTO import_changes (tenant_id, import_id, kind, outcome, line, key, what)
            SELECT ${door.tenantId}, ${file.importId}, ${file.kind}, ${outcome}, line, key, what FROM (${rows} LIMIT ${room}) WHERE true ON CONFLICT DO NOTHING`),
        ],
      ]
    }),
  )

/** After the refusals, because they tell which rows were taken. See the table for what is remembered of which kind. */
const keysMet = (door: TenantDoor, file: StoredFile, rows: Judged[]): Write => {
  const met = given(['line', 'key', 'digest'], JSON.stringify(rows.filter(({ key }) => key !== '').map(({ line, key, digest }) => ({ line, key, digest }))))
  const isRefused = sql`EXISTS (SELECT 1 FROM import_refusals AS refusal WHERE ${ofFile(file, 'refusal')} AND refusal.line = met.line)`
  const condition = isOfLines(file.kind) ? isRefused : sql`NOT ${isRefused}`
  return door.write(sql`INSERT INTO import_keys (tenant_id, import_id, kind, key, line, digest)
    SELECT ${door.tenantId}, ${file.importId}, ${file.kind}, key, min(line), digest FROM (${met}) AS met WHERE ${condition} GROUP BY key ON CONFLICT DO NOTHING`)
}

const cleared = (door: TenantDoor, file: StoredFile, table: 'import_keys' | 'import_lines', condition = sql`true`): Write =>
  door.write(sql`DELETE FROM ${sql.identifier(table)} WHERE tenant_id = ${door.tenantId} AND ${ofFile(file)} AND ${condition}`)

/** Last of all: keeps the sweep away. When no file is left, a plan waits for its yes, and a run is finished. */
const jobMoved = (door: TenantDoor, { tenantId, importId }: StoredFile, now: Instant): Statements => {
  const isLeft = sql`EXISTS (SELECT 1 FROM ${importFiles} WHERE ${importFiles.tenantId} = ${tenantId} AND ${importFiles.importId} = ${importId} AND ${importFiles.state} NOT IN ('done', 'refused', 'stopped'))`
  const isPlan = sql`${imports.phase} = 'planning'`
  return {
    job: door.update(
      imports,
      {
        movedAt: now,
        finishedAt: sql`iif(${isLeft} OR ${isPlan}, ${imports.finishedAt}, ${now})`,
        phase: sql`iif(${isLeft} OR NOT (${isPlan}), ${imports.phase}, 'planned')`,
      },
      eq(imports.id, importId),
    ),
    // What a plan's files knew of each other.
    forgotten: door.remove(
      importKeys,
      and(eq(importKeys.importId, importId), door.exists(imports, and(eq(imports.id, importId), eq(imports.phase, 'planned')))),
    ),
  }
}
