import { eq } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import { forTenant, type TenantDoor } from '#src/db/door.ts'
import { IMPORT_KINDS, importFiles, imports } from '#src/db/schema/imports.ts'
import type { Env, ImportMessage } from '#src/env.ts'
import { fileKey, PACE, type Pace, readOn } from './reading.ts'
import { type Judged, judge } from './rows.ts'
import { brokenOff, checked, type Statements, type StoredFile, type Taken, taken } from './step.ts'

/**
 * The work on an import, in steps. A step is one transaction: rows, refusals, counts and the place where the next step
 * begins are written together or not at all, and a step can be taken once only. So it doesn't matter how often a message
 * is delivered, how many work at the same time, or where one of them dies.
 */

/** Takes the next steps of an import. Says whether there are more to take; then the message is to be sent again. */
export const importStep = async (env: Env, { tenantId, importId }: ImportMessage, now: Instant, pace: Pace = PACE): Promise<'finished' | 'more' | 'gone'> => {
  const door = forTenant(env, tenantId)
  const begun = Date.now()
  const { job, files } = await door.run({ job: door.read(imports, { where: eq(imports.id, importId) }), ...filesOf(door, importId) })
  if (!job[0]) return 'gone'
  let next = nextFile(files)
  for (let step = 0; next && step < pace.steps && Date.now() - begun < pace.time; step++) {
    next = nextFile(await takeStep(env, door, next, now, pace))
  }
  return next ? 'more' : 'finished'
}

const filesOf = (door: TenantDoor, importId: string) => ({ files: door.read(importFiles, { where: eq(importFiles.importId, importId) }) })

const OPEN: ReadonlySet<StoredFile['state']> = new Set(['waiting', 'reading', 'checking'])

const nextFile = (files: StoredFile[]): StoredFile | undefined =>
  IMPORT_KINDS.flatMap((kind) => files.filter((file) => file.kind === kind && OPEN.has(file.state)))[0]

/** Returns all files as they stand afterwards. */
const takeStep = async (env: Env, door: TenantDoor, file: StoredFile, now: Instant, pace: Pace): Promise<StoredFile[]> => {
  if (file.state === 'checking') return commit(door, file, checked(door, file, pace.rows, now))
  const reading = await readOn(env.FILES, fileKey(file), file, { bytes: file.bytesRead, lines: file.linesRead }, pace)
  if ('problem' in reading) return commit(door, file, brokenOff(door, file, reading.problem, now))
  const columns = JSON.parse(file.columns) as string[]
  const rows = reading.rows.flatMap((row) => judge(file.kind, columns, row) ?? [])
  return take(door, file, { rows, end: reading.end, isAtEnd: reading.isAtEnd }, now)
}

/** As a last resort, rows that the database refuses for a reason nobody thought of are halved until the bad one stands alone. */
const take = async (door: TenantDoor, file: StoredFile, reading: Taken, now: Instant): Promise<StoredFile[]> => {
  try {
    return await commit(door, file, taken(door, file, reading, now))
  } catch (error) {
    if (!isAboutRows(error)) throw error
    const half = reading.rows.slice(0, Math.floor(reading.rows.length / 2))
    const last = half.at(-1)
    if (last) return take(door, file, { rows: half, end: last.end, isAtEnd: false }, now)
    const rows = reading.rows.flatMap((row) => ('row' in row ? refusedByDatabase(row) : []))
    if (rows.length === 0) throw error
    return commit(door, file, taken(door, file, { ...reading, rows }, now))
  }
}

const refusedByDatabase = ({ line, end, key }: Judged): Judged => ({
  line,
  end,
  key,
  refusal: { line, column: '', reason: 'The database does not take this row' },
})

const commit = async (door: TenantDoor, file: StoredFile, statements: Statements): Promise<StoredFile[]> => {
  const after = filesOf(door, file.importId)
  try {
    return (await door.run({ ...statements, ...after })).files
  } catch (error) {
    // Somebody else took this step, wholly: all that is left to do is to go on from there.
    if (!messageOf(error).includes('import step already taken')) throw error
    return (await door.run(after)).files
  }
}

/** Whether the database refused what it was given, and not for want of time or connection. */
const isAboutRows = (error: unknown): boolean => /SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(messageOf(error))

const messageOf = (error: unknown): string => (error instanceof Error ? `${error.message} ${messageOf(error.cause)}` : '')
