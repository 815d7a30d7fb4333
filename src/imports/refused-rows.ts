import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { BYTE_ORDER_MARK, csvPlain } from '#src/csv.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { importFiles, importRefusals } from '#src/db/schema/imports.ts'
import { columnNamed, headingsIn, mappingIn } from './mapping.ts'
import { keptOf, PACE, readOn } from './reading.ts'

/** The refused rows of a file as it had them, with what was wrong: to be mended and imported again. */

const AT_ONCE = 1000
/** Beside the file's own headings; an import passes over them. */
export const REFUSED_COLUMNS = ['refused_line', 'refused_column', 'refused_reason']

export const importedFilesRead = (door: TenantDoor, importId: string) => door.read(importFiles, { where: eq(importFiles.importId, importId) })

type File = typeof importFiles.$inferSelect

/**
 * In pieces, however many there are. Rows are told from the file as it is kept, by the line they begin in.
 * @param files the kinds that one uploaded file was read as: a row that was refused as one of them is there once
 */
export async function* refusedRows(bucket: R2Bucket, door: TenantDoor, files: [File, ...File[]]): AsyncGenerator<string> {
  const [file] = files
  const headings = headingsIn(file.columns)
  yield BYTE_ORDER_MARK + csvPlain([[...headings, ...REFUSED_COLUMNS]])
  const kinds = JSON.stringify(files.map(({ kind }) => kind))
  let place = { bytes: 0, lines: 0 }
  let rows: { line: number; cells: string[] }[] = []
  for (let after = 0; ; ) {
    const { refusals } = await door.run({
      refusals: door.pick(
        importRefusals,
        {
          line: importRefusals.line,
          // One of them is enough to say where; all say why.
          column: sql<string>`min(${importRefusals.kind} || ' ' || ${importRefusals.column})`,
          reason: sql<string>`group_concat(DISTINCT ${importRefusals.reason})`,
        },
        {
          where: and(
            eq(importRefusals.importId, file.importId),
            sql`${importRefusals.kind} IN (SELECT value FROM json_each(${kinds}))`,
            gt(importRefusals.line, after),
          ),
          groupBy: [importRefusals.line],
          order: [asc(importRefusals.line)],
          limit: AT_ONCE,
        },
      ),
    })
    for (const { line, column, reason } of refusals) {
      while ((rows.at(-1)?.line ?? 0) < line) {
        const reading = await readOn(bucket, keptOf(file), place, PACE)
        if ('problem' in reading || reading.rows.length === 0) break
        rows = reading.rows.map((row) => ({ line: row.line, cells: 'cells' in row ? row.cells : [] }))
        place = reading.end
      }
      const cells = rows.find((row) => row.line === line)?.cells ?? []
      yield csvPlain([[...headings.map((_, i) => cells[i] ?? ''), String(line), columnIn(files, column), reason]])
    }
    const last = refusals.at(-1)
    if (!last || refusals.length < AT_ONCE) return
    after = last.line
  }
}

/** As the file calls it. */
const columnIn = (files: File[], kindAndHeading: string): string => {
  const [kind, heading = ''] = kindAndHeading.split(' ')
  const file = files.find((each) => each.kind === kind)
  return file ? columnNamed({ mapping: mappingIn(file), headings: headingsIn(file.columns) }, heading) : heading
}
