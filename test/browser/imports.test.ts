import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { OWNER } from '#tools/demo/company.ts'
import { signIn } from './hands.ts'
import { listen, type Site, startBrowser, startSite } from './site.ts'

/** A spreadsheet of another program, from its upload to the last mended row, as staff see it. */

const CLIENTS = `Kundennr.;Firma;E-Mail;Straße;PLZ;Ort;Kreditlimit
M-1;Mühle Öst;kasse@muehle.example;Am Bach 1;04109;Leipzig;12.500,00
M-2;Bäckerei Süd;buero@sued.example;Ring 2;80331;München;
`
const INVOICES = `Kundennr.;Beleg-Nr.;Rechnungsdatum;Fälligkeit;Betrag;Status
M-1;RE-2001;03.11.2026;03.12.2026;1.234,56;offen
M-2;RE-2002;04.11.2026;04.12.2026;98,70;gemahnt
M-9;RE-2003;05.11.2026;05.12.2026;10,00;offen
`

let site: Site
let browser: Browser
let desk: Page
const heard: string[][] = []

beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), startBrowser()])
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true })
  context.setDefaultTimeout(15_000)
  heard.push(listen(context))
  desk = await context.newPage()
  await signIn(desk, site.staff, OWNER)
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

const file = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
const upload = async (...files: Parameters<Page['setInputFiles']>[1][]) => {
  await desk.goto(`${site.staff}/imports`)
  await desk.locator('input[type=file]').setInputFiles(files.flat() as ReturnType<typeof file>[])
  await desk.getByRole('button', { name: 'Upload', exact: true }).click()
}
const main = () => desk.locator('main').innerText()
const counts = () =>
  desk
    .locator('[data-kind]')
    .evaluateAll((rows) =>
      Object.fromEntries(
        rows.map((row) => [
          row.getAttribute('data-kind'),
          ['created', 'changed', 'unchanged', 'refused'].map((name) => Number(row.getAttribute(`data-${name}`))),
        ]),
      ),
    )

it('shows what the columns mean, and takes what is put right', async () => {
  await upload(file('kunden.csv', CLIENTS), file('rechnungen.csv', INVOICES))
  await desk.waitForURL(/\/columns$/)
  const text = await main()
  for (const words of ['12.500,00 is 12500.00', '03.11.2026 is 3 November 2026', '1.234,56 is 1234.56']) expect(text).toContain(words)
  // A word that nobody knows is asked about, and answered.
  await desk.getByLabel('What “gemahnt” means').selectOption('open')
  const city = desk.getByLabel('City', { exact: true })
  expect(await city.locator('option:checked').innerText()).toBe('Ort')
})

it('shows what would happen before anything is written', async () => {
  await desk.getByRole('button', { name: 'Show what would happen' }).click()
  await desk.getByRole('button', { name: 'Import 4 rows' }).waitFor()
  expect(await counts()).toEqual({ clients: [2, 0, 0, 0], invoices: [2, 0, 0, 1] })
  const text = await main()
  for (const words of ['Nothing has been written yet.', 'No client “M-9”', 'Kundennr.', '1.234,50 is one thousand two hundred']) expect(text).toContain(words)
  // Back to the columns, and to the plan again; a reload loses nothing.
  await desk.getByRole('link', { name: 'Change' }).click()
  await desk.getByRole('button', { name: 'Show what would happen' }).click()
  await desk.getByRole('button', { name: 'Import 4 rows' }).waitFor()
  await desk.reload()
  expect(await counts()).toEqual({ clients: [2, 0, 0, 0], invoices: [2, 0, 0, 1] })
  const other = await desk.context().newPage()
  await other.goto(`${site.staff}/clients?q=M%C3%BChle`)
  expect(await other.locator('main').innerText()).not.toContain('Mühle Öst')
  await other.close()
})

it('then does it, and reports', async () => {
  await desk.getByRole('button', { name: 'Import 4 rows' }).click()
  await desk.locator('#progress[data-phase=running][data-state=finished]').waitFor({ timeout: 60_000 })
  expect(await counts()).toEqual({ clients: [2, 0, 0, 0], invoices: [2, 0, 0, 1] })
  await desk.goto(`${site.staff}/clients?q=M%C3%BChle`)
  await desk.getByRole('link', { name: 'Mühle Öst' }).click()
  const profile = await main()
  for (const figure of ['1,234.56', '12,500.00']) expect(profile).toContain(figure)
})

it('gives out the refused row, to be mended and brought again without a question', async () => {
  await desk.goBack()
  await desk.goBack()
  const [download] = await Promise.all([desk.waitForEvent('download'), desk.getByRole('link', { name: 'Refused rows of rechnungen.csv' }).click()])
  const path = join(tmpdir(), `mended-${Date.now()}.csv`)
  await download.saveAs(path)
  const text = await readFile(path, 'utf8')
  expect(text).toContain('No client “M-9”')
  await writeFile(path, text.replace('M-9,', 'M-2,'))
  await upload(path as never)
  await desk.getByRole('button', { name: 'Import 1 row' }).click({ timeout: 30_000 })
  await desk.locator('#progress[data-phase=running][data-state=finished]').waitFor({ timeout: 60_000 })
  expect(await counts()).toEqual({ invoices: [1, 0, 0, 0] })
})

it('reads the same files the next time without a question, and finds them as they are', async () => {
  await upload(file('kunden.csv', CLIENTS), file('rechnungen.csv', INVOICES))
  await desk.getByRole('button', { name: 'Import 4 rows' }).waitFor({ timeout: 30_000 })
  expect(await counts()).toEqual({ clients: [0, 0, 2, 0], invoices: [0, 0, 2, 1] })
  await desk.getByRole('button', { name: 'Cancel' }).click()
  await desk.getByText('This import was given up before anything was written.').waitFor()
})

it('sends what is too large for one request in pieces, and says how far it is', async () => {
  const row = (i: number) => `B-${i};${'Große Bäckerei '.repeat(10)}${i};;Ring ${i};80331;München;`
  const [head = ''] = CLIENTS.split('\n')
  const large = [head, ...Array.from({ length: 60_000 }, (_, i) => row(i)), ''].join('\n')
  expect(Buffer.byteLength(large)).toBeGreaterThan(9 * 1024 * 1024)
  const puts: string[] = []
  desk.on('request', (request) => {
    if (request.method() === 'PUT') puts.push(new URL(request.url()).pathname)
  })
  await upload(file('viele.csv', large))
  await desk.waitForURL(/\/imports\/\w{16}$/, { timeout: 60_000 })
  expect(puts.map((path) => path.split('/').slice(-2).join('/'))).toEqual(['1/0', '1/1'])
  await desk.getByRole('button', { name: 'Cancel' }).click()
  await desk.getByText('This import was given up before anything was written.').waitFor()
})

it('left no word in the console', () => expect(heard.flat()).toEqual([]))
