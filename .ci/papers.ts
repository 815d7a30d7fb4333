/**
 * Draws invoices, credit notes and statements of 1, 12, 200 and 2,000 lines in twelve scripts and with emoji, and has
 * other people's programs read them: qpdf finds nothing, every font is embedded, pdftotext gives back every line, each
 * page says which of how many it is, and what was carried forward is what the lines came to.
 *
 *   node .ci/papers.ts [folder to keep them in]
 *
 * The last line reads "N passed, N failed"; ends with 1 when one failed.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InvoiceContent } from '../src/documents/content.ts'
import { drawCreditNote } from '../src/documents/credit-note-pdf.ts'
import { drawInvoice } from '../src/documents/invoice-pdf.ts'
import { drawStatement } from '../src/documents/statement-pdf.ts'
import { FONTS } from '../test/documents/fonts.ts'
import { contentWith, lineWith } from '../test/documents/sample.ts'

const count = { passed: 0, failed: 0 }
const check = (what: string, holds: boolean, seen: unknown = ''): void => {
  if (holds) count.passed++
  else {
    count.failed++
    console.log(`FAILED ${what}`, String(seen).slice(0, 400))
  }
}

/** Words of the trade, and whether our font has their letters. */
const SCRIPTS = [
  { name: 'Latin', words: 'Żółta lampa, façade œuvre', isKnown: true },
  { name: 'Vietnamese', words: 'Đèn bàn gỗ Việt', isKnown: true },
  { name: 'Greek', words: 'Επιτραπέζιο φωτιστικό', isKnown: true },
  { name: 'Cyrillic', words: 'Настольная лампа', isKnown: true },
  { name: 'Armenian', words: 'Սեղանի լամպ', isKnown: true },
  { name: 'Georgian', words: 'მაგიდის ნათურა', isKnown: true },
  { name: 'Hebrew', words: 'מנורת שולחן', isKnown: true },
  { name: 'Arabic', words: 'مصباح', isKnown: true },
  { name: 'Chinese', words: '台灯', isKnown: false },
  { name: 'Japanese', words: 'テーブルランプ', isKnown: false },
  { name: 'Korean', words: '책상 램프', isKnown: false },
  { name: 'Devanagari', words: 'मेज़ का लैंप', isKnown: false },
  { name: 'emoji', words: '💡🪔', isKnown: false },
  { name: 'signs', words: '№ 7 – 100 € ₹ ₺ ½ ×', isKnown: true },
] as const
const RIGHT_TO_LEFT = new Set(['Hebrew', 'Arabic'])

const scriptOf = (index: number) => SCRIPTS[index % SCRIPTS.length] ?? SCRIPTS[0]
const linesOf = (many: number) =>
  Array.from({ length: many }, (_, i) =>
    lineWith({
      position: i + 1,
      sku: `SKU-${i + 1}`,
      description: `Begin${i + 1} ${scriptOf(i).words} end${i + 1}`,
      quantity: 10_000,
      unitPrice: 1_000 + i,
      lineTotal: 1_000 + i,
    }),
  )

const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'papers-'))
mkdirSync(folder, { recursive: true })

const read = (name: string, bytes: Uint8Array) => {
  const path = join(folder, `${name}.pdf`)
  writeFileSync(path, bytes)
  const qpdf = spawnSync('qpdf', ['--check', path], { encoding: 'utf8' })
  check(`${name}: qpdf finds nothing`, qpdf.status === 0 && !/warning|error/i.test(qpdf.stderr), qpdf.stderr || qpdf.stdout || qpdf.error)
  const fonts = execFileSync('pdffonts', [path], { encoding: 'utf8' }).trim().split('\n').slice(2)
  check(`${name}: has fonts`, fonts.length > 0)
  // The columns before the object's number: embedded, subset, with a map to Unicode.
  for (const font of fonts) check(`${name}: embeds its fonts`, /\s+yes\s+yes\s+yes\s+\d+\s+\d+$/.test(font), font)
  return execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8', maxBuffer: 2 ** 26 })
}

/** Each page says its number and how many there are. */
const checkPages = (name: string, text: string): string[] => {
  const pages = text.split('\f').slice(0, -1)
  pages.forEach((page, i) => {
    if (pages.length > 1) check(`${name}: page ${i + 1} of ${pages.length}`, new RegExp(`\\b${i + 1} of ${pages.length}\\b`).test(page), page.slice(-300))
  })
  return pages
}

const amount = (minor: number) => `€${(minor / 100).toLocaleString('en-US', { minimumFractionDigits: 2 })}`

const checkLines = (name: string, text: string, content: Pick<InvoiceContent, 'lines'>): void => {
  const plain = text.replaceAll(/\s+/g, ' ')
  content.lines.forEach(({ lineTotal }, i) => {
    const script = scriptOf(i)
    const found = plain.includes(`Begin${i + 1} `) && plain.includes(`end${i + 1} `)
    check(`${name}: line ${i + 1} (${script.name})`, found)
    const [, between = ''] = new RegExp(`Begin${i + 1} (.*?) ?end${i + 1} `).exec(plain) ?? []
    const asWritten = RIGHT_TO_LEFT.has(script.name) ? [...script.words].sort().join('').trim() : script.words
    const asRead = RIGHT_TO_LEFT.has(script.name)
      ? [...between.normalize('NFKC')]
          .filter((letter) => /\p{L}| /u.test(letter))
          .sort()
          .join('')
          .trim()
      : between
    if (script.isKnown) check(`${name}: line ${i + 1} gives back its ${script.name}`, asRead === asWritten, `${asRead} for ${asWritten}`)
    else check(`${name}: line ${i + 1} shows that it lacks ${script.name}`, /^[□ ]+$/.test(between) && between.includes('□'), between)
    check(`${name}: line ${i + 1} its sum`, plain.includes(amount(lineTotal)))
  })
}

/** What a page carries forward is what the lines on it and before it came to, and the next one begins with it. */
const checkCarried = (name: string, pages: string[], content: Pick<InvoiceContent, 'lines'>): void => {
  let sum = 0
  pages.forEach((page, i) => {
    const [, brought] = /Brought forward\s+(€[\d,.]+)/.exec(page) ?? []
    if (i > 0 && /begin/i.test(page) && sum > 0) check(`${name}: page ${i + 1} brings forward`, brought === amount(sum), `${brought} for ${amount(sum)}`)
    for (const [, number] of page.matchAll(/Begin(\d+) /g)) sum += content.lines[Number(number) - 1]?.lineTotal ?? 0
    const [, carried] = /Carried forward\s+(€[\d,.]+)/.exec(page) ?? []
    if (pages.slice(i + 1).some((later) => /Begin\d/.test(later)))
      check(`${name}: page ${i + 1} carries forward`, carried === amount(sum), `${carried} for ${amount(sum)}`)
    else check(`${name}: page ${i + 1} carries nothing`, carried === undefined, carried)
  })
}

const client = { name: 'Światło & Φως ООО 台灯 💡', address: ['ул. Ленина 1', 'Đường Nguyễn Huệ', 'Łódź'] }

for (const many of [1, 12, 200, 2000]) {
  const content = contentWith({ lines: linesOf(many), client })
  const invoice = `invoice-${many}`
  const text = read(invoice, await drawInvoice(content, FONTS, null))
  const pages = checkPages(invoice, text)
  checkLines(invoice, text, content)
  checkCarried(invoice, pages, content)
  if (many > 12)
    check(
      `${invoice}: its headings on each page of lines`,
      pages.filter((page) => /Begin\d/.test(page)).every((page) => /Item\s+Quantity\s+Price/.test(page)),
    )

  const note = `credit-note-${many}`
  const { number, issueDate, currency, company, lines, net, taxes, rounding, total } = content
  const noteText = read(
    note,
    await drawCreditNote({ number, issueDate, currency, company, client, lines, net, taxes, rounding, total, invoiceNumber: 'INV-1' }, FONTS, null),
  )
  checkCarried(note, checkPages(note, noteText), content)
  checkLines(note, noteText, content)

  const statement = `statement-${many}`
  const entries = lines.map(({ lineTotal }, i) => ({
    kind: 'invoice' as const,
    id: `i${i}`,
    day: '2026-03-01',
    currency,
    amount: lineTotal,
    words: `N-${i + 1} ${scriptOf(i).words}`,
    invoice: null,
    dueDate: null,
    balance: 0,
  }))
  let balance = 0
  for (const entry of entries) entry.balance = balance += entry.amount
  const currencies = [{ currency, opening: 0, entries, charged: balance, settled: 0, closing: balance, later: 0 }]
  const statementText = read(statement, await drawStatement({ period: { from: '2026-01-01', to: '2026-12-31' }, currencies, company, client }, FONTS, null))
  checkPages(statement, statementText)
  const plain = statementText.replaceAll(/\s+/g, ' ')
  entries.forEach((entry, i) => {
    check(`${statement}: entry ${i + 1}`, plain.includes(`N-${i + 1} `) && plain.includes(amount(entry.balance)))
  })
}

if (!process.argv[2]) rmSync(folder, { recursive: true })
console.log(`${count.passed} passed, ${count.failed} failed`)
process.exitCode = count.failed > 0 ? 1 : 0
