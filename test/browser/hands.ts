import type { Locator, Page } from 'playwright-core'

/** How a page is worked: with a pointer, or with nothing but Tab, Enter, Space and letters. */
export type Hand = {
  follow: (page: Page, name: string) => Promise<void>
  press: (page: Page, name: string) => Promise<void>
  fill: (page: Page, label: string, text: string) => Promise<void>
  /** Ticks a box, or unticks it. */
  tick: (page: Page, name: string) => Promise<void>
  /** Turns a switch; where no script saves it at once, its form's button does. */
  turn: (page: Page, name: string, button: string) => Promise<void>
  /** Opens what is folded away. */
  unfold: (page: Page, name: string) => Promise<void>
}

const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first()
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first()
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true }).first()
const box = (page: Page, name: string) => page.getByRole('checkbox', { name }).first()
const fold = (page: Page, name: string) => page.locator('summary', { hasText: name }).first()

export const pointer: Hand = {
  follow: (page, name) => link(page, name).click(),
  press: (page, name) => button(page, name).click(),
  fill: (page, label, text) => field(page, label).fill(text),
  tick: (page, name) => box(page, name).click(),
  turn: async (page, name, save) => {
    await page.getByRole('switch', { name }).click()
    if (await button(page, save).isVisible()) await button(page, save).click()
  },
  unfold: (page, name) => fold(page, name).click(),
}

/** More stops than any page here has. */
const MOST_STOPS = 200

/** Tab by Tab until the focus is there. */
const tabTo = async (page: Page, target: Locator): Promise<void> => {
  await target.waitFor()
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the keyboard doesn’t lead to ${target}`)
}

const pressing = async (page: Page, target: Locator, key: 'Enter' | 'Space'): Promise<void> => {
  await tabTo(page, target)
  await page.keyboard.press(key)
}

export const keyboard: Hand = {
  follow: (page, name) => pressing(page, link(page, name), 'Enter'),
  press: (page, name) => pressing(page, button(page, name), 'Enter'),
  fill: async (page, label, text) => {
    await tabTo(page, field(page, label))
    await page.keyboard.press('Control+A')
    await page.keyboard.type(text)
  },
  tick: (page, name) => pressing(page, box(page, name), 'Space'),
  turn: (page, name) => pressing(page, page.getByRole('switch', { name }), 'Space'),
  unfold: (page, name) => pressing(page, fold(page, name), 'Enter'),
}

/** Through the sign-in page of staff or of a portal, up to the page behind it. */
export const signIn = async (page: Page, address: string, { email, password }: { email: string; password: string }) => {
  await page.goto(`${address}/sign-in`)
  await page.locator('[name=email]').fill(email)
  await page.locator('[name=password]').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((url) => !url.pathname.endsWith('sign-in'))
}
