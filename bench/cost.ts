import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '#tools/local-state.ts'
import type { Result } from './results.ts'

/** docs/cost.md: what Cloudflare bills for a month of so much use, from what one run measured. */

const USE = { tenants: 1_000, clients: 200_000, views: 2_000_000, downloads: 300_000, invoicesEach: 40, invitations: 20_000, hostnames: 300 }
/** How page views are spread over pages. */
const MIX: Record<string, number> = { dashboard: 0.3, invoices: 0.3, invoice: 0.2, orders: 0.1, order: 0.05, statement: 0.05 }
/** Each view of a page that isn't in the browser's cache yet fetches its static files: those cost nothing. */

/** Dollars, and what the paid plan includes each month. */
const PRICES = [
  { what: 'requests', unit: 1e6, price: 0.3, included: 10e6 },
  { what: 'CPU milliseconds', unit: 1e6, price: 0.02, included: 30e6 },
  { what: 'D1 rows read', unit: 1e6, price: 0.001, included: 25e9 },
  { what: 'D1 rows written', unit: 1e6, price: 1, included: 50e6 },
  { what: 'D1 GB stored', unit: 1, price: 0.75, included: 5 },
  { what: 'R2 GB stored', unit: 1, price: 0.015, included: 10 },
  { what: 'R2 reads (class B)', unit: 1e6, price: 0.36, included: 10e6 },
  { what: 'R2 writes (class A)', unit: 1e6, price: 4.5, included: 1e6 },
  { what: 'queue operations', unit: 1e6, price: 0.4, included: 1e6 },
  { what: 'custom hostnames', unit: 1, price: 0.1, included: 100 },
] as const
const PLAN = 5

const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 })
const dollars = (value: number) => `$${value.toFixed(2)}`

export const writeCost = (results: readonly Result[]): void => {
  const figureOf = (name: string): number => {
    const value = results.find((result) => result.name === name)?.value
    if (value === undefined || value < 0) throw new Error(`${name} was not measured`)
    return value
  }
  const mixed = (what: string) => Object.entries(MIX).reduce((sum, [page, share]) => sum + share * figureOf(`${page}: ${what}`), 0)
  const [cpu, read, written] = [mixed('CPU'), mixed('rows read'), mixed('rows written')]
  const download = figureOf('stored PDF: CPU')
  const [first, size] = [figureOf('PDF of 1 page, first render: CPU'), figureOf('PDF of 1 page: size')]
  const invoices = USE.clients * USE.invoicesEach
  const bytes = figureOf('an invoice with 5 lines, indexes included') + figureOf('a payment, indexes included')
  // A third of the downloads are the first of their file.
  const drawn = USE.downloads / 3
  const used: Record<(typeof PRICES)[number]['what'], { amount: number; formula: string }> = {
    requests: { amount: USE.views + USE.downloads, formula: 'page views + downloads; static files are free' },
    'CPU milliseconds': {
      amount: USE.views * cpu + (USE.downloads - drawn) * download + drawn * first,
      formula: `views × ${cpu.toFixed(1)} + stored downloads × ${download.toFixed(1)} + first renders × ${first.toFixed(0)}`,
    },
    'D1 rows read': { amount: (USE.views + USE.downloads) * read, formula: `(views + downloads) × ${read.toFixed(0)}` },
    'D1 rows written': {
      amount: USE.views * written + USE.downloads * 3 + invoices * 0.02 * 30,
      formula: `views × ${written.toFixed(1)} + downloads × 3 + 2 % of the invoices new each month × 30 rows and index entries`,
    },
    'D1 GB stored': { amount: (invoices * bytes) / 1e9, formula: `${number(invoices)} invoices × ${number(bytes)} bytes, payments included` },
    'R2 GB stored': { amount: (drawn * 12 * size) / 1e6, formula: `a year of first renders × ${number(size)} KB` },
    'R2 reads (class B)': { amount: USE.downloads, formula: 'one a download' },
    'R2 writes (class A)': { amount: drawn, formula: 'one a first render' },
    'queue operations': { amount: USE.invitations * 3, formula: 'write, read and delete of each mail' },
    'custom hostnames': { amount: USE.hostnames, formula: 'companies with a domain of their own' },
  }
  const rows = PRICES.map(({ what, unit, price, included }) => {
    const { amount, formula } = used[what]
    const cost = (Math.max(0, amount - included) / unit) * price
    return {
      cost,
      line: `| ${what} | ${number(amount)} | ${formula} | ${number(included)} | ${dollars(price)} per ${unit === 1 ? 'one' : 'million'} | ${dollars(cost)} |`,
    }
  })
  const total = PLAN + rows.reduce((sum, { cost }) => sum + cost, 0)
  const gigabytes = (invoices * bytes) / 1e9
  const text = `# What it costs to run

Written by \`npm run bench\` from what it measured. A month with ${number(USE.tenants)} tenants, ${number(USE.clients)} clients with ${USE.invoicesEach} invoices each,
${number(USE.views)} page views and ${number(USE.downloads)} downloads comes to **${dollars(total)}** at Cloudflare: the paid plan for ${dollars(PLAN)}, and what goes beyond it.
Mail is billed by its provider, and not in here. CPU is that of the local process with its database: the bill counts less.

| | used | how it is counted | included | price | cost |
|---|---|---|---|---|---|
${rows.map(({ line }) => line).join('\n')}

cost = ${dollars(PLAN)} + Σ max(0, used − included) ÷ unit × price. A view is spread over pages: ${Object.entries(MIX)
    .map(([page, share]) => `${page} ${(share * 100).toFixed(0)} %`)
    .join(', ')}.

The prices are those of Workers Paid, D1, R2, Queues and Cloudflare for SaaS as Cloudflare publishes them; look them up before you budget.

## Where the platform's limits are met

| limit | where it is met |
|---|---|
| 10 GB in a D1 database | ${number(figureOf('invoices with 5 lines that 10 GB hold'))} invoices with 5 lines, without payments; the use above takes ${gigabytes.toFixed(1)} GB. \`dbFor\` in \`src/db/door.ts\` is the one place that says which database holds a tenant |
| one writer in a D1 database | page views write nothing but the log of invoices seen; imports write 500 rows a transaction |
| 30 s CPU a request (Workers Paid) | a PDF of 100 pages takes ${(figureOf('PDF of 100 pages, first render: CPU') / 1000).toFixed(1)} s; imports go on in further messages after 20 s |
| 128 MB an isolate | imports hold ${number(figureOf('imports: what the isolate holds at most'))} MB, invitations ${number(figureOf('invitations: what the isolate holds at most'))} MB, a PDF of 100 pages ${number(figureOf('PDF of 100 pages, first render: extra memory'))} MB more than before |
| 10 MB of bundle, gzip | ${number(figureOf('Worker, gzip'))} KB |
| 100 bound parameters a D1 statement | lists of values go as one JSON parameter |
| 100 MB a request body | files are uploaded in parts of 8 MB |
| calls to the mail provider | \`MAIL_PACE\`: 100 mails in 2 s, all companies together |
`
  writeFileSync(join(ROOT, 'docs/cost.md'), text)
}
