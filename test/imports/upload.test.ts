import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { IMPORT_KINDS } from '#src/db/schema/imports.ts'
import { staffSessions } from '#src/db/schema/staff.ts'
import type { Env, ImportMessage } from '#src/env.ts'
import { headingsOf } from '#src/imports/format.ts'
import { sweepImports } from '#src/imports/sweep.ts'
import { UPLOAD_LIMIT } from '#src/imports/upload.ts'
import worker from '#src/worker.ts'
import { askStaff, STAFF_HOST } from '#test/asking.ts'
import { type Company, makeCompany, signedInStaff } from '#test/cast.ts'
import { books } from './books.ts'
import { all, booksOf, countsOf, csv, formOf, planOf, workOff } from './importing.ts'

/** The Imports page, as a browser posts to it. */

let company: Company
let cookie: string
beforeAll(async () => {
  company = await makeCompany('Uploads')
  cookie = (await signedInStaff(company)).cookie
})

type Sent = { told: ImportMessage[]; answer: Response }
type Posting = { headers?: Record<string, string>; queue?: 'up' | 'down'; as?: string; files?: R2Bucket }
const post = async (
  body: BodyInit,
  { headers = { 'Sec-Fetch-Site': 'same-origin' }, queue = 'up', as = cookie, files = env.FILES }: Posting = {},
): Promise<Sent> => {
  const told: ImportMessage[] = []
  const send = (message: ImportMessage): Promise<unknown> =>
    queue === 'down' ? Promise.reject(new Error('the queue is down')) : Promise.resolve(told.push(message))
  const context = createExecutionContext()
  const given: Env = { ...env, FILES: files, IMPORT_QUEUE: { send } as unknown as Env['IMPORT_QUEUE'] }
  const request = new Request(`http://${STAFF_HOST}/imports`, { method: 'POST', redirect: 'manual', body, headers: { Cookie: as, ...headers } })
  const answer = await worker.fetch(request as Parameters<typeof worker.fetch>[0], given, context)
  await waitOnExecutionContext(context)
  return { told, answer }
}

const importsStored = async () => (await all<{ n: number }>('SELECT count(*) AS n FROM imports WHERE tenant_id = ?', company.tenantId))[0]?.n

describe('files that are uploaded together', () => {
  it('are kept, told to the queue, worked through and shown', async () => {
    const { answer, told } = await post(formOf(books()))
    expect(answer.status).toBe(303)
    const [message] = told
    if (!message) throw new Error('nothing was told to the queue')
    expect(told).toHaveLength(1)
    expect(message.tenantId).toBe(company.tenantId)
    const address = answer.headers.get('Location') ?? ''
    expect(address).toBe(`/imports/${message.importId}`)
    const kept = await env.FILES.list({ prefix: `tenants/${company.tenantId}/imports/${message.importId}/` })
    expect(kept.objects.map(({ key }) => key.split('/').at(-1)).sort()).toEqual(IMPORT_KINDS.map((_, i) => String(i + 1)))

    const waiting = await (await askStaff(address, { cookie })).text()
    expect(waiting).toContain('data-state="running"')
    await workOff(message)
    const planned = await (await askStaff(address, { cookie })).text()
    expect(planned).toContain('data-state="planned"')
    expect(planned).toMatch(/data-kind="invoice_lines" data-created="5" data-changed="0" data-unchanged="0" data-refused="0"/)
    expect(await booksOf(company)).toEqual(await booksOf(await makeCompany('Empty')))
    expect((await askStaff(`${address}/start`, { cookie, form: { plan: String(await planOf(message)) } })).headers.get('Location')).toBe(address)
    await workOff(message)
    const page = await (await askStaff(address, { cookie })).text()
    expect(page).toContain('data-state="finished"')
    expect(page).toMatch(/data-kind="invoice_lines" data-created="5" data-changed="0" data-unchanged="0" data-refused="0"/)
    const list = await (await askStaff('/imports', { cookie })).text()
    expect(list).toContain(`href="${address}"`)
    expect(list).toContain('Staff of Uploads')
  })

  it('are shown with what was refused, as a piece of the page when htmx asks', async () => {
    const { told } = await post(formOf({ orders: csv('orders', ['O-9', '<KD>', 'O-9', '2026-01-05', 'draft', 'EUR', '1.00']) }))
    const [message] = told
    if (!message) throw new Error('nothing was told to the queue')
    await workOff(message)
    const piece = await askStaff(`/imports/${message.importId}`, { cookie, headers: { 'HX-Request': 'true', 'HX-Request-Type': 'partial' } })
    const html = await piece.text()
    expect(html).not.toContain('<html')
    expect(html).toContain('No client “&lt;KD&gt;”')
    expect(html).toContain('client_external_id')
  })

  it('wait for the sweep when the queue could not be told', async () => {
    const { answer } = await post(formOf({ clients: books().clients }), { queue: 'down' })
    expect(answer.status).toBe(303)
    const found: ImportMessage[] = []
    const queue = { send: (message: ImportMessage) => Promise.resolve(found.push(message)) } as unknown as Env['IMPORT_QUEUE']
    await sweepImports({ ...env, IMPORT_QUEUE: queue }, Date.now())
    expect(found.map(({ importId }) => `/imports/${importId}`)).toContain(answer.headers.get('Location'))
  })
})

describe('a person is asked what the columns mean', () => {
  const { clients, orders } = books()
  const without = (text: string, heading: string) => text.replace(`${heading},`, '')
  const asked = async (files: [string, string][]) => {
    const { answer, told } = await post(formOf(files))
    expect(told).toEqual([])
    const address = answer.headers.get('Location') ?? ''
    expect(address).toMatch(/^\/imports\/\w{16}\/columns$/)
    return { address, page: await (await askStaff(address, { cookie })).text() }
  }

  it.each<[string, string, string]>([
    ['a column that is needed is missing', without(clients, 'name'), 'No column looks like this. Choose it.'],
    ['with semicolons, too', without(orders, 'order_date').replaceAll(',', ';'), 'No column looks like this. Choose it.'],
    ['other headings', 'sku,shelf\n1,2\n', 'What this file holds can’t be told from its headings.'],
    ['the headings of two kinds', `${[...new Set([...headingsOf('orders'), ...headingsOf('invoices')])].join(',')}\n`, 'What the columns mean'],
  ])('%s', async (_, text, words) => {
    const { address, page } = await asked([['some', text]])
    expect(page).toContain(words)
    // Nothing was chosen: nothing is read.
    const sent = await askStaff(address, { cookie, form: { form: 'columns', do: 'look' } })
    expect(sent.status).toBe(422)
    expect(await countsOf({ tenantId: company.tenantId, importId: address.split('/')[2] ?? '' })).toEqual({})
  })

  it('a column that may be missing is missing: it stays as it is', async () => {
    const { page } = await asked([['clients', without(clients, 'credit_limit')]])
    expect(page).not.toContain('role="alert"')
  })

  it('a title above the headings is passed over', async () => {
    const { answer } = await post(formOf([['clients', `Client list\n\n${clients}`]]))
    expect(answer.headers.get('Location')).toMatch(/^\/imports\/\w{16}$/)
  })
})

describe('nothing is begun, and the page says why', () => {
  const { clients, orders } = books()
  const bytes = (...values: number[]) => new Uint8Array(values)
  it.each<[string, [string, string | Uint8Array<ArrayBuffer>][], string]>([
    ['no file', [], 'Choose at least one CSV file.'],
    ['an empty file', [['clients', '']], '“clients.csv” is empty.'],
    [
      'two files of one kind',
      [
        ['one', clients],
        ['two', clients],
      ],
      '“one.csv” and “two.csv” both hold clients. Upload one file of a kind.',
    ],
    ['a doubled heading', [['clients', clients.replace('external_id', 'external_id,name')]], '“clients.csv” has the column “name” twice.'],
    ['a spreadsheet', [['book', bytes(0x50, 0x4b, 3, 4, 0, 0)]], '“book.csv” is not a CSV file.'],
    ['an open quotation', [['clients', `"${clients}`]], '“clients.csv” is not a CSV file.'],
    ['UTF-16 without headings', [['clients', bytes(0xff, 0xfe, 0x61, 0)]], '“clients.csv” has no line of headings. Its first line reads “a”.'],
    ['a text', [['letter', 'Dear all,\nhello\n']], '“letter.csv” has no line of headings. Its first line reads “Dear all”, “”.'],
    ['Latin-1', [['clients', bytes(0x6d, 0xfc, 0x6c)]], '“clients.csv” is neither UTF-8 nor UTF-16. Save it as “CSV UTF-8” and try again.'],
    [
      'one bad file among good ones',
      [
        ['clients', clients],
        ['orders', orders],
        ['x', 'a'],
      ],
      '“x.csv” has no line of headings. Its first line reads “a”.',
    ],
  ])('%s', async (_, files, problem) => {
    const before = await importsStored()
    const { answer, told } = await post(formOf(files))
    expect(answer.status).toBe(422)
    const page = await answer.text()
    expect(page).toContain(problem)
    expect(page).toContain('<html')
    expect(told).toEqual([])
    expect(await importsStored()).toBe(before)
  })

  it('what is no form with files', async () => {
    for (const body of [new URLSearchParams({ files: 'x' }), 'files']) expect((await post(body)).answer.status).toBe(422)
    expect(
      (await post('--x\r\nbroken', { headers: { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'multipart/form-data; boundary=x' } })).answer.status,
    ).toBe(422)
  })

  it('more than the limit, whatever length was announced', async () => {
    const MB = 1024 * 1024
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += MB
        controller.enqueue(new Uint8Array(MB))
      },
    })
    const headers = { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'multipart/form-data; boundary=x' }
    expect((await post(endless, { headers })).answer.status).toBe(413)
    expect(sent).toBeLessThan(UPLOAD_LIMIT + 8 * MB)
    expect((await post('x', { headers: { ...headers, 'Content-Length': String(UPLOAD_LIMIT + 1) } })).answer.status).toBe(413)
  })

  it('another site, somebody who is not signed in, a session that has ended', async () => {
    const before = await importsStored()
    expect((await post(formOf(books()), { headers: { 'Sec-Fetch-Site': 'cross-site' } })).answer.status).toBe(403)
    expect((await post(formOf(books()), { as: '' })).answer.headers.get('Location')).toContain('/sign-in')
    const endSessions = () => company.door.run({ ended: company.door.update(staffSessions, { endedAt: Date.now() }, undefined) })
    const ending = await signedInStaff(company)
    // The session ends while the files come in.
    const files = { put: endSessions } as unknown as R2Bucket
    expect((await post(formOf(books()), { as: ending.cookie, files })).answer.headers.get('Location')).toContain('/sign-in')
    expect((await post(formOf(books()), { as: ending.cookie })).answer.headers.get('Location')).toContain('/sign-in')
    expect(await importsStored()).toBe(before)
    cookie = (await signedInStaff(company)).cookie
  })

  it('and another company finds neither the import nor its rows', async () => {
    const { told } = await post(formOf({ clients: books().clients }))
    const other = await makeCompany('Others')
    const { cookie: theirs } = await signedInStaff(other)
    const [unknown, foreign] = await Promise.all(['nothing', told[0]?.importId].map((id) => askStaff(`/imports/${id}`, { cookie: theirs })))
    expect([unknown?.status, foreign?.status]).toEqual([404, 404])
    expect(await foreign?.text()).toBe(await unknown?.text())
    expect((await booksOf(other)).clients).toEqual([])
    expect(await (await askStaff('/imports', { cookie: theirs })).text()).not.toContain(told[0]?.importId ?? '')
  })
})
