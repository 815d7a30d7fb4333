import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { png } from '#test/pictures/make.ts'
import { BUYER, OWNER, SLUG } from '#tools/demo/company.ts'
import { signIn } from './hands.ts'
import { listen, type Site, startBrowser, startSite } from './site.ts'

/** What a logo needs of a browser: that it can be seen on any ground, that nothing typed or chosen is lost, and no script. */

let site: Site
let browser: Browser
let context: BrowserContext
let staff: Page
let client: Page
let heard: string[]
const settings = () => `${site.staff}/settings/client-portal`

const fileOf = (width: number, height: number) => ({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(png({ width, height })) })

beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), startBrowser()])
  context = await browser.newContext({ viewport: { width: 1440, height: 1000 } })
  context.setDefaultTimeout(15_000)
  heard = listen(context)
  staff = await context.newPage()
  await signIn(staff, site.staff, OWNER)
  client = await context.newPage()
  await signIn(client, site.portal(SLUG), BUYER)
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

/** Its pixels as they came, and the room it takes. */
const shown = async (page: Page, selector: string) =>
  (await page.evaluate(`(async () => {
    const image = document.querySelector('${selector}')
    await image.decode()
    const { width, height } = image.getBoundingClientRect()
    return [image.naturalWidth, image.naturalHeight, width, height]
  })()`)) as number[]
const upload = async (page: Page, file: ReturnType<typeof fileOf>) => {
  await page.goto(settings())
  await page.getByLabel('Logo', { exact: true }).setInputFiles(file)
  await page.getByRole('button', { name: /^(?:Upload|Replace)$/ }).click()
  await page.waitForURL(/logo$/)
}

it('on dark screens it stands on a light plate, on light ones on nothing, and nothing moves', async () => {
  await upload(staff, fileOf(480, 120))
  await client.goto(site.portal(SLUG))
  const look = async (page: Page, selector: string) =>
    (await page.evaluate(`(() => {
      const image = document.querySelector('${selector}')
      const { outlineColor, backgroundColor } = getComputedStyle(image)
      return { plate: [outlineColor, backgroundColor], place: JSON.stringify(image.getBoundingClientRect()) }
    })()`)) as { plate: string[]; place: string }
  await client.emulateMedia({ colorScheme: 'dark' })
  const dark = await look(client, '.masthead .logo')
  await client.emulateMedia({ colorScheme: 'light' })
  const light = await look(client, '.masthead .logo')
  expect(dark.plate).toEqual(['rgb(255, 255, 255)', 'rgb(255, 255, 255)'])
  expect(light.plate).toEqual(['rgba(0, 0, 0, 0)', 'rgba(0, 0, 0, 0)'])
  expect(dark.place).toBe(light.place)
  expect((await look(staff, '.plate.dark img')).plate).toEqual(dark.plate)
  expect((await look(staff, '.plate.light img')).plate).toEqual(light.plate)
})

it('a sign has the name beside it, a small one is not enlarged', async () => {
  await upload(staff, fileOf(24, 24))
  await client.goto(site.portal(SLUG))
  expect(await shown(client, '.masthead .logo')).toEqual([24, 24, 24, 24])
  expect(await client.locator('.masthead .company span').isVisible()).toBe(true)
  expect(await client.getByRole('link', { name: 'Tillwick & Rowe', exact: true }).count()).toBe(1)
})

it('a picture that is chosen and not uploaded is not lost by saving the rest, nor the rest by uploading it', async () => {
  await staff.goto(settings())
  await staff.getByLabel('Logo', { exact: true }).setInputFiles(fileOf(300, 60))
  await staff.getByText('Not uploaded yet').waitFor()
  const refuse = async (button: string) => {
    const asked = staff.waitForEvent('dialog')
    const pressed = staff.getByRole('button', { name: button, exact: true }).click({ noWaitAfter: true })
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    await pressed
  }
  await refuse('Save')
  await staff.locator('#brandColour').fill('#1d6b57')
  await refuse('Replace')
  await refuse('Remove')
  expect(staff.url()).toBe(settings())
  expect(await staff.locator('#brandColour').inputValue()).toBe('#1d6b57')
})

it('what is none is refused beside the field', async () => {
  const page = await context.newPage()
  await page.goto(settings())
  const svg = { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>') }
  await page.getByLabel('Logo', { exact: true }).setInputFiles(svg)
  await page.getByRole('button', { name: 'Replace' }).click()
  await page.getByText('SVG is not taken, because it can hold a program. Save the logo as PNG.').waitFor()
  const large = { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.concat([fileOf(9, 9).buffer, Buffer.alloc(5 * 1024 * 1024)]) }
  await page.getByLabel('Logo', { exact: true }).setInputFiles(large)
  await page.getByRole('button', { name: 'Replace' }).click()
  await page.getByText('The file is larger than 2 MB. Use a smaller picture.').waitFor()
  await page.close()
})

it('works without a script: uploaded, and removed', async () => {
  const bare = await browser.newContext({ javaScriptEnabled: false, storageState: await context.storageState() })
  const page = await bare.newPage()
  await upload(page, fileOf(300, 300))
  expect(await page.locator('.preview .masthead img').getAttribute('width')).toBe('192')
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.waitForURL(/logo-removed$/)
  expect(await page.locator('.plates').count()).toBe(0)
  await bare.close()
  await client.reload()
  await client.locator('.masthead .monogram').waitFor()
  expect(await client.locator('.masthead img').count()).toBe(0)
})

it('without a word in the console but for what was refused, and nothing asked of anybody else', () =>
  expect(heard.filter((line) => !/status of 422/.test(line))).toEqual([]))
