import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ATTEMPTS } from '#test/markdown-attempts.ts'
import { BROKEN_PNGS, png } from '#test/pictures/make.ts'
import { BUYER, OWNER, SLUG } from '#tools/demo/company.ts'
import { signIn } from './hands.ts'
import { listen, type Site, startBrowser, startSite } from './site.ts'

/** What a company brings of its own, in a real browser: its logo is seen, and nothing in its welcome message runs or calls. */

let site: Site
let browser: Browser
let context: BrowserContext
let staff: Page
let client: Page
let heard: string[]
const settings = () => `${site.staff}/settings/client-portal`

/** Asks again and again from outside: the page's own policy lets nothing be evaluated in it. */
const until = (page: Page, condition: string) => expect.poll(() => page.evaluate(condition), { timeout: 15_000 }).toBe(true)

beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), startBrowser()])
  context = await browser.newContext({ viewport: { width: 1280, height: 1000 } })
  context.setDefaultTimeout(15_000)
  heard = listen(context)
  ;[staff, client] = [await context.newPage(), await context.newPage()]
  await signIn(staff, site.staff, OWNER)
  await signIn(client, site.portal(SLUG), BUYER)
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

describe('the logo', () => {
  /** As a browser itself writes a picture of each kind. */
  const drawn = async (type: string): Promise<Buffer> => {
    const url = await staff.evaluate<string>(`(() => {
      const canvas = document.createElement('canvas')
      canvas.width = 480
      canvas.height = 120
      const pen = canvas.getContext('2d')
      pen.fillStyle = '#b03020'
      pen.fillRect(0, 0, 480, 120)
      return canvas.toDataURL('${type}')
    })()`)
    expect(url).toContain(`data:${type};`)
    return Buffer.from(url.split(',')[1] ?? '', 'base64')
  }
  const upload = async (buffer: Buffer, mimeType = 'image/png') => {
    await staff.goto(settings())
    await staff.locator('#logo').setInputFiles({ name: 'logo', mimeType, buffer })
    await staff.getByRole('button', { name: /^(?:Upload|Replace)$/ }).click()
  }
  const isSeen = (page: Page, where: string) => until(page, `document.querySelector(${JSON.stringify(where)})?.naturalWidth === 480`)

  it.each(['image/png', 'image/jpeg', 'image/webp'])('%s: is seen in settings, in the preview, in the header and on the sign-in page', async (type) => {
    await upload(await drawn(type), type)
    await staff.getByText('The logo was saved.').waitFor()
    await isSeen(staff, '.plate img')
    await isSeen(staff, '.preview .company img')
    await client.goto(site.portal(SLUG))
    await isSeen(client, '.masthead .company img')
    const visitor = await browser.newContext()
    const page = await visitor.newPage()
    await page.goto(`${site.portal(SLUG)}/sign-in`)
    await isSeen(page, '.gate .company img')
    await visitor.close()
  })

  it('is seen on a mail, as it is read outside the portal', async () => {
    await client.goto(`${site.portal(SLUG)}/forgot-password`)
    await client.locator('[name=email]').fill(BUYER.email)
    await client.getByRole('button', { name: 'Send link' }).click()
    await client.getByRole('heading', { name: 'Look into your mail' }).waitFor()
    await staff.goto(`${site.staff}/dev/mailbox.json`)
    const [mail] = JSON.parse(await staff.locator('body').innerText()) as { html: string }[]
    const reader = await browser.newContext()
    const page = await reader.newPage()
    // On a page that isn't the portal's, as a program that reads mail shows it.
    await page.setContent(mail?.html ?? '')
    await isSeen(page, 'img')
    await reader.close()
  })

  it('that is broken is refused beside the field; removing it brings the letters back', async () => {
    await upload(Buffer.from(BROKEN_PNGS['no IDAT']?.[0] ?? []))
    await staff.getByText('This PNG file is broken: it holds no picture.').waitFor()
    await isSeen(staff, '.plate img')
    await staff.getByRole('button', { name: 'Remove' }).click()
    await staff.getByText('The logo was removed.').waitFor()
    await client.goto(site.portal(SLUG))
    await client.locator('.masthead .monogram').waitFor()
    await upload(Buffer.from(png({ width: 480, height: 120 })))
    await isSeen(staff, '.preview .company img')
  })
})

it('the picker and the field are one', async () => {
  await staff.goto(settings())
  await staff.getByLabel('Pick a colour').fill('#2244aa')
  expect(await staff.locator('#brandColour').inputValue()).toBe('#2244aa')
  await until(staff, `getComputedStyle(document.querySelector('.preview .button.main')).backgroundColor === 'rgb(34, 68, 170)'`)
  await staff.locator('#brandColour').fill('#7a3b1d')
  expect(await staff.getByLabel('Pick a colour').inputValue()).toBe('#7a3b1d')
})

describe('a welcome message', () => {
  /** Does what a person might: rests on everything, presses every link that stays here. */
  const stir = (page: Page) =>
    page.evaluate(`(() => {
      for (const element of document.querySelectorAll('.written, .written *'))
        for (const kind of ['mouseover', 'mouseenter', 'focus', 'load', 'error', 'toggle', 'animationend'])
          element.dispatchEvent(new Event(kind, { bubbles: true }))
    })()`)
  /** Whatever of the message is more than words, lists and links to where they may lead. */
  const STRANGE = `[...document.querySelectorAll('.written *')]
    .filter((element) =>
      /^(?:script|img|svg|iframe|form|input|style|base|meta|object|embed|details|video|audio|div)$/i.test(element.tagName) ||
      [...element.attributes].some(({ name, value }) =>
        /^(?:on|hx-|data-hx|style$|src$)/i.test(name) || (name === 'href' && !/^(?:https?|mailto|tel):/i.test(value))))
    .map(({ outerHTML }) => outerHTML)`

  it('runs nothing and calls nobody, whatever is tried in it', async () => {
    const tried = ATTEMPTS.filter((attempt) => attempt.length < 1500)
    const asked: string[] = []
    const said: string[] = []
    // Left unsaved by what came before.
    staff.on('dialog', (dialog) => dialog.accept())
    client.on('dialog', async (dialog) => {
      said.push(dialog.message())
      await dialog.dismiss()
    })
    client.on('request', (request) => asked.push(request.url()))
    // As many in one message as it takes: each in a block of its own.
    const messages: string[] = []
    for (const attempt of tried) {
      const last = messages.at(-1)
      const longer = `${last}\n\n---\n\n${attempt}`
      if (last !== undefined && [...longer].length < 1900 && !attempt.startsWith('```')) messages[messages.length - 1] = longer
      else messages.push(attempt)
    }
    expect(tried.length).toBeGreaterThan(120)
    for (const message of messages) {
      await staff.goto(settings())
      await staff.locator('#welcomeMessage').fill(message)
      await staff.getByRole('button', { name: 'Save' }).click()
      await staff.getByText('Saved.').waitFor()
      await client.goto(site.portal(SLUG))
      await client.locator('.written').waitFor()
      await stir(client)
      const strange = await client.evaluate(STRANGE)
      expect([message, strange]).toEqual([message, []])
    }
    expect(said).toEqual([])
    expect(asked.filter((url) => !new URL(url).hostname.endsWith('.stockflow.localhost'))).toEqual([])
    expect(asked.filter((url) => /javascript:|evil|pixel/.test(url))).toEqual([])
  })

  it('nothing was said in the console all the while', () => {
    // But for what a browser says by itself: of a form that was refused, and of the mailbox's list, which has no icon.
    expect(heard.filter((line) => !/status of 422 .*client-portal|favicon\.ico/.test(line))).toEqual([])
  })
})
