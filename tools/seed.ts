/** `npm run seed`: fills the database of this machine with a made company of any size, fast. The site must not be running. */

import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { DEFAULT_STATE, databaseFile, migrate } from './local-state.ts'
import { ownerOf, PASSWORDS, seedCompany } from './seed/company.ts'

const HELP = `npm run seed -- [options]

  --clients 10000      of a company with so many clients
  --invoices 100000    and so many invoices, with five lines each
  --slug bulk          under this name; it must not be there yet
  --persist-to DIR     where the data lies
`

const whole = (name: string, text: string): number => {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} ${text}: a whole number above 0`)
  return number
}

try {
  const { values } = parseArgs({
    options: {
      clients: { type: 'string', default: '10000' },
      invoices: { type: 'string', default: '100000' },
      slug: { type: 'string', default: 'bulk' },
      'persist-to': { type: 'string', default: DEFAULT_STATE },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) console.log(HELP)
  else {
    const size = { clients: whole('clients', values.clients), invoices: whole('invoices', values.invoices) }
    const state = values['persist-to']
    const since = Date.now()
    migrate(state)
    using database = new DatabaseSync(databaseFile(state))
    if (database.prepare('SELECT 1 FROM tenants WHERE slug = ?').get(values.slug)) throw new Error(`The company ${values.slug} is there already.`)
    // Should the machine fail meanwhile, it is begun again.
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA temp_store = MEMORY')
    const tenantId = `B${Date.now().toString(36).slice(-5)}`
    const buyer = `buyer@${values.slug}.example`
    await seedCompany(database, tenantId, {
      slug: values.slug,
      name: 'Bulk & Sons',
      ...size,
      looked: [{ name: 'Looked at, with many', invoices: 5000, email: buyer }],
    })
    console.log(`${values.slug}: ${size.clients} clients, ${size.invoices} invoices, in ${((Date.now() - since) / 1000).toFixed(0)} s`)
    console.log(`staff ${ownerOf(values.slug)} / ${PASSWORDS.owner}, client ${buyer} / ${PASSWORDS.buyer}`)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
