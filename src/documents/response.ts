import type { PlainDate } from '#src/dates.ts'
import type { ByteRange, DocumentFile } from './stored.ts'

/**
 * Sends a document as a download: all of it, one range of it (206, 416), its headers alone (HEAD), or that it hasn't
 * changed (304). More than one range, or a range that can't be read, is answered with the whole, as HTTP allows.
 * The caller has checked that this person may have it.
 */
export const pdfResponse = async (request: Request, file: DocumentFile, fileName: string): Promise<Response> => {
  const known = file.etag
  // Asked for once a drawing may have made another tag of it.
  const headers = () => ({
    ETag: file.etag,
    // Personal, so nothing keeps it on the way or in the browser. The tag still serves programs that keep the file
    // themselves: they may ask whether it changed, or go on with a download that broke off.
    'Cache-Control': 'private, no-store',
  })
  if (matchesAny(request.headers.get('If-None-Match'), known)) return new Response(null, { status: 304, headers: headers() })

  const about = () => ({ ...headers(), 'Content-Type': 'application/pdf', 'Content-Disposition': contentDisposition(fileName), 'Accept-Ranges': 'bytes' })
  if (request.method === 'HEAD') {
    const size = await file.size()
    return new Response(null, { headers: { ...about(), 'Content-Length': String(size) } })
  }

  const asked = askedRange(request.headers, known)
  const size = asked && (await file.size())
  // What the rest of a download was asked for by a tag that no longer holds begins anew.
  if (!asked || size === undefined || file.etag !== known) {
    const { body, size: length } = await file.whole()
    return answer(body, 200, length, about())
  }
  const range = asked(size)
  if (!range) return new Response(null, { status: 416, headers: { ...headers(), 'Accept-Ranges': 'bytes', 'Content-Range': `bytes */${size}` } })
  const { offset, length } = range
  return answer(await file.part(range), 206, length, { ...about(), 'Content-Range': `bytes ${offset}-${offset + length - 1}/${size}` })
}

/** Whether an answer hands the document over: a GET that starts at its first byte. Others are not "downloaded". */
export const isDownload = (request: Request, response: Response): boolean =>
  request.method === 'GET' && (response.status === 200 || (response.status === 206 && (response.headers.get('Content-Range') ?? '').startsWith('bytes 0-')))

const answer = (body: ReadableStream | Uint8Array, status: number, length: number, headers: Record<string, string>) =>
  new Response(body, { status, headers: { ...headers, 'Content-Length': String(length) } })

/** If-None-Match compares weakly: a proxy may have marked our strong tag as weak. */
const matchesAny = (tags: string | null, etag: string): boolean =>
  tags !== null && (tags.trim() === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))

/**
 * The one range that was asked for, as a function of the file's size that is undefined when it lies outside.
 * Undefined when the whole is to be sent.
 */
const askedRange = (headers: Headers, etag: string): ((size: number) => ByteRange | undefined) | undefined => {
  const [, first, last] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(headers.get('Range') ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  // If-Range compares strongly; a date is none of our tags.
  const condition = headers.get('If-Range')
  if (condition !== null && condition.trim() !== etag) return undefined
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  return (size) => {
    const offset = first === '' ? Math.max(0, size - Number(last)) : Number(first)
    const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
    return offset < end ? { offset, length: end - offset } : undefined
  }
}

const MOST_LETTERS = 150
/** Most names: nothing of them has to be changed or said in another way. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.[a-z]{1,5}$/

/**
 * The header that makes a download of an answer and names it. `filename` is ASCII for what reads nothing else (a header
 * throws on letters beyond U+00FF), `filename*` is the true name. Neither can end the quotes, the line or a folder.
 */
export const contentDisposition = (fileName: string): string => {
  if (PLAIN.test(fileName)) return `attachment; filename="${fileName}"; filename*=UTF-8''${fileName}`
  const name = safeName(fileName)
  const ascii = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["%\\/:*?<>|]/gu, '_')
  const encoded = encodeURIComponent(name).replace(/['()*!]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

/** A name that no system takes for a folder, a hidden file or an order, and no reader for another kind of file. */
const safeName = (fileName: string): string => {
  const clean = fileName
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/[\\/:*?<>|]/g, '-')
    .replaceAll('"', "'")
    .replace(/\s+/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '')
  const [, stem = clean, ending = ''] = /^(.+)(\.[A-Za-z0-9]{1,5})$/u.exec(clean) ?? []
  return `${[...stem].slice(0, MOST_LETTERS).join('') || 'document'}${ending}`
}

/** A file for an archive: its parts arrive one after another. */
export type ZipPart = { name: string; day: PlainDate; body: ReadableStream | Uint8Array }

/**
 * An archive that is made while it is sent, file by file; PDFs are packed as they are, since little would come of
 * squeezing them. What speaks against it must be known before. Without parts, its head alone.
 */
export const zipResponse = async (fileName: string, parts: AsyncGenerator<ZipPart> | undefined): Promise<Response> => {
  const headers = { 'Content-Type': 'application/zip', 'Content-Disposition': contentDisposition(fileName), 'Cache-Control': 'private, no-store' }
  if (!parts) return new Response(null, { headers })
  const { makeZip } = await import('client-zip')
  return new Response(makeZip(entriesOf(parts)), { headers })
}

async function* entriesOf(parts: AsyncGenerator<ZipPart>) {
  const taken = new Map<string, number>()
  for await (const { name, day, body } of parts) {
    const safe = safeName(name)
    const before = taken.get(safe.toLowerCase()) ?? 0
    taken.set(safe.toLowerCase(), before + 1)
    yield {
      name: before === 0 ? safe : safe.replace(/(\.[^.]+)?$/, ` (${before + 1})$1`),
      lastModified: new Date(`${day}T00:00:00Z`),
      input: body as Uint8Array<ArrayBuffer>,
    }
  }
}

/** A file of text that is made while it is sent, part by part. What speaks against it must be known before. */
export const csvResponse = (fileName: string, parts: AsyncGenerator<string>): Response => {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { value, done } = await parts.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
  })
  return new Response(body, { headers: { 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': contentDisposition(fileName) } })
}
