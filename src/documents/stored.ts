import type { Env } from '#src/env.ts'
import { logError } from '#src/log.ts'
import { type Logo, logoKey } from '#src/logo.ts'
import { contentHash, type InvoiceContent } from './content.ts'
import { loadFonts } from './fonts.ts'
import { drawInvoice } from './invoice-pdf.ts'

/** Bytes `offset` to `offset + length - 1` of a file. */
export type ByteRange = { offset: number; length: number }

/** A document that can be sent. Its tag is known at once; nothing is read or drawn before it is asked for. */
export type DocumentFile = {
  /** A strong entity tag, quoted: equal content makes equal bytes. */
  etag: string
  size: () => Promise<number>
  /** The whole file and its size. */
  whole: () => Promise<{ body: ReadableStream | Uint8Array; size: number }>
  /** Part of it; the range must lie inside the file. */
  part: (range: ByteRange) => Promise<ReadableStream | Uint8Array>
}

type Place = { tenantId: string; invoiceId: string }
type Settings = Pick<Env, 'FILES' | 'ASSETS'>

/**
 * An invoice's PDF, drawn once for each content and kept in R2. The key is made of ids that the door has checked and of
 * the content's hash, so that a changed invoice is another file. When R2 fails the file is drawn anew: reading never
 * fails because of it, and what it holds was whole before it was put there.
 * @param later what may go on after the answer (`waitUntil`): keeping the file
 */
export const invoicePdf = async (
  env: Settings,
  { tenantId, invoiceId }: Place,
  content: InvoiceContent,
  later: (work: Promise<unknown>) => void,
): Promise<DocumentFile> => {
  const hash = await contentHash(content)
  const key = `tenants/${tenantId}/invoices/${invoiceId}/${hash}.pdf`
  let fresh: Uint8Array | undefined
  const drawn = async () => {
    fresh ??= await drawAndKeep(env, tenantId, key, content, later)
    return fresh
  }
  return {
    etag: `"${hash}"`,
    size: async () => {
      const stored = await unlessFailing(key, env.FILES.head(key))
      return stored ? stored.size : (await drawn()).byteLength
    },
    whole: async () => {
      const stored = await unlessFailing(key, env.FILES.get(key))
      if (stored) return { body: stored.body, size: stored.size }
      const bytes = await drawn()
      return { body: bytes, size: bytes.byteLength }
    },
    part: async ({ offset, length }) => {
      // What was drawn for its size a moment ago needs no second reading.
      const stored = fresh ? null : await unlessFailing(key, env.FILES.get(key, { range: { offset, length } }))
      return stored ? stored.body : (await drawn()).subarray(offset, offset + length)
    },
  }
}

const drawAndKeep = async (
  env: Settings,
  tenantId: string,
  key: string,
  content: InvoiceContent,
  later: (work: Promise<unknown>) => void,
): Promise<Uint8Array> => {
  const [fonts, logo] = await Promise.all([loadFonts(env), logoFile(env, tenantId, content.company.logo)])
  const bytes = await drawInvoice(content, fonts, logo)
  // Without a logo that it should have, it is good for now, and drawn again the next time.
  if (logo === null && content.company.logo !== null) return bytes
  later(unlessFailing(key, env.FILES.put(key, bytes, { onlyIf: { etagDoesNotMatch: '*' }, httpMetadata: { contentType: 'application/pdf' } })))
  return bytes
}

const logoFile = async (env: Settings, tenantId: string, logo: Logo | null): Promise<Uint8Array | null> => {
  if (!logo) return null
  const key = logoKey(tenantId, logo.hash)
  const stored = await unlessFailing(key, env.FILES.get(key))
  return stored && new Uint8Array(await stored.arrayBuffer())
}

/** Null when R2 fails; the log says so. */
const unlessFailing = async <T>(key: string, answer: Promise<T | null>): Promise<T | null> => {
  try {
    return await answer
  } catch (error) {
    logError('file-storage-failed', error, { key })
    return null
  }
}
