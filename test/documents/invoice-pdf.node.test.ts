import { inflateSync } from 'node:zlib'
import { extractText, getDocumentProxy, getMeta } from 'unpdf'
import { describe, expect, test } from 'vitest'
import { drawInvoice } from '#src/documents/invoice-pdf.ts'
import { PAGE } from '#src/documents/sheet.ts'
import { LEFT, WIDTH } from '#src/documents/style.ts'
import { png } from '#test/pictures/make.ts'
import { FONTS } from './fonts.ts'
import { contentWith, lineWith } from './sample.ts'

const draw = (given: Parameters<typeof contentWith>[0] = {}) => drawInvoice(contentWith(given), FONTS, null)

/** The text of each page, as a reader selects it, with every space as one. */
const pagesOf = async (bytes: Uint8Array): Promise<string[]> => {
  const { text } = await extractText(await getDocumentProxy(bytes.slice()))
  return text.map((page) => page.replace(/\s+/g, ' '))
}
const textOf = async (given: Parameters<typeof contentWith>[0] = {}) => (await pagesOf(await draw(given))).join(' ')

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => lineWith({ position: index + 1, sku: `SKU-${index + 1}`, description: `Lamp no. ${index + 1}.` }))

test('says all that an invoice must, in the order it is read', async () => {
  const text = await textOf({ payments: [{ paidOn: '2026-10-30', amount: 150_000 }] })
  const parts = [
    ['Northlight Supply', 'Invoice', 'INV-20377'],
    ['Issued 14 October 2026', 'Due 13 November 2026', 'Order SO-11790'],
    ['Northlight Supply Ltd, 3 Foundry Lane, Leeds LS1 4AB', 'Harbour & Pine Ltd', '14 Quay Street', 'Bristol BS1 4DJ', 'United Kingdom'],
    ['# Item Quantity Price Tax Net'],
    ['1 Pendant lamp “Skagen”, brushed brass, 3 m textile cable 12 €96.00 20% €1,152.00 LMP-220'],
    ['3 Textile cable, sand, per metre 37.5 €4.80 20% €180.00 CBL-010'],
    ['Net €2,430.33', 'Tax 20% on €2,430.33 €486.07', 'Total €2,916.40', 'Paid 30 October 2026 −€1,500.00'],
    ['Still to pay by 13 November 2026 €1,416.40', 'To IBAN GB29 NWBK 6016 1331 9268 19 BIC NWBKGB2L', 'Reference INV-20377'],
    ['Northlight Supply Ltd · VAT GB 123 4567 89 · Company 01234567', 'ines@northlight.example · 020 7946 0018', 'Page 1 of 1'],
  ].flat()
  let from = 0
  for (const part of parts) {
    const at = text.indexOf(part, from)
    expect(at, `${part} after ${text.slice(0, from).slice(-40)}`).toBeGreaterThanOrEqual(0)
    from = at + part.length
  }
  expect(text).not.toContain('Rounding')
})

test.each([
  [1, 1],
  [39, 3],
  [200, 12],
])('%i lines fill %i pages, each with its headings and number', async (count, expected) => {
  const pages = await pagesOf(await draw({ lines: numbered(count) }))
  expect(pages).toHaveLength(expected)
  for (const [index, page] of pages.entries()) {
    expect(page).toContain(`Page ${index + 1} of ${expected}`)
    expect(page).toContain('INV-20377')
    if (page.includes('Lamp no.')) expect(page).toContain('# Item Quantity Price Tax Net')
  }
  const text = pages.join(' ')
  for (let number = 1; number <= count; number++) expect(text.split(`Lamp no. ${number}.`)).toHaveLength(2)
})

test('every script that the font knows can be read back; of what it lacks a placeholder stands there', async () => {
  const description = 'Łódź Ελληνικά Кириллица Việt € ₹ № ß'
  const text = await textOf({
    lines: [lineWith({ description: `${description} 漢字 👩‍👩‍👧.` })],
    client: { name: 'Ταβέρνα Żółć Việt', address: ['ул. Ленина 漢'] },
  })
  expect(text).toContain(`${description} □□ □.`)
  expect(text).toContain('Ταβέρνα Żółć Việt')
  expect(text).toContain('ул. Ленина □')
})

test('names and words longer than their column go on below, with nothing lost', async () => {
  const name = 'Handelsgesellschaft'.repeat(16)
  const text = (
    await textOf({
      number: `INV-${'9'.repeat(80)}`,
      client: { name, address: [] },
      company: { name, legalName: name, address: name },
      lines: [lineWith({ description: name, sku: name })],
    })
  ).replaceAll(' ', '')
  // The company's name and address at the head, the client's, the item's description and its number.
  expect(text.split(name).length - 1).toBeGreaterThanOrEqual(4)
  expect(text).toContain('9'.repeat(80))
})

test('a description of many pages goes on, and newlines break it', async () => {
  const words = Array.from({ length: 3000 }, (_, index) => `w${index}.`)
  const pages = await pagesOf(await draw({ lines: [lineWith({ description: `First\u0000line\nsecond\tline ${words.join(' ')}` })] }))
  expect(pages.length).toBeGreaterThan(3)
  const text = pages.join(' ')
  expect(text.includes('1 First line 12 €96.00 20% €1,152.00 second line w0.')).toBe(true)
  expect(words.filter((word) => !text.includes(` ${word} `))).toEqual([])
})

test('negative lines, refunds, credits and rounding stand with their signs', async () => {
  const lines = [lineWith({}), lineWith({ position: 2, sku: 'DISCOUNT', description: 'Discount 5%', quantity: -10_000, unitPrice: 5_760, lineTotal: -5_760 })]
  const text = await textOf({
    lines,
    rounding: -1,
    payments: [
      { paidOn: '2026-10-30', amount: 5_000 },
      { paidOn: '2026-11-02', amount: -1_000 },
    ],
    credited: 700,
  })
  for (const part of [
    '−1 €57.60 20% −€57.60',
    'Net €1,094.40',
    'Tax 20% on €1,094.40 €218.88',
    'Rounding −€0.01',
    'Total €1,313.27',
    'Paid 30 October 2026 −€50.00',
    'Refunded 2 November 2026 €10.00',
    'Credited −€7.00',
    '€1,266.27',
  ])
    expect(text).toContain(part)
})

test.each([
  ['paid in full', { payments: [{ paidOn: '2026-10-30', amount: 291_640 }] }, 'Nothing left to pay Paid'],
  ['a total of nought', { lines: [lineWith({ unitPrice: 0, lineTotal: 0 })] }, 'Nothing left to pay Paid'],
  ['overpaid', { payments: [{ paidOn: '2026-10-30', amount: 300_000 }] }, 'Overpaid by €83.60'],
  ['a negative total', { lines: [lineWith({ unitPrice: -100, lineTotal: -1_200 })] }, 'In your favour €14.40'],
  ['no due date', { dueDate: null }, 'Still to pay €2,916.40'],
])('%s says so, and asks for nothing else', async (_what, given, expected) => {
  const text = await textOf(given)
  expect(text).toContain(expected)
  expect(text.includes('IBAN')).toBe(expected.startsWith('Still'))
})

test('without lines the total stands alone', async () => {
  const text = await textOf({ lines: [], net: 0, total: 4_200, orderNumber: null })
  expect(text).toContain('This invoice is not itemised. Total €42.00')
  for (const word of ['Net', 'Tax', 'Quantity', 'Order']) expect(text).not.toContain(word)
})

test.each([
  ['JPY', 'en-GB', 'Total JP¥138,240'],
  ['KWD', 'en-GB', 'Total KWD 138.240'],
  ['EUR', 'de-DE', 'Total 1.382,40 €'],
  ['USD', 'fr-FR', 'Total 1 382,40 $US'],
])('%s in %s has the places of its currency', async (currency, locale, expected) => {
  expect(await textOf({ lines: [lineWith({})], currency, company: { locale } })).toContain(expected)
})

test('figures as large as they get stay beside each other', async () => {
  const most = Number.MAX_SAFE_INTEGER
  const text = await textOf({ currency: 'KWD', lines: [lineWith({ quantity: most, unitPrice: -most, lineTotal: -most })], taxes: [], net: -most, total: most })
  expect(text).toContain('900,719,925,474.0991 −KWD 9,007,199,254,740.991 20% −KWD 9,007,199,254,740.991')
})

type Piece = { text: string; left: number; right: number; y: number; size: number }

/** Where each piece of text stands on its page, in points. */
const piecesOf = async (bytes: Uint8Array): Promise<Piece[][]> => {
  const file = await getDocumentProxy(bytes.slice())
  const pages = await Promise.all(Array.from({ length: file.numPages }, (_, index) => file.getPage(index + 1)))
  const contents = await Promise.all(pages.map((page) => page.getTextContent()))
  return contents.map(({ items }) =>
    items.flatMap((item) =>
      'str' in item && item.str.trim() !== ''
        ? [{ text: item.str, left: item.transform[4], right: item.transform[4] + item.width, y: item.transform[5], size: item.transform[0] }]
        : [],
    ),
  )
}

const overlaps = (a: Piece, b: Piece) => Math.abs(a.y - b.y) < Math.min(a.size, b.size) * 0.8 && a.left < b.right - 0.1 && b.left < a.right - 0.1

const LONG = 'Handelsgesellschaft'.repeat(16)
const MOST = Number.MAX_SAFE_INTEGER

test.each([
  ['a usual invoice', { payments: [{ paidOn: '2026-10-30', amount: 150_000 }] }],
  ['many lines and payments', { lines: numbered(45), payments: Array.from({ length: 60 }, () => ({ paidOn: '2026-10-30', amount: 1 })) }],
  [
    'the largest figures',
    {
      currency: 'KWD',
      lines: [lineWith({ quantity: MOST, unitPrice: -MOST, lineTotal: -MOST })],
      taxes: [{ rate: 20_125, net: -MOST, tax: -MOST }],
      net: -MOST,
      total: MOST,
    },
  ],
  [
    'long names everywhere',
    {
      number: LONG,
      orderNumber: LONG,
      client: { name: LONG, address: [LONG, LONG, LONG] },
      lines: [lineWith({ description: LONG, sku: LONG }), lineWith({ description: LONG.repeat(20) })],
      company: { name: LONG, legalName: LONG, address: LONG, taxId: LONG, bankDetails: LONG, contactEmail: LONG, contactPhone: LONG },
    },
  ],
  ['overpaid', { payments: [{ paidOn: '2026-10-30', amount: 300_000 }] }],
  ['not itemised', { lines: [], net: 0, total: 4_200 }],
] as [string, Parameters<typeof contentWith>[0]][])('%s: nothing leaves its page and nothing stands on something else', async (_what, given) => {
  for (const pieces of await piecesOf(await draw(given))) {
    expect(pieces.filter(({ left, right, y }) => left < 56 || right > 539.1 || y < 30 || y > 800)).toEqual([])
    expect(
      pieces.flatMap((piece, index) =>
        pieces
          .slice(index + 1)
          .filter((other) => overlaps(piece, other))
          .map((other) => [piece, other]),
      ),
    ).toEqual([])
  }
})

test('figures end where their column ends', async () => {
  const [pieces = []] = await piecesOf(await draw({ payments: [{ paidOn: '2026-10-30', amount: 150_000 }] }))
  const heading = (text: string) => pieces.find((piece) => piece.text === text)?.right ?? Number.NaN
  const last = (text: string) => pieces.findLast((piece) => piece.text === text)?.right ?? Number.NaN
  for (const net of ['€1,152.00', '€8.33', '€2,430.33', '€2,916.40']) expect(last(net)).toBeCloseTo(heading('Net'), 0)
  for (const quantity of ['12', '37.5']) expect(last(quantity)).toBeCloseTo(heading('Quantity'), 0)
})

test('bank details longer than a page follow their box', async () => {
  const details = Array.from({ length: 120 }, (_, index) => `Account no. ${index}.`)
  const text = await textOf({ company: { bankDetails: details.join('\n') } })
  expect(details.filter((detail) => !text.includes(detail))).toEqual([])
})

test('equal content makes equal bytes, another day or another order of its keys as well', async () => {
  const content = contentWith({ payments: [{ paidOn: '2026-10-30', amount: 1 }] })
  const first = await drawInvoice(content, FONTS, null)
  const turned = Object.fromEntries(Object.entries(content).reverse()) as typeof content
  await new Promise((resolve) => setTimeout(resolve, 1100))
  expect(Buffer.from(await drawInvoice(turned, FONTS, null)).equals(first)).toBe(true)
  expect(Buffer.from(await drawInvoice({ ...content, credited: 1 }, FONTS, null)).equals(first)).toBe(false)
})

test('the file says what it is, dated by its content, and holds nothing that acts', async () => {
  const bytes = await draw({ company: { legalName: 'Łódź “Lights” (漢) Ltd', locale: 'pl-PL' } })
  const { info } = await getMeta(await getDocumentProxy(bytes.slice()))
  expect(info).toMatchObject({
    Title: 'Invoice INV-20377',
    Author: 'Łódź “Lights” (□) Ltd',
    Subject: 'Invoice INV-20377, 14 października 2026, for Harbour & Pine Ltd',
    CreationDate: 'D:20261014000000Z',
    ModDate: 'D:20261014000000Z',
    Language: 'en',
  })
  const all = uncompressed(bytes)
  expect(all).toContain('/BaseFont /PORTAL+DejaVuSansCondensed-Bold')
  expect(all).toContain('/FontFile2')
  for (const name of ['/JavaScript', '/JS', '/Launch', '/OpenAction', '/AA', '/URI', '/EmbeddedFile']) expect(all).not.toMatch(new RegExp(`${name}\\b`))
})

/** The file with its packed streams opened, those of fonts and pages too. */
const uncompressed = (bytes: Uint8Array): string => {
  const raw = Buffer.from(bytes).toString('latin1')
  const opened = [...raw.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].map(([, packed = '']) => {
    const [head = 0, flags = 0] = Buffer.from(packed.slice(0, 2), 'latin1')
    return (head & 15) === 8 && ((head << 8) | flags) % 31 === 0 ? inflateSync(Buffer.from(packed, 'latin1')).toString('latin1') : packed
  })
  return [raw, ...opened].join('\n')
}

/** As pdf.js numbers it: only a picture is put into its place this way. */
const TRANSFORM = 12

describe('a logo', () => {
  const drawnWith = (width: number, height: number) =>
    drawInvoice(contentWith({ company: { logo: { hash: 'a'.repeat(32), width, height } } }), FONTS, png({ width, height, colour: 6 }))
  /** Where the picture stands on the first page, in points from the lower left. */
  const placeOf = async (bytes: Uint8Array) => {
    const page = await (await getDocumentProxy(bytes.slice())).getPage(1)
    const { fnArray, argsArray } = await page.getOperatorList()
    const at = fnArray.indexOf(TRANSFORM)
    const [width, , , height, x, y] = argsArray[at] as number[]
    return { width, height, x, y } as { width: number; height: number; x: number; y: number }
  }

  test.each([
    ['wide', 640, 100, false],
    ['tall', 40, 192, true],
    ['square', 192, 192, true],
    ['of one pixel', 1, 1, true],
    ['a line', 640, 1, false],
  ])('that is %s stands at the head, inside its place and in its proportions, with the name beside a sign alone', async (_, width, height, hasName) => {
    const bytes = await drawnWith(width, height)
    expect(bytes).toEqual(await drawnWith(width, height))
    const place = await placeOf(bytes)
    expect(place.width).toBeLessThanOrEqual(WIDTH * 0.5 + 0.01)
    expect(place.height).toBeLessThanOrEqual(46.01)
    expect(place.x).toBeCloseTo(LEFT, 1)
    // Above where a window envelope shows the address, below the brand's edge.
    expect(place.y).toBeGreaterThan(PAGE.height - 134 + 8)
    expect(place.y + place.height).toBeLessThan(PAGE.height - 6)
    expect(Math.abs(place.width / width - place.height / height)).toBeLessThan(0.02)
    expect(place.width).toBeLessThanOrEqual(width)
    const [text = ''] = await pagesOf(bytes)
    expect(text.startsWith('Northlight Supply Invoice')).toBe(hasName)
    expect(text).toContain('Northlight Supply Ltd, 3 Foundry Lane')
  })

  test('without its picture leaves the name in its place', async () => {
    const bytes = await drawInvoice(contentWith({ company: { logo: { hash: 'a'.repeat(32), width: 640, height: 100 } } }), FONTS, null)
    expect(bytes).toEqual(await draw())
  })
})

test('what was drawn before with the same fonts changes nothing', async () => {
  // Letters of which several have one drawing: which of them came first must not be remembered.
  const odd = { number: 'Ω\u00a0\u2010Ж-\u00ad٣', lines: [lineWith({ description: 'a\u00a0b\u2011c\u2010d Ελλάδα Ω\u2126 µμ Δ∆ K\u212a' })] }
  const plain = { lines: [lineWith({ description: 'a b-c Ω μ Δ K' })] }
  const afresh = (given: Parameters<typeof contentWith>[0]) =>
    drawInvoice(contentWith(given), { regular: FONTS.regular.slice(0), bold: FONTS.bold.slice(0) }, null)
  const alone = [await afresh(odd), await afresh(plain)]
  expect([await draw(odd), await draw(plain)]).toEqual(alone)
  expect([await draw(plain), await draw(odd)]).toEqual(alone.toReversed())
})
