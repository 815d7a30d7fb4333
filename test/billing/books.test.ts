import { env } from 'cloudflare:workers'
import { parse } from 'csv-parse/sync'
import { Decimal } from 'decimal.js'
import { extractText, getDocumentProxy } from 'unpdf'
import { beforeAll, describe, expect, it } from 'vitest'
import { askStaff } from '#test/asking.ts'
import { type Company, makeCompany, setSettings, signedInStaff } from '#test/cast.ts'
import { runImport } from '#test/imports/importing.ts'
import { type MadeClient, madeBooks, shown, unitOf, written } from './made-books.ts'

/**
 * From the files of an import to every figure that a client sees: dashboard, lists over all their pages, invoice,
 * statement, files and papers say what the oracle of the made books says, for each of five hundred clients.
 */

const CLIENTS = 500
const AT_ONCE = 50
const TODAY = new Date().toISOString().slice(0, 10)
const { files, clients } = madeBooks(CLIENTS, 11, TODAY)

let company: Company
let cookie: string
const ids = new Map<string, string>()
const invoiceIds = new Map<string, string>()
beforeAll(async () => {
  company = await makeCompany('Fivehundred')
  await setSettings(company, { downloadInvoices: true, showBalance: true })
  const { refusals, counts } = await runImport(company, files)
  expect(refusals).toEqual([])
  expect(counts.clients).toMatchObject({ created: CLIENTS })
  const all = async (table: string, name: string) =>
    (await env.DB.prepare(`SELECT id, ${name} AS name FROM ${table} WHERE tenant_id = ?`).bind(company.tenantId).all<{ id: string; name: string }>()).results
  for (const { id, name } of await all('clients', 'code')) ids.set(name, id)
  for (const { id, name } of await all('invoices', 'number')) invoiceIds.set(name, id)
  cookie = (await signedInStaff(company)).cookie
}, 300_000)

const open = async ({ code }: MadeClient, path: string): Promise<Response> => {
  const answer = await askStaff(`/clients/${ids.get(code)}/portal-view${path}`, { cookie })
  if (answer.status !== 200) throw new Error(`${code} ${path}: ${answer.status}`)
  return answer
}
const page = async (client: MadeClient, path: string) => (await open(client, path)).text()
const file = async (client: MadeClient, path: string) => parse(await page(client, path), { bom: true, columns: true }) as Record<string, string>[]
const paper = async (client: MadeClient, path: string) => {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(await (await open(client, path)).arrayBuffer())), { mergePages: true })
  return text.replace(/\s+/g, ' ')
}
/** As it is read: one kind of space, no tags. */
const plain = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
const figures = (html: string, figure: string): Map<string, Decimal> =>
  new Map(
    [...html.matchAll(new RegExp(`data-figure="${figure}" data-currency="([A-Z]{3})" data-amount="(-?\\d+)"`, 'g'))].map(([, currency = '', amount = '']) => [
      currency,
      unitOf(currency).mul(amount),
    ]),
  )
/** The rows of a list over all of its pages: what each leaves open, as the row says it to a program and to a reader. */
const walked = async (client: MadeClient, path: string) => {
  const rows: { currency: string; open: Decimal; html: string }[] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const html = await page(client, next)
    for (const [, currency = '', amount = '', cells = ''] of html.matchAll(/data-currency="([A-Z]{3})" data-open="(-?\d+)">([\s\S]*?)<\/tr>/g))
      rows.push({ currency, open: unitOf(currency).mul(amount), html: cells })
    next = /portal-view([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
  }
  return rows
}
const sumIn = (rows: { currency: string; open: Decimal }[], currency: string) =>
  rows.reduce((sum, row) => (row.currency === currency ? sum.add(row.open) : sum), new Decimal(0))
const opensOf = (rows: Record<string, string>[]) => rows.map(({ currency = '', open = '' }) => ({ currency, open: new Decimal(open) }))
const isWritten = (amount: Decimal | undefined, currency: string) => (amount === undefined ? 'nothing' : written(amount, currency))

const groups = Array.from({ length: CLIENTS / AT_ONCE }, (_, i) => [i * AT_ONCE, clients.slice(i * AT_ONCE, (i + 1) * AT_ONCE)] as const)

describe.each(groups)('clients from %i on', (_, some) => {
  it('dashboard, lists, statement and files agree', async () => {
    for (const client of some) {
      const [dashboard, statement, all, outstanding, statementFile, allFile, outstandingFile] = [
        await page(client, ''),
        await page(client, '/statement?from=2020-01-01&to=2035-12-31'),
        await walked(client, '/invoices'),
        await walked(client, '/invoices?state=outstanding'),
        await file(client, '/statement.csv?from=2020-01-01&to=2035-12-31'),
        opensOf(await file(client, '/invoices.csv')),
        opensOf(await file(client, '/invoices.csv?state=outstanding')),
      ]
      for (const [currency, { balance, overdue, open: due }] of client.sums) {
        const seen = {
          // A further currency is shown while something stands in it.
          dashboard: isWritten(figures(dashboard, 'outstanding').get(currency) ?? (currency === client.currency ? undefined : new Decimal(0)), currency),
          overdue: isWritten(figures(dashboard, 'overdue').get(currency) ?? new Decimal(0), currency),
          all: written(sumIn(all, currency), currency),
          outstanding: written(sumIn(outstanding, currency), currency),
          allFile: written(sumIn(allFile, currency), currency),
          outstandingFile: written(sumIn(outstandingFile, currency), currency),
          closing: isWritten(figures(statement, 'closing').get(currency) ?? new Decimal(0), currency),
          statementFile: statementFile.findLast((row) => row.currency === currency)?.balance ?? written(new Decimal(0), currency),
          open: written(
            outstanding.reduce(
              (sum, row) => (row.currency === currency && row.open.gt(0) && row.html.includes('/invoices/') ? sum.add(row.open) : sum),
              new Decimal(0),
            ),
            currency,
          ),
        }
        const owed = written(balance, currency)
        expect({ client: client.code, currency, ...seen }).toEqual({
          client: client.code,
          currency,
          dashboard: owed,
          overdue: written(overdue, currency),
          all: owed,
          outstanding: owed,
          allFile: owed,
          outstandingFile: owed,
          closing: owed,
          statementFile: owed,
          open: written(due, currency),
        })
      }
      // What a reader sees in the row is what was added up.
      for (const { currency, open: amount, html } of all) expect(html.replaceAll(/<[^>]+>/g, ' ')).toContain(shown(amount, currency))
      const [, big = ''] = /Outstanding balance<\/h2><p class="sum">([\s\S]*?)<\/p>/.exec(dashboard) ?? []
      expect(big.replaceAll(/<\/?small>/g, '')).toBe(shown(client.sums.get(client.currency)?.balance.abs() ?? new Decimal(0), client.currency))
    }
  })

  it('an invoice says on its page and on paper what is still to pay, and the statement on paper how it closes', async () => {
    for (const client of some) {
      const invoice = client.invoices.find(({ state }) => state === 'open')
      if (invoice) {
        const { number, currency, total, open: rest, credit, rounding, hasLines } = invoice
        const html = await page(client, `/invoices/${invoiceIds.get(number)}`)
        const pdf = await paper(client, `/invoices/${invoiceIds.get(number)}/pdf`)
        const [, big = ''] = /id="still-to-pay">[^<]*<\/h2><p class="sum">([\s\S]*?)<\/p>/.exec(html) ?? []
        expect([number, big.replaceAll(/<\/?small>/g, '')]).toEqual([number, shown(credit.gt(0) ? credit : rest, currency)])
        for (const text of [plain(html), pdf]) {
          expect(text).toContain(plain(shown(total, currency)))
          expect([number, text.includes('Rounding')]).toEqual([number, hasLines && !rounding.isZero()])
          if (hasLines && !rounding.isZero()) expect(text).toMatch(new RegExp(`Rounding\\s+${plain(shown(rounding, currency)).replaceAll(/[.+$]/g, '\\$&')}`))
        }
        if (!credit.eq(rest)) expect(pdf).toContain(plain(shown(credit.gt(0) ? credit : rest, currency)))
        expect(pdf).toContain(number)
      }
      const text = await paper(client, '/statement.pdf?from=2020-01-01&to=2035-12-31')
      for (const [currency, { balance }] of client.sums) if (!balance.isZero()) expect(text).toContain(plain(shown(balance, currency)))
    }
  })
})

it('the books hold what they should: every kind of trouble, often enough', () => {
  const all = clients.flatMap(({ invoices }) => invoices)
  const count = (is: (invoice: (typeof all)[number]) => boolean) => all.filter(is).length
  const enough = {
    overpaid: count(({ credit, state }) => credit.gt(0) && state === 'open'),
    'paid though void': count(({ credit, state }) => credit.gt(0) && state !== 'open'),
    'part-paid': count(({ open: rest, total }) => rest.gt(0) && rest.lt(total)),
    rounded: count(({ rounding }) => !rounding.isZero()),
    'of 0.00': count(({ total }) => total.isZero()),
    'below zero': count(({ total }) => total.isNegative()),
    'never due': count(({ due }) => due === ''),
    'due today': count(({ due }) => due === TODAY),
    'of another currency': clients.filter(({ sums }) => sums.size > 1).length,
    'in credit': clients.filter(({ sums }) => [...sums.values()].some(({ balance }) => balance.isNegative())).length,
    'over several pages': clients.filter(({ invoices }) => invoices.length > 25).length,
    'without an invoice': clients.filter(({ invoices }) => invoices.length === 0).length,
  }
  expect(Object.entries(enough).filter(([, times]) => times < 5)).toEqual([])
  expect(new Set(clients.map(({ currency }) => currency))).toEqual(new Set(['EUR', 'USD', 'JPY', 'KWD']))
})
