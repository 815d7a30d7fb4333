import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { extractText, getDocumentProxy } from 'unpdf'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { png } from '#test/pictures/make.ts'
import { BUYER, OWNER, SLUG } from '#tools/demo/company.ts'
import { listen, type Site, startBrowser, startSite } from './site.ts'

/** A return, from the client's telephone to the staff's last click, in two real browsers. */

let site: Site
let browser: Browser
let phone: Page
let desk: Page
const heard: string[][] = []

const open = async (options: Parameters<Browser['newContext']>[0]): Promise<BrowserContext> => {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(15_000)
  heard.push(listen(context))
  return context
}
const signIn = async (page: Page, start: string, { email, password }: { email: string; password: string }) => {
  await page.goto(`${start}/sign-in`)
  await page.locator('[name=email]').fill(email)
  await page.locator('[name=password]').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((url) => !url.pathname.endsWith('sign-in'))
}
const portal = (path: string) => `${site.portal(SLUG)}${path}`
const today = new Date().toISOString().slice(0, 10)
const ORDERS = `external_id,client_external_id,number,order_date,status,currency,total,shipped_date,delivered_date
WALK-1,C-1001,SO-WALK-1,${today},delivered,GBP,96.00,${today},${today}
`
const LINES = `order_external_id,position,sku,description,quantity,unit_price,discount_percent,line_total
WALK-1,1,LMP-118,"Wall lamp “Ribe”, matt black",5,12.00,0,60.00
WALK-1,2,CARRIAGE,"Carriage, pallet to door",1,36.00,0,36.00
`

beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), startBrowser()])
  phone = await (await open({ viewport: { width: 390, height: 844 }, hasTouch: true })).newPage()
  desk = await (await open({ viewport: { width: 1280, height: 900 } })).newPage()
  await signIn(phone, site.portal(SLUG), BUYER)
  await signIn(desk, site.staff, OWNER)
  await desk.goto(`${site.staff}/imports`)
  await desk.locator('input[type=file]').setInputFiles([
    { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(ORDERS) },
    { name: 'order-lines.csv', mimeType: 'text/csv', buffer: Buffer.from(LINES) },
  ])
  await desk.locator('form.upload button[type=submit]').click()
  await desk.locator('form.question button.main').click()
  await desk.locator('#progress[data-state=finished]').waitFor()
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

let number = ''

it('the client asks for two of five, with a photo, from the order', async () => {
  await phone.goto(portal('/orders'))
  await phone.getByRole('link', { name: 'SO-WALK-1' }).click()
  await phone.getByText('Shipped', { exact: true }).waitFor()
  await phone.getByRole('link', { name: 'Request a return' }).click()
  const lamp = phone.getByLabel('Wall lamp “Ribe”, matt black', { exact: true })
  await lamp.check()
  expect(await phone.getByLabel('Carriage, pallet to door').isDisabled()).toBe(true)
  await phone.getByRole('button', { name: /^One more/ }).tap()
  expect(await phone.getByLabel(/^Quantity of Wall lamp/).inputValue()).toBe('2')
  // Without a reason it comes back, with what was typed.
  await phone.getByRole('button', { name: 'Review' }).click()
  await phone.getByText('Choose a reason.').waitFor()
  expect(await phone.getByLabel(/^Quantity of Wall lamp/).inputValue()).toBe('2')
  await phone.getByLabel(/^Reason for Wall lamp/).selectOption('Damaged')
  await phone.getByLabel(/Anything we should know/).fill('Two shades are cracked on the inner side.')
  await phone.getByLabel(/^Photos/).setInputFiles([{ name: 'crack.png', mimeType: 'image/png', buffer: Buffer.from(png({ width: 300, height: 200 })) }])
  await phone.getByRole('button', { name: 'Review' }).click()
  await phone.getByRole('heading', { name: 'Review your return' }).waitFor()
  await expect.poll(() => phone.locator('.photos img').evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(300)
  // Back to change something, and all of it is still there.
  await phone.getByRole('button', { name: 'Change something' }).click()
  await phone.getByRole('heading', { name: 'Request a return' }).waitFor()
  expect(await phone.getByLabel(/^Reason for Wall lamp/).inputValue()).toBe('Damaged')
  expect(await phone.locator('.photos img').count()).toBe(1)
  await phone.getByRole('button', { name: 'Review' }).click()
  await phone.getByRole('button', { name: 'Submit request' }).click()
  await phone.getByText('was sent').waitFor()
  number = (await phone.getByRole('heading', { level: 1 }).innerText()).replace('Return ', '')
  expect(number).toMatch(/^RET-\d{6}$/)
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
})

it('staff see it, ask, and go on with the answer', async () => {
  await desk.goto(`${site.staff}/clients`)
  await desk.getByRole('link', { name: /^Returns \d+ to decide/ }).click()
  await desk.getByRole('link', { name: number }).click()
  await desk.getByText('Two shades are cracked on the inner side.').first().waitFor()
  await expect.poll(() => desk.locator('.photos img').evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(300)
  await desk.getByLabel('Message to the client').fill('Which batch is it?')
  await desk.getByRole('button', { name: 'Ask for more information' }).click()
  await desk.getByRole('heading', { name: 'Waiting for the client' }).waitFor()
  await phone.reload()
  await phone.getByText('Which batch is it?').first().waitFor()
  await phone.getByLabel('Answer', { exact: true }).fill('Batch 7, as the box says.')
  await phone.getByRole('button', { name: 'Send answer' }).click()
  await phone.getByText('Submitted', { exact: true }).waitFor()
  await desk.reload()
  await desk.getByText('Batch 7, as the box says.').waitFor()
})

it('staff approve one of them; the client sees it, and gets the slip and a mail', async () => {
  await desk.getByRole('button', { name: /^One less/ }).click()
  await desk.getByRole('button', { name: 'Approve', exact: true }).click()
  await desk.getByRole('heading', { name: 'When the goods come' }).waitFor()
  await phone.reload()
  await phone.getByText('Approved in part', { exact: true }).first().waitFor()
  await phone.getByText('put the printed slip into the parcel').waitFor()
  expect(await phone.locator('td[data-label=Approved]').innerText()).toBe('1')
  const download = phone.waitForEvent('download')
  await phone.getByRole('link', { name: 'Return slip' }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe(`${number}.pdf`)
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(await readFile(await file.path()))), { mergePages: true })
  for (const words of [number, 'Wall lamp “Ribe”, matt black', 'SO-WALK-1']) expect(text).toContain(words)
  const mailbox = await browser.newPage()
  await expect
    .poll(
      async () => {
        await mailbox.goto(`${site.staff}/dev/mailbox.json`)
        return await mailbox.locator('body').innerText()
      },
      { timeout: 20_000, interval: 500 },
    )
    .toContain(`${number}: your return is approved in part`)
  await mailbox.close()
})

it('staff mark it received and close it, and the client sees what came of it', async () => {
  await desk.getByLabel(/^Condition of Wall lamp/).selectOption('Damaged')
  await desk.getByRole('button', { name: 'Mark received' }).click()
  await desk.getByLabel('Outcome').selectOption('Credit')
  await desk.getByLabel(/^Credit note/).fill('CN-4711')
  await desk.getByRole('button', { name: 'Close the return' }).click()
  await desk.getByRole('heading', { name: 'Done' }).waitFor()
  await phone.reload()
  await phone.getByText('CN-4711').waitFor()
  await desk.getByRole('link', { name: 'Larkspur & Finch Home' }).click()
  await desk.getByRole('link', { name: 'Contact History' }).click()
  for (const words of ['Return request submitted', 'Return request approved in part', 'Return received', 'Return closed'])
    await desk.getByText(`${words} ${number}`).waitFor()
})

it('without a script all of it works, too: asked for, and withdrawn', async () => {
  const context = await open({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false })
  const page = await context.newPage()
  await signIn(page, site.portal(SLUG), BUYER)
  await page.goto(portal('/returns'))
  await page.getByRole('link', { name: 'Request a return' }).click()
  await page.getByRole('link', { name: /SO-WALK-1/ }).click()
  await page.getByText('4 can be returned').waitFor()
  await page.getByLabel('Wall lamp “Ribe”, matt black', { exact: true }).check()
  await page.getByLabel(/^Quantity of Wall lamp/).fill('4')
  await page.getByLabel(/^Reason for Wall lamp/).selectOption('Other')
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByRole('button', { name: 'Submit request' }).click()
  await page.getByText('Withdraw this request').click()
  await page.getByRole('button', { name: /^Withdraw RET-/ }).click()
  await page.getByText('You withdrew this request.').waitFor()
  await context.close()
})

it('nothing was said in a console on the way', () => expect(heard.flat().filter((line) => !line.includes('status of 422'))).toEqual([]))
