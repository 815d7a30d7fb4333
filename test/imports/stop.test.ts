import { env } from 'cloudflare:workers'
import { parse } from 'csv-parse/sync'
import { beforeEach, describe, expect, it } from 'vitest'
import { PACE } from '#src/imports/reading.ts'
import { importStep } from '#src/imports/work.ts'
import { askStaff } from '#test/asking.ts'
import { type Company, makeCompany, signedInStaff } from '#test/cast.ts'
import { farAway } from '#test/far-away.ts'
import { books } from './books.ts'
import { all, countsOf, csv, leftovers, runImport, startImport, workOff } from './importing.ts'

let company: Company
let cookie: string
beforeEach(async () => {
  company = await makeCompany('Stopping')
  cookie = (await signedInStaff(company)).cookie
})
const stop = (importId: string) => askStaff(`/imports/${importId}/stop`, { cookie, method: 'POST', form: {} })
const page = async (importId: string) => (await askStaff(`/imports/${importId}`, { cookie })).text()
const clientRows = (count: number) => Array.from({ length: count }, (_, i) => [`K-${i}`, `Client ${i}`, '', '', 'active', 'EUR', '', '', '', '', '', '', ''])

describe('an import that is stopped', () => {
  it('keeps what it took, takes nothing more, leaves nothing behind, and says so', async () => {
    const message = await startImport(company, { ...books(), clients: csv('clients', ...clientRows(30)) })
    await importStep(env, message, Date.now(), { ...PACE, rows: 10, steps: 1 })
    expect(await page(message.importId)).toContain('>Stop<')
    for (let i = 0; i < 2; i++) expect((await stop(message.importId)).status).toBe(303)
    await workOff(message)
    expect(await all('SELECT count(*) AS n FROM clients WHERE tenant_id = ?', company.tenantId)).toEqual([{ n: 10 }])
    const states = Object.values(await countsOf(message)).map(({ state }) => state)
    expect(new Set(states)).toEqual(new Set(['stopped']))
    expect(await leftovers(message)).toBe(0)
    const html = await page(message.importId)
    expect(html).toContain('data-state="finished"')
    expect(html).toContain('>Stopped<')
    expect(html).not.toContain('>Stop<')
    // The same files again go on from what stands.
    const again = await runImport(company, { clients: csv('clients', ...clientRows(30)) })
    expect(again.counts.clients).toMatchObject({ created: 20, unchanged: 10 })
  })

  it('while its lines wait for their check drops them, and the stored ones stay', async () => {
    await runImport(company, books())
    const before = await all('SELECT * FROM invoice_lines WHERE tenant_id = ? ORDER BY invoice_id, position', company.tenantId)
    const message = await startImport(company, { invoice_lines: (books().invoice_lines ?? '').replaceAll('Brot', 'Bread') })
    await importStep(env, message, Date.now(), { ...PACE, steps: 1 })
    expect((await countsOf(message)).invoice_lines?.state).toBe('checking')
    await stop(message.importId)
    await workOff(message)
    expect(await all('SELECT * FROM invoice_lines WHERE tenant_id = ? ORDER BY invoice_id, position', company.tenantId)).toEqual(before)
    expect(await leftovers(message)).toBe(0)
  })

  it('while a step is under way has that step wholly or not at all', async () => {
    for (let round = 0; round < 6; round++) {
      const other = await makeCompany('Racing')
      cookie = (await signedInStaff(other)).cookie
      const message = await startImport(other, { clients: csv('clients', ...clientRows(40)) })
      await Promise.all([
        importStep(farAway(env), message, Date.now(), { ...PACE, rows: 10, steps: 4 }),
        new Promise((resolve) => setTimeout(resolve, round * 25)).then(() => stop(message.importId)),
      ])
      await workOff(message)
      const [{ n = 0 } = {}] = await all<{ n: number }>('SELECT count(*) AS n FROM clients WHERE tenant_id = ?', other.tenantId)
      const { state, created } = (await countsOf(message)).clients ?? {}
      expect([n % 10, created]).toEqual([0, n])
      expect(state).toBe(n === 40 ? state : 'stopped')
      expect(await leftovers(message)).toBe(0)
    }
  })

  it('when it is finished stays as it is', async () => {
    const message = await startImport(company, { clients: csv('clients', ...clientRows(3)) })
    await workOff(message)
    await stop(message.importId)
    expect((await countsOf(message)).clients).toMatchObject({ state: 'done', created: 3 })
    expect(await page(message.importId)).toContain('>Finished<')
  })
})

describe('refused rows as a file', () => {
  it('hold what stood in the file, as it stood there, with line, column and reason; mended, they are taken', async () => {
    const rows = clientRows(1200)
    for (const i of [0, 499, 500, 1199]) rows[i] = [`K-${i}`, '-5 "odd", \n=name', 'nobody', '+49 30', 'active', 'EUR', '', '', '', '', '', '', '']
    const message = await startImport(company, { clients: csv('clients', ...rows) })
    await workOff(message)
    expect((await countsOf(message)).clients).toMatchObject({ created: 1196, refused: 4 })
    const answer = await askStaff(`/imports/${message.importId}/refused.csv?kind=clients`, { cookie })
    expect(answer.headers.get('Content-Disposition')).toContain('refused clients.csv')
    const text = await answer.text()
    const file = parse(text, { bom: true, columns: true }) as Record<string, string>[]
    expect(file.map((row) => [row.external_id, row.name, row.phone, row.refused_line, row.refused_column])).toEqual([
      ['K-0', '-5 "odd", \n=name', '+49 30', '2', 'email'],
      ['K-499', '-5 "odd", \n=name', '+49 30', '502', 'email'],
      ['K-500', '-5 "odd", \n=name', '+49 30', '504', 'email'],
      ['K-1199', '-5 "odd", \n=name', '+49 30', '1204', 'email'],
    ])
    expect(file[0]?.refused_reason).toBe('“nobody” is not an e-mail address')
    const mended = await runImport(company, { clients: text.replaceAll(',nobody,', ',some@body.example,') })
    expect(mended.counts.clients).toMatchObject({ created: 4, refused: 0 })
  })

  it('of a row that can’t be read say where and why, and no kind or another company’s import is not there', async () => {
    const message = await startImport(company, { clients: `${csv('clients', ...clientRows(2))}\n"open,1\nK-9,Nine,,,active,EUR,,,,,,,` })
    await workOff(message)
    const [row] = parse(await (await askStaff(`/imports/${message.importId}/refused.csv?kind=clients`, { cookie })).text(), {
      bom: true,
      columns: true,
    }) as Record<string, string>[]
    expect(row).toMatchObject({ external_id: '', refused_line: '4' })
    for (const query of ['', '?kind=nothing', '?kind=orders'])
      expect((await askStaff(`/imports/${message.importId}/refused.csv${query}`, { cookie })).status).toBe(404)
    const other = (await signedInStaff(await makeCompany('Elsewhere'))).cookie
    expect((await askStaff(`/imports/${message.importId}/refused.csv?kind=clients`, { cookie: other })).status).toBe(404)
  })
})
