import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BUYER, OWNER, SLUG } from '#tools/demo/company.ts'
import { signIn } from './hands.ts'
import { listen, type Site, startBrowser, startSite } from './site.ts'

/** Settings → Client Portal in a real browser: what is typed shows at once, is not lost by leaving, and is the client's once it is saved. */

let site: Site
let browser: Browser
let context: BrowserContext
let staff: Page
let heard: string[]
const settings = () => `${site.staff}/settings/client-portal`

beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), startBrowser()])
  context = await browser.newContext({ viewport: { width: 1440, height: 1000 } })
  context.setDefaultTimeout(15_000)
  heard = listen(context)
  staff = await context.newPage()
  await signIn(staff, site.staff, OWNER)
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

it('shows in the preview what is typed, in the colour that is typed', async () => {
  await staff.goto(settings())
  await staff.locator('#welcomeMessage').fill('Closed on **Monday**.')
  await staff.locator('#brandColour').fill('#00f')
  await staff.locator('.preview strong', { hasText: 'Monday' }).waitFor()
  await staff.waitForFunction(`getComputedStyle(document.querySelector('.preview .button.main')).backgroundColor === 'rgb(0, 0, 255)'`)
  // The page around it keeps the colour of the house.
  expect(await staff.evaluate(`getComputedStyle(document.querySelector('.settings .head button')).backgroundColor`)).toBe('rgb(29, 107, 87)')
  await staff.getByLabel('Show outstanding balance').uncheck()
  await staff.locator('.preview .owed h2').waitFor({ state: 'detached' })
})

it('says that it isn’t saved, and asks before it is left', async () => {
  await staff.getByText('Not saved yet').first().waitFor()
  const asked = staff.waitForEvent('dialog')
  const leaving = staff.getByRole('link', { name: 'Clients' }).first().click({ noWaitAfter: true })
  const dialog = await asked
  expect(dialog.type()).toBe('beforeunload')
  await dialog.dismiss()
  await leaving
  expect(staff.url()).toBe(settings())
})

it('saves by the keyboard, and the client has it at the next click', async () => {
  const client = await context.newPage()
  await signIn(client, site.portal(SLUG), BUYER)
  await client.getByText('Outstanding balance').first().waitFor()
  await staff.bringToFront()
  await staff.locator('#brandColour').focus()
  await staff.keyboard.press('Enter')
  await staff.waitForURL(/saved/)
  expect(await staff.locator(':text("Not saved yet"):visible').count()).toBe(0)
  await client.bringToFront()
  await client.reload()
  await client.locator('strong', { hasText: 'Monday' }).waitFor()
  expect(await client.getByText('Outstanding balance').count()).toBe(0)
  await client.waitForFunction(`getComputedStyle(document.querySelector('.masthead')).borderTopColor === 'rgb(0, 0, 255)'`)
})

it('copies the address', async () => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await staff.bringToFront()
  await staff.getByRole('button', { name: 'Copy' }).click()
  await staff.getByText('Copied').waitFor()
  expect(await staff.evaluate('navigator.clipboard.readText()')).toBe(site.portal(SLUG))
})

it('without a word in the console, and nothing asked of anybody else', () => expect(heard).toEqual([]))
