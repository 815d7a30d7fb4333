import type { Env } from '#src/env.ts'
import type { ResendStandIn } from '#test/standins/resend.ts'
import type { Books } from './books.ts'
import type { Options } from './options.ts'
import type { Seen } from './run.ts'

/** What was to come out, what did, and the figures. */

type Check = { what: string; expected: unknown; seen: unknown }
export type Report = { figures: [string, string | number][]; checks: Check[] }
/** What the database says when all is over. */
export type Stored = { sent: number; delivered: number; bounced: number; problems: number; invited: number; doubled: number }

export const readStored = async ({ DB }: Env, tenantId: string): Promise<Stored> => {
  const count = async (statement: string) => (await DB.prepare(`SELECT count(*) AS n FROM ${statement}`).bind(tenantId).first<{ n: number }>())?.n ?? -1
  return {
    sent: await count("outbox WHERE tenant_id = ? AND state = 'sent' AND kind = 'invitation'"),
    delivered: await count("outbox WHERE tenant_id = ? AND delivery = 'delivered' AND kind = 'invitation'"),
    bounced: await count("outbox WHERE tenant_id = ? AND delivery = 'bounced'"),
    problems: await count('clients WHERE tenant_id = ? AND mail_problem = 1'),
    invited: await count("accesses WHERE tenant_id = ? AND state = 'invited'"),
    doubled: await count("(SELECT 1 FROM activity WHERE tenant_id = ? AND event LIKE 'invitation-%' GROUP BY client_id, event HAVING count(*) > 1)"),
  }
}

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

/** A reset that was hit by a fault is tried again after some seconds; most are not hit. */
const PROMPT = 15
const MANY_CALLS = 40

export const reportOf = (options: Options, books: Books, seen: Seen, standIn: ResendStandIn, stored: Stored): Report => {
  const mails = standIn.mails()
  const counts = standIn.counts()
  const invitations = mails.filter(({ to: [to = ''] }) => books.invited.has(to))
  const perAddress = Map.groupBy(invitations, ({ to: [to = ''] }) => to)
  const refused = new Set(books.refused)
  const wanted = [...books.invited.keys()].filter((address) => !refused.has(address))
  const missing = wanted.filter((address) => !perAddress.has(address)).length
  const duplicates = invitations.length - perAddress.size
  const strays = mails.filter(({ to: [to = ''] }) => !books.invited.has(to) && !books.people.includes(to)).length
  const nameless = invitations.filter(({ to: [to = ''], text }) => !books.invited.get(to)?.every((name) => text.includes(name))).length
  const clientsOf = (addresses: string[]) => addresses.reduce((sum, address) => sum + (books.invited.get(address)?.length ?? 0), 0)
  const clients = clientsOf([...books.invited.keys()])
  const seconds = seen.resets.map((reset) => reset.seconds)
  const resetMails = mails.filter(({ to: [to = ''] }) => books.people.includes(to)).length
  const { page } = seen

  const checks: Check[] = [
    { what: 'clients on the page that asks', expected: clients, seen: seen.confirmed },
    { what: 'clients invited, in the database', expected: clients, seen: stored.invited },
    { what: 'invitations taken by the provider', expected: wanted.length, seen: invitations.length },
    { what: 'addresses without a mail', expected: 0, seen: missing },
    { what: 'second mails to an address', expected: 0, seen: duplicates },
    { what: 'mails to anybody else', expected: 0, seen: strays },
    { what: 'mails that leave a client of theirs unnamed', expected: 0, seen: nameless },
    { what: 'the run’s page: waiting', expected: 0, seen: page.waiting },
    { what: 'the run’s page: sent, and taken by the provider', expected: invitations.length, seen: page.sent },
    { what: 'the run’s page: failed, and refused by the provider', expected: books.refused.length, seen: page.failed },
    { what: 'the run’s page: not sent', expected: 0, seen: page.unsent },
    { what: 'sent, in the database', expected: page.sent, seen: stored.sent },
    { what: 'entries of one kind twice for a client', expected: 0, seen: stored.doubled },
    { what: 'used keys with another body', expected: 0, seen: counts.conflicts },
    { what: 'kills', expected: options.kills, seen: seen.killedAt.length },
    { what: 'delivered, as the provider told', expected: wanted.length - books.bouncing.length, seen: stored.delivered },
    { what: 'bounced, as the provider told', expected: books.bouncing.length, seen: stored.bounced },
    { what: 'clients shown with a problem', expected: clientsOf([...books.bouncing, ...books.refused]), seen: stored.problems },
    { what: 'password resets taken', expected: books.people.length, seen: resetMails },
    { what: `half of them within ${PROMPT} s`, expected: true, seen: seconds.length > 0 && median(seconds) <= PROMPT },
    // A few calls may be spared, and on a calm day all are.
    ...(options.calm || counts.calls < MANY_CALLS
      ? []
      : [{ what: 'faults of each kind', expected: true, seen: counts.rateLimited > 0 && counts.broken > 0 && counts.silent > 0 }]),
  ]

  const figures: Report['figures'] = [
    ['clients invited', seen.confirmed],
    ['invitations to send (addresses)', books.invited.size],
    ['taken by the provider', invitations.length],
    ['duplicates', duplicates],
    ['missing', missing],
    ['refused by the provider', books.refused.length],
    ['run’s page: sent / failed / waiting / not sent', `${page.sent} / ${page.failed} / ${page.waiting} / ${page.unsent}`],
    ['delivered / bounced', `${stored.delivered} / ${stored.bounced}`],
    ['calls to the provider', counts.calls],
    ['  answered 429', counts.rateLimited],
    ['  answered 500', counts.broken],
    ['  taken, and never answered', counts.silent],
    ['  repeated under their key, answered as before', counts.repeats],
    ['kills, after so many mails', `${seen.killedAt.length}: ${seen.killedAt.join(', ') || 'none'}`],
    ['resets taken after, in seconds', seconds.map((each) => each.toFixed(1)).join(', ')],
    ['  bulk mails still waiting then', seen.resets.map(({ waiting }) => waiting).join(', ')],
    ['minutes', seen.minutes.toFixed(1)],
  ]
  return { figures, checks }
}

/** Prints it, and says whether all is well. */
export const printReport = ({ figures, checks }: Report): boolean => {
  const width = Math.max(...figures.map(([name]) => name.length))
  console.log('')
  for (const [name, value] of figures) console.log(`  ${name.padEnd(width)}  ${value}`)
  console.log('')
  const failed = checks.filter(({ expected, seen }) => expected !== seen)
  for (const { what, expected, seen } of failed) console.log(`FAILED ${what}: expected ${expected}, seen ${seen}`)
  console.log(`faults: ${checks.length - failed.length} checks passed, ${failed.length} failed`)
  return failed.length === 0
}
