import { extractText, getDocumentProxy } from 'unpdf'
import { expect, it } from 'vitest'
import { drawReturnSlip, type SlipContent } from '#src/documents/return-slip.ts'
import { FONTS } from './fonts.ts'

const CONTENT: SlipContent = {
  number: 'RET-000123',
  askedOn: '2026-11-25',
  orders: ['SO-11842'],
  company: {
    name: 'Northlight Supply',
    legalName: 'Northlight Supply Ltd',
    address: '1 Quay\nPorto',
    taxId: 'PT 1',
    contactEmail: 'help@n.example',
    contactPhone: '',
    locale: 'en-GB',
    brandColour: '#1d6b57',
    logo: null,
  },
  client: { name: 'Harbour & Pine Ltd', address: ['2 Dock'] },
  items: [
    { sku: 'LMP-118', description: 'Wall lamp “Ribe”, matt black', quantity: 10_000, reason: 'Damaged' },
    { sku: '', description: 'Cable', quantity: 125_000, reason: 'Other' },
  ],
  instructions: ['1. Pack it.', '2. Send it to 1 Quay.'],
}
const pagesOf = async (content: SlipContent) => {
  const { text } = await extractText(await getDocumentProxy(await drawReturnSlip(content, FONTS, null)), { mergePages: false })
  return text.map((page) => page.replace(/\s+/g, ' '))
}

it('says whose it is, what goes back, and how', async () => {
  const [page = '', ...more] = await pagesOf(CONTENT)
  expect(more).toEqual([])
  for (const words of [
    'Return slip',
    'RET-000123',
    'SO-11842',
    '25 November 2026',
    'Harbour & Pine Ltd',
    'Wall lamp “Ribe”, matt black',
    'LMP-118 · Damaged',
    '12.5',
    '1. Pack it.',
    '2. Send it to 1 Quay.',
    'Northlight Supply Ltd',
  ])
    expect(page).toContain(words)
})

it('names no order where there is none to name', async () => {
  const [page = ''] = await pagesOf({ ...CONTENT, orders: [] })
  expect(page).not.toMatch(/SO-|Order/)
})

it('goes on over pages, each with its number', async () => {
  const items = Array.from({ length: 120 }, (_, i) => ({ sku: `S-${i}`, description: `Thing ${i}`, quantity: 10_000, reason: 'Damaged' }))
  const pages = await pagesOf({ ...CONTENT, items, instructions: Array.from({ length: 80 }, (_, i) => `Step ${i}`) })
  expect(pages.length).toBeGreaterThan(4)
  for (const page of pages) expect(page).toContain('RET-000123')
  expect(pages.join(' ')).toContain('Thing 119')
  expect(pages.at(-1)).toContain('Step 79')
})

it('is the same bytes for the same content', async () => {
  const [one, two] = [await drawReturnSlip(CONTENT, FONTS, null), await drawReturnSlip({ ...CONTENT }, FONTS, null)]
  expect(Buffer.from(one).equals(Buffer.from(two))).toBe(true)
})
