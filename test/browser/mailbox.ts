import type { Browser } from 'playwright-core'
import type { Site } from './site.ts'

const PATIENCE = 20_000
const EVERY = 500

/**
 * The newest set-password link that an address was sent, other than the one known already. Through the browser: Node
 * doesn't resolve names under .localhost.
 */
export const newestLink = async (browser: Browser, site: Site, email: string, known = ''): Promise<string> => {
  const page = await browser.newPage()
  try {
    for (let waited = 0; waited < PATIENCE; waited += EVERY) {
      await page.goto(`${site.staff}/dev/mailbox.json`)
      const mails: { to: string | string[]; text: string }[] = JSON.parse(await page.locator('body').innerText())
      const links = mails.filter(({ to }) => String(to) === email).flatMap(({ text }) => /http:\/\/\S+\/set-password\/\S+/.exec(text)?.[0] ?? [])
      if (links[0] !== undefined && links[0] !== known) return links[0]
      await page.waitForTimeout(EVERY)
    }
    throw new Error(`no mail came to ${email}`)
  } finally {
    await page.close()
  }
}
