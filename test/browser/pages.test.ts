import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PORTAL_BASE } from '#src/hosts.ts'
import { portalApp } from '#src/portal/app.tsx'
import { staffApp } from '#src/surfaces.ts'
import { BUYER, OWNER, SLUG } from '#tools/demo/company.ts'
import { listen, type Site, startBrowser, startSite } from './site.ts'

/**
 * Every page of the demo company, by size and colour scheme: nothing for axe to find, nothing that scrolls sideways, no
 * word in the console. With SCREENSHOTS set, in all four, and each is kept as a picture in screenshots/.
 */

const ALL = [
  [390, 'light'],
  [390, 'dark'],
  [1440, 'light'],
  [1440, 'dark'],
] as const
const SHOTS = process.env.SCREENSHOTS
const VIEWS = SHOTS ? ALL : ALL.filter(([width, scheme]) => (width === 390) === (scheme === 'light'))

type Who = 'nobody' | 'client' | 'staff'
/** Where a page is, found on the way a person would go; `status` when it is not 200. */
type Visit = { who: Who; go: (page: Page) => Promise<unknown>; status?: number /** The way there changes something. */; writes?: true }

let site: Site
let browser: Browser
const at = {
  portal: (path: string) => `${site.portal(SLUG)}${path}`,
  staff: (path: string) => `${site.staff}${path}`,
}
const first = async (page: Page, list: string, links: string) => {
  await page.goto(list)
  const href = await page.locator(`main a[href*="${links}"]:not([download])`).first().getAttribute('href')
  return page.goto(new URL(href ?? '', list).href)
}
const firstClient = (page: Page, filter: string, tab = '') =>
  page.goto(at.staff(`/clients?${filter}`)).then(async () => {
    const href = await page.locator('main table a[href^="/clients/"]').first().getAttribute('href')
    return page.goto(at.staff(`${href}${tab}`))
  })

/** Claims a domain, unless that was done, and asks to have it removed; so that the pages with one are seen, too. */
const giveUpDomain = async (page: Page) => {
  await page.goto(at.staff('/settings/client-portal/domain'))
  if ((await page.locator('#domain-progress').count()) === 0) {
    await page.locator('#domain').fill('portal.pages.localhost')
    await page.getByRole('button', { name: 'Add domain' }).click()
    await page.locator('#domain-progress').waitFor()
  }
  return page.goto(at.staff('/settings/client-portal/domain/remove'))
}
const firstMember = async (page: Page, tab = '') => {
  await page.goto(at.staff('/settings/team'))
  const href = await page.locator('main a[href^="/settings/team/"]').first().getAttribute('href')
  return page.goto(at.staff(`${href}${tab}`))
}
/** The first order or invoice of the portal as staff see it for the demo's client. */
const inView = async (page: Page, list: string) => {
  await firstClient(page, 'q=buyer@demo.example', `/portal-view${list}`)
  return first(page, page.url(), `${list}/`)
}

/** The first return of a list that is in a state. */
const returnIn = async (page: Page, list: string, state: string) => {
  await page.goto(list)
  const row = page.locator('main tbody tr').filter({ has: page.getByText(state, { exact: true }) })
  const href = await row.first().locator('td.name a').getAttribute('href')
  return page.goto(new URL(href ?? '', list).href)
}

const PAGES: Record<string, Visit[]> = {
  'GET /portal/sign-in': [
    { who: 'nobody', go: (page) => page.goto(at.portal('/sign-in')) },
    { who: 'nobody', go: (page) => page.goto(at.portal('/sign-in?notice=password-changed')) },
  ],
  'GET /portal/forgot-password': [
    { who: 'nobody', go: (page) => page.goto(at.portal('/forgot-password')) },
    { who: 'nobody', go: (page) => page.goto(at.portal('/forgot-password?sent')) },
  ],
  'GET /portal/set-password/:token': [
    { who: 'nobody', go: (page) => page.goto(at.portal('/set-password/none')), status: 410 },
    { who: 'nobody', go: async (page) => page.goto(await linkOf(page, '/portal/set-password/')) },
    { who: 'nobody', go: async (page) => page.goto(`${await linkOf(page, '/portal/set-password/')}?suggest`) },
  ],
  'GET /portal/choose-client': [{ who: 'client', go: (page) => page.goto(at.portal('/choose-client')) }],
  'GET /portal': [{ who: 'client', go: (page) => page.goto(at.portal('')) }],
  'GET /portal/orders': [
    { who: 'client', go: (page) => page.goto(at.portal('/orders')) },
    { who: 'client', go: (page) => page.goto(at.portal('/orders?q=lamp&status=cancelled&from=2026-01-01')) },
  ],
  'GET /portal/orders/:id': [
    { who: 'client', go: (page) => first(page, at.portal('/orders'), '/orders/') },
    { who: 'client', go: (page) => first(page, at.portal('/orders?status=delivered'), '/orders/') },
  ],
  'GET /portal/invoices': [
    { who: 'client', go: (page) => page.goto(at.portal('/invoices')) },
    { who: 'client', go: (page) => page.goto(at.portal('/invoices?state=overdue')) },
    { who: 'client', go: (page) => page.goto(at.portal('/invoices?state=outstanding')) },
    { who: 'client', go: (page) => page.goto(at.portal('/invoices?q=nothing-is-called-that')) },
    { who: 'client', go: (page) => page.goto(at.portal('/invoices?from=2026-03-02&to=2026-03-01')), status: 422 },
  ],
  'GET /portal/invoices/:id': [
    { who: 'client', go: (page) => first(page, at.portal('/invoices?state=paid'), '/invoices/') },
    { who: 'client', go: (page) => first(page, at.portal('/invoices?state=overdue'), '/invoices/') },
    { who: 'client', go: (page) => page.goto(at.portal('/invoices/unknown')), status: 404 },
  ],
  'GET /portal/credit-notes/:id': [{ who: 'client', go: (page) => first(page, at.portal('/statement'), '/credit-notes/') }],
  'GET /portal/statement': [
    { who: 'client', go: (page) => page.goto(at.portal('/statement')) },
    { who: 'client', go: (page) => page.goto(at.portal('/statement?from=2026-02-30')), status: 422 },
  ],
  'GET /portal/returns': [{ who: 'client', go: (page) => page.goto(at.portal('/returns')) }],
  'GET /portal/returns/new': [
    { who: 'client', go: (page) => page.goto(at.portal('/returns/new')) },
    { who: 'client', go: (page) => first(page, at.portal('/returns/new'), 'new?order=') },
  ],
  'GET /portal/returns/:id': [
    ...['Submitted', 'Needs information', 'Approved in part', 'Closed'].map(
      (state): Visit => ({ who: 'client', go: (page) => returnIn(page, at.portal('/returns'), state) }),
    ),
    { who: 'client', go: (page) => page.goto(at.portal('/returns/unknown')), status: 404 },
  ],
  'GET /portal/account': [
    { who: 'client', go: (page) => page.goto(at.portal('/account')) },
    { who: 'client', go: (page) => page.goto(at.portal('/account?suggest&notice=name')) },
  ],
  'GET /sign-in': [{ who: 'nobody', go: (page) => page.goto(at.staff('/sign-in')) }],
  'GET /set-password/:token': [{ who: 'nobody', go: (page) => page.goto(at.staff('/set-password/none')), status: 410 }],
  'GET /forgot-password': [
    { who: 'nobody', go: (page) => page.goto(at.staff('/forgot-password')) },
    { who: 'nobody', go: (page) => page.goto(at.staff('/forgot-password?sent')) },
  ],
  'GET /account': [{ who: 'staff', go: (page) => page.goto(at.staff('/account?notice=name')) }],
  'GET /choose-company': [{ who: 'staff', go: (page) => page.goto(at.staff('/choose-company')) }],
  'GET /settings/team': [{ who: 'staff', go: (page) => page.goto(at.staff('/settings/team')) }],
  'GET /settings/team/:id': [{ who: 'staff', go: (page) => firstMember(page) }],
  'GET /settings/team/:id/remove': [{ who: 'staff', go: (page) => firstMember(page, '/remove') }],
  'GET /dev/mailbox': [{ who: 'nobody', go: (page) => page.goto(at.staff('/dev/mailbox')) }],
  'GET /clients': [
    { who: 'staff', go: (page) => page.goto(at.staff('/clients')) },
    { who: 'staff', go: (page) => page.goto(at.staff('/clients?q=nobody-is-called-that')) },
    { who: 'staff', go: (page) => page.goto(at.staff('/clients?select=page&sort=-balance')) },
    { who: 'staff', go: (page) => page.goto(at.staff('/clients?select=all')) },
  ],
  'GET /clients/new': [{ who: 'staff', go: (page) => page.goto(at.staff('/clients/new')) }],
  'GET /clients/:id/edit': [{ who: 'staff', go: (page) => firstClient(page, 'q=buyer@demo.example', '/edit') }],
  'GET /clients/:id': [{ who: 'staff', go: (page) => firstClient(page, 'q=buyer@demo.example') }],
  'GET /clients/:id/portal': ['not-invited&email=yes', 'not-invited&email=no', 'invited', 'active', 'disabled', 'problem'].map((state) => ({
    who: 'staff',
    go: (page) => firstClient(page, `portal=${state}`, '/portal'),
  })),
  'GET /clients/:id/portal/revoke': [{ who: 'staff', go: (page) => firstClient(page, 'q=buyer@demo.example', '/portal/revoke') }],
  'GET /clients/:id/history': [{ who: 'staff', go: (page) => firstClient(page, 'q=buyer@demo.example', '/history') }],
  'GET /clients/:clientId/portal-view': [{ who: 'staff', go: (page) => firstClient(page, 'q=buyer@demo.example', '/portal-view') }],
  'GET /clients/:clientId/portal-view/orders': [{ who: 'staff', go: (page) => firstClient(page, 'q=buyer@demo.example', '/portal-view/orders') }],
  'GET /clients/:clientId/portal-view/orders/:id': [{ who: 'staff', go: (page) => inView(page, '/orders') }],
  'GET /clients/:clientId/portal-view/invoices': [{ who: 'staff', go: (page) => firstClient(page, 'q=buyer@demo.example', '/portal-view/invoices') }],
  'GET /clients/:clientId/portal-view/invoices/:id': [{ who: 'staff', go: (page) => inView(page, '/invoices') }],
  'GET /clients/:clientId/portal-view/credit-notes/:id': [
    {
      who: 'staff',
      go: async (page) => {
        await firstClient(page, 'q=buyer@demo.example', '/portal-view/statement')
        return first(page, page.url(), '/credit-notes/')
      },
    },
  ],
  'GET /clients/:clientId/portal-view/statement': [{ who: 'staff', go: (page) => firstClient(page, 'q=buyer@demo.example', '/portal-view/statement') }],
  'GET /clients/:clientId/portal-view/returns': [{ who: 'staff', go: (page) => firstClient(page, 'q=buyer@demo.example', '/portal-view/returns') }],
  'GET /clients/:clientId/portal-view/returns/new': [{ who: 'staff', go: (page) => firstClient(page, 'q=buyer@demo.example', '/portal-view/returns/new') }],
  'GET /clients/:clientId/portal-view/returns/:id': [{ who: 'staff', go: (page) => inView(page, '/returns') }],
  'GET /returns': ['', '?state=closed&age=7', '?q=nobody-is-called-that'].map((query) => ({
    who: 'staff',
    go: (page) => page.goto(at.staff(`/returns${query}`)),
  })),
  'GET /returns/:id': ['Submitted', 'Needs information', 'Approved', 'Approved in part', 'Received', 'Closed', 'Rejected', 'Withdrawn'].map((state) => ({
    who: 'staff',
    go: (page) => returnIn(page, at.staff('/returns'), state),
  })),
  'GET /settings/returns': [{ who: 'staff', go: (page) => page.goto(at.staff('/settings/returns')) }],
  'GET /imports': [{ who: 'staff', go: (page) => page.goto(at.staff('/imports')) }],
  'GET /imports/:id': [
    { who: 'staff', go: (page) => lookAtSomething(page), writes: true },
    { who: 'staff', go: (page) => importSomething(page), writes: true },
  ],
  'GET /imports/:id/columns': [{ who: 'staff', go: (page) => askSomething(page), writes: true }],
  'GET /imports/:id/changes': [{ who: 'staff', go: (page) => lookAtSomething(page).then(() => page.goto(`${page.url()}/changes?kind=clients`)), writes: true }],
  'GET /imports/pdfs': [{ who: 'staff', go: (page) => page.goto(at.staff('/imports/pdfs')) }],
  'GET /invitations': [{ who: 'staff', go: (page) => page.goto(at.staff('/invitations')) }],
  'GET /invitations/new': ['', '?all=yes', '?all=yes&show=already-active'].map((query) => ({
    who: 'staff',
    go: (page) => page.goto(at.staff(`/invitations/new${query}`)),
  })),
  'GET /invitations/:id': [{ who: 'staff', go: (page) => inviteOne(page), writes: true }],
  'GET /invitations/:id/cancel': [{ who: 'staff', go: (page) => inviteOne(page, '/cancel'), writes: true }],
  'GET /settings/client-portal': [{ who: 'staff', go: (page) => page.goto(at.staff('/settings/client-portal')) }],
  'GET /settings/client-portal/domain': [{ who: 'staff', go: (page) => page.goto(at.staff('/settings/client-portal/domain')) }],
  'GET /settings/client-portal/domain/remove': [{ who: 'staff', go: (page) => giveUpDomain(page), writes: true }],
  'GET /settings/company': [{ who: 'staff', go: (page) => page.goto(at.staff('/settings/company')) }],
  'GET /settings/audit': [{ who: 'staff', go: (page) => changeSettings(page), writes: true }],
}
/** Addresses that are no page: they lead elsewhere, or answer a file. */
const NO_PAGE = new Set([
  'GET /',
  'GET /portal/',
  'GET /settings',
  'GET /settings/client-portal/preview/:file',
  'GET /assets/brand/:file',
  'GET /assets/logo/:file',
  'GET /dev/mailbox.json',
  'GET /portal/invoices/:id/pdf',
  'GET /clients/:clientId/portal-view/invoices/:id/pdf',
  'GET /portal/set-password/:token/new-link',
  'GET /portal/returns/:id/slip.pdf',
  'GET /portal/invoices.csv',
  'GET /portal/invoices.zip',
  'GET /clients/:clientId/portal-view/invoices.zip',
  'GET /clients/:clientId/portal-view/invoices.csv',
  'GET /portal/statement.csv',
  'GET /portal/credit-notes/:id/pdf',
  'GET /clients/:clientId/portal-view/credit-notes/:id/pdf',
  'GET /portal/statement.pdf',
  'GET /clients/:clientId/portal-view/statement.csv',
  'GET /clients/:clientId/portal-view/statement.pdf',
  'GET /portal/returns/:id/photos/:photoId',
  'GET /clients/:clientId/portal-view/returns/:id/slip.pdf',
  'GET /clients/:clientId/portal-view/returns/:id/photos/:photoId',
  'GET /returns/:id/photos/:photoId',
  'GET /returns.csv',
  'GET /imports/:id/refused.csv',
])

const linkOf = async (page: Page, part: string): Promise<string> => {
  await page.goto(at.staff('/dev/mailbox.json'))
  const mails: { text: string; state: string }[] = JSON.parse(await page.locator('body').innerText())
  const links = mails.flatMap(({ text }) => new RegExp(`http://\\S+${part}\\S+`).exec(text)?.[0] ?? [])
  for (const link of links) if ((await page.goto(link))?.status() === 200) return link
  return 'about:blank'
}

/** Through the list, as a person would; one client, so that others are left to look at. */
const inviteOne = async (page: Page, part = '') => {
  await page.goto(at.staff('/clients?status=active&email=yes&portal=not-invited&sort=-code'))
  await page.locator('tbody input[type=checkbox]').first().check()
  await page.locator('.bulk summary').click()
  await page.getByRole('button', { name: 'Invite to Portal' }).click()
  await page.getByRole('button', { name: /^Send/ }).click()
  await page.waitForURL(/\/invitations\/\w{16}$/)
  return page.goto(`${page.url()}${part}`)
}

/** Whatever was written is put back: the other pages are looked at as the demo is. */
const changeSettings = async (page: Page) => {
  await page.goto(at.staff('/settings/client-portal'))
  const message = page.locator('#welcomeMessage')
  const before = await message.inputValue()
  for (const text of [`${before}\n\n- and a list`, before]) {
    await message.fill(text)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.waitForURL(/saved/)
  }
  return page.goto(at.staff('/settings/audit'))
}

const lookAtSomething = async (page: Page) => {
  await page.goto(at.staff('/imports'))
  const rows =
    'external_id,name,email,phone,status,currency,credit_limit,address1,address2,city,region,postal_code,country\nPAGE-1,Page One,one@page.example,,active,GBP,,,,,,,\nPAGE-2,,two@page,,asleep,XYZ,12.34,,,,,,\n'
  await page.locator('input[type=file]').setInputFiles([{ name: 'clients.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) }])
  await page.locator('form.upload button[type=submit]').click()
  await page.locator('form.question').waitFor()
  return page.reload()
}
const importSomething = async (page: Page) => {
  await lookAtSomething(page)
  await page.locator('form.question button.main').click()
  await page.locator('#progress[data-state=finished]').waitFor()
  return page.reload()
}
/** A file whose columns somebody has to say something about. */
const askSomething = async (page: Page) => {
  await page.goto(at.staff('/imports'))
  const rows = 'Kundennr.;Beleg-Nr.;Rechnungsdatum;Fällig am;Betrag;Status\nPAGE-1;RE-1;03/04/2026;03/05/2026;1.234;bezahlt\n'
  await page.locator('input[type=file]').setInputFiles([{ name: 'rechnungen.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) }])
  await page.locator('form.upload button[type=submit]').click()
  await page.locator('form.columns').waitFor()
  return page.reload()
}

const routes = [staffApp, portalApp(PORTAL_BASE, () => ({ slug: SLUG }))].flatMap((app) =>
  app.routes.filter(({ method }) => method === 'GET').map(({ method, path }) => `${method} ${path}`),
)

beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), startBrowser()])
  if (SHOTS) mkdirSync('screenshots', { recursive: true })
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

it('every address is a page here, or known to be none', () => expect([...new Set(routes)].filter((route) => !PAGES[route] && !NO_PAGE.has(route))).toEqual([]))

const signedIn = async (who: Who, options: Parameters<Browser['newContext']>[0]): Promise<BrowserContext> => {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(15_000)
  if (who === 'nobody') return context
  const page = await context.newPage()
  const person = who === 'staff' ? OWNER : BUYER
  await page.goto(who === 'staff' ? at.staff('/sign-in') : at.portal('/sign-in'))
  await page.locator('[name=email]').fill(person.email)
  await page.locator('[name=password]').fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((url) => !url.pathname.endsWith('sign-in'))
  await page.close()
  return context
}

describe.each(VIEWS)('%i px, %s', (width, scheme) => {
  const contexts = new Map<Who, BrowserContext>()
  beforeAll(async () => {
    for (const who of ['nobody', 'client', 'staff'] as const) {
      contexts.set(who, await signedIn(who, { viewport: { width, height: 900 }, colorScheme: scheme, reducedMotion: 'reduce' }))
    }
  })
  afterAll(async () => {
    for (const context of contexts.values()) await context.close()
  })

  const visits = Object.entries(PAGES).flatMap(([route, list]) => list.map((visit, i) => [`${route}${list.length > 1 ? ` (${i + 1})` : ''}`, visit] as const))
  const visited = async (name: string, { who, go, status = 200 }: Visit) => {
    const context = contexts.get(who)
    if (!context) throw new Error(`nobody is signed in as ${who}`)
    const page = await context.newPage()
    const heard = listen(page)
    // What the pages on the way said doesn't count.
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) heard.length = 0
    })
    const answer = (await go(page)) as { status: () => number } | null
    expect(answer?.status()).toBe(status)
    await page.waitForLoadState('networkidle')
    expect(heard.filter((line) => status === 200 || !line.includes(`status of ${status}`))).toEqual([])
    const widths = await page.evaluate('[document.documentElement.scrollWidth, window.innerWidth]')
    expect(widths).toEqual([expect.any(Number), width])
    expect((widths as number[])[0], 'scrolls sideways').toBeLessThanOrEqual(width)
    // In one go: no frame here is of another origin. What is right needs no report.
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode(true)
      .options({ resultTypes: ['violations'] })
      .analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
    if (SHOTS)
      await page.screenshot({
        path: join('screenshots', `${name.replace(/^GET \//, '').replaceAll(/[^\w()-]+/g, '_') || 'start'}-${width}-${scheme}.png`),
        fullPage: true,
      })
    // Between the two as well nothing is wider than its place: what is cut off there can't be scrolled to.
    for (const between of [700, 768, 1000]) {
      await page.setViewportSize({ width: between, height: 900 })
      const cut = await page.evaluate(
        '[document.documentElement, ...document.querySelectorAll(".sheet")].filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.className || each.tagName)',
      )
      expect(cut, `at ${between} px`).toEqual([])
    }
    await page.close()
  }
  // One waits while another draws; those that change something come by themselves.
  it.concurrent.each(visits.filter(([, { writes }]) => !writes))('%s', visited)
  it.each(visits.filter(([, { writes }]) => writes))('%s', visited)
})
