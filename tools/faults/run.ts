import { setTimeout as sleep } from 'node:timers/promises'
import type { ResendStandIn } from '#test/standins/resend.ts'
import { randomFrom } from '../demo/random.ts'
import { type Books, SLUG, STAFF } from './books.ts'
import { Browser, type Page, tagsWith } from './browser.ts'
import type { Options } from './options.ts'
import type { Site } from './site.ts'

/** The run itself, as staff do it: sign in, select all, confirm, and look at its page until it says that it is over. */

/** What its page says. */
export type RunPage = { state: string; sent: number; waiting: number; failed: number; unsent: number; opened: number }
/** Seconds from asking for a password reset to its mail being taken; how many bulk mails still waited then. */
export type Reset = { email: string; seconds: number; waiting: number }
export type Seen = { confirmed: number; page: RunPage; resets: Reset[]; killedAt: number[]; minutes: number }

type Cast = { options: Options; books: Books; site: Site; standIn: ResendStandIn; port: number; tell: (words: string) => void }

const numberIn = (text: string): number => Number(text.replaceAll(/\D/g, ''))

const runPageOf = ({ html }: Page): RunPage => {
  const state = tagsWith(html, 'data-state').find(({ id }) => id === 'progress')?.['data-state'] ?? ''
  const counts = new Map(
    [...html.matchAll(/data-count="(\w+)"[^>]*><dt>[^<]*<\/dt><dd>([^<]*)<\/dd>/g)].map(([, name = '', text = '']) => [name, numberIn(text)]),
  )
  const count = (name: string): number => {
    const found = counts.get(name)
    if (found === undefined) throw new Error(`the run's page shows no ${name}: ${html.slice(0, 3000)}`)
    return found
  }
  return { state, sent: count('sent'), waiting: count('waiting'), failed: count('failed'), unsent: count('unsent'), opened: count('opened') }
}

/** Shares of the run at which something happens, in order; none right at its end, where it would be missed. */
const moments = (random: () => number, count: number): number[] => Array.from({ length: count }, () => 0.02 + random() * 0.86).toSorted((a, b) => a - b)

export const invitePeople = async ({ options, books, site, standIn, port, tell }: Cast): Promise<Seen> => {
  const staff = new Browser('app.stockflow.localhost', port)
  await staff.post(await staff.get('/sign-in'), (action) => action.includes('/sign-in'), STAFF)
  const asking = await staff.get('/invitations/new?all=yes&status=active&email=yes')
  const confirmed = numberIn(/<h1>[^<]*?(\d[\d,.\s]*) clients?/.exec(asking.html)?.[1] ?? '0')
  const begun = Date.now()
  const path = await staff.post(asking, (action) => action === '/invitations')
  tell(`${confirmed} clients confirmed; answered after ${((Date.now() - begun) / 1000).toFixed(1)} s`)

  const share = () => standIn.mails().length / books.invited.size
  const over = new AbortController()
  const until = Date.now() + options.limit * 60_000
  const reached = async (moment: number): Promise<boolean> => {
    while (share() < moment && !over.signal.aborted) await sleep(20)
    return !over.signal.aborted
  }

  const random = randomFrom(options.seed)
  const killedAt: number[] = []
  const kill = async (): Promise<void> => {
    for (const moment of moments(random.next, options.kills)) {
      if (!(await reached(moment))) return
      // In the middle of a call, before its answer, after it, or between two.
      await sleep(random.between(0, 1500))
      killedAt.push(standIn.mails().length)
      tell(`killed after ${standIn.mails().length} mails`)
      await site.killAndStart()
    }
  }

  const resets: Reset[] = []
  const portal = new Browser(`${SLUG}.stockflow.localhost`, port)
  const isTaken = (email: string) => standIn.mails().some(({ to }) => to.includes(email))
  const forget = async (): Promise<void> => {
    const dice = randomFrom(options.seed + 1)
    for (const [i, moment] of moments(dice.next, books.people.length).entries()) {
      if (!(await reached(moment))) return
      const email = books.people[i] ?? ''
      await portal.post(await portal.get('/portal/forgot-password'), (action) => action.includes('/forgot-password'), { email })
      const asked = Date.now()
      while (!isTaken(email) && Date.now() < until) await sleep(20)
      const others = standIn.mails().filter(({ to: [to = ''] }) => books.invited.has(to)).length
      resets.push({ email, seconds: (Date.now() - asked) / 1000, waiting: books.invited.size - books.refused.length - others })
    }
  }

  const watch = async (): Promise<RunPage> => {
    for (let told = 0; ; await sleep(1000)) {
      const page = runPageOf(await staff.get(path))
      if (page.state !== 'sending' && page.waiting === 0) return page
      if (Date.now() > until) {
        tell(`given up after ${options.limit} minutes`)
        return page
      }
      if (Date.now() - told > 15_000) {
        told = Date.now()
        tell(`page: ${page.sent} sent, ${page.failed} failed, ${page.waiting} waiting; taken: ${standIn.mails().length}`)
      }
    }
  }

  const others = Promise.all([kill(), forget()])
  try {
    const page = await watch()
    return { confirmed, page, resets, killedAt, minutes: (Date.now() - begun) / 60_000 }
  } finally {
    over.abort()
    await others
  }
}
