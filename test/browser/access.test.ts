import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hand, keyboard, pointer } from './hands.ts'
import { newestLink } from './mailbox.ts'
import { listen, type Site, startBrowser, startSite } from './site.ts'

/** Who gets in, as staff and clients see it in a browser: what is taken away is gone at the next click, and every way is open without a script and without a mouse. */

const OWNER = { email: 'owner@alder.example', password: 'nine grey geese over water' }
const NAMES = ['Disabled', 'Revoked', 'Changing', 'Resetting', 'Scriptless', 'Keys', 'Scriptless A', 'Scriptless B', 'Keys A', 'Keys B']
const emailOf = (name: string) => `${name.toLowerCase().replace(' ', '-')}@brook.example`
const FIRST = 'warm bread before sunrise'
const SECOND = 'cold rain upon slate roofs'
const THIRD = 'three kites above harbour'

let site: Site
let browser: Browser
let staffCookies: Awaited<ReturnType<BrowserContext['storageState']>>
let staff: Page
const heard: string[][] = []

const newPage = async (options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  context.setDefaultTimeout(10_000)
  heard.push(listen(context))
  return context.newPage()
}
const portal = () => site.portal('alder')
const sees = (page: Page, words: string | RegExp) => page.locator('main').getByText(words).first().waitFor()

const newLink = (email: string, known?: string) => newestLink(browser, site, email, known)

beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), startBrowser()])
  await site.tenant('alder', 'Alder Timber', OWNER.email)
  staff = await newPage()
  await staff.goto(await newLink(OWNER.email))
  await staff.locator('input[type=password]').fill(OWNER.password)
  await staff.locator('form button[type=submit]').click()
  await staff.waitForURL(`${site.staff}/clients`)
  await staff.goto(`${site.staff}/settings/client-portal`)
  await staff.getByLabel('Enable Client Portal').check()
  await pointer.press(staff, 'Save')
  await staff.waitForURL(/saved/)
  await staff.goto(`${site.staff}/imports`)
  const rows = NAMES.map((name, i) => `C-${i},${name},${emailOf(name)},,active,EUR,,,,,,,`)
  const text = `external_id,name,email,phone,status,currency,credit_limit,address1,address2,city,region,postal_code,country\n${rows.join('\n')}\n`
  await staff.locator('input[type=file]').setInputFiles({ name: 'clients.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await pointer.press(staff, 'Upload')
  await staff.locator('form.question button.main').click({ timeout: 60_000 })
  await staff.locator('#progress[data-state=finished]').waitFor({ timeout: 60_000 })
  staffCookies = await staff.context().storageState()
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

/** From the list of clients to a client's Portal tab. */
const toPortalTab = async (hand: Hand, page: Page, name: string) => {
  await page.goto(`${site.staff}/clients?q=${encodeURIComponent(name)}`)
  await hand.follow(page, name)
  await page.waitForURL(/\/clients\/\w{16}$/)
  await hand.follow(page, 'Portal')
  await sees(page, 'Portal login')
}
const invite = async (hand: Hand, page: Page) => {
  await hand.press(page, 'Invite to Portal')
  await page.getByRole('button', { name: 'Resend Invitation' }).first().waitFor()
}
const setPassword = async (hand: Hand, page: Page, link: string, password: string, button: string) => {
  await page.goto(link)
  await hand.fill(page, 'New password', password)
  await hand.press(page, button)
}
const signIn = async (hand: Hand, page: Page, email: string, password: string) => {
  await page.goto(`${portal()}/sign-in`)
  await hand.fill(page, 'E-mail address', email)
  await hand.fill(page, 'Password', password)
  await hand.press(page, 'Sign in')
  await page.waitForURL(portal())
}
const setSwitch = async (hand: Hand, page: Page, words: string) => {
  await hand.turn(page, 'Portal access', 'Save')
  await page.getByRole('status').getByText(words).waitFor()
}
const changePassword = async (hand: Hand, page: Page, from: string, to: string) => {
  await page.goto(`${portal()}/account`)
  await hand.fill(page, 'Current password', from)
  await hand.fill(page, 'New password', to)
  await hand.press(page, 'Change password')
  await sees(page, 'Your password was changed')
}
/** What anybody would do next; the page must already be the sign-in page. */
const isOutAtNextClick = async (page: Page) => {
  await pointer.follow(page, 'Invoices')
  await page.waitForURL(/\/sign-in/)
  expect(await page.locator('h1').innerText()).toBe('Sign in')
}

describe('what is taken away is gone at the very next click of an open session', () => {
  const signedIn = async (name: string): Promise<Page> => {
    await toPortalTab(pointer, staff, name)
    await invite(pointer, staff)
    const page = await newPage()
    await setPassword(pointer, page, await newLink(emailOf(name)), FIRST, 'Set password and sign in')
    await page.waitForURL(portal())
    await toPortalTab(pointer, staff, name)
    return page
  }

  it('Portal access switched off; and on again, the old password works', async () => {
    const page = await signedIn('Disabled')
    await setSwitch(pointer, staff, 'Portal access is off')
    await isOutAtNextClick(page)
    await setSwitch(pointer, staff, 'Portal access is on again')
    await signIn(pointer, page, emailOf('Disabled'), FIRST)
  })

  it('access revoked', async () => {
    const page = await signedIn('Revoked')
    await pointer.follow(staff, 'Revoke Access')
    await sees(staff, 'Revoke access?')
    await pointer.press(staff, 'Revoke Access')
    await sees(staff, 'Access revoked')
    await isOutAtNextClick(page)
    await pointer.fill(page, 'E-mail address', emailOf('Revoked'))
    await pointer.fill(page, 'Password', FIRST)
    await pointer.press(page, 'Sign in')
    await sees(page, /don’t match/)
  })

  it('the password changed elsewhere; who changed it stays', async () => {
    const page = await signedIn('Changing')
    const elsewhere = await newPage()
    await signIn(pointer, elsewhere, emailOf('Changing'), FIRST)
    await changePassword(pointer, elsewhere, FIRST, SECOND)
    await isOutAtNextClick(page)
    await pointer.follow(elsewhere, 'Invoices')
    await elsewhere.waitForURL(/\/invoices/)
  })

  it('the password reset', async () => {
    const page = await signedIn('Resetting')
    const known = await newLink(emailOf('Resetting'))
    await pointer.press(staff, 'Send Password Reset Email')
    const elsewhere = await newPage()
    await setPassword(pointer, elsewhere, await newLink(emailOf('Resetting'), known), SECOND, 'Change password')
    await elsewhere.waitForURL(/\/sign-in/)
    await isOutAtNextClick(page)
  })
})

describe.each([
  ['without a script', 'Scriptless', pointer, { javaScriptEnabled: false }],
  ['with the keyboard alone', 'Keys', keyboard, {}],
] as const)('all of it, %s', (_, name, hand, options) => {
  const email = emailOf(name)
  let office: Page
  let client: Page
  beforeAll(async () => {
    office = await newPage({ ...options, storageState: staffCookies })
    client = await newPage(options)
  })

  it('a client is invited, invited again, and sets a password', async () => {
    await toPortalTab(hand, office, name)
    await invite(hand, office)
    const first = await newLink(email)
    await hand.press(office, 'Resend Invitation')
    const second = await newLink(email, first)
    await client.goto(first)
    await sees(client, 'This link no longer works')
    await setPassword(hand, client, second, FIRST, 'Set password and sign in')
    await client.waitForURL(portal())
  })

  it('forgets it, and asks for a link', async () => {
    await client.goto(portal())
    await hand.unfold(client, 'Account:')
    await hand.press(client, 'Sign out')
    await client.waitForURL(/\/sign-in/)
    const known = await newLink(email)
    await hand.follow(client, 'Forgot password?')
    await hand.fill(client, 'E-mail address', email)
    await hand.press(client, 'Send link')
    await sees(client, 'Look into your mail')
    await setPassword(hand, client, await newLink(email, known), SECOND, 'Change password')
    await client.waitForURL(/\/sign-in/)
    await signIn(hand, client, email, SECOND)
  })

  it('changes it, is sent a reset by staff, and ends other sessions', async () => {
    await changePassword(hand, client, SECOND, THIRD)
    const known = await newLink(email)
    await toPortalTab(hand, office, name)
    // Within five seconds of the one before, it would be taken for a second click.
    await office.waitForTimeout(5_500)
    await hand.press(office, 'Send Password Reset Email')
    await newLink(email, known)
    await client.goto(`${portal()}/account`)
    await hand.press(client, 'Sign out everywhere')
    await client.waitForURL(/\/sign-in/)
    await signIn(hand, client, email, THIRD)
  })

  it('staff writes a note', async () => {
    await toPortalTab(hand, office, name)
    await hand.follow(office, 'Contact History')
    await hand.fill(office, 'Note', `Called ${name} about the portal.`)
    await hand.press(office, 'Add note')
    await sees(office, `Called ${name} about the portal.`)
    await sees(office, 'Password changed')
  })

  it('a further address is added, invited and removed', async () => {
    const further = `second-${email}`
    await toPortalTab(hand, office, name)
    await hand.unfold(office, 'Add an address')
    await hand.fill(office, 'E-mail address', further)
    await hand.press(office, 'Add')
    await sees(office, further)
    await hand.press(office, `Invite to Portal to ${further}`)
    await newLink(further)
    await hand.press(office, `Remove ${further}`)
    await sees(office, 'Remove this address?')
    await hand.press(office, 'Remove')
    await office.getByRole('status').getByText('The address was removed').waitFor()
  })

  it('the client is switched off and on, and its access revoked', async () => {
    await toPortalTab(hand, office, name)
    await setSwitch(hand, office, 'Portal access is off')
    await client.goto(portal())
    await client.waitForURL(/\/sign-in/)
    await setSwitch(hand, office, 'Portal access is on again')
    await signIn(hand, client, email, THIRD)
    await hand.follow(office, 'Revoke Access')
    await sees(office, 'Revoke access?')
    await hand.press(office, 'Revoke Access')
    await sees(office, 'Access revoked')
    await client.goto(portal())
    await client.waitForURL(/\/sign-in/)
  })

  it('two clients are invited at once', async () => {
    await office.goto(`${site.staff}/clients?q=${name}`)
    for (const one of [`${name} A`, `${name} B`]) await hand.tick(office, `Select ${one}`)
    await hand.unfold(office, 'Bulk Actions')
    await hand.press(office, 'Invite to Portal')
    await sees(office, /2 e-mails/)
    await office.locator('form[method=post] button.main').first().waitFor()
    await hand.press(office, (await office.locator('form[method=post] button.main').first().innerText()).trim())
    await office.waitForURL(/\/invitations\/\w{16}/)
    for (const one of [`${name} A`, `${name} B`]) await newLink(emailOf(one))
  })
})

it('nothing was said in the console, and nobody else was asked', () => {
  // A refused password is a 422 and an ended link a 410, which Chromium reports by itself.
  expect(heard.flat().filter((line) => !/Failed to load resource.*(410|422)/.test(line))).toEqual([])
})
