import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Env, ImportMessage } from '#src/env.ts'
import { PACE } from '#src/imports/reading.ts'
import { importStep } from '#src/imports/work.ts'
import { type Company, makeCompany } from '#test/cast.ts'
import { withBatch } from '#test/far-away.ts'
import { books, changed, withRows } from './books.ts'
import { booksOf, type Counts, countsOf, leftovers, refusalsOf, startImport, workOff } from './importing.ts'

/** Whatever happens on the way, the rows, the counts and the refusals are those of a run that nothing disturbed. */

const SMALL = { rows: 2, pieces: [90, 400] }

/** Good rows and bad ones, a doubled key, lines that don't add up. */
const files = () => {
  const { clients, orders, order_lines, invoices, invoice_lines, payments } = books()
  return {
    clients: withRows(clients, 'KD-9,Nine,nine@,,active,EUR,,,,,,,', 'KD-1,Again,,,active,EUR,,,,,,,'),
    orders,
    order_lines: changed(order_lines, 'O-2', 'Cheese', '"Cheese, in\nslices"'),
    invoices: withRows(changed(invoices, 'I-2', '50.00', '70.00'), 'I-6,KD-77,,I-6,2026-01-01,,open,EUR,1.00'),
    invoice_lines,
    payments: withRows(payments, 'P-6,KD-2,I-1,2026-01-01,1.00,EUR,', 'P-7,KD-4,,2026-01-01,1.00,EUR,'),
  }
}

type Outcome = { books: Awaited<ReturnType<typeof booksOf>>; counts: Record<string, Counts>; refusals: string[]; leftovers: number }
const outcomeOf = async (company: Company, message: ImportMessage): Promise<Outcome> => ({
  books: await booksOf(company),
  counts: await countsOf(message),
  refusals: await refusalsOf(message),
  leftovers: await leftovers(message),
})

/** The same bindings, with something done around each round trip. */
const around = (work: (run: () => Promise<D1Result[]>) => Promise<D1Result[]>): Env => withBatch((batch) => (statements) => work(() => batch(statements)))

let clean: Outcome
let batches = 0
beforeAll(async () => {
  const company = await makeCompany('Clean')
  const message = await startImport(company, files())
  await workOff(
    message,
    SMALL,
    around((run) => {
      batches += 1
      return run()
    }),
  )
  clean = await outcomeOf(company, message)
})

it('the undisturbed run is what the files say', () => {
  expect(batches).toBeGreaterThan(15)
  const summary = (kind: string) => [clean.counts[kind]?.state, clean.counts[kind]?.created, clean.counts[kind]?.refused]
  expect(Object.fromEntries(Object.keys(files()).map((kind) => [kind, summary(kind)]))).toEqual({
    clients: ['done', 4, 2],
    orders: ['done', 3, 0],
    order_lines: ['done', 4, 0],
    invoices: ['done', 5, 1],
    invoice_lines: ['done', 3, 2],
    payments: ['done', 6, 1],
  })
  expect(clean.refusals).toHaveLength(6)
  expect(clean.leftovers).toBe(0)
})

describe('a Worker that dies', () => {
  it.each(['before', 'after'])('%s any batch of statements, and is started again', async (when) => {
    const company = await makeCompany(`Killed ${when}`)
    const message = await startImport(company, files())
    let deaths = 0
    // Each life gets one batch further than the last: every step is the one it dies at once.
    for (let life = 0; life < 200; life++) {
      let left = (life % 3) + 1
      const mortal = around(async (run) => {
        if (when === 'before' && left-- === 0) throw new Error('killed')
        const results = await run()
        if (when === 'after' && --left === 0) throw new Error('killed')
        return results
      })
      const ended = await importStep(mortal, message, Date.now(), { ...PACE, ...SMALL }).catch((error: unknown) => String(error))
      if (ended === 'finished') break
      expect(ended).toContain('killed')
      deaths += 1
    }
    expect(deaths).toBeGreaterThan(8)
    expect(await outcomeOf(company, message)).toEqual(clean)
  })
})

describe('a message that comes twice', () => {
  it('one after the other, in small steps', async () => {
    const company = await makeCompany('Again')
    const message = await startImport(company, files())
    for (let i = 0; i < 200; i++) await importStep(env, message, Date.now(), { ...PACE, ...SMALL, steps: 1 })
    expect(await outcomeOf(company, message)).toEqual(clean)
  })

  it('at the same time, four times over, each step slow enough for the others to come between', async () => {
    const company = await makeCompany('Parallel')
    const message = await startImport(company, files())
    let collisions = 0
    const slow = around(async (run) => {
      await new Promise((resolve) => setTimeout(resolve, 30))
      try {
        return await run()
      } catch (error) {
        if (String(error).includes('import step already taken')) collisions += 1
        throw error
      }
    })
    await Promise.all([1, 2, 3, 4].map(() => workOff(message, SMALL, slow)))
    expect(await outcomeOf(company, message)).toEqual(clean)
    expect(collisions).toBeGreaterThan(3)
  })

  it('for two imports of the same files at the same time: one set of rows', async () => {
    const company = await makeCompany('Both')
    const [one, two] = [await startImport(company, files()), await startImport(company, files())]
    const slow = around(async (run) => {
      await new Promise((resolve) => setTimeout(resolve, 30))
      return run()
    })
    await Promise.all([workOff(one, SMALL, slow), workOff(two, { ...SMALL, rows: 3 }, slow)])
    expect(await booksOf(company)).toEqual(clean.books)
    for (const message of [one, two]) {
      expect(await leftovers(message)).toBe(0)
      for (const [kind, { created, unchanged, refused }] of Object.entries(await countsOf(message))) {
        expect(created + unchanged + refused, kind).toBe((clean.counts[kind]?.created ?? 0) + (clean.counts[kind]?.refused ?? 0))
      }
    }
  })
})

it('steps of any number of rows, in pieces of any size, end the same', async () => {
  for (const [rows, size] of [
    [1, 60],
    [3, 150],
    [4, 64_000],
    [500, 64_000],
  ] as const) {
    const company = await makeCompany(`Steps of ${rows}`)
    const message = await startImport(company, files())
    await workOff(message, { rows, pieces: [size, 400] })
    expect(await outcomeOf(company, message), `${rows} rows, ${size} bytes`).toEqual(clean)
  }
})

it('two companies with the same external ids stay apart', async () => {
  const [ours, theirs] = [await makeCompany('Ours'), await makeCompany('Theirs')]
  const [our, their] = [
    await startImport(ours, files()),
    await startImport(theirs, { ...files(), clients: files().clients.replaceAll('KD-1 & Söhne', 'Theirs alone') }),
  ]
  await Promise.all([workOff(our, SMALL), workOff(their, SMALL)])
  expect(await outcomeOf(ours, our)).toEqual(clean)
  expect((await booksOf(theirs)).clients[0]).toMatchObject({ name: 'Theirs alone' })
  // A reference never finds another company's row.
  const third = await makeCompany('Third')
  const message = await startImport(third, { payments: books().payments })
  await workOff(message)
  expect(await countsOf(message)).toMatchObject({ payments: { created: 0, refused: 5 } })
})

it('the balances that triggers keep are those of the parts', () => {
  const { invoices, payments, balances } = clean.books
  const restOf = ({ external_id, state, total }: Record<string, unknown>) =>
    (state === 'issued' ? Number(total) : 0) - payments.filter(({ invoice }) => invoice === external_id).reduce((sum, { amount }) => sum + Number(amount), 0)
  for (const row of balances) {
    const onAccount = payments
      .filter(({ code, currency, invoice }) => code === row.code && currency === row.currency && invoice === null)
      .reduce((sum, { amount }) => sum + Number(amount), 0)
    const rests = invoices.filter(({ code, currency }) => code === row.code && currency === row.currency).map(restOf)
    const [open, credit] = [1, -1].map((side) => rests.reduce((sum, rest) => sum + Math.max(0, side * rest), 0))
    expect({ open, credit, on_account: onAccount }, String(row.code)).toEqual({ open: row.open, credit: row.credit, on_account: row.on_account })
  }
  expect(balances).toHaveLength(4)
})
