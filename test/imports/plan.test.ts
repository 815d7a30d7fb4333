import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { forTenant } from '#src/db/door.ts'
import { importSources } from '#src/db/schema/imports.ts'
import type { Env, ImportMessage } from '#src/env.ts'
import { byName, type Mapping } from '#src/imports/mapping.ts'
import { importConfirmed, importMapped } from '#src/imports/plan.ts'
import { PACE } from '#src/imports/reading.ts'
import { importStopped } from '#src/imports/stop.ts'
import { sweepImports } from '#src/imports/sweep.ts'
import { importStep } from '#src/imports/work.ts'
import { type Company, makeCompany } from '#test/cast.ts'
import { farAway, withBatch } from '#test/far-away.ts'
import { books, changed, withRows } from './books.ts'
import { all, booksOf, countsOf, leftovers, planOf, refusalsOf, runImport, startImport, workOff } from './importing.ts'

/** An import is looked at before it is written, and whoever looks may change their mind. */

const SMALL = { rows: 2, pieces: [90, 400] }

const phaseOf = async ({ importId }: ImportMessage) =>
  (await all<{ phase: string; finished_at: number | null }>('SELECT phase, finished_at FROM imports WHERE id = ?', importId))[0]
const confirm = async ({ tenantId }: Company, message: ImportMessage, given: Env = env) => {
  const door = forTenant(given, tenantId)
  return door.run(importConfirmed(door, message.importId, await planOf(message), Date.now()))
}
const remap = async (company: Company, { importId }: ImportMessage, change: (mapping: Mapping) => Mapping = (mapping) => mapping) => {
  const stored = await company.door.run({ sources: company.door.read(importSources, { where: eq(importSources.importId, importId) }) })
  const sources = stored.sources.map((source) => ({
    stored: source,
    mappings: (JSON.parse(source.mappings) as Mapping[]).map(change),
    headings: `h${source.number}`,
  }))
  return company.door.run(importMapped(company.door, importId, sources, Date.now()))
}

describe('a plan', () => {
  it('writes nothing, and says of rows that refer to others of the same files what the run will say', async () => {
    const company = await makeCompany('Planned')
    const message = await startImport(
      company,
      {
        ...books(),
        invoices: changed(books().invoices, 'I-2', '50.00', '70.00'),
        payments: withRows(books().payments, 'P-8,KD-2,I-1,2026-01-01,1.00,EUR,', 'P-9,KD-1,I-1,2026-01-01,1.00,USD,'),
      },
      'look',
    )
    await workOff(message, SMALL)
    expect(await phaseOf(message)).toEqual({ phase: 'planned', finished_at: null })
    expect(await refusalsOf(message)).toEqual([
      ...[4, 5].map((line) => `invoice_lines ${line} line_total: The invoice’s total is 70.00, but its lines and their tax come to 50.00`),
      'payments 7 invoice_external_id: Invoice “I-1” is not an invoice of client “KD-2”',
      'payments 8 currency: Invoice “I-1” is in EUR, not in USD',
    ])
    expect(await leftovers(message)).toBe(0)
    expect(await booksOf(company)).toEqual(await booksOf(await makeCompany('Nothing')))
  })

  it('tells of each row that changes what it was and what it will be, and of lines that go', async () => {
    const company = await makeCompany('Told')
    await runImport(company, books())
    const { invoices, invoice_lines } = books()
    const { changes, counts } = await runImport(company, {
      clients: changed(changed(books().clients, 'KD-1', '030 1234', '040 99'), 'KD-1', '1000.00', ''),
      invoices: changed(invoices, 'I-2', 'open', 'draft'),
      invoice_lines: changed(invoice_lines, 'I-1,1', 'Käse', 'Old cheese')
        .split('\n')
        .filter((line) => !line.startsWith('I-2,2'))
        .join('\n')
        .replace('60.00,,60.00', '50.00,,50.00'),
    })
    const told = changes.map(({ kind, outcome, key, what }) => [kind, outcome, key, (JSON.parse(String(what)) as { fields: unknown[] }).fields.filter(Boolean)])
    expect(told).toEqual([
      [
        'clients',
        'changed',
        'KD-1',
        [
          ['phone', '030 1234', '040 99'],
          ['credit_limit', 100_000, null],
        ],
      ],
      ['invoice_lines', 'changed', 'I-1 1', [['description', 'Käse', 'Old cheese']]],
      [
        'invoice_lines',
        'changed',
        'I-2 1',
        [
          ['unit_price', 6_000, 5_000],
          ['line_total', 6_000, 5_000],
        ],
      ],
      ['invoice_lines', 'removed', 'I-2 2', []],
      ['invoices', 'changed', 'I-2', [['status', 'open', 'draft']]],
    ])
    expect(counts.invoice_lines).toMatchObject({ changed: 2, unchanged: 2 })
    expect(await all('SELECT max(removed) AS removed FROM import_files WHERE tenant_id = ?', company.tenantId)).toEqual([{ removed: 1 }])
  })

  it('keeps the first changes of very many', async () => {
    const company = await makeCompany('Many')
    const rows = (name: string) =>
      withRows(books().clients.split('\n')[0] ?? '', ...Array.from({ length: 1_100 }, (_, i) => `M-${i},${name} ${i},,,active,EUR,,,,,,,`))
    await runImport(company, { clients: rows('Old') })
    const { changes, counts } = await runImport(company, { clients: rows('New') })
    expect(counts.clients).toMatchObject({ changed: 1_100 })
    expect(changes).toHaveLength(1_000)
    expect(changes[999]).toMatchObject({ line: 1_001 })
  })

  it('dies anywhere, and goes on where it was', async () => {
    const [one, other] = [await makeCompany('Whole'), await makeCompany('Dying')]
    const files = { ...books(), invoices: changed(books().invoices, 'I-2', '50.00', '70.00') }
    const [whole, dying] = [await startImport(one, files, 'look'), await startImport(other, files, 'look')]
    await workOff(whole, SMALL)
    let deaths = 0
    for (let life = 0; life < 200; life++) {
      let left = (life % 3) + 1
      const mortal = withBatch((batch) => (statements) => (left-- === 0 ? Promise.reject(new Error('killed')) : batch(statements)))
      const ended = await importStep(mortal, dying, Date.now(), { ...PACE, ...SMALL }).catch((error: unknown) => String(error))
      if (ended === 'finished') break
      expect(ended).toContain('killed')
      deaths += 1
    }
    expect(deaths).toBeGreaterThan(8)
    expect([await countsOf(dying), await refusalsOf(dying), await leftovers(dying)]).toEqual([await countsOf(whole), await refusalsOf(whole), 0])
    expect(await phaseOf(dying)).toMatchObject({ phase: 'planned' })
  })
})

describe('the yes', () => {
  let company: Company
  beforeAll(async () => {
    company = await makeCompany('Asked')
  })

  it('counts once, however often and however many at a time say it', async () => {
    const message = await startImport(company, { clients: books().clients }, 'look')
    await workOff(message)
    const answers = await Promise.all([1, 2, 3].map(() => confirm(company, message, farAway(env))))
    expect(answers.filter(({ started }) => started > 0)).toHaveLength(1)
    await workOff(message)
    expect(await countsOf(message)).toMatchObject({ clients: { state: 'done', created: 4, refused: 0 } })
    expect((await confirm(company, message)).started).toBe(0)
  })

  it('is for the plan that was looked at, and not for one that was made since', async () => {
    const message = await startImport(company, { clients: changed(books().clients, 'KD-1', 'Łódź', 'Graz') }, 'look')
    await workOff(message)
    const seen = await planOf(message)
    await scheduler.wait(5)
    await remap(company, message)
    await workOff(message)
    expect((await company.door.run(importConfirmed(company.door, message.importId, seen, Date.now()))).started).toBe(0)
    await company.door.run(importStopped(company.door, message.importId, Date.now()))
  })

  it('does nothing before all was looked at, nor after it was given up', async () => {
    const message = await startImport(company, { clients: changed(books().clients, 'KD-1', 'Łódź', 'Ulm') }, 'look')
    expect((await confirm(company, message)).started).toBe(0)
    await workOff(message)
    await company.door.run(importStopped(company.door, message.importId, Date.now()))
    expect((await confirm(company, message)).started).toBe(0)
    await workOff(message)
    expect(JSON.stringify((await booksOf(company)).clients)).not.toContain('Ulm')
    expect(await phaseOf(message)).toMatchObject({ phase: 'planned', finished_at: expect.any(Number) })
  })

  it('comes while somebody still works on the plan: nothing of the run is lost to it', async () => {
    const message = await startImport(company, { clients: changed(books().clients, 'KD-1', 'Łódź', 'Bonn') }, 'look')
    const slow = farAway(env)
    // Four that look, one that says yes as soon as it may; and all go on from there.
    const yes = async () => {
      while ((await confirm(company, message)).started === 0) await scheduler.wait(10)
    }
    await Promise.all([...[1, 2, 3, 4].map(() => workOff(message, { rows: 1 }, slow)), yes()])
    await workOff(message, { rows: 1 }, slow)
    expect((await booksOf(company)).clients[0]).toMatchObject({ city: 'Bonn' })
    expect(await countsOf(message)).toMatchObject({ clients: { created: 0, changed: 1, unchanged: 3, refused: 0 } })
  })
})

describe('another mind', () => {
  it('about the columns begins the plan anew, and work that is on its way leaves nothing behind', async () => {
    const company = await makeCompany('Otherwise')
    const message = await startImport(company, { clients: books().clients }, 'look')
    const slow = farAway(env)
    // While the first plan is worked on, first a name is taken for an address, then cities and regions change places.
    const wrong = (mapping: Mapping): Mapping => ({ ...mapping, origins: { ...mapping.origins, email: { column: 'name' } } })
    for (const wait of [0, 30, 45, 60]) {
      await Promise.all([workOff(message, { rows: 1 }, slow), scheduler.wait(wait).then(() => remap(company, message, wrong))])
      await workOff(message, { rows: 1 })
      expect(await countsOf(message), `${wait} ms`).toMatchObject({ clients: { state: 'done', created: 0, refused: 4 } })
      await remap(company, message, (mapping) => ({ ...mapping, origins: { ...mapping.origins, email: { column: 'email' } } }))
    }
    const swap = (mapping: Mapping): Mapping => ({
      ...mapping,
      origins: { ...mapping.origins, email: { column: 'email' }, city: { column: 'region' }, region: { column: 'city' } },
    })
    await Promise.all([workOff(message, { rows: 1 }, slow), remap(company, message, swap)])
    await workOff(message, { rows: 1 })
    expect(await countsOf(message)).toMatchObject({ clients: { state: 'done', created: 4, refused: 0 } })
    expect(await leftovers(message)).toBe(0)
    await confirm(company, message)
    await workOff(message)
    expect((await booksOf(company)).clients[0]).toMatchObject({ city: '', region: 'Łódź' })
    // It is written: nobody can change it any more.
    expect((await remap(company, message)).planned).toBe(0)
  })
})

it('the sweep takes up what is looked at or runs, and lets wait what waits for a person', async () => {
  const company = await makeCompany('Swept')
  const [looked, planned, asked] = [
    await startImport(company, { clients: books().clients }, 'look'),
    await startImport(company, { clients: books().clients }, 'look'),
    await startImport(company, { clients: books().clients }, 'look'),
  ]
  await workOff(planned)
  await env.DB.prepare("UPDATE imports SET phase = 'asking' WHERE id = ?").bind(asked.importId).run()
  const found: ImportMessage[] = []
  const queue = { send: (message: ImportMessage) => Promise.resolve(found.push(message)) } as unknown as Env['IMPORT_QUEUE']
  await sweepImports({ ...env, IMPORT_QUEUE: queue }, Date.now() + 1)
  expect(found.filter(({ tenantId }) => tenantId === company.tenantId)).toEqual([looked])
})

it('the same files five times at once leave one set of rows', async () => {
  const [once, five] = [await makeCompany('Once'), await makeCompany('Five times')]
  await runImport(once, books())
  const messages = await Promise.all([1, 2, 3, 4, 5].map(() => startImport(five, books(), 'look')))
  const slow = farAway(env)
  await Promise.all(messages.map((message) => workOff(message, SMALL, slow)))
  await Promise.all(messages.map((message) => confirm(five, message)))
  await Promise.all(messages.map((message, i) => workOff(message, { ...SMALL, rows: 2 + i }, slow)))
  expect(await booksOf(five)).toEqual(await booksOf(once))
  for (const message of messages) expect(Object.values(await countsOf(message)).every(({ state, refused }) => state === 'done' && refused === 0)).toBe(true)
}, 60_000)

it('a kind by its own names has each of its headings', () =>
  expect(Object.keys(byName('payments', ['amount', 'external_id', 'other']).origins)).toEqual(['external_id', 'amount']))
