import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#src/ids.ts'
import { bytesOf, type Kept, PACE, partKey, readOn, sourceKey } from '#src/imports/reading.ts'
import { PART_BYTES } from '#src/imports/upload.ts'
import { askStaff } from '#test/asking.ts'
import { type Company, makeCompany, signedInStaff } from '#test/cast.ts'
import { books } from './books.ts'
import { booksOf, runImport, workOff } from './importing.ts'

/** Files that come in pieces, and are kept in pieces: whatever is cut, and wherever. */

const encoder = new TextEncoder()
const TEXT = 'kéy,"quo""ted\r\n𝄞 line"\r\n1,"ä,\n"\r𝄞𝄞,"€"\n'
const CELLS = [
  ['kéy', 'quo"ted\r\n𝄞 line'],
  ['1', 'ä,\n'],
  ['𝄞𝄞', '€'],
]

const utf16 = (text: string, isLittle: boolean) => {
  const bytes = new Uint8Array(text.length * 2)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), isLittle)
  return bytes
}

/** All rows of a kept file, one after the other, read in pieces of some length. */
const rowsIn = async (kept: Kept, length: number): Promise<{ cells: string[][]; lines: number[] }> => {
  const cells: string[][] = []
  const lines: number[] = []
  let at = { bytes: 0, lines: 0 }
  while (true) {
    const reading = await readOn(env.FILES, kept, at, { ...PACE, rows: 1, pieces: [length, 200] })
    if ('problem' in reading) throw new Error(reading.problem)
    for (const row of reading.rows) {
      if ('problem' in row) throw new Error(row.problem)
      cells.push(row.cells)
      lines.push(row.line)
    }
    at = reading.end
    if (reading.isAtEnd) return { cells, lines }
  }
}

describe('a file reads the same', () => {
  it.each<[string, Kept['encoding'], Uint8Array]>([
    ['UTF-8', 'utf-8', encoder.encode(TEXT)],
    ['UTF-8 with a mark', 'utf-8', encoder.encode(`\ufeff${TEXT}`)],
    ['UTF-16, little end first', 'utf-16le', utf16(`\ufeff${TEXT}`, true)],
    ['UTF-16, big end first', 'utf-16be', utf16(TEXT, false)],
  ])('%s, kept and read in pieces of many sizes', async (name, encoding, bytes) => {
    for (let partBytes = 3; partBytes <= bytes.length; partBytes += partBytes < 24 ? 1 : 7) {
      const key = `pieces ${name} ${partBytes}`
      for (let at = 0, part = 0; at < bytes.length; at += partBytes, part++) await env.FILES.put(partKey(key, part), bytes.subarray(at, at + partBytes))
      // Each way to cut what is kept, and a way to cut what is read.
      const seen = await rowsIn({ key, size: bytes.length, partBytes, encoding, delimiter: ',' }, 7 + (partBytes % 13))
      expect(seen, `${partBytes}`).toEqual({ cells: CELLS, lines: [1, 3, 5] })
    }
  })

  it('is gone when one of its pieces is', async () => {
    await env.FILES.put(partKey('half', 0), 'a,b\n')
    expect(await bytesOf(env.FILES, { key: 'half', size: 8, partBytes: 4 }, 2, 4)).toBeUndefined()
  })
})

describe('pieces that are sent', () => {
  let company: Company
  let cookie: string
  beforeAll(async () => {
    company = await makeCompany('In pieces')
    cookie = (await signedInStaff(company)).cookie
  })
  const put = (path: string, body: BodyInit, as = cookie) =>
    askStaff(`/imports/uploads/${path}`, { cookie: as, method: 'PUT', body, headers: { 'Content-Type': 'application/octet-stream' } })
  const finish = async (id: string, parts: unknown, as = cookie) => {
    const form = new FormData()
    form.append('import', id)
    form.append('parts', JSON.stringify(parts))
    const encoded = new Response(form)
    return askStaff('/imports', {
      cookie: as,
      method: 'POST',
      body: await encoded.arrayBuffer(),
      headers: { 'Content-Type': encoded.headers.get('Content-Type') ?? '' },
    })
  }

  /** Clients enough for two pieces and a bit, with letters of several bytes at the cut. */
  const rowCount = 90_000
  const large = () => {
    const row = (i: number) => `L-${i},${'Größe und Güte '.repeat(12)}${i},,,active,EUR,,,,,,,`
    return encoder.encode([books().clients.split('\n')[0], ...Array.from({ length: rowCount }, (_, i) => row(i)), ''].join('\n'))
  }

  it('are one file, and are kept as they came', async () => {
    const bytes = large()
    const id = newId()
    const count = Math.ceil(bytes.length / PART_BYTES)
    expect(count).toBe(3)
    // In any order, and one of them twice.
    for (const part of [2, 0, 1, 0]) expect((await put(`${id}/1/${part}`, bytes.slice(part * PART_BYTES, (part + 1) * PART_BYTES))).status).toBe(204)
    const answer = await finish(id, [{ name: 'large.csv', size: bytes.length }])
    expect(answer.headers.get('Location')).toBe(`/imports/${id}`)
    const kept = { key: sourceKey({ tenantId: company.tenantId, importId: id }, 1), size: bytes.length, partBytes: PART_BYTES }
    const [at, length] = [PART_BYTES - 1000, 2000]
    expect(await bytesOf(env.FILES, kept, at, length)).toEqual(bytes.slice(at, at + length))
    // What an import was made of stays as it is.
    expect((await put(`${id}/1/0`, 'x')).status).toBe(404)
    expect((await finish(id, [{ name: 'large.csv', size: bytes.length }])).status).not.toBe(200)
  }, 60_000)

  it.each<[string, { name: string; size: number }[] | string, string]>([
    ['one is missing', [{ name: 'a.csv', size: PART_BYTES + 1 }], '“a.csv” did not come in whole. Try again.'],
    ['one is short', [{ name: 'a.csv', size: 2000 }], '“a.csv” did not come in whole. Try again.'],
    ['it is too large', [{ name: 'a.csv', size: 201 * 1024 * 1024 }], '“a.csv” is larger than 200 MB.'],
    ['it is empty', [{ name: 'a.csv', size: 0 }], '“a.csv” is empty.'],
    ['nothing is named', [], 'Choose at least one CSV file.'],
    ['what is named makes no sense', 'x', 'Choose at least one CSV file.'],
  ])('are no file when %s', async (_, parts, words) => {
    const id = newId()
    await put(`${id}/1/0`, encoder.encode(books().clients))
    const answer = await finish(id, parts)
    expect([answer.status, (await answer.text()).includes(words)]).toEqual([422, true])
  })

  it('are taken from nobody else, nor larger, nor in no place', async () => {
    const id = newId()
    expect((await put(`${id}/1/0`, new Uint8Array(PART_BYTES + 1))).status).toBe(413)
    for (const path of [`${id}/0/0`, `${id}/99/0`, `${id}/1/-1`, 'short/1/0', `${id}/x/0`]) expect((await put(path, 'x')).status, path).toBe(404)
    expect((await put(`${id}/1/0`, 'x', '')).headers.get('Location') ?? '').toContain('/sign-in')
    // Another company's pieces of that id are its own.
    const other = await makeCompany('Others in pieces')
    const theirs = (await signedInStaff(other)).cookie
    await put(`${id}/1/0`, encoder.encode(books().clients))
    const size = encoder.encode(books().clients).length
    expect((await finish(id, [{ name: 'clients.csv', size }], theirs)).status).toBe(422)
    expect((await finish(id, [{ name: 'clients.csv', size }])).status).toBe(303)
    await workOff({ tenantId: company.tenantId, importId: id })
    expect((await booksOf(other)).clients).toEqual([])
  })
})

it('small pieces make the books that one file makes', async () => {
  const [whole, again] = [await makeCompany('Whole books'), await makeCompany('Books again')]
  await runImport(whole, books())
  await runImport(again, books(), { rows: 3, pieces: [64, 300] })
  expect(await booksOf(again)).toEqual(await booksOf(whole))
})
