import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '#tools/local-state.ts'
import { writeChart } from './chart.ts'
import type { Result } from './results.ts'

/** docs/performance.md, of one run. */

const shown = ({ value, unit }: Result) =>
  (Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(2)) + (unit === 'count' || unit === 'ratio' ? '' : ` ${unit}`)
const mark = ({ met }: Result) => (met === null ? '' : met ? 'met' : '**missed**')
const lineOf = (result: Result) =>
  `| ${result.name} | ${shown(result)} | ${result.floor === null ? '' : result.floor.toFixed(2)} | ${result.goal} | ${mark(result)} |`

const PAGES = ['dashboard', 'orders', 'order', 'invoices', 'invoice', 'statement', 'staff clients', 'staff client']

/** By the pages that are counted and timed, and what is left. */
const sectionOf = ({ name }: Result): string => {
  if (name === 'a bare text: CPU' || PAGES.some((page) => name.startsWith(`${page}: `))) return 'Page views'
  if (name.startsWith('seeded') || /invoices, \d+ tenants?/.test(name)) return 'Growth'
  if (/PDF/.test(name) && !name.startsWith('Worker')) return 'Documents'
  if (/invitations|import/.test(name)) return 'Long runs'
  if (name.startsWith('Worker') || name.startsWith('start-up')) return 'Size and start-up'
  return 'Space'
}

export const writePerformance = (results: readonly Result[]): void => {
  const resultOf = (name: string) => results.find((result) => result.name === name)
  const charts = join(ROOT, 'docs/performance')
  writeChart(join(charts, 'cpu.svg'), {
    title: 'CPU of a page, and of its statements in one bare batch',
    unit: 'ms',
    series: ['the page', 'a bare route that sends the same statements'],
    rows: PAGES.map((page) => ({ label: page, values: [resultOf(`${page}: CPU`)?.value ?? 0, resultOf(`${page}: CPU`)?.floor ?? 0] })),
  })
  writeChart(join(charts, 'wire.svg'), {
    title: 'A page over the wire, compressed',
    unit: 'KB',
    series: ['first view, with all that it names', 'repeat view'],
    rows: PAGES.map((page) => ({
      label: page,
      values: [resultOf(`${page}: first view over the wire`)?.value ?? 0, resultOf(`${page}: repeat view over the wire`)?.value ?? 0],
    })),
  })
  const sizes = [...new Set(results.flatMap(({ name }) => /, ([\d,]+ invoices, \d+ tenants?): p50$/.exec(name)?.[1] ?? []))]
  const grown = [...new Set(results.flatMap(({ name }) => /^(.*?), [\d,]+ invoices, \d+ tenants?: p50$/.exec(name)?.[1] ?? []))]
  writeChart(join(charts, 'growth.svg'), {
    title: 'The same page of the same client while its company grows: p50',
    unit: 'ms',
    series: sizes,
    rows: grown.map((page) => ({
      label: page.replace(' of a client with ', ', '),
      values: sizes.map((size) => resultOf(`${page}, ${size}: p50`)?.value ?? 0),
    })),
  })
  const sections = Map.groupBy(results, sectionOf)
  const missed = results.filter(({ met }) => met === false)
  const text = `# Performance

Written by \`npm run bench\`, which runs the built Worker in workerd with a real local database and file store, without
wrangler's proxy but for the long runs. Milliseconds are those of the machine that ran it and of nothing else; what counts
is what stands beside them: the **floor** of a page is a bare route that sends that page's own statements, as they were
recorded, in one batch and answers with a constant; that of a download streams the file, too. CPU is that of the whole
process, the local database in it. Pages and downloads are asked for in rounds of mixed order, by a browser that stays
signed in, and their figures are medians; the CPU of a PDF of one page is a mean, the memory of one of 100 pages the most
that was seen. The spread stands with the goal. Counts and bytes are the same on every machine.

${results.filter(({ met }) => met === true).length} goals are met, ${missed.length} missed.${missed.map((result) => `\n\n**Missed:** ${result.name} is ${shown(result)}; the goal is ${result.goal}.`).join('')}

![CPU of each page beside that of its statements](performance/cpu.svg)

![What each page weighs over the wire](performance/wire.svg)

![How long the same page takes while its company grows](performance/growth.svg)
${[...sections].map(([title, rows]) => `\n## ${title}\n\n| | value | floor | goal, spread | |\n|---|---|---|---|---|\n${rows.map(lineOf).join('\n')}\n`).join('')}`
  writeFileSync(join(ROOT, 'docs/performance.md'), text)
}
