import { and, eq, isNull, notInArray, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { importFiles, importKeys, importLines, imports } from '#src/db/schema/imports.ts'

/**
 * Ends an import between two steps. What was taken stands, lines that wait for their document's check are dropped, and
 * whoever is at work on a step finds it taken and nothing left to do. None of it happens to one that is finished.
 */
export const importStopped = (door: TenantDoor, importId: string, now: Instant) => {
  const isRunning = door.exists(imports, and(eq(imports.id, importId), isNull(imports.finishedAt)))
  return {
    files: door.update(
      importFiles,
      { state: 'stopped', steps: sql`${importFiles.steps} + 1` },
      and(eq(importFiles.importId, importId), notInArray(importFiles.state, ['done', 'refused', 'stopped']), isRunning),
    ),
    lines: door.remove(importLines, and(eq(importLines.importId, importId), isRunning)),
    keys: door.remove(importKeys, and(eq(importKeys.importId, importId), isRunning)),
    stopped: door.update(imports, { finishedAt: now, movedAt: now }, and(eq(imports.id, importId), isNull(imports.finishedAt))),
  }
}
