import type { Env } from '#src/env.ts'
import { logError } from '#src/log.ts'
import { logoKey } from '#src/logo.ts'
import { contentHash, type InvoiceContent } from './content.ts'
import { loadFonts } from './fonts.ts'
import { drawInvoice } from './invoice-pdf.ts'
import type { Fonts } from './sheet.ts'

/** Bytes `offset` to `offset + length - 1` of a file. */
export type ByteRange = { offset: number; length: number }

/** A document that can be sent. Its tag is known at once; nothing is read or drawn before it is asked for. */
export type DocumentFile = {
  /** A strong entity tag, quoted: equal content makes equal bytes. Another one once it had to be drawn without its logo. */
  readonly etag: string
  size: () => Promise<number>
  /** The whole file and its size. */
  whole: () => Promise<{ body: ReadableStream | Uint8Array; size: number }>
  /** Part of it; the range must lie inside the file. */
  part: (range: ByteRange) => Promise<ReadableStream | Uint8Array>
}

type Place = {
  tenantId: string
  invoiceId: string
  /** The hash of the company's own PDF of it, which stands for a drawn one. */
  uploaded: string | null
}
type Settings = Pick<Env, 'FILES' | 'ASSETS'>

/**
 * An invoice's PDF, drawn once for each content and kept in R2. The key is made of ids that the door has checked and of
 * the content's hash, so that a changed invoice is another file. When R2 fails the file is drawn anew: reading never
 * fails because of it, and what it holds was whole before it was put there.
 * @param later what may go on after the answer (`waitUntil`): keeping the file
 */
export const invoicePdf = async (
  env: Settings,
  { tenantId, invoiceId, uploaded }: Place,
  content: InvoiceContent,
  later: (work: Promise<unknown>) => void,
): Promise<DocumentFile> => {
  if (uploaded !== null) return uploadedPdf(env, uploadedKey(tenantId, invoiceId, uploaded), uploaded)
  const hash = await contentHash(content)
  const key = `tenants/${tenantId}/invoices/${invoiceId}/${hash}.pdf`
  let fresh: Drawing | undefined
  const drawn = async () => {
    fresh ??= await drawAndKeep(env, tenantId, key, content, later)
    return fresh.bytes
  }
  return {
    get etag() {
      return fresh?.isWhole === false ? `"${hash}-without-logo"` : `"${hash}"`
    },
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
      const wasDrawn = fresh !== undefined
      const stored = wasDrawn ? null : await unlessFailing(key, env.FILES.get(key, { range: { offset, length } }))
      if (stored) return stored.body
      const bytes = await drawn()
      // The size that was asked about is that of the file with its logo: a part of another one would spoil both.
      if (!wasDrawn && fresh?.isWhole === false) throw new Error('the file was there and is not any more')
      return bytes.subarray(offset, offset + length)
    },
  }
}

/** Where the company's own PDF of an invoice is kept. */
export const uploadedKey = (tenantId: string, invoiceId: string, hash: string): string => `tenants/${tenantId}/invoices/${invoiceId}/uploaded-${hash}.pdf`

/** Nothing could take its place: what the company wrote is not what we would draw. So when R2 fails, so does this. */
const uploadedPdf = (env: Settings, key: string, hash: string): DocumentFile => {
  const there = <T>(stored: T | null): T => {
    if (stored === null) throw new Error(`nothing is kept as ${key}`)
    return stored
  }
  return {
    etag: `"${hash}"`,
    size: async () => there(await env.FILES.head(key)).size,
    whole: async () => {
      const { body, size } = there(await env.FILES.get(key))
      return { body, size }
    },
    part: async (range) => there(await env.FILES.get(key, { range })).body,
  }
}

type Drawing = { bytes: Uint8Array /** Whether all that its content names is on it. */; isWhole: boolean }

/** Without its logo, should that be missing; then it isn't kept, so that the next one has it again. */
const drawAndKeep = async (
  env: Settings,
  tenantId: string,
  key: string,
  content: InvoiceContent,
  later: (work: Promise<unknown>) => void,
): Promise<Drawing> => {
  const fonts = await loadFonts(env)
  const { logo } = content.company
  const bytes = logo ? await drawnWithLogo(env, logoKey(tenantId, logo.hash), content, fonts) : await drawInvoice(content, fonts, null)
  if (!bytes) return { bytes: await drawInvoice(content, fonts, null), isWhole: false }
  later(unlessFailing(key, env.FILES.put(key, bytes, { onlyIf: { etagDoesNotMatch: '*' }, httpMetadata: { contentType: 'application/pdf' } })))
  return { bytes, isWhole: true }
}

const drawnWithLogo = (env: Settings, logo: string, content: InvoiceContent, fonts: Fonts): Promise<Uint8Array | null> => {
  const draw = async () => {
    const object = await env.FILES.get(logo)
    if (!object) throw new Error('no such logo')
    return await drawInvoice(content, fonts, new Uint8Array(await object.arrayBuffer()))
  }
  return unlessFailing(logo, draw())
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
