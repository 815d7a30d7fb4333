import { inArray } from 'drizzle-orm'
import type { TenantDoor } from '#src/db/door.ts'
import { importMappings } from '#src/db/schema/imports.ts'
import type { Env } from '#src/env.ts'
import { hashOf } from '#src/hash.ts'
import { KIND_NAMES } from './format.ts'
import { HEAD_BYTES, type Head, headOf } from './head.ts'
import { doubled, type Mapping, mappingsOf } from './mapping.ts'
import { bytesOf, partKey, sourceKey } from './reading.ts'
import { REFUSED_COLUMNS } from './refused-rows.ts'
import { seenIn, styled, suggested } from './suggest.ts'

/** The form with all its files, in bytes. It is held in memory while it is taken apart. */
export const UPLOAD_LIMIT = 32 * 1024 * 1024
/** A browser sends larger files in pieces, each a request of its own. */
export const PART_BYTES = 8 * 1024 * 1024
export const FILE_LIMIT = 200 * 1024 * 1024
export const MOST_FILES = 20

/** A file that was uploaded, and what its first bytes say. Numbered as they were chosen, from 1. */
export type Upload = { number: number; name: string; size: number; partBytes: number; head: Head }
/** And as what it is read. `isSure`: nobody has to be asked. */
export type Source = Upload & { mappings: Mapping[]; isSure: boolean }

const refusalOf = (name: string, problem: string) => ({ problem: `“${name}” ${problem}.` })

/** The files of a form; or why they can't be taken, for the person who sent them. */
export const uploadsOf = async (form: FormData): Promise<{ upload: Upload; file: File }[] | { problem: string }> => {
  // A browser sends a file without a name when none was chosen.
  const files = form.getAll('files').filter((entry) => entry instanceof File && entry.name !== '') as File[]
  if (files.length === 0) return { problem: 'Choose at least one CSV file.' }
  if (files.length > MOST_FILES) return { problem: `Choose at most ${MOST_FILES} files.` }
  const uploads: { upload: Upload; file: File }[] = []
  for (const [i, file] of files.entries()) {
    const head = headOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()), file.size <= HEAD_BYTES)
    if ('problem' in head) return refusalOf(file.name, head.problem)
    uploads.push({ upload: { number: i + 1, name: file.name.slice(0, 200), size: file.size, partBytes: 0, head }, file })
  }
  return uploads
}

/** Keeps the files where the work on them finds them. A file without its row in the database is never looked at. */
export const keepFiles = async (env: Env, tenantId: string, importId: string, uploads: { upload: Upload; file: File }[]): Promise<void> => {
  for (const { upload, file } of uploads) await env.FILES.put(sourceKey({ tenantId, importId }, upload.number), file.stream())
}

/** One piece of a file that comes in several. The same piece twice is one. */
export const keepPart = (env: Env, tenantId: string, importId: string, number: number, part: number, bytes: ArrayBuffer) =>
  env.FILES.put(partKey(sourceKey({ tenantId, importId }, number), part), bytes)

/** Files whose pieces have come in. */
export const uploadedParts = async (
  env: Env,
  tenantId: string,
  importId: string,
  files: { name: string; size: number }[],
): Promise<Upload[] | { problem: string }> => {
  const uploads: Upload[] = []
  for (const [i, { name, size }] of files.entries()) {
    const number = i + 1
    const kept = { key: sourceKey({ tenantId, importId }, number), size, partBytes: PART_BYTES }
    if (size > FILE_LIMIT) return refusalOf(name, 'is larger than 200 MB')
    if (size === 0) return refusalOf(name, 'is empty')
    const bytes = (await isWhole(env, kept)) ? await bytesOf(env.FILES, kept, 0, HEAD_BYTES) : undefined
    if (!bytes) return refusalOf(name, 'did not come in whole. Try again')
    const head = headOf(bytes, size <= HEAD_BYTES)
    if ('problem' in head) return refusalOf(name, head.problem)
    uploads.push({ number, name: name.slice(0, 200), size, partBytes: PART_BYTES, head })
  }
  return uploads
}

/** Whether each piece is there, and as large as it has to be. */
const isWhole = async (env: Env, { key, size }: { key: string; size: number }): Promise<boolean> => {
  const sizes = Array.from({ length: Math.ceil(size / PART_BYTES) }, (_, part) => Math.min(PART_BYTES, size - part * PART_BYTES))
  const heads = await Promise.all(sizes.map((_, part) => env.FILES.head(partKey(key, part))))
  return sizes.every((each, part) => heads[part]?.size === each)
}

/** What files with these headings are known by, in whatever order they stand; a file of refused rows as the one that they are of. */
export const headingsKey = (columns: string[]): Promise<string> => hashOf(JSON.stringify(columns.filter((column) => !REFUSED_COLUMNS.includes(column)).sort()))

/** As what files of these headings were read last time. */
export const habitsRead = (door: TenantDoor, keys: string[]) => door.read(importMappings, { where: inArray(importMappings.headings, keys) })

/** As what the files are read, as far as it can be told; or why they can't be taken. */
export const sourcesOf = async (
  uploads: Upload[],
  habits: (keys: string[]) => Promise<(typeof importMappings.$inferSelect)[]>,
  currency: string,
): Promise<Source[] | { problem: string }> => {
  const keys = await Promise.all(uploads.map(({ head }) => headingsKey(head.columns)))
  const known = new Map((await habits(keys)).map(({ headings, mappings }) => [headings, mappingsOf(mappings)]))
  const sources: Source[] = []
  for (const [i, upload] of uploads.entries()) {
    const { mappings: found, from } = suggested(upload.head, known.get(keys[i] ?? ''), currency)
    const twice = found.map((mapping) => doubled(mapping, upload.head.columns)).find((column) => column !== undefined)
    if (twice !== undefined) return refusalOf(upload.name, `has the column “${twice}” twice`)
    const { mappings, isSure } = styled(found, seenIn(upload.head, found))
    sources.push({ ...upload, mappings, isSure: isSure && (from === 'own' || from === 'habit') })
  }
  return withoutDoubles(sources)
}

/** What a file says by the way gives way to a file of that kind; two files of one kind can't be told apart. */
const withoutDoubles = (sources: Source[]): Source[] | { problem: string } => {
  const main = new Map<string, Source>()
  for (const source of sources) {
    const kind = source.mappings[0]?.kind
    if (!kind) continue
    const other = main.get(kind)
    if (other) return { problem: `“${other.name}” and “${source.name}” both hold ${KIND_NAMES[kind]}. Upload one file of a kind.` }
    main.set(kind, source)
  }
  const kept = sources.map((source) => ({ ...source, mappings: source.mappings.filter(({ kind }) => (main.get(kind) ?? source) === source) }))
  const kinds = kept.flatMap(({ mappings }) => mappings.map(({ kind }) => kind))
  // Two that say the same by the way: a person has to choose.
  return kinds.length === new Set(kinds).size ? kept : kept.map((source) => ({ ...source, isSure: false }))
}
