import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ATTEMPTS } from '#test/markdown-attempts.ts'
import { BUYER, OWNER, SLUG } from '#tools/demo/company.ts'
import { signIn } from './hands.ts'
import { listen, type Site, startBrowser, startSite } from './site.ts'

/**
 * The welcome message in a browser that heeds no Content-Security-Policy: what makes it harmless stands alone here. Each
 * attempt by itself on the client's dashboard: nothing of it runs, and nobody else is asked for anything.
 */

let site: Site
let browser: Browser
let staff: Page
beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), startBrowser()])
  staff = await (await browser.newContext()).newPage()
  await signIn(staff, site.staff, OWNER)
  await staff.goto(`${site.staff}/settings/client-portal`)
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

/** The page's own form, with this message in it, as its owner would send it; without a preview for each. */
const save = async (message: string) => {
  const sent = `(async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), 'text/html')
    const fields = new FormData(page.querySelector('#settings'))
    fields.set('welcomeMessage', ${JSON.stringify(message)})
    return (await fetch(location.pathname, { method: 'POST', body: new URLSearchParams([...fields]) })).url
  })()`
  expect(await staff.evaluate(sent)).toMatch(/\?saved$/)
}

/** What became of it on the page, and what ran once each part of it was pointed at, focused and clicked. */
const BECAME = `(() => {
  const welcome = document.querySelector('.written')
  if (!welcome) return { faults: ['no message'], ran }
  const faults = []
  // So that a click runs what listens to it, and leads nowhere.
  addEventListener('click', (event) => event.preventDefault(), { capture: true })
  for (const element of welcome.querySelectorAll('*')) {
    if (!/^(?:p|h[2-6]|em|strong|pre|code|ul|ol|li|blockquote|hr|br|a|span)$/.test(element.localName)) faults.push(element.outerHTML)
    for (const { name } of element.attributes)
      if (!/^(?:href|title|target|rel|start|class|aria-hidden)$/.test(name)) faults.push(element.localName + ' ' + name)
    if (element.localName === 'a' && !/^(?:https?|mailto|tel):$/.test(element.protocol)) faults.push(element.href)
    for (const type of ['pointerover', 'mouseover', 'focus', 'click', 'toggle', 'error', 'load'])
      element.dispatchEvent(new Event(type, { bubbles: true, cancelable: true }))
  }
  return { faults, ran }
})()`

/** Everything that a script would show itself by is heard instead. */
const CANARY = `globalThis.ran = []; for (const name of ['alert', 'msgbox', 'confirm', 'prompt', 'print']) globalThis[name] = (words) => ran.push(String(words))`
const SONG = `new Promise((resolve) => {
  document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="alert(1)">')
  setTimeout(() => resolve(ran), 300)
})`

let context: BrowserContext
let client: Page
let heard: string[]
const dialogs: string[] = []
beforeAll(async () => {
  context = await browser.newContext({ bypassCSP: true })
  context.setDefaultTimeout(15_000)
  heard = listen(context)
  await context.addInitScript(CANARY)
  client = await context.newPage()
  client.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await signIn(client, site.portal(SLUG), BUYER)
})

it('a script that got there would be heard', async () => {
  expect(ATTEMPTS.length).toBeGreaterThan(60)
  await client.goto(site.portal(SLUG))
  expect(await client.evaluate(SONG)).toEqual(['1'])
})

it.each(ATTEMPTS)('%j', async (markdown) => {
  await save(`Before\n\n${markdown}`)
  await client.goto(site.portal(SLUG), { waitUntil: 'load' })
  expect(await client.evaluate(BECAME)).toEqual({ faults: [], ran: [] })
  expect(client.url()).toBe(site.portal(SLUG))
  expect(context.pages()).toHaveLength(1)
  expect([dialogs, heard]).toEqual([[], []])
})
