import { eq } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { importFiles, imports } from '#src/db/schema/imports.ts'
import type { Env } from '#src/env.ts'
import { KIND_NAMES } from './format.ts'
import { HEAD_BYTES, type Head, headOf } from './head.ts'
import { fileKey } from './reading.ts'

/** The form with all its files, in bytes. It is held in memory while it is taken apart. */
export const UPLOAD_LIMIT = 32 * 1024 * 1024

export type Upload = { file: File; head: Head }

/** The files of a form, each known by its headings; or why they can't be taken, for the person who sent them. */
export const uploadsOf = async (form: FormData): Promise<Upload[] | { problem: string }> => {
  // A browser sends a file without a name when none was chosen.
  const files = form.getAll('files').filter((entry) => entry instanceof File && entry.name !== '')
  if (files.length === 0) return { problem: 'Choose at least one CSV file.' }
  const uploads: Upload[] = []
  for (const file of files as File[]) {
    const head = headOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()), file.size <= HEAD_BYTES)
    if ('problem' in head) return { problem: `“${file.name}” ${head.problem}.` }
    const same = uploads.find((other) => other.head.kind === head.kind)
    if (same) return { problem: `“${same.file.name}” and “${file.name}” both hold ${KIND_NAMES[head.kind]}. Upload one file of a kind.` }
    uploads.push({ file, head })
  }
  return uploads
}

/** Keeps the files where the work on them finds them. A file without its row in the database is never looked at. */
export const keepFiles = async (env: Env, tenantId: string, importId: string, uploads: Upload[]): Promise<void> => {
  for (const { file, head } of uploads) await env.FILES.put(fileKey({ tenantId, importId, kind: head.kind }), file.stream())
}

/** The import and its files, which begin after their headings. None is written when the door's gate is shut. */
export const importStarted = (door: TenantDoor, importId: string, staffId: string, uploads: Upload[], now: Instant) => ({
  started: door.insert(imports, { id: importId, staffId, createdAt: now, movedAt: now }),
  ...Object.fromEntries(
    uploads.map(({ file, head }) => [
      head.kind,
      door.insert(
        importFiles,
        {
          importId,
          kind: head.kind,
          name: file.name.slice(0, 200),
          size: file.size,
          columns: JSON.stringify(head.columns),
          bytesRead: head.end.bytes,
          linesRead: head.end.lines,
        },
        { from: imports, where: eq(imports.id, importId) },
      ),
    ]),
  ),
})
