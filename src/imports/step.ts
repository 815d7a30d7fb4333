import { eq, type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { importFiles, imports } from '#src/db/schema/imports.ts'
import type { Position } from './csv.ts'
import { documentStatements } from './documents.ts'
import { given, type OneFile, ofFile } from './file.ts'
import { checkStatements, type LineKind, lineStatements } from './lines.ts'
import type { Judged } from './rows.ts'

type Write = ReturnType<TenantDoor['write']>
/** What one step writes, in this order, in one transaction. */
export type Statements = Record<string, Write>
export type StoredFile = typeof importFiles.$inferSelect
export type Taken = { rows: Judged[]; end: Position; isAtEnd: boolean }

/** Rows that were read: what is good is written or put by, what isn't becomes a refusal. */
export const taken = (door: TenantDoor, file: StoredFile, { rows, end, isAtEnd }: Taken, now: Instant): Statements => {
  const state = isAtEnd ? (isOfLines(file.kind) ? 'checking' : 'done') : 'reading'
  const good = rows.flatMap((each) => ('row' in each ? each.row : []))
  const bad = rows.flatMap((each) => ('refusal' in each ? each.refusal : []))
  const of = isOfLines(file.kind) ? lineStatements({ ...file, kind: file.kind }, good) : documentStatements({ ...file, kind: file.kind }, good, now)
  const written =
    good.length === 0
      ? {}
      : {
          found: refusalsFrom(
            door,
            file,
            sql`${of.judged} SELECT line, refusal ->> 0 AS "column", refusal ->> 1 AS reason FROM judged WHERE refusal IS NOT NULL`,
          ),
          rows: door.write(of.write),
        }
  return {
    file: moved(door, file, { state, bytes_read: end.bytes, lines_read: end.lines, refused: sql`refused + ${bad.length}` }),
    ...(good.length > 0 && { counts: counted(door, file, isOfLines(file.kind) ? refusedOf(of.judged) : countsOf(of.judged)) }),
    ...(bad.length > 0 && { refusals: refusalsFrom(door, file, given(['line', 'column', 'reason'], JSON.stringify(bad))) }),
    ...written,
    ...(rows.length > 0 && { keys: keysMet(door, file, rows) }),
    ...(state === 'done' && { cleared: cleared(door, file, 'import_keys') }),
    job: jobMoved(door, file, now),
  }
}

/** The next documents whose lines were put by: checked, and their lines replaced or refused. */
export const checked = (door: TenantDoor, file: StoredFile, limit: number, now: Instant): Statements => {
  if (!isOfLines(file.kind)) throw new Error(`${file.kind} have no lines to check`)
  const { counts, writes } = checkStatements({ ...file, kind: file.kind }, limit)
  const isDone = sql`NOT EXISTS (SELECT 1 FROM import_lines WHERE ${ofFile(file)})`
  return {
    file: moved(door, file, {}),
    counts: counted(door, file, counts),
    ...Object.fromEntries(Object.entries(writes).map(([name, statement]) => [name, door.write(statement)])),
    done: door.write(sql`UPDATE import_files SET state = 'done' WHERE tenant_id = ${door.tenantId} AND ${ofFile(file)} AND ${isDone}`),
    cleared: cleared(door, file, 'import_keys', isDone),
    job: jobMoved(door, file, now),
  }
}

/** The file can't be read on. What was taken of it stands; lines that wait are dropped, and the stored ones stay. */
export const brokenOff = (door: TenantDoor, file: StoredFile, problem: string, now: Instant): Statements => ({
  file: moved(door, file, { state: 'refused', problem }),
  lines: cleared(door, file, 'import_lines'),
  keys: cleared(door, file, 'import_keys'),
  job: jobMoved(door, file, now),
})

const isOfLines = (kind: OneFile['kind']): kind is LineKind => kind === 'order_lines' || kind === 'invoice_lines' || kind === 'credit_note_lines'

/** First of all: a trigger ends the whole transaction if somebody else has taken this step. */
const moved = (door: TenantDoor, file: StoredFile, set: Record<string, SQL | string | number>): Write => {
  const changes = Object.entries({ steps: file.steps + 1, ...set }).map(([column, value]) => sql`${sql.identifier(column)} = ${value}`)
  return door.write(sql`UPDATE import_files SET ${sql.join(changes, sql`, `)} WHERE tenant_id = ${door.tenantId} AND ${ofFile(file)}`)
}

const countsOf = (judged: SQL) => sql`${judged} SELECT count(*) FILTER (WHERE refusal IS NULL AND was_id IS NULL) AS created,
  count(*) FILTER (WHERE refusal IS NULL AND was_id IS NOT NULL AND differs) AS changed,
  count(*) FILTER (WHERE refusal IS NULL AND was_id IS NOT NULL AND NOT differs) AS unchanged,
  count(*) FILTER (WHERE refusal IS NOT NULL) AS refused FROM judged`

/** Lines are counted when their document was checked. */
const refusedOf = (judged: SQL) => sql`${judged} SELECT 0 AS created, 0 AS changed, 0 AS unchanged, count(*) AS refused FROM judged WHERE refusal IS NOT NULL`

/** Before the rows are written: afterwards every row would be as it is in the file. */
const counted = (door: TenantDoor, file: StoredFile, counts: SQL): Write =>
  door.write(sql`UPDATE import_files SET created = import_files.created + n.created, changed = import_files.changed + n.changed,
    unchanged = import_files.unchanged + n.unchanged, refused = import_files.refused + n.refused
    FROM (${counts}) AS n WHERE import_files.tenant_id = ${door.tenantId} AND ${ofFile(file, 'import_files')}`)

const refusalsFrom = (door: TenantDoor, file: StoredFile, refusals: SQL): Write =>
  door.write(sql`INSERT INTO import_refusals (tenant_id, import_id, kind, line, "column", reason)
    SELECT ${door.tenantId}, ${file.importId}, ${file.kind}, line, "column", reason FROM (${refusals}) WHERE true`)

/** After the refusals, because they tell which rows were taken. See the table for what is remembered of which kind. */
const keysMet = (door: TenantDoor, file: StoredFile, rows: Judged[]): Write => {
  const met = given(['line', 'key'], JSON.stringify(rows.filter(({ key }) => key !== '').map(({ line, key }) => ({ line, key }))))
  const isRefused = sql`EXISTS (SELECT 1 FROM import_refusals AS refusal WHERE ${ofFile(file, 'refusal')} AND refusal.line = met.line)`
  const condition = isOfLines(file.kind) ? isRefused : sql`NOT ${isRefused}`
  return door.write(sql`INSERT INTO import_keys (tenant_id, import_id, kind, key, line)
    SELECT ${door.tenantId}, ${file.importId}, ${file.kind}, key, min(line) FROM (${met}) AS met WHERE ${condition} GROUP BY key ON CONFLICT DO NOTHING`)
}

const cleared = (door: TenantDoor, file: StoredFile, table: 'import_keys' | 'import_lines', condition = sql`true`): Write =>
  door.write(sql`DELETE FROM ${sql.identifier(table)} WHERE tenant_id = ${door.tenantId} AND ${ofFile(file)} AND ${condition}`)

/** Last of all: keeps the sweep away, and ends the import when no file is left. */
const jobMoved = (door: TenantDoor, { tenantId, importId }: StoredFile, now: Instant): Write => {
  const isUnfinished = sql`EXISTS (SELECT 1 FROM ${importFiles} WHERE ${importFiles.tenantId} = ${tenantId} AND ${importFiles.importId} = ${importId} AND ${importFiles.state} NOT IN ('done', 'refused', 'stopped'))`
  return door.update(imports, { movedAt: now, finishedAt: sql`iif(${isUnfinished}, NULL, ${now})` }, eq(imports.id, importId))
}
