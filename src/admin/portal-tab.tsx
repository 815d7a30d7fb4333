import type { Context } from 'hono'
import { clientSessionOf, clientSessionsRead } from '#src/access/client-sessions.ts'
import type { Refusal } from '#src/access/moves.ts'
import { type PersonAccess, type PortalAccess, portalAccessOf, portalAccessReads } from '#src/access/portal-access.ts'
import { historyEntryOf, historyRead } from '#src/activity/history.ts'
import { clientOf, clientRead } from '#src/clients/client.ts'
import { MINUTE } from '#src/dates.ts'
import type { StaffDoor, StaffShell } from '#src/db/staff-door.ts'
import type { Answers } from '#src/db/statement.ts'
import { emailKeyOf } from '#src/email-address.ts'
import type { TooMany } from '#src/errors.ts'
import { tooMany } from '#src/refusals.tsx'
import { ClientPortalPage, type PortalTab, type PortalTabForms } from '#views/admin/client-portal.tsx'
import type { Done } from '#views/admin/portal-notice.ts'
import { refusalWords } from '#views/admin/refusal-words.tsx'
import type { StaffEnv } from './app-env.ts'

/** What the Portal tab is made of: for the page itself, and for every form of it that comes back. */

const RECENT = 5

export const tabReads = (door: StaffDoor, id: string) => ({
  clients: clientRead(door, id),
  ...portalAccessReads(door, id),
  sessions: clientSessionsRead(door, id, door.who.now),
  recent: historyRead(door, id, RECENT, { type: 'system' }),
})

/** @throws NotFound when the company has no such client */
export const tabOf = (rows: Answers<ReturnType<typeof tabReads>>, shell: StaffShell): PortalTab => {
  const client = clientOf(rows.clients)
  return {
    client,
    access: portalAccessOf(rows, client, shell.portalEnabled),
    sessions: rows.sessions.map(clientSessionOf),
    recent: rows.recent.slice(0, RECENT).map(historyEntryOf),
  }
}

/** Whom a form is about: the primary address when it names none. Undefined when the client doesn't have that address any more. */
export const personOf = ({ people }: PortalAccess, { address, role: wanted }: { address: string; role?: string }): PersonAccess | undefined => {
  const person = people.find(({ role, emailKey }) => (address === '' ? role === 'primary' : emailKey === emailKeyOf(address)))
  return wanted === 'primary' && person?.role !== 'primary' ? undefined : person
}

type C = Context<StaffEnv>

/** Back to the tab, which then says what was done; only for a short while, so that a kept address doesn't say it again. */
export const backToTab = (c: C, id: string, said: { done: Done } | { mail: string } | Record<string, never> = {}) => {
  const query = 'done' in said ? `?done=${said.done}&at=${c.var.now}` : 'mail' in said ? `?mail=${said.mail}` : ''
  return c.redirect(`${c.var.link(`/clients/${id}/portal`)}${query}`, 303)
}

const SAID_FOR = 2 * MINUTE

export const doneOf = (c: C): string | undefined => {
  const age = c.var.now - Number(c.req.query('at'))
  return age >= 0 && age < SAID_FOR ? c.req.query('done') : undefined
}

/** The tab with a form that came back: what was typed, and what is wrong with it. */
export const tabWithForm = (c: C, shell: StaffShell, tab: PortalTab, forms: PortalTabForms) =>
  c.html(<ClientPortalPage shell={shell} link={c.var.link} tab={tab} forms={forms} />, 422)

/** The tab, and why what was asked for can't be done as things stand. */
export const tabRefusing = (c: C, shell: StaffShell, tab: PortalTab, refusal: Refusal, email: string | null) =>
  c.html(<ClientPortalPage shell={shell} link={c.var.link} tab={tab} problem={refusalWords(refusal, { link: c.var.link, email })} />, 409)

/** The tab, and when it can be done again. */
export const tabLimited = (c: C, shell: StaffShell, tab: PortalTab, error: TooMany) => {
  c.header('Retry-After', String(error.seconds))
  return c.html(<ClientPortalPage shell={shell} link={c.var.link} tab={tab} problem={tooMany(error).text} />, 429)
}
