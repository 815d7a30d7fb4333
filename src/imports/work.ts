import { eq } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import { forTenant, type TenantDoor } from '#src/db/door.ts'
import { IMPORT_KINDS, importFiles, imports } from '#src/db/schema/imports.ts'
import type { Env, ImportMessage } from '#src/env.ts'
import { columnsOf, type Judged, judge, mappingIn } from './mapping.ts'
import { keptOf, PACE, type Pace, readOn } from './reading.ts'
import { brokenOff, checked, isOfLines, type Statements, type StoredFile, type Taken, taken, type Work } from './step.ts'

/**
 * The work on an import, in steps. A step is one transaction: rows, refusals, counts and the place where the next step
 * begins are written together or not at all, and a step can be taken once only. So it doesn't matter how often a message
 * is delivered, how many work at the same time, or where one of them dies.
 */

/** Takes the next steps of an import. Says whether there are more to take; then the message is to be sent again. */
export const importStep = async (env: Env, { tenantId, importId }: ImportMessage, now: Instant, pace: Pace = PACE): Promise<'finished' | 'more' | 'gone'> => {
  const door = forTenant(env, tenantId)
  const begun = Date.now()
  const found = await door.run(standing(door, importId))
  if (!found.job[0]) return 'gone'
  let next = nextWork(found)
  for (let step = 0; next && step < pace.steps && Date.now() - begun < pace.time; step++) {
    next = nextWork(await takeStep(env, door, next, now, pace))
  }
  return next ? 'more' : 'finished'
}

/** How far it is. Read anew with every step: a plan may have become a run meanwhile. */
const standing = (door: TenantDoor, importId: string) => ({
  job: door.read(imports, { where: eq(imports.id, importId) }),
  files: door.read(importFiles, { where: eq(importFiles.importId, importId) }),
})
type Standing = { job: (typeof imports.$inferSelect)[]; files: StoredFile[] }

const OPEN: ReadonlySet<StoredFile['state']> = new Set(['waiting', 'reading', 'checking'])

const nextWork = ({ job: [job], files }: Standing): Work | undefined => {
  const [file] = IMPORT_KINDS.flatMap((kind) => files.filter((each) => each.kind === kind && OPEN.has(each.state)))
  if (!job || !file || (job.phase !== 'planning' && job.phase !== 'running')) return undefined
  return { file, mapping: mappingIn(file), isPlan: job.phase === 'planning' }
}

/** Returns how far it is afterwards. */
const takeStep = async (env: Env, door: TenantDoor, work: Work, now: Instant, pace: Pace): Promise<Standing> => {
  const { file, mapping } = work
  if (file.state === 'checking') return commit(door, file, checked(door, work, pace.rows, now))
  const reading = await readOn(env.FILES, keptOf(file), { bytes: file.bytesRead, lines: file.linesRead }, pace)
  if ('problem' in reading) return commit(door, file, brokenOff(door, file, reading.problem, now))
  const columns = columnsOf(file.columns)
  const rows = reading.rows.flatMap((row) => judge(mapping, columns, row) ?? [])
  // A document's row comes with each of its lines.
  const once = mapping.repeats && !isOfLines(file.kind) ? rows.filter((row, i) => i === 0 || !isSame(row, rows[i - 1])) : rows
  return take(door, work, { rows: once, end: reading.end, isAtEnd: reading.isAtEnd }, now)
}

/** The same once more: what it says, or what is wrong with it. */
const isSame = (row: Judged, before: Judged | undefined): boolean =>
  row.key !== '' &&
  row.key === before?.key &&
  row.digest === before.digest &&
  ('refusal' in row ? row.refusal.reason : '') === ('refusal' in before ? before.refusal.reason : '')

/** As a last resort, rows that the database refuses for a reason nobody thought of are halved until the bad one stands alone. */
const take = async (door: TenantDoor, work: Work, reading: Taken, now: Instant): Promise<Standing> => {
  try {
    return await commit(door, work.file, taken(door, work, reading, now))
  } catch (error) {
    if (!isAboutRows(error)) throw error
    const half = reading.rows.slice(0, Math.floor(reading.rows.length / 2))
    const last = half.at(-1)
    if (last) return take(door, work, { rows: half, end: last.end, isAtEnd: false }, now)
    const rows = reading.rows.flatMap((row) => ('row' in row ? refusedByDatabase(row) : []))
    if (rows.length === 0) throw error
    return commit(door, work.file, taken(door, work, { ...reading, rows }, now))
  }
}

const refusedByDatabase = ({ line, end, key }: Judged): Judged => ({
  line,
  end,
  key,
  digest: '',
  refusal: { line, column: '', reason: 'The database does not take this row' },
})

const commit = async (door: TenantDoor, file: StoredFile, statements: Statements): Promise<Standing> => {
  const after = standing(door, file.importId)
  try {
    const [, stands] = await door.runBoth(statements, after)
    return stands
  } catch (error) {
    // Somebody else took this step, wholly: all that is left to do is to go on from there.
    if (!messageOf(error).includes('import step already taken')) throw error
    return door.run(after)
  }
}

/** Whether the database refused what it was given, and not for want of time or connection. */
const isAboutRows = (error: unknown): boolean => /SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(messageOf(error))

const messageOf = (error: unknown): string => (error instanceof Error ? `${error.message} ${messageOf(error.cause)}` : '')
