import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { databaseFile, migrate } from '#tools/local-state.ts'
import { ownerOf, PASSWORDS, seedCompany } from '#tools/seed/company.ts'
import { portalPages, signIn, staffPages } from './pages.ts'
import type { Running } from './site.ts'

/** Databases of any size in which the same clients are looked at, with the same documents under the same ids. */

const SLUG = 'bench'
const TENANT = 'Bench0'
export const HOSTS = { portal: `${SLUG}.stockflow.localhost`, staff: 'app.stockflow.localhost', floors: 'floors.localhost' }
/** Sorted behind them comes one more, so that what is read of them never ends with an index. */
export const LOOKED = [
  { name: 'Looked at', invoices: 50, email: 'few@bench.example' },
  { name: 'Looked at, with many', invoices: 5000, email: 'many@bench.example' },
  { name: 'Looked past', invoices: 100, email: 'past@bench.example' },
]
export type Size = { invoices: number; tenants: number }

/** @returns where it lies */
export const makeState = async (folder: string, { invoices, tenants }: Size): Promise<string> => {
  const state = join(folder, `${invoices}-${tenants}`)
  mkdirSync(state)
  migrate(state)
  using database = new DatabaseSync(databaseFile(state))
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; PRAGMA temp_store = MEMORY')
  await seedCompany(database, TENANT, { slug: SLUG, name: 'Bench & Sons', clients: Math.max(100, invoices / 100), invoices, looked: LOOKED })
  for (let i = 1; i < tenants; i++) {
    const neighbour = { name: 'Neighbour', invoices: 20, email: `buyer@neighbour-${i}.example` }
    await seedCompany(database, `T${String(i).padStart(5, '0')}`, {
      slug: `neighbour-${i}`,
      name: `Neighbour ${i}`,
      clients: 20,
      invoices: 100,
      looked: [neighbour],
    })
  }
  return state
}

/** The pages of one of the clients, as itself. */
export const pagesOf = async (site: Running, email: string) =>
  portalPages(site, HOSTS.portal, await signIn(site, HOSTS.portal, '/portal/sign-in', email, PASSWORDS.buyer))

export const pagesOfStaff = async (site: Running) => staffPages(site, HOSTS.staff, await signIn(site, HOSTS.staff, '/sign-in', ownerOf(SLUG), PASSWORDS.owner))
