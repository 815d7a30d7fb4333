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

/**
 * Keeps the files where the work on them finds them, in UTF-8. A file without its row in the database is never looked at.
 * @returns how large each is as it is kept, in bytes
 */
export const keepFiles = async (env: Env, tenantId: string, importId: string, uploads: Upload[]): Promise<Map<Upload, number>> => {
  const sizes = new Map<Upload, number>()
  for (const upload of uploads) {
    const { file, head } = upload
    const key = fileKey({ tenantId, importId, kind: head.kind })
    if (head.encoding === 'utf-8') await env.FILES.put(key, file.stream())
    sizes.set(upload, head.encoding === 'utf-8' ? file.size : await keepAsUtf8(env.FILES, key, file, head.encoding))
  }
  return sizes
}

/** What R2 takes at least, as a part that isn't the last. */
const PART_BYTES = 5 * 1024 * 1024

/** A piece at a time: how long it gets isn't known before its end. */
const keepAsUtf8 = async (files: R2Bucket, key: string, file: File, encoding: string): Promise<number> => {
  const upload = await files.createMultipartUpload(key)
  const parts: R2UploadedPart[] = []
  let size = 0
  let held: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  const send = async () => {
    parts.push(await upload.uploadPart(parts.length + 1, await new Blob(held).arrayBuffer()))
    size += bytes
    held = []
    bytes = 0
  }
  const letters = file.stream().pipeThrough(new TextDecoderStream(encoding)).pipeThrough(new TextEncoderStream())
  for await (const piece of letters as ReadableStream<Uint8Array<ArrayBuffer>>) {
    // Parts but the last are of one size.
    for (let rest = piece; rest.length > 0; ) {
      const taken = rest.subarray(0, PART_BYTES - bytes)
      held.push(taken)
      bytes += taken.length
      rest = rest.subarray(taken.length)
      if (bytes === PART_BYTES) await send()
    }
  }
  if (bytes > 0 || parts.length === 0) await send()
  await upload.complete(parts)
  return size
}

/** The import and its files, which begin after their headings. None is written when the door's gate is shut. */
export const importStarted = (door: TenantDoor, importId: string, staffId: string, uploads: Map<Upload, number>, now: Instant) => ({
  started: door.insert(imports, { id: importId, staffId, createdAt: now, movedAt: now }),
  ...Object.fromEntries(
    [...uploads].map(([{ file, head }, size]) => [
      head.kind,
      door.insert(
        importFiles,
        {
          importId,
          kind: head.kind,
          name: file.name.slice(0, 200),
          size,
          delimiter: head.delimiter,
          columns: JSON.stringify(head.columns),
          bytesRead: head.end.bytes,
          linesRead: head.end.lines,
        },
        { from: imports, where: eq(imports.id, importId) },
      ),
    ]),
  ),
})
