import type { Page } from './pages.ts'
import { hold, median, record, spreadOf } from './results.ts'
import { ask, load, type Running, startSite } from './site.ts'
import { LOOKED, makeState, pagesOf, pagesOfStaff, type Size } from './states.ts'

/** The same pages of the same clients, while the company grows around them, and the number of companies. */

const nameOf = ({ invoices, tenants }: Size) => `${invoices.toLocaleString('en')} invoices, ${tenants} ${tenants === 1 ? 'tenant' : 'tenants'}`

type Counted = { calls: number; rows: number; bytes: number }

const countedIn = async (state: string, app: string): Promise<Map<string, Counted>> => {
  const site = await startSite({ state, app, isCounting: true })
  const counted = new Map<string, Counted>()
  for (const { email, invoices } of LOOKED.slice(0, 2)) {
    for (const { name, target } of await pagesOf(site, email)) {
      await site.d1()
      const { body, status } = await ask(site, target)
      if (status !== 200) throw new Error(`${name} answered ${status}`)
      const { calls, rowsRead } = await site.d1()
      counted.set(`${name} of a client with ${invoices}`, { calls, rows: rowsRead, bytes: body.length })
    }
  }
  for (const { name, target } of await pagesOfStaff(site)) {
    await site.d1()
    await ask(site, target)
    const { calls, rowsRead } = await site.d1()
    // How many clients there are stands on the page of all of them.
    if (name === 'staff client') counted.set(name, { calls, rows: rowsRead, bytes: 0 })
  }
  await site.end()
  return counted
}

const SIZES: Size[] = [
  { invoices: 10_000, tenants: 1 },
  { invoices: 100_000, tenants: 1 },
  { invoices: 1_000_000, tenants: 1 },
  { invoices: 10_000, tenants: 200 },
]

export const measureGrowth = async (folder: string, app: string, sizes: number, rounds: number, requests: number): Promise<void> => {
  const states: { size: Size; state: string }[] = []
  for (const size of SIZES.filter(({ invoices }) => invoices <= sizes)) {
    const since = performance.now()
    states.push({ size, state: await makeState(folder, size) })
    record(`seeded ${nameOf(size)}`, (performance.now() - since) / 1000, 's')
  }
  const [first, ...others] = states
  if (!first) return
  const base = await countedIn(first.state, app)
  for (const { size, state } of others) {
    const there = await countedIn(state, app)
    for (const [name, { calls, rows, bytes }] of base) {
      const other = there.get(name) ?? { calls: -1, rows: -1, bytes: -1 }
      const same = (unit: string, value: number, expected: number) =>
        hold(`${name}, ${nameOf(size)}: ${unit}`, value, unit === 'bytes' ? 'bytes' : 'count', () => ({
          goal: `as with 10,000: ${expected}`,
          met: value === expected,
        }))
      same('rows read', other.rows, rows)
      same('D1 calls', other.calls, calls)
      if (bytes > 0) same('bytes', other.bytes, bytes)
    }
  }
  type Growing = { size: Size; site: Running; pages: Page[]; p50: Map<string, number[]> }
  const sites: Growing[] = []
  for (const { size, state } of states) {
    const site = await startSite({ state, app })
    const pages: Page[] = []
    for (const { email, invoices } of LOOKED.slice(0, 2))
      pages.push(...(await pagesOf(site, email)).map((page) => ({ ...page, name: `${page.name} of a client with ${invoices}` })))
    sites.push({ size, site, pages, p50: new Map<string, number[]>() })
  }
  for (let i = 0; i < rounds; i++) {
    for (const [at, { name }] of (sites[0]?.pages ?? []).entries()) {
      for (const { site, pages, p50 } of i % 2 ? sites : sites.toReversed()) {
        const target = pages[at]?.target
        if (target) p50.set(name, [...(p50.get(name) ?? []), (await load(site, target, requests)).p50])
      }
    }
  }
  for (const [name] of sites[0]?.p50 ?? []) {
    for (const { size, p50 } of sites) record(`${name}, ${nameOf(size)}: p50`, median(p50.get(name) ?? []), 'ms', { goal: spreadOf(p50.get(name) ?? []) })
  }
  for (const { site } of sites) await site.end()
}
