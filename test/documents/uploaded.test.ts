import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { strToU8, zipSync } from 'fflate'
import { beforeEach, describe, expect, it } from 'vitest'
import { MOST_PDFS } from '#src/documents/uploaded.ts'
import type { Env } from '#src/env.ts'
import worker from '#src/worker.ts'
import { askPortal, askStaff, STAFF_HOST } from '#test/asking.ts'
import { makeCast, type Person, signedInAs, signedInStaff } from '#test/cast.ts'

/** The company's own PDF of an invoice: uploaded by staff, handed out to the client, taken back. */

let ada: Person
let ben: Person
let cleo: Person
let cookies: { staff: string; ada: string; elsewhere: string }
beforeEach(async () => {
  const cast = await makeCast()
  ;({ ada, ben, cleo } = cast)
  cookies = {
    staff: (await signedInStaff(cast.ours)).cookie,
    ada: (await signedInAs(ada)).cookie,
    elsewhere: (await signedInStaff(cast.theirs)).cookie,
  }
})

const PDF = '%PDF-1.7\nthe company’s own'
const upload = async (
  files: [name: string, content: string | Uint8Array<ArrayBuffer>][],
  { as = cookies.staff, FILES = env.FILES }: { as?: string; FILES?: R2Bucket } = {},
) => {
  const form = new FormData()
  for (const [name, content] of files) form.append('pdfs', new File([content], name))
  const context = createExecutionContext()
  const request = new Request(`http://${STAFF_HOST}/imports/pdfs`, {
    method: 'POST',
    redirect: 'manual',
    body: form,
    headers: { Cookie: as, 'Sec-Fetch-Site': 'same-origin' },
  })
  const answer = await worker.fetch(request as Parameters<typeof worker.fetch>[0], { ...env, FILES } as Env, context)
  await waitOnExecutionContext(context)
  const html = await answer.text()
  return {
    status: answer.status,
    html,
    outcomes: Object.fromEntries(
      [...html.matchAll(/<tr data-outcome="([a-z ]+)"><td class="name text">([^<]*)</g)].map(([, outcome, name]) => [name, outcome]),
    ),
  }
}
const pdf = (more: Parameters<typeof askPortal>[2] = {}) => askPortal(ada, `/invoices/${ada.invoiceId}/pdf`, { cookie: cookies.ada, ...more })
const remove = (number: string) => askStaff('/imports/pdfs/remove', { cookie: cookies.staff, method: 'POST', form: { number } })

it('wins over what would be drawn, byte for byte, in parts and in a ZIP, until it is taken back', async () => {
  const drawn = await (await pdf()).text()
  expect((await upload([[`${ada.invoiceNumber}.pdf`, PDF]])).outcomes).toEqual({ [`${ada.invoiceNumber}.pdf`]: 'taken' })
  const answer = await pdf()
  expect(answer.headers.get('Content-Type')).toBe('application/pdf')
  expect(await answer.text()).toBe(PDF)
  const etag = answer.headers.get('ETag') ?? ''
  expect((await pdf({ headers: { 'If-None-Match': etag } })).status).toBe(304)
  const part = await pdf({ headers: { Range: 'bytes=9-20' } })
  expect([part.status, await part.text()]).toEqual([206, new TextDecoder().decode(new TextEncoder().encode(PDF).slice(9, 21))])
  expect((await pdf({ method: 'HEAD' })).headers.get('Content-Length')).toBe(String(new TextEncoder().encode(PDF).length))
  expect(await (await askPortal(ada, `/invoices.zip?id=${ada.invoiceId}`, { cookie: cookies.ada })).text()).toContain(PDF)
  // The same again changes nothing; another one is another file.
  expect((await upload([[`${ada.invoiceNumber}.PDF`, PDF]])).outcomes).toEqual({ [`${ada.invoiceNumber}.PDF`]: 'same' })
  await upload([[`${ada.invoiceNumber}.pdf`, `${PDF} 2`]])
  expect(await (await pdf({ headers: { 'If-None-Match': etag } })).text()).toBe(`${PDF} 2`)
  const taken = await remove(ada.invoiceNumber)
  expect([taken.status, (await taken.text()).includes('is drawn here again')]).toEqual([200, true])
  expect(await (await pdf()).text()).toBe(drawn)
  expect((await remove(ada.invoiceNumber)).status).toBe(422)
})

it('is told file by file what was not taken, and the others are', async () => {
  await env.DB.prepare('UPDATE invoices SET number = ? WHERE id IN (?, ?)').bind('TWO', ben.invoiceId, ada.invoiceId).run()
  const { outcomes, status } = await upload([
    ['TWO.pdf', PDF],
    [`INV-Adaworks.pdf`, PDF],
    ['INV-Adaworks', PDF],
    ['NONE.pdf', PDF],
    ['INV-Benbuild.pdf', 'MZ not a PDF'],
    ['huge.pdf', new Uint8Array(10 * 1024 * 1024 + 1)],
  ])
  expect(status).toBe(200)
  // Two have the number, but each is known by its key in the files of imports as well.
  expect(outcomes).toEqual({
    'TWO.pdf': 'ambiguous',
    'INV-Adaworks.pdf': 'taken',
    'INV-Adaworks': 'twice',
    'NONE.pdf': 'unknown',
    'INV-Benbuild.pdf': 'no pdf',
    'huge.pdf': 'too large',
  })
  expect(await (await pdf()).text()).toBe(PDF)
})

it('is nobody else’s: a company’s staff find their own invoices alone', async () => {
  expect((await upload([[`${ada.invoiceNumber}.pdf`, PDF]], { as: cookies.elsewhere })).outcomes).toEqual({ [`${ada.invoiceNumber}.pdf`]: 'unknown' })
  expect((await upload([[`${cleo.invoiceNumber}.pdf`, PDF]])).outcomes).toEqual({ [`${cleo.invoiceNumber}.pdf`]: 'unknown' })
  await upload([[`${cleo.invoiceNumber}.pdf`, PDF]], { as: cookies.elsewhere })
  expect((await remove(cleo.invoiceNumber)).status).toBe(422)
  const hashes = await env.DB.prepare('SELECT id FROM invoices WHERE pdf_hash IS NOT NULL AND id IN (?, ?)')
    .bind(ada.invoiceId, cleo.invoiceId)
    .all<{ id: string }>()
  expect(hashes.results.map(({ id }) => id)).toEqual([cleo.invoiceId])
})

it('is not handed out before it is kept, and when it can’t be read nothing else is handed out in its place', async () => {
  const failing = (name: 'put' | 'get' | 'head') =>
    new Proxy(env.FILES, { get: (bucket, asked) => (asked === name ? () => Promise.reject(new Error('R2')) : Reflect.get(bucket, asked).bind(bucket)) })
  const drawn = await (await pdf()).text()
  expect((await upload([[`${ada.invoiceNumber}.pdf`, PDF]], { FILES: failing('put') })).outcomes).toEqual({ [`${ada.invoiceNumber}.pdf`]: 'not kept' })
  expect(await (await pdf()).text()).toBe(drawn)
  await upload([[`${ada.invoiceNumber}.pdf`, PDF]])
  const answer = await pdf({ env: { ...env, FILES: failing('get') } })
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([500, 'text/html; charset=UTF-8'])
})

it.each([
  ['nothing', [] as [string, string][], 'Choose at least one PDF, or a ZIP of them.'],
  ['too many', Array.from({ length: MOST_PDFS + 1 }, (_, i): [string, string] => [`${i}.pdf`, PDF]), 'At most 100 files at a time.'],
])('%s is refused with a sentence', async (_, files, words) => {
  const { status, html } = await upload(files)
  expect([status, html.includes(words)]).toEqual([422, true])
})

describe('a ZIP', () => {
  const packed = (files: Record<string, string>) =>
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))) as Uint8Array<ArrayBuffer>

  it('is taken apart, folders and the leftovers of other systems aside', async () => {
    const zip = packed({ [`march/${ada.invoiceNumber}.pdf`]: PDF, 'march/notes.txt': 'no', '__MACOSX/march/._x.pdf': 'no', '.DS_Store': 'no', 'NONE.pdf': PDF })
    expect((await upload([['all.zip', zip]])).outcomes).toEqual({ [`${ada.invoiceNumber}.pdf`]: 'taken', 'notes.txt': 'no pdf', 'NONE.pdf': 'unknown' })
    expect(await (await pdf()).text()).toBe(PDF)
  })

  it('that can’t be opened, holds nothing, or swells beyond the limit is refused, and nothing of it is taken', async () => {
    const broken = packed({ 'a.pdf': PDF }).slice(0, 40)
    for (const [zip, words] of [
      [broken, 'can’t be opened'],
      [packed({ 'folder/': '' }), 'There is no PDF in this ZIP.'],
      [packed({ [`${ada.invoiceNumber}.pdf`]: PDF + ' '.repeat(40 * 1024 * 1024) }), 'holds more than 32 MB'],
    ] as const) {
      const { status, html } = await upload([['x.zip', zip as Uint8Array<ArrayBuffer>]])
      expect([status, html.includes(words)]).toEqual([422, true])
    }
    expect(await env.DB.prepare('SELECT pdf_hash FROM invoices WHERE id = ?').bind(ada.invoiceId).first('pdf_hash')).toBeNull()
  })
})
