import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { OWNER, SLUG } from '#tools/demo/company.ts'
import { newestLink } from './mailbox.ts'
import { listen, type Site, startBrowser, startSite } from './site.ts'

/** A colleague, from the invitation to the last click, in real browsers: one of the owner's, one of the colleague's. */

const JO = { email: 'jo.fern@demo.example', password: 'seven herons over the weir' }

let site: Site
let browser: Browser
let owner: Page
let jo: Page
let heard: string[]

const signIn = async (page: Page, { email, password }: { email: string; password: string }) => {
  await page.goto(`${site.staff}/sign-in`)
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((url) => !url.pathname.endsWith('sign-in'))
}
beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), startBrowser()])
  const open = async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    context.setDefaultTimeout(15_000)
    const listened = listen(context)
    return { page: await context.newPage(), listened }
  }
  const [first, second] = [await open(), await open()]
  owner = first.page
  jo = second.page
  heard = second.listened
  await signIn(owner, OWNER)
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

it('is invited, sets a password and is in', async () => {
  await owner.goto(`${site.staff}/settings/team`)
  await owner.getByLabel('E-mail address').fill(JO.email)
  await owner.getByLabel('Name (optional)').fill('Jo Fern')
  await owner.getByRole('button', { name: 'Send invitation' }).click()
  await owner.getByText('The invitation is on its way.').waitFor()
  await owner.getByText('The link works until').waitFor()
  await jo.goto(await newestLink(browser, site, JO.email))
  await jo.getByLabel('New password').fill(JO.password)
  await jo.getByRole('button', { name: 'Set password' }).click()
  await jo.getByRole('heading', { name: 'Clients' }).waitFor()
})

it('does what members do, and is offered nothing more', async () => {
  await jo.locator('main table a[href^="/clients/"]').first().click()
  await jo.getByRole('link', { name: 'Contact History' }).click()
  await jo.getByLabel('Note').fill('Called back, all is well.')
  await jo.getByRole('button', { name: 'Add note' }).click()
  await jo.getByText('Called back, all is well.').waitFor()
  await jo.getByRole('link', { name: 'Settings' }).first().click()
  await jo.getByText('Only owners can change these.').waitFor()
  await jo.getByRole('link', { name: 'Team' }).click()
  await jo.getByText('Only owners can change the team.').waitFor()
})

it('looks at the portal as a client does, and comes back', async () => {
  await jo.goto(`${site.staff}/clients?q=buyer@demo.example`)
  await jo.locator('main table a[href^="/clients/"]').first().click()
  await jo.getByRole('link', { name: 'View as client' }).click()
  await jo.getByText('You see the portal as').waitFor()
  await jo.getByRole('link', { name: 'Invoices', exact: true }).click()
  await jo.locator('main a[href*="/portal-view/invoices/"]').first().click()
  expect(await jo.getByRole('button', { name: 'Sign out' }).count()).toBe(0)
  await jo.getByRole('link', { name: 'Back to the client' }).click()
  await jo.getByRole('link', { name: 'Contact History' }).click()
  await jo.getByText('Portal viewed as client').first().waitFor()
  expect(jo.url()).not.toContain(SLUG)
})

it('changes the password, and is out at the next click after being removed', async () => {
  await jo.goto(`${site.staff}/account`)
  await jo.getByLabel('Current password').fill(JO.password)
  await jo.getByLabel('New password').fill(`${JO.password} again`)
  await jo.getByRole('button', { name: 'Change password' }).click()
  await jo.getByText('Your password was changed.').waitFor()
  await owner.goto(`${site.staff}/settings/team`)
  await owner.getByRole('link', { name: 'Jo Fern' }).click()
  await owner.getByText('Signed in here').waitFor()
  await owner.getByRole('link', { name: 'Remove from team' }).click()
  await owner.getByRole('button', { name: 'Remove' }).click()
  await owner.getByText('Removed. Every sign-in of that person here has ended.').waitFor()
  await jo.getByRole('link', { name: 'Clients' }).click()
  await jo.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(heard).toEqual([])
})

it('the last owner is told why they stay', async () => {
  await owner.goto(`${site.staff}/settings/team`)
  await owner.locator('main').getByRole('link', { name: OWNER.name }).click()
  await owner.getByRole('link', { name: 'Leave the team' }).click()
  await owner.getByRole('button', { name: 'Leave' }).click()
  await owner.getByText('Somebody has to remain who can sign in as owner.').waitFor()
})
