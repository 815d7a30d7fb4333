import { extractText, getDocumentProxy } from 'unpdf'
import { expect, it } from 'vitest'
import { drawStatement, type StatementContent } from '#src/documents/statement-pdf.ts'
import { FONTS } from './fonts.ts'

const entry = (i: number, balance: number) => ({
  kind: (['invoice', 'payment', 'credit-note'] as const)[i % 3] ?? 'invoice',
  id: `e${i}`,
  day: `2026-03-${String((i % 28) + 1).padStart(2, '0')}`,
  currency: 'EUR',
  amount: i % 3 === 0 ? 12_345 : -1_000,
  words: i % 3 === 1 ? 'Bank transfer' : `DOC-${i}`,
  invoice: i % 3 === 0 ? null : { id: 'x', number: `INV-${i - 1}` },
  dueDate: null,
  balance,
})
const contentOf = (count: number): StatementContent => {
  let balance = 50_000
  const entries = Array.from({ length: count }, (_, i) => {
    balance += i % 3 === 0 ? 12_345 : -1_000
    return entry(i, balance)
  })
  const statement = { currency: 'EUR', opening: 50_000, entries, charged: 1, settled: 2, closing: balance, later: 0 }
  return {
    period: { from: '2026-03-01', to: '2026-03-31' },
    currencies: [statement, { currency: 'JPY', opening: 0, entries: [], charged: 0, settled: 0, closing: -700, later: 300 }],
    company: {
      name: 'Northlight Supply',
      legalName: 'Northlight Supply Ltd',
      address: '1 Quay',
      taxId: 'PT 1',
      contactEmail: 'help@n.example',
      contactPhone: '',
      locale: 'en-GB',
      brandColour: '#1d6b57',
      logo: null,
      bankDetails: 'IBAN PT00 1234',
    },
    client: { name: 'Harbour & Pine Ltd', address: ['2 Dock'] },
  }
}
const pagesOf = async (content: StatementContent) => {
  const { text } = await extractText(await getDocumentProxy(await drawStatement(content, FONTS, null)), { mergePages: false })
  return text.map((page) => page.replace(/\s+/g, ' '))
}

it('says from when to when, each entry with its balance, and where to pay', async () => {
  const [page = ''] = await pagesOf(contentOf(3))
  for (const words of [
    'Statement',
    '1 March 2026',
    '31 March 2026',
    'Opening balance €500.00',
    'Invoice DOC-0 €123.45 €623.45',
    'Payment for INV-0 €10.00 €613.45',
    'Credit note DOC-2 for INV-1 €10.00 €603.45',
    'Closing balance',
    'IBAN PT00 1234',
  ])
    expect(page).toContain(words)
  expect(page).toContain('Entry (JPY)')
  expect(page).toContain('−JP¥700')
  expect(page).toContain('Dated after this period: JP¥300.')
})

it('carries its balance over to each further page, under its headings', async () => {
  const content = contentOf(200)
  const pages = await pagesOf(content)
  expect(pages.length).toBeGreaterThan(4)
  for (const page of pages.slice(1, -1)) expect(page).toMatch(/Entry \(EUR\).*Carried forward/)
  const whole = pages.join(' ')
  for (const { words, kind } of content.currencies[0]?.entries ?? []) if (kind !== 'payment') expect(whole).toContain(words)
  // What is carried is the balance of the entry before it.
  const [, carried] = /Carried forward (\S+)/.exec(pages[1] ?? '') ?? []
  expect(pages[0]).toContain(carried)
})

it('is the same bytes for the same content', async () => {
  const [one, two] = [await drawStatement(contentOf(9), FONTS, null), await drawStatement(contentOf(9), FONTS, null)]
  expect(Buffer.from(one).equals(Buffer.from(two))).toBe(true)
})
