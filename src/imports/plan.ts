import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { importChanges, importFiles, importKeys, importLines, importMappings, importRefusals, importSources, imports } from '#src/db/schema/imports.ts'
import type { Mapping } from './mapping.ts'
import type { Source } from './upload.ts'

/**
 * How an import moves on: files are kept; where it isn't clear, a person says what their columns mean; then all is read
 * and judged, and nothing written; and when they say yes, the same is done again, and written.
 */

export type StoredSource = typeof importSources.$inferSelect
/** What a file is read as, one of these for each kind. */
export type Part = Omit<StoredSource, 'tenantId' | 'importId' | 'mappings'> & { mapping: Mapping }

const partsOf = (sources: Source[]): Part[] =>
  sources.flatMap(({ number, name, size, partBytes, head, mappings }) =>
    mappings.map((mapping) => ({
      ...{ number, name, size, partBytes, encoding: head.encoding, delimiter: head.delimiter, columns: JSON.stringify(head.headings) },
      ...{ headBytes: head.end.bytes, headLines: head.end.lines, mapping },
    })),
  )

/** A number that no step of an earlier round has reached: work that is still on its way then finds nothing to do. */
const freshSteps = () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) * 1_000

const filesInserted = (door: TenantDoor, importId: string, parts: Part[], where: SQL) =>
  Object.fromEntries(
    parts.map(({ number, mapping, ...file }) => [
      `file ${mapping.kind}`,
      door.insert(
        importFiles,
        {
          ...{ importId, kind: mapping.kind, source: number, ...file, mapping: JSON.stringify(mapping) },
          ...{ bytesRead: file.headBytes, linesRead: file.headLines, steps: freshSteps() },
        },
        { from: imports, where: and(eq(imports.id, importId), where) },
      ),
    ]),
  )

/** The import and its files. Where nobody has to be asked, it is planned at once. None is written when the door's gate is shut. */
export const importStarted = (door: TenantDoor, importId: string, staffId: string, sources: Source[], now: Instant) => {
  const isSure = sources.every((source) => source.isSure)
  return {
    started: door.insert(imports, { id: importId, staffId, createdAt: now, movedAt: now, phase: isSure ? 'planning' : 'asking' }),
    ...Object.fromEntries(
      sources.map(({ number, name, size, partBytes, head, mappings }) => [
        `source ${number}`,
        door.insert(
          importSources,
          {
            ...{ importId, number, name, size, partBytes, encoding: head.encoding, delimiter: head.delimiter, columns: JSON.stringify(head.headings) },
            ...{ headBytes: head.end.bytes, headLines: head.end.lines, mappings: JSON.stringify(mappings) },
          },
          { from: imports, where: eq(imports.id, importId) },
        ),
      ]),
    ),
    ...(isSure && filesInserted(door, importId, partsOf(sources), sql`true`)),
  }
}

/** Before it is written, whoever is at it may still change their mind. */
const isOpen = (importId: string) => and(eq(imports.id, importId), isNull(imports.finishedAt), inArray(imports.phase, ['asking', 'planning', 'planned']))

const cleared = (door: TenantDoor, importId: string, where: SQL) => ({
  refusals: door.remove(importRefusals, and(eq(importRefusals.importId, importId), where)),
  changes: door.remove(importChanges, and(eq(importChanges.importId, importId), where)),
  keys: door.remove(importKeys, and(eq(importKeys.importId, importId), where)),
  lines: door.remove(importLines, and(eq(importLines.importId, importId), where)),
})

/** A person said what the columns mean: it is planned from the beginning, and remembered for files with these headings. `planned` is above 0 when it holds. */
export const importMapped = (door: TenantDoor, importId: string, sources: { stored: StoredSource; mappings: Mapping[]; headings: string }[], now: Instant) => {
  const open = door.exists(imports, isOpen(importId))
  return {
    ...cleared(door, importId, open),
    files: door.remove(importFiles, and(eq(importFiles.importId, importId), open)),
    ...Object.fromEntries(
      sources.flatMap(({ stored, mappings, headings }) => [
        [
          `source ${stored.number}`,
          door.update(
            importSources,
            { mappings: JSON.stringify(mappings) },
            and(eq(importSources.importId, importId), eq(importSources.number, stored.number), open),
          ),
        ],
        [
          `habit ${stored.number}`,
          door.insert(
            importMappings,
            { headings, mappings: JSON.stringify(mappings), savedAt: now },
            // A file that is left out says nothing of others like it.
            {
              where: mappings.length > 0 ? open : sql`false`,
              conflict: sql`(tenant_id, headings) DO UPDATE SET mappings = excluded.mappings, saved_at = excluded.saved_at`,
            },
          ),
        ],
      ]),
    ),
    ...filesInserted(
      door,
      importId,
      sources.flatMap(({ stored: { tenantId: _, importId: __, mappings: ___, ...stored }, mappings }) => mappings.map((mapping) => ({ ...stored, mapping }))),
      isOpen(importId) ?? sql`false`,
    ),
    planned: door.update(imports, { phase: 'planning', movedAt: now }, isOpen(importId)),
  }
}

/** A person said yes to a plan, and to no other: it may have been made anew since they looked. `started` is above 0 for the call that did it. */
export const importConfirmed = (door: TenantDoor, importId: string, plan: Instant, now: Instant) => {
  const isPlanned = and(eq(imports.id, importId), isNull(imports.finishedAt), eq(imports.phase, 'planned'), eq(imports.movedAt, plan))
  const planned = door.exists(imports, isPlanned)
  return {
    ...cleared(door, importId, planned),
    files: door.update(
      importFiles,
      {
        ...{ state: 'waiting', bytesRead: importFiles.headBytes, linesRead: importFiles.headLines, steps: sql`${importFiles.steps} + 1` },
        ...{ created: 0, changed: 0, unchanged: 0, refused: 0, removed: 0, problem: null },
      },
      and(eq(importFiles.importId, importId), planned),
    ),
    started: door.update(imports, { phase: 'running', movedAt: now }, isPlanned),
  }
}
