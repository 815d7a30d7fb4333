import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#src/ids.ts'
import { askPortal } from '#test/asking.ts'
import { makeCast, type Person, signedInAs } from '#test/cast.ts'

/** The PDFs of several invoices as one file. */

let ada: Person
let ben: Person
let cookie: string
beforeEach(async () => {
  ;({ ada, ben } = await makeCast())
  cookie = (await signedInAs(ada)).cookie
})
const zip = (ids: string[], more: Parameters<typeof askPortal>[2] = {}) =>
  askPortal(ada, `/invoices.zip?${new URLSearchParams(ids.map((id) => ['id', id]))}`, { cookie, ...more })
const another = async (number: string, state = 'issued') => {
  const id = newId()
  await env.DB.prepare(
    `INSERT INTO invoices (tenant_id, id, client_id, external_id, number, issue_date, state, currency, total, created_at, updated_at) VALUES (?1, ?2, ?3, ?2, ?4, '2026-03-01', ?5, 'EUR', 100, 0, 0)`,
  )
    .bind(ada.company.tenantId, id, ada.clientId, number, state)
    .run()
  return id
}
const downloads = async () =>
  (
    await env.DB.prepare(`SELECT document_number FROM activity WHERE client_id = ? AND event = 'invoice-downloaded' ORDER BY rowid`)
      .bind(ada.clientId)
      .all<{ document_number: string }>()
  ).results.map(({ document_number }) => document_number)

/** The names and contents in an archive whose files are stored as they are, read from its central directory. */
const filesIn = (bytes: Uint8Array): Map<string, string> => {
  const view = new DataView(bytes.buffer)
  const files = new Map<string, string>()
  for (let at = 0; at < bytes.length - 46; at++) {
    if (view.getUint32(at, true) !== 0x02014b50) continue
    const [size, nameLength, start] = [view.getUint32(at + 20, true), view.getUint16(at + 28, true), view.getUint32(at + 42, true)]
    const name = new TextDecoder().decode(bytes.slice(at + 46, at + 46 + nameLength))
    const body = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true)
    files.set(name, new TextDecoder('latin1').decode(bytes.slice(body, body + size)))
  }
  return files
}

it('holds each that was picked under its number, whole, and logs each as downloaded', async () => {
  const other = await another('INV/2: “ü”')
  const answer = await zip([ada.invoiceId, other, other])
  expect(answer.headers.get('Content-Type')).toBe('application/zip')
  expect(answer.headers.get('Content-Disposition')).toMatch(/^attachment; filename="invoices-\d{4}-\d\d-\d\d\.zip"/)
  expect(answer.headers.get('Cache-Control')).toBe('private, no-store')
  const files = filesIn(new Uint8Array(await answer.arrayBuffer()))
  expect([...files.keys()].sort()).toEqual(['INV-2- “ü”.pdf', `${ada.invoiceNumber}.pdf`].sort())
  for (const content of files.values()) {
    expect(content.startsWith('%PDF-')).toBe(true)
    expect(content.trimEnd().endsWith('%%EOF')).toBe(true)
  }
  expect((await downloads()).sort()).toEqual(['INV/2: “ü”', ada.invoiceNumber].sort())
})

it('two of one number lie beside each other', async () => {
  const twins = [await another('TWIN'), await another('twin')]
  const files = filesIn(new Uint8Array(await (await zip(twins)).arrayBuffer()))
  expect([...files.keys()].map((name) => name.toLowerCase()).sort()).toEqual(['twin (2).pdf', 'twin.pdf'])
})

it('its head alone is drawn from nothing and logged as nothing', async () => {
  const answer = await zip([ada.invoiceId], { method: 'HEAD' })
  expect([answer.status, await answer.text()]).toEqual([200, ''])
  expect(await downloads()).toEqual([])
})

describe('is not there', () => {
  it.each([
    ['for nothing', () => []],
    ['for an id that does not exist', () => [newId()]],
    ['for another client’s invoice', () => [ben.invoiceId]],
    ['for one’s own with another client’s among them', () => [ada.invoiceId, ben.invoiceId]],
    ['for more than a page of them', () => [ada.invoiceId, ...Array.from({ length: 25 }, () => newId())]],
  ])('%s, and nothing is logged', async (_, ids) => {
    const answer = await zip(ids())
    expect(answer.status).toBe(404)
    expect(await answer.text()).toBe(await (await askPortal(ada, '/no-such-page', { cookie })).text())
    expect(await downloads()).toEqual([])
  })
  it.each(['draft', 'void'])('with a %s among them', async (state) => expect((await zip([ada.invoiceId, await another('HIDDEN', state)])).status).toBe(404))
})
