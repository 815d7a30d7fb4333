import { and, asc, eq, gt } from 'drizzle-orm'
import { BYTE_ORDER_MARK, csvPlain } from '#src/csv.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { type ImportKind, importFiles, importRefusals } from '#src/db/schema/imports.ts'
import { headingsIn } from './mapping.ts'
import { keptOf, PACE, readOn } from './reading.ts'

/** The refused rows of a file as it had them, with what was wrong: to be mended and imported again. */

const AT_ONCE = 1000
/** Beside the file's own headings; an import passes over them. */
export const REFUSED_COLUMNS = ['refused_line', 'refused_column', 'refused_reason']

export const importedFileRead = (door: TenantDoor, importId: string, kind: ImportKind) =>
  door.read(importFiles, { where: and(eq(importFiles.importId, importId), eq(importFiles.kind, kind)) })

/** In pieces, however many there are. Rows are told from the file as it is kept, by the line they begin in. */
export async function* refusedRows(files: R2Bucket, door: TenantDoor, file: typeof importFiles.$inferSelect): AsyncGenerator<string> {
  const columns = headingsIn(file.columns)
  yield BYTE_ORDER_MARK + csvPlain([[...columns, ...REFUSED_COLUMNS]])
  let place = { bytes: 0, lines: 0 }
  let rows: { line: number; cells: string[] }[] = []
  for (let after = 0; ; ) {
    const { refusals } = await door.run({
      refusals: door.read(importRefusals, {
        where: and(eq(importRefusals.importId, file.importId), eq(importRefusals.kind, file.kind), gt(importRefusals.line, after)),
        order: [asc(importRefusals.line)],
        limit: AT_ONCE,
      }),
    })
    for (const { line, column, reason } of refusals) {
      while ((rows.at(-1)?.line ?? 0) < line) {
        const reading = await readOn(files, keptOf(file), place, PACE)
        if ('problem' in reading || reading.rows.length === 0) break
        rows = reading.rows.map((row) => ({ line: row.line, cells: 'cells' in row ? row.cells : [] }))
        place = reading.end
      }
      const cells = rows.find((row) => row.line === line)?.cells ?? []
      yield csvPlain([[...columns.map((_, i) => cells[i] ?? ''), String(line), column, reason]])
    }
    const last = refusals.at(-1)
    if (!last || refusals.length < AT_ONCE) return
    after = last.line
  }
}
