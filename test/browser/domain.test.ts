import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BUYER, OWNER, SLUG } from '#tools/demo/company.ts'
import { newestLink } from './mailbox.ts'
import { type Site, startBrowser, startSite } from './site.ts'

/** A company's own domain in a real browser, from the field it is typed into to the invoice that is downloaded there. */

const DOMAIN = 'portal.demo.localhost'

let site: Site
let browser: Browser
let context: BrowserContext
let staff: Page
const domainPage = () => `${site.staff}/settings/client-portal/domain`
const own = (path = '') => `http://${DOMAIN}:${new URL(site.staff).port}${path}`

beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), startBrowser()])
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  context.setDefaultTimeout(15_000)
  staff = await context.newPage()
  await staff.goto(`${site.staff}/sign-in`)
  await staff.getByLabel('E-mail address').fill(OWNER.email)
  await staff.getByLabel('Password').fill(OWNER.password)
  await staff.getByRole('button', { name: 'Sign in' }).click()
  await staff.waitForURL(/clients/)
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

it('is added, and the page shows the record for it', async () => {
  await staff.goto(`${site.staff}/settings/client-portal`)
  await staff.getByRole('link', { name: 'Use your own domain' }).click()
  await staff.getByLabel('Domain').fill('demo.example')
  await staff.getByRole('button', { name: 'Add domain' }).click()
  await staff.getByText('That name is reserved').waitFor()
  await staff.getByLabel('Domain').fill(`https://${DOMAIN}/`)
  await staff.getByRole('button', { name: 'Add domain' }).click()
  await staff.getByText(`CNAME ${DOMAIN} → ${SLUG}.stockflow.localhost`).waitFor()
  await staff.getByText(`There is no record for ${DOMAIN} yet.`).waitFor()
  const early = await context.newPage()
  expect((await early.goto(own()))?.status()).toBe(503)
  await early.close()
})

it('becomes active by itself once its record is there', async () => {
  const registrar = await context.newPage()
  await registrar.goto(site.registrar)
  await registrar.getByLabel('Name').fill(DOMAIN)
  await registrar.getByLabel('Value').fill(`${SLUG}.stockflow.localhost`)
  await registrar.getByRole('button', { name: 'Set' }).click()
  await registrar.getByText(`${DOMAIN} CNAME`).waitFor()
  await registrar.close()
  const steps = new Set<string>()
  for (let i = 0; i < 12 && !steps.has('Active'); i += 1) {
    await staff.getByRole('button', { name: 'Check now' }).click()
    await staff.getByText('Checked just now.').waitFor()
    steps.add((await staff.locator('.steps [aria-current]').innerText()).trim())
  }
  expect([...steps]).toEqual(['Checking', 'Issuing certificate', 'Active'])
  await staff.getByText('Found', { exact: true }).waitFor()
})

it('serves the portal at its root: signing in, invoices and a PDF', async () => {
  const visitor = await browser.newContext({ acceptDownloads: true })
  visitor.setDefaultTimeout(15_000)
  const page = await visitor.newPage()
  // By the old address, deep link and all.
  await page.goto(`${site.portal(SLUG)}/invoices?state=paid`)
  expect(page.url()).toMatch(new RegExp(`^${own('/sign-in')}`))
  await page.getByLabel('E-mail address').fill(BUYER.email)
  await page.getByLabel('Password').fill(BUYER.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(own('/invoices?state=paid'))
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[href$="/pdf"]').first().click()])
  expect(download.suggestedFilename()).toMatch(/^INV-.*\.pdf$/)
  await visitor.close()
})

it('a mail that is sent now leads there', async () => {
  const visitor = await browser.newContext()
  visitor.setDefaultTimeout(15_000)
  const page = await visitor.newPage()
  await page.goto(own('/forgot-password'))
  await page.getByLabel('E-mail address').fill(BUYER.email)
  await page.getByRole('button', { name: 'Send link' }).click()
  const link = await newestLink(browser, site, BUYER.email)
  expect(link.startsWith(own('/set-password/'))).toBe(true)
  await page.goto(link)
  await page.getByLabel('New password').waitFor()
  await visitor.close()
})

it('removed, the portal is at its default address again', async () => {
  await staff.goto(domainPage())
  await staff.getByRole('link', { name: 'Remove' }).click()
  await staff.getByRole('button', { name: 'Remove' }).click()
  await staff.getByText('Removed.').waitFor()
  const page = await context.newPage()
  await page.goto(`${site.portal(SLUG)}/sign-in`)
  expect(new URL(page.url()).hostname).toBe(`${SLUG}.stockflow.localhost`)
  await page.close()
})
