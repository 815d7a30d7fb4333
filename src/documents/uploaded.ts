import { desc, or, sql } from 'drizzle-orm'
import type { TenantDoor } from '#src/db/door.ts'
import { invoices } from '#src/db/schema/invoices.ts'
import type { Env } from '#src/env.ts'
import { hashOf } from '#src/hash.ts'
import { uploadedKey } from './stored.ts'

/**
 * The company's own PDFs of its invoices: given by staff, each named by its invoice's number, and handed out instead of
 * what we would draw.
 */

/** The form with all its files, in bytes. It is held in memory while it is taken apart. */
export const PDFS_LIMIT = 32 * 1024 * 1024
export const MOST_PDFS = 100
const LARGEST_PDF = 10 * 1024 * 1024

/** What became of one of the files. */
export type PdfOutcome = {
  name: string
  /** The invoice it is now handed out for. */
  number?: string
  outcome: 'taken' | 'same' | 'no pdf' | 'too large' | 'unknown' | 'ambiguous' | 'twice' | 'not kept'
}

type GivenPdf = { name: string; number: string; bytes: Uint8Array<ArrayBuffer>; bad?: 'no pdf' | 'too large' }

const FILE_NAME = /^(.*?)(\.pdf)?$/is

/** The files of a form, those in ZIPs among them; or why they can't be taken, for the person who sent them. */
export const pdfsOf = async (form: FormData): Promise<GivenPdf[] | { problem: string }> => {
  // A browser sends a file without a name when none was chosen.
  const files = form.getAll('pdfs').filter((entry): entry is File => entry instanceof File && entry.name !== '')
  if (files.length === 0) return { problem: 'Choose at least one PDF, or a ZIP of them.' }
  const pdfs: GivenPdf[] = []
  for (const file of files) {
    const bytes = new Uint8Array(await file.arrayBuffer())
    const inside = isZip(bytes) ? await unzipped(bytes) : [givenPdf(file.name, bytes)]
    if (!inside) return { problem: `“${file.name}” is a ZIP that can’t be opened, or holds more than ${PDFS_LIMIT / 1024 / 1024} MB.` }
    pdfs.push(...inside)
    if (pdfs.length > MOST_PDFS) return { problem: `At most ${MOST_PDFS} files at a time.` }
  }
  return pdfs.length === 0 ? { problem: 'There is no PDF in this ZIP.' } : pdfs
}

const givenPdf = (name: string, bytes: Uint8Array<ArrayBuffer>): GivenPdf => {
  const given = { name, number: (FILE_NAME.exec(name)?.[1] ?? '').normalize('NFC').trim(), bytes }
  if (bytes.length > LARGEST_PDF) return { ...given, bad: 'too large' }
  return new TextDecoder('latin1').decode(bytes.subarray(0, 1024)).includes('%PDF-') ? given : { ...given, bad: 'no pdf' }
}

const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4

/** What is in a ZIP, by the names in it, without folders; undefined when it can't be opened, or is more than we take. */
const unzipped = async (zip: Uint8Array): Promise<GivenPdf[] | undefined> => {
  const { unzip } = await import('./unzip.ts')
  const files = unzip(zip, PDFS_LIMIT)
  return files && Object.entries(files).map(([name, bytes]) => givenPdf(name.replace(/^.*\//, ''), bytes))
}

/** The invoices that the files could be of: by number, or by the key they have in imports. */
export const invoicesOfPdfs = (door: TenantDoor, pdfs: Pick<GivenPdf, 'number'>[]) => {
  const numbers = JSON.stringify([...new Set(pdfs.map(({ number }) => number))])
  const isNamed = (column: typeof invoices.number | typeof invoices.externalId) => sql`${column} IN (SELECT value FROM json_each(${numbers}))`
  return door.pick(
    invoices,
    { id: invoices.id, number: invoices.number, externalId: invoices.externalId, pdfHash: invoices.pdfHash },
    { where: or(isNamed(invoices.number), isNamed(invoices.externalId)), order: [desc(invoices.issueDate)], limit: MOST_PDFS * 10 },
  )
}
type Named = ReturnType<typeof invoicesOfPdfs>['row']

/** Which invoice a file is of. A number that two have can still be told by their keys. */
const invoiceOf = ({ number }: GivenPdf, named: Named[]): Named | 'unknown' | 'ambiguous' => {
  const [only, second] = named.filter((invoice) => invoice.number === number)
  if (only && !second) return only
  return named.find((invoice) => invoice.externalId === number) ?? (only ? 'ambiguous' : 'unknown')
}

/** What is to be kept, and what speaks against the rest. The last of two for one invoice is refused. */
const judged = async (tenantId: string, pdfs: GivenPdf[], named: Named[]) => {
  const met = new Set<string>()
  const outcomes: (PdfOutcome & { keep?: { id: string; hash: string; key: string; bytes: Uint8Array<ArrayBuffer> } })[] = []
  for (const pdf of pdfs) {
    const { name, bytes, bad } = pdf
    const invoice = bad ?? invoiceOf(pdf, named)
    if (typeof invoice === 'string') outcomes.push({ name, outcome: invoice })
    else if (met.has(invoice.id)) outcomes.push({ name, number: invoice.number, outcome: 'twice' })
    else {
      met.add(invoice.id)
      const hash = await hashOf(bytes)
      const isSame = hash === invoice.pdfHash
      outcomes.push({
        name,
        number: invoice.number,
        outcome: isSame ? 'same' : 'taken',
        ...(!isSame && { keep: { id: invoice.id, hash, key: uploadedKey(tenantId, invoice.id, hash), bytes } }),
      })
    }
  }
  return outcomes
}

/**
 * Keeps the files, then says at once of all invoices which is theirs: one that wasn't kept is never handed out.
 * @returns what became of each, in the order they came
 */
export const takePdfs = async (
  env: Pick<Env, 'FILES'>,
  door: TenantDoor,
  pdfs: GivenPdf[],
  named: Named[],
): Promise<{ outcomes: PdfOutcome[]; written: number | undefined }> => {
  const all = await judged(door.tenantId, pdfs, named)
  const kept: { id: string; hash: string }[] = []
  for (const each of all) {
    if (!each.keep) continue
    const { id, hash, key, bytes } = each.keep
    const isKept = await env.FILES.put(key, bytes, { httpMetadata: { contentType: 'application/pdf' } }).then(
      () => true,
      () => false,
    )
    if (isKept) kept.push({ id, hash })
    else each.outcome = 'not kept'
  }
  const outcomes = all.map(({ keep: _, ...outcome }) => outcome)
  if (kept.length === 0) return { outcomes, written: undefined }
  const given = sql`json_each(${JSON.stringify(kept)})`
  const { written } = await door.run({
    written: door.update(
      invoices,
      { pdfHash: sql`(SELECT value ->> 'hash' FROM ${given} WHERE value ->> 'id' = ${invoices.id})` },
      sql`${invoices.id} IN (SELECT value ->> 'id' FROM ${given})`,
    ),
  })
  return { outcomes, written }
}

/** From now on the invoices of this number are drawn again. */
export const pdfsRemoved = (door: TenantDoor, number: string) =>
  door.update(invoices, { pdfHash: null }, sql`(${invoices.number} = ${number} OR ${invoices.externalId} = ${number}) AND ${invoices.pdfHash} IS NOT NULL`)
