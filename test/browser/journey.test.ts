import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { extractText } from 'unpdf'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listen, type Site, startBrowser, startSite } from './site.ts'

/** The main job, end to end: a company is made, brings its books, invites a client; the client comes in and gets its invoice. */

const OWNER = { email: 'owner@larch.example', password: 'nine grey geese over water' }
const BUYER = { email: 'buyer@tollgate.example', password: 'warm bread before sunrise' }

const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
const FILES: Record<string, string> = {
  clients: `external_id,name,email,phone,status,currency,credit_limit,address1,address2,city,region,postal_code,country
TOLL,Tollgate Bakery & Söhne,${BUYER.email},030 123,active,EUR,5000.00,Mühlweg 2,,Łódź,,90-001,Poland
OTHER,Other Mill,other@mill.example,,active,EUR,,,,,,,
`,
  orders: `external_id,client_external_id,number,order_date,status,currency,total
SO-1,TOLL,SO-1,${day(-40)},delivered,EUR,100.00
SO-2,TOLL,SO-2,${day(-12)},confirmed,EUR,40.00
SO-3,OTHER,SO-3,${day(-2)},delivered,EUR,999.00
`,
  order_lines: `external_id,order_external_id,position,sku,description,quantity,unit_price,discount_percent,line_total
a,SO-1,1,F-1,"Rye flour, 25 kg",4,25.00,0.00,100.00
b,SO-2,1,F-2,Spelt flour,2,20.00,0.00,40.00
c,SO-3,1,F-9,Secret grain,1,999.00,0.00,999.00
`,
  invoices: `external_id,client_external_id,order_external_id,number,issue_date,due_date,status,currency,total
INV-1,TOLL,SO-1,INV-1,${day(-39)},${day(-9)},open,EUR,119.00
INV-2,TOLL,SO-2,INV-2,${day(-11)},${day(5)},open,EUR,47.60
INV-3,TOLL,,INV-3,${day(-80)},${day(-50)},open,EUR,10.00
INV-9,OTHER,SO-3,INV-9,${day(-2)},${day(28)},open,EUR,999.00
`,
  invoice_lines: `external_id,invoice_external_id,position,sku,description,quantity,unit_price,tax_percent,line_total
a,INV-1,1,F-1,"Rye flour, 25 kg",4,25.00,19,100.00
b,INV-2,1,F-2,Spelt flour,2,20.00,19,40.00
c,INV-3,1,,Delivery,1,10.00,0,10.00
d,INV-9,1,F-9,Secret grain,1,999.00,0,999.00
`,
  payments: `external_id,client_external_id,invoice_external_id,paid_on,amount,currency,method
P-1,TOLL,INV-1,${day(-5)},19.00,EUR,bank_transfer
P-2,TOLL,INV-3,${day(-60)},10.00,EUR,card
broken,TOLL,INV-404,${day(-5)},1.00,EUR,card
`,
}

let site: Site
let browser: Browser
let staff: Page
let client: Page
const heard: string[][] = []
const context = async (options: Parameters<Browser['newContext']>[0]): Promise<BrowserContext> => {
  const made = await browser.newContext(options)
  made.setDefaultTimeout(10_000)
  heard.push(listen(made))
  return made
}

beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), startBrowser()])
  staff = await (await context({ viewport: { width: 1440, height: 900 } })).newPage()
  client = await (await context({ viewport: { width: 390, height: 844 }, acceptDownloads: true })).newPage()
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

/** Node doesn't resolve names under .localhost; the browser does. */
const mailboxLink = async (email: string): Promise<string> => {
  const page = await browser.newPage()
  await page.goto(`${site.staff}/dev/mailbox.json`)
  const mails: { to: string | string[]; text: string }[] = JSON.parse(await page.locator('body').innerText())
  await page.close()
  const mail = mails.find(({ to }) => String(to).includes(email))
  return /http:\/\/\S+\/set-password\/\S+/.exec(mail?.text ?? '')?.[0] ?? ''
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

it('the owner of a new company sets a password by the link in the mail', async () => {
  await site.tenant('larch', 'Larch Flour', OWNER.email)
  await staff.goto(await mailboxLink(OWNER.email))
  await staff.locator('input[type=password]').fill('passwordpassword')
  await staff.locator('form button[type=submit]').click()
  await staff.getByText('many people use it').waitFor()
  await staff.locator('input[type=password]').fill(OWNER.password)
  await staff.locator('form button[type=submit]').click()
  await staff.waitForURL(`${site.staff}/clients`)
})

it('switches the portal on', async () => {
  await staff.getByRole('link', { name: 'Settings' }).click()
  const toggle = staff.getByLabel('Enable Client Portal')
  expect(await toggle.isChecked()).toBe(false)
  await client.goto(site.portal('larch'))
  expect(await client.locator('body').innerText()).toMatch(/not available/i)
  await toggle.check()
  await button(staff, 'Save').click()
  await staff.waitForURL(/saved/)
  expect(await staff.getByLabel('Enable Client Portal').isChecked()).toBe(true)
})

it('brings its books, and is told what was refused', async () => {
  await staff.getByRole('link', { name: 'Imports' }).click()
  await staff
    .locator('input[type=file]')
    .setInputFiles(Object.entries(FILES).map(([name, text]) => ({ name: `${name}.csv`, mimeType: 'text/csv', buffer: Buffer.from(text) })))
  await button(staff, 'Upload').click()
  await staff.waitForURL(/\/imports\/\w{16}$/)
  await button(staff, 'Import 18 rows').click({ timeout: 60_000 })
  await staff.locator('#progress[data-state=finished]').waitFor({ timeout: 60_000 })
  const created = await staff
    .locator('[data-kind]')
    .evaluateAll((rows) => Object.fromEntries(rows.map((row) => [row.getAttribute('data-kind'), Number(row.getAttribute('data-created'))])))
  expect(created).toEqual({ clients: 2, orders: 3, order_lines: 3, invoices: 4, invoice_lines: 4, payments: 2 })
  expect(await staff.locator('main').innerText()).toMatch(/INV-404/)
})

it('finds the client and invites it', async () => {
  await staff.getByRole('link', { name: 'Clients' }).first().click()
  await staff.getByRole('searchbox').fill('tollg')
  await staff.waitForURL(/q=tollg/)
  await staff.getByRole('link', { name: 'Tollgate Bakery & Söhne' }).click()
  const figures = await staff.locator('main').innerText()
  for (const figure of ['€147.60', '€100.00', '€5,000.00']) expect(figures).toContain(figure)
  await staff.getByRole('navigation', { name: 'Client' }).getByRole('link', { name: 'Portal' }).click()
  await button(staff, 'Invite to Portal').click()
  await button(staff, 'Resend Invitation').waitFor()
  expect(await staff.locator('main').innerText()).toContain(BUYER.email)
})

it('the client sets a password and sees what it owes', async () => {
  await expect.poll(() => mailboxLink(BUYER.email), { timeout: 20_000 }).toContain('/portal/set-password/')
  await client.goto(await mailboxLink(BUYER.email))
  expect(await client.locator('main').innerText()).toContain('Tollgate Bakery & Söhne')
  await client.locator('input[type=password]').fill(BUYER.password)
  await client.locator('form button[type=submit]').click()
  await client.waitForURL(site.portal('larch'))
  const page = await client.locator('main').innerText()
  for (const words of ['Outstanding balance', '€147', '.60', '€100.00', 'Last order date', 'INV-1', 'INV-2']) expect(page).toContain(words)
  expect(page).not.toContain('Credit limit')
  expect(await client.locator('body').innerText()).not.toMatch(/StockFlow|Other Mill|INV-9/)
})

it('finds its order with every line', async () => {
  await client.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Orders' }).click()
  await client.getByRole('link', { name: 'SO-1', exact: true }).click()
  const page = await client.locator('main').innerText()
  for (const words of ['Rye flour, 25 kg', '4', '€25.00', '€100.00', 'Delivered']) expect(page).toContain(words)
})

it('finds what is overdue, and the invoice’s PDF', async () => {
  await client.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Invoices' }).click()
  const list = await client.locator('main').innerText()
  for (const words of ['due in 5 days', '9 days overdue', 'Paid', 'Overdue, part-paid']) expect(list).toContain(words)
  await client.getByRole('link', { name: /^Overdue/ }).click()
  await client.waitForURL(/state=overdue/)
  await expect.poll(() => client.getByRole('link', { name: 'INV-2', exact: true }).count()).toBe(0)
  await client.getByRole('link', { name: 'INV-1', exact: true }).click()
  const [download] = await Promise.all([client.waitForEvent('download'), client.getByRole('link', { name: 'Download PDF' }).click()])
  expect(download.suggestedFilename()).toBe('INV-1.pdf')
  const { text } = await extractText(new Uint8Array(await readFile(await download.path())), { mergePages: true })
  for (const words of ['INV-1', 'Tollgate Bakery & Söhne', 'Rye flour, 25 kg', '€119.00', '€100.00', 'Łódź']) expect(text).toContain(words)
})

it('finds an invoice by what was on it, and takes several PDFs at once', async () => {
  await client.goto(`${site.portal('larch')}/invoices`)
  await client.getByLabel('Search invoices').fill('rye FLOUR')
  await client.getByLabel('Search invoices').press('Enter')
  await client.waitForURL(/q=rye/)
  expect(await client.locator('main tbody tr').count()).toBe(1)
  expect(await client.locator('main tbody').innerText()).toContain('INV-1')
  expect(await client.getByLabel('Search invoices').inputValue()).toBe('rye FLOUR')
  await client.getByRole('link', { name: 'Clear' }).click()
  await client.getByLabel('Select INV-1').check()
  await client.getByLabel('Select INV-3').focus()
  await client.keyboard.press('Space')
  const bar = client.getByRole('region', { name: 'Selection' })
  const [download] = await Promise.all([client.waitForEvent('download'), bar.getByRole('button', { name: 'Download PDFs' }).click()])
  expect(download.suggestedFilename()).toMatch(/^invoices-\d{4}-\d\d-\d\d\.zip$/)
  const zip = (await readFile(await download.path())).toString('latin1')
  for (const name of ['INV-1.pdf', 'INV-3.pdf']) expect(zip).toContain(name)
  expect(zip.match(/%PDF-/g)).toHaveLength(2)
  expect(await bar.getByRole('status').innerText()).toBe('Downloaded')
  await bar.getByRole('button', { name: 'Clear' }).click()
  expect(await bar.isVisible()).toBe(false)
})

it('signs out, and in again', async () => {
  await client.locator('summary').first().click()
  await button(client, 'Sign out').click()
  await client.waitForURL(/sign-in/)
  await client.goto(`${site.portal('larch')}/invoices?state=paid`)
  await client.waitForURL(/sign-in\?next=/)
  await client.getByLabel('E-mail address').fill(BUYER.email)
  await client.getByLabel('Password').fill('not the password at all')
  await client.getByRole('button', { name: 'Sign in' }).click()
  expect(await client.locator('main').innerText()).toMatch(/don’t match/)
  expect(await client.getByLabel('E-mail address').inputValue()).toBe(BUYER.email)
  await client.getByLabel('Password').fill(BUYER.password)
  await client.getByRole('button', { name: 'Sign in' }).click()
  await client.waitForURL(/invoices\?state=paid/)
  expect(await client.locator('main').innerText()).toContain('INV-3')
})

it('staff see all of it in Contact History', async () => {
  await staff.getByRole('link', { name: 'Contact History', exact: true }).click()
  await staff.getByRole('button', { name: 'Add note' }).waitFor()
  const history = await staff.locator('main').innerText()
  for (const words of ['Invitation sent', 'Password set', 'First login', 'Invoice viewed', 'Invoice downloaded', 'INV-1', 'System'])
    expect(history).toContain(words)
})

it('nothing was said in the console, and nobody else was asked', () => {
  // A refused password is a 422, which Chromium reports by itself.
  const said = heard.flat().filter((line) => !/Failed to load resource.*(422|503)/.test(line))
  expect(said).toEqual([])
})
