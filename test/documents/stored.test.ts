import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { contentHash, type InvoiceContent, invoiceContentOf } from '#src/documents/content.ts'
import { pdfResponse } from '#src/documents/response.ts'
import { invoicePdf } from '#src/documents/stored.ts'
import type { Env } from '#src/env.ts'
import { png } from '#test/pictures/make.ts'
import { contentWith } from './sample.ts'

let places = 0
const newPlace = () => ({ tenantId: 'docs01', invoiceId: `invoice${places++}`, uploaded: null as string | null })

/** One reading of an invoice's file, with what R2 and the static files were asked for. */
const opened = async (content: InvoiceContent, place: Parameters<typeof invoicePdf>[1], failing: (keyof R2Bucket)[] = []) => {
  const asked: string[] = []
  const work: Promise<unknown>[] = []
  const FILES = new Proxy(env.FILES, {
    get:
      (bucket, name: keyof R2Bucket) =>
      (...args: never[]) => {
        asked.push(name)
        if (failing.includes(name)) return Promise.reject(new Error(`${name} failed`))
        return (bucket[name] as (...args: never[]) => unknown).apply(bucket, args)
      },
  })
  const ASSETS = { fetch: env.ASSETS.fetch.bind(env.ASSETS) } as Env['ASSETS']
  const file = await invoicePdf({ FILES, ASSETS }, place, content, (each) => work.push(each))
  return { file, asked, settled: () => Promise.all(work) }
}

const bytesOf = async (body: ReadableStream | Uint8Array) => new Uint8Array(await new Response(body).arrayBuffer())
const isWhole = (bytes: Uint8Array) => {
  const text = new TextDecoder('latin1').decode(bytes)
  return text.startsWith('%PDF-') && text.trimEnd().endsWith('%%EOF')
}

test('is drawn once, kept under its tenant, invoice and content, and then streamed from there', async () => {
  const place = newPlace()
  const content = contentWith()
  const first = await opened(content, place)
  const drawn = await first.file.whole()
  const bytes = await bytesOf(drawn.body)
  await first.settled()
  expect(isWhole(bytes)).toBe(true)
  expect(drawn.size).toBe(bytes.byteLength)
  expect(first.asked).toEqual(['get', 'put'])

  const hash = await contentHash(content)
  expect(hash).toMatch(/^[0-9a-f]{32}$/)
  const { objects } = await env.FILES.list({ prefix: `tenants/docs01/invoices/${place.invoiceId}/` })
  expect(objects.map(({ key, size }) => ({ key, size }))).toEqual([{ key: `tenants/docs01/invoices/${place.invoiceId}/${hash}.pdf`, size: bytes.byteLength }])

  const second = await opened(content, place)
  const stored = await second.file.whole()
  expect(stored.body).toBeInstanceOf(ReadableStream)
  expect(await bytesOf(stored.body)).toEqual(bytes)
  expect(second.file.etag).toBe(first.file.etag)
  expect(second.asked).toEqual(['get'])
})

test('its tag is known before anything is read or drawn', async () => {
  const { file, asked } = await opened(contentWith(), newPlace())
  expect(file.etag).toMatch(/^"[0-9a-f]{32}"$/)
  expect(asked).toEqual([])
})

test.each([
  ['a payment', { payments: [{ paidOn: '2026-10-30', amount: 100 }] }],
  ['another name', { client: { name: 'Harbour & Oak Ltd', address: [] } }],
  ['another colour', { company: { brandColour: '#000000' } }],
  ['a logo', { company: { logo: { hash: 'a', width: 9, height: 9 } } }],
])('%s makes another file', async (_what, change) => {
  expect(await contentHash(contentWith(change))).not.toBe(await contentHash(contentWith()))
})

test('the order in which its content was written makes none', async () => {
  const content = contentWith()
  const turned = Object.fromEntries(Object.entries(content).reverse()) as typeof content
  expect(await contentHash(turned)).toBe(await contentHash(content))
})

test.each([[['get']], [['put']], [['get', 'head', 'put']]] as (keyof R2Bucket)[][][])(
  'with %j failing the whole file is sent all the same',
  async (failing) => {
    const { file, settled } = await opened(contentWith(), newPlace(), failing)
    const { body } = await file.whole()
    expect(isWhole(await bytesOf(body))).toBe(true)
    await settled()
  },
)

test('a part comes from what is kept, and from a new drawing when nothing is', async () => {
  const place = newPlace()
  const absent = await opened(contentWith(), place)
  const size = await absent.file.size()
  const part = await bytesOf(await absent.file.part({ offset: 10, length: 90 }))
  await absent.settled()
  expect(absent.asked).toEqual(['head', 'put'])

  const kept = await opened(contentWith(), place)
  expect(await kept.file.size()).toBe(size)
  expect(await bytesOf(await kept.file.part({ offset: 10, length: 90 }))).toEqual(part)
  expect(kept.asked).toEqual(['head', 'get'])
  const { body } = await kept.file.whole()
  expect((await bytesOf(body)).subarray(10, 100)).toEqual(part)
})

test('a file that is there is never written over', async () => {
  const place = newPlace()
  const content = contentWith()
  const key = `tenants/docs01/invoices/${place.invoiceId}/${await contentHash(content)}.pdf`
  await env.FILES.put(key, 'kept')
  const { file, settled } = await opened(content, place, ['get'])
  await file.whole()
  await settled()
  expect((await env.FILES.head(key))?.size).toBe('kept'.length)
})

test('an invoice and its client become content, with nothing of the day it is read', () => {
  const company = {
    name: 'Northlight Supply',
    brandColour: '#1d6b57',
    logoHash: null,
    logoWidth: null,
    logoHeight: null,
    legalName: 'Northlight Supply Ltd',
    address: '3 Foundry Lane',
    taxId: '',
    bankDetails: '',
    contactEmail: '',
    contactPhone: '',
    locale: 'en-GB',
  }
  const client = {
    name: 'Harbour & Pine Ltd',
    address1: '14 Quay Street',
    address2: '',
    city: 'Bristol',
    region: '',
    postalCode: 'BS1 4DJ',
    country: 'United Kingdom',
  }
  const invoice = {
    kind: 'invoice' as const,
    id: 'i1',
    number: 'INV-1',
    poNumber: '',
    pdfHash: null,
    issueDate: '2026-10-14',
    dueDate: null,
    currency: 'EUR',
    total: 120,
    open: 20,
    order: null,
    lines: [
      {
        tenantId: 't',
        invoiceId: 'i1',
        position: 1,
        sku: '',
        description: 'Lamp',
        quantity: 10_000,
        unitPrice: 100,
        taxRate: 20_000,
        lineTotal: 100,
        searchText: null,
      },
    ],
    net: 100,
    taxes: [{ rate: 20_000, net: 100, tax: 20 }],
    rounding: 0,
    payments: [],
    paid: 100,
    credited: 0,
    credit: 0,
  }
  const overdue = invoiceContentOf({ ...invoice, standing: { word: 'overdue', partPaid: true, dueIn: -3 } }, company, client, 'SO-1')
  const outstanding = invoiceContentOf({ ...invoice, standing: { word: 'outstanding', partPaid: true, dueIn: 3 } }, company, client, 'SO-1')
  expect(overdue).toEqual(outstanding)
  expect(overdue).toMatchObject({
    orderNumber: 'SO-1',
    client: { name: 'Harbour & Pine Ltd', address: ['14 Quay Street', 'Bristol BS1 4DJ', 'United Kingdom'] },
  })
  expect(JSON.stringify(overdue)).not.toContain('tenantId')
})

describe('with a logo', () => {
  const logo = { hash: 'b'.repeat(32), width: 90, height: 20 }
  const content = contentWith({ company: { logo } })
  const key = `tenants/docs01/logos/${logo.hash}.png`
  const hasPicture = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes).includes('/Subtype /Image')
  const keptOf = async (place: { invoiceId: string }) => (await env.FILES.list({ prefix: `tenants/docs01/invoices/${place.invoiceId}/` })).objects.length

  test('another logo makes another file', async () => {
    expect(await contentHash(content)).not.toBe(await contentHash(contentWith({ company: { logo: { ...logo, hash: 'c'.repeat(32) } } })))
  })

  test('it is drawn once, and the file is kept', async () => {
    await env.FILES.put(key, png(logo))
    const place = newPlace()
    const first = await opened(content, place)
    const bytes = await bytesOf((await first.file.whole()).body)
    await first.settled()
    expect(isWhole(bytes)).toBe(true)
    expect(hasPicture(bytes)).toBe(true)
    expect(first.asked).toEqual(['get', 'get', 'put'])
    const second = await opened(content, place)
    await second.file.whole()
    expect(second.asked).toEqual(['get'])
  })

  test.each<[string, () => Promise<unknown>, (keyof R2Bucket)[]]>([
    ['is missing', () => env.FILES.delete(key), []],
    ['can’t be reached', () => env.FILES.put(key, png(logo)), ['get']],
    ['can’t be read', () => env.FILES.put(key, 'no picture'), []],
  ])('that %s the file is sent without it, under another tag, and not kept', async (_, prepared, failing) => {
    await prepared()
    const place = newPlace()
    const { file, settled } = await opened(content, place, failing)
    const whole = file.etag
    const bytes = await bytesOf((await file.whole()).body)
    await settled()
    expect(isWhole(bytes)).toBe(true)
    expect(hasPicture(bytes)).toBe(false)
    expect(await keptOf(place)).toBe(0)
    expect(file.etag).not.toBe(whole)

    await env.FILES.put(key, png(logo))
    const later = await opened(content, place)
    expect(hasPicture(await bytesOf((await later.file.whole()).body))).toBe(true)
    await later.settled()
    expect(later.file.etag).toBe(whole)
    expect(await keptOf(place)).toBe(1)
  })

  test('the rest of a download is never taken from the file without it', async () => {
    await env.FILES.delete(key)
    const { file } = await opened(content, newPlace())
    const headers = { Range: 'bytes=100-', 'If-Range': file.etag }
    const response = await pdfResponse(new Request('http://x/', { headers }), file, 'INV.pdf')
    expect(response.status).toBe(200)
    expect(response.headers.get('ETag')).toMatch(/without-logo"$/)
    expect(isWhole(new Uint8Array(await response.arrayBuffer()))).toBe(true)

    await env.FILES.put(key, png(logo))
    const place = newPlace()
    const first = await opened(content, place)
    await first.file.whole()
    await first.settled()
    await env.FILES.delete(key)
    // It was there when its size was asked for, and can't be read any more.
    const { file: gone } = await opened(content, place, ['get'])
    await expect(pdfResponse(new Request('http://x/', { headers: { Range: 'bytes=100-' } }), gone, 'INV.pdf')).rejects.toThrow()
  })
})
