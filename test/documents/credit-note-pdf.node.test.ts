import { extractText, getDocumentProxy } from 'unpdf'
import { expect, it } from 'vitest'
import { type CreditNoteContent, drawCreditNote } from '#src/documents/credit-note-pdf.ts'
import { FONTS } from './fonts.ts'

const CONTENT: CreditNoteContent = {
  number: 'CN-7',
  issueDate: '2026-05-10',
  currency: 'KWD',
  lines: [],
  net: 0,
  taxes: [],
  rounding: 0,
  total: 12_345,
  invoiceNumber: 'INV-9',
  company: {
    name: 'Northlight Supply',
    legalName: 'Northlight Supply Ltd',
    address: '1 Quay',
    taxId: 'PT 1',
    contactEmail: '',
    contactPhone: '',
    locale: 'en-GB',
    brandColour: '#1d6b57',
    logo: null,
  },
  client: { name: 'Harbour & Pine Ltd', address: ['2 Dock'] },
}
const textOf = async (content: CreditNoteContent) => {
  const { text } = await extractText(await getDocumentProxy(await drawCreditNote(content, FONTS, null)), { mergePages: true })
  return text.replace(/\s+/g, ' ')
}

it('says what is credited, for what, to whom', async () => {
  const text = await textOf(CONTENT)
  for (const words of ['Credit note', 'CN-7', '10 May 2026', 'We credit for invoice INV-9', 'KWD 12.345', 'Harbour & Pine Ltd', 'PT 1'])
    expect(text).toContain(words)
  expect(await textOf({ ...CONTENT, invoiceNumber: null })).toContain('We credit to your account')
})
